"""Every key that an agreement may hold, once: what the reader refuses by, and what editors are told.

Rules:
- a key has a form, and where it has a closed list or a range, that too;
- a condition is a table of one leaf: its heads, of which one or more stand there, and what may go with them;
- what keys must be to one another is not here: the readers of front matter, clauses and conditions say that.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trucewatch.model.agreement import Act, Effect, OpenBecause
from trucewatch.model.condition import Side
from trucewatch.model.vocabulary import Phenomenon, Trajectory
from trucewatch.model.weapon import WeaponClass


class Form(StrEnum):
    """What a key's value is, in the words of a message."""

    TEXT = "a text"
    TEXTS = "a list of texts"
    MOMENT = "a time with its offset"
    DAY = "a time with its offset, or a day such as 'D+15'"
    FLAG = "true or false"
    NUMBER = "a number"
    WHOLE = "a whole number"
    TABLE = "a table"
    TABLES = "a list of tables"
    CONDITION = "a condition"
    CONDITIONS = "a list of conditions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key: its name, form and meaning."""

    name: str
    form: Form
    says: str
    needed: bool = False
    words: tuple[str, ...] = ()  # its closed list; empty: any
    filled: bool = False  # of a list: at least one
    least: float | None = None
    above: float | None = None
    below: float | None = None
    inner: tuple[Key, ...] = ()  # of a table


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One kind of condition: it is known by its heads."""

    heads: tuple[Key, ...]
    also: tuple[Key, ...] = ()
    says: str
    whole: bool = False  # every head is needed

    @property
    def keys(self) -> tuple[Key, ...]:
        """All keys of its table."""
        return (*self.heads, *self.also)


def _words(words: type[StrEnum]) -> tuple[str, ...]:
    return tuple(word.value for word in words)


KINDS = (*(p.value for p in Phenomenon), "fire")
PARTIES = ("A", "B")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _text(name: str, says: str, *, needed: bool = False, words: tuple[str, ...] = ()) -> Key:
    return Key(name=name, form=Form.TEXT, says=says, needed=needed, words=words)


def _texts(name: str, says: str, *, words: tuple[str, ...] = (), filled: bool = False) -> Key:
    return Key(name=name, form=Form.TEXTS, says=says, words=words, filled=filled)


def _number(name: str, says: str, *, least: float | None = 0, above: float | None = None) -> Key:
    return Key(name=name, form=Form.NUMBER, says=says, least=least, above=above)


def _whole(name: str, says: str, *, least: float | None = 0) -> Key:
    return Key(name=name, form=Form.WHOLE, says=says, least=least)


def _moment(name: str, says: str, *, needed: bool = False) -> Key:
    return Key(name=name, form=Form.MOMENT, says=says, needed=needed)


def _day(name: str, says: str) -> Key:
    return Key(name=name, form=Form.DAY, says=says)


def _flag(name: str, says: str) -> Key:
    return Key(name=name, form=Form.FLAG, says=says)


def _needed(key: Key) -> Key:
    return Key(
        name=key.name,
        form=key.form,
        says=key.says,
        needed=True,
        words=key.words,
        filled=key.filled,
        least=key.least,
        above=key.above,
        below=key.below,
        inner=key.inner,
    )


def _tables(name: str, says: str, inner: tuple[Key, ...]) -> Key:
    return Key(name=name, form=Form.TABLES, says=says, inner=inner)


PARTY = (
    _text("code", "A or B, neutral, inside the program", needed=True, words=PARTIES),
    _text("term", "the agreement's own word for it", needed=True),
    _text("self_designation", "its own word for itself", needed=True),
)
BODY = (
    _text("name", "its name", needed=True),
    _text("stands_on", "the instrument it stands on", needed=True),
    _texts("members", "its seats; empty: not published"),
    _texts("powers", "what it may do"),
)
PROCEDURE = (
    _text("body", "which of the bodies decides"),
    _whole("quorum", "how many must be there", least=1),
    _whole("reply_days", "within how many days a party answers"),
    _text("standard_of_proof", "such as reasonable grounds"),
    _text("exception_shown_by", "who must show an exception, when the exception itself does not say"),
    _text("on_silence", "what follows when a party does not answer"),
)
ZONE = (
    _text("name", "as in zones.geojson and in conditions", needed=True),
    _text("words", "what it is, in a sentence", needed=True),
    _text("unknown", "why no coordinates are given; leave it out when zones.geojson gives them"),
)
LINE = (
    *ZONE[:2],
    _text("measured_by", "the party that measures from it; leave it out when both do", words=PARTIES),
    ZONE[2],
)
READING = (
    _text("name", "as clauses name it", needed=True),
    _text("words", "the reading in a sentence", needed=True),
    _texts("area_ids", "ISO 3166-2 areas and zones"),
    _text("open_because", "why it has no areas", words=_words(OpenBecause)),
    _flag("anywhere", "the place is left to the clause's conditions"),
)
ENDS_SAID = (
    _text("by", "who said it", needed=True),
    _moment("at", "when it is said to have ended", needed=True),
    _text("words", "what was said, in a sentence", needed=True),
    _text("source_url", "where it can be read", needed=True),
)
ANNEX = (
    _text("name", "its name", needed=True),
    _text("words", "what it is, in a sentence", needed=True),
    _text("source_url", "where it can be read"),
)
CHANGE = (
    _text("version", "the version that changed it", needed=True),
    _text("words", "what it changed, in a sentence", needed=True),
    _texts("clauses", "the clauses it changed"),
    _moment("from", "from when assessments may differ"),
    _moment("to", "up to when assessments may differ"),
)
FRONT = (
    _text("title", "what it is called", needed=True),
    _text("version", "which version of the text", needed=True),
    _text("status", "agreed, declared by one side, proposed, exercise", needed=True),
    _moment("starts", "from when it binds; leave it out when it waits for a fact"),
    _moment("ends", "up to when it binds"),
    _text("ends_words", "what is said of its end", needed=True),
    _moment("d_day", "D+0 is its calendar day by `clock`"),
    _text("clock", "the time zone by which days are counted, such as Europe/Kyiv"),
    _texts("languages", "the authentic languages; empty: not known"),
    _text("standard_of_proof", "such as reasonable grounds; [procedure] may say it instead"),
    _texts("source_urls", "where it can be read"),
    _texts("left_open", "what it does not decide, a sentence each"),
    _flag("exercise", "whether it is fictional"),
    _texts("choices", "of a template: what its parties must still choose"),
    _tables("parties", "the parties", PARTY),
    _tables("bodies", "its bodies", BODY),
    Key(name="procedure", form=Form.TABLE, says="how it is decided", inner=PROCEDURE),
    _tables("zones", "the zones it names", ZONE),
    _tables("lines", "the lines it names", LINE),
    _tables("readings", "ways to read where clauses apply", READING),
    _tables("ends_said", "somebody's word that it ended", ENDS_SAID),
    _tables("annexes", "papers that belong to it", ANNEX),
    _tables("changes", "what its versions changed", CHANGE),
)
WHEN = Key(name="when", form=Form.CONDITION, says="what else must hold")
STAGE = (
    _text("name", "what the stage is called", needed=True),
    _day("starts", "from when; the clause's own when left out"),
    _needed(_day("deadline", "by when it is done; a day counts to its end")),
    WHEN,
)
CLAUSE = (
    _text("act", "what the clause does", needed=True, words=_words(Act)),
    _texts("phenomena", "which kinds it is about; `fire` is all that goes off", words=KINDS),
    _texts("trajectories", "where in its flight; empty: anywhere", words=_words(Trajectory)),
    _texts("readings", "the readings of where it applies, by name"),
    _day("starts", "from when; the agreement's own when left out"),
    _day("ends", "up to when; a day counts to its end"),
    _day("deadline", "of `required`: by when it is done; a day counts to its end"),
    WHEN,
    _tables("stages", "of `required`: its stages in order, each with a deadline", STAGE),
    _texts("excepts", "of an exception: the clauses it is from"),
    _texts("needs", "of an exception: what it rests on, a sentence each"),
    _text("must_be_shown_by", "of an exception: who must show it"),
    _whole("priority", "of an exception: the lowest that is open decides; 1 when left out", least=1),
    _text("effect", "of an exception: what it makes of the act", words=_words(Effect)),
    _texts("source_urls", "where it can be read"),
    _texts("left_open", "what it does not decide, a sentence each"),
)
WITHIN = _number("within_h", "in so many hours up to it", above=0, least=None)
AROUND = _number("around_m", "so many metres around it", above=0, least=None)
_BEARING = "degrees clockwise from north"
LEAVES = (
    Leaf(
        heads=(Key(name="all", form=Form.CONDITIONS, says="every one of them", filled=True),), says="all hold"
    ),
    Leaf(
        heads=(Key(name="any", form=Form.CONDITIONS, says="at least one of them", filled=True),),
        says="at least one holds",
    ),
    Leaf(heads=(Key(name="not", form=Form.CONDITION, says="the opposite of it"),), says="it does not hold"),
    Leaf(heads=(_texts("kind", "kinds", words=KINDS, filled=True),), says="it is one of these kinds"),
    Leaf(
        heads=(_texts("weapon", "weapon classes", words=_words(WeaponClass), filled=True),),
        says="its weapon is of these classes",
    ),
    Leaf(
        heads=(
            _number("calibre_from_mm", "its calibre is at least"),
            _number("calibre_below_mm", "its calibre is below", above=0, least=None),
        ),
        says="its calibre is in the range",
    ),
    Leaf(
        heads=(_whole("count_at_least", "how many", least=1),),
        also=(WITHIN, AROUND),
        says="so many went off: in it, or of the clause's kinds in the window up to it",
    ),
    Leaf(
        heads=(_whole("repeated_at_least", "how many incidents, itself included", least=2),),
        also=(_needed(WITHIN), AROUND),
        says="so many incidents of the clause's kinds in the window up to it",
    ),
    Leaf(heads=(_text("zone", "a zone's name, or an ISO 3166-2 area"),), says="it lies in the zone"),
    Leaf(
        heads=(_text("line", "a line's name"),),
        also=(
            _text("side", "on whose side", needed=True, words=_words(Side)),
            _number("from_m", "at least so far from it"),
            _number("nearer_than_m", "nearer than", above=0, least=None),
        ),
        says="it lies on a side of the line, so far from it",
    ),
    Leaf(
        heads=(
            Key(name="heading_from_deg", form=Form.NUMBER, says=_BEARING, least=0, below=360),
            Key(name="heading_to_deg", form=Form.NUMBER, says=_BEARING, least=0, below=360),
        ),
        says="it flies or moves in that direction",
        whole=True,
    ),
    Leaf(heads=(_text("fired_into", "a zone's name, or an ISO 3166-2 area"),), says="it fell in the zone"),
    Leaf(
        heads=(_text("crosses", "a line's name"),),
        also=(_text("towards", "whose side it goes to", needed=True, words=("A", "B", "either")),),
        says="it goes over the line",
    ),
    Leaf(
        heads=(
            _number("altitude_from_m", "its height above ground is at least"),
            _number("altitude_below_m", "its height above ground is below", above=0, least=None),
        ),
        says="its height above ground is in the range",
    ),
    Leaf(heads=(_text("party", "the party's code", words=PARTIES),), says="it is the party concerned"),
    Leaf(
        heads=(_texts("hours", "from and until, as in '22:00'", filled=True),),
        also=(
            _text("clock", "the time zone; the agreement's own when left out"),
            _texts("weekdays", "days on which the hours begin", words=WEEKDAYS, filled=True),
        ),
        says="the hour of the day is in it",
    ),
    Leaf(
        heads=(
            _whole("from_day", "the first day counted from D-day", least=None),
            _whole("to_day", "the last day counted from D-day, to its end", least=None),
        ),
        says="the day counted from D-day is in it",
    ),
    Leaf(
        heads=(_number("notified_h", "at least so many hours before"),),
        says="a record states that it was announced so long before",
    ),
    Leaf(
        heads=(_number("warned_h", "at least so many hours before"),),
        says="a record states that it was warned of so long before",
    ),
    Leaf(
        heads=(_texts("reply_to", "kinds", words=KINDS, filled=True),),
        also=(_needed(WITHIN), AROUND),
        says="such an incident came before it",
    ),
    Leaf(heads=(_flag("ordered", "true"),), says="a record states that the leadership ordered it"),
    Leaf(
        heads=(_flag("mechanism_failed", "true"),),
        says="a record states that the mechanism was tried first and failed",
    ),
    Leaf(
        heads=(_flag("against_monitors", "true"),),
        says="it keeps monitors from moving or interferes with what they see by",
    ),
)
