"""Pieces that stand on one page hundreds of times: a text in its tongue, a link to a moment, a name with its doubt.
Written without a template, for that is most of what a page costs. Which page they stand on is not known here."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from web.language import Language
from web.wording import clock, seconds, tongue


@dataclass(frozen=True)
class Pieces:
    """For pages in one language."""

    language: Language

    def piece(self, text: str, language: str) -> Markup:
        """A text on this page, in an element of its own when it is of another tongue.

        >>> from web.language import ENGLISH
        >>> str(Pieces(ENGLISH).piece("گفتگو", "ur")), str(Pieces(ENGLISH).piece("Tea & talk", ""))
        ('<span lang="ur" dir="rtl">گفتگو</span>', '<bdi>Tea &amp; talk</bdi>')
        """
        own = tongue(text, language, self.language.code)
        if own:
            return html(f"<span{attributes(own)}>{escape(text)}</span>")
        return html(f"<bdi>{escape(text)}</bdi>")

    def time_link(self, slug: str, ms: int) -> Markup:
        """A moment as a link, to another page unless `slug` is empty."""
        at = seconds(ms)
        page = f"{self.language.root}/e/{slug}?t={at}" if slug else ""
        return html(f'<a class="t" href="{escape(page)}#t={at}"><bdi>{clock(ms)}</bdi></a>')

    def named(self, name: str, certainty: str, href: str = "") -> Markup:
        """A name as it may be printed, with its doubt."""
        if certainty in ("unconfirmed", "withheld"):
            return html(f"<i>{self.piece(self.language.told(name), '')}</i>")
        printed = self.piece(name, "")
        if href:
            printed = html(f'<a href="{escape(href)}">{printed}</a>')
        if certainty == "probable":
            return html(f'<span class="prob">{escape(self.language.say("probably"))}</span> {printed}')
        return printed


def html(written: str) -> Markup:
    """What was written above as HTML; its values are escaped."""
    return Markup(written)  # noqa: S704  see above


def attributes(values: dict[str, str]) -> Markup:
    """As `xmlattr` writes them, a blank before each.

    >>> str(attributes({"lang": "ur", "dir": "rtl"}))
    ' lang="ur" dir="rtl"'
    """
    return html("".join(f' {name}="{escape(value)}"' for name, value in values.items()))
