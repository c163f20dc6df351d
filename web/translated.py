"""A translation of a talk as a file to take along, and as captions beside the film. That it is one, and whether a
person has checked it, is the first thing each says. Pages that show one beside the words are `site`'s."""

from dataclasses import replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, HTTPException
from fastapi import Path as PathParameter
from starlette.responses import Response

from catalog.glosses import Line, Translation, list_translations, read_translation, who_says
from catalog.transcripts import read_turns
from transcribe.timeline import Utterance
from web.answer import OPEN_TO_ALL, answer
from web.copies import FORMS, caption_name
from web.deps import Published, Reader, Visit
from web.language import Language

MARK_MS = 3_000  # as long as it takes to read that a machine translated this
Tongue = Annotated[str, PathParameter(pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")]
Ending = Annotated[str, PathParameter(pattern="^[a-z]{1,8}$")]
router = APIRouter(include_in_schema=False)
fetched = partial(router.api_route, methods=["GET", "HEAD"])


@fetched("/e/{slug}/translations/{tongue}.{ending}")
def translated_copy(visit: Reader, published: Published, tongue: Tongue, ending: Ending) -> Response:
    """The talk in another language, for any site and any player."""
    translations = list_translations(visit.session, published.id or 0)
    translation = next((one for one in translations if one.language == tongue), None)
    if translation is None or ending not in FORMS:
        raise HTTPException(404)
    lines = read_translation(visit.session, published.id or 0, tongue)
    cues = [
        _mark(visit, published.language or "", translation, lines),
        *_cues(visit, published.id or 0, tongue, lines),
    ]
    name = {"Content-Disposition": f'inline; filename="{published.slug}.{tongue}.{ending}"'}
    body = FORMS[ending].write(cues).encode()
    return answer(visit.request, body, FORMS[ending].media_type, headers=OPEN_TO_ALL | name)


def _cues(visit: Visit, episode_id: int, tongue: str, lines: list[Line]) -> list[Utterance]:
    """The lines under the names of those who are heard there."""
    cues = [Utterance(line.start_ms, line.end_ms, line.text, tongue) for line in lines]
    turns = who_says(read_turns(visit.session, episode_id), lines)
    if not turns:
        return cues
    return [replace(cue, speaker=caption_name(turn.speaker)) for cue, turn in zip(cues, turns, strict=True)]


def _mark(visit: Visit, spoken: str, translation: Translation, lines: list[Line]) -> Utterance:
    """That this is a translation and who stands by it, in its own language where the site speaks that."""
    languages = visit.site.pages.languages
    told = next((one for one in languages if one.code == translation.language), languages[0])
    until = min(lines[0].start_ms, MARK_MS) if lines else 0
    return Utterance(0, until or MARK_MS, f"[{tell_origin(told, spoken, translation)}]", told.code)


def tell_origin(language: Language, spoken: str, translation: Translation) -> str:
    """Who translated, from what, and whether anybody checked it."""
    origin = language.language_name(spoken)
    if translation.by_human and origin:
        return language.say("Translated from %(language)s", language=origin)
    if translation.by_human:
        return language.say("A translation")
    if origin and translation.in_places:
        return language.say("Translated from %(language)s by a machine, mended in places", language=origin)
    if origin:
        return language.say("Translated from %(language)s by a machine, checked by nobody", language=origin)
    return language.say("Translated by a machine, checked by nobody")
