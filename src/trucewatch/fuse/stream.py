"""Fusing that stands: a batch is added to what was fused, and only what it touches is worked out again.

Rules:
- whatever the order and size of the batches, the incidents and links are those that fusing all rows at once gives, under the
  same profiles and pins;
- repeats and copies are looked for again around what came (`again`), densities counted where a witness came or went
  (`cells`), lists mended beside what changed (`lists`), and the components that hold any of it joined again;
- a row whose id is there already is one more member of the incident that has it;
- whatever cannot be bounded so is fused from the beginning: arrivals at sensors that are placed together, a crowd at one
  point, a source that is named as an origin for the first or the last time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trucewatch.errors import InputError
from trucewatch.fuse.few import few_of
from trucewatch.fuse.fuse import Fused, Joined, after_silence, joined, lone_of, told_of
from trucewatch.fuse.incidents import incidents_of
from trucewatch.fuse.likely import codes_of
from trucewatch.fuse.live import Live, begun
from trucewatch.fuse.pairing import Edges
from trucewatch.fuse.picks import arriving, with_fixes
from trucewatch.fuse.pins import NO_HEIRS, Pinned, pinned
from trucewatch.fuse.quiet import doubted, unheard
from trucewatch.fuse.reports import Ints, Reports, reports_of
from trucewatch.fuse.slots import Slots, plain_ids, slots_of
from trucewatch.fuse.spots import spots_of
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import COUNTS, INCIDENTS, LINKS, OBSERVATIONS
from trucewatch.model.vocabulary import Means, Phenomenon

# What is asked for only when incidents are told.
UNASKED = (
    "weapon",
    "calibre_mm",
    "held_by",
    "told_by",
    "altitude_m",
    "credibility",
    "evidence",
    "sensitivity",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What a batch changed: each incident that came about, grew, shrank, met another or fell apart has a row in `touched`.

    What a post that noted nothing says against others is not among it.
    """

    rows: int  # that came
    touched: Ints  # numbers of rows, in the order in which they came
    anew: bool  # everything was fused from the beginning


class Standing:
    """Observations in the order in which they came, and which of them are one."""

    def __init__(self, observations: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> None:
        self._sources = sources
        self._rows = [_fit(observations)]
        self._begin()

    @property
    def observations(self) -> pl.DataFrame:
        """Return all rows, in the order in which they came."""
        return pl.concat(self._rows, rechunk=False)

    @property
    def incident(self) -> Ints:
        """Return for each row a row of its incident."""
        return self._spread()[0]

    @property
    def incidents(self) -> pl.DataFrame:
        """Return the incidents as they stand."""
        return self.fused().incidents

    @property
    def links(self) -> pl.DataFrame:
        """Return the links between row numbers, as they stand."""
        return self.fused().links

    def add(self, batch: pl.DataFrame) -> Added:
        """Let `batch` stand with what stands.

        Raises InputError for columns that observations do not have, or rows without an id; nothing is added then.
        """
        batch = _fit(batch)
        if batch.is_empty():
            return Added(rows=0, touched=np.zeros(0, dtype=np.int64), anew=False)
        before = self._height
        self._rows.append(batch)
        self._height += batch.height
        more = None if self._live is None or _arrive(batch) else self._read(batch, self._live, before)
        touched = None if more is None or self._live is None else self._live.add(more)
        if touched is None:
            self._begin()
            return Added(rows=batch.height, touched=np.arange(self._height), anew=True)
        return Added(rows=batch.height, touched=touched, anew=False)

    def incidents_of(self, rows: Ints) -> pl.DataFrame:
        """Return the incidents, as they stand, that hold any of the rows with these numbers."""
        incident, witness = self._spread()
        own = np.flatnonzero(np.isin(incident, incident[rows]))
        whole = with_fixes(self.observations, self._sources)
        reports, frame = reports_of(whole[own], self._sources)
        if frame.is_empty():
            return INCIDENTS.empty()
        place = np.full(self._height, -1)
        place[own[reports.row]] = np.arange(len(reports.row))
        first = np.full(self._height, self._height)
        told = own[reports.row]
        np.minimum.at(first, incident[told], np.arange(len(told)))
        found = incidents_of(
            reports, frame, self._sources, incident=first[incident[told]], witness=place[witness[told]]
        )
        quiet = whole.filter(pl.col("phenomenon") == Phenomenon.NOTHING.value)
        return doubted(found, unheard(found, pl.concat([whole[own], quiet]), self._sources))

    def fused(self) -> Fused:
        """Return the incidents as they stand, their counts, and the links between row numbers."""
        observations = self.observations
        reports, frame = reports_of(with_fixes(observations, self._sources), self._sources)
        if frame.is_empty():
            return Fused(incidents=INCIDENTS.empty(), counts=COUNTS.empty(), links=LINKS.empty())
        live_now = self._live
        found = self._found if live_now is None else _joined(live_now, reports, frame, self._sources)
        told, links = told_of(reports, frame, self._sources, found)
        return after_silence(told, links, observations, self._sources)

    def pinned(self, pins: Sequence[str], heirs: Mapping[str, str] = NO_HEIRS) -> Pinned:
        """Return what stands under the ids of `pins`, the oldest first, as `pins.pinned` does of all rows at once."""
        return pinned(self.fused(), pins, heirs)

    def _begin(self) -> None:
        """Fuse everything from the beginning."""
        whole = self.observations
        self._height = whole.height
        told = with_fixes(whole.drop(UNASKED, strict=False), self._sources)
        del whole
        reports, frame = reports_of(told, self._sources)
        del told
        self._live: Live | None = None
        self._row = reports.row
        if not plain_ids(frame):
            self._found = joined(reports, frame, self._sources)
            return
        first = begun(reports, frame, self._sources)
        del reports, frame  # what is made next needs their room
        self._live = Live(first)

    def _read(self, batch: pl.DataFrame, standing: Live, before: int) -> Slots | None:
        """Return the slots of a batch; nothing where its ids are of another kind."""
        found = few_of(batch, standing.numbering, before)
        if found is None and plain_ids(batch):
            reports, frame = reports_of(batch, self._sources)
            found = slots_of(reports, frame, standing.numbering)
            found.row[:] += before
        return found

    def _spread(self) -> tuple[Ints, Ints]:
        """Return for each row a row of its incident, and its witness."""
        incident, witness = np.arange(self._height), np.arange(self._height)
        if self._live is not None:
            rows, own, told = self._live.partition()
        else:
            rows, own, told = self._row, self._row[self._found.incident], self._row[self._found.witness]
        incident[rows], witness[rows] = own, told
        return incident, witness


def _fit(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with the columns of observations."""
    fit = rows if rows.schema == OBSERVATIONS.schema else OBSERVATIONS.conform(rows)
    if fit["observation_id"].null_count():
        raise InputError(
            "rows without an observation_id cannot be told apart; `api.read_observations` gives them one"
        )
    return fit


def _joined(
    standing: Live, reports: Reports, frame: pl.DataFrame, sources: Mapping[str, SourceProfile]
) -> Joined:
    """Return which of `reports`, which are in order, are one by what stands."""
    place = np.zeros(int(reports.row.max()) + 1, dtype=np.int64)
    place[reports.row] = every = np.arange(len(reports.row))
    rows, incident, witness = standing.partition()
    told, leader, pairs, dense = standing.pairs()
    own = place[rows]
    first = np.full(len(place), len(place))
    np.minimum.at(first, incident, own)
    codes = codes_of(reports, [sources.get(name) for name in frame["source_id"].unique().sort()])
    found = [np.empty_like(every) for _ in range(3)]
    for values, by_row in zip(found, (place[leader], place[witness], first[incident]), strict=True):
        values[own] = by_row
    density = np.zeros(len(every))
    density[place[told]] = dense
    ends = np.sort(place[pairs[:2]], axis=0)
    return Joined(
        leader=found[0],
        witness=found[1],
        incident=found[2],
        spots=spots_of(reports, codes.code, lone_of(reports), density),
        codes=codes,
        edges=Edges(left=ends[0], right=ends[1], gains=pairs[2]),
    )


def _arrive(batch: pl.DataFrame) -> bool:
    """Say whether rows may have to be placed with others."""
    if not batch["lon"].null_count():
        return False
    unplaced, means = np.flatnonzero(np.isnan(batch["lon"].to_numpy())), batch["means"].to_list()
    if all(means[at] != Means.DETECTED.value for at in unplaced.tolist()):
        return False
    return not arriving(batch[unplaced]).is_empty()
