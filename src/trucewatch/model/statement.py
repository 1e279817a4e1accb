"""What actors undertake and say, and the facts that a record states.

Rules:
- another's words about an actor are a *claim about* it, never its commitment;
- what is not stated stays not stated: `quantity` is None, never zero;
- conditions keep the words they were given in; the triggers are never merged;
- `place` is as wide as a country: where exactly a force or hub would be is no field of a statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from trucewatch.model.undertaking import Contribution, Due, MandateLimit, Where


class StatementKind(StrEnum):
    """What sort of saying it is."""

    COMMITMENT = "commitment"
    CLAIM_ABOUT = "claim_about"  # what one says that another has undertaken
    REFUSAL = "refusal"
    POSITION = "position"
    DEMAND = "demand"
    OPEN_ITEM = "open_item"
    MEETING = "meeting"
    INSTRUMENT = "instrument"


class Rung(StrEnum):
    """How firm an undertaking is, lowest first; the last is what its own actor took back in a document."""

    STATEMENT = "statement"
    INTENT = "intent"
    FORMAL_ADHERENCE = "formal_adherence"
    APPROVED = "approved_by_parliament"
    ALLOCATED = "allocated"
    DEPLOYED = "deployed"
    WITHDRAWN = "withdrawn"


class Modality(StrEnum):
    """How far an actor goes, as it was said; a claim keeps the modality its speaker gave it."""

    WILL = "will"
    DOES = "does"  # said as a plain fact: leads, takes part
    HAS_PROMISED = "has_promised"
    READY_TO = "ready_to"
    COULD = "could"
    MAY = "may"
    CONSIDERING = "considering"
    DEFERS = "defers"
    TOO_EARLY = "too_early"
    REFUSES = "refuses"
    DOES_NOT_INTEND = "does_not_intend"
    WILL_NOT = "will_not"  # a limit it sets itself, such as no part in combat
    SIGNED = "signed"
    MADE = "made"  # issued, without a word on signatures
    DID_NOT = "did_not"
    HOLDS = "holds"  # a view: that something is so
    ASKS = "asks"  # a demand
    OPEN = "open"  # not settled
    TOOK_PART = "took_part"


class FactKind(StrEnum):
    """A trigger that a record can state; the first five are used almost as one, and are never merged."""

    CEASEFIRE_IN_FORCE = "ceasefire_in_force"
    CEASEFIRE_AGREEMENT_SIGNED = "ceasefire_agreement_signed"
    TRUCE_CONCLUDED = "truce_concluded"
    PEACE_AGREEMENT_SIGNED = "peace_agreement_signed"
    WAR_OVER = "war_over"
    CONDITIONS_CLARIFIED = "conditions_clarified"
    PEACE_PROSPECT = "peace_prospect"
    PARLIAMENT_APPROVED = "parliament_approved"
    BACKER_BACKS = "backer_backs"
    BREACH_DETERMINED = "breach_determined"  # by the body that the guarantee names
    ATTACK_DETERMINED = "attack_determined"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """How much, as an interval with its unit; None where no bound was stated."""

    least: int | None
    most: int | None
    unit: str
    as_written: str
    english: str = ""  # the same words in English, when they were not


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedCondition:
    """A condition in the words it was given in, and what it waits for: a trigger, a day or a statement."""

    as_written: str
    trigger: FactKind | None  # None: `on` or `awaits`, else no trigger of ours, and unknown
    by_body: str | None = None  # whose determination counts, for the last two triggers
    quote: str | None = None  # a few of the document's own words, when `as_written` is in English
    agreement: str | None = None  # only facts about this agreement count; None: it names none
    whose: str | None = None  # whose signature, parliament or backing it names, by code; None: nobody's
    on: date | None = None  # it is met when this day has begun, in UTC
    awaits: str | None = None  # another statement: its id, or "PACK/ID"
    status: str | None = None  # the `StatusKind` that statement must have; None: its own conditions are met
    either: str | None = None  # conditions of a statement that share this word are alternatives
    start: int | None = None  # where the quote stands in the document, in UTF-8 bytes
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one actor undertook or said, or what another said of it, in one document."""

    statement_id: str
    kind: StatementKind
    actors: tuple[str, ...]  # ISO 3166 alpha-2 or a shipped organisation's code
    said_by: str
    action: str
    what: str  # the object, in English
    modality: Modality
    rung: Rung
    conditions: tuple[StatedCondition, ...]
    stated_on: date
    place: str | None
    domains: tuple[str, ...]
    quantity: Quantity | None
    component: str | None  # of the guarantees: monitoring, support, force, attack, cooperation
    undated: str | None  # a promise of time without a date, as written: "in the coming days"
    language: str
    quote: str | None  # a few of the document's own words
    document: str  # its name; where it can be had is in `source`
    source: str
    pack: str
    note: str = ""
    matter: str | None = None  # one word for what it is about, the same in every document: how dates compare
    speaks_for: str | None = None  # whose voice `said_by` is; None: nobody's, as a newsroom
    tension_with: tuple[
        str, ...
    ] = ()  # ids of statements that do not sit well with it, declared, not guessed
    correction: str | None = None  # what a translation or slip in the document should read
    exercise: bool = False
    instrument: str | None = None  # the id of the instrument it stands in, of the same pack
    clause: str | None = None  # the clause of that instrument
    beneficiaries: tuple[str, ...] = ()  # for whom, by code; empty: not stated
    contributions: tuple[Contribution, ...] = ()  # what kinds of thing are given
    where: Where | None = None  # None: not stated
    expires: date | None = None  # the last day it is said to hold
    limits: tuple[MandateLimit, ...] = ()
    body: str | None = None  # whose determination counts for it; None: its instrument's, or not stated
    toward: str | None = None  # the id of the requirement it answers, of the same pack
    due: Due | None = None  # None: it promises no time
    digest: str | None = None  # SHA-256 of the document's bytes, when it was to hand
    start: int | None = None  # where the quote stands in those bytes
    end: int | None = None
    translation: str | None = None  # the quote in English, in our words
    outside: tuple[MandateLimit, ...] = ()  # limits of a mandate that, by its own words, it is outside of


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Somebody's record that something is so, or is not, from a moment on."""

    fact_id: str
    kind: FactKind
    holds: bool
    from_utc: datetime
    recorded_by: str  # "NAME (unsigned)", or the name alone of a person whose record is signed
    rests_on: str
    agreement: str | None = None
    body: str | None = None
    contested_by: tuple[str, ...] = ()  # as first recorded; later ones are records of their own
    whose: str | None = None  # whose signature, parliament or backing it is of, by code
