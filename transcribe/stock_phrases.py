"""Lines that Whisper is known to write over silence and music, learnt from the captions it was trained on."""

from __future__ import annotations

import regex

from transcribe.score import plain_words

# Seen in reports by users of Whisper in many languages; matched inside short segments only.
STOCK_PHRASES = (
    "thanks for watching",
    "thank you for watching",
    "thank you so much for watching",
    "thanks for listening to this video",
    "please subscribe",
    "like and subscribe",
    "don't forget to subscribe",
    "subscribe to my channel",
    "subscribe to our channel",
    "subscribe to the channel",
    "see you in the next video",
    "see you in the next one",
    "i'll see you next time",
    "subtitles by",
    "subtitles made by",
    "subtitled by",
    "subtitle by",
    "captions by",
    "captioned by",
    "closed captioning",
    "translated by",
    "transcribed by",
    "transcription by",
    "transcript emily beynon",
    "amara org",
    "untertitel",
    "sous titres réalisés",
    "sottotitoli",
    "altyazı",
    "ویڈیو دیکھنے کا شکریہ",
    "دیکھنے کا شکریہ",
    "دیکھنے کے لیے شکریہ",
    "دیکھنے کے لئے شکریہ",
    "سبسکرائب کریں",
    "سبسکرائب کیجیے",
    "سبسکرائب کرنا",
    "देखने के लिए धन्यवाद",
    "देखने के लिए शुक्रिया",
    "वीडियो देखने के लिए",
    "सब्सक्राइब करें",
    "सब्सक्राइब कर",
    "চ্যানেলটি সাবস্ক্রাইব",
    "সাবস্ক্রাইব করুন",
    "সাবস্ক্রাইব করতে",
    "ভিডিও দেখার জন্য ধন্যবাদ",
    "দেখার জন্য ধন্যবাদ",
    "ਦੇਖਣ ਲਈ ਧੰਨਵਾਦ",
    "ਸਬਸਕ੍ਰਾਈਬ",
    "زیرنویس",
    "ترجمة نانسي قنقر",
    "اشتركوا في القناة",
    "شكرا على المشاهدة",
    "शब्दांकन",
    "продолжение следует",
    "字幕",
    "ご視聴ありがとうございました",
    "시청해주셔서 감사합니다",
)
# Said all day long by real people; suspicious only where nothing else is and hardly any speech was heard.
COURTESIES = frozenset(
    """
    you, thank you, thank you very much, thank you so much, thanks, bye, bye bye, okay, ok, oh, so, yeah, hmm, the end,
    شکریہ, بہت شکریہ, آپ کا شکریہ, جی, धन्यवाद, शुक्रिया, जी, हाँ, ধন্যবাদ, ਧੰਨਵਾਦ, مننه, ممنون, شكرا
    """.strip()
    .replace("\n    ", " ")
    .split(", ")
)
# Beside the phrase there may be a name or a site, no more: "Subtitles by the Amara.org community".
WORDS_BESIDE = 6


def is_stock(text: str) -> bool:
    """Is this little more than one of the stock phrases?

    >>> is_stock("Thanks for watching!"), is_stock("Subtitles by the Amara.org community")
    (True, True)
    >>> is_stock("He told me: thank you for watching my shop while I was away in Lahore last week.")
    False
    """
    words = plain_words(text)
    said = f" {' '.join(words)} "
    return any(
        f" {phrase}" in said and len(words) <= len(phrase.split()) + WORDS_BESIDE for phrase in _FOLDED
    )


def is_courtesy(text: str) -> bool:
    """Is this nothing but a short courtesy?

    >>> is_courtesy("Thank you."), is_courtesy("Thank you, Asma.")
    (True, False)
    """
    return " ".join(plain_words(text)) in COURTESIES


_FOLDED = tuple(" ".join(regex.sub(r"[^\p{L}\p{M}\p{N}' ]", " ", phrase).split()) for phrase in STOCK_PHRASES)
