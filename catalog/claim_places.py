"""Where the words of claims stand in a transcript that changes, and in whose voice. What a claim is, editors say."""

from sqlmodel import Session, select

from catalog.anchors import Anchor, Landing, Resolution, anchor_words, resolve
from catalog.models import Claim, ClaimStatus, Episode, SpeakerLabel
from catalog.script import Script, read_script
from catalog.transcripts import current_track

STANDING = (Landing.EXACT, Landing.MOVED)


def follow_claims(session: Session, episode: Episode) -> None:
    """Look up every claim of an episode again. To be called whenever `Episode.revision` has risen.

    One whose words are no longer there, or are two people's, does not stand until an editor has looked; a candidate is
    dropped, and proposed again if it is still one.
    """
    session.flush()
    rows = session.exec(select(Claim).where(Claim.episode_id == episode.id)).all()
    if not rows:
        return
    script = read_script(session, episode.id or 0)
    labels = label_ids(session, episode.id or 0)
    for row in rows:
        found = find_words(row, script)
        place_claim(row, script, found, labels, episode.revision)
        if row.status is ClaimStatus.CANDIDATE and not row.stands:
            session.delete(row)
        else:
            session.add(row)
    session.flush()


def find_words(claim: Claim, script: Script) -> Resolution:
    """Where a claim's words stand now."""
    anchor = Anchor(claim.start_ms, claim.end_ms, claim.exact, claim.prefix, claim.suffix, claim.revision)
    return resolve(anchor, script.words) if claim.exact else Resolution(Landing.GONE)


def place_claim(
    claim: Claim, script: Script, found: Resolution, labels: dict[str, int], revision: int
) -> None:
    """Take over where the words were found. Words that are not there keep the anchor: they may come back."""
    claim.checked, claim.stands, claim.speaker_label_id = revision, False, None
    if found.landing not in STANDING:
        return
    anchor_claim(claim, script, found.first, found.last, revision)
    voices = set(script.speakers[found.first : found.last])
    if len(voices) == 1:
        claim.stands, claim.speaker_label_id = True, labels.get(voices.pop().label)


def anchor_claim(claim: Claim, script: Script, first: int, last: int, revision: int) -> None:
    """Let a claim be words [first, last) of the transcript."""
    anchor = anchor_words(script.words, first, last, revision)
    for name in ("exact", "prefix", "suffix", "start_ms", "end_ms", "revision"):
        setattr(claim, name, getattr(anchor, name))
    claim.position, claim.last_position = script.paragraphs[first], script.paragraphs[last - 1]
    claim.language = script.languages[first][:20]


def label_ids(session: Session, episode_id: int) -> dict[str, int]:
    """The labels of the transcript that is read, by name."""
    track = current_track(session, episode_id)
    rows = session.exec(
        select(SpeakerLabel.label, SpeakerLabel.id).where(
            SpeakerLabel.episode_id == episode_id, SpeakerLabel.run == (track.revision if track else 0)
        )
    )
    return {label: label_id or 0 for label, label_id in rows}
