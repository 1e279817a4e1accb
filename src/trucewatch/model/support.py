"""What is given and what was asked for: support by stage, hubs by stage, requirements.

Rules:
- promised, allocated, delivered and verified are four columns, and none is filled from another;
- who gives does not verify: a verified amount names somebody else;
- money keeps its currency and the year of its prices; unlike things are never added;
- places of hubs and forces are no field of any noun here: a pack's places stay in a table of their own,
  which leaves through `model.gate.project` only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from trucewatch.model.statement import Modality, Quantity, Rung
from trucewatch.model.undertaking import Contribution, Where


class SupportStage(StrEnum):
    """How far support has come, the first stage first."""

    PROMISED = "promised"
    ALLOCATED = "allocated"
    DELIVERED = "delivered"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """One stage of one line of support, as one document states it."""

    support_id: str
    line: str  # what the stages of one undertaking share
    actor: str
    beneficiary: str | None
    stage: SupportStage
    contribution: Contribution
    what: str
    quantity: Quantity | None  # None: not stated; money has its ISO 4217 code as the unit
    prices_of: int | None  # the year whose prices an amount of money is in
    said_by: str
    verified_by: str | None  # a code or name that is not the actor; VERIFIED only
    stated_on: date
    document: str
    pack: str
    statement_id: str | None = None  # the statement that promised it
    note: str = ""
    exercise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportLine:
    """A line of support at a moment: the latest entry of each stage, None where no document states one."""

    line: str
    actor: str
    beneficiary: str | None
    contribution: Contribution
    promised: Support | None
    allocated: Support | None
    delivered: Support | None
    verified: Support | None


class HubStage(StrEnum):
    """How far a hub has come, the first stage first."""

    ANNOUNCED = "announced"
    LEGAL_BASIS = "legal_basis"
    SITE = "site"
    BUILT = "built"
    OPERATING = "operating"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubStep:
    """A stage that a document says a hub has come to."""

    stage: HubStage
    on: date
    document: str
    statement_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """A hub of a force, without its place: that is withheld, and leaves through the gate only."""

    hub_id: str
    actors: tuple[str, ...]  # who establishes it
    host: str | None  # the country it would be in, by its code
    what: str
    steps: tuple[HubStep, ...]  # in the order of their days
    number: Quantity | None  # how many are meant by one entry; None: not stated
    pack: str
    place_on_file: bool = False  # a place is on file, and withheld
    note: str = ""
    exercise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HubStanding:
    """A hub at a moment."""

    hub: Hub
    stage: HubStage  # the furthest that a document says by then
    since: date
    said_by_others_only: bool  # every statement behind it is a claim about another


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What is asked for: so much of a kind, as a document states it."""

    requirement_id: str
    what: str
    contribution: Contribution
    quantity: Quantity | None  # None: how much is not stated
    where: Where | None
    stated_by: str
    stated_on: date
    document: str
    pack: str
    component: str | None = None
    note: str = ""
    exercise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledged:
    """What is undertaken toward a requirement as firmly as this: a sum of stated amounts."""

    rung: Rung
    modality: Modality
    least: int  # the sum of the least amounts stated; what states none adds nothing
    most: int | None  # None: no upper bound follows, for somebody stated none
    statement_ids: tuple[str, ...]
    not_stated: tuple[str, ...]  # of these, the ones that state no quantity in the requirement's unit


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementStanding:
    """A requirement at a moment: what actors themselves undertook toward it, firmest first, and claims apart."""

    requirement: Requirement
    pledged: tuple[Pledged, ...]  # the highest rung first; unlike firmness is never added up
    claimed: tuple[str, ...]  # ids of claims about others: they add nothing
    refused: tuple[str, ...]  # ids of refusals toward it
    withdrawn: tuple[str, ...]  # ids of what was withdrawn, by its own words or by record
