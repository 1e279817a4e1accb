"""Fusing that stands: a batch is added to what was fused, and only what it touches is worked out again.

Rules:
- whatever the order and size of the batches, the partition is the one that fusing all rows at once gives, under the
  same profiles;
- repeats and copies are looked for again around what came (`again`), densities counted where a witness came or went
  (`cells`), lists mended beside what changed (`lists`), and the components that hold any of it joined again;
- whatever cannot be bounded so is fused from the beginning: arrivals at sensors that are placed together, a crowd at one
  point, an id that was there before, a source that is named as an origin for the first or the last time.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from trucewatch.fuse.few import few_of
from trucewatch.fuse.fuse import joined
from trucewatch.fuse.incidents import incidents_of
from trucewatch.fuse.live import Live, live
from trucewatch.fuse.picks import arriving, with_fixes
from trucewatch.fuse.quiet import doubted, unheard
from trucewatch.fuse.reports import Ints, Reports, reports_of
from trucewatch.fuse.slots import Slots, plain_ids, slots_of
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import INCIDENTS
from trucewatch.model.vocabulary import Means


class Standing:
    """Observations in the order in which they came, and which of them are one."""

    def __init__(self, observations: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> None:
        self._sources = sources
        self._rows = [observations]
        self._begin()

    @property
    def observations(self) -> pl.DataFrame:
        """Return all rows, in the order in which they came."""
        return pl.concat(self._rows, rechunk=False)

    @property
    def incident(self) -> Ints:
        """Return for each row a row of its incident."""
        return self._spread(self._parts()[0])

    def add(self, batch: pl.DataFrame) -> None:
        """Let `batch` stand with what stands."""
        if batch.is_empty():
            return
        before = self._height
        self._rows.append(batch)
        self._height += batch.height
        if self._live is None or _arrive(batch):
            self._begin()
            return
        more = self._read(batch, before)
        if more is None or not self._live.add(more):
            self._begin()

    def _read(self, batch: pl.DataFrame, before: int) -> Slots | None:
        """Return the slots of a batch; nothing where its ids are of another kind."""
        if self._live is None:
            return None
        found = few_of(batch, self._live.numbering, before)
        if found is None and plain_ids(batch):
            reports, frame = reports_of(batch, self._sources)
            found = slots_of(reports, frame, self._live.numbering)
            found.row[:] += before
        return found

    def incidents(self) -> pl.DataFrame:
        """Return the incidents as they stand."""
        observations = self.observations
        reports, frame = reports_of(with_fixes(observations, self._sources), self._sources)
        if frame.is_empty():
            return INCIDENTS.empty()
        at = np.zeros(self._height, dtype=np.int64)
        at[reports.row] = np.arange(len(reports.row))
        incident, witness = (self._spread(part)[reports.row] for part in self._parts())
        first = np.full(self._height, len(reports.row))
        np.minimum.at(first, incident, np.arange(len(incident)))
        told = incidents_of(reports, frame, self._sources, incident=first[incident], witness=at[witness])
        return doubted(told, unheard(told, observations, self._sources))

    def _begin(self) -> None:
        """Fuse everything from the beginning."""
        whole = self.observations
        self._height = whole.height
        reports, frame = reports_of(with_fixes(whole, self._sources), self._sources)
        self._live: Live | None = None
        self._plain: tuple[Reports, Ints, Ints] | None = None
        if frame.is_empty():
            return
        if plain_ids(frame):
            self._live = live(reports, frame, self._sources)
        else:
            found = joined(reports, frame, self._sources)
            self._plain = reports, found.incident, found.witness

    def _parts(self) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
        """Return rows of reports, each with a row of its incident and with its witness's row."""
        if self._live is not None:
            rows, incident, witness = self._live.partition()
        elif self._plain is not None:
            reports, incident, witness = self._plain
            rows, incident, witness = reports.row, reports.row[incident], reports.row[witness]
        else:
            rows = incident = witness = np.zeros(0, dtype=np.int64)
        return (rows, incident), (rows, witness)

    def _spread(self, part: tuple[Ints, Ints]) -> Ints:
        every = np.arange(self._height)
        every[part[0]] = part[1]
        return every


def _arrive(batch: pl.DataFrame) -> bool:
    """Say whether rows may have to be placed with others."""
    if not batch["lon"].null_count():
        return False
    unplaced, means = np.flatnonzero(np.isnan(batch["lon"].to_numpy())), batch["means"].to_list()
    if all(means[at] != Means.DETECTED.value for at in unplaced.tolist()):
        return False
    return not arriving(batch[unplaced]).is_empty()
