"""What actors undertake and say, the facts a record states, and what follows for each promise.

Rules:
- another's words about an actor are a *claim about* it, never its commitment;
- what is not stated stays not stated: `quantity` is None, never zero;
- conditions keep the words they were given in; the triggers are never merged;
- *in force*, *done*, *withdrawn* and *broken* exist only by a record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from trucewatch.model.vocabulary import Truth


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
    """How firm an undertaking is, lowest first."""

    STATEMENT = "statement"
    INTENT = "intent"
    FORMAL_ADHERENCE = "formal_adherence"
    APPROVED = "approved_by_parliament"
    ALLOCATED = "allocated"
    DEPLOYED = "deployed"


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
    """A condition in the words it was given in, and the trigger it names when it names one."""

    as_written: str
    trigger: FactKind | None  # None: no trigger of ours; always unknown
    by_body: str | None = None  # whose determination counts, for the last two triggers
    quote: str | None = None  # a few of the document's own words, when `as_written` is in English
    agreement: str | None = None  # only facts about this agreement count; None: it names none


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Somebody's record that something is so, or is not, from a moment on."""

    fact_id: str
    kind: FactKind
    holds: bool
    from_utc: datetime
    recorded_by: str  # "NAME (unsigned)" until persons have keys
    rests_on: str
    agreement: str | None = None
    body: str | None = None
    contested_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionState:
    """A stated condition at a moment: met, not met or unknown, and the records that say so."""

    condition: StatedCondition
    met: Truth
    fact_ids: tuple[str, ...]
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A statement at a moment: its conditions' state, what it waits for, and its age."""

    statement: Statement
    conditions: tuple[ConditionState, ...]
    met: Truth | None  # all of the conditions; None when it stated none
    waits_for: tuple[str, ...]
    age_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one actor's statements were on one date and on another."""

    actor: str
    appeared: tuple[Statement, ...]
    repeated: tuple[tuple[Statement, Statement], ...]  # the same undertaking said again
    changed: tuple[tuple[Statement, Statement], ...]  # on the same thing, said otherwise
    silent: tuple[Statement, ...]  # not said again; not withdrawn either


@dataclass(frozen=True, slots=True, kw_only=True)
class Guarantees:
    """The ledger at a moment."""

    at: datetime
    standings: tuple[Standing, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """A claimed number of unnamed members, beside those whom any statement names for the same component."""

    claim: Statement
    claimed: Quantity
    named: tuple[str, ...]  # states that anybody names as contributing, by code
    with_content: tuple[str, ...]  # of these, the ones whose own words say where or how much

    @property
    def text(self) -> str:
        """The line "26 claimed, 3 named, 2 with content"."""
        least, most = self.claimed.least, self.claimed.most
        claimed = least if least == most else f"{least or 'unknown'} to {most or 'unknown'}"
        return f"{claimed} claimed, {len(self.named)} named, {len(self.with_content)} with content"
