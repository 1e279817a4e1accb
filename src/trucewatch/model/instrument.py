"""Instruments: the papers that statements stand in, their versions and clauses.

Rules:
- how binding it is, is what the instrument or its signatories say of it, else *not stated*;
- clauses are in our own words: the text is where `source` says;
- a draft is never taken for the final text: each version says which it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class InstrumentKind(StrEnum):
    """What sort of paper it is."""

    STATEMENT = "statement"
    DECLARATION_OF_INTENT = "declaration_of_intent"
    JOINT_DECLARATION = "joint_declaration"
    TREATY = "treaty"
    LAW = "law"
    ORDER = "order"


class BindingForce(StrEnum):
    """How it binds, as it says of itself."""

    NOT_STATED = "not_stated"
    POLITICAL = "political"
    LEGAL = "legal"
    POLITICAL_AND_LEGAL = "political_and_legal"


class VersionState(StrEnum):
    """How far a text has come."""

    DRAFT = "draft"
    FINAL = "final"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstrumentClause:
    """One clause, in our own words."""

    clause_id: str
    words: str
    component: str | None = None  # of the guarantees: monitoring, support, force, attack, cooperation
    quote: str | None = None  # a few of the text's own words


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An instrument's text at one time."""

    version: str
    state: VersionState
    dated: date
    source: str
    clauses: tuple[InstrumentClause, ...]  # empty: its text is not published


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A paper with its signatories and its versions, the earliest first."""

    instrument_id: str
    title: str
    kind: InstrumentKind
    signatories: tuple[str, ...]  # codes of actors; empty: not published
    binding: BindingForce
    body: str | None  # whose determinations count under it, and who may record what became of it
    versions: tuple[Version, ...]
    document: str  # what says that it exists
    stated_on: date  # when that document was published
    pack: str
    quote: str | None = None
    correction: str | None = None  # what a slip in the document should read
    note: str = ""
    exercise: bool = False


class ClauseTurn(StrEnum):
    """What became of a clause between two versions."""

    SAME = "same"
    REWORDED = "reworded"
    ADDED = "added"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClauseChange:
    """One clause in an earlier and in a later version; None where it does not stand."""

    clause_id: str
    turn: ClauseTurn
    before: InstrumentClause | None
    after: InstrumentClause | None
