"""What a reader asks of the search, as an address says it, and the addresses that ask it otherwise. Nothing is searched
here."""

from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote_plus, urlencode

import regex

from catalog.search.answering import Sort
from catalog.search.facets import Count, Facet
from catalog.search.fusion import Mode
from catalog.search.written import asks_for_articles_only
from web.language import phrase

ON_PAGE, ON_LONG_PAGE = 10, 50
ON_PAGE_BY_MEANING = 40
IN_BOTH = regex.compile(r"\bin:both\b", regex.IGNORECASE)
SORTS = {
    Sort.RELEVANCE: phrase("By relevance"),
    Sort.NEWEST: phrase("Newest first"),
    Sort.OLDEST: phrase("Oldest first"),
    Sort.POSITION: phrase("As spoken"),
}


@dataclass(frozen=True)
class Asked:
    """What a reader asked: the words, the one talk to look in ("" for all), the order, other spellings or not,
    after which page (the cursor that page gave), whether by words, meaning or both, whether turns of one talk are
    to stand together, and whether pages are to be long."""

    text: str
    within: str = ""
    sort: Sort = Sort.RELEVANCE
    expand: bool = True
    after: str = ""
    mode: Mode = Mode.WORDS
    grouped: bool = True
    long: bool = False

    @property
    def address(self) -> str:
        """Where this search is found.

        >>> Asked("old road", expand=False).address
        '/search?q=old+road&expand=no'
        """
        return f"/search?q={quote_plus(self.text)}{self._rest}{_written(after=self.after)}".replace(
            "?q=&", "?"
        )

    @property
    def _rest(self) -> str:
        return _written(
            **{"in": self.within},
            sort="" if self.sort is Sort.RELEVANCE else self.sort.value,
            expand="" if self.expand else "no",
            mode="" if self.mode is Mode.WORDS else self.mode.value,
            group="" if self.grouped else "no",
            show=str(ON_LONG_PAGE) if self.long else "",
        )

    @property
    def on_page(self) -> int:
        """How many turns a page has; by meaning there is no second one."""
        if self.mode is not Mode.WORDS:
            return ON_PAGE_BY_MEANING
        return ON_LONG_PAGE if self.long else ON_PAGE

    @property
    def query(self) -> str:
        """What pages that work with the whole result are asked, as they take it: no order, no page.

        >>> Asked("old road", within="tea", after="x").query
        '?q=old+road&in=tea'
        """
        parts = {"q": self.text, "in": self.within, "expand": "" if self.expand else "no"}
        return "?" + urlencode({name: value for name, value in parts.items() if value})

    @property
    def everywhere(self) -> "Asked":
        return replace(self, within="", after="")

    @property
    def first_page(self) -> "Asked":
        return replace(self, after="")

    @property
    def respelled(self) -> "Asked":
        """The same with other spellings when they are off, without when they are on."""
        return replace(self, expand=not self.expand, after="")

    @property
    def regrouped(self) -> "Asked":
        """The same page turn by turn when talks are kept together, by talk when they are not."""
        return replace(self, grouped=not self.grouped)

    @property
    def resized(self) -> "Asked":
        """The same from its first page on, in long pages when they are short, in short ones when they are long."""
        return replace(self, long=not self.long, after="")

    @property
    def other_size(self) -> int:
        return self.resized.on_page

    @property
    def in_articles(self) -> "Asked":
        """The same, looked for in written articles too."""
        return replace(self, text=f"{self.text} in:both", within="", after="")

    @property
    def articles_only(self) -> bool:
        """Whether only written articles are looked for: pages and counts are of these then."""
        return asks_for_articles_only(self.text)

    @property
    def in_articles_only(self) -> "Asked":
        """The same, looked for in written articles alone.

        >>> Asked("old road in:both").in_articles_only.text
        'old road in:articles'
        """
        return replace(self, text=IN_BOTH.sub("in:articles", self.text), after="")

    @property
    def by_words(self) -> "Asked":
        return replace(self, mode=Mode.WORDS, after="")

    @property
    def by_meaning(self) -> "Asked":
        """The same, found by meaning too."""
        return replace(self, mode=Mode.HYBRID, sort=Sort.RELEVANCE, after="")

    @property
    def orders(self) -> tuple[tuple[str, "Asked", bool], ...]:
        """Each order by its name, the search in it, and whether it is the one we have."""
        return tuple(
            (name, replace(self, sort=sort, after=""), sort is self.sort) for sort, name in SORTS.items()
        )

    def narrowings(self, facet: Facet) -> list[tuple[Count, str]]:
        """The address of the same, for the turns behind each count only.

        >>> Asked("old road", expand=False).narrowings(Facet("role", (Count("guest", "guest", 3),)))
        [(Count(value='guest', label='guest', turns=3), '/search?q=old+road+role%3Aguest&expand=no')]
        """
        begin, rest = f"/search?q={quote_plus(self.text)}+", self._rest
        return [(count, begin + _quoted(facet.field, count.value) + rest) for count in facet.counts]


def _written(**values: str) -> str:
    return "".join(f"&{name}={quote_plus(value)}" for name, value in values.items() if value)


def field_of(facet: str, value: str) -> str:
    """What a reader would write to ask for the turns behind a count.

    >>> field_of("year", "2020"), field_of("speaker", "Zarin Test")
    ('after:2020 before:2021', 'speaker:"Zarin Test"')
    """
    if facet == "year":
        return f"after:{value} before:{int(value) + 1}"
    value = " ".join(value.translate(dict.fromkeys(map(ord, '"“”„«»'))).split())
    name = "lang" if facet == "language" else facet
    return f'{name}:"{value}"' if " " in value else f"{name}:{value}"


@lru_cache(maxsize=4_096)  # the same people, years and topics on every page
def _quoted(facet: str, value: str) -> str:
    return quote_plus(field_of(facet, value))
