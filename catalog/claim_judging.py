"""How well claims are proposed: a file of labelled sentences, tried on the rules of `claims`."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from catalog.claims import Reason, reasons_for


class Sentence(BaseModel):
    """A sentence that people labelled."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: str
    text: str
    label: Literal["claim", "not"]


class SentenceFile(BaseModel):
    """`{"sentences": [{id, text, label}]}`."""

    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class ClaimScore:
    """`flagged` are the ids proposed, with the reasons; `wrong` and `missed` the ids where people said otherwise."""

    precision: float
    recall: float
    flagged: dict[str, tuple[Reason, ...]]
    wrong: tuple[str, ...]
    missed: tuple[str, ...]


def judge_claims(judged: SentenceFile) -> ClaimScore:
    """Propose claims among the sentences and compare with their labels; 1.0 where there was nothing to get wrong."""
    proposed = {one.id: reasons for one in judged.sentences if (reasons := reasons_for(one.text))}
    claims = [one.id for one in judged.sentences if one.label == "claim"]
    right = [one for one in claims if one in proposed]
    return ClaimScore(
        len(right) / len(proposed) if proposed else 1.0,
        len(right) / len(claims) if claims else 1.0,
        proposed,
        tuple(one for one in proposed if one not in set(claims)),
        tuple(one for one in claims if one not in proposed),
    )
