"""What else there is: the list of what this interface offers, and downloads."""

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from web.api.answers import read_answers, reply
from web.api.asking import Program
from web.api.values import Value, example

router = APIRouter()
BASE = "/api/v1"


class OffersValue(Value):
    """What there is, as addresses; `{...}` stands for what a program fills in (RFC 6570)."""

    model_config = example(
        {
            "title": "South Asia Press Talk",
            "help": "https://talks.example/api",
            "description": "https://talks.example/api/v1/openapi.json",
            "agents": "https://talks.example/mcp",
            "addresses": {
                "episodes": "https://talks.example/api/v1/episodes{?language,after,before,q,limit,cursor}"
            },
        }
    )

    title: str
    help: str = Field(description="How to use it, for people.")
    description: str = Field(description="All of it, for programs (OpenAPI).")
    agents: str = Field(description="The same for assistants (MCP, streamable HTTP).")
    addresses: dict[str, str]


class DownloadValue(Value):
    """Something to be had whole."""

    name: str
    about: str
    media_type: str
    address: str = Field(description="An address, or a template of one (RFC 6570).")


class DownloadList(Value):
    """What can be downloaded."""

    model_config = example(
        {
            "exports": [
                {
                    "name": "search.csv",
                    "about": "Every turn that is found, as a table.",
                    "media_type": "text/csv",
                    "address": "https://talks.example/search.csv{?q}",
                }
            ],
            "next": None,
        }
    )

    exports: list[DownloadValue]
    next: str | None = Field(description="Always null: the list is short.")


OFFERS = {
    "episodes": "/episodes{?language,after,before,q,limit,cursor}",
    "episode": "/episodes/{slug}",
    "turns": "/episodes/{slug}/turns{?speaker,from_ms,to_ms,limit,cursor}",
    "search": "/search{?q,sort,expand,mode,limit,cursor}",
    "people": "/people{?q,limit,cursor}",
    "person": "/people/{slug}",
    "quotes": "/quotes",
    "quote": "/quotes/{quote_id}",
    "articles": "/articles{?limit,cursor}",
    "article": "/articles/{id}",
    "related": "/related{?url}",
    "claims": "/claims{?person,about,episode,status,year,limit,cursor}",
    "claim": "/claims/{claim_id}",
    "exports": "/exports",
}
DOWNLOADS = (
    ("search.csv", "Every turn that is found, as a table.", "text/csv", "/search.csv{?q}"),
    ("search.jsonl", "Every turn that is found, one a line.", "application/x-ndjson", "/search.jsonl{?q}"),
    (
        "search.parquet",
        "Every turn that is found, in columns.",
        "application/vnd.apache.parquet",
        "/search.parquet{?q}",
    ),
    (
        "search.ris",
        "Every turn that is found, as references.",
        "application/x-research-info-systems",
        "/search.ris{?q}",
    ),
    ("search.rss", "A search to subscribe to.", "application/rss+xml", "/search.rss{?q}"),
    ("search.atom", "A search to subscribe to.", "application/atom+xml", "/search.atom{?q}"),
    ("claims.csv", "The ledger of claims, as a table.", "text/csv", "/claims.csv"),
    (
        "claims.jsonld",
        "The ledger of claims, as schema.org tells it.",
        "application/ld+json",
        "/claims.jsonld",
    ),
    ("data", "The whole archive as dated data sets, with a data sheet.", "text/html", "/data/"),
    ("transcript", "One talk as TEI.", "application/tei+xml", "/e/{slug}.tei.xml"),
)


@router.get(
    "/", response_model=OffersValue, responses=read_answers(), summary="What there is", tags=["about"]
)
def offers(request: Request, asking: Program) -> Response:
    """Every address of this interface."""
    told = OffersValue(
        title=asking.site.newsroom.settings.site_title,
        help=asking.link("/api"),
        description=asking.link(f"{BASE}/openapi.json"),
        agents=asking.link("/mcp"),
        addresses={name: asking.link(BASE + path) for name, path in OFFERS.items()},
    )
    return reply(request, told)


@router.get(
    "/exports",
    response_model=DownloadList,
    responses=read_answers(),
    summary="List downloads",
    tags=["exports"],
)
def exports(request: Request, asking: Program) -> Response:
    """What can be downloaded whole: results of a search, the data set."""
    told = [
        DownloadValue(name=name, about=about, media_type=kind, address=asking.link(path))
        for name, about, kind, path in DOWNLOADS
    ]
    return reply(request, DownloadList(exports=told, next=None))
