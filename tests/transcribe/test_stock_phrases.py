import pytest

from transcribe.stock_phrases import STOCK_PHRASES, is_courtesy, is_stock


@pytest.mark.parametrize("phrase", STOCK_PHRASES)
def test_every_stock_phrase_is_recognised_in_its_own_script(phrase):
    assert is_stock(phrase)
    assert is_stock(f"{phrase}!")


@pytest.mark.parametrize(
    "text",
    [
        "They asked for subtitles by the evening, so that deaf readers could follow the whole discussion too.",
        "Good night.",
        "",
        "ہم نے اس پر بات کی اور آپ سب کے سوالوں کا جواب دیا",
    ],
)
def test_other_talk_is_not_taken_for_a_stock_phrase(text):
    assert not is_stock(text)


def test_a_courtesy_is_only_the_courtesy():
    assert is_courtesy("  Thank you! ")
    assert is_courtesy("شکریہ۔")
    assert not is_courtesy("Thank you for the invitation.")
