"""What more than one answer holds: base of all models, speakers, the status of a transcript. Reads nothing."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from catalog.quotes import print_name
from catalog.reading import Trust
from catalog.transcripts import Speaker
from web.api import examples
from web.api.asking import Asking


class Value(BaseModel):
    """A piece of an answer. Every field is always there; what is not known is null."""

    model_config = ConfigDict(frozen=True)


def example(value: dict[str, Any]) -> ConfigDict:
    """The configuration of a model with an example of it."""
    return ConfigDict(json_schema_extra={"examples": [value]})


class Status(StrEnum):
    """How far a transcript can be trusted."""

    MACHINE = "machine"
    REVIEWED = "reviewed"
    CORRECTED = "corrected"


class Certainty(StrEnum):
    """How sure a name is."""

    CONFIRMED = "confirmed"
    NAMED = "named"
    PROBABLE = "probable"
    UNCONFIRMED = "unconfirmed"


STATUS_TOLD = (
    "How the words came to be: `machine` (a machine wrote them and nobody has gone over them: compare with the "
    "recording before you quote), `reviewed` (an editor has gone over them) or `corrected` (an editor has corrected "
    "them)."
)
CERTAINTY_TOLD = (
    "How sure the name is: `confirmed` by an editor, `named` by the machine on strong evidence, `probable` (say the "
    "doubt when you quote), or `unconfirmed`: a voice nobody could put a name to."
)


def _written_as_day(value: object) -> object:
    """Only 2020-12-31 is a day; a number of seconds would be read as one too."""
    if isinstance(value, str) and len(value) != len("2020-12-31"):
        raise ValueError("a day is written as 2020-12-31")
    return value


Day = Annotated[date, BeforeValidator(_written_as_day)]
Slug = Annotated[str, Field(pattern="^[a-z0-9-]{1,120}$")]
TalkId = Annotated[
    Slug,
    Path(description="The id of a talk: the last part of its page's address.", examples=[examples.TALK]),
]


class SpeakerValue(Value):
    """Whose voice it is, as far as that can be said."""

    model_config = example(examples.SPEAKER)

    name: str = Field(description="The name as it is printed; a voice without a name is called so.")
    certainty: Certainty = Field(description=CERTAINTY_TOLD)
    quote_as: str = Field(description="The name with its doubt, as a quotation must give it.")
    person: str | None = Field(description="The person's id, where the voice has a name of the catalog.")
    role: str | None = Field(description="moderator, host or guest, in this talk.")
    affiliation: str | None = Field(description="Whom the person spoke for, on that day.")
    url: str | None = Field(description="The person's page.")


def speaker_value(asking: Asking, speaker: Speaker) -> SpeakerValue:
    return SpeakerValue(
        name=speaker.name,
        certainty=Certainty(speaker.certainty),
        quote_as=print_name(speaker),
        person=speaker.person_slug or None,
        role=speaker.role or None,
        affiliation=speaker.affiliation or None,
        url=asking.link(f"/people/{speaker.person_slug}") if speaker.person_slug else None,
    )


def status_of(trust: Trust | None) -> Status:
    return Status(trust.standing) if trust else Status.MACHINE
