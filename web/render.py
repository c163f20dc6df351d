"""Pages from templates: the jinja environment, its filters, and what every page knows. No page lives here."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from catalog.settings import Settings
from web import wording
from web.answer import answer
from web.assets import Assets
from web.brand import has_urdu_plate, wordmark

TEMPLATES = Path(__file__).parent / "templates"
THEMES = ("auto", "light", "dark")
FILTERS = (
    wording.clock,
    wording.day,
    wording.language_name,
    wording.minutes,
    wording.readable,
    wording.seconds,
    wording.size,
    wording.weekday,
)


class Pages:
    """Renders the site's templates in the brand of its settings."""

    def __init__(self, settings: Settings, assets: Assets) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update({one.__name__: one for one in FILTERS})
        self._environment.globals.update(
            settings=settings,
            wordmark=wordmark(settings.publisher, settings.site_title),
            has_urdu_plate=has_urdu_plate(settings),
            asset=assets.address,
            themes=THEMES,
            tongue=wording.tongue,
        )
        self._base_url = settings.base_url.rstrip("/")

    def show(self, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
        """One page as a response that a reader may keep and ask after."""
        body = self.render(request, template, **values)
        return answer(request, body, "text/html; charset=utf-8", status=status)

    def render(self, request: Request, template: str, **values: Any) -> bytes:
        body = self._environment.get_template(template).render(
            theme=theme_of(request),
            here=here(request),
            address=f"{self._base_url or str(request.base_url).rstrip('/')}{request.url.path}",
            today=datetime.now(UTC),
            **values,
        )
        return body.encode()


def theme_of(request: Request) -> str:
    """The reader's choice of light or dark; what else the cookie may say is nothing."""
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


def here(request: Request) -> str:
    """The address of this page on this site, to come back to."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"
