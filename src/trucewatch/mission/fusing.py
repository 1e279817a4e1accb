"""One file of observations that belongs to no mission, fused: its rows, what was learned of its sources, the incidents.

Rules:
- the file is read once, and what is wrong with a name to write to is told before the work, not after it;
- sources without a profile are taken as knowing nothing of their own errors, and are named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from trucewatch.errors import InputError
from trucewatch.fuse.fuse import Fused, fuse
from trucewatch.fuse.learning import Learned, learn
from trucewatch.mission.exporting import form_of, read_observations
from trucewatch.mission.learning import confusions_of, figures_of
from trucewatch.model.source import SourceProfile
from trucewatch.report.diagnostics import Matching, diagnostics_html

LINK_FORMS, PAGE = ("csv", "parquet"), ".html"


@dataclass(frozen=True, slots=True, kw_only=True)
class FusedFile:
    """A file of observations, fused."""

    name: str
    observations: pl.DataFrame
    fused: Fused
    learned: Learned | None  # None: it was not asked for
    undeclared: tuple[str, ...]  # sources that have no profile


def fused_file(
    file: str, profiles: Mapping[str, SourceProfile], *, learning: bool, step: Callable[[str], None]
) -> FusedFile:
    """Return the incidents in a file, with what it shows of its sources if `learning`, telling `step` what is done."""
    rows = read_observations(file)
    learned = None
    if learning:
        step(f"learning from {rows.height:,} reports how the sources err")
        learned = learn(rows, profiles)
    step(f"matching {rows.height:,} reports")
    return FusedFile(
        name=Path(file).name,
        observations=rows,
        fused=fuse(rows, profiles if learned is None else learned.profiles),
        learned=learned,
        undeclared=tuple(sorted(set(rows["source_id"].unique()) - profiles.keys())),
    )


def page_of(found: FusedFile, *, mark: str) -> bytes:
    """Return the page of diagnostics of a file that was fused."""
    learned = found.learned
    matching = Matching(
        name=found.name,
        observations=found.observations,
        incidents=found.fused.incidents,
        links=found.fused.links,
        learned=() if learned is None else figures_of(learned.table),
        confused=() if learned is None else confusions_of(learned.confused),
    )
    return diagnostics_html(matching, mark=mark).encode()


def check_names(out: str | None, links: str | None, page: str | None) -> None:
    """Raise InputError when a file to write has an ending that it cannot have."""
    if out is not None:
        form_of(out)
    if links is not None and form_of(links) not in LINK_FORMS:
        raise InputError("links have no place: the name must end in .csv or .parquet", where=links)
    if page is not None and Path(page).suffix.lower() != PAGE:
        raise InputError(f"the name of a page must end in {PAGE}", where=page)
