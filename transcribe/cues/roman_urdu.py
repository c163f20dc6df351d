"""How Urdu talk shows say who is speaking, as recognisers and subtitlers romanise it."""

from transcribe.cues.table import Kind, Table, word_set

_AAP = "(?:aap|ap)"
_ARE = "(?:hain|hai|hein|he|hen)"
_MAIN = "(?:main|mein|mai|me)"
# Whoever is named after the verb, which ends a sentence, is spoken to.
_VERB = "(?:hai|hain|hein|tha|thi|thay|theen|thin|ga|gi|ge|gay|hua|hui|huay|gaya|gayi|gai|gaye)"
_WITH = "(?:hamare|hamaray|humare|humaray|mere|meray) (?:saath|sath)"
_SALAM = "assalam o alaikum|assalamualaikum|assalam alaikum"
_THANKS = "(?:shukriya|shukria|shukriyah|meharbani|nawazish)"
_KHUSH = "(?:khush|khushaamdeed|khushamdeed)(?: (?:aamdeed|amdeed|aamadeed|amadid))?"

TABLE = Table(
    language="ur-Latn",
    phrases={
        Kind.SELF: (
            f"{_MAIN}(?: \\w+){{0,3}}? NAME (?:hoon|hun|hoo|houn|hu)\\b",
            f"{_MAIN}(?: \\w+){{0,2}}? NAME "
            f"(?:{_AAP} ke (?:saath|sath)|{_AAP} se|haazir|hazir|baat kar|bol rah|arz kar)",
            f"^(?:ji |jee )?{_MAIN} NAME$",
            f"{_MAIN} (?:hoon|hun|hoo|houn|hu)(?: \\w+){{0,2}}? NAME",
            "mujhe NAME (?:kehte|kahte|kaha jata)",
            "(?:mera|meraa|khaksar ka|nacheez ka) (?:naam|nam) NAME",
            f"{_AAP}(?: )?(?:ka|ki) (?:mezban|mezbaan|host|anchor) NAME",
        ),
        Kind.OPENING: (
            f"(?:program|programme|show|podcast)(?: \\w+){{0,4}}? {_KHUSH}",
            "(?:nazireen|nazreen|nazrin|naazireen|sameen|samaeen)",
            "(?:hamare|hamaray|aaj ke|aj ke)(?: \\w+)? (?:mehman|mehmaan|mauzu)",
            "(?:ijazat|ijaazat) (?:dijiye|dijiyay|dein|den)",
            "(?:agle|aglay) (?:hafte|haftay|program|programme)",
        ),
        Kind.INTRODUCTION: (
            f"{_WITH}(?: \\w+){{0,4}}? NAME (?:maujood|mojood|moujood|mojud|shamil|shaamil|{_ARE}|bhi)",
            f"{_WITH}(?: \\w+){{0,5}}? {_ARE} NAME",
            "(?:hamare|hamaray|humare|hamari|humari|mere|meri|(?:aaj|aj) k[ei])(?: \\w+){0,3}? "
            "(?:mehman|mehmaan)(?: \\w+){0,2}? NAME",
            f"NAME(?: \\w+){{0,6}}? {_WITH}",
            "(?:hamein|hamain|humein|humain|hum ko|ham se|hum se) (?:join|guftagu|baat)(?: \\w+){0,6}? NAME",
            "(?:milwate|milwata|milwati|mutarif|taaruf|taruf)(?: \\w+){0,5}? NAME",
            f"{_KHUSH} (?:kehte|kehta|kehti) (?:hain|hoon|hun) NAME",
            f"NAME (?:ko|ka)(?: \\w+){{0,3}}? (?:{_KHUSH} keh|istaqbal|khair maqdam)",
        ),
        Kind.ADDRESS: (
            f"^NAME(?: ji)? (?:{_AAP}|{_MAIN} {_AAP} se|kuch|zara|"
            "yeh|ye|kya|kia|kaise|kaisay|kyun|kyon|kab|kahan|kaun|kon|batayein|bataiye|"
            "batain|bataen|farmaiye|farmayein|is)\\b",
            f"(?:{_KHUSH}|{_SALAM}|salam) NAME",
            f"NAME(?: (?:program|programme|show) (?:mein|main|me))? (?:{_KHUSH}|{_SALAM})",
            f"{_AAP} (?:ki taraf|se|ke paas)(?: \\w+){{0,3}}? NAME",
            "(?:ji|jee|to|aur|acha|achha) NAME$",
            f"{_VERB} NAME$",
            "NAME (?:ki taraf|se puch|se pooch|se jaan|se shuru|ke paas)",
        ),
        Kind.THANKS: (
            f"(?:bahut |bohat |bohot |{_AAP} ka )*{_THANKS}(?: {_AAP} ka)? NAME",
            f"NAME (?:\\w+ ){{0,6}}?(?:{_THANKS}|shuka?r ?guzar)",
        ),
        Kind.REPORTED: (
            "(?:jaisa|jaise|jesa|jese)(?: ke| kay| keh| k)? NAME (?:ne|nay)",
            "NAME (?:ne|nay)(?: \\w+){0,4}? (?:kaha|kahaa|farmaya|bataya|zikr)",
            "NAME (?:ki baat|ka kehna|keh rah|farma rah|theek keh|thik keh)",
        ),
    },
    honorifics=word_set(
        "sahib saheb sahab saab sahiba sahibah janab mohtaram muhtaram mohtarma muhtarma bhai behan behen baji "
        "apa aapa ji jee madam"
    ),
    joiners=word_set("aur"),
    questions=word_set("kya kia kyun kyon kaise kaisay kab kahan kaun kon kis kitna kitni kitne"),
)
