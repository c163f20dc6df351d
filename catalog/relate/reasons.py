"""Why a talk and an article belong together: what both have, and a sentence of it that a reader understands. How sure
that is, is decided in `scoring`."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import sqrt

from pydantic import TypeAdapter, ValidationError

from catalog.normalize import fold
from catalog.relate.reading import Kind, Reading, kind_of
from catalog.relate.scoring import NEAR_DAYS

MOST_TOLD, LIKELY_TOLD = 3, 12
LOOKED_AT = 60  # of what both have: what tells least is never told
_SUBJECTS = (Kind.PAIR, Kind.TOPIC, Kind.WORD)


@dataclass(frozen=True)
class Thing:
    """What both have: as the article writes it, and as it was said."""

    written: str
    said: str


@dataclass(frozen=True)
class Evidence:
    """What speaks for a link. `author` is somebody of the talk who wrote the article."""

    people: tuple[Thing, ...] = ()
    subjects: tuple[Thing, ...] = ()
    places: tuple[Thing, ...] = ()
    is_linked: bool = False
    author: str = ""
    days_apart: int | None = None
    quotations: int = 0

    def as_json(self) -> str:
        """A word a line or between blanks, so that redaction finds it."""
        return _KEPT.dump_json(self, indent=1).decode()


_KEPT = TypeAdapter(Evidence)


def read_evidence(kept: str) -> Evidence:
    """Evidence as it was kept; none where it was taken out, or was kept in another form."""
    try:
        return _KEPT.validate_json(kept)
    except ValidationError:
        return Evidence()


def gather_evidence(
    talk: Reading, article: Reading, weights: Callable[[Sequence[str]], Sequence[float]]
) -> Evidence:
    """People, subjects and places of both, those that tell most first; `weights` says how much each key tells."""
    both = sorted(talk.counts.keys() & article.counts.keys())
    says = {
        key: weight * sqrt(talk.counts[key] * article.counts[key])
        for key, weight in zip(both, weights(both), strict=True)
    }
    shared = sorted(both, key=lambda key: -says[key])[:LOOKED_AT]
    return Evidence(
        _people(shared, talk, article), _subjects(shared, talk, article), _places(shared, talk, article)
    )


def only_said(evidence: Evidence, is_said: Callable[[str], bool], guests: Collection[str]) -> Evidence:
    """Without what the talk, as readers see it now, does not say or print any more."""
    printed = {fold(guest) for guest in guests}

    def kept(things: tuple[Thing, ...]) -> tuple[Thing, ...]:
        return tuple(one for one in things if fold(one.said) in printed or is_said(one.said))

    return replace(
        evidence,
        people=kept(evidence.people),
        subjects=kept(evidence.subjects),
        places=kept(evidence.places),
        author=evidence.author if fold(evidence.author) in printed else "",
    )


def guests_named(evidence: Evidence, guests: Collection[str]) -> tuple[list[str], list[str]]:
    """The people of the evidence: those who take part in the talk, and the others."""
    known = {fold(guest) for guest in guests}
    here = [one.written for one in evidence.people if known & {fold(one.written), fold(one.said)}]
    others = [one.written for one in evidence.people if one.written not in here]
    return [name for name in here if name != evidence.author], others


def tell_reason(evidence: Evidence, guests: Sequence[str] = ()) -> str:
    """The sentences, the strongest reason first; `guests` are the people of the talk."""
    here, others = guests_named(evidence, guests)
    subjects, places = ([one.written for one in things] for things in (evidence.subjects, evidence.places))
    told = [
        "The article quotes this talk." if evidence.quotations else "",
        "The article links to this talk." if evidence.is_linked else "",
        f"{evidence.author}, who is in this talk, wrote the article." if evidence.author else "",
        f"{join_words(here)} of this talk {'is' if len(here) == 1 else 'are'} named in the article."
        if here
        else "",
        f"Both name {join_words(others)}." if others else "",
        f"Both are about {join_words(subjects)}." if subjects else "",
        f"Both speak of {join_words(places)}." if places else "",
        _days(evidence.days_apart),
    ]
    return " ".join(filter(None, told))


def _days(apart: int | None) -> str:
    if apart is None or apart > NEAR_DAYS:
        return ""
    return f"They came out {apart} days apart." if apart > 1 else "They came out together."


def join_words(things: Sequence[str]) -> str:
    """
    >>> join_words(["rain"]), join_words(["rain", "tea", "cricket"])
    ('rain', 'rain, tea and cricket')
    """
    return " and ".join(filter(None, (", ".join(things[:-1]), things[-1])))


def _people(shared: Iterable[str], talk: Reading, article: Reading) -> tuple[Thing, ...]:
    names = (
        Thing(_fuller(article.written[key], talk.written[key]), talk.written[key])
        for key in shared
        if kind_of(key) is Kind.PERSON and (talk.is_cased or article.is_cased)
    )
    return _distinct(names)[:MOST_TOLD]


def _fuller(written: str, said: str) -> str:
    """As the article writes it, unless the talk says the same name in full."""
    return said if set(fold(written).split()) < set(fold(said).split()) else written


def _places(shared: Iterable[str], talk: Reading, article: Reading) -> tuple[Thing, ...]:
    names = (
        Thing(article.written[key], talk.written[key])
        for key in shared
        if kind_of(key) in (Kind.NAME, Kind.PLACE)
    )
    return _distinct(one for one in names if not one.written[0].islower())[:2]


def _subjects(shared: Iterable[str], talk: Reading, article: Reading) -> tuple[Thing, ...]:
    """What both are about; a pair of words is told instead of each of them."""
    told: list[Thing] = []
    for key in islice((key for key in shared if kind_of(key) in _SUBJECTS), LIKELY_TOLD):
        thing = Thing(_small(article.written[key]), talk.written[key])
        if not any(_is_part(thing, one) for one in told):
            told = [one for one in told if not _is_part(one, thing)] + [thing]
    return tuple(told[:MOST_TOLD])


def _is_part(some: Thing, whole: Thing) -> bool:
    return set(fold(some.written).split()) <= set(fold(whole.written).split())


def _small(written: str) -> str:
    """As it stands within a sentence; what is written in capitals altogether stays.

    >>> _small("Glacier lake"), _small("FATF")
    ('glacier lake', 'FATF')
    """
    return written if written.isupper() else written.lower()


def _distinct(things: Iterable[Thing]) -> tuple[Thing, ...]:
    return tuple({fold(one.written): one for one in reversed(list(things))}.values())[::-1]
