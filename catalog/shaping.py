"""Where paragraphs begin and end and whose they are, as an editor decides with the text in hand: cut, join, assign.
Words that went to the wrong voice by time are in `moving`; the words themselves in `editing`."""

from sqlmodel import Session

from catalog.acts import Act, Done, begin_act
from catalog.editing import ChangedMeanwhile, find_paragraph, stamp_of
from catalog.errors import Conflict, InvalidQuery
from catalog.labels import find_label, labels_of
from catalog.models import SpeakerLabel, Utterance
from catalog.moving import add_label, cut_at, give_paragraphs, move_what_points, paragraphs_of
from catalog.paragraphs import is_timed, join_paragraphs, shift_paragraphs
from catalog.transcripts import NOBODY, read_speakers, resolve_merged

NEW_VOICE = "new"


def split_paragraph(
    session: Session, slug: str, utterance_id: int, place: int, seen: str, *, by: str
) -> Done:
    """Cut a paragraph before word number `place`. Raises NotFound, InvalidQuery, ChangedMeanwhile."""
    act, line = _begin(session, slug, utterance_id, seen, by)
    if not 0 < place < len(line.text.split()):
        raise InvalidQuery("Say before which word: put the cursor between two words, or a new line there.")
    if line.words and not is_timed(line):
        raise Conflict("These words were never timed one by one. Save the paragraph once, then split it.")
    cut_at(act, line, place)
    _by_people(act)
    return act.finish("cut", "Cut in two.")


def join_next(session: Session, slug: str, utterance_id: int, seen: str, *, by: str) -> Done:
    """Put the next paragraph behind this one; it becomes this one's voice's. What points at it points here then."""
    act, line = _begin(session, slug, utterance_id, seen, by)
    lines = paragraphs_of(act)
    place = next(number for number, one in enumerate(lines) if one.id == line.id)
    if place + 1 == len(lines):
        raise Conflict("Nothing follows: this is the last paragraph.")
    rest = lines[place + 1]
    if rest.speaker_label_id != line.speaker_label_id and line.speaker_label_id is not None:
        give_paragraphs(act, lines, [rest], session.get_one(SpeakerLabel, line.speaker_label_id))
    move_what_points(act, rest, line)
    track_id, position = rest.track_id, rest.position
    act.delete("utterance", rest)
    join_paragraphs(line, rest)
    session.add(line)
    shift_paragraphs(session, track_id, position, -1)
    _by_people(act)
    return act.finish("join", "Joined with the next paragraph.")


def assign_paragraph(
    session: Session, slug: str, utterance_id: int, label: str, seen: str, *, by: str
) -> Done:
    """Give one paragraph to another voice, or with NEW_VOICE to one that has no name yet."""
    act, line = _begin(session, slug, utterance_id, seen, by)
    labels = labels_of(session, act.track)
    roots = resolve_merged(labels)
    if label == NEW_VOICE:
        own = next((one.label for one in labels if one.id == line.speaker_label_id), "S")
        target = add_label(act, labels, own)
    else:
        given = find_label(labels, label)
        target = next(one for one in labels if one.id == roots[given.id or 0])
    if roots.get(line.speaker_label_id or 0) == target.id:
        return Done("assign", "It is that voice's already.", target.label)
    give_paragraphs(act, paragraphs_of(act), [line], target)
    name = read_speakers(session, act.track.episode_id).get(target.id or 0, NOBODY).name
    return act.finish("assign", f"Given to {target.label}, {name}.", target.label)


def _begin(session: Session, slug: str, utterance_id: int, seen: str, by: str) -> tuple[Act, Utterance]:
    """An act on a paragraph that is as whoever asks saw it."""
    act = begin_act(session, slug, by)
    line = find_paragraph(act, utterance_id)
    if seen != stamp_of(line):
        raise ChangedMeanwhile(line.text, stamp_of(line))
    return act, line


def _by_people(act: Act) -> None:
    act.track.by_human = True
    act.session.add(act.track)
