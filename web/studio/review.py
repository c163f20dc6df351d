"""What to look at first in a talk: the paragraphs in which a minute of listening mends most, mended in place."""

from fastapi import APIRouter
from starlette.responses import Response

from catalog.acts import last_act
from catalog.episodes import find_episode
from catalog.labels import list_voices
from catalog.pseudonyms import hides_somebody
from catalog.reviewing import look_first, share_checked
from catalog.shaping import NEW_VOICE
from web.studio.episode import sound_row
from web.studio.seat import Producer, Slug
from web.studio.transcript import lines_of

router = APIRouter(prefix="/e/{slug}", include_in_schema=False)


@router.api_route("/review", methods=["GET", "HEAD"])
def review_page(seat: Producer, slug: Slug) -> Response:
    episode = find_episode(seat.session, slug)
    episode_id = episode.id or 0
    queue = look_first(seat.session, slug)
    lines = {line["row"].id: line for line in lines_of(seat.session, episode_id)}
    voices = [voice for voice in list_voices(seat.session, slug) if not voice.merged_into]
    return seat.show(
        "review.html",
        episode=episode,
        queue=queue,
        items=[(item, lines[item.line.id]) for item in queue.items],
        voices=voices,
        unsure=[voice for voice in voices if voice.state in ("open", "suggested") and voice.turns],
        new_voice=NEW_VOICE,
        share=share_checked(seat.session, episode_id),
        version=last_act(seat.session, episode_id)[0],
        has_sound=sound_row(seat, slug) is not None,
        hides=hides_somebody(seat.session, episode_id),
    )
