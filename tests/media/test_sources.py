import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.errors import Refused
from media.sources import LONGEST_URL, Source, readable_title, recognise, recognise_file

TALK = "aqz-KE-bpKQ"


@pytest.mark.parametrize(
    "pasted",
    [
        f"https://www.youtube.com/watch?v={TALK}",
        f"  http://youtube.com/watch?feature=shared&v={TALK}&list=PL1&index=3&t=12s#x \n",
        f"https://youtu.be/{TALK}?si=abc",
        f"youtu.be/{TALK}",
        f"https://m.youtube.com/shorts/{TALK}",
        f"https://www.youtube.com/live/{TALK}?feature=share",
        f"https://www.youtube-nocookie.com/embed/{TALK}?autoplay=1",
        f"<https://music.youtube.com/watch?v={TALK}&utm_source=mail>",
        f"https://www.youtube.com/v/{TALK}",
    ],
)
def test_every_way_to_write_a_youtube_talk_is_one_source(pasted: str) -> None:
    assert recognise(pasted) == Source("youtube", TALK, f"https://www.youtube.com/watch?v={TALK}")


@pytest.mark.parametrize(
    "pasted",
    [
        "https://www.youtube.com/embed/videoseries?list=PL0123456789",
        "https://www.youtube.com/embed/live_stream?channel=UC0123456789",
        "https://www.youtube.com/@presstalk/videos",
        "https://www.youtube.com/playlist?list=PL0123456789",
        f"https://www.youtube.com/watch?v={TALK}x",
        f"https://notyoutube.com/watch?v={TALK}",
        f"https://youtube.com.example.org/watch?v={TALK}",
    ],
)
def test_an_address_that_only_resembles_a_youtube_talk_stays_a_web_page(pasted: str) -> None:
    assert recognise(pasted).provider == "web"


@pytest.mark.parametrize(
    ("pasted", "url"),
    [
        ("https://vimeo.com/76979871?share=copy", "https://vimeo.com/76979871"),
        (
            "https://player.vimeo.com/video/76979871?h=0123456789&title=0",
            "https://vimeo.com/76979871/0123456789",
        ),
        ("https://vimeo.com/76979871/0123456789", "https://vimeo.com/76979871/0123456789"),
        ("https://vimeo.com/channels/staffpicks/76979871", "https://vimeo.com/76979871"),
    ],
)
def test_vimeo_talks_keep_the_key_that_opens_unlisted_ones(pasted: str, url: str) -> None:
    assert recognise(pasted) == Source("vimeo", "76979871", url)


@pytest.mark.parametrize(
    ("pasted", "url"),
    [
        ("HTTPS://Example.ORG:443", "https://example.org/"),
        ("http://example.org:8080/a/../b/./c", "http://example.org:8080/b/c"),
        ("https://example.org/a/..", "https://example.org/"),
        ("https://example.org./talk?utm_source=x&fbclid=y&id=7&UTM_Medium=z", "https://example.org/talk?id=7"),
        ("https://example.org/talk?b=2&a=1&&", "https://example.org/talk?b=2&a=1"),
        ("https://example.org/talk#t=30", "https://example.org/talk"),
        ("https://example.org/%7efoo/%e2%82%ac", "https://example.org/~foo/%E2%82%AC"),
        ("https://example.org/پریس", "https://example.org/%D9%BE%D8%B1%DB%8C%D8%B3"),
        ("https://bücher.example/x", "https://xn--bcher-kva.example/x"),
        ("http://[2001:DB8:0:0::1]/x", "http://[2001:db8::1]/x"),
        ("www.example.org", "https://www.example.org/"),
        ("example.org:8080/talk", "https://example.org:8080/talk"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("http://localhost:8000/talk.mp4", "http://localhost:8000/talk.mp4"),
    ],
)  # fmt: skip
def test_a_web_address_has_one_spelling(pasted: str, url: str) -> None:
    assert recognise(pasted).url == url


def test_http_and_https_are_the_same_talk() -> None:
    assert recognise("http://example.org/a").external_id == recognise("https://example.org/a").external_id


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("", "empty"),
        (" \u200b ", "empty"),
        ("press talk episode 12", "not_a_url"),
        ("talk.mp4", "not_a_url"),
        ("file:///etc/passwd", "not_http"),
        ("javascript:alert(1)", "not_http"),
        ("ftp://example.org/a.mp4", "not_http"),
        ("data:text/html,x", "not_http"),
        ("C:\\talks\\one.mp4", "not_http"),
        ("https://user:secret@example.org/", "credentials"),
        ("https://example.org@169.254.169.254/", "credentials"),
        ("https://", "not_a_url"),
        ("https:example.org/x", "not_a_url"),
        ("https://exa mple.org/", "not_a_url"),
        ("https://example.org/a\tb", "not_a_url"),
        ("https://example.org/a\nHost: b", "not_a_url"),
        ("https://example.org/\x00", "not_a_url"),
        ("https://example.org/\ud800", "not_a_url"),
        ("https://example.org\\@evil.example/", "not_a_url"),
        ("https://example.org:99999/", "not_a_url"),
        ("https://example.org:0/", "not_a_url"),
        ("https://[::1/", "not_a_url"),
        ("https://[fe80::1%25eth0]/", "not_a_url"),
        ("https://-bad-.example/", "not_a_url"),
        (f"https://{'a' * 64}.example/", "not_a_url"),
        ("https://exam‮ple.org/", "not_a_url"),
        ("https://example.org/" + "a" * 10_000, "too_long"),
    ],
)
def test_what_cannot_be_fetched_is_refused_with_a_sentence(pasted: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        recognise(pasted)
    assert refusal.value.code == code
    assert refusal.value.sentence.endswith(".")


ADDRESSES = st.builds(
    "{}://{}{}/{}?{}".format,
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(
        ["example.org", "EXAMPLE.org.", "youtube.com", "youtu.be", "vimeo.com", "[::1]", "ملف.example"]
    ),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    st.text(alphabet="aZ09-_.~%/+;=&@ßف2fE", max_size=30),
    st.text(alphabet="aZ09-_.~%/+;=&vutm_", max_size=30),
)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.one_of(ADDRESSES, st.text(), st.text().map("https://{}".format)))
def test_a_recognised_address_is_recognised_as_itself(pasted: str) -> None:
    try:
        source = recognise(pasted)
    except Refused:
        return
    assert source.url.isascii()
    assert len(source.url) <= 3 * LONGEST_URL
    if len(source.url) <= LONGEST_URL:
        assert recognise(source.url) == source


def test_a_file_is_named_by_its_bytes_and_not_by_its_name() -> None:
    digest = "0f" * 32
    assert recognise_file(digest, "a.mp4") == recognise_file(digest, "b.wav")
    assert recognise_file(digest, "a.mp4") == Source("file", digest, f"file:sha256:{digest}")


def test_a_playlist_is_no_recording() -> None:
    with pytest.raises(Refused, match="playlist"):
        recognise_file("0f" * 32, "Talks.M3U8")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("/media/Press_Talk%20-%20ep.12.mp4", "Press Talk - ep.12"),
        ("پریس_ٹاک.mp3", "پریس ٹاک"),
        ("talk\x00\u202e.mp4", "talk"),
        ("no extension", "no extension"),
        ("/", ""),
    ],
)
def test_a_file_name_becomes_a_readable_title(name: str, title: str) -> None:
    assert readable_title(name) == title
