"""The machine's assessments of the day, each with its clause, trace and strongest objections.

Rules:
- an assessment is the machine's view; only the competent body determines;
- assessments are never totalled by party;
- the readings of an open text stand side by side, each verdict under its reading's name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from trucewatch.model.agreement import Agreement, Clause, Objection
from trucewatch.model.explained import Explained
from trucewatch.model.vocabulary import Ceiling, Subject, Verdict
from trucewatch.report.sightings import Incident


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """The strongest objection open to one party."""

    party: str
    objection: Objection | str  # a code without a sentence of ours stays the code


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One verdict under one reading."""

    assessment_id: str
    reading: str | None
    reading_words: str | None
    verdict: Verdict
    why_not: tuple[str, ...]
    p_breach: float | None
    ceiling: Ceiling
    objections: tuple[Heard, ...]
    explained: Explained | None  # its trace, and what stands beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """One incident, obligation or area under one clause: its readings side by side."""

    incident: Incident | None
    subject: Subject
    area_id: str | None  # when the subject is an area
    clause: Clause | None
    clause_id: str
    agreement_title: str | None
    agreement_version: str
    views: tuple[View, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """A clause under which the day's other incidents showed no breach."""

    clause_id: str
    title: str | None
    incidents: int


def assessed(
    frame: pl.DataFrame,
    found: Sequence[Incident],
    agreements: Sequence[Agreement],
    explained: Mapping[str, Explained],
) -> tuple[Assessed, ...]:
    """Return the assessments of the day's incidents, and those of obligations and areas."""
    numbered = {i.incident_id: i for i in found}
    rows = frame.filter(pl.col("incident_id").is_null() | pl.col("incident_id").is_in(list(numbered)))
    clauses = {c.clause_id: (a, c) for a in agreements for c in a.clauses}
    groups: dict[tuple[int, str, str, str], list[dict[str, object]]] = {}
    for row in rows.sort("assessment_id").iter_rows(named=True):
        number = numbered[row["incident_id"]].number if row["incident_id"] else len(numbered) + 1
        key = (number, row["clause_id"], row["incident_id"] or "", row["area_id"] or "")
        groups.setdefault(key, []).append(row)
    result = []
    for (_, clause_id, incident_id, area_id), views in sorted(groups.items()):
        agreement, clause = clauses.get(clause_id, (None, None))
        result.append(
            Assessed(
                incident=numbered.get(incident_id),
                subject=Subject(str(views[0]["subject"])),
                area_id=area_id or None,
                clause=clause,
                clause_id=clause_id,
                agreement_title=agreement.title if agreement else None,
                agreement_version=str(views[0]["agreement_version"]),
                views=tuple(
                    sorted((_view(v, clause, explained) for v in views), key=lambda v: v.reading or "")
                ),
            )
        )
    return tuple(result)


def _view(row: dict[str, object], clause: Clause | None, explained: Mapping[str, Explained]) -> View:
    reading, why, objections = row["reading"], row["why_not"], row["objections"]
    known = {r.name: r.words for r in clause.readings} if clause else {}
    p_breach = row["p_breach"]
    return View(
        assessment_id=str(row["assessment_id"]),
        reading=None if reading is None else str(reading),
        reading_words=known.get(str(reading)),
        verdict=Verdict(str(row["verdict"])),
        why_not=tuple(map(str, why)) if isinstance(why, list) else (),
        p_breach=p_breach if isinstance(p_breach, float) else None,
        ceiling=Ceiling(str(row["ceiling"])),
        objections=tuple(map(_heard, objections)) if isinstance(objections, list) else (),
        explained=explained.get(str(row["assessment_id"])),
    )


def _heard(words: object) -> Heard:
    party, _, code = str(words).partition(":")
    code = code.strip()
    return Heard(party=party.strip(), objection=Objection(code) if code in list(Objection) else code)


def cleared(counts: Mapping[str, int], agreements: Sequence[Agreement]) -> tuple[Cleared, ...]:
    """Return the clauses of which incidents showed no breach under any reading, by clause."""
    titles = {c.clause_id: c.title for a in agreements for c in a.clauses}
    return tuple(
        Cleared(clause_id=clause, title=titles.get(clause), incidents=number)
        for clause, number in sorted(counts.items())
        if number
    )
