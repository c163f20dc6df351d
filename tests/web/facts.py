"""What a block of JSON-LD says, read by a processor of its specification. No test here."""

from typing import Any

from pyld import jsonld

SCHEMA_ORG = "https://schema.org/"


def facts_of(told: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Who, which property, what. Nothing is fetched: of the context, only where its words belong is needed."""
    facts = jsonld.to_rdf(told, {"documentLoader": _context})["@default"]
    return {tuple(fact[part]["value"] for part in ("subject", "predicate", "object")) for fact in facts}


def _context(url: str, options: object) -> dict[str, Any]:
    assert url == "https://schema.org", url
    return {"contextUrl": None, "documentUrl": url, "document": {"@context": {"@vocab": SCHEMA_ORG}}}
