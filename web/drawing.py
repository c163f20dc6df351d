"""Cards and covers drawn in the look of the pages: ink on paper, a rule, the colon in the accent, the strip. What
stands on one is decided by `cards`, how text is set in `typesetting`."""

from functools import cache
from io import BytesIO

from PIL import Image, ImageColor, ImageDraw

from web.cards import Bar, Card
from web.typesetting import BOLD, DISPLAY, SANS, TEXT, Face, draw_line, set_text, shorten

PAPER, INK, INK_2, RULE = "#fbfbf9", "#15181c", "#43484f", "#cfd2cb"
SHADES = 20  # of each colour, for the edges of letters
WIDE = 1200  # the width that all lengths here are for; a cover is drawn larger
MARGIN, RULE_HEIGHT, PLATE, SMALL, NAME = 64, 4, 36, 24, 44
TITLES, QUOTES, SHOWS = (84, 76, 68, 60, 52, 46, 40), (64, 56, 50, 44, 38, 34, 30), (150, 120, 96, 72)
ON_COVERS, SHOW_ON_COVER = (150, 130, 112, 98), (290, 240, 200)  # a cover is seen small
ROW, MOST_ROWS, NAME_COLUMN, TIME_COLUMN, BAR_HEIGHT = 42, 4, 300, 90, 14


def draw_card(card: Card) -> bytes:
    """The picture as PNG."""
    image = Image.new("RGB", card.size, PAPER)
    sheet = Sheet(ImageDraw.Draw(image), card)
    sheet.fill()
    packed = BytesIO()
    colours = Image.new("P", (1, 1))
    colours.putpalette(palette(card.accent))
    image.quantize(palette=colours, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
    return packed.getvalue()


@cache
def palette(accent: str) -> list[int]:
    """The colours there are and what lies between each and the paper. One made from the picture would drop a red
    colon as too small to matter."""
    paper, rule = ImageColor.getrgb(PAPER), ImageColor.getrgb(RULE)
    steps = [
        round(bright + (dark - bright) * step / SHADES)
        for ink in (INK, INK_2, accent)
        for step in range(1, SHADES + 1)
        for bright, dark in zip(paper, ImageColor.getrgb(ink), strict=True)
    ]
    return [*paper, *rule, *steps]


class Sheet:
    """A picture that is being drawn, from its edges inwards."""

    def __init__(self, draw: ImageDraw.ImageDraw, card: Card) -> None:
        self._draw, self._card = draw, card
        self._unit = card.size[0] / WIDE
        self._left, self._right = self.px(MARGIN), card.size[0] - self.px(MARGIN)
        self._top, self._bottom = self.px(MARGIN - 8), card.size[1] - self.px(MARGIN - 8)

    def px(self, length: float) -> int:
        return round(length * self._unit)

    @property
    def _width(self) -> int:
        return self._right - self._left

    @property
    def _is_cover(self) -> bool:
        return self._card.size[0] == self._card.size[1]

    def fill(self) -> None:
        self._draw.rectangle((self._left, self._top, self._right, self._top + self.px(RULE_HEIGHT)), INK)
        self._top += self.px(RULE_HEIGHT)
        if not self._card.words:
            self._show()
            return
        self._plate()
        if self._card.name:
            self._source()
            self._speaker()
            self._words(TEXT, QUOTES)
        else:
            self._strip()
            self._words(DISPLAY, (*ON_COVERS, *TITLES) if self._is_cover else TITLES)

    def _show(self) -> None:
        """The wordmark alone, as large as it goes, with the line under it."""
        card, colon = self._card, self.px(60)
        self._top += self.px(56)
        draw_line(self._draw, (self._left, self._top), card.house, BOLD, self.px(34), INK_2)
        setting = set_text(
            card.show,
            DISPLAY,
            [self.px(size) for size in ((*SHOW_ON_COVER, *SHOWS) if self._is_cover else SHOWS)],
            self._width - colon,
            self._bottom - self._top,
            3,
        )
        y = self._top + self.px(30)
        for line in setting.lines:
            x = draw_line(self._draw, (self._left, y + setting.baseline), line, DISPLAY, setting.size, INK)
            y += setting.leading
        draw_line(
            self._draw,
            (x, y - setting.leading + setting.baseline),
            ":",
            DISPLAY,
            setting.size,
            self._card.accent,
        )
        told = set_text(card.source, TEXT, [self.px(40), self.px(34)], self._width, self.px(220), 3)
        y = self._bottom - told.height
        for line in told.lines:
            draw_line(self._draw, (self._left, y + told.baseline), line, TEXT, told.size, INK_2)
            y += told.leading

    def _plate(self) -> None:
        """Whose show this is, and when the talk was."""
        card = self._card
        y = self._top + self.px(46)
        half = self._width * 3 // 5
        x: float = self._left
        if card.house:
            house = shorten(card.house, SANS, self.px(SMALL), half // 2)
            x = draw_line(self._draw, (x, y), house, SANS, self.px(SMALL), INK_2) + self.px(12)
        show = shorten(card.show, DISPLAY, self.px(PLATE), half - round(x - self._left))
        x = draw_line(self._draw, (x, y), show, DISPLAY, self.px(PLATE), INK)
        draw_line(self._draw, (x, y), ":", DISPLAY, self.px(PLATE), self._card.accent)
        facts = shorten(card.facts, SANS, self.px(SMALL), self._width - half)
        draw_line(self._draw, (self._right, y), facts, SANS, self.px(SMALL), INK_2, ends=True)
        self._top = y + self.px(44)

    def _words(self, faces: tuple[Face, ...], sizes: tuple[int, ...]) -> None:
        """The title or what was said, in what room is left, beginning where its script begins."""
        card = self._card
        room = self._bottom - self._top
        setting = set_text(card.words, faces, [self.px(size) for size in sizes], self._width, room)
        y, ends = self._top, setting.way == "rtl"
        for line in setting.lines:
            at = (self._right if ends else self._left, y + setting.baseline)
            draw_line(self._draw, at, line, faces, setting.size, INK, base=setting.way, ends=ends)
            y += setting.leading

    def _speaker(self) -> None:
        card, size = self._card, self.px(NAME)
        y = self._top + self.px(30)
        colon = self.px(20)
        name = shorten(card.name, DISPLAY, size, self._width * 2 // 3 - colon)
        x = draw_line(self._draw, (self._left, y), name, DISPLAY, size, INK)
        x = draw_line(self._draw, (x, y), ":", DISPLAY, size, self._card.accent) + self.px(16)
        office = shorten(card.office, SANS, self.px(SMALL), round(self._right - x))
        draw_line(self._draw, (x, y), office, SANS, self.px(SMALL), INK_2)
        self._top = y + self.px(20)

    def _source(self) -> None:
        """The talk the words are from, at the foot under a hairline."""
        size = self.px(SMALL)
        title = shorten(self._card.source, SANS, size, self._width)
        draw_line(self._draw, (self._left, self._bottom - self.px(6)), title, SANS, size, INK_2)
        self._bottom -= self.px(50)
        self._draw.rectangle((self._left, self._bottom, self._right, self._bottom + self.px(1)), RULE)
        self._bottom -= self.px(16)

    def _strip(self) -> None:
        """Who spoke when, at the foot; of many voices those who are heard first."""
        bars = self._card.bars[: 2 * MOST_ROWS if self._is_cover else MOST_ROWS]
        if not bars:
            return
        y = self._bottom - len(bars) * self.px(ROW)
        self._bottom = y - self.px(20)
        for bar in bars:
            self._row(bar, y)
            y += self.px(ROW)

    def _row(self, bar: Bar, y: int) -> None:
        size, stand = self.px(SMALL), y + self.px(28)
        column = self.px(NAME_COLUMN)
        name = shorten(bar.name, BOLD, size, column - self.px(24))
        draw_line(self._draw, (self._left, stand), name, BOLD if bar.is_named else SANS, size, INK)
        draw_line(self._draw, (self._right, stand), bar.spoken, SANS, size, INK_2, ends=True)
        start, end = self._left + column, self._right - self.px(TIME_COLUMN)
        top = stand - self.px(BAR_HEIGHT) - self.px(1)
        self._draw.rectangle((start, stand, end, stand + self.px(1)), RULE)
        for first, width in bar.spans:
            box = (
                start + (end - start) * first // 1000,
                top,
                start + (end - start) * min(1000, first + width) // 1000,
                stand - self.px(1),
            )
            if bar.is_named:
                self._draw.rectangle(box, INK)
            else:
                self._draw.rectangle(box, None, INK_2, self.px(2))
