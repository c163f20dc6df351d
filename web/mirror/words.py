"""What can be searched without a server: every word of the mirror in small files, loaded as scripts as they are needed,
for browsers fetch nothing from a disk; and an index of words and names for readers without scripts."""

import json
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from catalog import normalize
from catalog.db import reading
from catalog.reading import EpisodePage, published_slugs, read_page
from web.mirror.addresses import SEARCH, file_of
from web.mirror.rewriting import rewrite_page
from web.wording import clock, seconds

INDEX_PAGE = "words/index.html"
SHARD_LETTERS = 2
SHORTEST, MOST_WORDS, MOST_PLACES = 4, 300, 6
EVERYWHERE = 0.2  # a word of so many of all passages leads nowhere
_SCRIPTS = ("static/mirror.js", "search/fold.js", "search/talks.js")


@dataclass
class Words:
    """Every word of every talk: its places by number of talk and of passage."""

    talks: list[tuple[str, str, str, str]] = field(default_factory=list)  # slug, title, day, language
    places: dict[str, list[list[int]]] = field(default_factory=lambda: defaultdict(list))
    passages: int = 0

    def add(self, talk: EpisodePage, passages: Sequence[tuple[str, str, str, str]]) -> int:
        """The number of the talk; its passages as (start in seconds, speaker, language, text)."""
        number = len(self.talks)
        day = talk.aired_at.date().isoformat() if talk.aired_at else ""
        self.talks.append((talk.card.slug, talk.card.title, day, talk.card.language))
        self.passages += len(passages)
        for at, (_, _, _, text) in enumerate(passages):
            for word in dict.fromkeys(normalize.folded_words(text)):
                of_word = self.places[word]
                if not of_word or of_word[-1][0] != number:
                    of_word.append([number])
                of_word[-1].append(at)
        return number


def write_words(site: Any, note: str) -> Iterator[tuple[str, bytes]]:
    """The files of the search and of the index, by name, one talk in memory at a time."""
    words, starts = Words(), dict[int, list[str]]()
    for talk in _talks(site):
        passages = [
            (seconds(one.start_ms), turn.speaker.name, one.language, one.text)
            for turn in talk.turns
            for one in turn.passages
        ]
        number = words.add(talk, passages)
        starts[number] = [start for start, *_ in passages]
        yield f"search/talk/{number}.js", _call("mirrorTalk", number, passages)
    shards = _shards(words.places)
    yield "search/talks.js", _call("mirrorTalks", words.talks, list(shards))
    yield "search/fold.js", _call("mirrorFold", folding())
    for shard, part in shards.items():
        yield f"search/w/{shard}.js", _call("mirrorWords", shard, part)
    yield SEARCH, _search_page(site, note)
    yield from _index_pages(site, note, words, starts)


def shard_of(word: str) -> str:
    """The file a word stands in: all that begin with the same letters.

    >>> shard_of("lantern"), shard_of("سڑک"), shard_of("a")
    ('6c-61', '633-691', '61')
    """
    return "-".join(f"{ord(letter):x}" for letter in word[:SHARD_LETTERS])


def folding() -> dict[str, Any]:
    """What a browser must know to fold words as `normalize.fold` does; the rest Unicode has told it already."""
    odd = {}
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        if not 0xD800 <= code <= 0xDFFF and letter.casefold() != letter.lower():
            odd[letter] = letter.casefold()
    return {
        "casefold": odd,
        "letters": {chr(code): value for code, value in normalize.LETTERS.items()},
        "nasals": normalize.NASALS,
        "longest": normalize.LONGEST_WORD,
    }


def _call(name: str, *values: Any) -> bytes:
    told = ",".join(json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in values)
    return f"{name}({told});\n".encode()


def _talks(site: Any) -> Iterator[EpisodePage]:
    with reading(site.newsroom.engine) as session:
        yield from (read_page(session, slug) for slug in published_slugs(session))


def _shards(places: Mapping[str, list[list[int]]]) -> dict[str, dict[str, list[list[int]]]]:
    shards: dict[str, dict[str, list[list[int]]]] = defaultdict(dict)
    for word, of_word in sorted(places.items()):
        shards[shard_of(word)][word] = of_word
    return dict(sorted(shards.items()))


def _search_page(site: Any, note: str) -> bytes:
    page = _page(site, "/search", "mirror-search.html")
    scripts = "".join(f'<script src="{name}" defer></script>\n' for name in _SCRIPTS)
    return rewrite_page(page, SEARCH, file_of, note).text.replace("</head>", scripts + "</head>").encode()


def _index_pages(
    site: Any, note: str, words: Words, starts: Mapping[int, list[str]]
) -> Iterator[tuple[str, bytes]]:
    """One page a letter, with the words that lead somewhere, and one that leads to those."""
    counts = Counter({word: sum(len(one) - 1 for one in at) for word, at in words.places.items()})
    most = max(EVERYWHERE * words.passages, MOST_PLACES)
    chosen: dict[str, list[str]] = defaultdict(list)
    for word, count in counts.most_common():
        letter = unicodedata.normalize("NFD", word)[0]
        is_listed = len(word) >= SHORTEST and letter.isalpha() and count <= most
        if is_listed and len(chosen[letter]) < MOST_WORDS:
            chosen[letter].append(word)
    letters = sorted(letter for letter, listed in chosen.items() if listed)
    for letter in letters:
        name = f"words/{ord(letter):x}.html"
        listed = [(word, _links(words, starts, word)) for word in sorted(chosen[letter])]
        yield name, _index_page(site, note, name, letters, letter, listed)
    yield INDEX_PAGE, _index_page(site, note, INDEX_PAGE, letters, "", [])


def _links(words: Words, starts: Mapping[int, list[str]], word: str) -> list[tuple[str, str, str]]:
    """Where a word is said: address, title, time."""
    places = [(number, at) for number, *several in words.places[word] for at in several][:MOST_PLACES]
    return [
        (
            f"/e/{words.talks[number][0]}#t={starts[number][at]}",
            words.talks[number][1],
            clock(round(float(starts[number][at]) * 1000)),
        )
        for number, at in places
    ]


def _index_page(
    site: Any, note: str, name: str, letters: list[str], letter: str, listed: list[tuple[str, Any]]
) -> bytes:
    files = [(one, f"/words/{ord(one):x}.html") for one in letters]
    page = _page(site, f"/{name}", "mirror-words.html", letters=files, letter=letter, words=listed)
    return rewrite_page(page, name, file_of, note).text.encode()


def _page(site: Any, path: str, template: str, **values: Any) -> str:
    """A page of ours in the site's own dress."""
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": b"",
        "headers": [(b"host", b"mirror.invalid")],
        "server": ("mirror.invalid", 80),
    }
    return bytes(site.pages.show(Request(scope), template, **values).body).decode()
