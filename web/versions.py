"""The languages a page can be read in, for `hreflang` on pages and in the site map. Nothing is translated here."""

from dataclasses import dataclass

# For each language of the interface what stands before the path of a page in it.
PREFIXES = {"en": ""}


@dataclass(frozen=True)
class Version:
    """A page in one language; "x-default" is what a reader gets whose language we do not have."""

    language: str
    address: str


def versions_of(base: str, path: str, prefixes: dict[str, str] = PREFIXES) -> tuple[Version, ...]:
    """Every language of the page with this path (as it is without a prefix); none where there is but one.

    >>> versions_of("https://talks.example", "/people")
    ()
    >>> [one.address for one in versions_of("https://talks.example", "/", {"en": "", "ur": "/ur"})]
    ['https://talks.example/', 'https://talks.example/ur/', 'https://talks.example/']
    """
    if len(prefixes) < 2:
        return ()
    found = [Version(language, f"{base}{prefix}{path}") for language, prefix in prefixes.items()]
    return (*found, Version("x-default", found[0].address))
