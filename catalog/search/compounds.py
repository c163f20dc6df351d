"""Names of which a part is written as one by some and apart by others, by how they sound: Abdul Qadir, عبد القادر,
Abdulqadir; نصیب اللہ, Nasibullah; Mah Ganj, Mahganj; Yusufzai, یوسف زئی. Pure; `expand` asks for them."""

import re
from collections.abc import Iterator

from catalog.search.tables import Words

SHORTEST_SOUND = 4  # letters of a skeleton: shorter ones are shared by too many words

_SERVANT = re.compile("abda?l(?P<of>.+)")
_WITH_ARTICLE = re.compile("(?P<what>.{2,}?)(?:al|ar|ad|r|d|l)?(?P<of>rmn|dn|hk)")  # Rahman, Din, Haq
_OF_GOD = re.compile("(?P<what>.{3,}?)(?:alla|ala|la)")
_OF_A_PLACE = re.compile(
    "(?P<what>.{2,}?)a?(?P<of>ji|pr|bd|ngr)"
)  # Yusufzai, Kartarpur, Muzaffarabad, Srinagar


def whole_otherwise(name: Words) -> Iterator[Words]:
    """A whole name, given as its skeletons, with one part written otherwise."""
    for size in (1, 2, 3):
        for at in range(len(name) - size + 1):
            for written in written_otherwise(name[at : at + size]):
                yield (*name[:at], *written, *name[at + size :])


def written_otherwise(parts: Words) -> Iterator[Words]:
    """How else these skeletons may be parted; none when nothing is known of it.

    >>> list(written_otherwise(("krtrpr",))), list(written_otherwise(("jn", "ara")))
    ([('krtrpr',), ('krtr', 'pr')], [('jnara',), ('jnra',)])
    """
    skeleton = "".join(parts)
    if found := _SERVANT.fullmatch(skeleton):
        of = found["of"]
        for rest in dict.fromkeys((of, of.removeprefix("v"), f"v{of}")):  # a v within a word is not heard
            yield from ((f"abdl{rest}",), ("abdl", rest), ("abd", f"al{rest}"))
    elif found := _OF_GOD.fullmatch(skeleton):
        yield from ((f"{found['what']}la",), (found["what"], "ala"), (found["what"], "alla"))
    elif found := _WITH_ARTICLE.fullmatch(skeleton):
        what, of = found["what"], found["of"]
        yield from ((what + of,), (what, of), (what, f"al{of}"), (f"{what}{of[0]}", of))
    elif found := _OF_A_PLACE.fullmatch(skeleton):
        what, of = found["what"], found["of"]
        yield from ((what + of,), (what, "abd" if of == "bd" else of))
    elif len(parts) > 1 and max(map(len, parts)) < SHORTEST_SOUND:
        before = parts[0].rstrip("aiu")
        yield from ((before + parts[1],), (before + parts[1].removeprefix("a"),))  # Jahan Ara
