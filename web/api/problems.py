"""What went wrong, as `application/problem+json` (RFC 9457), and which answer each failure of the catalog is."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from catalog.db import DatabaseUnusable
from catalog.errors import CatalogError, InvalidQuery, NotFound
from catalog.quotes import WordsGone
from web.answer import OPEN_TO_ALL
from web.deps import Withdrawn

MEDIA_TYPE = "application/problem+json"
STATUSES: dict[type[Exception], int] = {
    InvalidQuery: 400,
    NotFound: 404,
    WordsGone: 410,
    Withdrawn: 410,
    DatabaseUnusable: 503,
    Exception: 500,
}
DETAILS = {
    400: "The request was not understood.",
    404: "There is nothing at this address. `/api/v1/` lists what there is.",
    405: "This address does not take that method; `Allow` says which it takes.",
    410: "This talk was withdrawn: its recording and transcript are no longer offered.",
    413: "The body is too large to be read.",
    422: "Some of the request does not fit; `errors` says what.",
    429: "Too many requests from your address. `Retry-After` says in how many seconds to go on.",
    500: "The answer could not be made. Nothing you did caused it; try again in a minute.",
    503: "The record cannot be read at this moment. Try again in a minute.",
}


class FieldProblem(BaseModel):
    """A part of the request that does not fit."""

    field: str = Field(description="Where: `query.limit`, `path.slug`, `body.start_ms`.")
    detail: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """A problem as RFC 9457 has it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"type": "about:blank", "title": "Not Found", "status": 404, "detail": DETAILS[404]},
            ]
        }
    )

    type: str = Field("about:blank", description="Always `about:blank`: the status says what kind it is.")
    title: str = Field(description="The name of the status.")
    status: int = Field(description="The status of the answer.")
    detail: str = Field(description="What happened and what to do, in a sentence.")
    errors: list[FieldProblem] = Field(default=[], description="With 422: each field that does not fit.")


def problem(status: int, detail: str = "", errors: Sequence[FieldProblem] = ()) -> Problem:
    """
    >>> problem(404).title
    'Not Found'
    """
    return Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail or DETAILS.get(status, HTTPStatus(status).description),
        errors=list(errors),
    )


def problem_answer(told: Problem, headers: dict[str, str] | None = None) -> Response:
    common = {**OPEN_TO_ALL, "Cache-Control": "no-store", **(headers or {})}
    return Response(
        told.model_dump_json(exclude={"errors"} if not told.errors else None),
        told.status,
        common,
        media_type=MEDIA_TYPE,
    )


def join_problems(api: FastAPI) -> None:
    """Have every failure of this application answered as a problem."""
    for cause, status in STATUSES.items():
        api.add_exception_handler(cause, answering(status))
    api.add_exception_handler(RequestValidationError, _misfit)
    api.add_exception_handler(HTTPException, _http_problem)


def answering(status: int) -> Callable[[Request, Exception], Response]:
    """A failure told as a problem of this status."""

    def answer(_: Request, error: Exception) -> Response:
        sentence = error.sentence if isinstance(error, CatalogError) and status < 500 else ""
        if isinstance(error, Withdrawn) and error.note:
            sentence = f"{DETAILS[410]} The newsroom says: {error.note}"
        return problem_answer(problem(status, sentence))

    return answer


def _http_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for these only
    usual = HTTPStatus(error.status_code).phrase == error.detail
    return problem_answer(
        problem(error.status_code, "" if usual else str(error.detail)), dict(error.headers or {})
    )


def _misfit(_: Request, error: Exception) -> Response:
    """What was sent is not repeated: it may be anything."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for these only
    errors = [
        FieldProblem(field=_plain(".".join(map(str, one["loc"]))), detail=_plain(str(one["msg"])))
        for one in error.errors()[:20]
    ]
    return problem_answer(problem(422, errors=errors))


def _plain(text: str) -> str:
    """Text that can be sent, whatever a name of a field was."""
    return text.encode("utf-8", "replace").decode()[:200]
