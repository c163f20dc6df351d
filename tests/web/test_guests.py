"""The link by which a guest checks a talk: what it opens, for how long, and who reads the answer."""

from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.db import reading, writing
from catalog.episodes import find_episode
from catalog.errors import Conflict, InvalidQuery
from catalog.guests import list_guest_links, make_guest_link, revoke_guest_link
from catalog.models import AuditEvent, EpisodeState, GuestLink, MediaKind, Redaction
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from tests.web.newsrooms import demo_talk, put, set_state

FILES = {
    MediaKind.WEB_AUDIO_LOW: (b"sound" * 9, "audio/ogg; codecs=opus"),
    MediaKind.ORIGINAL: (b"never", "video/mp4"),
}
HERE = {"Origin": "http://testserver"}


@pytest.fixture
def talk(room: Newsroom) -> int:
    return put(room, "tea", demo_talk(state=EpisodeState.REVIEW, files=FILES))


@pytest.fixture
def token(room: Newsroom, talk: int) -> str:
    with writing(room.engine) as session:
        return make_guest_link(session, "tea", "Hamid")


def test_a_guest_reads_and_hears_the_talk_and_nobody_keeps_it(client: TestClient, token: str) -> None:
    page = client.get(f"/check/{token}")
    assert page.status_code == 200 and "before everybody does" in page.text and "Hamid River" in page.text
    assert page.headers["cache-control"] == "no-store" and "noindex" in page.headers["x-robots-tag"]
    assert page.headers["referrer-policy"] == "no-referrer"
    assert f'src="/check/{token}/web_audio_low.opus"' in page.text
    sound = client.get(f"/check/{token}/web_audio_low.opus")
    assert (sound.content, sound.headers["cache-control"]) == (b"sound" * 9, "no-store")
    assert client.get(f"/check/{token}/original.mp4").status_code == 404
    assert client.get(f"/ur/check/{token}").text.count('dir="rtl"') > 0
    assert client.get("/e/tea").status_code == 404, "it opens nothing else"


def test_the_page_offers_nothing_that_is_not_there_yet(client: TestClient, token: str) -> None:
    page = client.get(f"/check/{token}").text
    for address in ("words.json", "/e/tea.epub", "og:title", "application/ld+json", "talks.example"):
        assert address not in page, address


def test_the_record_cannot_be_used_to_open_it(room: Newsroom, token: str) -> None:
    with reading(room.engine) as session:
        row = session.exec(select(GuestLink)).one()
        assert token not in str(row.model_dump())
        assert all(token not in str(one.model_dump()) for one in session.exec(select(AuditEvent)))


def _revoke(room: Newsroom) -> None:
    with writing(room.engine) as session:
        revoke_guest_link(session, "tea", 1)


def _age(room: Newsroom) -> None:
    with writing(room.engine) as session:
        session.exec(select(GuestLink)).one().expires_at = now() - timedelta(seconds=1)


def _redact(room: Newsroom) -> None:
    with writing(room.engine) as session:
        session.add(Redaction(episode_id=1, start_ms=0, end_ms=1, reason="safety", stage="ordered"))


def _set_the_clock_right(room: Newsroom) -> None:
    """It was a year ahead when the link was made."""
    with writing(room.engine) as session:
        link = session.exec(select(GuestLink)).one()
        link.made_at, link.expires_at = (
            moment + timedelta(days=365) for moment in (link.made_at, link.expires_at)
        )


def _withdraw(room: Newsroom) -> None:
    set_state(room, 1, EpisodeState.WITHDRAWN)


@pytest.mark.parametrize("close", [_revoke, _age, _redact, _set_the_clock_right, _withdraw])
def test_a_link_that_was_closed_is_told_from_none_by_nothing(
    room: Newsroom, client: TestClient, token: str, close
) -> None:
    close(room)
    for path in ("", "/web_audio_low.opus"):
        there, not_there = client.get(f"/check/{token}{path}"), client.get(f"/check/{'x' * 43}{path}")
        assert (there.status_code, there.text.replace(token, "x" * 43)) == (404, not_there.text)
    sent = {"answer": "agreed"}
    assert client.post(f"/check/{token}", data=sent, headers=HERE).status_code == 404


def test_what_a_guest_answers_is_for_the_newsroom_alone(
    room: Newsroom, client: TestClient, token: str
) -> None:
    address = f"/check/{token}"
    refused = client.post(address, data={"answer": "objected", "said": " "}, headers=HERE)
    assert refused.status_code == 400 and "Say what is wrong" in refused.text
    said = {"answer": "objected", "said": "My town <b>must</b> go."}
    assert client.post(address, data=said, headers=HERE, follow_redirects=False).status_code == 303
    assert "My town &lt;b&gt;must&lt;/b&gt; go." in client.get(address).text
    set_state(room, 1, EpisodeState.PUBLISHED)
    assert "My town" not in client.get("/e/tea").text
    with reading(room.engine) as session:
        line = list_guest_links(session, "tea")[0]
        assert (line.answer, line.said, line.meant_for) == ("objected", "My town <b>must</b> go.", "Hamid")


def test_a_foreign_page_cannot_answer_and_nobody_answers_without_end(client: TestClient, token: str) -> None:
    address, sent = f"/check/{token}", {"answer": "agreed"}
    foreign = {"Origin": "http://evil.example"}
    assert client.post(address, data=sent, headers=foreign).status_code == 403
    answers = [client.post(address, data=sent, headers=HERE, follow_redirects=False) for _ in range(30)]
    assert answers[-1].status_code == 429


def test_links_are_made_only_where_there_is_something_to_check(room: Newsroom) -> None:
    for state in (EpisodeState.NEW, EpisodeState.WITHDRAWN):
        put(room, state.value, demo_talk(state=state))
        with pytest.raises(Conflict), writing(room.engine) as session:
            make_guest_link(session, state.value, "")
    put(room, "talk", demo_talk(state=EpisodeState.REVIEW))
    with pytest.raises(InvalidQuery), writing(room.engine) as session:
        make_guest_link(session, "talk", "", days=400)
    with writing(room.engine) as session:
        assert find_episode(session, "talk").state is EpisodeState.REVIEW
