from dataclasses import replace

import pytest

from media import facts
from media.errors import Refused
from media.facts import Chapter, Info
from media.guard import Limits

LIMITS = Limits(max_bytes=1000, max_duration_ms=7_200_000, min_free_bytes=500, timeout_s=1)


@pytest.mark.parametrize(
    ("info", "code"),
    [
        ({"live_status": "is_live"}, "live"),
        ({"is_live": True}, "live"),
        ({"live_status": "post_live"}, "live"),
        ({"live_status": "is_upcoming"}, "upcoming"),
        ({"duration": 7200.001}, "too_long"),
        ({"filesize": 1001}, "too_large"),
        ({"requested_formats": [{"filesize": 600}, {"filesize_approx": 401}]}, "too_large"),
        ({"filesize": 600}, "disk_full"),
    ],
)
def test_what_a_page_announces_can_be_reason_enough_not_to_fetch(info: Info, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        facts.must_be_wanted(info, LIMITS, free_bytes=1000)
    assert refusal.value.code == code


@pytest.mark.parametrize("info", [{}, {"live_status": "was_live", "duration": 7200, "filesize": 500}])
def test_a_talk_within_the_limits_is_wanted(info: Info) -> None:
    facts.must_be_wanted(info, LIMITS, free_bytes=1000)


def test_the_limit_on_length_is_said_in_hours() -> None:
    with pytest.raises(Refused, match=r"than the 2 hours"):
        facts.must_not_be_longer(7_200_001, LIMITS)
    with pytest.raises(Refused, match=r"than the 1.5 hours"):
        facts.must_not_be_longer(7_200_001, replace(LIMITS, max_duration_ms=5_400_000))


def test_a_size_is_announced_only_when_every_part_of_it_is() -> None:
    assert facts.announced_bytes({"requested_formats": [{"filesize": 6}, {}]}) is None
    assert (
        facts.announced_bytes({"requested_formats": [{"filesize": 6}, {"filesize": 4}], "filesize": 99}) == 10
    )


@pytest.mark.parametrize(
    ("info", "day"),
    [
        ({"timestamp": 1748940000, "upload_date": "20250601"}, "2025-06-03T08:40:00+00:00"),
        ({"release_timestamp": 1748940000, "timestamp": 1}, "2025-06-03T08:40:00+00:00"),
        ({"upload_date": "20250601"}, "2025-06-01"),
        ({"timestamp": 77}, None),
        ({}, None),
    ],
)
def test_the_day_of_a_talk_is_what_its_publisher_says(info: Info, day: str | None) -> None:
    assert facts.published_at(info, {77}) == day


def test_chapters_stay_within_the_recording_and_fillers_are_left_out() -> None:
    given = [
        {"start_time": 0.0, "end_time": 9.5, "title": "<Untitled Chapter 1>"},
        {"start_time": 9.5, "end_time": 60.0, "title": " Opening "},
        {"start_time": 60.0, "end_time": 999.0, "title": "Guests"},
        {"start_time": 60.0, "end_time": 60.0, "title": "Empty"},
        {"start_time": 100.0, "title": ""},
        {"start_time": 500.0, "end_time": 600.0, "title": "After the end"},
    ]
    assert list(facts.chapters({"chapters": given}, 120_000)) == [
        Chapter(9_500, 60_000, "Opening"),
        Chapter(60_000, 120_000, "Guests"),
    ]
    assert list(facts.chapters({"chapters": None}, 120_000)) == []


def test_captions_by_a_human_are_preferred_and_live_chat_is_none() -> None:
    info = {
        "subtitles": {
            "live_chat": [{"ext": "json", "url": "c"}],
            "ur": [{"ext": "json3", "url": "j"}, {"ext": "srt", "url": "s"}, {"ext": "vtt", "url": "v"}],
            "en": [{"ext": "vtt", "url": "m", "protocol": "m3u8_native"}],
        },
        "automatic_captions": {"ur-orig": [{"ext": "vtt", "url": "a"}]},
    }
    assert facts.captions_on_offer(info) == ("human", {"ur": {"ext": "vtt", "url": "v"}})


@pytest.mark.parametrize("info", [{"language": "ur"}, {"language": None}])
def test_automatic_captions_count_only_in_the_language_that_was_spoken(info: Info) -> None:
    offered = {"en": [{"ext": "vtt", "url": "e"}], "ur-orig": [{"ext": "vtt", "url": "o"}]}
    found = facts.captions_on_offer({**info, "automatic_captions": offered})
    assert found == ("automatic", {"ur": {"ext": "vtt", "url": "o"}})


def test_automatic_captions_in_an_unknown_language_are_left() -> None:
    offered = {"en": [{"ext": "vtt", "url": "e"}]}
    assert facts.captions_on_offer({"automatic_captions": offered}) == ("automatic", {})


@pytest.mark.parametrize(
    ("info", "title"),
    [
        ({"id": "talk-1", "title": "Water (1)"}, "Water"),
        ({"id": "talk-1", "title": "Water (2)"}, "Water (2)"),
        ({"id": "abc", "title": "  Water\n and   power "}, "Water and power"),
        ({"direct": True, "webpage_url": "https://example.org/a/Press_Talk.mp3?x=/y"}, "Press Talk"),
        ({"direct": True, "webpage_url": "https://example.org/"}, "example.org"),
    ],
)
def test_the_title_is_the_publishers_or_made_of_the_file_name(info: Info, title: str) -> None:
    assert facts.title(info) == title


def test_sound_in_several_languages_states_none() -> None:
    assert facts.language({"language": "ur"}) == "ur"
    assert facts.language({"language": "ur+en"}) is None
    assert facts.language({}) is None


def test_nothing_private_is_kept_at_any_depth() -> None:
    info = {
        "id": 1,
        "_x": 2,
        "url": "signed",
        "chapters": [{"title": "t", "http_headers": {}}],
        "formats": [1],
    }
    assert facts.without_private(info) == {"id": 1, "chapters": [{"title": "t"}]}
