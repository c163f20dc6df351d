"""The browser's address bar can search here: a true description, whatever the site is called."""

from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree as Xml

import pytest
from starlette.testclient import TestClient

from catalog.newsroom import Newsroom
from catalog.settings import Settings
from tests.readers import opensearch_errors
from web.opensearch import NAMESPACE, describe_search

HOSTILE = "<script>\"&'</ShortName>\x00\x0b\ud800\ufffe]]> سچ " * 40


def parts(body: bytes) -> dict[str, list[Xml.Element]]:
    root = Xml.fromstring(body)
    assert root.tag == f"{{{NAMESPACE}}}OpenSearchDescription"
    found: dict[str, list[Xml.Element]] = {}
    for part in root:
        found.setdefault(part.tag.removeprefix(f"{{{NAMESPACE}}}"), []).append(part)
    return found


def test_every_page_leads_to_the_description_and_it_to_the_search(
    client: TestClient, talks: dict[str, int]
) -> None:
    assert '<link rel="search" type="application/opensearchdescription+xml" href="/opensearch.xml"' in (
        client.get("/").text
    )
    answer = client.get("/opensearch.xml")
    assert answer.headers["content-type"] == "application/opensearchdescription+xml"
    assert opensearch_errors(answer.content) == []
    found = parts(answer.content)
    assert found["ShortName"][0].text == "South Asia Press"
    templates = {url.get("type"): url.get("template") for url in found["Url"]}
    page = client.get(templates["text/html"].replace("{searchTerms}", quote("tea")))
    assert page.status_code == 200 and "/e/tea" in page.text
    told = client.get(templates["application/json"].replace("{searchTerms}", quote("tea")))
    assert told.json()["total"] > 0
    assert client.get(found["Image"][0].text).headers["content-type"] == "image/svg+xml"
    again = client.get("/opensearch.xml", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(("part", "most"), [("ShortName", 16), ("LongName", 48), ("Description", 1024)])
def test_a_hostile_title_stays_text_of_the_allowed_length(part: str, most: int) -> None:
    settings = Settings(home=Path(), site_title=HOSTILE)
    described = describe_search(settings, "https://talks.example")
    assert opensearch_errors(described) == []
    found = parts(described)
    assert set(found) == {
        *("ShortName", "LongName", "Description", "Url", "Image", "InputEncoding", "OutputEncoding")
    }
    [element] = found[part]
    assert len(element) == 0 and 0 < len(element.text or "") <= most
    assert '<script>"&' in (element.text or "")


def test_the_address_is_the_one_the_newsroom_gave(room: Newsroom) -> None:
    body = describe_search(Settings(home=Path()), "https://talks.example")
    assert {url.get("template", "").split("/")[2] for url in parts(body)["Url"]} == {"talks.example"}
