"""Many acts in one request: each is told when it is done, and nothing that happens to the reader, or to one of them,
stops the others."""

from collections.abc import Iterator
from threading import Event

import pytest
from fastapi import FastAPI
from starlette.requests import Request

from web.studio.bulk import Outcome
from web.studio.one_by_one import do_apart

PATIENCE_S = 30


def test_the_rest_is_done_though_nobody_reads_on() -> None:
    heard, over = Event(), Event()

    def work(name: str) -> str:
        assert name == "first" or heard.wait(PATIENCE_S)
        if name == "last":
            over.set()
        return name

    told = do_apart(work, ("first", "second", "last"))
    assert next(told) == "first", "it is told before the second is begun"
    told.close()
    heard.set()
    assert over.wait(PATIENCE_S)


def test_what_nobody_foresaw_of_one_is_raised_and_holds_up_no_other() -> None:
    over = Event()

    def work(number: int) -> int:
        if number == 0:
            raise ZeroDivisionError
        over.set()
        return number

    with pytest.raises(ZeroDivisionError):
        next(do_apart(work, (0, 1)))
    assert over.wait(PATIENCE_S)


def test_the_page_of_many_has_a_row_as_soon_as_one_is_done(app: FastAPI) -> None:
    request = Request({"type": "http", "method": "POST", "path": "/studio/bulk", "headers": [], "app": app})
    told = ""

    def outcomes() -> Iterator[Outcome]:
        for slug in ("first", "second"):
            yield Outcome(slug, "", f"The {slug} is done.", True)
            assert f"The {slug} is done." in told, "it was held back"

    values = {"done": [], "count": 2, "act": "publish", "told": "Publish", "is_queued": False, "back": None}
    pages = app.state.site.pages
    for piece in pages.stream(
        request, "studio/bulk.html", outcomes=outcomes(), own="", visitor=None, plainly=str, **values
    ):
        told += piece.decode()
    assert "2 talks" in told and told.rstrip().endswith("</html>")
