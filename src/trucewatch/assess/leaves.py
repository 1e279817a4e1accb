"""Every condition that a clause may state, once, with the keys that go with it.

Rules:
- a condition is a table of one leaf: its heads, of which one or more stand there, and what may go with them;
- what a condition names is looked up where it is read, in `spelled`.
"""

from __future__ import annotations

from trucewatch.assess.forms import Form, Key, Leaf, flag, must, number, text, texts, whole, words_of
from trucewatch.assess.keys import KINDS, PARTIES
from trucewatch.model.condition import Side
from trucewatch.model.weapon import WeaponClass

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WITHIN = number("within_h", "in so many hours up to it", above=0, least=None)
AROUND = number("around_m", "so many metres around it", above=0, least=None)
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
    Leaf(heads=(texts("kind", "kinds", words=KINDS, filled=True),), says="it is one of these kinds"),
    Leaf(
        heads=(texts("weapon", "weapon classes", words=words_of(WeaponClass), filled=True),),
        says="its weapon is of these classes",
    ),
    Leaf(
        heads=(
            number("calibre_from_mm", "its calibre is at least"),
            number("calibre_below_mm", "its calibre is below", above=0, least=None),
        ),
        says="its calibre is in the range",
    ),
    Leaf(
        heads=(whole("count_at_least", "how many", least=1),),
        also=(WITHIN, AROUND),
        says="so many went off: in it, or of the clause's kinds in the window up to it",
    ),
    Leaf(
        heads=(whole("repeated_at_least", "how many incidents, itself included", least=2),),
        also=(must(WITHIN), AROUND),
        says="so many incidents of the clause's kinds in the window up to it",
    ),
    Leaf(heads=(text("zone", "a zone's name, or an ISO 3166-2 area"),), says="it lies in the zone"),
    Leaf(
        heads=(text("line", "a line's name"),),
        also=(
            text("side", "on whose side", needed=True, words=words_of(Side)),
            number("from_m", "at least so far from it"),
            number("nearer_than_m", "nearer than", above=0, least=None),
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
    Leaf(heads=(text("fired_into", "a zone's name, or an ISO 3166-2 area"),), says="it fell in the zone"),
    Leaf(
        heads=(text("crosses", "a line's name"),),
        also=(text("towards", "whose side it goes to", needed=True, words=("A", "B", "either")),),
        says="it goes over the line",
    ),
    Leaf(
        heads=(
            number("altitude_from_m", "its height above ground is at least"),
            number("altitude_below_m", "its height above ground is below", above=0, least=None),
        ),
        says="its height above ground is in the range",
    ),
    Leaf(heads=(text("party", "the party's code", words=PARTIES),), says="it is the party concerned"),
    Leaf(
        heads=(texts("hours", "from and until, as in '22:00'", filled=True),),
        also=(
            text("clock", "the time zone; the agreement's own when left out"),
            texts("weekdays", "days on which the hours begin", words=WEEKDAYS, filled=True),
        ),
        says="the hour of the day is in it",
    ),
    Leaf(
        heads=(
            whole("from_day", "the first day counted from D-day", least=None),
            whole("to_day", "the last day counted from D-day, to its end", least=None),
        ),
        says="the day counted from D-day is in it",
    ),
    Leaf(
        heads=(number("notified_h", "at least so many hours before"),),
        says="a record states that it was announced so long before",
    ),
    Leaf(
        heads=(number("warned_h", "at least so many hours before"),),
        says="a record states that it was warned of so long before",
    ),
    Leaf(
        heads=(texts("reply_to", "kinds", words=KINDS, filled=True),),
        also=(must(WITHIN), AROUND),
        says="such an incident came before it",
    ),
    Leaf(heads=(flag("ordered", "true"),), says="a record states that the leadership ordered it"),
    Leaf(
        heads=(flag("mechanism_failed", "true"),),
        says="a record states that the mechanism was tried first and failed",
    ),
    Leaf(
        heads=(flag("against_monitors", "true"),),
        says="it keeps monitors from moving or interferes with what they see by",
    ),
)
