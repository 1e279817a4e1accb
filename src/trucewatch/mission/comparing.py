"""Two versions of an agreement compared: in their clauses, and in what they make of given incidents.

Rules:
- incidents are assessed under both with nothing else different: no coverage, no notices, the shipped sources;
- an assessment differs when its verdict, its reasons or its probability does; both are told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from trucewatch.assess.assess import assess
from trucewatch.assess.example_keys import NOT_ASSESSED
from trucewatch.assess.reached import against_changelog, reached
from trucewatch.assess.versions import amendments
from trucewatch.errors import AgreementError, InputError
from trucewatch.mission.checking import read_folder
from trucewatch.mission.config import read_sources
from trucewatch.mission.content import profiles_text
from trucewatch.mission.examples import areas_of
from trucewatch.mission.exporting import LABELS, form_of
from trucewatch.mission.files import read_whole
from trucewatch.model.agreement import Agreement
from trucewatch.model.amendment import Amendment, Reach
from trucewatch.model.areas import Areas
from trucewatch.model.formats import from_csv, from_parquet
from trucewatch.model.shapes import Shapes
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import COVERAGE, INCIDENTS
from trucewatch.model.vocabulary import Verdict

LOOSE = replace(INCIDENTS, columns=(*INCIDENTS.columns, *LABELS))
_KEY = ["clause", "reading", "incident_id"]
_SAID = ("verdict", "why_not", "p_breach")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What differs between two versions."""

    before: Agreement
    after: Agreement
    amendments: tuple[Amendment, ...]
    reaches: tuple[Reach, ...]
    changelog: tuple[str, ...]  # where [[changes]] claims less, or more
    moved: pl.DataFrame | None  # assessments that differ; None: no incidents were given

    def counts(self) -> Sequence[tuple[str, str, str, int]]:
        """Return clause, verdict before, verdict after and how many, of the assessments that differ."""
        if self.moved is None:
            return ()
        found = Counter(self.moved.select("clause", "verdict_before", "verdict_after").iter_rows())
        return sorted((clause, before, after, n) for (clause, before, after), n in found.items())


def compare(folder: Path, other: Path, *, on: str | None = None) -> Compared:
    """Return how the agreement in `folder` differs from the earlier one in `other`, and on the incidents in `on`."""
    after, shapes_after = _read(folder)
    before, shapes_before = _read(other)
    found = amendments(before, after, shapes_before, shapes_after)
    reaches = reached(before, after, shapes_before, shapes_after)
    moved = None
    if on is not None:
        incidents, profiles = _incidents(on), read_sources(profiles_text())
        old = _assessed(incidents, before, areas_of(other), shapes_before, profiles)
        new = _assessed(incidents, after, areas_of(folder), shapes_after, profiles)
        moved = _moved(old, new)
    return Compared(
        before=before,
        after=after,
        amendments=found,
        reaches=reaches,
        changelog=against_changelog(after, before, reaches),
        moved=moved,
    )


def _read(folder: Path) -> tuple[Agreement, Shapes]:
    try:
        return read_folder(folder)
    except AgreementError as fault:
        raise AgreementError(fault.message, where=f"{folder}/{fault.where}") from fault


def _incidents(file: str) -> pl.DataFrame:
    form = form_of(file)
    if form == "geojson":
        raise InputError("incidents are read from .parquet or .csv", where=file)
    try:
        found = {"csv": from_csv, "parquet": from_parquet}[form](LOOSE, read_whole(file))
    except InputError as fault:
        raise InputError(fault.message, where=file) from fault
    return INCIDENTS.conform(found.drop(label.name for label in LABELS))


def _assessed(
    incidents: pl.DataFrame,
    agreement: Agreement,
    areas: Areas,
    shapes: Shapes,
    profiles: Mapping[str, SourceProfile],
) -> pl.DataFrame:
    found = assess(incidents, agreement, COVERAGE.empty(), areas=areas, profiles=profiles, shapes=shapes)
    return found.assessments.filter(pl.col("incident_id").is_not_null()).select(
        pl.col("clause_id").str.split("/").list.last().alias("clause"), "reading", "incident_id", *_SAID
    )


def _moved(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Return the assessments that differ, with both verdicts; one without a row shows no breach, or is of no clause."""
    both = old.join(new, on=_KEY, how="full", coalesce=True, suffix="_after").rename(
        {name: f"{name}_before" for name in _SAID}
    )
    differs = pl.any_horizontal(*(pl.col(f"{n}_before").ne_missing(pl.col(f"{n}_after")) for n in _SAID))
    return (
        both.filter(differs)
        .with_columns(
            pl.col("verdict_before", "verdict_after").fill_null(pl.lit(NO_ROW)),
        )
        .sort(_KEY)
    )


NO_ROW = f"{Verdict.NO_BREACH_SHOWN.value} or {NOT_ASSESSED}"
"""What an incident amounts to that makes no row."""
