"""Fusing that stands: a batch is added to what was fused, and only what it touches is worked out again.

Rules:
- whatever the order and size of the batches, the partition is the one that fusing all rows at once gives, under the
  same profiles;
- repeats are looked for again among reports of the posts and kinds that the batch has, copies among those of the words
  and origins that it has; places and times count as near in coarse steps (`nearby`);
- density is counted again where a witness came or went, and a component is joined again where a weight in it, or
  a pair beside it, may have changed;
- whatever cannot be bounded so, as arrivals at sensors that are placed together, is fused from the beginning.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.density import COARSE
from trucewatch.fuse.fuse import bound, dense_of, joined
from trucewatch.fuse.incidents import incidents_of
from trucewatch.fuse.joining import components
from trucewatch.fuse.nearby import Nearby, Reach
from trucewatch.fuse.origins import INDEPENDENT, originals
from trucewatch.fuse.pairs import GATE2, MARGIN
from trucewatch.fuse.picks import with_fixes
from trucewatch.fuse.quiet import doubted, unheard
from trucewatch.fuse.repeats import FAR, TIME_SIGMAS, leaders, words_of
from trucewatch.fuse.reports import Flags, Ints, reports_of
from trucewatch.fuse.spots import DENSE, hopeful
from trucewatch.model.geodesy import Floats
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import INCIDENTS
from trucewatch.model.vocabulary import Means

ALIKE = ("source_id", "phenomenon", "trajectory", "heading_deg", "count_min", "count_max", "area_id")
COUNTED = Reach(
    seconds=2 * COARSE[1], metres=3 * COARSE[0]
)  # from a report to the farthest that its density counts
SURELY = 1.000001  # past the last digits
Number = TypeVar("Number", np.int64, np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """By row: what it must share with another to repeat it or to have its origin, and when it was; 0 is nothing."""

    alike: Ints
    words: Ints
    origin: Ints
    source: Ints
    first_us: Ints
    middle_s: Floats
    lon: Floats
    lat: Floats
    window_s: Floats  # how far in time a report looks for its like
    event: Flags
    placed: Flags

    def with_rows(self, more: Keys) -> Keys:
        """Return these and `more`."""
        return Keys(
            alike=np.concatenate([self.alike, more.alike]),
            words=np.concatenate([self.words, more.words]),
            origin=np.concatenate([self.origin, more.origin]),
            source=np.concatenate([self.source, more.source]),
            first_us=np.concatenate([self.first_us, more.first_us]),
            middle_s=np.concatenate([self.middle_s, more.middle_s]),
            lon=np.concatenate([self.lon, more.lon]),
            lat=np.concatenate([self.lat, more.lat]),
            window_s=np.concatenate([self.window_s, more.window_s]),
            event=np.concatenate([self.event, more.event]),
            placed=np.concatenate([self.placed, more.placed]),
        )

    def shared(self) -> Ints:
        """Return the origin by which each row may be a copy: as named, or its source where another names that."""
        named = _among(self.source, np.unique(self.origin[self.origin != 0]))
        return np.where(self.origin != 0, self.origin, np.where(named, self.source, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Observations in the order in which they came, and which of them are one."""

    observations: pl.DataFrame
    fixed: pl.DataFrame  # with the arrivals placed
    sources: Mapping[str, SourceProfile]
    keys: Keys
    leader: Ints  # by row, the row that it repeats
    witness: Ints  # by row, the row that speaks for it
    dense: Floats
    cluster: Ints  # by row, a row of the cluster of its own; of witnesses only
    reach: Reach  # between two reports that can be weighed

    @property
    def incident(self) -> Ints:
        """Return for each row a row of its incident."""
        return self.cluster[self.witness]

    def with_batch(self, batch: pl.DataFrame) -> Standing:
        """Return what stands once `batch` is added."""
        whole = pl.concat([self.observations, batch], rechunk=False)
        if not self.observations.height or _arrivals(batch).any():
            return standing(whole, self.sources)
        if batch.is_empty():
            return self
        before = self.keys.shared()
        grown = _grown(self, whole, batch)
        new = np.arange(self.observations.height, whole.height)
        leader = _leaders_again(grown, new)
        changed = np.union1d(new, np.flatnonzero(leader != grown.leader))
        witness = _witnesses_again(grown, leader, changed, before)
        again = np.union1d(changed, np.flatnonzero(witness != grown.witness))
        touched = np.concatenate([again, witness[again], grown.witness[again]])
        return _clusters_again(replace(grown, leader=leader, witness=witness), touched)

    def incidents(self) -> pl.DataFrame:
        """Return the incidents as they stand."""
        reports, frame = reports_of(self.fixed, self.sources)
        if frame.is_empty():
            return INCIDENTS.empty()
        at = np.zeros(self.observations.height, dtype=np.int64)
        at[reports.row] = np.arange(len(reports.row))
        first = np.full(self.observations.height, len(reports.row))
        label = self.incident[reports.row]
        np.minimum.at(first, label, np.arange(len(label)))
        witness = at[self.witness[reports.row]]
        told = incidents_of(reports, frame, self.sources, incident=first[label], witness=witness)
        return doubted(told, unheard(told, self.observations, self.sources))


def standing(observations: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> Standing:
    """Return what fusing `observations` at once gives, ready for more."""
    fixed = with_fixes(observations, sources)
    many = observations.height
    keys, reach = _keys(fixed, sources)
    own = np.arange(many)
    found = Standing(
        observations=observations,
        fixed=fixed,
        sources=sources,
        keys=keys,
        leader=own,
        witness=own,
        dense=np.zeros(many),
        cluster=own,
        reach=reach,
    )
    reports, frame = reports_of(fixed, sources)
    if frame.is_empty():
        return found
    fused = joined(reports, frame, sources)
    row = reports.row
    leader, witness, cluster, dense = own.copy(), own.copy(), own.copy(), np.zeros(many)
    leader[row], witness[row] = row[fused.leader], row[fused.witness]
    cluster[row], dense[row] = row[fused.incident], fused.spots.numbers[:, DENSE]
    return replace(found, leader=leader, witness=witness, cluster=cluster, dense=dense)


def _arrivals(batch: pl.DataFrame) -> pl.Series:
    """Say which rows may have to be placed with others."""
    alone = pl.col("lon").is_null() & pl.col("observer_lon").is_not_null()
    return batch.select(alone & (pl.col("means") == Means.DETECTED.value)).to_series()


def _keys(rows: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> tuple[Keys, Reach]:
    """Return the keys of `rows`, and how far apart two of them can be and be weighed."""
    reports, frame = reports_of(rows, sources)
    many, row = rows.height, reports.row
    hoped = hopeful(reports)
    length = (reports.end_s - reports.start_s)[hoped]
    place = [pl.col(name).round(4) + 0.0 for name in ("observer_lon", "observer_lat")]
    alike = frame.select(pl.struct(*ALIKE, *place).hash(seed=1)).to_series()
    keys = Keys(
        alike=_spread(alike.to_numpy().view(np.int64), row, many),
        words=_spread(_hashes(words_of(frame, reports.told)), row, many),
        origin=_spread(_hashes(frame["origin"].replace(INDEPENDENT, None)), row, many),
        source=_spread(_hashes(frame["source_id"]), row, many),
        first_us=_spread(frame["from_utc"].to_physical().to_numpy(), row, many),
        middle_s=_spread((reports.start_s + reports.end_s) / 2, row, many),
        lon=_spread(reports.lon, row, many),
        lat=_spread(reports.lat, row, many),
        window_s=_spread(SURELY * FAR * TIME_SIGMAS * math.sqrt(2) * reports.sigma_s, row, many),
        event=np.isin(np.arange(many), row),
        placed=_spread(reports.placed.astype(np.int64), row, many) > 0,
    )
    major2 = (reports.ee + reports.nn)[hoped].max(initial=0.0)  # at least the variance along the major axis
    metres = MARGIN * math.sqrt(2 * GATE2 * float(major2))
    return keys, Reach(seconds=float(length.max(initial=0.0)), metres=metres)


def _spread(values: npt.NDArray[Number], row: Ints, many: int) -> npt.NDArray[Number]:
    """Return `values` each at its `row`, 0 at the others."""
    every = np.zeros(many, dtype=values.dtype)
    every[row] = values
    return every


def _hashes(words: pl.Series) -> Ints:
    """Return a number for each of `words`, 0 for none."""
    found = pl.DataFrame({"words": words}).select(
        pl.when(pl.col("words").is_not_null())
        .then(pl.col("words").hash(seed=1))
        .otherwise(pl.lit(0, pl.UInt64))
    )
    return found.to_series().to_numpy().view(np.int64)


def _among(values: Ints, wanted: Ints) -> Flags:
    """Say which of `values` are among `wanted`; 0 never is."""
    some = np.unique(wanted[wanted != 0])
    return pl.Series(values).is_in(pl.Series(some).implode()).to_numpy()


def _grown(before: Standing, whole: pl.DataFrame, batch: pl.DataFrame) -> Standing:
    """Return what stands with rows of `batch` that are joined to nothing yet."""
    keys, reach = _keys(batch, before.sources)
    new = np.arange(before.observations.height, whole.height)
    return Standing(
        observations=whole,
        fixed=pl.concat([before.fixed, batch], rechunk=False),
        sources=before.sources,
        keys=before.keys.with_rows(keys),
        leader=np.concatenate([before.leader, new]),
        witness=np.concatenate([before.witness, new]),
        dense=np.concatenate([before.dense, np.zeros(len(new))]),
        cluster=np.concatenate([before.cluster, new]),
        reach=Reach(
            seconds=max(reach.seconds, before.reach.seconds),
            metres=max(reach.metres, before.reach.metres),
        ),
    )


def _leaders_again(grown: Standing, new: Ints) -> Ints:
    """Return the leaders, found again among reports that are alike to `new` ones."""
    leader, keys = grown.leader.copy(), grown.keys
    rows = np.flatnonzero(keys.event & _among(keys.alike, keys.alike[new]))
    rows = _in_one_run(keys, rows, len(leader) - len(new))
    if len(rows):
        reports, frame = reports_of(grown.fixed[rows], grown.sources)
        row = rows[reports.row]
        leader[row] = row[leaders(reports, frame, words_of(frame, reports.told))]
    return leader


def _in_one_run(keys: Keys, rows: Ints, first_new: int) -> Ints:
    """Return those of `rows` that lie in a run with a new one: alike, and with no pause that none looks over."""
    if not len(rows):
        return rows
    order = rows[np.lexsort((keys.first_us[rows], keys.alike[rows]))]
    run = runs(keys.alike[order], keys.first_us[order], keys.middle_s[order], keys.window_s[order])
    asked = np.zeros(int(run[-1]) + 1, dtype=bool)
    asked[run[order >= first_new]] = True
    return np.sort(order[asked[run]])


@kernel
def runs(alike: Ints, first: Ints, middle: Floats, window: Floats) -> Ints:
    """Return the number of each row's run; rows are sorted by likeness and start.

    A run ends where all that comes after lies farther from all before than any of them looks.
    """
    found, soonest = np.zeros(len(alike), np.int64), middle.copy()
    begin, run = 0, 0
    while begin < len(alike):
        end = begin + 1
        while end < len(alike) and alike[end] == alike[begin]:
            end += 1
        for at in range(end - 2, begin - 1, -1):
            soonest[at] = min(soonest[at], soonest[at + 1])
        longest, latest = window[begin:end].max(), middle[begin]
        for at in range(begin, end):
            if at > begin and first[at] > first[at - 1] and soonest[at] > latest + longest:
                run += 1
            latest = max(latest, middle[at])
            found[at] = run
        begin = end
        run += 1
    return found


def _witnesses_again(grown: Standing, leader: Ints, changed: Ints, before: Ints) -> Ints:
    """Return the witnesses, found again among those of the words and origins of what `changed`."""
    own, keys = np.arange(len(leader)), grown.keys
    shared = keys.shared()
    moved = np.flatnonzero(shared[: len(before)] != before)
    original = np.where(leader == own, grown.witness, own)
    original[changed] = changed
    some = np.concatenate([changed, moved])
    words, origins = np.unique(keys.words[some]), np.unique(np.append(shared[some], before[moved]))
    rows, many = np.zeros(0, dtype=np.int64), -1
    while len(rows) > many:
        many = len(rows)
        rows = np.flatnonzero((leader == own) & (_among(keys.words, words) | _among(shared, origins)))
        words, origins = np.union1d(words, keys.words[rows]), np.union1d(origins, shared[rows])
    if len(rows):
        reports, frame = reports_of(grown.fixed[rows], grown.sources)
        row = rows[reports.row]
        every = np.arange(len(row))
        original[row] = row[originals(reports, frame, every, words_of(frame, reports.told))]
    found: Ints = original[leader]
    return found


def _clusters_again(grown: Standing, touched: Ints) -> Standing:
    """Return what stands once the components near what was `touched` are joined again."""
    keys, own = grown.keys, np.arange(len(grown.witness))
    cluster = grown.cluster.copy()
    cluster[touched] = touched
    touched = touched[keys.placed[touched]]
    if not len(touched):
        return replace(grown, cluster=cluster)
    placed = np.flatnonzero(keys.placed)
    place = np.zeros(len(own), dtype=np.int64)
    place[placed] = np.arange(len(placed))
    grid = Nearby(keys.middle_s[placed], keys.lon[placed], keys.lat[placed])
    dense = _dense_again(grown, touched, placed, grid)
    moved = np.append(touched, np.flatnonzero(dense != grown.dense))
    near = grid.around(place[moved], grown.reach.times(2))  # of what moved, and of what that was a pair with
    wide = grid.wider(near, grown.reach.times(3))
    grown, node = replace(grown, dense=dense), grown.witness == own
    while True:
        rows, label, component = _joined_again(grown, placed[wide[grid.at] & node[placed]])
        safe = ~grid.wider(~wide, grown.reach.times(2))[grid.at[place[rows]]] | ~keys.placed[rows]
        asked = np.zeros(len(rows), dtype=bool)
        asked[component[near[grid.at[place[rows]]] & keys.placed[rows]]] = True
        asked = asked[component]
        if wide[grid.at].all() or safe[asked].all():
            break
        wide = grid.wider(wide, grown.reach.times(4))
    cluster[rows[asked]] = label[asked]
    return replace(grown, cluster=cluster)


def _dense_again(grown: Standing, touched: Ints, placed: Ints, grid: Nearby) -> Floats:
    """Return the density around each witness, counted again near what was `touched`."""
    place = np.searchsorted(placed, touched)
    node = grown.witness[placed] == placed
    near = grid.around(place, COUNTED)
    rows = placed[node & grid.wider(near, COUNTED)[grid.at]]
    reports, _ = reports_of(grown.fixed[rows], grown.sources)
    row = rows[reports.row]
    again = near[grid.at[np.searchsorted(placed, row)]]
    dense = np.zeros(len(grown.dense))
    dense[placed[node]] = grown.dense[placed[node]]
    dense[row[again]] = dense_of(reports, np.arange(len(row)))[again]
    return dense


def _joined_again(grown: Standing, nodes: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the rows of `nodes` and of their copies, a row of each one's cluster, and its component's first place."""
    node = np.zeros(len(grown.witness), dtype=bool)
    node[nodes] = True
    follows = np.flatnonzero(node[grown.witness])
    reports, frame = reports_of(grown.fixed[follows], grown.sources)
    row = follows[reports.row]
    at = np.zeros(len(grown.witness), dtype=np.int64)
    at[row] = np.arange(len(row))
    found = bound(
        reports,
        frame,
        grown.sources,
        leader=at[grown.leader[row]],
        witness=at[grown.witness[row]],
        dense=grown.dense[row],
    )
    positive = found.edges.take(found.edges.gains > 0)
    return row, row[found.incident], components(positive.left, positive.right, len(row))
