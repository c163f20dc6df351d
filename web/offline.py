"""What makes the site installable and lets a reader keep talks on the device: a manifest, the worker that answers
without a connection, the page of what is saved. Nothing is kept unless a reader asks; what, the scripts decide."""

import json
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from web.answer import answer
from web.deps import Reader, site_of

router = APIRouter(include_in_schema=False)
page = partial(router.api_route, methods=["GET", "HEAD"])


@page("/manifest.webmanifest")
def manifest(visit: Reader) -> Response:
    """What a phone is told when somebody puts the site on its first screen."""
    settings, language, assets = visit.site.newsroom.settings, visit.language, visit.site.assets
    told = {
        "name": language.told(settings.site_title),
        "short_name": language.told(settings.site_title),
        "description": language.told(settings.tagline),
        "lang": language.code,
        "dir": language.direction,
        "start_url": "/",
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fbfbf9",
        "theme_color": "#15181c",
        "icons": [{"src": assets.address("icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    return answer(visit.request, body, "application/manifest+json")


@page("/sw.js")
def worker(request: Request) -> Response:
    """From here, for a worker answers only for addresses below its own."""
    asset = site_of(request).assets.body("sw.js")
    return answer(request, asset, "text/javascript; charset=utf-8")


@page("/saved")
def saved_page(visit: Reader) -> Response:
    """The talks on this device, which only a script on it can list."""
    return visit.show("saved.html")
