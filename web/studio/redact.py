"""Taking words out of a talk for good: choose the first and the last, or a span of the sound; see what would go, say
why, do it."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from catalog.anchors import time_words
from catalog.episodes import find_episode
from catalog.errors import InvalidQuery
from catalog.models import Cover
from catalog.redaction.carrying_out import start_finishing
from catalog.redaction.orders import Order, list_redactions, order_redaction, preview_redaction
from catalog.talk_time import read_time
from catalog.transcripts import read_turns
from catalog.vault import recipients_of
from transcribe.timeline import Word
from web.studio.episode import show_drawn
from web.studio.seat import Editor, Seat, Sent, Slug, go

NOTES = {"ordered": "It is being taken out. Readers do not see the talk until that is done."}
STAGES = {"ordered": "begun", "words": "words are gone", "sound": "sound is gone", "done": "gone everywhere"}
LONGEST_MS = 2**31 - 1
router = APIRouter(prefix="/e/{slug}", include_in_schema=False)


@router.api_route("/redact", methods=["GET", "HEAD"])
def redact_page(
    seat: Editor,
    slug: Slug,
    at: Annotated[int | None, Query(ge=0, le=LONGEST_MS)] = None,
    begin: Annotated[int | None, Query(alias="from", ge=0, le=LONGEST_MS)] = None,
    end: Annotated[int | None, Query(alias="to", ge=0, le=LONGEST_MS)] = None,
    begins: str = "",
    ends: str = "",
    note: str = "",
) -> Response:
    """`at` is the paragraph whose words are shown to choose from, `from` and `to` what was chosen so far; `begins` and
    `ends` are the same as somebody wrote them, or marked them on the sound."""
    episode = find_episode(seat.session, slug)
    if begins or ends:
        begin, end = read_time(begins), read_time(ends)
    chosen = begin is not None and end is not None and begin < end
    if (begins or ends) and not chosen:
        raise InvalidQuery("The end is not behind the beginning. Go back and mark the span again.")
    return show_drawn(
        seat,
        "redact.html",
        slug,
        episode=episode,
        paragraphs=paragraphs_of(seat, episode.id or 0, at),
        at=at,
        begin=begin,
        end=end if chosen else None,
        seen=preview_redaction(seat.session, slug, begin or 0, end or 0) if chosen else None,
        redactions=list_redactions(seat.session, slug),
        stages=STAGES,
        keeps=bool(seat.site.newsroom.settings.vault_keys),
        note=NOTES.get(note, ""),
    )


def paragraphs_of(seat: Seat, episode_id: int, at: int | None) -> list[dict[str, Any]]:
    """Every paragraph; of the one that was chosen and the next, each word with its times."""
    lines: list[dict[str, Any]] = []
    for turn in read_turns(seat.session, episode_id, with_words=True):
        for one in turn.passages:
            near = at is not None and at <= one.number <= at + 1
            words: list[Word] = time_words(one.text, one.words, one.start_ms, one.end_ms) if near else []
            lines.append({"speaker": turn.speaker, "passage": one, "words": words})
    return lines


@router.post("/redact")
def redact(seat: Editor, slug: Slug, sent: Sent) -> Response:
    """Order it and begin at once; a worker goes on if this machine stops."""
    newsroom = seat.site.newsroom
    find_episode(seat.session, slug)
    recipients_of(newsroom)
    order = Order(
        whole_ms(sent, "from"),
        whole_ms(sent, "to"),
        sent.get("reason", ""),
        Cover.TONE if sent.get("cover") == Cover.TONE else Cover.SILENCE,
        sent.get("blank") == "yes",
    )
    with seat.acting() as session:
        episode_id = order_redaction(session, slug, order).episode_id
    seat.follow(episode_id)
    start_finishing(newsroom)
    return go(f"/e/{slug}/redact", "ordered")


def whole_ms(sent: dict[str, str], name: str) -> int:
    """
    >>> whole_ms({"from": " 1200 "}, "from")
    1200
    """
    text = sent.get(name, "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 11):
        raise InvalidQuery("Choose the first and the last word.")
    return int(text)
