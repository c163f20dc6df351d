"""What programs say, put for people who read pages: browsers, errors, the log. It decides nothing."""

import json
import re
from typing import Any

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
)
ENGINES = (("Chrome", "Chrome"), ("Safari", "Safari"))  # others call themselves so too
SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("CrOS", "Chromebook")),
    *(("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux")),
)
COMMAND = "`presstalk "


def name_browser(told: str) -> str:
    """Which browser it is on what, from what it says of itself; what it says where nobody knows it.

    >>> name_browser("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/150.0 Safari/537.36")
    'Chrome on Android'
    >>> name_browser("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"), name_browser("curl/8.5")
    ('Firefox on Linux', 'curl/8.5')
    """
    browser = next((name for sign, name in BROWSERS + ENGINES if sign in told), "")
    system = next((name for sign, name in SYSTEMS if sign in told), "")
    return f"{browser} on {system}" if browser and system else browser or told


def without_commands(sentence: str) -> str:
    """An error without the commands it advises, for people who have the studio's buttons before them instead.

    >>> without_commands("No episode is called 'x'. `presstalk episodes` lists them.")
    "No episode is called 'x'."
    >>> without_commands("'x' has not been heard yet: `presstalk retry x` does that.")
    "'x' has not been heard yet."
    >>> without_commands("`presstalk doctor` may say more.")
    '`presstalk doctor` may say more.'
    """
    parts = re.split(r"(?<=[.:;!?]) ", sentence)
    kept = " ".join(part for part in parts if COMMAND not in part)
    if not kept or kept == sentence:
        return sentence
    return re.sub(r"[:;,]$", ".", kept)


def tell_words(words: dict[str, Any]) -> list[tuple[str, str]]:
    """What the log holds in words, a name and a line each; paragraphs as they read, without the times of their words.

    >>> tell_words({"lines": {"2": [[1, "en", "teh tea", []], [1, "en", "the tea", []]]}, "gone": []})
    [('paragraph 2', 'teh tea → the tea')]
    >>> tell_words({"title": ["Rain", "Snow"], "reason": "a promise", "chapters": [[[0, "Tea"]]]})
    [('title', 'Rain → Snow'), ('reason', 'a promise'), ('chapters', '[[0, "Tea"]]')]
    """
    paragraphs = words.get("lines", {})
    told = [
        (f"paragraph {number}", " → ".join(str(state[2]) if state else "nothing" for state in pair))
        for number, pair in paragraphs.items()
    ]
    told += [("taken out", str(row.get("text") or table)) for table, row in words.get("gone", [])]
    return told + [(name, _tell(value)) for name, value in words.items() if name not in ("lines", "gone")]


def _tell(value: Any) -> str:
    return " → ".join(map(_plain, value)) if isinstance(value, list) else _plain(value)


def _plain(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
