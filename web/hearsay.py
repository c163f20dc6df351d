"""Sentences that lower layers write in English, some of them kept in the record, which pages say in other languages.

They are recognised by their form; one that is missing here is printed in English, as such.
"""

from web.language import phrase

SENTENCES = (
    # What stands instead of a name: catalog.transcripts
    phrase("Unconfirmed voice"),
    phrase("Unconfirmed voice %(number)s"),
    phrase("Name withheld"),
    # As what: catalog.models.Role; facets and charts: catalog.search.facets, catalog.search.timeline
    *(phrase("Moderator"), phrase("Host"), phrase("Guest")),
    *(phrase("moderator"), phrase("host"), phrase("guest")),
    *(
        phrase("Topic"),
        phrase("Speaker"),
        phrase("Role"),
        phrase("Language"),
        phrase("Year"),
        phrase("Episode"),
    ),
    *(phrase("Everybody"), phrase("Everybody else")),
    # Languages that Babel does not name in every language: transcribe.languages
    *(phrase("Western Punjabi"), phrase("Dari"), phrase("Balochi")),
    *(phrase("Southern Balochi"), phrase("Eastern Balochi"), phrase("Brahui")),
    *(phrase("Saraiki"), phrase("Northern Hindko"), phrase("Southern Hindko")),
    *(phrase("Khowar"), phrase("Shina"), phrase("Balti")),
    *(phrase("Burushaski"), phrase("Hazaragi"), phrase("Sylheti")),
    phrase("no licence stated"),  # catalog.tei
    # How a quote may be cited: catalog.cite
    *(phrase("Text"), phrase("Web Annotation")),
    # Evidence for a name: transcribe.naming, transcribe.roles, catalog.guesses, catalog.voices
    phrase("introduces themselves"),
    phrase("opens or closes the talk"),
    phrase("the moderator"),
    phrase("another voice"),
    phrase("introduced by %(somebody)s"),
    phrase("addressed by %(somebody)s and answers"),
    phrase("thanked by %(somebody)s, just after speaking"),
    phrase("speaks of this name"),
    phrase("speaks first, as moderators do"),
    phrase("hands over most often, as moderators do"),
    phrase("has the shortest turns, as moderators do"),
    phrase("asks most questions, as moderators do"),
    phrase("named by elimination: the other voices are other people of the cast"),
    phrase("voice like earlier recordings"),
    phrase("voice unlike earlier recordings"),
    phrase("voice like %(number)s earlier recordings"),
    phrase("voice %(share)s like an earlier recording"),
    phrase("voice %(share)s unlike an earlier recording"),
    phrase("voice %(share)s like %(number)s earlier recordings"),
    phrase("voice %(share)s unlike %(number)s earlier recordings"),
    phrase("voice %(share)s like an earlier recording, over a phone"),
    phrase("voice %(share)s unlike an earlier recording, over a phone"),
    phrase("voice %(share)s like %(number)s earlier recordings, over a phone"),
    phrase("voice %(share)s unlike %(number)s earlier recordings, over a phone"),
    phrase("confirmed by a producer in an earlier run"),
    phrase("confirmed by a producer in an earlier run, for a voice that may be this one"),
    # Doubts about words: transcribe.guards, transcribe.align, transcribe.loops, transcribe.languages
    phrase("the editors took words out here"),  # catalog.redaction.words
    phrase("no words in it"),
    phrase("timed outside the stretch that was listened to"),
    phrase("a phrase recognisers are known to invent"),
    phrase("the recogniser itself heard no speech (%(share)s)"),
    phrase("the recogniser was very unsure (%(figure)s)"),
    phrase("says the same again and again (%(figure)s)"),
    phrase("%(words)s words in %(seconds)s s cannot be spoken"),
    phrase("%(words)s words spread over %(seconds)s s"),
    phrase("%(some)s of %(all)s words take no time"),
    phrase("two voices at once: “%(words)s”"),
    phrase("the same %(words)s words %(times)s times"),
    phrase("%(language)s written in %(script)s letters instead of %(wanted)s"),
    *(phrase("Latin"), phrase("Arabic"), phrase("Devanagari"), phrase("Bengali"), phrase("Gurmukhi")),
    phrase("spoken in %(language)s, not yet transcribed"),
    phrase("[spoken in %(language)s, not yet transcribed]"),
    # What is asked of the newsroom: catalog.guests, catalog.pleas
    phrase("Say whether it may be published as it is."),
    phrase("Say what is wrong, in a few words."),
    phrase("Choose what you ask for."),
    phrase("Say in a few words what you ask for."),
    phrase("That is too long: 4,000 characters are the most."),
    phrase("So many requests wait that no more can be taken in today. Please try again tomorrow."),
    # What was not understood of a search: catalog.search.query, fields, expand
    phrase("Only the first %(number)s characters were searched."),
    phrase("“%(word)s:” is no field; it was searched as words."),
    phrase("Only the first %(number)s words were searched."),
    phrase("“%(word)s” is no date; write 2020, 2020-12 or 2020-12-31. It was left out."),
    phrase("“%(word)s” is no language; write its name or its two letters, lang:ur. It was left out."),
    phrase("NOT was searched as a word; a minus right before a word leaves it out."),
    phrase("* works at the end of one word of %(number)s letters or more; it was left out."),
    phrase("~ works at the end of one word of %(number)s letters or more; it was left out."),
    phrase("~2 needs %(number)s letters; one letter was allowed to differ."),
    phrase("* and ~ work for at most %(number)s words; the others were left out."),
    phrase("At most %(number)s words may stand between."),
    phrase("Need not occur: %(words)s."),
    phrase("OR needs a word on either side; it was left out."),
    phrase("The quotation mark is not closed; the phrase was taken to the end."),
    phrase("There is no letter or digit to look for here."),
    phrase("A search needs a word to look for, not only words to leave out."),
    phrase("No topic, person or place here is called “%(word)s”."),
    phrase("No topic, person or place here is called “%(word)s”. Perhaps %(names)s?"),
    phrase("Nobody who is heard here is called “%(word)s”."),
    phrase("Nobody who is heard here is called “%(word)s”. Perhaps %(names)s?"),
    phrase("Articles have no speaker, role or topic: none was looked for with these fields."),
    phrase("“in:” may be episodes, articles or both; talks were searched."),
    phrase("“%(field)s:” needs a value; it was left out."),
    phrase("“%(field)s:” may be %(choices)s; it was left out."),
    phrase("Searching by meaning is switched off here; the words were searched."),
    phrase("There are no words to take the meaning of; the fields were searched."),
    phrase("Meaning is understood in English only; the words were searched."),
    # What is said to who proposes a correction: catalog.proposals
    phrase("This paragraph was corrected while you wrote. Look at what it says now."),
    phrase("Write what you hear in place of the words, and leave the others as they are."),
    phrase("That is much longer than what is said here. Mend the words that are wrong, and send those."),
    phrase("More corrections wait than the newsroom can read. Please come back in some days."),
    # What could not be done: catalog.search.cursor, catalog.quotes, web.exports, web.data
    phrase("This page of the search does not exist (any more). Search again, from its first page."),
    phrase("The quote ends before it begins."),
    phrase("No words are written for that moment."),
    phrase("A quote is at most three minutes long. Choose fewer words."),
    phrase("A file needs a search: words to look for, or a speaker, a day, a language."),
    phrase(
        "Something in this release has been taken back since it was made, so it is no longer given out. "
        "A newer release has the rest."
    ),
)
