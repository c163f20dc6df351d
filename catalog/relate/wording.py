"""Words as they are compared: which say nothing of a subject, and what forms of one word have in common. Names are read
in `reading`."""

from functools import lru_cache

import tantivy

from catalog.casting.words import OPENINGS
from catalog.naming_words import JOINING
from catalog.normalize import folded_words
from catalog.search.forms import forms_of
from catalog.search.tables import starter_tables

# What is said in every talk and written in every article, whatever it is about.
_ANYWHERE = frozenset(
    folded_words("""
    a about above across actually after again against ago all almost alone along already also although always am an and
    another any anybody anyhow anyone anything anyway are around article articles as ask asked asking asks at away back
    be became because become becomes been before began begin begins behind being below best better between big both but
    by call called calls came can cannot case come comes coming could couple day days despite did different do does
    doing don done down during each early either else end enough even ever every everybody everyone everything example
    fact far feel few find first five follow for former found four from full further gave get gets getting give given
    gives go goes going gone good got great guest guests had half has have having he hear heard held hello help her here
    hers herself him himself his hold host hour hours how however hundred i if important in indeed inside instead into
    is isn it its itself join joined joining just keep kept kind knew know known knows large last late later least left
    less let like little live lives ll long longer look lot made make makes making man many may maybe me mean means
    might million moderator moment month months more most mr mrs ms much must my myself name named near nearly need
    never new next night nine no nobody none nor not nothing now of off often oh ok okay old on once one only onto or
    other others our out outside over own part people per perhaps place point possible problem put question questions
    quite rather re read really reason recent recently right round run s said same saw say saying says second see seem
    seems seen several shall she should show side simply since six small so some somebody someone something sometimes
    soon sort speak speaks spoke spoken still stop such sure t take taken takes talk talks tell tells ten than thank
    thanks that the their them themselves then there these they thing things think third this those though thought
    thousand three through thus time times to today together told tomorrow too took toward towards tried true try turn
    minute minutes seconds need needs needed
    reach reached reaches twelve twenty twice two
    under until unless up upon us use used using ve very wait want wanted wants was watch way
    ways we week weeks welcome well went were what whatever when where whether which while who whole whom whose why will
    with within without won word words work works world would write writes written wrote year years yes yesterday yet
    you your yourself age aged began discuss discussed discusses discussion conversation interview speaker speakers
    episode programme program listener listeners viewer viewers reader readers report reported reporter reports story
    stories monday tuesday wednesday thursday friday saturday sunday january february march april june july august
    september october november december south asia press
    آج کل وہ یہ ہم آپ میں کہ جو جس جن سب بہت ہر کوئی کچھ گئے گئی گیا گی گا گے ہوا ہوئی ہوئے ہو رہا رہی رہے کرتے کرتا
    کرتی کرنے کریں کرنا کر دیا دی دیے دیتے لیے لیا لے ہیں ہے تھا تھی تھے نہیں نہ بھی ہی تو پھر جب تب اب یہاں وہاں اپنے
    اپنی اپنا ان اس انہوں ہمارے ہماری ہمارا مجھے مجھ تمام دو تین چار پانچ چھ سات آٹھ نو دس ایک سال سالوں لوگ لوگوں کہا
    کہتے کہتا کہتی کہنا بات باتیں وقت طرح والے والی والا جاتے جاتا جاتی جانے آتے آتا آتی ساتھ پاس بعد پہلے درمیان مہمان
    خاتون شاید وجہ زیادہ کم صرف گفتگو پروگرام خوش آمدید شکریہ جناب صاحب
    और है हैं था थी थे नहीं यह वह इस उस इन उन हम आप मैं भी ही तो कि जो जब तब अब यहाँ वहाँ कर करते करता करती करने किया
    गया गई गए हो हुआ हुई हुए रहा रही रहे लिए साथ बाद पहले बहुत सब कुछ कोई एक दो तीन साल लोग लोगों कहा कहते बात समय आज
    অতিথি আজ আমাদের আমরা আমি তিনি তাঁর তার এই সেই যে যা কি কী না নেই হয় হয়ে হয়েছে হবে ছিল ছিলেন করে করেন করা করেছে
    করেনি জন্য থেকে সঙ্গে সাথে পরে আগে এখন এক দুই তিন বছর মানুষ বলেন বলে কথা সময় এবং ও কিন্তু তাই গেছে আছে দিয়ে নিয়ে
    """)
)
_STEMMER = (
    tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw()).filter(tantivy.Filter.stemmer("english")).build()
)


@lru_cache(maxsize=1)
def _plain() -> frozenset[str]:
    tables = starter_tables()
    return _ANYWHERE | JOINING | OPENINGS | (tables.joining - {"main", "par"})


@lru_cache(maxsize=65_536)
def says_nothing(word: str) -> bool:
    """Whether a folded word says nothing of a subject: one that joins others, a number, a single letter.

    >>> says_nothing("through"), says_nothing("1971"), says_nothing("glacier"), says_nothing("کی")
    (True, True, False, True)
    """
    return len(word) < 2 or word in _plain() or any(sign.isdigit() for sign in word)


@lru_cache(maxsize=131_072)
def stem_of(word: str) -> str:
    """What the forms of a folded word have in common; the shortest form in scripts without a stemmer.

    >>> stem_of("glaciers") == stem_of("glacier"), stem_of("مریضون") == stem_of("مریض")
    (True, True)
    """
    if word.isascii():
        return _STEMMER.analyze(word)[0]
    return min((word, *forms_of(word)), key=lambda form: (len(form), form))


@lru_cache(maxsize=1)
def stems_that_say_nothing() -> frozenset[str]:
    """The same words as their stems."""
    return frozenset(map(stem_of, _plain()))
