"""Where programs come in: `/api/v1` and the page that explains it, `/mcp`, `/opensearch.xml`, joined to the site."""

from fastapi import APIRouter, FastAPI
from starlette.responses import Response
from starlette.routing import Route

from web import opensearch
from web.agents import LARGEST_CALL, Doorway
from web.api.app import READS, create_api
from web.api.asking import base_of
from web.api.gate import Gate
from web.api.offers import BASE
from web.api.studio import create_studio_api
from web.deps import Reader, Site
from web.forms import Allowance
from web.quotes import A_MINUTE

router = APIRouter(include_in_schema=False)


@router.api_route("/api", methods=["GET", "HEAD"])
def about_the_api(visit: Reader) -> Response:
    """How programs and assistants read the archive, for the people who write them."""
    base = base_of(visit.request, visit.site.newsroom.settings)
    return visit.show("api.html", base=base, reads=READS, quotes=A_MINUTE)


def join_programs(app: FastAPI, site: Site) -> None:
    """Let programs in; the doorway for assistants opens and closes with the site."""
    for one in (router, opensearch.router):
        app.include_router(one)
    app.mount(f"{BASE}/studio", create_studio_api(site))
    app.mount(BASE, create_api(site))
    doorway = Doorway(site)
    gate = Gate(doorway, Allowance(READS, "requests"), LARGEST_CALL)
    app.router.routes.append(Route("/mcp", gate, methods=["POST"]))
    app.router.lifespan_context = doorway.opened
