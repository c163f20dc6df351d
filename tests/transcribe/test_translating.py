"""Whisper's own task of translating, asked of the real engine."""

from dataclasses import replace

import pytest

from transcribe.engine import Hints, load
from transcribe.errors import CannotTranslate
from transcribe.guards import judge
from transcribe.models import find_hub_model
from transcribe.score import plain_words
from transcribe.timeline import Span

from .conftest import TALKS
from .multilingual import as_multilingual

IN_ENGLISH = Hints("ur", translate=True)


def nothing(_ms):
    """A report that nobody reads."""


def test_a_model_that_knows_only_english_says_that_it_cannot_translate(engine, talks):
    with pytest.raises(CannotTranslate) as refused:
        engine.hear(talks[TALKS[0]].wav, Span(0, 5_000), IN_ENGLISH, nothing)
    assert "PRESSTALK_TRANSLATOR" in refused.value.sentence


def test_a_model_that_was_never_taught_to_translate_is_not_asked(model_folder, talks):
    assert not find_hub_model("large-v3-turbo").translates
    engine = as_multilingual(load(str(model_folder)))
    engine.info = replace(engine.info, model="large-v3-turbo")
    with pytest.raises(CannotTranslate):
        engine.hear(talks[TALKS[0]].wav, Span(0, 5_000), IN_ENGLISH, nothing)


def test_the_task_is_whispers_own_and_its_sentences_have_times_and_no_timed_words(model_folder, talks):
    engine = as_multilingual(load(str(model_folder)))
    heard = engine.hear(talks[TALKS[-1]].wav, Span(5_000, 45_000), IN_ENGLISH, nothing)
    assert (heard.language, heard.raw["task"]) == ("en", "translate")
    kept = judge(heard.segments).kept
    assert len(kept) > 3 and plain_words(kept[0].text)
    starts = [segment.start_ms for segment in kept]
    assert starts == sorted(starts)
    for segment in kept:
        assert 4_500 <= segment.start_ms < segment.end_ms <= 45_500
        assert segment.language == "en" and segment.words == ()


def test_what_is_spoken_is_still_written_as_it_is_spoken(model_folder, talks):
    engine = as_multilingual(load(str(model_folder)))
    heard = engine.hear(talks[TALKS[-1]].wav, Span(0, 15_000), Hints("ur"), nothing)
    assert (heard.language, heard.raw["task"]) == ("ur", "transcribe")
    assert all(segment.words and segment.language == "ur" for segment in heard.segments)
