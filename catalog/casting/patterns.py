"""The languages in which a cast is read, and the wordings that tell of other episodes.

A language is a table in a module of its own: write one, add it here, and give it its tests.
"""

from catalog.casting.english import ENGLISH
from catalog.casting.hindi import HINDI
from catalog.casting.urdu import ROMAN_URDU, URDU

LANGUAGES = (ENGLISH, URDU, ROMAN_URDU, HINDI)

# Headings of blocks, and beginnings of sentences, that are about another episode or about nobody.
ELSEWHERE_HEADINGS = (
    r"previous|past|earlier|more (?:episodes|videos|from|interviews|talks)|other (?:episodes|"
    r"videos)|related|recommended"
    r"|watch (?:also|next|more)|also watch|further reading|credits|sources|references|follow us|next (?:week|episode)"
)
ELSEWHERE_SENTENCES = (
    r"watch also|also watch|watch (?:our|the|my) (?:last|previous|earlier|other)|in case you "
    r"missed|last (?:week|month|time|year),? (?:we|i|our guest)\b"
    r"|next (?:week|month|time|episode|friday|sunday|monday)(?:['’]s guests?|,? (?:we|i|our guest|"
    r"on the show|taha)\b)|coming (?:up|soon)|upcoming"
    r"|(?:previous|earlier|last|next|past) (?:episode|interview|conversation|talk|guest)s?\b|see "
    r"(?:also|our)|(?:could|did|would) not join"
    r"|(?:couldn|didn|wouldn)['’]t join|declined to|refused to|tried to (?:speak|talk)"
)
