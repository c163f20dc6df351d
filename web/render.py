"""Pages from templates: a jinja environment for each language, and what every page knows. No page lives here."""

from collections.abc import Callable, Hashable, Iterator, MutableMapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from catalog.settings import Settings
from catalog.talk_time import write_time
from web import linked, wording
from web.answer import answer
from web.assets import Assets
from web.brand import has_urdu_plate, logo_name, wordmark
from web.editions import addresses_of, language_of, preferred, versions_of
from web.facetline import facetline
from web.hearsay import SENTENCES
from web.hitline import hitline
from web.kept import KEEPING
from web.language import Language, open_languages
from web.look import CHOICES, look_of
from web.pieces import Pieces

TEMPLATES = Path(__file__).parent / "templates"
FILTERS = (wording.clock, wording.fit, wording.mail_date, wording.readable, wording.seconds, write_time)
FRONT = "/"
MOST_SENTENCES = 1_000
ENDINGS = ("</p>", "</li>")  # where a page that comes piece by piece may be cut


class Pages:
    """Renders the site's templates in the brand of its settings."""

    def __init__(self, settings: Settings, assets: Assets) -> None:
        self.languages = open_languages(settings.languages[0] if settings.languages else "", SENTENCES)
        self._environments = {
            one.code: _environment(one, self.languages, settings, assets) for one in self.languages
        }
        self._base_url = settings.base_url.rstrip("/")

    def show(
        self, request: Request, template: str, *, status: int = 200, kept: bool = True, **values: Any
    ) -> Response:
        """One page as a response that a reader may keep and ask after; `kept` here too until the record changes,
        unless it tells of anything else."""
        request.scope.get(KEEPING, {})["may be"] = kept
        language = self.language_of(request)
        headers = {"Content-Language": language.code}
        if is_front(request, language):
            headers["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
        body = self.render(request, template, **values)
        return answer(request, body, "text/html; charset=utf-8", status=status, headers=headers)

    def render(self, request: Request, template: str, **values: Any) -> bytes:
        """A page in the dress of the site."""
        return self.write(request, template, **{**self._dress(request), **values})

    def stream(self, request: Request, template: str, **values: Any) -> Iterator[bytes]:
        """The same piece by piece, each as soon as the values it tells of are there."""
        page = self._environments[self.language_of(request).code].get_template(template)
        told: list[str] = []
        for piece in page.generate({**self._place(request), **self._dress(request), **values}):
            told.append(piece)
            if any(ending in piece for ending in ENDINGS):
                yield "".join(told).encode()
                told = []
        yield "".join(told).encode()

    def _dress(self, request: Request) -> dict[str, Any]:
        language = self.language_of(request)
        return {
            "look": look_of(request),
            "here": here(request),
            "versions": versions_of(request, self.languages, language, self.base_of(request)),
            "offered": self._offered(request, language),
            "today": datetime.now(UTC),
        }

    def _place(self, request: Request) -> dict[str, str]:
        base = self.base_of(request)
        return {"base": base, "address": f"{base}{request.url.path}"}

    def write(self, request: Request, template: str, **values: Any) -> bytes:
        """What a template makes of these values. `base` is where the site is, without a slash at its end."""
        page = self._environments[self.language_of(request).code].get_template(template)
        return page.render({**self._place(request), **values}).encode()

    def base_of(self, request: Request) -> str:
        """Where the site is: as the newsroom says, else as the reader asked for it; no slash at its end."""
        return self._base_url or str(request.base_url).rstrip("/")

    def language_of(self, request: Request) -> Language:
        return language_of(request) or self.languages[0]

    def _offered(self, request: Request, language: Language) -> Language | None:
        """The language that the front page offers, in a line, to a browser that would rather read it."""
        if not is_front(request, language):
            return None
        wanted = preferred(request.headers.get("accept-language", ""), self.languages)
        return None if wanted == language else wanted


class _Environment(Environment):
    """With a template's globals as a plain dictionary: each page compares them for each template it imports from."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def _environment(
    language: Language, languages: Sequence[Language], settings: Settings, assets: Assets
) -> Environment:
    """What templates of one language are made with; `_` and `many` translate, `told` what other layers say."""
    environment = _Environment(
        loader=FileSystemLoader(TEMPLATES),
        auto_reload=False,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(language.catalogue, newstyle=True)  # type: ignore[attr-defined]
    pieces = Pieces(language)
    environment.filters.update(_filters(language, pieces))
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    environment.globals.update(
        _=_sayer(language),
        settings=settings,
        language=language,
        root=language.root,
        many=language.many,
        pieces=pieces,
        wordmark=wordmark(language.told(settings.publisher), language.told(settings.site_title)),
        has_urdu_plate=has_urdu_plate(settings) and language.direction == "ltr",
        asset=assets.address,
        logo=logo_name(settings),
        choices=CHOICES,
        linked=linked,
        addresses_of=partial(addresses_of, languages),
        tongue=partial(wording.tongue, page=language.code),
    )
    return environment


def _sayer(language: Language) -> Callable[..., Markup]:
    """`_` of templates: as jinja's own, but what has no values in it is put together once."""

    @lru_cache(maxsize=MOST_SENTENCES)
    def said(text: str) -> Markup:
        return Markup(language.catalogue.gettext(text)) % {}  # noqa: S704  a translator's words

    def say(text: str, /, **values: object) -> Markup:
        return said(text) if not values else Markup(language.catalogue.gettext(text)) % values  # noqa: S704

    return say


def _filters(language: Language, pieces: Pieces) -> dict[str, Callable[..., Any]]:
    ours = (
        language.day,
        language.language_name,
        language.minutes,
        language.number,
        language.told,
        language.weekday,
    )
    return {
        **{one.__name__: one for one in (*FILTERS, *ours)},
        "facetline": partial(facetline, pieces),
        "hitline": partial(hitline, pieces),
        "piece": pieces.piece,
        "size": partial(wording.size, isolated=language.direction == "rtl"),
    }


def is_front(request: Request, language: Language) -> bool:
    return request.url.path == language.root + FRONT


def variant_of(request: Request) -> Hashable:
    """What of a request, beside its address, a page differs by."""
    headers = request.headers
    wanted = (
        headers.get("accept-language", "") if request.scope["path"] == FRONT else ""
    )  # where a language is offered
    return look_of(request), request.scope["scheme"], headers.get("host", ""), wanted


def here(request: Request) -> str:
    """The address of this page on this site, to come back to."""
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{request.url.path}{query}"
