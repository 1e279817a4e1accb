"""The pages of sources: what each says of itself, what its rows show, when it was last heard of, what was refused.

Rules:
- what is declared and what was learned stand side by side, and neither takes the other's place;
- a contribution is a share of rows: it is no judgement of anybody;
- a refused row is shown by file, row and column, and its offending value to nobody here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trucewatch.mission.intake import Batch, refusals_of
from trucewatch.model.learned import LearnedFigure, Profiling
from trucewatch.model.source import Refusal, SourceProfile
from trucewatch.model.vocabulary import Means, Phenomenon
from trucewatch.report.drawn import Drawn
from trucewatch.report.html import phrases
from trucewatch.report.machine import as_text, marked, table
from trucewatch.web.asked import NOT_HERE, Answer, Ask, Page

HEADER = (
    "stamp",
    "source",
    "means",
    "affiliation",
    "reliability",
    "rows",
    "refused",
    "share",
    "last_heard",
    "licence",
)
REFUSALS_SHOWN = 100
DECLARED = (
    *("position_sigma_m", "bearing_sigma_deg", "distance_factor", "time_sigma_s", "time_lag_median_s"),
    *("time_lag_p95_s", "false_per_day", "false_share", "alone", "repeats"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """One source in the list."""

    source_id: str
    means: Means
    affiliation: str | None
    reliability: str | None
    licence: str | None
    rows: int
    refused: int
    share: float  # of all rows taken
    heard: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusedRow:
    """How often a source says one kind of another, as shares of what was meant."""

    meant: Phenomenon
    said: Phenomenon
    declared: float | None
    learned: float | None  # None: nothing was learned of it
    disagrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """One source."""

    row: SourceRow
    says: str | None
    watches: str | None
    origin: str | None
    declared: tuple[tuple[str, float], ...]
    learned: tuple[LearnedFigure, ...]
    confused: tuple[ConfusedRow, ...]
    refusals: tuple[tuple[str, Refusal], ...]  # with the file
    batches: tuple[tuple[str, int, int, int], ...]  # file, rows taken, refused, line of the record


def sources_page(ask: Ask) -> Answer:
    """Return all sources."""
    rows = _rows(ask)
    told: Mapping[str, object] = {
        "rows": rows,
        "zone": ask.record.clock.zone,
        "every": ask.holding.feeds(ask.held).every,
        **phrases(ask.spoken),
    }
    return Page(
        title=ask.spoken.gettext("Sources"),
        drawn=lambda _: Drawn(template="sources.html", told=told),
        json=lambda: as_text({"stamp": ask.stamp, "sources": [marked(row, ask.stamp) for row in rows]}),
        csv=lambda: table(HEADER, (_texts(row, ask.stamp) for row in rows)),
    )


def _rows(ask: Ask) -> list[SourceRow]:
    record, heard = ask.record, ask.holding.feeds(ask.held).heard
    whole = sum(batch.accepted for batch in record.batches) or 1
    found = []
    for name in sorted({*record.profiles, *(batch.source_id for batch in record.batches)}):
        profile = record.profiles.get(name)
        own = [batch for batch in record.batches if batch.source_id == name]
        taken = sum(batch.accepted for batch in own)
        found.append(_row(name, profile, own, taken / whole, heard.get(name)))
    return sorted(found, key=lambda row: (-row.rows, row.source_id))


def _row(
    name: str, profile: SourceProfile | None, own: list[Batch], share: float, heard: datetime | None
) -> SourceRow:
    return SourceRow(
        source_id=name,
        means=profile.means if profile else Means.TOLD,
        affiliation=profile.affiliation if profile else None,
        reliability=profile.reliability if profile else None,
        licence=profile.licence if profile else None,
        rows=sum(batch.accepted for batch in own),
        refused=sum(batch.refused for batch in own),
        share=round(share, 4),
        heard=heard,
    )


def _texts(row: SourceRow, stamp: str) -> tuple[str, ...]:
    return (
        *(stamp, row.source_id, row.means.value, row.affiliation or "", row.reliability or ""),
        *(str(row.rows), str(row.refused), str(row.share)),
        *(row.heard.isoformat().replace("+00:00", "Z") if row.heard else "", row.licence or ""),
    )


def source_page(ask: Ask) -> Answer:
    """Return one source."""
    row = next((row for row in _rows(ask) if row.source_id == ask.named["source"]), None)
    if row is None:
        return NOT_HERE
    page = _page(ask, row)
    told: Mapping[str, object] = {
        "page": page,
        "zone": ask.record.clock.zone,
        "refusals_shown": REFUSALS_SHOWN,
        **phrases(ask.spoken),
    }
    return Page(
        title=row.source_id,
        drawn=lambda _: Drawn(template="source.html", told=told),
        json=lambda: as_text(marked(page, ask.stamp)),
    )


def _page(ask: Ask, row: SourceRow) -> SourcePage:
    record = ask.record
    profile = record.profiles.get(row.source_id)
    own = [batch for batch in record.batches if batch.source_id == row.source_id]
    refusals = [(b.file, r) for b in own for r in refusals_of(record.folder.vault, b)]
    learned = record.profiling.versions[-1].figures if record.profiling.versions else ()
    numbers = [(name, getattr(profile, name)) for name in DECLARED] if profile else []
    return SourcePage(
        row=row,
        says=profile.says if profile else None,
        watches=profile.watches if profile else None,
        origin=profile.origin if profile else None,
        declared=tuple((name, value) for name, value in numbers if value is not None),
        learned=tuple(figure for figure in learned if figure.source_id == row.source_id),
        confused=_confused(record.profiling, row.source_id),
        refusals=tuple(refusals),
        batches=tuple((b.file, b.accepted, b.refused, b.seq) for b in own),
    )


def _confused(profiling: Profiling, source_id: str) -> tuple[ConfusedRow, ...]:
    """Return what was learned last of the kinds that a source confuses, and what it declares of others."""
    last = profiling.versions[-1].confused if profiling.versions else ()
    rows = {
        (one.meant, one.said): ConfusedRow(
            meant=one.meant,
            said=one.said,
            declared=one.declared,
            learned=one.learned,
            disagrees=one.disagrees,
        )
        for one in last
        if one.source_id == source_id
    }
    declared = profiling.declared.get(source_id)
    for meant, told in declared.confuses.items() if declared else ():
        for said, share in told.items():
            silent = ConfusedRow(meant=meant, said=said, declared=share, learned=None, disagrees=False)
            rows.setdefault((meant, said), silent)
    return tuple(rows[key] for key in sorted(rows))
