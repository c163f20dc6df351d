"""Articles in the studio: the links of a talk and of an article, and bringing articles in. Each act is one of the
catalog's."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Query
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from catalog.amber import stale_talks
from catalog.articles import (
    LONGEST_SUMMARY,
    article_sources,
    ask_for_source,
    count_articles,
    find_article,
    list_articles,
    read_article_ref,
    summarise_article,
)
from catalog.candidates import (
    add_candidate,
    dismiss_candidate,
    find_candidate,
    open_candidates,
    restore_candidate,
)
from catalog.episodes import find_episode
from catalog.errors import InvalidQuery, NotFound
from catalog.links import add_link, ask_anew, decide_link
from catalog.models import EpisodeState, Review, UserRole
from catalog.passages import Passage, look_at_passage, passages_of_talk
from catalog.quotes import quote_moment
from catalog.related import RelatedTalk, desk_of_article, desk_of_talk
from web.api.asking import base_of
from web.articles import address_of, original_of
from web.reasons import tell
from web.studio.episode import sound_row
from web.studio.seat import STUDIO, Editor, Number, Producer, Sent, Slug, go

NOTES = {
    "done": "Done.",
    "confirmed": "Confirmed: readers see it.",
    "rejected": "Rejected: it will not be suggested again.",
    "added": "Linked, and confirmed.",
    "looked": "Looked at: it stands for the words as they are now.",
    "again": "The worker looks again within a minute.",
    "put-aside": "Put aside: it is not offered again.",
    "offered": "Offered again.",
    "here": "That talk was in the catalog before.",
    "summary": "Saved: readers see it.",
    "import": "A worker reads it. What came of it stands below when that is done; load the page again.",
}
ON_PAGE = 50
router = APIRouter(include_in_schema=False)


@router.api_route("/e/{slug}/articles", methods=["GET", "HEAD"])
def links_page(
    seat: Producer, slug: Slug, note: str = "", quote: Annotated[str, Query(pattern="^[a-z0-9]{0,16}$")] = ""
) -> Response:
    """`quote` is the one whose block for WordPress is shown."""
    episode = find_episode(seat.session, slug)
    links = desk_of_talk(seat.session, slug)
    language = seat.site.pages.language_of(seat.request)
    return seat.show(
        "links.html",
        episode=episode,
        links=[(one, one.reason or tell(language, one.evidence, one.guests)) for one in links],
        is_public=episode.state is EpisodeState.PUBLISHED,
        has_sound=sound_row(seat, slug) is not None,
        block=quote
        and write_block(base_of(seat.request, seat.site.newsroom.settings), slug, quote, episode.title),
        note=NOTES.get(note, ""),
    )


@router.post("/e/{slug}/articles")
def decide(seat: Producer, slug: Slug, sent: Sent) -> Response:
    find_episode(seat.session, slug)
    act = sent.get("act", "")
    with seat.acting() as session:
        if act == "again":
            ask_anew(session, slug)
        elif act == "add":
            add_link(session, slug, read_article_ref(session, sent.get("article", "")), by=seat.visitor.name)
        else:
            number = _number(sent.get("article", ""))
            decide_link(session, slug, number, act, by=seat.visitor.name, reason=sent.get("reason", ""))
    said = {"confirm": "confirmed", "reject": "rejected", "add": "added", "again": "again"}.get(act, "done")
    return go(f"/e/{slug}/articles", said)


@router.post("/e/{slug}/articles/passages/{passage_id}")
def look(seat: Producer, slug: Slug, passage_id: Number, sent: Sent) -> Response:
    """Confirm or reject a quotation, or have its block for WordPress."""
    find_passage(seat.session, slug, passage_id)
    act = sent.get("act", "")
    if act not in ("confirm", "reject", "block"):
        raise InvalidQuery("That is nothing that can be done with a quotation.")
    with seat.acting() as session:
        if act == "block":
            passage = find_passage(session, slug, passage_id)
            quote = quote_moment(session, slug, passage.start_ms, passage.end_ms)
            return RedirectResponse(f"{STUDIO}/e/{slug}/articles?quote={quote}#block", 303)
        review = Review.CONFIRMED if act == "confirm" else Review.REJECTED
        look_at_passage(session, passage_id, review, by=seat.visitor.name)
    return go(f"/e/{slug}/articles", "looked")


def find_passage(session: Session, slug: str, passage_id: int) -> Passage:
    """A quotation of this talk. Raises NotFound."""
    talk = find_episode(session, slug)
    for one in passages_of_talk(session, talk.id or 0):
        if one.id == passage_id:
            return one
    raise NotFound("This quotation is no longer in the record. Load the page again.")


@router.api_route("/articles", methods=["GET", "HEAD"])
def articles_page(
    seat: Producer,
    q: Annotated[str, Query(max_length=200)] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    note: str = "",
    candidate: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """All of them, where they come from, the talks that stand among them, and a form to bring in more. `candidate` is
    the talk that was put aside just now."""
    settings = seat.site.newsroom.settings
    count = count_articles(seat.session, named=q)
    listed = list_articles(seat.session, limit=ON_PAGE, offset=(page - 1) * ON_PAGE, named=q)
    return seat.show(
        "articles.html",
        articles=listed,
        count=count,
        q=q,
        page=page,
        last=max(1, -(-count // ON_PAGE)),
        sources=article_sources(seat.session),
        stale=stale_talks(seat.session),
        talks=open_candidates(seat.session, (settings.site_title, settings.publisher)),
        aside=candidate if note == "put-aside" else 0,
        note=NOTES.get(note, ""),
    )


@router.post("/articles")
def bring_in(seat: Producer, sent: Sent) -> Response:
    """Have an address read by a worker; what came of it stands in the list."""
    address = sent.get("source", "").strip()
    if not address.startswith(("http://", "https://")):
        raise InvalidQuery(
            "Give an address that begins with https://. `presstalk articles import` takes files."
        )
    with seat.acting() as session:
        ask_for_source(session, address)
    return go("/articles", "import")


@router.post("/articles/talks/{candidate_id}")
def decide_candidate(seat: Producer, candidate_id: Number, sent: Sent) -> Response:
    """Add a talk that stands among the articles, put it aside, or offer it again."""
    find_candidate(seat.session, candidate_id)
    seat.session.rollback()
    room, by, act = seat.site.newsroom, seat.visitor.actor, sent.get("act", "")
    if act == "add":
        added = add_candidate(room, candidate_id, sent.get("address", ""), by)
        return go(f"/e/{added.slug}") if added.is_new else go("/articles", "here")
    if act == "aside":
        dismiss_candidate(room, candidate_id, by)
        return RedirectResponse(f"{STUDIO}/articles?note=put-aside&candidate={candidate_id}", 303)
    if act == "back":
        restore_candidate(room, candidate_id, by)
        return go("/articles", "offered")
    raise InvalidQuery("That is nothing that can be done with a talk among the articles.")


@router.api_route("/articles/{article_id}", methods=["GET", "HEAD"])
def article_page(seat: Producer, article_id: Number, note: str = "") -> Response:
    """One article: our line on it, the talks it is linked with, and the block that puts them under it."""
    article = find_article(seat.session, article_id)
    base, language = (
        base_of(seat.request, seat.site.newsroom.settings),
        seat.site.pages.language_of(seat.request),
    )
    talks = desk_of_article(seat.session, article_id)
    shown = [one for one in talks if one.is_public and one.review is Review.CONFIRMED]
    return seat.show(
        "article.html",
        article=article,
        address=address_of(article),
        original=original_of(article),
        talks=[(one, one.reason or tell(language, one.evidence, one.guests)) for one in talks],
        block=write_list(base, shown) if shown else "",
        longest=LONGEST_SUMMARY,
        may_write=seat.visitor.role.may(UserRole.EDITOR),
        note=NOTES.get(note, ""),
    )


@router.post("/articles/{article_id}")
def summarise(seat: Editor, article_id: Number, sent: Sent) -> Response:
    """Keep the line that readers see above the beginning of the article."""
    with seat.acting() as session:
        summarise_article(session, article_id, sent.get("summary", ""))
    return go(f"/articles/{article_id}", "summary")


def write_block(base: str, slug: str, quote: str, title: str) -> str:
    """ "Listen to this passage", to be pasted into WordPress: the card of a quote in a frame, without a script.

    >>> "<script" in write_block("https://talks.example", "tea", "abc", "Tea <b>")
    False
    """
    return (
        "<!-- wp:html -->\n"
        f'<figure class="presstalk-passage"><iframe src="{escape(base)}/embed/q/{quote}" width="100%" height="320" '
        'loading="lazy" style="border:0" title="Listen to this passage"></iframe>'
        f'<figcaption><a href="{escape(base)}/q/{quote}">Listen to this passage</a> of '
        f'<a href="{escape(base)}/e/{slug}">{escape(title)}</a></figcaption></figure>\n'
        "<!-- /wp:html -->"
    )


def write_list(base: str, talks: list[RelatedTalk]) -> str:
    """The talks of an article as a list, to be pasted under it."""
    lines = "\n".join(
        f'<li><a href="{escape(base)}/e/{one.slug}">{escape(one.title)}</a></li>' for one in talks
    )
    return f"<!-- wp:html -->\n<p>Talks on this subject:</p>\n<ul>\n{lines}\n</ul>\n<!-- /wp:html -->"


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise InvalidQuery("Choose an article.")
    return int(text)
