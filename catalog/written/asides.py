"""The lines of an article that are not its text: captions, cross-links, embeds, the furniture of the page. Pure;
bylines and dates are read in `heads`."""

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from catalog.normalize import folded_words

LONGEST_CAPTION = 400
LONGEST_ABOVE_CREDIT = 200

_SHOWN = r"(?:file )?(?:photo|image|picture|photograph|illustration|graphic|cartoon|caption)s?"
_CREDIT = rf"(?:{_SHOWN} )?(?:source|credit|courtesy)s?"
_AGENCY = r"(?:AFP|AP|Reuters|Getty Images|EPA|PTI|ANI|APP|Xinhua|Anadolu)"
_CAPTION = regex.compile(
    "|".join(
        (
            rf"^\W*(?i:{_SHOWN})\b(?! (?:essay|story|feature|gallery))[^:.]{{0,20}}:",
            rf"^\W*(?i:{_SHOWN} (?:by|courtesy|from|via|taken by))[: ]",
            rf"[.(\[|] ?(?i:{_SHOWN} (?:by|courtesy|via|taken by))[: ]",
            rf"(?:^\W*|[(\[|.]\s*)(?i:{_CREDIT})\s*:\s*\S",
            rf"\b(?:Source|Credit|Courtesy|SOURCE|CREDIT|COURTESY|(?i:{_SHOWN} (?:source|credit|courtesy)))s?\s*:\s*\S",
            rf"(?:[(\[/|–—-]|[Pp]hoto:?) ?{_AGENCY}(?:/[\w .]+)?[)\]]?$",
            r"^\W*(?:تصویر|ماخذ|तस्वीर|फ़ोटो|ছবি)\s*[:：]\s*\S",
        )
    )
)
_BARE_CREDIT = regex.compile(rf"^[(\[]?\s*(?i:{_CREDIT}|photo|image|picture)\s*:\s*\S.{{0,120}}$")
_CROSS_LINK = regex.compile(
    r"(?i)^\W*(?:read|watch|see|also read|also watch|also see|listen|related|further reading|مزید پڑھیں|یہ بھی پڑھیں|"
    r"यह भी पढ़ें|आगे पढ़ें|আরও পড়ুন)\b[^:]{0,80}:|"
    r"^\W*(?:also read|related (?:articles?|posts?|stories)|read next|read (?:more|also|the full))\b"
)
_ADDRESS = regex.compile(r"^\s*<?(?:https?://|www\.)\S+>?\s*$")
_EMBED = regex.compile(
    r"(?i)\s*(?:\[/?(?:embed|video|caption|gallery|youtube|audio|tweet|instagram|iframe)\b.*|<iframe\b.*|"
    r"embedded (?:video|tweet|post|content).*|view this post on instagram|a post shared by .*|tweets? by .*|"
    r"(?:video|tweet|advertisements?|advertising|loading|sponsored)(?:\.{3}|…)?|search(?: for)?:?|"
    r"share(?: this| on \w+)?:?|like this:?|"
    r"(?:click to )?share on \w+.*|leave a (?:comment|reply).*|\d+ comments?|no comments?|continue reading.*|"
    r"posted in .*|filed under:? .*|tagged:? .*|tags:? .*|categor(?:y|ies):? .*|facebook|twitter|whatsapp|pinterest|"
    r"telegram|print|e-?mail|copy link|linkedin|pic\.twitter\.com/\S+|— .{1,80}\(@\w+\).*|"
    r"(?:older|newer) (?:posts|entries).*|(?:next|previous)(?: page| post)?\W*|page \d+ of \d+|©.*|"
    r"\d+ min(?:ute)?s? read|subscribe to our newsletter.*|sign up (?:for|to) our newsletter.*)\s*"
)
_SECTIONS = frozenset(
    folded_words("""
    news opinion opinions investigation investigations analysis feature features featured uncategorized uncategorised
    interview interviews politics world region regional culture society security economy environment blog articles
    reports report commentary comment exclusive exclusives editorial latest home pakistan india bangladesh afghanistan
    balochistan kashmir about contact us talk talks show shows videos team donate support
    """)
)
_ENDS_SENTENCE = regex.compile(r"[.!?۔؟।…]['\"”’)]*\s*$")


def is_caption(line: str) -> bool:
    """
    >>> is_caption("The dam. Source: Twitter"), is_caption("He has one source: his brother.")
    (True, False)
    """
    return len(line) <= LONGEST_CAPTION and bool(_CAPTION.search(line))


def is_cross_link(line: str) -> bool:
    return len(line) <= LONGEST_CAPTION and bool(_CROSS_LINK.search(line))


def is_embed(line: str) -> bool:
    """Whether the line stands for a video or a post, or for the furniture of the page."""
    return bool(_ADDRESS.fullmatch(line) or _EMBED.fullmatch(line))


def is_section(line: str) -> bool:
    """Whether the line names the part of a site that an article stands in: "Opinion", "News, Kashmir".

    >>> is_section("INVESTIGATIONS"), is_section("Kashmir and the dams")
    (True, False)
    """
    return len(line) < 80 and all(word in _SECTIONS for word in folded_words(line))


@dataclass(frozen=True)
class Body:
    """The lines of an article, sorted."""

    paragraphs: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


def sort_lines(lines: list[str]) -> Body:
    """Paragraphs, captions and cross-links; embeds are left out.

    >>> sort_lines(["It rained.", "A wet street", "Source: Agency", "Read more on rain:", "The flood"])
    Body(paragraphs=('It rained.',), captions=('A wet street Source: Agency',), links=('Read more on rain: The flood',))
    """
    sorted_lines: dict[str, list[str]] = {"text": [], "caption": [], "link": []}
    for kind, line in _sorted(lines):
        sorted_lines[kind].append(line)
    return Body(*(tuple(some) for some in sorted_lines.values()))


def _sorted(lines: list[str]) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(lines):
        line = lines[at]
        below = lines[at + 1] if at + 1 < len(lines) else ""
        is_two = False
        if is_cross_link(line):
            # The title it leads to may stand in a line of its own.
            is_two = line.rstrip().endswith(":") and bool(below) and not _ENDS_SENTENCE.search(below)
            yield "link", f"{line} {below}" if is_two else line
        elif is_caption(line):
            yield "caption", line
        elif _BARE_CREDIT.match(below) and len(line) <= LONGEST_ABOVE_CREDIT and not is_embed(line):
            is_two = not _ENDS_SENTENCE.search(line)
            yield "caption" if is_two else "text", f"{line} {below}" if is_two else line
        elif not is_embed(line):
            yield "text", line
        at += 1 + is_two
