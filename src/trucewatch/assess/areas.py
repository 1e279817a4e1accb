"""Areas under a clause where nobody could have seen, and where somebody looked and saw nothing.

Rules:
- silence is not peace: an area and period in which nobody is known to have watched is *not covered*;
- somebody watched and had no event at all: *not shown*;
- a source counts as a watcher only if it may carry a verdict by itself and, where it declares what it detects,
  detects something of the clause's kinds.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from trucewatch.assess.conditions import only_reports, window
from trucewatch.assess.grounds import World
from trucewatch.assess.watched import where_watched
from trucewatch.model.agreement import Act, Agreement, Clause, Reading, WhyNot
from trucewatch.model.areas import Areas
from trucewatch.model.canonical import content_id
from trucewatch.model.shapes import NO_SHAPES, Shapes
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import ASSESSMENTS
from trucewatch.model.vocabulary import Ceiling, Subject, Verdict, Watch

NO_AREAS = Areas(ids=(), outlines=())
_UNSEEN = {
    Watch.NOT_WATCHED.value: WhyNot.NOT_WATCHED.value,
    Watch.DENIED.value: WhyNot.DENIED.value,
    Watch.JAMMED.value: WhyNot.JAMMED.value,
    Watch.CLOUDED.value: WhyNot.CLOUDED.value,
    Watch.UNKNOWN.value: WhyNot.WATCH_UNKNOWN.value,
}


def assess_areas(
    coverage: pl.DataFrame,
    agreement: Agreement,
    profiles: Mapping[str, SourceProfile],
    *,
    areas: Areas = NO_AREAS,
    shapes: Shapes = NO_SHAPES,
) -> pl.DataFrame:
    """Return an assessment of each area and period of `coverage` without events, clause by clause.

    `areas` and `shapes` are asked where a reading leaves the place to the clause's conditions.
    """
    world = World(agreement=agreement, areas=areas, shapes=shapes)
    parts = [ASSESSMENTS.empty()]
    for clause in agreement.clauses:
        starts, ends = window(clause, agreement)
        if clause.act is not Act.FORBIDDEN or starts is None:
            continue
        bound = coverage.filter(pl.col("to_utc") > starts)
        bound = bound if ends is None else bound.filter(pl.col("from_utc") < ends)
        for reading in clause.readings:
            parts.append(_areas(bound, world, clause, reading, profiles))
    return pl.concat(parts)


def _areas(
    bound: pl.DataFrame,
    world: World,
    clause: Clause,
    reading: Reading,
    profiles: Mapping[str, SourceProfile],
) -> pl.DataFrame:
    agreement = world.agreement
    able = sorted(name for name, profile in profiles.items() if _watcher(profile, clause))
    state, mine = pl.col("state"), pl.col("source_id").is_in(able)
    seen = (
        bound.filter(where_watched(world, clause, reading, bound))
        .group_by("area_id", "from_utc", "to_utc")
        .agg(
            (mine & (state == Watch.WITH_EVENTS.value)).any().alias("busy"),
            (mine & (state == Watch.WITH_NONE.value)).any().alias("quiet"),
            state.replace_strict(_UNSEEN, default=None).drop_nulls().unique().sort().alias("states"),
        )
        .filter(~pl.col("busy"))
        .sort("from_utc", "to_utc", "area_id")
    )
    quiet = pl.col("quiet")
    rows = seen.select(
        "area_id",
        "from_utc",
        "to_utc",
        pl.when(quiet)
        .then(pl.lit(Verdict.NOT_SHOWN.value))
        .otherwise(pl.lit(Verdict.NOT_COVERED.value))
        .alias("verdict"),
        pl.when(quiet)
        .then(pl.lit([WhyNot.NOTHING_SEEN.value]))
        .when(pl.col("states").list.len() == 0)
        .then(pl.lit([WhyNot.NOBODY_WATCHED.value]))
        .otherwise(pl.col("states"))
        .alias("why_not"),
        pl.lit(clause.clause_id).alias("clause_id"),
        pl.lit(agreement.version).alias("agreement_version"),
        pl.lit(reading.name).alias("reading"),
        pl.lit(Subject.AREA.value).alias("subject"),
        pl.lit(Ceiling.REPORTED.value).alias("ceiling"),
        pl.lit([], pl.List(pl.String)).alias("objections"),
    )
    ids = [
        content_id(
            "area",
            clause.clause_id,
            agreement.version,
            reading.name,
            area,
            start.isoformat(),
            end.isoformat(),
        )
        for area, start, end in rows.select("area_id", "from_utc", "to_utc").iter_rows()
    ]
    return ASSESSMENTS.conform(rows.with_columns(pl.Series("assessment_id", ids, pl.String)))


def _watcher(profile: SourceProfile, clause: Clause) -> bool:
    return not only_reports(profile) and (
        not profile.detects or bool(set(profile.detects) & clause.phenomena)
    )
