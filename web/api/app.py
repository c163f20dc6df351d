"""`/api/v1` as one application: its routes, its problems, its description. What is answered, the nouns' files say."""

from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, Response

from web.answer import OPEN_TO_ALL, answer
from web.api import articles, claims, episodes, offers, people, quotes, search, topics, turns
from web.api.gate import Gate
from web.api.problems import Problem, join_problems
from web.deps import Site
from web.forms import Allowance

READS = 300  # requests a minute from one address
NOUNS = (offers, search, episodes, turns, people, topics, quotes, claims, articles)
ABOUT = """Every published talk: what was said, who said it, when, and how sure that is.

Times are whole milliseconds, days are written as ISO 8601 has them. Every answer carries permanent links and says how
the words came to be. Lists go on with `next`: ask again with it as `cursor`. An answer has an `ETag`; ask with
`If-None-Match` and it is not sent twice. `RateLimit` says how many requests are left. What goes wrong is told as
`application/problem+json`."""


def create_api(site: Site) -> FastAPI:
    """The interface for programs of this site; to be mounted at `/api/v1`."""
    settings = site.newsroom.settings
    api = FastAPI(
        title=f"{settings.site_title}: the archive for programs",
        version="1",
        description=ABOUT,
        openapi_url=None,
        redirect_slashes=False,
        servers=[{"url": f"{settings.base_url.rstrip('/')}{offers.BASE}"}],
        root_path_in_servers=False,
    )
    api.state.site = site
    for noun in NOUNS:
        api.include_router(noun.router)
    api.add_api_route("/openapi.json", _describe, include_in_schema=False)
    api.add_middleware(Gate, allowance=Allowance(READS, "requests"))
    join_problems(api)
    return api


def _describe(request: Request) -> Response:
    body = JSONResponse(describe(request.app)).body
    return answer(request, bytes(body), "application/json", headers=OPEN_TO_ALL)


def describe(api: FastAPI) -> dict[str, Any]:
    """All of it as OpenAPI 3.1, with what a problem looks like."""
    told = api.openapi()
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    told["components"]["schemas"] |= schema.pop("$defs", {}) | {"Problem": schema}
    return told
