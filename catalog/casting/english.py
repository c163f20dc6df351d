"""How English texts say who takes part: a table for `cast`, nothing else."""

from catalog.casting.wordings import GUEST, HOST, MODERATOR, SHOW, Language, Wording

_US = rf"(?:us|me|{SHOW}+)"

_SPEAK = r"(?:speaks?|talks?|chats?|sits? down|catch(?:es)? up)"
_SPOKE = r"(?:spoke|talked|chatted|sat down|caught up)"
_HOW = r"(?: (?:exclusively|live|today|candidly|at length|again|briefly|frankly|here))?"
_WE = (
    r"(?:we|i)(?: (?:will|also|then|have|had|are|am|recently|again|finally|now)|'(?:ll|re|ve|m)|"
    r"’(?:ll|re|ve|m)){0,3}"
)
_TALK = (
    r"(?:talk|chat|conversation|interview|discussion|dialogue|sit-down|session|debate|q&a|q & a|one-on-one)"
)
# "his interview with", "the leaked talk with": somebody else's conversation, told about.
_OTHERS = (
    r"(?<!(?:['’]s|s['’]|\bhis|\bher|\btheir|\bin an?|\bhad an?|\bheld an?|\bpeace|\bleaked|\bphone|"
    r"\bsecret|\bnational|\brecent|\bpolitical|\bgovernment|\bcalls? for|\bafter an?) )"
)
_SHOWS = (
    rf"(?:show|episode|programme|program|podcast|discussion|conversation|panel|session|talk|interview|"
    rf"debate|{SHOW}+)(?: is| was)?"
)
_PURPOSE = (
    r"(?=[^.?!\n]{3,200}?\b(?:to (?:discuss|talk|explain|speak|debate|explore|share|unpack|break|"
    r"look|reflect|tell|examine|analy[sz]e)"
    r"|for (?:a|an|this) (?:\w+ )?(?:talk|conversation|discussion|chat|interview|debate)|on the "
    r"show|in this|in conversation))"
)
_TIES = (
    r"(?<!\b(?:meetings?|talks?|relations?|relationship|deals?|war|ties|conflict|along|agreement|"
    r"interviews?|conversation"
    r"|clash|clashes|ceasefire|negotiations?|fight|feud|rift|together|alliance|happened|wrong|"
    r"dispute|marriage|encounter"
    r"|dialogue|call|friendship|contacts?|links?|differences|done|do|dealing|begins?|starts?|ends?) )"
)

_NAMED = r"(?-i:\p{Lu})[\p{L}'.-]+(?: (?-i:\p{Lu})[\p{L}'.-]*){1,4}(?: ?\([^()\n]{1,60}\))?"

ENGLISH = Language(
    guest_labels=(
        r"guest speakers?|guests?|panell?ists?|speakers?|participants?|discussants?|interviewees?|on the panel|panel"
        r"|taking part|on the (?:line|phone)(?: from \p{L}+)?|in conversation with|featuring|feat\.?|ft\.?"
        r"|with|joining us|joined by|in (?:the "
        r")?studio|interview|interview with"
    ),
    host_labels=(
        r"hosts?|hosted by|co-?hosts?|co-?hosted by|anchors?|anchored by|anchorperson|presenters?|presented by"
        r"|interviewers?|interview by|interviewed by|conducted by"
    ),
    moderator_labels=r"moderators?|moderated by|moderation|chair|chaired by|session chair",
    wordings=(
        Wording(
            rf"{_WE} (?:speak|talk|chat|sit down|catch up|{_SPOKE}|speaking|talking|chatting){_HOW} (?:to|with)",
            after=GUEST,
        ),
        Wording(
            rf"{_WE} (?:discuss|discussed|discussing|debate|debated|explore)(?: (?:this|it|that|all this))? with",
            after=GUEST,
        ),
        Wording(
            rf"(?:{_WE}|to) (?:discuss|debate|explore|examine|unpack|analyse|analyze|talk about|speak "
            rf"about)\b[^.?!\n]{{1,200}}?{_TIES}\bwith",
            after=GUEST,
        ),
        Wording(
            rf"{_WE} (?:host|hosted|hosting|welcome|welcomed|interview|interviewed|interviewing|hear from|"
            rf"ask|asked|have invited)",
            after=GUEST,
        ),
        Wording(r"(?<=(?:^|[\n.]) *)joining(?=[^.?!\n]{3,80} (?:is|are) )", after=HOST),
        Wording(r"(?<=\bjoining [^.?!\n]{3,80} )(?:is|are)", after=GUEST),
        # A line of its own: "With A and B (role)", but not "With A in jail, ...".
        Wording(rf"(?<=^ *)with(?= {_NAMED}(?:(?:,|,? and| &) {_NAMED}){{0,8}} *$)", after=GUEST),
        Wording(
            r"(?:in the studio|on the (?:show|line|panel)|with us)(?: \w+){0,2},? (?:we|i) have", after=GUEST
        ),
        Wording(rf"{_WE} in conversation with", after=GUEST),
        Wording(
            r"(?:we|i) have(?: here| joining us| on (?:the|our) (?:show|panel|line|programme)| in the studio|"
            r" with (?:us|me))(?: (?:today|tonight|now|here|this week)){0,2}",
            after=GUEST,
        ),
        Wording(
            r"(?:we|i) have(?=[^.?!\n]{3,160} (?:with (?:us|me)|on (?:the|our) (?:show|panel|line|programme)|"
            r"in the studio)\b)",
            after=GUEST,
        ),
        Wording(
            r"with (?:us|me)(?: (?:today|tonight|now|here|this week|in the studio|on the line)){0,2}(?: "
            r"(?:is|are|was|were)|,)?",
            after=GUEST,
        ),
        Wording(
            r"(?:we|i)(?: are| am|'re|’re|'m|’m| were| was| will be)(?: \w+)? joined(?: \w+)? by", after=GUEST
        ),
        Wording(rf"joining {_US}(?: \p{{L}}+){{0,4}} (?:is|are|was|were)", after=GUEST),
        Wording(
            r"joining (?:him|her|them|the (?:show|panel|discussion|programme))(?: \p{L}+){0,3} (?:is|are|was|were)",
            after=GUEST,
        ),
        Wording(rf"(?:speaking|talking) (?:to|with) {_US}(?: \p{{L}}+){{0,3}} (?:is|are)", after=GUEST),
        Wording(
            rf"(?:joins|joined|join|is joining|are joining) (?:{_US}|the (?:show|programme|program|podcast|"
            rf"panel|discussion|conversation)|our (?:show|programme|program|podcast|panel))",
            before=GUEST,
        ),
        Wording(
            rf"(?:tells?|explains? to|{_SPEAK}{_HOW} (?:to|with)|(?:spoke|talked){_HOW} (?:to|with)|"
            rf"shares? with|is with|are with) {_US}",
            before=GUEST,
        ),
        Wording(r"(?:is|are) (?:our|my|the|today's|today’s) (?:special )?guests?(?! of)", before=GUEST),
        Wording(
            r"(?:our|my|today['’]s|tonight['’]s|this week['’]s|special|chief|with|with our|with special)"
            r"(?: special| main| first| second| two| three)? guests?(?: (?:today|tonight|this week|this "
            r"time|for today))?(?: (?:is|are|was|were|include|includes|included)|,| -)?",
            after=GUEST,
        ),
        Wording(
            r"(?:guests|panell?ists|speakers|participants) (?:are|were|include|includes|included|including)",
            after=GUEST,
        ),
        Wording(r"(?:brings? together|panel of|panel with)", after=GUEST),
        Wording(
            rf"(?:joins|joined|is joining|are joining){_PURPOSE}", before=GUEST, after=HOST, needs="both"
        ),
        Wording(
            rf"(?:is |are )?{_SPEAK}{_HOW} (?:to|with)(?![^.?!\n]{{0,80}} (?:on|over|by) (?:the "
            rf")?(?:tele)?phone)",
            before=HOST,
            after=GUEST,
            needs="both",
        ),
        Wording(rf"as (?:he|she|they) {_SPEAK}{_HOW} (?:to|with)", before=HOST, after=GUEST),
        Wording(
            rf"(?:{_SPOKE}{_HOW} (?:to|with)|welcomes|interviewed|discusses with)",
            before=HOST,
            after=GUEST,
            needs="host",
        ),
        Wording(
            rf"(?:discusses|debates)\b[^.?!\n]{{1,200}}?{_TIES}\bwith", before=HOST, after=GUEST, needs="host"
        ),
        Wording(
            r"(?:interviews|is joined by|was joined by|hosts|is interviewing)",
            before=HOST,
            after=GUEST,
            needs="both",
        ),
        Wording(r"(?:is )?in conversation with", before=HOST, after=GUEST),
        Wording(r"moderates", before=MODERATOR),
        Wording(rf"{_OTHERS}{_TALK} (?:with|featuring)", after=GUEST),
        Wording(
            r"(?<=\b(?:interview|conversation|talk|discussion|session|hosted|moderated|presented) by "
            r"[^\n.,]{3,60} )with",
            after=GUEST,
        ),
        Wording(rf"{_OTHERS}interview by", after=HOST, strength=3),
        Wording(
            r"(?<!\b(?:film|video|documentary|song|poster|clip|footage|photo|report|article|movie|ad|"
            r"advert|campaign|mural) )(?:featuring|feat\.|ft\.|feat|ft|w/)",
            after=GUEST,
        ),
        Wording(
            rf"(?:(?<=(?:^|[\n.|:;,(•–—-])\s*)|(?<=\b{_SHOWS} )|(?<=\b(?:produced|written|edited|"
            rf"researched) (?:and|&) ))(?:co-?)?(?:hosted|anchored|presented|conducted)(?: and \p{{L}}+)? "
            rf"by",
            after=HOST,
            strength=3,
        ),
        Wording(r"(?:moderated|chaired)(?: and \p{L}+)? by", after=MODERATOR, strength=3),
        Wording(
            r"(?:with|your|our|show|by)(?: your| our| the)? (?:host|anchor|presenter|interviewer)s?(?: "
            r"(?:is|are|,))?",
            after=HOST,
            strength=3,
        ),
        Wording(r"(?<=(?:^|[\n.|:;,]) *)(?:host|hosts)", after=HOST, strength=3),
        Wording(r"(?:with|your|our)(?: the)? moderator(?: is|,)?", after=MODERATOR, strength=3),
        Wording(
            r"\((?:guest|panell?ist|speaker)\)|(?<=\p{L}) *[-–—,] *(?:guest|panell?ist)(?= *(?:$|[\n;|]))",
            before=GUEST,
            strength=3,
        ),
        Wording(
            r"\((?:host|anchor|presenter)\)|(?<=\p{L}) *[-–—,] *(?:host|anchor)(?= *(?:$|[\n;|]))",
            before=HOST,
            strength=3,
        ),
        Wording(
            r"\(moderator\)|(?<=\p{L}) *[-–—,] *moderator(?= *(?:$|[\n;|]))", before=MODERATOR, strength=3
        ),
        Wording(
            rf"(?:{SHOW}+|\b(?:show|podcast|tonight|live)) *[,|:–—-]? *with",
            after=HOST,
            strength=1,
            where="title",
        ),
        Wording(r"(?<=[|–—•-] *)with", after=HOST, strength=1, where="title"),
        Wording(r"\b(?:hour|evening|afternoon|morning|day) with", after=GUEST, where="title"),
        Wording(r"(?<=, *)with", after=GUEST, strength=1, where="title"),
    ),
    honorifics="""
        mr mrs ms miss mx dr prof professor sir madam madame lord lady senator sen adv advocate justice
        ambassador engineer engr rev reverend ven venerable hon honourable honorable gen general col colonel maj
        major lt lieutenant capt captain brig brigadier retd maulana mufti allama sheikh-ul-hadith chef judge
        barrister comrade bishop father-in
    """,
    roles="""
        academic actor actress activist administrator adviser advisor advocate aide ambassador analyst anchor
        anchorperson anthropologist archaeologist architect archivist artist astronomer astrophysicist attorney
        author barrister biologist blogger brother businessman businesswoman campaigner candidate cartoonist ceo
        chair chairman chairperson chairwoman chef chief cleric climatologist columnist comedian commander
        commentator commissioner composer consultant convener convenor coordinator correspondent councillor
        counsel cousin critic curator dancer daughter dean defender deputy designer diplomat director doctor
        economist editor editor-in-chief educationist educator engineer entrepreneur envoy ex-minister expert
        farmer father fellow filmmaker film-maker fisherman founder co-founder cofounder geologist glaciologist
        governor head herder historian host husband illustrator imam investigator journalist judge jurist
        justice king lawmaker lawyer leader lecturer legislator librarian linguist manager mayor mediator member
        minister ministers mna moderator monk mother mountaineer mp mpa musician nephew niece nun novelist nurse
        observer officer official organiser organizer owner painter parliamentarian pastor performer philosopher
        photographer photojournalist physician physicist playwright podcaster poet politician premier presenter
        president priest principal prisoner producer professor prosecutor psychiatrist psychologist publisher
        representative reporter researcher scholar scientist secretary secretary-general senator sibling singer
        sister social-worker sociologist solicitor son specialist spokesman spokesperson spokeswoman strategist
        student surgeon survivor teacher technologist theologian trader translator treasurer trustee unionist
        urbanist veteran vice-chancellor vice-president victim widow wife general witness worker writer youtuber
        guide activist-turned carpenter weaver teacher-trainer counsellor therapist student-leader vlogger
        rapper songwriter comic baker potter miner sailor soldier pilot driver midwife climber footballer
        cricketer athlete coach former ex retired exiled senior acclaimed renowned prominent award-winning
        independent leading noted eminent legendary freelance celebrated outgoing late engr phd retd esq kc qc
    """,
    organisations="""
        academy agency alliance army assembly association authority bank board brigade bureau cabinet caucus
        center centre channel church circle club coalition college collective commission committee community
        company conference congress cooperative corps corporation council court department desk embassy
        federation force forces forum foundation front fund government group guild herald house inc institute
        institution international jamaat journal lab laboratory league limited lashkar ltd magazine media
        ministry mission movement museum network news newspaper ngo observatory office organisation organization
        parliament party police post press project radio reporters rights school schools senate service services
        site society studies studio studios syndicate team times trust tv union university watch weekly
        worldwide workshop tribune telegraph guardian gazette monitor express today foundation's bbc cnn ptm
        dawn
    """,
    ordinary="""
        activists afghanistan africa afternoon all america american amid another april asia asian august
        author's background bangladesh bangladeshi balochistan beijing bihar books bonus border britain british
        budget burma canada canadian chapter children china chinese citizens clip clips colleagues
        correspondents crisis day days december delhi dhaka debate democracy dialogue east elections english
        episode europe european exclusive experts families february festival film filmmakers friday friends full
        future girls gilgit hindi history human independence india indian interview iran islam islamabad issue
        january journalists july june justice's kabul karachi kashmir kathmandu lahore latest law leaders
        lessons life live london march men minutes monday more music muslims nation national nepal new news
        night north november october officials pakhtunkhwa pakistan pakistani pakistanis panel paris part
        part-time party's peace people peshawar podcast politics punjab quetta questions rape reform reforms
        refugees region religion report sale saturday season security september sindh society's some sound south
        special sri state states story stories street streets students subscribe summit sunday survivors talk
        talks terror terrorism thank thanks the this thursday tibet today's toronto transmission truth tuesday
        united video viewers villagers violence voice voices voters war washington wednesday week west women
        women's workers world writers york young youth anonymous unknown various tba tbc tbd none nobody others
        audience guest guests host hosts moderator panelists speakers names name withheld myself you us him her
        them everyone topic topics time date venue recorded credits camera editing graphics animation script
        research thumbnail design direction production afghan khyber valley line control
    """,
    topics="""
        about regarding concerning on over to how why whether what when where as amid following after before in
        at of from for during since who whose which this today tonight
    """,
    breaks="""
        while because against that if is are was were be been has have had whom until into under between by with
        without via but than
    """,
    connects="of from at in for with",
    articles="the a an our my his her their its this your these",
    joins="and & + plus",
    openings="to with today tonight week now here finally then also join watch as meet time episode month where",
)
