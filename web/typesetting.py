"""Text in every script of the talks, set in the site's own fonts: which face a letter needs, lines, directions.
What is drawn where is `drawing`'s; this loads Pillow and is imported by nothing that every page needs."""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import groupby

import regex
from PIL import ImageDraw, ImageFont

from transcribe.languages import RIGHT_TO_LEFT, script_of
from web.assets import FOLDER
from web.wording import direction

Font = ImageFont.FreeTypeFont

NOWHERE = "\U0010ffff"  # a sign that no font has: what stands for it stands for every sign that is missing
MOST_BALANCED = 4  # lines: that is a title; longer text fills its lines
MEASURED = 64  # pixels: the size that widths are taken at
LAID_TO_THEIR_LETTER = ("Mn", "Mc", "Me", "Cf")


@dataclass(frozen=True)
class Face:
    """A font file: how far its lines are apart, and where in a line the letters stand, as parts of the size."""

    file: str
    leading: float
    baseline: float
    weight: int = 0
    scale: float = 1.0  # how much larger than Latin letters they must be to look alike


INDIC = tuple(
    Face(f"noto-{name}.woff2", 1.4, 0.95, scale=0.92) for name in ("devanagari", "bengali", "gurmukhi")
)
NASTALIQ = Face("spt-nastaliq.woff2", 2.15, 1.4, scale=0.8)
NASKH = Face("spt-naskh.woff2", 1.75, 1.15, scale=1.05)
DISPLAY = (Face("spt-display.woff2", 1.08, 0.84), NASTALIQ, *INDIC)
TEXT = (Face("spt-text.woff2", 1.32, 0.96), NASKH, *INDIC)
SANS = (Face("spt-sans.woff2", 1.35, 0.98, 400), NASKH, *INDIC)
BOLD = (Face("spt-sans.woff2", 1.35, 0.98, 700), NASKH, *INDIC)


@dataclass(frozen=True)
class Run:
    """Letters that one font draws in one direction."""

    text: str
    face: Face
    way: str


@dataclass(frozen=True)
class Setting:
    """Lines that fit, the size they are set in, and how far they are apart, in pixels."""

    lines: tuple[str, ...]
    size: int
    leading: int
    baseline: int
    way: str

    @property
    def height(self) -> int:
        return self.leading * len(self.lines)


@cache
def font(face: Face, size: int) -> Font:
    loaded = ImageFont.truetype(
        FOLDER / "fonts" / face.file, round(size * face.scale), layout_engine=ImageFont.Layout.RAQM
    )
    if face.weight:
        loaded.set_variation_by_axes([face.weight])
    return loaded


@cache
def has(face: Face, sign: str) -> bool:
    """Whether the font can draw it: its picture is not the one of a sign that is missing."""
    tried = font(face, 32)
    return bytes(tried.getmask(sign)) != bytes(tried.getmask(NOWHERE))


@lru_cache(maxsize=4096)
def runs_of(text: str, faces: tuple[Face, ...], base: str) -> tuple[Run, ...]:
    """A line in a text of direction `base` cut where font or direction change, in the order it is spoken. What no
    font has is left out."""
    pieces: list[tuple[str, Face, str]] = []
    for sign in text:
        last = pieces[-1] if pieces else None
        if last and (unicodedata.category(sign) in LAID_TO_THEIR_LETTER):
            pieces.append((sign, last[1], last[2]))
            continue
        face = _face_for(sign, faces, last[1] if last else None)
        if face:
            way = _way(sign) or (last[2] if last else base)
            pieces.append((sign, face, way))
    runs = [
        Run("".join(sign for sign, _, _ in group), face, way)
        for (face, way), group in groupby(pieces, lambda piece: (piece[1], piece[2]))
    ]
    return tuple(part for run in runs for part in _part_ends(run, base, faces[0]))


def _face_for(sign: str, faces: tuple[Face, ...], last: Face | None) -> Face | None:
    """What stands between words is drawn with them, if their font has it."""
    if last and not sign.isalpha() and has(last, sign):
        return last
    return next((face for face in faces if has(face, sign)), None)


def _way(sign: str) -> str:
    if not sign.isalpha():
        return ""
    return "rtl" if script_of(sign) in RIGHT_TO_LEFT else "ltr"


def _part_ends(run: Run, base: str, plain: Face) -> Iterator[Run]:
    """What follows foreign words stands where the line goes on, not where they begin; the space between two scripts
    is the wider one of `plain` letters."""
    bare = run.text.rstrip(" " if run.way == base else " .,:;!?…”)")
    end = run.text[len(bare) :]
    if bare:
        yield Run(bare, run.face, run.way)
    if end:
        yield Run(end, run.face if end.strip() else plain, base)


def in_sight(runs: Sequence[Run], base: str) -> list[Run]:
    """The runs from left to right."""
    if base == "ltr":
        return list(runs)
    groups = [list(group) for _, group in groupby(runs, lambda run: run.way)]
    return [run for group in reversed(groups) for run in (group if group[0].way == "ltr" else group[::-1])]


def width_of(text: str, faces: tuple[Face, ...], size: int) -> float:
    return _measure(text, faces) * size / MEASURED


@lru_cache(maxsize=4096)
def _measure(text: str, faces: tuple[Face, ...]) -> float:
    """Shaped once, not once for each size that is tried: Nastaliq takes its time."""
    runs = runs_of(text, faces, direction(text))
    return sum(font(run.face, MEASURED).getlength(run.text, direction=run.way) for run in runs)


def set_text(
    text: str, faces: tuple[Face, ...], sizes: Sequence[int], width: int, height: int, most: int = 99
) -> Setting:
    """The text in the largest of the sizes that fits; in the smallest one what does not fit is left out."""
    way = direction(text)
    used = {run.face for run in runs_of(text, faces, way)} or {faces[0]}
    for size in sizes:
        leading = round(size * max(face.leading for face in used))
        baseline = round(size * max(face.baseline for face in used))
        room = max(1, min(most, height // leading))
        lines = list(_lines(text, faces, size, width))
        if len(lines) <= room or size == sizes[-1]:
            break
    if len(lines) <= min(room, MOST_BALANCED):
        lines = _balance(text, faces, size, width, len(lines))
    if len(lines) > room:
        lines = [*lines[: room - 1], shorten(" ".join(lines[room - 1 :]), faces, size, width)]
    return Setting(tuple(lines), size, leading, baseline, way)


def _balance(text: str, faces: tuple[Face, ...], size: int, width: int, count: int) -> list[str]:
    """As few lines as the width allows, none of them much shorter than the rest."""
    widths = range(width // 3, width + 1, 8)
    enough = bisect_left(widths, True, key=lambda one: len(list(_lines(text, faces, size, one))) <= count)
    return list(_lines(text, faces, size, widths[enough] if enough < len(widths) else width))


def _lines(text: str, faces: tuple[Face, ...], size: int, width: int) -> Iterator[str]:
    """Words are measured one by one: between them no script of ours joins letters."""
    space = width_of(" ", faces, size)
    line, used = "", 0.0
    for word in (piece for whole in text.split() for piece in _pieces(whole, faces, size, width)):
        long = width_of(word, faces, size)
        if line and used + space + long > width:
            yield line
            line, used = "", 0.0
        used += long + (space if line else 0)
        line = f"{line} {word}".strip()
    if line:
        yield line


def _pieces(word: str, faces: tuple[Face, ...], size: int, width: int) -> Iterator[str]:
    """A word that is too long for a line, cut between letters."""
    letters = regex.findall(r"\X", word)
    while letters:
        count = max(1, _how_many(letters, faces, size, width))
        yield "".join(letters[:count])
        letters = letters[count:]


def shorten(text: str, faces: tuple[Face, ...], size: int, width: float) -> str:
    """The text, or as much of it as fits before a sign that it goes on."""
    if width_of(text, faces, size) <= width:
        return text
    letters = regex.findall(r"\X", text)
    kept = letters[: _how_many(letters, faces, size, width - width_of("…", faces, size))]
    return "".join(kept).rstrip() + "…"


def _how_many(letters: Sequence[str], faces: tuple[Face, ...], size: int, width: float) -> int:
    """With how many letters a line is full."""
    counts = range(1, len(letters) + 1)
    return bisect_right(counts, width, key=lambda count: width_of("".join(letters[:count]), faces, size))


def draw_line(
    draw: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    faces: tuple[Face, ...],
    size: int,
    colour: str,
    *,
    base: str = "ltr",
    ends: bool = False,
) -> float:
    """Draw a line of a text of direction `base` whose letters stand on `at` and begin there or, if it `ends` there,
    stop there; returns where the next one would begin."""
    x, y = at
    runs = in_sight(runs_of(text, faces, base), base)
    if ends:
        x -= sum(font(run.face, size).getlength(run.text, direction=run.way) for run in runs)
    for run in runs:
        used = font(run.face, size)
        draw.text((x, y), run.text, fill=colour, font=used, anchor="ls", direction=run.way)
        x += used.getlength(run.text, direction=run.way)
    return x
