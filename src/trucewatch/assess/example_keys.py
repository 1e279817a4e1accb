"""Every key that a worked example may hold.

Rules:
- an incident's keys are those of what happened, and of what happened before it.
"""

from __future__ import annotations

from trucewatch.assess.forms import Form, Key, flag, moment, number, tables, text, texts, whole, words_of
from trucewatch.assess.keys import PARTIES
from trucewatch.model.condition import Stated
from trucewatch.model.vocabulary import Means, Phenomenon, Trajectory, Verdict
from trucewatch.model.weapon import WeaponClass

NOT_ASSESSED = "not_assessed"
INCIDENT = (
    text("phenomenon", "what it was", needed=True, words=words_of(Phenomenon)),
    text("trajectory", "where in its flight", words=words_of(Trajectory)),
    moment("from", "from when", needed=True),
    moment("to", "up to when", needed=True),
    number("lon", "its place, degrees", least=-180, most=180),
    number("lat", "its place, degrees", least=-90, most=90),
    number("error_m", "the radius in which it lies with 90 %"),
    text("area_id", "when only an area is known"),
    number("p_kind", "the probability of its kind; 1 when left out", most=1),
    number("p_real", "the probability that it happened; 1 when left out", most=1),
    texts("means", "how it became known", words=words_of(Means), filled=True),
    texts("sources", "its sources"),
    texts("told_by", "who claims it, when it is told only"),
    whole("origins", "how many independent origins", least=1),
    text("weapon", "its weapon's class", words=words_of(WeaponClass)),
    number("calibre_mm", "its calibre"),
    number("heading_deg", "the direction in which it flies or moves", most=360),
    number("heading_halfwidth_deg", "how unsure that is, to each side", most=180),
    number("altitude_m", "its height above ground", least=None),
    whole("count", "how many went off", least=1),
)
NOTICE = (
    text("stated", "what is stated", needed=True, words=words_of(Stated)),
    text("by", "who states it"),
    moment("at", "when it was stated; at the incident's start when left out"),
    moment("from", "the period it speaks of; the incident's when left out"),
    moment("to", "its end"),
    text("party", "whose act it speaks of", words=PARTIES),
    text("area_id", "where"),
    number("lon", "where, degrees", least=-180, most=180),
    number("lat", "where, degrees", least=-90, most=90),
    number("radius_m", "how far around that place"),
    text("exception", "of an invocation: the exception relied on"),
    flag("denies", "whether it states the opposite"),
)
DRAWN_ZONE = (Key(name="corners", form=Form.PLACES, says="its corners as [lon, lat]", needed=True),)
DRAWN_LINE = (
    Key(name="points", form=Form.PLACES, says="its points as [lon, lat]", needed=True),
    text("left", "whose side is on its left as drawn", needed=True, words=PARTIES),
)
EXAMPLE = (
    text("title", "what happens, in a sentence", needed=True),
    text("clause", "the clause that is asked", needed=True),
    text("reading", "by which reading of it", needed=True),
    texts("shows", "other clauses that it shows, such as an exception from that clause"),
    text("because", "why that comes of it, in a sentence for a lawyer"),
    text("verdict", "what comes of it", needed=True, words=(*words_of(Verdict), NOT_ASSESSED)),
    texts("why_not", "what stands in the way of more"),
    number("p_breach", "the probability, where it is told", most=1),
    texts("invoked", "exceptions that a party relies on"),
    Key(name="incident", form=Form.TABLE, says="what happened", needed=True, inner=INCIDENT),
    tables("before", "what happened before it", INCIDENT),
    tables("notices", "what records state of it", NOTICE),
    Key(name="zone", form=Form.TABLE, says="zones of its own, by name"),
    Key(name="line", form=Form.TABLE, says="lines of its own, by name"),
)
