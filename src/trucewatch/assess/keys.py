"""Every key that an agreement may hold, once: what the reader refuses by, and what editors are told.

Rules:
- what keys must be to one another is not here: the readers of front matter and clauses say that;
- conditions have their own list, `leaves`.
"""

from __future__ import annotations

from trucewatch.assess.forms import (
    Form,
    Key,
    day,
    flag,
    link,
    links,
    moment,
    must,
    tables,
    text,
    texts,
    whole,
    words_of,
)
from trucewatch.model.agreement import Act, Effect, OpenBecause
from trucewatch.model.vocabulary import Phenomenon, Trajectory

KINDS = (*(p.value for p in Phenomenon), "fire")
PARTIES = ("A", "B")


PARTY = (
    text("code", "A or B, neutral, inside the program", needed=True, words=PARTIES),
    text("term", "the agreement's own word for it", needed=True),
    text("self_designation", "its own word for itself", needed=True),
)
BODY = (
    text("name", "its name", needed=True),
    text("stands_on", "the instrument it stands on", needed=True),
    texts("members", "its seats; empty: not published"),
    texts("powers", "what it may do"),
)
PROCEDURE = (
    text("body", "which of the bodies decides"),
    whole("quorum", "how many must be there", least=1),
    whole("reply_days", "within how many days a party answers"),
    text("standard_of_proof", "such as reasonable grounds"),
    text("exception_shown_by", "who must show an exception, when the exception itself does not say"),
    text("on_silence", "what follows when a party does not answer"),
)
ZONE = (
    text("name", "as in zones.geojson and in conditions", needed=True),
    text("words", "what it is, in a sentence", needed=True),
    text("unknown", "why no coordinates are given; leave it out when zones.geojson gives them"),
)
LINE = (
    *ZONE[:2],
    text("measured_by", "the party that measures from it; leave it out when both do", words=PARTIES),
    ZONE[2],
)
READING = (
    text("name", "as clauses name it", needed=True),
    text("words", "the reading in a sentence", needed=True),
    texts("area_ids", "ISO 3166-2 areas and zones"),
    text("open_because", "why it has no areas", words=words_of(OpenBecause)),
    flag("anywhere", "the place is left to the clause's conditions"),
)
ENDS_SAID = (
    text("by", "who said it", needed=True),
    moment("at", "when it is said to have ended", needed=True),
    text("words", "what was said, in a sentence", needed=True),
    link("source_url", "where it can be read", needed=True),
)
ANNEX = (
    text("name", "its name", needed=True),
    text("words", "what it is, in a sentence", needed=True),
    link("source_url", "where it can be read"),
)
CHANGE = (
    text("version", "the version that changed it", needed=True),
    text("words", "what it changed, in a sentence", needed=True),
    texts("clauses", "the clauses it changed"),
    moment("from", "from when assessments may differ"),
    moment("to", "up to when assessments may differ"),
)
FRONT = (
    text("title", "what it is called", needed=True),
    text("version", "which version of the text", needed=True),
    text("status", "agreed, declared by one side, proposed, exercise", needed=True),
    moment("starts", "from when it binds; leave it out when it waits for a fact"),
    moment("ends", "up to when it binds"),
    text("ends_words", "what is said of its end", needed=True),
    moment("d_day", "D+0 is its calendar day by `clock`"),
    text("clock", "the time zone by which days are counted, such as Europe/Kyiv"),
    texts("languages", "the authentic languages; empty: not known"),
    text("standard_of_proof", "such as reasonable grounds; [procedure] may say it instead"),
    links("source_urls", "where it can be read"),
    texts("left_open", "what it does not decide, a sentence each"),
    flag("exercise", "whether it is fictional"),
    texts("choices", "of a template: what its parties must still choose"),
    tables("parties", "the parties", PARTY),
    tables("bodies", "its bodies", BODY),
    Key(name="procedure", form=Form.TABLE, says="how it is decided", inner=PROCEDURE),
    tables("zones", "the zones it names", ZONE),
    tables("lines", "the lines it names", LINE),
    tables("readings", "ways to read where clauses apply", READING),
    tables("ends_said", "somebody's word that it ended", ENDS_SAID),
    tables("annexes", "papers that belong to it", ANNEX),
    tables("changes", "what its versions changed", CHANGE),
)
WHEN = Key(name="when", form=Form.CONDITION, says="what else must hold")
STAGE = (
    text("name", "what the stage is called", needed=True),
    day("starts", "from when; the clause's own when left out"),
    must(day("deadline", "by when it is done; a day counts to its end")),
    WHEN,
)
CLAUSE = (
    text("act", "what the clause does", needed=True, words=words_of(Act)),
    texts("phenomena", "which kinds it is about; `fire` is all that goes off", words=KINDS),
    texts("trajectories", "where in its flight; empty: anywhere", words=words_of(Trajectory)),
    texts("readings", "the readings of where it applies, by name"),
    day("starts", "from when; the agreement's own when left out"),
    day("ends", "up to when; a day counts to its end"),
    day("deadline", "of `required`: by when it is done; a day counts to its end"),
    WHEN,
    tables("stages", "of `required`: its stages in order, each with a deadline", STAGE),
    texts("excepts", "of an exception: the clauses it is from"),
    texts("needs", "of an exception: what it rests on, a sentence each"),
    text("must_be_shown_by", "of an exception: who must show it"),
    whole("priority", "of an exception: the lowest that is open decides; 1 when left out", least=1),
    text("effect", "of an exception: what it makes of the act", words=words_of(Effect)),
    links("source_urls", "where it can be read"),
    texts("left_open", "what it does not decide, a sentence each"),
)
