"""What was asked before words were said: the end of another voice's turn. Whether it is a question is not judged."""

from dataclasses import dataclass
from itertools import pairwise

from sqlmodel import Session

from catalog.search.snippet import cut_end
from catalog.transcripts import read_turns

LONGEST = 400  # characters


@dataclass(frozen=True)
class Question:
    """What another voice said just before."""

    speaker: str
    certainty: str
    text: str
    language: str
    start_ms: int


def question_before(session: Session, episode_id: int, position: int) -> Question | None:
    """What somebody else ended with before the turn in which a paragraph stands."""
    turns = read_turns(session, episode_id)
    for before, turn in pairwise(turns):
        if any(passage.number == position for passage in turn.passages):
            asked, passage = before.speaker, before.passages[-1]
            text = cut_end(passage.text, LONGEST)
            return Question(asked.name, asked.certainty, text, passage.language, passage.start_ms)
    return None
