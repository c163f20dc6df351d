"""One episode for the newsroom: what to look at, who speaks. Each act is one of the catalog's."""

import secrets
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from catalog.acts import Done
from catalog.checklist import check_episode
from catalog.enrolling import Channel
from catalog.episodes import find_episode
from catalog.errors import InvalidQuery
from catalog.files import file_of
from catalog.jobs import job_line, open_job
from catalog.labels import VoiceLine, list_voices
from catalog.models import MediaFile, MediaKind, UserRole
from catalog.moving import Whole, reassign_turn, split_label
from catalog.people import cast_of
from catalog.pseudonyms import hides_somebody
from catalog.reading import preview_page
from catalog.speakers import AddAs, confirm_label, merge_labels, name_label, open_label, withhold_label
from catalog.talk_time import read_time
from catalog.undoing import undo_last
from catalog.voices import list_prints
from web.headers import with_nonce
from web.sending import send_kept
from web.studio import board, publishing, voice_prints
from web.studio.progress import shown_job
from web.studio.publishing import publishing_values
from web.studio.seat import Label, Producer, Seat, Sent, Slug, go

NOTES = {
    **board.NOTES,
    **publishing.NOTES,
    **voice_prints.NOTES,
    "voice": "Done: the name holds everywhere in this talk.",
    "split": "Split: the new voice stands last in the list, without a name.",
    "given": "Given: the turn is that voice’s now.",
    "undone": "Undone.",
}
# Where each point of the checklist is settled: behind the address of the talk.
SETTLED_AT = {
    "Names": "#h-v",
    "Misheard names": "/review",
    "Passages": "/review",
    "Facts": "/facts",
    "Embargo": "/facts#embargo_until",
    "Consent": "/facts#consent",
    "Hidden guest": "/transcript",
}
MOVES = {"split": "split", "give": "given"}  # acts that say more than that a name holds
SOUNDS = (MediaKind.WEB_AUDIO_LOW, MediaKind.WEB_AUDIO)
ADD_AS: tuple[AddAs, ...] = ("guest", "moderator", "host")
router = APIRouter(prefix="/e/{slug}", include_in_schema=False)


@router.api_route("", methods=["GET", "HEAD"])
def episode_page(seat: Producer, slug: Slug, note: str = "") -> Response:
    episode = find_episode(seat.session, slug)
    job = open_job(seat.session, episode.id or 0)
    line = job_line(seat.session, job.id or 0) if job else None
    values = publishing_values(seat, episode)
    has_guests = bool(values["guest_links"]) and seat.visitor.role.may(UserRole.EDITOR)
    return seat.show(
        "episode.html",
        episode=episode,
        job=shown_job(line) if line else None,
        talk=preview_page(seat.session, slug),
        voices=list_voices(seat.session, slug),
        cast=cast_of(seat.session, [episode.id or 0]).get(episode.id or 0, ()),
        checks=check_episode(seat.session, slug),
        settled_at=SETTLED_AT | ({"Consent": "#guests"} if has_guests else {}),
        has_sound=sound_row(seat, slug) is not None,
        add_as=ADD_AS,
        sample_of=sample_of,
        channels=tuple(Channel),
        prints=list_prints(seat.site.newsroom, episode_id=episode.id or 0),
        note=NOTES.get(note, "") if job or note != "added" else "",  # a page left open outlives the work
        **values,
    )


def sample_of(voice: VoiceLine) -> str:
    """The first seconds of a voice, as a media fragment.

    >>> from types import SimpleNamespace
    >>> sample_of(SimpleNamespace(first_ms=62_500))
    '#t=62.5,72.5'
    """
    begin = (voice.first_ms or 0) / 1000
    return f"#t={begin:g},{begin + 10:g}"


@router.api_route("/sound", methods=["GET", "HEAD"])
def sound(seat: Producer, slug: Slug, request: Request) -> Response:
    """The sound of an episode in any state, for the house only."""
    row = sound_row(seat, slug)
    shelf = seat.site.newsroom.shelf
    if row is None or not shelf.has(row.sha256):
        raise HTTPException(404)
    return send_kept(request, row.sha256, row.mime, to={})


@router.api_route("/peaks", methods=["GET", "HEAD"])
def peaks(seat: Producer, slug: Slug, request: Request) -> Response:
    """How loud it is where, for drawing the sound beside the words."""
    row = peaks_row(seat, slug)
    shelf = seat.site.newsroom.shelf
    if row is None or not shelf.has(row.sha256):
        raise HTTPException(404)
    return send_kept(request, row.sha256, row.mime, to={})


def peaks_row(seat: Seat, slug: str) -> MediaFile | None:
    return file_of(seat.session, find_episode(seat.session, slug).id or 0, MediaKind.PEAKS)


def sound_row(seat: Seat, slug: str) -> MediaFile | None:
    episode = find_episode(seat.session, slug)
    rows = (file_of(seat.session, episode.id or 0, kind) for kind in SOUNDS)
    return next((row for row in rows if row is not None), None)


def show_drawn(seat: Seat, template: str, slug: str, *, status: int = 200, **values: Any) -> Response:
    """A page that has the sound to hear and, drawn, to look at; what draws it brings a style of its own."""
    nonce = secrets.token_urlsafe(16)
    has_sound = sound_row(seat, slug) is not None
    drawn = has_sound and peaks_row(seat, slug) is not None
    hides = hides_somebody(seat.session, find_episode(seat.session, slug).id or 0)
    told = {"has_sound": has_sound, "has_peaks": drawn, "nonce": nonce, "hides": hides}
    answer = seat.show(template, status=status, **told, **values)
    answer.headers.update(with_nonce(nonce))
    return answer


# ---- voices ---------------------------------------------------------------------------------------------


@router.post("/voices/{label}")
def decide_voice(seat: Producer, slug: Slug, label: Label, sent: Sent) -> Response:
    """Whose voice it is: confirm the guess, name another, do not name, merge, split, give a turn, take back."""
    _do(seat, slug, voice_act(slug, label, sent))
    act = sent.get("act", "")
    stays = act == "reopen" or act in MOVES
    place = label if stays else next_voice(list_voices(seat.session, slug), label)
    return go(f"/e/{slug}", MOVES.get(act, "voice"), f"voice-{place}")


def next_voice(voices: Sequence[VoiceLine], label: str) -> str:
    """Where somebody goes on who decided on this voice: to the next that waits for a word, else they stay.

    >>> from types import SimpleNamespace as Voice
    >>> states = ("open", "confirmed", "suggested")
    >>> voices = [Voice(label=one, state=state, merged_into="") for one, state in zip("ABC", states)]
    >>> next_voice(voices, "A"), next_voice(voices, "C"), next_voice(voices[1:2], "B")
    ('C', 'A', 'B')
    """
    here = [voice.label for voice in voices].index(label)
    others = [*voices[here + 1 :], *voices[:here]]
    waiting = (one.label for one in others if one.state in ("open", "suggested") and not one.merged_into)
    return next(waiting, label)


def voice_act(slug: str, label: str, sent: dict[str, str]) -> Callable[..., Done]:
    """What a voice's form asks for, by the button that was pressed."""
    match sent.get("act"):
        case "confirm":
            return partial(confirm_label, slug=slug, label=label)
        case "withhold":
            return partial(withhold_label, slug=slug, label=label)
        case "reopen":
            return partial(open_label, slug=slug, label=label)
        case "merge":
            return partial(merge_labels, slug=slug, label=label, into=sent.get("into", ""))
        case "split":
            whole: Whole = "rest" if sent.get("whole") == "rest" else "turn"
            return partial(split_label, slug=slug, label=label, at_ms=time_in(sent), whole=whole)
        case "give":
            return partial(reassign_turn, slug=slug, at_ms=time_in(sent), to_label=label)
        case "name":
            return partial(name_label, slug=slug, label=label, **name_in(sent))
    raise InvalidQuery("Say what to do with this voice.")


def time_in(sent: dict[str, str]) -> int:
    return read_time(sent.get("at", ""))


def name_in(sent: dict[str, str]) -> dict[str, Any]:
    """Somebody of the cast as chosen, or as written: a person to be added to it, or only what is printed. Raises
    InvalidQuery where nobody is.

    >>> name_in({"person": "mina-field"}), name_in({"written": "A listener", "as": "shown"})
    ({'person': 'mina-field'}, {'shown_as': 'A listener'})
    """
    written, role = sent.get("written", "").strip(), sent.get("as", "")
    if not written:
        if not sent.get("person"):
            raise InvalidQuery("Choose somebody of the cast, or write a name.")
        return {"person": sent["person"]}
    if role == "shown":
        return {"shown_as": written}
    return {"person": written, "add_as": role if role in ADD_AS else ADD_AS[0]}


@router.post("/undo")
def undo(seat: Producer, slug: Slug) -> Response:
    """Take back the last decision on this transcript."""
    _do(seat, slug, partial(undo_last, slug=slug))
    return go(f"/e/{slug}", "undone", "h-v")


def _do(seat: Seat, slug: str, act: Callable[..., Done]) -> None:
    with seat.acting() as session:
        act(session, by=seat.visitor.name)
        episode_id = find_episode(session, slug).id or 0
    seat.follow(episode_id)
