"""Names that are written where somebody is hidden are asked about before they are kept, on every page one writes on."""

from sqlmodel import Session

from catalog.models import Episode
from catalog.outside_names import refuse_outside_names

FIELD = "meant"


def ask_about_names(
    session: Session, episode: Episode, before: str, after: str, sent: dict[str, str]
) -> None:
    """Raises NameWritten, unless whoever sent it said that no name in it is the one that is hidden."""
    if sent.get(FIELD) != "yes":
        refuse_outside_names(session, episode, before, after)
