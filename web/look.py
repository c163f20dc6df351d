"""How pages look to one reader, as they chose it: light or dark, size, spacing, times. What is chosen is a class of the
page; the style sheet does the rest. Keeping a choice is the work of `choices`."""

from dataclasses import dataclass

from starlette.requests import Request

from web.language import phrase


@dataclass(frozen=True)
class Choice:
    """Something a reader may choose, and what there is; the first option is what nobody needs to choose."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]

    @property
    def standard(self) -> str:
        return self.options[0][0]

    def read(self, wanted: str | None) -> str:
        """One of the options, whatever a cookie or a form may say."""
        return next((value for value, _ in self.options if value == wanted), self.standard)


CHOICES = (
    Choice(
        "theme",
        phrase("Theme"),
        (("auto", phrase("Auto")), ("light", phrase("Light")), ("dark", phrase("Dark"))),
    ),
    Choice(
        "size",
        phrase("Text size"),
        (
            ("normal", phrase("Normal")),
            ("smaller", phrase("Smaller")),
            ("larger", phrase("Larger")),
            ("largest", phrase("Largest")),
        ),
    ),
    Choice(
        "lines",
        phrase("Lines"),
        (("normal", phrase("Normal")), ("wide", phrase("Wider")), ("widest", phrase("Widest"))),
    ),
    Choice("times", phrase("Times"), (("shown", phrase("Shown")), ("hidden", phrase("Hidden")))),
)


@dataclass(frozen=True)
class Look:
    """What was chosen, one value for each of CHOICES in their order.

    >>> Look(("dark", "normal", "wide", "shown")).classes, Look().classes
    ('theme-dark lines-wide', '')
    """

    chosen: tuple[str, ...] = tuple(choice.standard for choice in CHOICES)

    @property
    def classes(self) -> str:
        return " ".join(
            f"{choice.name}-{value}"
            for choice, value in zip(CHOICES, self.chosen, strict=True)
            if value != choice.standard
        )

    def has(self, choice: Choice, value: str) -> bool:
        return self.chosen[CHOICES.index(choice)] == value


PLAIN = Look()


def look_of(request: Request) -> Look:
    """What this reader chose; what else a cookie may say is nothing."""
    if "cookie" not in request.headers:
        return PLAIN
    return Look(tuple(choice.read(request.cookies.get(choice.name)) for choice in CHOICES))
