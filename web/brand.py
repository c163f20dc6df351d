"""The wordmark: how the names of the newsroom and of its show share the nameplate. The names are settings."""

from dataclasses import dataclass

from catalog.settings import Settings
from web.language import phrase

# The names a newsroom begins with; those it sets itself are printed as they are, in every language.
PRESET = (
    phrase("South Asia Press"),
    phrase("South Asia Press Talk"),
    phrase("Conversations from South Asia, in the speakers' own words"),
)


@dataclass(frozen=True)
class Wordmark:
    """`house` stands small above or beside `title`, which closes with the colon."""

    house: str
    title: str


def wordmark(publisher: str, site_title: str) -> Wordmark:
    """Split the show's name where the newsroom's ends; one word left alone takes the one before it along.

    >>> wordmark("South Asia Press", "South Asia Press Talk")
    Wordmark(house='South Asia Press', title='Press Talk')
    >>> wordmark("The Daily", "The Daily Morning Hour")
    Wordmark(house='The Daily', title='Morning Hour')
    >>> wordmark("The Daily", "Round Table"), wordmark("Round Table", "Round Table")
    (Wordmark(house='The Daily', title='Round Table'), Wordmark(house='', title='Round Table'))
    """
    house, name = publisher.split(), site_title.split()
    if house == name:
        return Wordmark("", site_title)
    if not house or name[: len(house)] != house:
        return Wordmark(publisher, site_title)
    rest = name[len(house) :]
    return Wordmark(publisher, " ".join(rest if len(rest) > 1 else [house[-1], *rest]))


def has_urdu_plate(settings: Settings) -> bool:
    """The drawn Urdu nameplate says "Press Talk" and nothing else: it is for that show only."""
    return (
        "ur" in settings.languages and wordmark(settings.publisher, settings.site_title).title == "Press Talk"
    )
