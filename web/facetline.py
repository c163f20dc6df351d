"""One facet of what was found as a line of links that narrow the search. Written without a template, as `hitline` is:
there may be seventy of them on a page."""

from markupsafe import Markup, escape

from catalog.search.facets import Count, Facet
from web.asked import Asked
from web.pieces import Pieces, html


def facetline(pieces: Pieces, facet: Facet, asked: Asked) -> Markup:
    """The line: what is counted, and each count with the way to its turns."""
    language = pieces.language
    field = language.told(facet.field.capitalize())
    told = escape(language.say("%(field)s (about)", field=field) if facet.about else field)
    chips = "".join(
        f'<a class="chip" href="{language.root}{escape(address)}" rel="nofollow"><bdi>'
        f"{escape(_told(pieces, facet, count))}</bdi> <span>{language.number(count.turns)}</span></a> "
        for count, address in asked.narrowings(facet)
    )
    return html(f'<p class="chips"><span>{told}</span> {chips}</p>')


def _told(pieces: Pieces, facet: Facet, count: Count) -> str:
    if facet.field == "language":
        return pieces.language.language_name(count.label)
    return pieces.language.told(count.label) if facet.field == "role" else count.label
