"""What a reader of prose proposes: statements that a person may accept, mend or reject.

Rules:
- a proposal holds the very words it stands on, and their place in the document in UTF-8 bytes;
- what was not stated stays not stated, and what could not be settled is named in `unsure`;
- nothing here enters the ledger by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.model.canonical import Json
from trucewatch.model.statement import Modality, Quantity, StatedCondition, StatementKind

NEWSROOM = "newsroom"  # `said_by` when the text tells it in its own voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """When an act is to happen or happened: the words, and the day, month, year or first/last they mean."""

    as_written: str
    resolved: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One thing that one actor, or several together, is read to undertake or to say in one clause."""

    kind: StatementKind
    actors: tuple[str, ...]  # ISO 3166 alpha-2 or a shipped organisation's code; () for an unnamed group
    said_by: str  # as named in the text, or `NEWSROOM`
    action: str
    what: str  # the object, in the document's words
    modality: Modality
    negated: bool
    quantity: Quantity | None
    conditions: tuple[StatedCondition, ...]
    place: str | None
    domain: str | None  # land, sea or air; several joined by ", "
    when: Dated | None
    quote: str
    start: int  # UTF-8 bytes from the beginning of the document
    end: int
    unsure: tuple[str, ...] = ()
    group: str | None = None  # an unnamed group that acts, as the text has it: "the 26"
    correction: str | None = None  # what a slip in the document should read; never applied


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A passage that looks like a statement and was not understood, with the reason."""

    start: int  # UTF-8 bytes
    end: int
    quote: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read in one document."""

    document: str  # SHA-256 of its bytes
    language: str
    proposals: tuple[Proposal, ...]
    not_understood: tuple[Missed, ...]


def as_json(reading: Reading) -> Json:
    """Return the reading as `read --json` prints it."""
    return {
        "document": reading.document,
        "language": reading.language,
        "proposals": [proposal_json(proposal) for proposal in reading.proposals],
        "not_understood": [
            {"quote": m.quote, "start": m.start, "end": m.end, "because": m.because}
            for m in reading.not_understood
        ],
    }


def proposal_json(proposal: Proposal) -> Json:
    """Return one proposal with the field names of the contract."""
    return {
        "kind": proposal.kind.value,
        "actor": list(proposal.actors),
        "group": proposal.group,
        "said_by": proposal.said_by,
        "action": proposal.action,
        "object": proposal.what,
        "modality": proposal.modality.value,
        "negated": proposal.negated,
        "quantity": _quantity(proposal.quantity),
        "conditions": [
            {"as_written": c.as_written, "trigger": c.trigger.value if c.trigger else None}
            for c in proposal.conditions
        ],
        "place": proposal.place,
        "domain": proposal.domain,
        "date": None
        if proposal.when is None
        else {"as_written": proposal.when.as_written, "resolved": proposal.when.resolved},
        "quote": proposal.quote,
        "start": proposal.start,
        "end": proposal.end,
        "unsure": list(proposal.unsure),
        "correction": proposal.correction,
    }


def _quantity(quantity: Quantity | None) -> Json:
    if quantity is None:
        return None
    return {
        "min": quantity.least,
        "max": quantity.most,
        "unit": quantity.unit,
        "as_written": quantity.as_written,
    }
