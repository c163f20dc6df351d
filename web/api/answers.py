"""How an answer is sent and how it stands in the description: headers, examples, what may go wrong. No noun is here."""

from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from web.answer import OPEN_TO_ALL, answer
from web.api.problems import MEDIA_TYPE, problem

PROBLEM = {"$ref": "#/components/schemas/Problem"}
TEXT = {"type": "string"}
ALLOWED = {
    "RateLimit-Policy": {"description": "How many requests a minute are allowed.", "schema": TEXT},
    "RateLimit": {"description": "How many are left, and for how many seconds.", "schema": TEXT},
}
KEPT = {"ETag": {"description": "The version of this answer, for `If-None-Match`.", "schema": TEXT}}
WAIT = {
    "Retry-After": {
        "description": "Seconds until requests are answered again.",
        "schema": {"type": "integer"},
    }
}
WHEN = {
    400: "A cursor that is none of this list, or a query that cannot be answered",
    404: "Nothing public is called so",
    410: "It was public, and was taken back",
    413: "The body is too large",
    422: "Some of the request does not fit",
    429: "Too many requests a minute",
    503: "The record cannot be read just now",
}


def reply(request: Request, value: BaseModel) -> Response:
    """The value as JSON, readable from any site; 304 when the program has just this version."""
    return answer(request, value.model_dump_json().encode(), "application/json", headers=OPEN_TO_ALL)


def read_answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route that reads may answer beside what every route may."""
    known = {"description": "The program has this version already.", "headers": ALLOWED | KEPT}
    ok = {"headers": ALLOWED | KEPT}
    return {200: ok, 304: known, **_problems(*statuses, 422, 429, 503)}


def made_answers(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route that makes something may answer."""
    return {200: {"headers": ALLOWED}, **_problems(*statuses, 413, 422, 429, 503)}


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        status: {
            "description": f"{WHEN[status]}.",
            "headers": ALLOWED | (WAIT if status == 429 else {}),
            "content": {
                MEDIA_TYPE: {"schema": PROBLEM, "example": problem(status).model_dump(exclude={"errors"})}
            },
        }
        for status in sorted(statuses)
    }
