"""The newsroom's own dress: how its name and its show's share the nameplate, its colours, its logo, all of them set."""

import re
from dataclasses import dataclass

from catalog.errors import InvalidQuery
from catalog.settings import Settings
from web.assets import Assets
from web.language import phrase

PAPERS = (("light", "#fbfbf9"), ("dark", "#111417"))  # as in site.css, which these colours are read on
ACCENT = "#99123a"  # on light pages and pictures, where the newsroom set none; in icon.svg and embed.css too
TINTS = (0.07, 0.12)  # how much of the colour is in the passage in hand
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
LOGO = "brand/logo"
LARGEST_LOGO = 200_000

# The names a newsroom begins with; those it sets itself are printed as they are, in every language.
PRESET = (
    phrase("South Asia Press"),
    phrase("South Asia Press Talk"),
    phrase("Conversations from South Asia, in the speakers' own words"),
)


@dataclass(frozen=True)
class Wordmark:
    """`house` stands small above or beside `title`, which closes with the colon."""

    house: str
    title: str


def wordmark(publisher: str, site_title: str) -> Wordmark:
    """Split the show's name where the newsroom's ends; one word left alone takes the one before it along.

    >>> wordmark("South Asia Press", "South Asia Press Talk")
    Wordmark(house='South Asia Press', title='Press Talk')
    >>> wordmark("The Daily", "The Daily Morning Hour")
    Wordmark(house='The Daily', title='Morning Hour')
    >>> wordmark("The Daily", "Round Table"), wordmark("Round Table", "Round Table")
    (Wordmark(house='The Daily', title='Round Table'), Wordmark(house='', title='Round Table'))
    """
    house, name = publisher.split(), site_title.split()
    if house == name:
        return Wordmark("", site_title)
    if not house or name[: len(house)] != house:
        return Wordmark(publisher, site_title)
    rest = name[len(house) :]
    return Wordmark(publisher, " ".join(rest if len(rest) > 1 else [house[-1], *rest]))


def has_urdu_plate(settings: Settings) -> bool:
    """The drawn Urdu nameplate says "Press Talk" and nothing else: it is for that show only."""
    return (
        "ur" in settings.languages and wordmark(settings.publisher, settings.site_title).title == "Press Talk"
    )


def dress(assets: Assets, settings: Settings) -> None:
    """Put the newsroom's colours into the style sheet and its logo beside it. Raises InvalidQuery for what is no
    colour, cannot be read on our pages, or is no picture."""
    if settings.accents:
        light, dark = check_accents(settings.accents)
        by_day, by_night = (
            f"--rubric: {colour}; --on-rubric: {paper}; --tint: {blend(colour, paper, share)};"
            for colour, (_, paper), share in zip((light, dark), PAPERS, TINTS, strict=True)
        )
        sheet = (
            f"\n@layer tokens {{ :root {{ {by_day} }} :root.theme-dark {{ {by_night} }}"
            f" @media (prefers-color-scheme: dark) {{ :root:not(.theme-light) {{ {by_night} }} }} }}\n"
        )
        framed = (
            f":root {{ --rubric: {light}; }}\n"
            f"@media (prefers-color-scheme: dark) {{ :root {{ --rubric: {dark}; }} }}\n"
        )
        assets.add("site.css", assets.body("site.css") + sheet.encode())
        assets.add("embed.css", assets.body("embed.css") + framed.encode())
        assets.add("icon.svg", assets.body("icon.svg").replace(ACCENT.encode(), light.encode()))
    if settings.logo:
        ending = settings.logo.suffix.lower()
        if ending not in (".svg", ".png") or not settings.logo.is_file():
            raise InvalidQuery(f"PRESSTALK_LOGO: there is no .svg or .png file at {settings.logo}.")
        if settings.logo.stat().st_size > LARGEST_LOGO:
            raise InvalidQuery(
                f"PRESSTALK_LOGO: readers load it with every page; make it {LARGEST_LOGO // 1000} KB."
            )
        assets.add(f"{LOGO}{ending}", settings.logo.read_bytes())


def accent_of(settings: Settings) -> str:
    """The colour of the newsroom's marks on light paper, pictures among it."""
    return settings.accents[0] if settings.accents else ACCENT


def logo_name(settings: Settings) -> str:
    """The logo among the assets, "" without one."""
    return f"{LOGO}{settings.logo.suffix.lower()}" if settings.logo else ""


def check_accents(accents: tuple[str, ...]) -> tuple[str, str]:
    """The two colours, if text in them can be read on both papers.

    >>> check_accents(("#0b5394", "#9fc5e8"))
    ('#0b5394', '#9fc5e8')
    """
    if len(accents) != 2 or not all(re.fullmatch(r"#[0-9a-fA-F]{6}", one) for one in accents):
        raise InvalidQuery(
            "PRESSTALK_ACCENTS: give two colours, for light and for dark pages: #99123a,#ff9db2."
        )
    for colour, (name, paper) in zip(accents, PAPERS, strict=True):
        ratio = contrast(colour, paper)
        if ratio < LEAST_CONTRAST:
            raise InvalidQuery(
                f"PRESSTALK_ACCENTS: {colour} cannot be read on {name} pages (contrast {ratio:.1f}, at least"
                f" {LEAST_CONTRAST}). Choose a {'darker' if name == 'light' else 'lighter'} one."
            )
    return accents[0], accents[1]


def blend(colour: str, paper: str, share: float) -> str:
    """So much of the colour on the paper.

    >>> blend("#000000", "#ffffff", 0.5), blend("#99123a", "#fbfbf9", 0.0)
    ('#808080', '#fbfbf9')
    """
    pairs = zip(bytes.fromhex(colour[1:]), bytes.fromhex(paper[1:]), strict=True)
    return "#" + "".join(f"{round(ink * share + sheet * (1 - share)):02x}" for ink, sheet in pairs)


def contrast(one: str, other: str) -> float:
    """As WCAG reckons it.

    >>> round(contrast("#000000", "#ffffff")), round(contrast("#99123a", "#fbfbf9"), 1)
    (21, 8.1)
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
