"""Words that stand beside names and say what they are part of: titles, institutions, kin, words that join.
Tables alone; how they are used is in `mentions`."""

from catalog.casting.words import HONORIFICS, OPENINGS, ORDINARY, ORGANISATIONS, ROLES
from catalog.normalize import folded_words


def _folded(text: str) -> frozenset[str]:
    return frozenset(folded_words(text))


TITLES = (
    HONORIFICS
    | ROLES
    | _folded("""
    sardar nawab mir malik haji maulvi mullah syed sayed chaudhry chaudhary mian agha khawaja pir sheikh sultan
    president chairman chairperson leader comrade mister monsieur uncle aunt speaker chief commander mullah qazi
    سردار نواب میر ملک حاجی مولوی سید چوہدری میاں آغا خواجہ پیر شیخ صدر وزیراعظم چیئرمین رہنما کمانڈر بی‌بی بی بی
    सरदार नवाब मीर मलिक हाजी मौलवी सैयद चौधरी मियाँ शेख अध्यक्ष नेता मंत्री
    জনাব বেগম শ্রী শ্রীমতী ড ডা অধ্যাপক প্রফেসর মাওলানা নেতা মন্ত্রী সভাপতি মিস্টার মিসেস মোহাম্মদ
    muhammad mohammad mohammed محمد
    """)
) - {"wazir", "وزیر"}  # a minister, but oftener a name

# What follows a name that belongs to something else: a street, a fund, a people.
INSTITUTIONS = ORGANISATIONS | _folded("""
    memorial road street avenue square bridge stadium hospital airport park prize award scholarship town colony
    library chowk bazaar mosque shrine fort dam canal medical lane tower towers hall cup trophy act bill
    """) - {"today", "house", "team", "media", "services", "force", "forces"}
KIN = _folded("""
    family families tribe tribes tribal clan clans brothers sisters household dynasty caste people nation
    tribesmen community activists students women men families names surname
    قبیلہ قبیلے قبائل خاندان برادری قوم طلبہ خواتین نوجوان कबीला कबीले परिवार खानदान समुदाय গোষ্ঠী পরিবার সম্প্রদায়
    """)
# Surnames that are names of peoples too: alone they are a person's only behind a title.
PEOPLES = _folded("""
    Baloch Baluch Balochi Pashtun Pakhtun Pathan Sindhi Punjabi Kashmiri Hazara Uzbek Tajik Afghan Bengali Bihari
    Turk Irani Khan بلوچ پشتون پختون پٹھان سندھی پنجابی کشمیری ہزارہ افغان خان बलोच बलूच पश्तून पठान सिंधी पंजाबी
    कश्मीरी खान বেলুচ বালুচ পশতুন সিন্ধি পাঞ্জাবি কাশ্মীরি খান
    """)
DETERMINERS = _folded(
    "the a an another every any some no many two three ایک دو کوئی ہر کسی یہی एक दो कोई हर किसी একজন একটি কোনো"
)
WITHIN = _folded("in at near into around outside inside throughout across")
SPEAKING = _folded("""
    reported reports said says wrote writes published publishes quoted quotes asked asks newspaper newspapers
    correspondent reporter editor editors columnist website tv noted claimed told described called added s
    """)
# Words that begin sentences with a capital and are no given names.
STARTING = (
    OPENINGS
    | (ORDINARY - {"peace"})
    | _folded("""
    the a an and but or yet so nor for if when while though although because since before after until unless once
    yesterday today tomorrow later then now earlier meanwhile however instead still even only perhaps also again
    next last first second finally soon suddenly there here that this these those what whatever which who whom whose
    why how where he she it they we you i his her their our my its not never always often sometimes in on at by from
    to of with without about against between during under over into like unlike as ask tell both either neither many
    most some few all each every other another such same according despite outside inside near beside behind dear
    had has have did does do is are was were will would can could may might must should said says asked told quoting
    mention mentions called named did once nobody everybody everyone nothing one two three four five
    """)
)
# In scripts without capitals, a short form stands alone behind these; behind any other word it may be half a name.
JOINING = OPENINGS | _folded("""
    اور لیکن مگر کہ تو پھر جب اگر یا نے سے کو کا کی کے میں پر تک بعد پہلے آج کل اب بھی ہی جو جس ساتھ طرح مطابق طرف لیے
    وہ یہ اس ان ہم آپ ہے ہیں تھا تھی تھے گا گی گے کیا دیا کہا کیونکہ چنانچہ جبکہ البتہ تاہم دوران خلاف بقول د په چې له
    और लेकिन मगर कि तो फिर जब अगर या ने से को का की के में पर तक बाद पहले आज कल अब भी ही जो जिस साथ तरह अनुसार लिए
    वह यह इस उस हम आप है हैं था थी थे गा गी गे क्योंकि जबकि हालांकि दौरान खिलाफ बकौल कहा किया
    এবং ও কিন্তু তবে যে তখন যখন যদি বা থেকে পর পরে আগে আজ কাল এখন কারণ সঙ্গে সাথে মতো মতে জন্য তিনি এই সেই ওই যা
    ছিল আছে হয় করে বলে বলেন জানেন না নিয়ে কাছে দিকে দিয়ে বিরুদ্ধে প্রতি
    """)
# English words that are names as well: at the start of a sentence nothing tells which.
AMBIGUOUS = _folded("""
    dawn nation news express times mirror guardian independent frontier hope rose mark will may turkey china swat
    herald post star sun mail wire print quint hindu pen
    """)
