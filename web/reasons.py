"""Why an article belongs to a talk, in the language of the page."""

from collections.abc import Sequence

from markupsafe import Markup

from catalog.relate.reasons import Evidence, guests_named
from catalog.relate.scoring import NEAR_DAYS
from web.language import Language

Phrase = str | Markup


def tell(language: Language, evidence: Evidence, guests: Sequence[str]) -> Markup:
    """The sentences, the strongest reason first. Names and words of articles stand in elements of their own: they may
    be of another script than the page."""
    here, others = guests_named(evidence, guests)

    def listed(things: Sequence[str]) -> Markup:
        return Markup(language.listed([Markup("<bdi>{}</bdi>").format(one) for one in things]))  # noqa: S704

    told = [
        language.say("The article quotes this talk.") if evidence.quotations else "",
        language.say("The article links to this talk.") if evidence.is_linked else "",
        language.say("%(name)s, who is in this talk, wrote the article.", name=listed([evidence.author]))
        if evidence.author
        else "",
        language.say("Of this talk, the article names %(names)s.", names=listed(here)) if here else "",
        language.say("Both name %(names)s.", names=listed(others)) if others else "",
        language.say(
            "Both are about %(subjects)s.", subjects=listed([one.written for one in evidence.subjects])
        )
        if evidence.subjects
        else "",
        language.say("Both speak of %(places)s.", places=listed([one.written for one in evidence.places]))
        if evidence.places
        else "",
        _days(language, evidence.days_apart),
    ]
    return Markup(" ").join(Markup(one) for one in told if one)  # noqa: S704  our words, with escaped values


def _days(language: Language, apart: int | None) -> str:
    if apart is None or apart > NEAR_DAYS:
        return ""
    if apart < 1:
        return language.say("They came out together.")
    return language.many("They came out %(number)s day apart.", "They came out %(number)s days apart.", apart)
