"""Little words that stand in nearly every turn, which the index holds two by two as well: of a phrase made of them each
turn has all the words, and to look where they stand in every one of them takes longest. Pure."""

from collections.abc import Sequence
from itertools import pairwise

from catalog.normalize import folded_words

LITTLE = frozenset(
    folded_words(
        """
        a about all also an and any are as at be because been but by can could did do does for from had has have he
        her him his how i if in into is it its just know like me more my no not now of on one only or other our out
        she so some than that the their them then there these they think this those to up us very was we well were
        what when which who will with would yes you your
        کا کی کے کو سے میں پر اور نے ہے ہیں تھا تھے تھی یہ وہ کہ جو تو بھی ہی نہیں اس ان کیا ایک ہو گا گے گی کر ہم آپ
        د په کې او چې دا دے دی هم نه يو سره ته
        का की के को से में पर और ने है हैं था थे थी यह वह कि जो तो भी ही नहीं इस उस एक हो कर हम आप
        ਦਾ ਦੇ ਦੀ ਨੂੰ ਤੋਂ ਵਿੱਚ ਵਿਚ ਤੇ ਅਤੇ ਨੇ ਹੈ ਹਨ ਇਹ ਉਹ ਕਿ ਜੋ ਵੀ ਨਹੀਂ ਇੱਕ
        এর এবং ও থেকে যে এই সেই কি না করে হয় আছে একটি তার আমি আমরা
        ka ki ke ko se mein par aur hai hain tha thay yeh woh jo bhi nahin nahi
        """
    )
)


def little_pairs(words: Sequence[str]) -> list[str]:
    """The neighbours among folded words that are both little, as one word each, in order.

    >>> little_pairs("in the end it is so".split())
    ['in_the', 'it_is', 'is_so']
    """
    return [f"{first}_{then}" for first, then in pairwise(words) if first in LITTLE and then in LITTLE]
