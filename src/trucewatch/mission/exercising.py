"""An exercise: a truce with known truth, a mission's steps on what was reported of it, and their marks.

Rules:
- the steps are those of any mission, with profiles learned from the reports where the sources declare them wrong;
- the truth is for the marking only;
- preset, seed and trick decide everything: the same three write the same bytes;
- every file bears *simulated*, preset and seed; nothing of it is a mission's error rate.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import shapely

from trucewatch.assess.assess import assess
from trucewatch.assess.attribution import attribute
from trucewatch.assess.flights import Sides
from trucewatch.assess.markdown import read_agreement
from trucewatch.errors import InputError
from trucewatch.fuse.fuse import Fused, fuse
from trucewatch.fuse.learning import learn
from trucewatch.mission.content import agreement_files
from trucewatch.mission.exporting import table_bytes
from trucewatch.mission.files import object_text, write_whole
from trucewatch.mission.profiling import sources_toml
from trucewatch.model.areas import areas_from
from trucewatch.model.condition import Stated
from trucewatch.model.marks import Marks
from trucewatch.model.notice import Notice
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import COVERAGE
from trucewatch.report.marks import marks_html, marks_json, simulated
from trucewatch.report.words import Language
from trucewatch.simulate.breaches import breaches, zone
from trucewatch.simulate.judging import attributed, judged
from trucewatch.simulate.marking import marks, reports, stands_for
from trucewatch.simulate.observed import Observed, observe
from trucewatch.simulate.preset import preset
from trucewatch.simulate.tricks import Trick, tricked
from trucewatch.simulate.world import World, world

AGREEMENT, CLAUSE, ZONE = "exercise-line", "exercise-line/EX-1", "exercise-zone"
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """An exercise that was run: what was reported, what the steps made of it, and the marks."""

    observed: Observed
    profiles: Mapping[str, SourceProfile]  # as learned
    fused: Fused
    attributions: pl.DataFrame
    assessments: pl.DataFrame
    marks: Marks

    @property
    def stamp(self) -> str:
        """The stamp of everything made of it."""
        return simulated(self.marks.preset, self.marks.seed)


def _silent(_step: str) -> None:
    """Tell nobody."""


def exercise(name: str, *, seed: int, trick: str | None = None, step: Step = _silent) -> Exercise:
    """Return the exercise of the preset `name`, telling `step` what is being done.

    Raises InputError for a preset or a trick that is none.
    """
    step("making the world")
    observed = observe(world(preset(name), seed=seed))
    if trick is not None:
        observed = tricked(observed, trick_named(trick))
    step(f"learning from {observed.observations.height:,} reports how the sources err")
    profiles = learn(observed.observations, observed.declared).profiles
    step(f"fusing {observed.observations.height:,} reports")
    fused = fuse(observed.observations, profiles)
    step(f"assessing {fused.incidents.height:,} incidents")
    attributions = attribute(fused.incidents, sides(observed.world), notified(observed.world))
    assessments = assessed(observed.world, fused.incidents, attributions, profiles)
    step("marking")
    plain = marks(observed, fused.incidents, profiles="learned", trick=trick)
    stood = stands_for(reports(observed, fused.incidents), fused.incidents, observed)
    whole = replace(
        plain,
        attributed=attributed(stood, attributions),
        judged=judged(stood, assessments, breaches(observed.world, CLAUSE)),
    )
    return Exercise(
        observed=observed,
        profiles=profiles,
        fused=fused,
        attributions=attributions,
        assessments=assessments,
        marks=whole,
    )


def trick_named(name: str) -> Trick:
    """Return the trick `name`; InputError when there is none."""
    try:
        return Trick(name)
    except ValueError:
        raise InputError(f"there is no trick {name!r}; there are {', '.join(Trick)}") from None


def sides(world: World) -> tuple[Sides, ...]:
    """Return the ground behind each party's own line."""
    ours, theirs = world.front.grounds
    return (Sides(a=ours, b=theirs),)


def notified(world: World) -> tuple[Notice, ...]:
    """Return the live-fire exercises that were announced."""
    return tuple(
        Notice(
            stated=Stated.NOTIFIED,
            record=row["notice_id"],
            by=row["party"],
            at=row["given_utc"],
            from_utc=row["from_utc"],
            to_utc=row["to_utc"],
            party=row["party"],
            lon=row["lon"],
            lat=row["lat"],
            radius_m=row["radius_m"],
        )
        for row in world.notices.drop_nulls("given_utc").iter_rows(named=True)
    )


def assessed(
    world: World,
    incidents: pl.DataFrame,
    attributions: pl.DataFrame,
    profiles: Mapping[str, SourceProfile],
) -> pl.DataFrame:
    """Return the incidents' assessments under the exercise's agreement."""
    text = agreement_files(AGREEMENT)["agreement.md"].decode()
    areas = areas_from([ZONE], [shapely.set_precision(zone(world), 1e-7)])
    return assess(
        incidents,
        read_agreement(text, name=AGREEMENT),
        COVERAGE.empty(),
        areas=areas,
        profiles=profiles,
        notices=notified(world),
        attributions=attributions,
    ).assessments


def written(done: Exercise, folder: Path, *, language: Language = Language.ENGLISH) -> Sequence[Path]:
    """Write the exercise into `folder`: reports, profiles, outlines, incidents, the truth, and the marks."""
    tables = {"observations": done.observed.observations, "incidents": done.fused.incidents}
    files = {
        "marks.html": marks_html(done.marks, language).encode(),
        "marks.json": marks_json(done.marks),
        "sources.toml": sources_toml(done.observed.declared, title=done.stamp).encode(),
        "learned.toml": sources_toml(done.profiles, title=done.stamp).encode(),
        "zones.geojson": object_text(_outlines(done)).encode(),
        **{f"{n}.parquet": table_bytes(n, t, "parquet", mark=done.stamp)[0] for n, t in tables.items()},
        "events.parquet": _parquet(done.observed.world.events, done.stamp),
        "truth.parquet": _parquet(done.observed.truth, done.stamp),
        "hours.parquet": _parquet(done.observed.hours, done.stamp),
    }
    for name, raw in files.items():
        write_whole(folder / name, raw)
    return [folder / name for name in files]


def _outlines(done: Exercise) -> dict[str, object]:
    features = [one.geojson() for one in done.observed.world.front.outlines]
    return {"type": "FeatureCollection", "stamp": done.stamp, "features": features}


def _parquet(frame: pl.DataFrame, stamp: str) -> bytes:
    """Return a table of the truth as Parquet, the stamp on every row."""
    out = io.BytesIO()
    frame.with_columns(mark=pl.lit(stamp)).write_parquet(out, compression="zstd", statistics=False)
    return out.getvalue()
