"""A proposal that a person accepts, as a statement; or what the person is asked first.

Rules:
- `speaks_for` follows from the kind: what is a commitment, a refusal or a position in an actor's own voice is
  said for that actor; a newsroom speaks for nobody; a named speaker speaks for the one state or organisation
  that the document names it with; nothing else is guessed, it is asked;
- the object stays in the document's words, in quotation marks where they are not English, until a person mends it;
- a denial is kept in the modality; where no modality has a word for it, the person is asked for one;
- an unnamed group of a number in digits is that group's code ("the 26" is XX-26), and no named actor's;
- what is given follows from the act, the currency, or the first noun of the object that the language file lists;
- `component` and `matter` follow from what is given, by one table, else they stay open;
- a place is a country's name or nothing: where a hub or a force would be is no field of a statement;
- a date that the document does not settle stays as written, and is never replaced by another day.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from trucewatch.model.proposal import NEWSROOM, Proposal
from trucewatch.model.review import Document
from trucewatch.model.statement import Modality, Rung, Statement, StatementKind
from trucewatch.model.undertaking import NO_DAY_NAMED, Contribution, Due

PACK = "the record"  # never the name of a folder, so that no pack can bear it
ENGLISH = "en"
THE_NEWSROOM = "the newsroom"
NOBODY = ""
OWN_VOICE = frozenset({StatementKind.COMMITMENT, StatementKind.REFUSAL})
AHEAD = frozenset(
    {
        *(Modality.WILL, Modality.HAS_PROMISED, Modality.READY_TO, Modality.MAY, Modality.COULD),
        *(Modality.CONSIDERING, Modality.DEFERS),
    }
)
DENIED: Mapping[Modality, Modality] = {
    **{m: m for m in (Modality.REFUSES, Modality.DOES_NOT_INTEND, Modality.WILL_NOT, Modality.DID_NOT)},
    **{m: m for m in (Modality.HOLDS, Modality.ASKS, Modality.OPEN, Modality.DEFERS, Modality.TOO_EARLY)},
    Modality.WILL: Modality.WILL_NOT,
    Modality.DOES: Modality.DID_NOT,
    Modality.SIGNED: Modality.DID_NOT,
    Modality.MADE: Modality.DID_NOT,
    Modality.TOOK_PART: Modality.DID_NOT,
}
# What is given, the part of the guarantees that it belongs to, and the word by which dates compare.
GIVEN: Mapping[Contribution, tuple[str | None, str]] = {
    Contribution.TROOPS: ("force", "forces"),
    Contribution.AIR: ("force", "forces"),
    Contribution.SEA: ("force", "forces"),
    Contribution.HUB: ("force", "hubs"),
    Contribution.MONITORING: ("monitoring", "monitoring"),
    Contribution.TRAINING: ("support", "support"),
    Contribution.MONEY: ("support", "support"),
    Contribution.WEAPONS: ("support", "support"),
    Contribution.INTELLIGENCE: ("support", "intelligence"),
    Contribution.LOGISTICS: ("support", "logistics"),
    Contribution.SANCTIONS: (None, "sanctions"),
    Contribution.DIPLOMACY: (None, "diplomacy"),
    Contribution.MEDIATION: (None, "mediation"),
}


# What is done by saying, signing or coming; else the language file's own word for the act.
ACTIONS: Mapping[Modality, str] = {
    Modality.HOLDS: "hold",
    Modality.ASKS: "ask",
    Modality.OPEN: "settle",
    Modality.SIGNED: "sign",
    Modality.MADE: "issue",
    Modality.TOOK_PART: "attend",
    Modality.DEFERS: "decide on",
    Modality.TOO_EARLY: "settle",
}
BEFORE_OBJECT: Mapping[str, str] = {"take part": "take part in", "commit itself": "be committed:"}
NUMBER = re.compile(r"(?<!\d)[1-9]\d{0,2}(?!\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Something that no rule settles, and that a person is asked for."""

    field: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A statement as far as rules go, what must be mended first, and what stays open."""

    statement: Statement
    asked: tuple[Asked, ...]
    open: tuple[str, ...]


def stated(
    proposal: Proposal,
    document: Document,
    *,
    statement_id: str,
    voices: Mapping[str, tuple[str, ...]],
    gives: tuple[Contribution, ...] = (),
    country: str | None = None,
    exercise: bool = False,
) -> Stated:
    """Return the statement that a proposal is.

    `voices` are the actors that the document names each speaker with, `gives` is what the act gives, and
    `country` the name of the country that its place lies in, when the document names one.
    """
    voice, asked = _voice(proposal, voices)
    modality = DENIED.get(proposal.modality) if proposal.negated else proposal.modality
    if modality is None:
        asked = (*asked, Asked(field="modality", because=f"no word for a denied {proposal.modality.value!r}"))
    component, matter = GIVEN[gives[0]] if gives else (None, None)
    statement = Statement(
        statement_id=statement_id,
        kind=proposal.kind,
        actors=proposal.actors or _group(proposal),
        said_by=THE_NEWSROOM if proposal.said_by == NEWSROOM else proposal.said_by,
        action=ACTIONS.get(proposal.modality) or BEFORE_OBJECT.get(proposal.action, proposal.action),
        what=proposal.what if document.language == ENGLISH or not proposal.what else f"“{proposal.what}”",
        modality=modality or proposal.modality,
        rung=Rung.STATEMENT,
        conditions=proposal.conditions,
        stated_on=document.published,
        place=country,
        domains=tuple(filter(None, (proposal.domain or "").split(", "))),
        quantity=proposal.quantity,
        component=component,
        undated=proposal.when.as_written if proposal.when and proposal.when.resolved is None else None,
        language=document.language,
        quote=proposal.quote,
        document=document.title,
        source=document.file,
        pack=PACK,
        matter=matter,
        speaks_for=voice or None,
        correction=proposal.correction,
        exercise=exercise,
        contributions=gives,
        due=_due(proposal),
        digest=document.document,
        start=proposal.start,
        end=proposal.end,
    )
    if not statement.actors:
        asked = (*asked, Asked(field="actor", because="the text names a group and not who is in it"))
    unknown = (("component", component), ("matter", matter))
    return Stated(statement=statement, asked=asked, open=tuple(name for name, met in unknown if met is None))


def _group(proposal: Proposal) -> tuple[str, ...]:
    """Return the code of an unnamed group of a stated number, kept apart from every named actor."""
    number = NUMBER.search(proposal.group or "")
    return (f"XX-{int(number[0])}",) if number else ()


def _voice(proposal: Proposal, voices: Mapping[str, tuple[str, ...]]) -> tuple[str, tuple[Asked, ...]]:
    """Return for whom it is said, or what to ask."""
    if proposal.said_by == NEWSROOM:
        return NOBODY, ()
    named = voices.get(proposal.said_by, ())
    if proposal.kind in OWN_VOICE and len(proposal.actors) == 1:
        return proposal.actors[0], ()
    if len(named) == 1:
        return named[0], ()
    because = f"the text does not tell for whom {proposal.said_by!r} speaks"
    return NOBODY, (Asked(field="speaks_for", because=because),)


def _due(proposal: Proposal) -> Due | None:
    """Return by when something that lies ahead is to be done."""
    if proposal.when is None or proposal.modality not in AHEAD:
        return None
    resolved = proposal.when.resolved
    if resolved is None:
        return Due(as_written=proposal.when.as_written, on=None, reading=NO_DAY_NAMED)
    reading = f"the last day of “{proposal.when.as_written}”, read as {resolved}"
    return Due(as_written=proposal.when.as_written, on=last_day(resolved), reading=reading)


def last_day(resolved: str) -> date:
    """Return the last day of a day, a month, a year or first/last, as dates are resolved."""
    parts = [int(part) for part in resolved.rpartition("/")[2].split("-")]
    if len(parts) == 3:
        return date(*parts)
    year, month = parts[0], parts[1] if len(parts) == 2 else 12
    return date.fromordinal(date(year + month // 12, month % 12 + 1, 1).toordinal() - 1)
