"""Where each timed word stands in the text that is printed, so that a browser can make it a link. Pure."""

from collections.abc import Sequence

from transcribe.timeline import Utterance, Word
from web.wording import readable


def place_words(text: str, words: Sequence[Word]) -> list[int]:
    """Four numbers a word, flat: where it begins and ends in `text`, when it begins and ends (ms).

    Places are UTF-16 units, which is how a browser counts. A word that is not in the text any more
    (a person corrected it) is left out; its neighbours keep their times.

    >>> place_words("Good 🙂 evening", [Word(0, 400, " Good"), Word(400, 900, "evening")])
    [0, 4, 0, 400, 8, 15, 400, 900]
    """
    placed: list[int] = []
    found_to = units = counted_to = 0
    for word in words:
        spoken = word.text.strip()
        start = text.find(spoken, found_to) if spoken else -1
        if start < 0:
            continue
        end = start + len(spoken)
        begin = units + _units(text[counted_to:start])
        units = begin + _units(spoken)
        placed += [begin, units, word.start_ms, word.end_ms]
        found_to = counted_to = end
    return placed


def word_times(utterances: Sequence[Utterance], revision: int) -> dict[str, object]:
    """What the page's script asks for: one list of places and times for each paragraph, in reading order."""
    return {
        "revision": revision,
        "passages": [place_words(readable(spoken.text), spoken.words) for spoken in utterances],
    }


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
