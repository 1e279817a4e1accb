"""A pack's support, hubs, requirements, clocks and places: TOML tables in, nouns out.

Rules:
- an entry stands in a document, and says no more than it;
- who gives does not verify, and only a verified amount names a verifier;
- money names its currency by three letters and the year of its prices, or it is refused;
- a place stands in a [[place]] of its own, restricted unless its source published it;
- a clock names the body whose determination starts it, and says whether it is confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import timedelta

import polars as pl

from trucewatch.errors import InputError
from trucewatch.guarantee.papers import COMPONENTS, Document, check_codes
from trucewatch.guarantee.statements import read_quantity
from trucewatch.guarantee.table import Row, rows
from trucewatch.model.pack import PLACES
from trucewatch.model.response import ResponseClock, Step
from trucewatch.model.support import Hub, HubStage, HubStep, Requirement, Support, SupportStage
from trucewatch.model.undertaking import Contribution, Where
from trucewatch.model.vocabulary import Sensitivity

CURRENCY = re.compile(r"[A-Z]{3}")

Documents = Mapping[str, Document]

_OF_PACK = {"stated_on", "pack", "exercise"}
_SUPPORT = (
    "id",
    "statement",
    *(f.name for f in fields(Support) if f.name not in _OF_PACK | {"support_id", "statement_id"}),
)
_REQUIREMENT = ("id", *(f.name for f in fields(Requirement) if f.name not in _OF_PACK | {"requirement_id"}))
_HUB = ("id", "actor", "host", "what", "step", "quantity", "note")
_HUB_STEP = ("stage", "on", "document", "statement")
_CLOCK = ("id", "title", "body", "actor", "step", "confirmed", "source", "instrument", "agreement", "note")
_CLOCK_STEP = ("id", "what", "within_hours")
_PLACE = ("of", "exact_place", "exact_lon", "exact_lat", "sensitivity")


def read_support(untried: Row, documents: Documents, *, pack: str, exercise: bool) -> Support:
    """Return a [[support]]."""
    row = untried.named(f"support {untried.text('id')}").only(_SUPPORT)
    document = documents[row.word("document", tuple(documents))]
    entry = Support(
        support_id=row.text("id"),
        line=row.text("line"),
        actor=row.text("actor"),
        beneficiary=row.maybe("beneficiary"),
        stage=SupportStage(row.word("stage", tuple(SupportStage))),
        contribution=Contribution(row.word("contribution", tuple(Contribution))),
        what=row.text("what"),
        quantity=read_quantity(row),
        prices_of=row.whole("prices_of"),
        said_by=row.text("said_by"),
        verified_by=row.maybe("verified_by"),
        stated_on=document.stated_on,
        document=document.name,
        pack=pack,
        statement_id=row.maybe("statement"),
        note=row.maybe("note") or "",
        exercise=exercise,
    )
    check_codes((entry.actor, *filter(None, (entry.beneficiary,))), exercise=exercise, where=row.where)
    _check_amount(entry, row.where)
    return entry


def _check_amount(entry: Support, where: str) -> None:
    """Refuse money without its year, and a verification by the one who gives."""
    money = entry.quantity is not None and CURRENCY.fullmatch(entry.quantity.unit) is not None
    if entry.contribution is Contribution.MONEY and entry.quantity is not None and not money:
        raise InputError('money has its currency as unit: unit = "EUR"', where=where)
    if money and entry.prices_of is None:
        raise InputError("say in which year's prices the money is: prices_of = 2026", where=where)
    if not money and entry.prices_of is not None:
        raise InputError("prices_of is for an amount of money", where=where)
    verified = entry.stage is SupportStage.VERIFIED
    if verified and entry.verified_by in (None, entry.actor):
        raise InputError(
            f"who gives does not verify: name another than {entry.actor} in verified_by", where=where
        )
    if not verified and entry.verified_by is not None:
        raise InputError("verified_by is for stage = 'verified'", where=where)


def read_requirement(untried: Row, documents: Documents, *, pack: str, exercise: bool) -> Requirement:
    """Return a [[requirement]]."""
    row = untried.named(f"requirement {untried.text('id')}").only(_REQUIREMENT)
    document = documents[row.word("document", tuple(documents))]
    return Requirement(
        requirement_id=row.text("id"),
        what=row.text("what"),
        contribution=Contribution(row.word("contribution", tuple(Contribution))),
        quantity=read_quantity(row),
        where=Where(row.word("where", tuple(Where))) if "where" in row.table else None,
        stated_by=row.text("stated_by"),
        stated_on=document.stated_on,
        document=document.name,
        pack=pack,
        component=row.word("component", COMPONENTS) if "component" in row.table else None,
        note=row.maybe("note") or "",
        exercise=exercise,
    )


def read_hub(untried: Row, documents: Documents, *, pack: str, exercise: bool, placed: frozenset[str]) -> Hub:
    """Return a [[hub]]; `placed` are the ids that a [[place]] is on file for."""
    row = untried.named(f"hub {untried.text('id')}").only(_HUB)
    host, actors = row.maybe("host"), row.texts("actor")
    check_codes((*actors, *filter(None, (host,))), exercise=exercise, where=row.where)
    steps = tuple(_hub_step(each, documents) for each in rows(row, "step"))
    if not steps:
        raise InputError(
            "a hub has at least one stage: step = [{ stage = ..., document = ... }]", where=row.where
        )
    return Hub(
        hub_id=row.text("id"),
        actors=actors,
        host=host,
        what=row.text("what"),
        steps=tuple(sorted(steps, key=lambda step: (step.on, tuple(HubStage).index(step.stage)))),
        number=read_quantity(row),
        pack=pack,
        place_on_file=row.text("id") in placed,
        note=row.maybe("note") or "",
        exercise=exercise,
    )


def _hub_step(untried: Row, documents: Documents) -> HubStep:
    row = untried.only(_HUB_STEP)
    document = documents[row.word("document", tuple(documents))]
    return HubStep(
        stage=HubStage(row.word("stage", tuple(HubStage))),
        on=row.day("on") if "on" in row.table else document.stated_on,
        document=document.name,
        statement_id=row.maybe("statement"),
    )


def read_clock(untried: Row, *, pack: str, exercise: bool) -> ResponseClock:
    """Return a [[clock]]."""
    row = untried.named(f"clock {untried.text('id')}").only(_CLOCK)
    if "confirmed" not in row.table:
        raise InputError("say whether it is confirmed: confirmed = false", where=row.where)
    actors = row.texts("actor")
    check_codes(actors, exercise=exercise, where=row.where)
    steps = tuple(_clock_step(each) for each in rows(row, "step"))
    ids = [step.step_id for step in steps]
    if not steps or len(set(ids)) < len(ids):
        raise InputError("a clock has steps, each with an id of its own", where=row.where)
    return ResponseClock(
        clock_id=row.text("id"),
        title=row.text("title"),
        body=row.text("body"),
        actors=actors,
        steps=tuple(sorted(steps, key=lambda step: step.within)),
        confirmed=row.flag("confirmed"),
        source=row.text("source"),
        pack=pack,
        instrument_id=row.maybe("instrument"),
        agreement=row.maybe("agreement"),
        note=row.maybe("note") or "",
        exercise=exercise,
    )


def _clock_step(untried: Row) -> Step:
    row = untried.only(_CLOCK_STEP)
    hours = row.whole("within_hours")
    if hours is None:
        raise InputError("say by when: within_hours = 24", where=row.where)
    return Step(step_id=row.text("id"), what=row.text("what"), within=timedelta(hours=hours))


def read_places(tables: Sequence[Row], *, pack: str) -> pl.DataFrame:
    """Return the exact places of a pack, one row each, for the gate and for nobody else."""
    found = [_place(row.only(_PLACE), pack) for row in tables]
    return PLACES.conform(pl.DataFrame(found, schema=PLACES.schema, orient="row"))


def _place(row: Row, pack: str) -> tuple[str, str, str | None, float | None, float | None, str]:
    lon, lat = row.degrees("exact_lon", 180), row.degrees("exact_lat", 90)
    if (lon is None) != (lat is None):
        raise InputError("exact_lon and exact_lat go together", where=row.where)
    marked = row.word("sensitivity", tuple(Sensitivity), otherwise=Sensitivity.RESTRICTED)
    return pack, row.text("of"), row.maybe("exact_place"), lon, lat, marked
