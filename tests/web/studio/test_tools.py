"""The studio's tools: what needs somebody, many talks at once, the directory, the machine."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlmodel import select

from catalog.db import reading, writing
from catalog.episodes import find_episode
from catalog.guests import answer_guest_link, make_guest_link
from catalog.models import Episode, EpisodeState, Job, JobState, Subscription, SubscriptionItem
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.pleas import plead
from catalog.publishing import schedule_episode
from tests.web.newsrooms import Line, Talk, Voice, demo_talk, put
from tests.web.studio.conftest import Enter


@pytest.fixture
def talks(staffed: Newsroom) -> Newsroom:
    for slug in ("one", "two"):
        put(staffed, slug, demo_talk(state=EpisodeState.REVIEW, title=f"Talk {slug}"))
    put(staffed, "new", demo_talk(state=EpisodeState.NEW, lines=[], title="Talk new"))
    return staffed


def test_the_first_page_says_what_needs_somebody(talks: Newsroom, enter: Enter) -> None:
    with writing(talks.engine) as session:
        plead(session, "remove", "", "Take me out.")
        token = make_guest_link(session, "one", "Hamid")
        answer_guest_link(session, token, "objected", "No.")
        schedule_episode(session, "two", now() + timedelta(days=3))
        find_episode(session, "one").publish_problem = "It was to be published and was not."
    page = enter("editor").get("/studio/").text
    for told in (
        "1 request of people",
        "A guest says something is wrong",
        "is to be published on",
        "and was not.",
    ):
        assert told in page, told
    assert "1 request of people" not in enter("producer").get("/studio/").text


def test_many_talks_are_published_at_once_and_taken_back(talks: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    sent = "act=publish&talk=one&talk=two&talk=new&talk=nothing"
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    page = editor.post("/studio/bulk", content=sent, headers=kind).text
    assert "2 of 4 done" in page and "is not ready" in page and "No episode is called" in page
    for act, state in (("withdraw", EpisodeState.WITHDRAWN), ("publish", EpisodeState.PUBLISHED)):
        fields = fields_of_undo(page)
        assert fields == [("act", act), ("talk", "one"), ("talk", "two")]
        page = editor.post("/studio/bulk", content=urlencode(fields), headers=kind).text
        assert "2 of 2 done" in page
        with reading(talks.engine) as session:
            assert {find_episode(session, slug).state for slug in ("one", "two")} == {state}
    assert enter("producer").post("/studio/bulk", content=sent, headers=kind).status_code == 403


def fields_of_undo(page: str) -> list[tuple[str, str]]:
    """What the button at the end of the page of many sends."""
    form = page.partition('<div class="row">')[2].partition("</form>")[0]
    return re.findall(r'name="([^"]+)" value="([^"]*)"', form)


def test_many_talks_get_a_language_and_are_named_again(talks: Newsroom, enter: Enter) -> None:
    producer = enter("producer")
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    page = producer.post("/studio/bulk", content="act=language&language=ur&talk=one&talk=two", headers=kind)
    assert 'name="language" value="en"' in page.text, "what it was before, to undo it"
    with reading(talks.engine) as session:
        assert session.exec(select(Episode.language).where(Episode.slug == "one")).one() == "ur"
    fields = fields_of_undo(page.text)
    assert ("language-two", "en") in fields, "all of them at once, each to its own"
    producer.post("/studio/bulk", content=urlencode(fields), headers=kind)
    with reading(talks.engine) as session:
        assert set(session.exec(select(Episode.language))) == {"en"}
    page = producer.post("/studio/bulk", content="act=name&talk=one&talk=nothing", headers=kind).text
    assert "1 of 2 done" in page and "No episode is called" in page
    assert page.count('data-episode="one"') == 1 and 'data-episode="nothing"' not in page
    assert fields_of_undo(page) == [("act", "cancel"), ("talk", "one")]
    with reading(talks.engine) as session:
        assert [job.state for job in session.exec(select(Job))] == [JobState.QUEUED]
    page = producer.post("/studio/bulk", content="act=cancel&talk=one&talk=two", headers=kind).text
    assert "1 of 2 done" in page and "nothing to cancel" in page
    with reading(talks.engine) as session:
        assert [job.state for job in session.exec(select(Job))] == [JobState.CANCELLED]
    for wrong in ("act=publish", "act=burn&talk=one"):
        assert producer.post("/studio/bulk", content=wrong, headers=kind).status_code == 400


def test_two_records_of_one_person_are_joined_and_parted(staffed: Newsroom, enter: Enter) -> None:
    said = [Line("A", "Good evening.", 0, 900)]
    put(staffed, "one", Talk("One", said, {"A": Voice("Zarin Lake", affiliation="Demo Radio")}))
    put(staffed, "two", Talk("Two", said, {"A": Voice("Zareen Lake")}))
    editor = enter("editor")
    assert "Zareen Lake" in editor.get("/studio/directory?q=zareen").text
    assert "Demo Radio" in editor.get("/studio/directory/zarin-lake").text
    sent = editor.post("/studio/directory/zareen-lake/join", data={"into": "Zarin Lake (zarin-lake)"})
    assert sent.headers["location"] == "/studio/directory/zarin-lake?note=joined"
    moved = editor.get("/people/zareen-lake")
    assert (moved.status_code, moved.headers["location"]) == (301, "/people/zarin-lake")
    assert editor.get("/people/zarin-lake").text.count("/e/two") > 0
    assert "Zareen Lake" not in editor.get("/e/two").text
    assert "Part them" in editor.get("/studio/directory/zarin-lake").text
    editor.post("/studio/directory/zareen-lake/part")
    assert editor.get("/people/zareen-lake").status_code == 200
    assert "Zareen Lake" in editor.get("/e/two").text
    assert (
        enter("producer").post("/studio/directory/zareen-lake/join", data={"into": "zarin-lake"}).status_code
        == 403
    )


def test_what_is_set_is_tried_for_real(staffed: Newsroom, enter: Enter) -> None:
    page = enter("admin").post("/studio/settings/work").text
    assert "Does what is set work?" in page and "every page of the database" not in page
    assert "database<" in page and "presstalk models fetch" in page


def test_settings_are_shown_without_secrets_and_tried_without_being_changed(
    staffed: Newsroom, enter: Enter
) -> None:
    admin = enter("admin")
    page = admin.get("/studio/settings").text
    assert "PRESSTALK_TWO_PEOPLE" in page and str(staffed.settings.database_url) not in page
    tried = admin.post("/studio/settings/try", data={"name": "PRESSTALK_TIMEZONE", "value": "Mars/Base"}).text
    assert "would not be taken" in tried and "no time zone" in tried
    assert (
        "would be taken"
        in admin.post(
            "/studio/settings/try", data={"name": "PRESSTALK_TIMEZONE", "value": "Asia/Karachi"}
        ).text
    )


def test_health_is_what_the_doctor_says(staffed: Newsroom, enter: Enter) -> None:
    page = enter("admin").get("/studio/health").text
    for name in ("ffmpeg", "model", "disk", "worker"):
        assert f"<b>{name}" in page, page


def test_what_nobody_needs_is_shown_first_and_thrown_away_when_ticked(
    staffed: Newsroom, enter: Enter
) -> None:
    left = staffed.shelf.workbench("tests") / "left"
    left.write_bytes(b"x" * 5000)
    orphan = staffed.shelf.put(left)
    clips = staffed.settings.clips_folder / "1"
    clips.mkdir(parents=True)
    (clips / "a.opus").write_bytes(b"y" * 700)
    admin = enter("admin")
    page = admin.get("/studio/storage").text
    assert "5.0 KB" in page or "5 KB" in page, page
    assert staffed.shelf.has(orphan), "looking throws nothing away"
    admin.post("/studio/storage/clean", data={"clips": "yes", "everything": "yes"})
    assert staffed.shelf.has(orphan) and not clips.exists()
    admin.post("/studio/storage/clean", data={"left-over": "yes"})
    assert not staffed.shelf.has(orphan)


def test_a_talk_is_picked_from_what_is_new(staffed: Newsroom, enter: Enter) -> None:
    producer = enter("producer")
    producer.post("/studio/follow", data={"link": "https://feed.example/rss", "how": "choose"})
    with writing(staffed.engine) as session:
        feed = session.exec(select(Subscription)).one()
        assert not feed.automatic
        item = {"guid": "1", "url": "https://talks.example/new", "title": "A new <b>talk</b>"}
        session.add(SubscriptionItem(subscription_id=feed.id or 0, **item))
    page = producer.get("/studio/follow").text
    assert "A new &lt;b&gt;talk&lt;/b&gt;" in page
    sent = producer.post("/studio/follow/items/1")
    assert sent.headers["location"].endswith("?note=added")
    assert producer.post("/studio/follow/items/1").headers["location"].endswith("?note=known")
    assert "A new" not in producer.get("/studio/follow").text
    producer.post("/studio/follow/1/stop")
    with reading(staffed.engine) as session:
        assert session.exec(select(Subscription)).all() == []
        assert len(session.exec(select(Episode)).all()) == 1


def test_tokens_are_made_and_revoked_by_their_owner(staffed: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    made = editor.post(
        "/studio/account/tokens", data={"name": "our program", "scope-publish": "yes", "days": "30"}
    )
    assert "spt_" in made.text
    page = editor.get("/studio/account").text
    assert "our program" in page and "spt_" not in page
    assert enter("producer").post("/studio/account/tokens/1/revoke").status_code == 404
    assert editor.post("/studio/account/tokens/1/revoke").status_code == 303
    assert (
        enter("producer")
        .post("/studio/account/tokens", data={"name": "x", "scope-publish": "yes"})
        .status_code
        == 403
    )


def test_a_term_that_was_taken_out_is_put_back_with_one_press(enter: Enter) -> None:
    producer = enter("producer")
    producer.post("/studio/glossary", data={"spellings": "Lahore\nلاہور", "kind": "place"})
    page = producer.get("/studio/glossary").text
    sent = dict(re.findall(r'name="(line|stamp)" value="(\w+)"', page))
    page = producer.post("/studio/glossary/drop", data=sent).text
    assert "Taken out: <bdi>Lahore, لاہور</bdi>" in page and "Take out Lahore" not in page
    back = dict(re.findall(r'name="(kind|spellings)" value="([^"]+)"', page))
    assert producer.post("/studio/glossary", data=back).status_code == 303
    assert "Take out Lahore" in producer.get("/studio/glossary").text
