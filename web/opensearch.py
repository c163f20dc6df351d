"""Searching the site from a browser's address bar: its OpenSearch 1.1 description. Searching itself is `find`'s."""

import re
from xml.etree import ElementTree as Xml

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog.settings import Settings
from web.answer import OPEN_TO_ALL, answer
from web.api.asking import base_of
from web.deps import site_of

NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
SHORT_NAME, LONG_NAME, LONGEST_TEXT = 16, 48, 1024  # signs the standard allows
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
SEARCHES = (
    ("text/html", "/search?q={searchTerms}"),
    ("application/rss+xml", "/search.rss?q={searchTerms}"),
    ("application/atom+xml", "/search.atom?q={searchTerms}"),
    ("application/json", "/api/v1/search?q={searchTerms}"),
)

router = APIRouter(include_in_schema=False)


@router.api_route("/opensearch.xml", methods=["GET", "HEAD"])
def opensearch(request: Request) -> Response:
    """What a browser needs to search here."""
    settings = site_of(request).newsroom.settings
    body = describe_search(settings, base_of(request, settings))
    return answer(request, body, "application/opensearchdescription+xml", headers=OPEN_TO_ALL)


def describe_search(settings: Settings, base: str) -> bytes:
    """The description as XML; `base` is the address of the site without a slash at its end."""
    root = Xml.Element("OpenSearchDescription", {"xmlns": NAMESPACE})
    title = NO_XML.sub("", settings.site_title)
    for name, text, most in (
        ("ShortName", title, SHORT_NAME),
        ("LongName", title, LONG_NAME),
        ("Description", f"Search everything said on {title}.", LONGEST_TEXT),
    ):
        Xml.SubElement(root, name).text = text[:most].strip()
    for media_type, path in SEARCHES:
        Xml.SubElement(root, "Url", {"type": media_type, "template": base + path})
    own = {"type": "application/opensearchdescription+xml", "rel": "self"}
    Xml.SubElement(root, "Url", own | {"template": f"{base}/opensearch.xml"})
    Xml.SubElement(root, "Image", {"type": "image/svg+xml"}).text = f"{base}/static/icon.svg"
    Xml.SubElement(root, "InputEncoding").text = "UTF-8"
    Xml.SubElement(root, "OutputEncoding").text = "UTF-8"
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))
