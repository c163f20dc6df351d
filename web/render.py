"""Pages from templates: the jinja environment, its filters, and what every page knows. No page lives here."""

from collections.abc import Hashable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from catalog.settings import Settings
from web import linked, wording
from web.answer import answer
from web.assets import Assets
from web.brand import has_urdu_plate, wordmark
from web.kept import MAY_BE_KEPT
from web.versions import versions_of

TEMPLATES = Path(__file__).parent / "templates"
THEMES = ("auto", "light", "dark")
FILTERS = (
    wording.clock,
    wording.day,
    wording.fit,
    wording.language_name,
    wording.mail_date,
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
            linked=linked,
            versions_of=versions_of,
        )
        self._environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
        self._base_url = settings.base_url.rstrip("/")

    def show(
        self, request: Request, template: str, *, status: int = 200, kept: bool = True, **values: Any
    ) -> Response:
        """One page as a response; `kept` until the record changes, unless it tells of anything else."""
        request.scope[MAY_BE_KEPT] = kept
        body = self.write(
            request,
            template,
            theme=theme_of(request),
            here=here(request),
            path=request.url.path,
            today=datetime.now(UTC),
            **values,
        )
        return answer(request, body, "text/html; charset=utf-8", status=status)

    def write(self, request: Request, template: str, **values: Any) -> bytes:
        """What a template makes of these values. `base` is where the site is, without a slash at its end."""
        base = self._base_url or str(request.base_url).rstrip("/")
        page = self._environment.get_template(template)
        return page.render({"base": base, "address": f"{base}{request.url.path}", **values}).encode()


def theme_of(request: Request) -> str:
    """The reader's choice of light or dark; what else the cookie may say is nothing."""
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


def variant_of(request: Request) -> Hashable:
    """What of a request, beside its address, a page differs by."""
    headers = request.headers
    theme = theme_of(request) if "cookie" in headers else THEMES[0]
    return theme, request.scope["scheme"], headers.get("host", "")


def here(request: Request) -> str:
    """The address of this page on this site, to come back to."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"
