"""A reader's search as the page shows it: hits gathered by talk, counts, links that narrow it. The index searches."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote_plus, urlencode

from catalog.authority.reading import Named, names_of, public_topics, topics_meant
from catalog.authority.topics import in_language
from catalog.search.answering import Sort
from catalog.search.facets import Count, Facet
from catalog.search.fusion import Mode, search_in_mode
from catalog.search.hits import Results
from catalog.search.moments import Hit
from catalog.search.query import LONGEST_QUERY, Note
from catalog.search.spellings import known_tables
from catalog.search.written import FoundArticles, asks_for_articles, search_articles
from web.deps import Visit
from web.language import phrase
from web.spelling import names_for, spell_hit

ON_PAGE, ON_LONG_PAGE = 10, 50
LONGEST_NAMED, MOST_PAGES = 100, 3
ON_PAGE_BY_MEANING = 40
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
        return [(count, begin + quote_plus(field_of(facet, count)) + rest) for count in facet.counts]


def _written(**values: str) -> str:
    return "".join(f"&{name}={quote_plus(value)}" for name, value in values.items() if value)


NO_ARTICLES = FoundArticles()


@dataclass(frozen=True)
class Found:
    """`talks` are the hits of this page, by talk, the best talk first; `notes` each with what they are about; `more` is
    the next page; `about`: the total is estimated; `pages` are of what is called just as was asked."""

    asked: Asked
    within_title: str = ""
    total: int = 0
    talks: tuple[tuple[Hit, ...], ...] = ()
    notes: tuple[tuple[str, str], ...] = ()
    also: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
    suggestions: tuple[Asked, ...] = ()
    more: Asked | None = None
    about: bool = False
    articles: FoundArticles = NO_ARTICLES
    pages: tuple[Named, ...] = ()


def find_turns(visit: Visit, asked: Asked) -> Found:
    """Search the published talks; what was not understood comes back as notes."""
    asked = replace(asked, text=" ".join(asked.text.replace("\0", " ").split()))
    if not asked.text:
        return Found(asked, asked.within)
    tables = known_tables(visit.session, visit.site.newsroom.settings.home) if asked.expand else None
    written = FoundArticles()
    if asks_for_articles(asked.text) and not asked.after:
        index = visit.site.read_articles()
        written = search_articles(visit.session, index, asked.text, expand=asked.expand, tables=tables)
    results = search_in_mode(
        visit.session,
        visit.site.index,
        asked.text,
        mode=asked.mode,
        meanings=None if asked.mode is Mode.WORDS else visit.site.read_meanings(),
        limit=asked.on_page,
        after=asked.after,
        episode=asked.within or None,
        sort=asked.sort,
        expand=asked.expand,
        tables=tables,
    )
    results = replace(results, facets=tuple(_in_language(visit, facet) for facet in results.facets))
    people = ((hit.speaker_slug, hit.speaker) for hit in results.hits)
    names = names_for(visit.session, visit.language, people)
    results = replace(results, notes=(*results.notes, *written.notes))
    found = _found(replace(asked, text=asked.text[:LONGEST_QUERY]), results, names)
    return replace(found, pages=_pages(visit, asked), articles=written)


def _pages(visit: Visit, asked: Asked) -> tuple[Named, ...]:
    """The pages of whoever or whatever is called just as the reader wrote, in any spelling."""
    if asked.after or asked.within or len(asked.text) > LONGEST_NAMED:
        return ()
    known = public_topics(visit.session)
    meant = [known[slug] for slug in topics_meant(visit.session, asked.text)][:MOST_PAGES]
    return tuple(in_language(visit.session, meant, visit.language.code))


def _in_language(visit: Visit, facet: Facet) -> Facet:
    """Topics under the names the reader's language has for them."""
    if facet.field != "topic":
        return facet
    names = names_of(visit.session, [one.value for one in facet.counts], visit.language.code)
    return replace(facet, counts=tuple(replace(one, label=names[one.value]) for one in facet.counts))


def _found(asked: Asked, results: Results, names: Mapping[str, str]) -> Found:
    return Found(
        asked,
        results.hits[0].episode_title if asked.within and results.hits else asked.within,
        results.total,
        (by_talk if asked.grouped else one_by_one)(spell_hit(hit, names) for hit in results.hits),
        tuple((note.text, piece_at(asked.text, note)) for note in results.notes),
        results.also,
        tuple(facet for facet in results.facets if len(facet.counts) > 1),
        tuple(replace(asked, text=one) for one in results.suggestions),
        replace(asked, after=results.next) if results.next else None,
        results.about,
    )


def piece_at(text: str, note: Note) -> str:
    """What a note is about, as it was written; "" when it is about all of it.

    >>> piece_at("road before:2021-02-31 rail", Note(5, "no such day"))
    'before:2021-02-31'
    """
    pieces = text[note.position :].split(maxsplit=1) if note.position else ()
    return pieces[0][:60] if pieces else ""


def field_of(facet: Facet, count: Count) -> str:
    """What a reader would write to ask for the turns behind a count.

    >>> field_of(Facet("year", ()), Count("2020", "2020", 3))
    'after:2020 before:2021'
    >>> field_of(Facet("speaker", ()), Count("Zarin Test", "Zarin Test", 3))
    'speaker:"Zarin Test"'
    """
    if facet.field == "year":
        return f"after:{count.value} before:{int(count.value) + 1}"
    value = " ".join(count.value.translate(dict.fromkeys(map(ord, '"“”„«»'))).split())
    name = "lang" if facet.field == "language" else facet.field
    return f'{name}:"{value}"' if " " in value else f"{name}:{value}"


def one_by_one(hits: Iterable[Hit]) -> tuple[tuple[Hit, ...], ...]:
    """Each hit for itself, in the order they were found."""
    return tuple((hit,) for hit in hits)


def by_talk(hits: Iterable[Hit]) -> tuple[tuple[Hit, ...], ...]:
    """Hits of one talk together, talks in the order of their best hit, moments in the order they were spoken."""
    talks: dict[str, list[Hit]] = {}
    for hit in hits:
        talks.setdefault(hit.episode_slug, []).append(hit)
    return tuple(tuple(sorted(talk, key=lambda hit: hit.start_ms)) for talk in talks.values())
