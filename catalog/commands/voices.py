"""Commands on voice prints: enrol a person with consent, list who is enrolled, forget for real."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from catalog.audit import Actor
from catalog.commands.output import AsJson, clock, login, newsroom, print_json, print_table, say
from catalog.db import reading
from catalog.enrolling import Channel, Consent, enrol_voice
from catalog.errors import InvalidQuery
from catalog.models import Person
from catalog.models.columns import now
from catalog.namesakes import person_meant
from catalog.newsroom import Newsroom
from catalog.sample_files import sample_file
from catalog.samples import sample_episode
from catalog.talk_time import read_time
from catalog.voices import forget_voice, list_prints

app = typer.Typer()
voices = typer.Typer(no_args_is_help=True)
app.add_typer(voices, name="voices", help="Voice prints: enrol a person who consents, list, forget for real.")

Who = Annotated[str, typer.Argument(metavar="PERSON", help="The person, by slug or by name.")]


@voices.command()
def enrol(
    person: Who,
    consent_by: Annotated[str, typer.Option(help="Who agreed: the person, or who may speak for them.")] = "",
    consent_how: Annotated[str, typer.Option(help="How: 'signed form', 'on tape at the start', ...")] = "",
    consent_at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="On which day; today if not said.")
    ] = None,
    file: Annotated[Path | None, typer.Option(help="A recording in which nobody else speaks.")] = None,
    start: Annotated[str, typer.Option("--from", help="Where in the file to begin, as 0:10.")] = "",
    end: Annotated[str, typer.Option("--to", help="Where in the file to end, as 0:25.")] = "",
    episode: Annotated[str, typer.Option(help="An episode in which a human confirmed the voice.")] = "",
    label: Annotated[str, typer.Option(help="Only this voice of the episode, as S1.")] = "",
    channel: Annotated[
        Channel | None, typer.Option(help="What it was recorded over; from a studio a print says most.")
    ] = None,
) -> None:
    """Make a voice print of a person who consents, so that the voice is known in other episodes."""
    at = consent_at.replace(tzinfo=UTC) if consent_at else now()
    consent = Consent(consent_by, consent_how, at)
    if (file is None) == (not episode) or (episode and (start or end)) or (file and label):
        raise InvalidQuery("Say --file (with --from and --to) or --episode (with --label): one of the two.")
    house = newsroom()
    with reading(house.engine) as session:
        meant = person_meant(session, person)
    if file is not None:
        _enrol_file(house, meant, file, (_ms(start), _ms(end)), channel, consent)
    else:
        _enrol_episode(house, meant, episode, label, channel, consent)


def _enrol_file(
    house: Newsroom,
    person: Person,
    file: Path,
    times_ms: tuple[int | None, int | None],
    channel: Channel | None,
    consent: Consent,
) -> None:
    with TemporaryDirectory(prefix="presstalk-") as folder:
        sample = sample_file(file, Path(folder), *times_ms)
        _, is_new = enrol_voice(house, person, sample, channel, consent, Actor(login()))
    _tell(person, is_new)


def _enrol_episode(
    house: Newsroom, person: Person, episode: str, label: str, channel: Channel | None, consent: Consent
) -> None:
    with reading(house.engine) as session:
        sample = sample_episode(house, session, person, episode, label)
    _, is_new = enrol_voice(house, person, sample, channel, consent, Actor(login()))
    _tell(person, is_new)


def _tell(person: Person, is_new: bool) -> None:
    if is_new:
        say(f"{person.name} is enrolled. `presstalk voices forget {person.slug}` removes every print again.")
    else:
        say(f"{person.name} is enrolled from this very sound already; nothing was changed.")


def _ms(text: str) -> int | None:
    return read_time(text) if text else None


@voices.command("list")
def list_enrolled(as_json: AsJson = False) -> None:
    """List who is enrolled: from what, with whose consent, and what has to be enrolled again."""
    lines = list_prints(newsroom())
    if as_json:
        print_json([vars(line) for line in lines])
        return
    print_table(
        ("person", "channel", "made from", "length", "consent", "problem"),
        (
            (
                line.person,
                line.channel,
                line.made_from,
                clock(line.spoken_ms),
                f"{line.consent_by}, {line.consent_how}, {line.consent_at:%Y-%m-%d}",
                line.problem,
            )
            for line in lines
        ),
        empty="Nobody is enrolled. `presstalk voices enrol PERSON` makes a print of who consents.",
    )


@voices.command()
def forget(
    person: Who,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove every voice print of a person, and every trace of it in files and database."""
    house = newsroom()
    with reading(house.engine) as session:
        meant = person_meant(session, person)
    if not yes:
        typer.confirm(f"Forget the voice of {meant.name} ({meant.slug})? It cannot be undone.", abort=True)
    count = forget_voice(house, meant.id or 0, Actor(login()))
    if not count:
        say(f"No voice print of {meant.name} is kept.")
        return
    say(f"Gone from files and database: {count} of {meant.name}. Backups of the disk keep what they keep.")
