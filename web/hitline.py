"""One found turn as a line of the page of results: when, who, the words with the match marked, what they answer.
Written without a template, as `pieces` are: there are twenty on a page. How they are gathered is in `search.html`."""

from markupsafe import Markup, escape

from catalog.search.moments import Hit
from web.pieces import Pieces, attributes, html
from web.wording import tongue


def hitline(pieces: Pieces, hit: Hit) -> Markup:
    """The line, with what is told below it."""
    dress = attributes(tongue(hit.snippet_text, hit.language, page=""))
    words = "".join(f"<mark>{escape(text)}</mark>" if found else escape(text) for text, found in hit.snippet)
    told = " ".join(_told(pieces, hit))
    below = f'\n<p class="meta">{told}</p>' if told else ""
    return html(
        f'<div class="hitline">{pieces.time_link(hit.episode_slug, hit.start_ms)}<div class="body"><p{dress}>'
        f'<span class="name">{pieces.named(hit.speaker, hit.certainty)}<span class="colon">:</span></span> {words}</p>'
        f"{below}\n</div></div>"
    )


def _told(pieces: Pieces, hit: Hit) -> list[str]:
    language = pieces.language
    told = []
    if hit.by_meaning:
        told.append(language.say("Close in meaning: none of your words is said here."))
    if hit.role:
        told.append(language.say("%(office)s.", office=escape(language.told(hit.role.capitalize()))))
    if hit.prompt:
        name = pieces.named(hit.prompt.speaker, hit.prompt.certainty)
        told.append(language.say("After %(name)s:", name=name))
        told.append(pieces.piece(hit.prompt.text, hit.prompt.language))
    return told
