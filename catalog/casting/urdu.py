"""How Urdu texts say who takes part, in Urdu letters and romanised: tables for `cast`, nothing else."""

from catalog.casting.wordings import GUEST, HOST, Language, Wording

URDU = Language(
    guest_labels="مہمان|مہمانان|مہمانانِ گرامی|مہمان خصوصی|مہمانِ خصوصی|شرکاء|شرکا|شریک گفتگو|ہمارے مہمان",
    host_labels="میزبان|اینکر|پیشکش|پیش کار",
    moderator_labels="ناظم|ماڈریٹر|موڈریٹر|نظامت",
    wordings=(
        Wording(
            r"(?:کے ساتھ|سے)(?: ایک)?(?: (?:خصوصی|خاص|تفصیلی|دلچسپ))*(?: ایک)? (?:گفتگو|بات چیت|انٹرویو|مکالمہ|نشست)",
            before=GUEST,
        ),
        Wording("(?:کا|کی)(?: (?:خصوصی|خاص|تفصیلی))* (?:انٹرویو|گفتگو)", before=GUEST),
        Wording(r"(?:ہمارے|آج کے|میرے)(?: آج کے)? مہمان(?: ہیں| ہے|،)?", after=GUEST),
        Wording(r"(?:ہمارے|میرے) مہمان ہیں(?= *(?:[۔.!\n]|$))", before=GUEST),
        Wording(r"ہمارے ساتھ(?: (?:موجود|شامل|شریک|ہیں|ہے))*", after=GUEST),
        Wording(r"(?:ہمارے ساتھ )?(?:شریک|موجود|شامل) (?:ہیں|ہوں گے|ہوئے|ہوئیں|ہوں گی)", before=GUEST),
        Wording(r"(?<=(?:^|[\n۔|،,]) *)مہمان(?: ہیں)?", after=GUEST),
        Wording(r"میزبان(?: ہیں)?", after=HOST, strength=3),
        Wording(r"کی میزبانی میں", before=HOST, strength=3),
    ),
    honorifics="""
        جناب صاحب صاحبہ محترم محترمہ ڈاکٹر پروفیسر مسٹر مس بھائی جی سینیٹر مولانا علامہ مفتی بیگم ایڈووکیٹ جسٹس
        جنرل انجینئر سر
    """,
    roles="""
        صحافی وکیل کارکن رہنما مصنف مصنفہ شاعر شاعرہ ادیب ناول نگار تجزیہ کار تجزیہ‌نگار ماہر مورخ استاد
        سیاستدان سفیر وزیر رکن سربراہ صدر سیکرٹری ترجمان ایڈیٹر مدیر محقق سابق معروف سینئر ممتاز مشہور سماجی
        انسانی چیئرمین چیئرپرسن سینیٹر پروفیسر ڈاکٹر ایڈووکیٹ فنکار اداکار اداکارہ گلوکار طالبعلم جج بیٹی بیٹا
        بہن بھائی بیوہ فلمساز کالم مزدور معاشیات آبپاشی یونین قانون دان
    """,
    organisations="""
        پارٹی تحریک جماعت ادارہ کونسل فاؤنڈیشن یونیورسٹی تنظیم حکومت فوج پولیس عدالت اسمبلی کمیشن پریس نیوز
        انجمن لیگ مجلس وزارت فورم ٹیم
    """,
    ordinary="""
        پاکستان بلوچستان سندھ پنجاب بھارت ہندوستان افغانستان بنگلہ دیش کشمیر خیبر پختونخوا کابل لاہور کراچی
        اسلام آباد طلبہ طالبان عوام خواتین نسل قیادت ریاست نوجوان مظاہرین حالات صورتحال گفتگو بات چیت پروگرام
        قسط خصوصی خاص نئی نئے سیاسی عام لوگ بچے کسان مہمان میزبان ساتھ موجود شریک مذاکرات مسئلہ جنگ امن ناظرین
    """,
    breaks="""
        کے کی کا کو سے پر میں نے ہیں ہے تھا تھے تھی جو کہ ہوں گے گی لیے بعد ساتھ بارے تک یہ وہ ہم آج اس ان ایک
        کیا کیوں کیسے آپ ہمارے گا ہوئے
    """,
    connects="کے کی کا",
    joins="اور و",
    openings="کے کی کا کو پر میں نے سے آج ہم ساتھ ہیں ہے کہ بارے ہمارے",
)

ROMAN_URDU = Language(
    guest_labels="mehma+n(?:an)?|mahma+n|mehman-e-khususi|shuraka",
    host_labels="mezba+n|maizba+n|pesh-?kash",
    moderator_labels="nazim|nizamat",
    wordings=(
        Wording(
            r"(?:ke sa+th|se)(?: aik| ek)?(?: (?:khususi|khusoosi|khaas|khas|tafseeli|dilchasp))*(?: aik| "
            r"ek)? (?:guft[au]?gu|guftugoo|ba+t ?che+t|baat cheet|baatcheet|interview|mukalma|nashist|"
            r"charcha)",
            before=GUEST,
        ),
        Wording(r"(?:ka|ki)(?: (?:khususi|khusoosi|khaas|khas))* (?:interview|guft[au]?gu)", before=GUEST),
        Wording(r"(?:hama?re|aaj ke|mere)(?: aaj ke)? mehma+n(?: hain| hai|,)?", after=GUEST),
        Wording(r"(?:hama?re|mere) mehma+n hain(?= *(?:[.!\n]|$))", before=GUEST),
        Wording(r"hama?re sa+th(?: (?:maujood|mojood|mojud|shamil|shareek|hain|hai))*", after=GUEST),
        Wording(
            r"(?:hama?re sa+th )?(?:shareek|sharik|maujood|mojood|mojud|shamil) (?:hain|honge|hue|hui|hongi)",
            before=GUEST,
        ),
        Wording(r"mezba+n(?: hain| hai)?", after=HOST, strength=3),
        Wording(r"ki mezba+ni (?:mein|main|me)", before=HOST, strength=3),
    ),
    honorifics="janab sahib sahiba sahab bhai mohtaram mohtarma muhtarma maulana jee ji begum",
    roles="""
        sahafi sahaafi wakeel vakil karkun rehnuma rahnuma musannif shair shayar adeeb nigar tajziakar tajzia
        mahir mahireen siyasatdan safeer wazir sarbarah sadar tarjuman mudeer sabiq saabiq maroof mashhoor
        mumtaz ustad muarrikh mohaqqiq novel imdadi samaji patrakar lekhak
    """,
    organisations="tehreek jamaat tanzeem hukumat fauj adalat anjuman idara",
    ordinary="""
        talaba awam log khawateen taliban kisan naujawan halaat halat muzakrat nakaam aaj khususi program qist
        baat guftagu mehman mezban
    """,
    breaks="""
        ke ki ka ko se par mein main ne hain hai tha thay thi jo keh aur-phir ye yeh woh hum aaj kya kyun kaise
        baad sath saath bare
    """,
    connects="ke ki ka",
    joins="aur",
    openings="ke ki ka ko par mein main ne se aaj hum saath sath hain hai keh bare",
)
