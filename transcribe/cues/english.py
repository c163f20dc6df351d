"""How English talk shows say who is speaking."""

from transcribe.cues.table import Kind, Table, word_set

_NOW = "(?: (?:today|tonight|now|again|once again|this (?:evening|morning|afternoon|week)))?"
_VERY = "(?: (?:you|very much|so much|a lot|indeed|again|once again|dear))*"
_PLACE = "(?: (?:here|in|on|from|at|over) (?:\\w+ ){0,4}?\\w+)?"

TABLE = Table(
    language="en",
    phrases={
        Kind.SELF: (
            "(?:i am|im|my name is|my names|myself) NAME",
            "(?:this is|its) NAME (?:and (?:you|we|i|this)|with you|here|speaking|welcoming)",
            "^(?:and )?(?:i am|im|this is) your (?:host|moderator|anchor) NAME",
            "your (?:host|moderator|anchor) NAME$",
            # "My" was said too near the change of voices and is with the words before it.
            "^(?:name )?is NAME (?:and )?(?:i|im)\\b",
            "^name is NAME",
        ),
        Kind.OPENING: (
            "(?:hello|welcome|good (?:evening|morning|afternoon)) and welcome",
            "welcome (?:back )?to (?:the|this|our|another|a new|todays|tonights) "
            "(?:\\w+ )?(?:programme|program|show|podcast|episode|edition|talk|discussion)",
            "(?:you (?:are|were|have been)|youre) (?:listening to|watching)",
            "(?:i|we) have (?:\\w+ )?guests? (?:with|joining)",
            "(?:our|todays|tonights) (?:topic|guests?|question|discussion)" + _NOW + " (?:is|are)",
            "that (?:is|was) all (?:for|from)",
            "(?:this|that) (?:is|was) (?:our|the) (?:programme|program|show|episode|podcast)",
            "(?:join|see) (?:us|you) (?:next|again)",
        ),
        Kind.INTRODUCTION: (
            "(?:joining|joins) (?:us|me)" + _NOW + _PLACE + "(?: (?:is|are))? NAME",
            "NAME (?:is joining|joins|has joined|is with|is here with) (?:us|me)",
            "(?:we are|were|i am|im) (?:also |now )?joined(?: \\w+){0,3}? by NAME",
            "with (?:me|us)" + _NOW + _PLACE + _NOW + " (?:is|are|we have|i have) NAME",
            "(?:my|our)(?: \\w+){0,2}? guests?" + _NOW + _PLACE + " (?:is|are) NAME",
            "(?:we|i) (?:also |now )?have(?: with (?:us|me))?" + _NOW + "(?: \\w+){0,3}? NAME",
            "(?:please welcome|let me (?:introduce|welcome)|i welcome|we welcome|a warm welcome to) NAME",
            "(?:im|i am|we are) (?:speaking|talking) (?:to|with) NAME",
            "^(?:and |also |then )?NAME (?:is|are) (?:an?|the|our|one of|from|based)(?: \\w+)",
        ),
        Kind.ADDRESS: (
            "(?:welcome|hello|hi|good (?:evening|morning|afternoon)) NAME",
            "welcome (?:back )?(?:to (?:the|our|this) (?:programme|program|show|podcast) )NAME",
            "(?:over|back|turn|turning|come|coming|go|going|move|moving) to you NAME",
            "(?:start|begin|stay|continue) with (?:you )?NAME",
            "(?:let me|i want to|i would like to|id like to) (?:ask|bring in|turn to|come to|go to) (?:you )?NAME",
            "what (?:do you (?:say|think)|about you|is your (?:view|opinion)) NAME",
            "^(?:and |so |but |well |now |yes |okay |ok )?NAME (?:what|how|when|why|where|tell (?:me|us)|let me|please|"
            "(?:do|did|can|could|would|will|should|have|are|were) you|your|you|i want|first|last|go ahead)\\b",
            "(?:go ahead|please|your turn) NAME$",
        ),
        Kind.THANKS: (
            "(?:thank you|thanks|many thanks)" + _VERY + "(?: to)?(?: you)? NAME",
            "(?:well said|very true|exactly|good point|i agree(?: with you)?|you are right|youre right) NAME",
        ),
        Kind.REPORTED: (
            "(?:as|like|what) NAME(?: \\w+)? (?:said|says|mentioned|pointed|explained|told|noted|was saying)",
            "NAME (?:just |already |has |also )*(?:said|says|mentioned|pointed|explained|told|noted|argued)",
            "i (?:dis)?agree with (?:what )?NAME",
            "NAME (?:is|was) (?:quite |very |absolutely )?(?:right|wrong|correct|saying)",
        ),
    },
    honorifics=word_set(
        "mr mrs ms miss mx dr doctor prof professor sir madam maam senator minister justice advocate ambassador "
        "general gen colonel col major captain capt brigadier brig lord lady honourable hon"
    ),
    joiners=word_set("and or"),
    questions=word_set("what how why when where who whom whose which"),
)
