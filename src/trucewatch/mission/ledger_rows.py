"""The ledger as rows of a release, and what is known of it read back from them.

Rules:
- what the public is told of the ledger is what the rows of a release hold, and nothing that came since: each addition
  has two names of its own;
- a row holds a noun as its audience is told of it, so that what is approved is what is shown;
- what a release of the ledger was made from is committed to record by record, without the words that can be erased;
- clocks, and where exactly a hub or force would be, are in no row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypeVar

import msgspec
import polars as pl

from trucewatch.errors import IntegrityError
from trucewatch.guarantee.graph import key_of
from trucewatch.mission.erasing import ID_OF
from trucewatch.mission.folder import Folder
from trucewatch.mission.invitations import folded
from trucewatch.mission.journal import Kind, Record
from trucewatch.mission.known import Known
from trucewatch.mission.rightful import rightful
from trucewatch.mission.roll import UNSIGNED
from trucewatch.model.annotation import Annotations, Contest, CountsAs, Status, Withdrawal
from trucewatch.model.canonical import canonical
from trucewatch.model.instrument import Instrument
from trucewatch.model.ledger import LEDGER
from trucewatch.model.notice import Notice
from trucewatch.model.pack import PLACES, Pack
from trucewatch.model.statement import Fact, Statement
from trucewatch.model.support import Hub, Requirement, Support

Noun = TypeVar("Noun")
NOUNS: Mapping[type, str] = MappingProxyType(
    {
        Statement: "statement",
        Fact: "fact",
        CountsAs: "counts_as",
        Contest: "contest",
        Withdrawal: "withdrawal",
        Status: "status",
        Notice: "notice",
        Instrument: "instrument",
        Support: "support",
        Hub: "hub",
        Requirement: "requirement",
    }
)
PACK = "pack"
RECORDED = frozenset(
    {Kind.FACT, Kind.COUNTS_AS, Kind.CONTEST, Kind.WITHDRAWAL, Kind.STATUS, Kind.NOTICE, Kind.STATEMENT}
)


def ledger_rows(told: Known) -> pl.DataFrame:
    """Return the ledger of what is known, as its audience is told of it, as rows of LEDGER."""
    rows = {(noun, name): text for noun, name, text in _rows(told)}
    return LEDGER.conform(
        pl.DataFrame(
            [(noun, name, rows[noun, name]) for noun, name in sorted(rows)],
            schema=list(LEDGER.schema),
            orient="row",
        )
    )


def with_ledger(told: Known, rows: pl.DataFrame) -> Known:
    """Return what is known with the ledger that the rows of a release hold in place of its own."""
    return replace(
        told,
        statements=_each(rows, Statement),
        facts=_each(rows, Fact),
        annotations=Annotations(
            counts_as=_each(rows, CountsAs),
            contests=_each(rows, Contest),
            withdrawals=_each(rows, Withdrawal),
            statuses=_each(rows, Status),
            notices=_each(rows, Notice),
        ),
        packs=tuple(_pack(rows, name, text) for name, text in rows.filter(noun=PACK)["id", "told"].rows()),
    )


def ledger_made_from(folder: Folder, record: Known) -> pl.DataFrame:
    """Return what a release of the ledger is made from: each record of it as its line has it, and each pack's text."""
    log = folder.journal.key
    made: dict[tuple[str, str], tuple[str, str, str, str]] = {}
    for one in rightful(tuple(folder.journal.replay(record.known_at)), log):
        if one.kind in RECORDED:
            name = str(one.written.get(ID_OF[one.kind], one.seq))
            text = canonical(one.written).decode()
            made[one.kind.value, name] = (one.kind.value, name, _author(one), text)
    for pack in record.packs:
        made[PACK, pack.name] = (PACK, pack.name, "", record.texts[Kind.PACK, pack.name])
    rows = [made[key] for key in sorted(made)]
    return pl.DataFrame(rows, schema=dict.fromkeys(("noun", "id", "by", "written"), pl.String), orient="row")


def _author(record: Record) -> str:
    return folded(record.author.removesuffix(UNSIGNED))


def _rows(told: Known) -> Iterator[tuple[str, str, str]]:
    notes = told.annotations.without_steps
    for one in told.statements:
        yield _row(one, "/".join(key_of(one)))
    for pack in told.packs:
        yield PACK, pack.name, msgspec.json.encode({"title": pack.title, "exercise": pack.exercise}).decode()
        for paper in pack.instruments:
            yield _row(paper, f"{pack.name}/{paper.instrument_id}")
        for given in pack.support:
            yield _row(given, f"{pack.name}/{given.support_id}")
        for hub in pack.hubs:
            yield _row(hub, f"{pack.name}/{hub.hub_id}")
        for wanted in pack.requirements:
            yield _row(wanted, f"{pack.name}/{wanted.requirement_id}")
    yield from (_row(fact, fact.fact_id) for fact in told.facts)
    yield from (_row(reading, reading.counts_as_id) for reading in notes.counts_as)
    yield from (_row(contest, contest.contest_id) for contest in notes.contests)
    yield from (_row(taken, taken.withdrawal_id) for taken in notes.withdrawals)
    yield from (_row(status, status.status_id) for status in notes.statuses)
    yield from (_row(notice, notice.record) for notice in notes.notices)


def _row(noun: object, name: str) -> tuple[str, str, str]:
    return NOUNS[type(noun)], name, msgspec.json.encode(noun).decode()


def _each(rows: pl.DataFrame, noun: type[Noun]) -> tuple[Noun, ...]:
    try:
        return tuple(
            msgspec.json.decode(text, type=noun)
            for text in rows.filter(pl.col("noun") == NOUNS[noun])["told"]
        )
    except msgspec.DecodeError as fault:
        raise IntegrityError(
            f"a {NOUNS[noun]} of what was released cannot be read: restore the vault from a copy"
        ) from fault


def _pack(rows: pl.DataFrame, name: str, text: str) -> Pack:
    said: dict[str, object] = msgspec.json.decode(text)
    own = rows.filter(pl.col("id").str.starts_with(f"{name}/"))
    return Pack(
        name=name,
        title=str(said["title"]),
        statements=_each(own, Statement),
        instruments=_each(own, Instrument),
        support=_each(own, Support),
        hubs=_each(own, Hub),
        requirements=_each(own, Requirement),
        exercise=said["exercise"] is True,
        places=PLACES.empty(),
    )
