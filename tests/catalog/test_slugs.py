"""Addresses made of titles: readable, short, nobody else's."""

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from catalog.db import writing
from catalog.models import Person
from catalog.slugs import LONGEST, free_slug, slugify


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_an_address_that_needs_no_escape(text: str) -> None:
    slug = slugify(text, "talk")
    assert slug.isascii()
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug.strip("-") == slug
    assert 0 < len(slug) <= LONGEST
    assert slugify(slug, "talk") == slug


def test_the_next_free_number_is_taken_and_likenesses_do_not_count(record: Engine) -> None:
    with writing(record) as session:
        given = []
        for name in ("Tea", "Teapot", "Tea", "tea!", "Tea 2"):
            given.append(free_slug(session, Person.slug, name, fallback="person"))
            session.add(Person(slug=given[-1], name=name))
            session.flush()
    assert given == ["tea", "teapot", "tea-2", "tea-3", "tea-2-2"]
