"""The strict readers of what machines fetch: schemas of feeds and site maps, and a second reader of podcasts."""

import json
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import xmlschema

from tests.checkers import MODULES

SCHEMAS = Path(__file__).parent / "data/schemas"
PODCAST = "https://podcastindex.org/namespace/1.0"
ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
VIDEO = "http://www.google.com/schemas/sitemap-video/1.1"
PARTYTIME = """
import { parseFeed } from "podcast-partytime";
let text = "";
process.stdin.setEncoding("utf8").on("data", (part) => { text += part; }).on("end", () => {
  const feed = parseFeed(text);
  process.stdout.write(JSON.stringify(feed));
});
"""


@cache
def podcast_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(SCHEMAS / "podcast.xsd")


@cache
def sitemap_schema() -> xmlschema.XMLSchema:
    """The schema of sitemaps.org, as the npm package `sitemap` carries it, with those of what stands in ours."""
    schema = xmlschema.XMLSchema(MODULES / "sitemap/schema/sitemap.xsd", build=False)
    schema.add_schema(SCHEMAS / "video-sitemap.xsd")
    schema.add_schema(SCHEMAS / "hreflang.xsd", build=True)
    return schema


def podcast_errors(body: bytes) -> list[str]:
    """What the schema of the podcast name space holds against any of its tags in a feed."""
    tags = [one for one in Xml.fromstring(body).iter() if one.tag.startswith(f"{{{PODCAST}}}")]
    inside = {id(part) for tag in tags for part in tag}
    return [
        f"{tag.tag}: {error.reason}"
        for tag in tags
        if id(tag) not in inside
        for error in podcast_schema().elements[tag.tag.partition("}")[2]].iter_errors(tag)
    ]


def sitemap_errors(body: bytes) -> list[str]:
    """What the schemas of site maps, of their films and of their languages hold against a map."""
    return [str(error.reason) for error in sitemap_schema().iter_errors(Xml.fromstring(body))]


@cache
def opensearch_schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(SCHEMAS / "opensearch.xsd")


def opensearch_errors(body: bytes) -> list[str]:
    """What the schema of OpenSearch holds against a description of a search."""
    return [str(error.reason) for error in opensearch_schema().iter_errors(Xml.fromstring(body))]


def read_podcast(body: bytes) -> dict[str, Any]:
    """A feed as `podcast-partytime` reads it: what apps of the podcast index see."""
    node = Path(sys.executable).with_name("node")
    words = [str(node), "--input-type=module", "--eval", PARTYTIME]
    done = subprocess.run(words, input=body, capture_output=True, check=True, cwd=MODULES.parent, timeout=60)
    return json.loads(done.stdout)


class DataBlocks(HTMLParser):
    """What a page says to programs: its blocks of JSON-LD, and the properties of Open Graph by name. Any block that a
    browser would end or read otherwise is not JSON here."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.blocks: list[dict[str, Any]] = []
        self.cards: dict[str, str] = {}
        self._told: list[str] | None = None
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script" and values.get("type") == "application/ld+json":
            self._told = []
        if tag == "meta" and values.get("property"):
            self.cards[values["property"] or ""] = values.get("content") or ""

    def handle_data(self, data: str) -> None:
        if self._told is not None:
            self._told.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._told is not None:
            self.blocks.append(json.loads("".join(self._told)))
            self._told = None
