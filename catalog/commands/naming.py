"""Commands on names: whose voice is whose, and names that were misheard. Each act is one function of the catalog."""

import re
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import typer
from sqlmodel import select

from catalog.acts import Done
from catalog.commands.output import AsJson, Slug, clock, login, newsroom, print_json, print_table, say
from catalog.db import reading, writing
from catalog.episodes import find_episode
from catalog.errors import InvalidQuery
from catalog.fixups import accept_fixup, list_fixups, reject_fixup
from catalog.labels import VoiceLine, list_voices
from catalog.models import Utterance
from catalog.moving import Whole, reassign_turn, split_label
from catalog.search.refresh import open_index, refresh_episode
from catalog.speakers import AddAs, confirm_label, merge_labels, name_label, open_label, withhold_label
from catalog.transcripts import current_track
from catalog.undoing import undo_last

app = typer.Typer()
speakers = typer.Typer(no_args_is_help=True)
fixups = typer.Typer(no_args_is_help=True)
app.add_typer(
    speakers, name="speakers", help="Whose voice is whose in a talk: list, name, merge, split, undo."
)
app.add_typer(fixups, name="fixups", help="Names and terms that may be misheard: list, accept, reject.")

Label = Annotated[str, typer.Argument(help="The voice, as `speakers list` calls it: S2, or only 2.")]
By = Annotated[str, typer.Option(help="Who decides this; your login name if not said.")]
At = Annotated[str, typer.Argument(metavar="TIME", help="The moment, as `presstalk show` prints it: 1:23.")]
Ids = Annotated[list[int], typer.Argument(help="The proposals, by number.")]
CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:\.\d{1,3})?)")


# ---- voices -----------------------------------------------------------------------------------------


@speakers.command("list")
def list_speakers(slug: Slug, as_json: AsJson = False) -> None:
    """List the voices of a talk: how each is printed, who it may be, how sure that is and why."""
    with reading(newsroom().engine) as session:
        lines = list_voices(session, slug)
    if as_json:
        print_json([_voice_json(line) for line in lines])
        return
    print_table(
        ("voice", "printed as", "state", "held to be", "sure", "turns", "speech", "from", "why"),
        (_voice_row(line) for line in lines),
        empty=f"No voices yet in '{slug}'. `presstalk jobs` says how far it is.",
    )


def _voice_row(line: VoiceLine) -> tuple[object, ...]:
    state = f"as {line.merged_into}" if line.merged_into else line.state
    sure = "" if line.probability is None else f"{line.probability:.2f}"
    why = line.evidence[0].text if line.evidence else ""
    return (
        *(line.label, line.printed, state, line.person, sure, line.turns),
        *(clock(line.spoken_ms), clock(line.first_ms), why),
    )


def _voice_json(line: VoiceLine) -> dict[str, Any]:
    return {
        **vars(line),
        "evidence": [vars(reason) for reason in line.evidence],
        "reviewed_at": line.reviewed_at.isoformat() if line.reviewed_at else None,
    }


@speakers.command()
def name(
    slug: Slug,
    label: Label,
    person: Annotated[str, typer.Argument(help="Somebody of the cast, by slug or by name.")] = "",
    shown_as: Annotated[
        str, typer.Option("--as", help="What to print instead, for nobody in the record.")
    ] = "",
    add_as: Annotated[
        AddAs | None, typer.Option(help="Add the person to the cast as this, if they are not in it.")
    ] = None,
    by: By = "",
) -> None:
    """Say whose voice it is. The name changes everywhere at once: page, captions, search, exports."""
    _do(slug, by, partial(name_label, label=label, person=person, shown_as=shown_as, add_as=add_as))


@speakers.command()
def confirm(slug: Slug, label: Label, by: By = "") -> None:
    """Accept the suggested name of a voice as it is."""
    _do(slug, by, partial(confirm_label, label=label))


@speakers.command()
def withhold(slug: Slug, label: Label, by: By = "") -> None:
    """Do not name a voice: it is printed as "Name withheld", after every new run too."""
    _do(slug, by, partial(withhold_label, label=label))


@speakers.command()
def reopen(slug: Slug, label: Label, by: By = "") -> None:
    """Take back what was decided of a voice: back to the machine's guess; a merged one is its own again."""
    _do(slug, by, partial(open_label, label=label))


@speakers.command()
def merge(
    slug: Slug, label: Label, into: Annotated[str, typer.Argument(help="The voice it is.")], by: By = ""
) -> None:
    """Read one voice as another: both are the same person."""
    _do(slug, by, partial(merge_labels, label=label, into=into))


@speakers.command()
def split(
    slug: Slug,
    label: Label,
    at: At,
    whole: Annotated[
        Whole, typer.Option(help="To the end of that turn, or all the rest of the talk.")
    ] = "turn",
    by: By = "",
) -> None:
    """Make what a voice says from a moment on a voice of its own."""
    _do(slug, by, partial(split_label, label=label, at_ms=_moment(slug, at), whole=whole))


@speakers.command()
def reassign(
    slug: Slug, at: At, to: Annotated[str, typer.Argument(help="The voice that speaks there.")], by: By = ""
) -> None:
    """Give the turn at a moment to another voice."""
    _do(slug, by, partial(reassign_turn, at_ms=_moment(slug, at), to_label=to))


@speakers.command()
def undo(slug: Slug, by: By = "") -> None:
    """Take back the last decision on a talk's names, voices and misheard words; again, the one before."""
    _do(slug, by, undo_last)


# ---- misheard names ---------------------------------------------------------------------------------


@fixups.command("list")
def list_proposals(
    slug: Slug,
    every: Annotated[bool, typer.Option("--all", help="Those that were decided too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what may be misheard in a talk, and what to write instead."""
    with reading(newsroom().engine) as session:
        lines = list_fixups(session, slug, only_open=not every)
    if as_json:
        print_json([vars(line) for line in lines])
        return
    print_table(
        ("number", "at", "speaker", "heard", "proposed", "state"),
        (
            (
                *(line.id, clock(line.start_ms), line.speaker),
                *(f"{line.before} [{line.heard}] {line.after}".strip(), line.proposed, line.state),
            )
            for line in lines
        ),
        empty=f"Nothing to decide: no name of '{slug}' seems misheard.",
    )


@fixups.command()
def accept(slug: Slug, ids: Ids, by: By = "") -> None:
    """Write the proposed words; what was heard is kept, and `speakers undo` brings it back."""
    _do(slug, by, *(partial(accept_fixup, fixup_id=one) for one in ids))


@fixups.command()
def reject(slug: Slug, ids: Ids, by: By = "") -> None:
    """Leave the words as they were heard; the same is not proposed again."""
    _do(slug, by, *(partial(reject_fixup, fixup_id=one) for one in ids))


@fixups.command("accept-all")
def accept_all(slug: Slug, by: By = "") -> None:
    """Accept every open proposal of a talk."""
    with reading(newsroom().engine) as session:
        ids = [line.id for line in list_fixups(session, slug)]
    if not ids:
        say(f"Nothing to decide: no name of '{slug}' seems misheard.")
        return
    _do(slug, by, *(partial(accept_fixup, fixup_id=one) for one in ids))


# ---- how an act is done -----------------------------------------------------------------------------


def _do(slug: str, by: str, *acts: Callable[..., Done]) -> None:
    """Do them all or none, let the index follow, say what was done."""
    house = newsroom()
    with writing(house.engine) as session:
        done = [act(session, slug, by=by or login()) for act in acts]
        episode_id = find_episode(session, slug).id or 0
    words = open_index(house.settings.index_folder, house.engine)
    with reading(house.engine) as session:
        refresh_episode(session, words, episode_id)
    for one in done:
        say(one.sentence)


def _moment(slug: str, text: str) -> int:
    """The moment that is meant, in milliseconds: a whole second means the paragraph that begins in it, if one does."""
    found = CLOCK.fullmatch(text.strip())
    if found is None:
        raise InvalidQuery(f"'{text}' is no time. Write 0:10, 1:02:03 or seconds.")
    hours, minutes, seconds = found.groups(default="0")
    at_ms = (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)
    if "." in seconds:
        return at_ms
    with reading(newsroom().engine) as session:
        track = current_track(session, find_episode(session, slug).id or 0)
        begins = select(Utterance.start_ms).where(
            Utterance.track_id == (track.id if track else None),
            Utterance.start_ms >= at_ms,
            Utterance.start_ms < at_ms + 1000,
        )
        return min(session.exec(begins).all(), default=at_ms)
