"""How sure it is of many texts at once that they belong together: `scoring` as arithmetic on rows. The site only tells
reasons, and need not load this."""

import numpy as np
from numpy.typing import NDArray

from catalog.relate.scoring import FITTED, MEANING_OF_WORDS, MOST_MEANING, Common, Weights

Many = NDArray[np.floating]
Rows = tuple[Many, Many, Many, Many, Many]  # subject, people, places, meaning (NaN for None), words


def likeliness(rows: Rows, weights: Weights = FITTED) -> Many:
    """`scoring.confidence` of each column, by what is had in common alone."""
    subject, people, places, meaning, words = rows
    assumed = np.minimum(MOST_MEANING, MEANING_OF_WORDS * (subject + people + places))
    total = (
        weights.begins
        + weights.subject * np.sqrt(subject)
        + weights.people * np.sqrt(people)
        + weights.places * np.sqrt(np.minimum(places, subject))
        + weights.meaning * np.maximum(0.0, np.where(np.isnan(meaning), assumed, meaning))
        + weights.words * np.log1p(words)
    )
    sure: Many = 1 / (1 + np.exp(-total))
    return sure


def common_at(rows: Rows, column: int) -> Common:
    """One of them by itself."""
    subject, people, places, meaning, words = (float(row[column]) for row in rows)
    return Common(subject, people, places, None if np.isnan(meaning) else meaning, int(words))
