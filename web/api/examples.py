"""One invented talk, as the descriptions of this interface show it. A test holds each example against its model."""

from typing import Any

SITE = "https://talks.example"
TALK = "tea-cricket-and-rain"
SAID = "The old road floods every July, and every July we are surprised."

SPEAKER: dict[str, Any] = {
    "name": "Hamid River",
    "certainty": "probable",
    "quote_as": "probably Hamid River",
    "person": "hamid-river",
    "role": "guest",
    "affiliation": "Placeholder Weather Society",
    "url": f"{SITE}/people/hamid-river",
}
EPISODE: dict[str, Any] = {
    "id": TALK,
    "url": f"{SITE}/e/{TALK}",
    "title": "Tea, cricket and rain",
    "summary": "Two invented voices talk about the weather.",
    "language": "en",
    "date": "2026-11-21",
    "published_at": "2026-11-21T12:00:00Z",
    "duration_ms": 61_400,
    "has_video": False,
    "revision": 3,
    "status": "machine",
    "cast": [
        {
            "name": "Hamid River",
            "person": "hamid-river",
            "role": "guest",
            "affiliation": "Placeholder Weather Society",
            "confirmed": False,
            "url": f"{SITE}/people/hamid-river",
        }
    ],
}
TALK_WHOLE: dict[str, Any] = EPISODE | {
    "recorded_at": None,
    "source_url": None,
    "chapters": [{"start_ms": 0, "title": "Rain", "url": f"{SITE}/e/{TALK}?t=0#t=0"}],
    "files": [
        {
            "kind": "web_audio",
            "mime": "audio/mp4",
            "bytes": 493_112,
            "url": f"{SITE}/media/{TALK}/web_audio.m4a",
        }
    ],
    "transcript": {
        "status": "machine",
        "engine": "faster-whisper",
        "model": "small",
        "note": None,
        "recording_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "turns": 14,
        "turns_url": f"{SITE}/api/v1/episodes/{TALK}/turns",
        "copies": {"vtt": f"{SITE}/e/{TALK}.vtt"},
    },
    "translations": [
        {
            "language": "ur",
            "checked": False,
            "engine": "faster-whisper",
            "model": "large-v3",
            "copies": {"vtt": f"{SITE}/e/{TALK}/translations/ur.vtt"},
        }
    ],
}
TURN: dict[str, Any] = {
    "id": f"{TALK}@12400",
    "url": f"{SITE}/e/{TALK}?t=12.4#t=12.4",
    "start_ms": 12_400,
    "end_ms": 17_900,
    "speaker": SPEAKER,
    "language": "en",
    "text": SAID,
    "paragraphs": [
        {"start_ms": 12_400, "end_ms": 17_900, "language": "en", "text": SAID, "notes": []},
    ],
}
TURNS: dict[str, Any] = {
    "episode": TALK,
    "title": "Tea, cricket and rain",
    "url": f"{SITE}/e/{TALK}",
    "revision": 3,
    "status": "machine",
    "turns": [TURN],
    "next": None,
}
HIT: dict[str, Any] = {
    "turn_id": f"{TALK}@12400",
    "episode": TALK,
    "title": "Tea, cricket and rain",
    "date": "2026-11-21",
    "url": f"{SITE}/e/{TALK}?t=12.8#t=12.8",
    "start_ms": 12_800,
    "end_ms": 17_900,
    "turn_start_ms": 12_400,
    "speaker": SPEAKER,
    "language": "en",
    "text": SAID,
    "snippet": [
        {"text": "The ", "found": False},
        {"text": "old road", "found": True},
        {"text": " floods every July", "found": False},
    ],
    "prompt": {
        "text": "And does it still flood?",
        "speaker": "Asma Green",
        "certainty": "confirmed",
        "language": "en",
        "start_ms": 10_100,
        "url": f"{SITE}/e/{TALK}?t=10.1#t=10.1",
    },
    "status": "machine",
    "by_meaning": False,
}
FOUND: dict[str, Any] = {
    "q": '"old road"',
    "total": 1,
    "total_estimated": False,
    "hits": [HIT],
    "notes": [],
    "also": [],
    "suggestions": [],
    "facets": [
        {
            "field": "speaker",
            "about": False,
            "counts": [{"value": "hamid-river", "label": "Hamid River", "turns": 1}],
        }
    ],
    "articles": [],
    "articles_total": 0,
    "next": None,
    "url": f"{SITE}/search?q=%22old+road%22",
}
PERSON: dict[str, Any] = {"id": "hamid-river", "name": "Hamid River", "url": f"{SITE}/people/hamid-river"}
PERSON_WHOLE: dict[str, Any] = PERSON | {
    "bio": None,
    "appearances": [
        {
            "episode": TALK,
            "title": "Tea, cricket and rain",
            "date": "2026-11-21",
            "duration_ms": 61_400,
            "role": "guest",
            "affiliation": "Placeholder Weather Society",
            "url": f"{SITE}/e/{TALK}",
        }
    ],
}
QUOTE: dict[str, Any] = {
    "id": "h7kq2mzw4p",
    "url": f"{SITE}/q/h7kq2mzw4p",
    "state": "exact",
    "quoted": SAID,
    "now": SAID,
    "speakers": [SPEAKER],
    "turns": [{"speaker": "probably Hamid River", "text": SAID}],
    "episode": TALK,
    "title": "Tea, cricket and rain",
    "moment_url": f"{SITE}/e/{TALK}?t=12.4#t=12.4",
    "date": "2026-11-21",
    "language": "en",
    "start_ms": 12_400,
    "end_ms": 17_900,
    "quoted_revision": 3,
    "revision": 3,
    "status": "machine",
    "citation": "probably Hamid River. (2026, November 21). …",
    "citations": {"bibtex": f"{SITE}/q/h7kq2mzw4p.bib"},
}

ARTICLE = {
    "id": 12,
    "title": "Rain over the delta",
    "summary": "Why the delta waits for rain, and who pays for the wait.",
    "byline": "Sana Misaal",
    "date": "2024-05-20",
    "language": "en",
    "url": "https://blog.example/rain",
    "is_gone": False,
    "page": "https://talks.example/articles/12-rain-over-the-delta",
}
RELATED = {
    "id": "tea-cricket-and-rain",
    "title": "Tea, cricket and rain",
    "url": "https://talks.example/e/tea-cricket-and-rain",
    "date": "2024-05-17",
    "reason": "Both are about rain and cotton.",
    "is_confirmed": True,
    "status": "machine",
    "confidence": 0.94,
    "passages": [],
}
SUBJECT: dict[str, Any] = {"id": "the-old-road", "name": "The old road", "kind": "place"}
GROUND: dict[str, Any] = {
    "url": "https://press.example/road",
    "title": "A map of the old road",
    "stance": "context",
    "note": None,
}
ASKED: dict[str, Any] = {
    "text": "And does it still flood?",
    "speaker": "Asma Green",
    "certainty": "confirmed",
    "language": "en",
    "start_ms": 10_100,
}
REVIEW: dict[str, Any] = {"rating": "Half shown", "text": "We saw one page of two.", "date": "2026-11-30"}
CORRECTED: dict[str, Any] = {
    "episode": TALK,
    "title": "Tea, cricket and rain",
    "start_ms": 61_000,
    "url": f"{SITE}/e/{TALK}?t=61#t=61",
}
CLAIM: dict[str, Any] = {
    "id": "k3w9x2mtqa",
    "url": f"{SITE}/claims/k3w9x2mtqa",
    "text": SAID,
    "language": "en",
    "status": "recorded",
    "speaker": SPEAKER | {"certainty": "confirmed", "quote_as": "Hamid River"},
    "episode": TALK,
    "title": "Tea, cricket and rain",
    "moment_url": f"{SITE}/e/{TALK}?t=12.4#t=12.4",
    "start_ms": 12_400,
    "end_ms": 17_900,
    "date": "2026-11-21",
    "about": [SUBJECT],
    "evidence": [GROUND],
    "note": None,
    "reply": None,
    "review": None,
    "corrected_at": None,
    "recorded_on": "2026-11-22",
}
CLAIM_WHOLE: dict[str, Any] = CLAIM | {"question": ASKED}
TOPIC: dict[str, Any] = {
    "id": "lake-market",
    "kind": "place",
    "name": "Lake Market",
    "turns": 14,
    "talks": 3,
    "url": f"{SITE}/topics/lake-market",
    "search_url": f"{SITE}/api/v1/search?q=topic:lake-market",
}
TOPIC_WHOLE: dict[str, Any] = TOPIC | {
    "also": ["جھیل بازار"],
    "description": "An invented town.",
    "person": None,
    "not_to_be_confused_with": [],
    "beside": [{"id": "street-lamps", "kind": "topic", "name": "Street lamps", "together": 5}],
    "articles": [{"title": "Eleven lamps, an invented report", "url": f"{SITE}/lamps", "times": 2}],
}
