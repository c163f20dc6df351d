"""What a claim may be about: entities of the authority file that its words, or the question before it, name."""

from sqlmodel import Session, col, select

from catalog.claim_grounds import subjects_of
from catalog.models import Claim, Entity, EntityAlias, EntityState
from catalog.normalize import fold, folded_words
from catalog.questions import question_before

LONGEST_NAME = 6  # words of a name that is looked for
MOST = 12


def suggest_subjects(session: Session, claim: Claim) -> list[str]:
    """The names of listed entities that are written so, but for those the claim is said to be about already."""
    question = question_before(session, claim.episode_id, claim.position)
    said = folded_words(f"{question.text if question else ''} {claim.exact}")
    runs = {
        fold(" ".join(said[first : first + length]))
        for length in range(1, LONGEST_NAME + 1)
        for first in range(len(said) - length + 1)
    }
    query = (
        select(Entity.name)
        .join(EntityAlias)
        .where(
            col(EntityAlias.folded).in_(runs),
            col(EntityAlias.short).is_(False),
            Entity.state == EntityState.LISTED,
        )
        .distinct()
        .order_by(Entity.name)
    )
    known = {one.name for one in subjects_of(session, claim)}
    return [name for name in session.exec(query) if name not in known][:MOST]
