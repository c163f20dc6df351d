"""How far a transcript is from the truth. Reads no files."""

from __future__ import annotations

from collections.abc import Sequence

import regex


def plain_words(text: str) -> list[str]:
    """Words as they are compared: lower case, no punctuation.

    >>> plain_words("Dr. Rahman's talk, today!")
    ['dr', "rahman's", 'talk', 'today']
    """
    return regex.findall(r"[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}]+)*", text.lower().replace("’", "'"))


def count_edits(truth: Sequence[str], heard: Sequence[str]) -> int:
    """Fewest insertions, deletions and substitutions from one list of words to the other (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for i, wanted in enumerate(truth, 1):
        diagonal, row[0] = row[0], i
        for j, got in enumerate(heard, 1):
            best = min(row[j] + 1, row[j - 1] + 1, diagonal + (wanted != got))
            diagonal, row[j] = row[j], best
    return row[-1]


def word_error_rate(truth: str, heard: str) -> float:
    """Edits per word of the truth; an empty truth counts as one word.

    >>> word_error_rate("Tea, cricket and rain.", "tea cricket in rain")
    0.25
    """
    wanted = plain_words(truth)
    return count_edits(wanted, plain_words(heard)) / max(1, len(wanted))
