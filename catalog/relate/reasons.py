"""Why a talk and an article belong together, in a sentence that a reader understands. How sure that is, is decided in
`scoring`."""

from collections.abc import Callable, Iterable, Sequence
from math import sqrt

from catalog.normalize import fold
from catalog.relate.reading import Kind, Reading, kind_of
from catalog.relate.scoring import NEAR_DAYS

MOST_TOLD = 3
_SUBJECTS = (Kind.PAIR, Kind.TOPIC, Kind.WORD)


def tell_reason(
    talk: Reading,
    article: Reading,
    weight: Callable[[str], float],
    *,
    guests: Sequence[str] = (),
    author: str = "",
    is_linked: bool = False,
    days_apart: int | None = None,
) -> str:
    """The sentences, the strongest reason first. `guests` are the people of the talk, `author` the one of them who
    wrote the article; `weight` says how much a key that both have tells."""

    def says(key: str) -> tuple[float, str]:
        return -weight(key) * sqrt(talk.counts[key] * article.counts[key]), key

    shared = sorted(talk.counts.keys() & article.counts.keys(), key=says)
    people = _people(shared, talk, article)
    here = [name for name in guests if any(fold(name) == fold(one) for one in people) and name != author]
    others = [name for name in people if not any(fold(name) == fold(guest) for guest in guests)]
    told = [
        "The article links to this talk." if is_linked else "",
        f"{author}, a guest of the talk, wrote the article." if author else "",
        f"{_list(here)} of this talk {_are(here)} named in the article." if here else "",
        f"Both name {_list(others)}." if others else "",
        _said("Both are about", _subjects(shared, article)),
        _said("Both speak of", _places(shared, article)),
    ]
    if days_apart is not None and days_apart <= NEAR_DAYS:
        told.append(
            f"They came out {days_apart} days apart." if days_apart > 1 else "They came out together."
        )
    return " ".join(filter(None, told))


def _said(beginning: str, things: list[str]) -> str:
    return f"{beginning} {_list(things)}." if things else ""


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _list(things: Sequence[str]) -> str:
    """
    >>> _list(["rain"]), _list(["rain", "tea", "cricket"])
    ('rain', 'rain, tea and cricket')
    """
    return " and ".join(filter(None, (", ".join(things[:-1]), things[-1])))


def _people(shared: Iterable[str], talk: Reading, article: Reading) -> list[str]:
    names = (
        max(article.written[key], talk.written[key], key=len)
        for key in shared
        if kind_of(key) is Kind.PERSON and (talk.is_cased or article.is_cased)
    )
    return _distinct(names)[:MOST_TOLD]


def _places(shared: Iterable[str], article: Reading) -> list[str]:
    written = [article.written[key] for key in shared if kind_of(key) in (Kind.NAME, Kind.PLACE)]
    return _distinct(name for name in written if not name[0].islower())[:2]


def _subjects(shared: Iterable[str], article: Reading) -> list[str]:
    """What both are about; a pair of words is told instead of each of them."""
    told: list[str] = []
    for key in shared:
        written = _small(article.written[key])
        if kind_of(key) in _SUBJECTS and not any(_is_part(written, one) for one in told):
            told = [one for one in told if not _is_part(one, written)] + [written]
    return told[:MOST_TOLD]


def _is_part(some: str, whole: str) -> bool:
    return set(fold(some).split()) <= set(fold(whole).split())


def _small(written: str) -> str:
    """As it stands within a sentence; what is written in capitals altogether stays.

    >>> _small("Glacier lake"), _small("FATF")
    ('glacier lake', 'FATF')
    """
    return written if written.isupper() else written.lower()


def _distinct(names: Iterable[str]) -> list[str]:
    return list({fold(name): name for name in reversed(list(names))}.values())[::-1]
