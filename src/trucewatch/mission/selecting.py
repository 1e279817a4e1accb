"""Which incidents a query asks for, and how many lie where and when: passes over columns of numbers.

Rules:
- every comparison is in full precision; an interval without length happened at its moment;
- an incident without a place is in a window when its area touches it, and is counted by area, never as a dot;
- an answer has at most MOST incidents, or at most that many bins;
- bins stand on a fixed pyramid, and do not jump as one moves the window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trucewatch.mission.columns import FINEST, KINDS, Columns
from trucewatch.mission.query import Query, Window
from trucewatch.mission.views import micros

MOST = 5_000
BINS_ACROSS = 48  # a window is cut into at least so many bins along its longer side, at most twice as many
Index = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]
Touching = Callable[[Window], Sequence[str]]
"""Which areas touch a window, by id."""
Test = Callable[[Index | slice], Bools]
"""Which of some incidents a filter lets through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bins:
    """How many incidents lie in each cell of a level of the pyramid; a cell without any has no row."""

    level: int
    x: Index
    y: Index
    count: Index


def nowhere(_window: Window) -> Sequence[str]:
    """Return that no area touches the window."""
    return ()


def selected(columns: Columns, query: Query, touching: Touching = nowhere) -> Index:
    """Return the places in `columns` of what `query` asks for, in their order: by time, then id."""
    return during(columns, matching(columns, query, touching), query)


def matching(columns: Columns, query: Query, touching: Touching = nowhere) -> Index:
    """Return the places of what `query` asks for, whenever it happened."""
    at: Index | None = None if _is_whole(columns, query) else _in_window(columns, query.window, touching)
    for test in _tests(columns, query):
        at = np.flatnonzero(test(slice(None))) if at is None else at[test(at)]
    return np.arange(columns.height) if at is None else at


def during(columns: Columns, kept: Index, query: Query) -> Index:
    """Return those of `kept` whose time touches the query's."""
    if query.to_utc is not None:
        end = np.searchsorted(columns.from_us, micros(query.to_utc), side="left")
        kept = kept[: np.searchsorted(kept, end)]
    if query.from_utc is not None:
        start = micros(query.from_utc)
        first = np.searchsorted(columns.ended_us, start, side="left")
        kept = kept[np.searchsorted(kept, first) :]
        begun, ended = columns.from_us[kept], columns.to_us[kept]
        kept = kept[(ended > start) | ((begun == ended) & (begun == start))]
    return kept


def times_of(columns: Columns, kept: Index, edges_us: Sequence[int]) -> list[int]:
    """Return how many of `kept` begin between each of the edges, which rise, and the next."""
    at = np.searchsorted(columns.from_us, np.array(edges_us, dtype=np.int64), side="left")
    counted: list[int] = np.diff(np.searchsorted(kept, at)).tolist()
    return counted


def areas_of(columns: Columns, kept: Index) -> list[tuple[str, int]]:
    """Return how many of `kept` are known to their area only, by area."""
    if not len(columns.area_ids):
        return []
    area = columns.area[kept]
    found = np.bincount(area[area >= 0], minlength=len(columns.area_ids))
    return [(str(columns.area_ids[n]), int(found[n])) for n in np.flatnonzero(found)]


def placed(columns: Columns, kept: Index) -> Index:
    """Return those of `kept` that have a place."""
    return kept[columns.x[kept] >= 0] if len(columns.area_ids) else kept


def level_of(window: Window) -> int:
    """Return the level of the pyramid at which a window is cut into BINS_ACROSS bins or somewhat more."""
    west, south, east, north = window
    span = max((east - west) % 360 or 360.0, (north - south) * 1.4, 1e-6)
    return int(np.clip(np.ceil(np.log2(360.0 * BINS_ACROSS / span)), 0, FINEST))


def bins_of(columns: Columns, kept: Index, level: int) -> Bins:
    """Return how many of `kept` lie in each cell of `level`, or of the finest coarser one with at most MOST."""
    if len(kept) == 0:
        return Bins(level=level, x=kept, y=kept, count=kept)
    at = slice(None) if len(kept) == columns.height else kept
    x, y = columns.x[at] >> (FINEST - level), columns.y[at] >> (FINEST - level)
    left, top = int(x.min()), int(y.min())
    across, down = int(x.max()) - left + 1, int(y.max()) - top + 1
    if across * down > 16 * MOST:
        return bins_of(columns, kept, level - 1)
    counts = np.bincount((y - top).astype(np.int64) * across + (x - left), minlength=across * down)
    cells = np.flatnonzero(counts)
    if len(cells) > MOST:
        return bins_of(columns, kept, level - 1)
    return Bins(level=level, x=cells % across + left, y=cells // across + top, count=counts[cells])


def _is_whole(columns: Columns, query: Query) -> bool:
    """Return whether every incident is in the window, none of which is known to its area only."""
    return query.window is None or (_holds(query.window, columns) and not len(columns.area_ids))


def _in_window(columns: Columns, window: Window | None, touching: Touching) -> Index:
    """Return what lies in a window: first what lies between its parallels, of that what lies between its meridians."""
    if window is None:
        return np.arange(columns.height)
    west, south, east, north = window
    between = np.flatnonzero((columns.lat >= south) & (columns.lat <= north))
    lon = columns.lon[between]
    found = between[(lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)]
    if not len(columns.area_ids):
        return found
    near = np.flatnonzero(np.isin(columns.area_ids, list(touching(window)) or [""]))
    by_area = np.flatnonzero(np.isin(columns.area, near)) if len(near) else found[:0]
    return np.sort(np.concatenate([found, by_area]))


def _tests(columns: Columns, query: Query) -> Iterator[Test]:
    """Yield what says of incidents whether a filter of the query lets them through, one a filter."""
    if query.kinds:
        kinds = _flags(len(KINDS), [KINDS.index(kind) for kind in query.kinds])
        yield lambda at: kinds[columns.kind[at]]
    if query.p_min > 0:
        yield lambda at: columns.p_real[at] >= query.p_min
    if query.p_max < 1:
        yield lambda at: columns.p_real[at] <= query.p_max
    if query.clauses or query.verdicts:
        judged = _judged(columns, query)
        yield lambda at: judged[columns.judged[at]]
    if query.sources:
        sets = [not {*one.split("|")}.isdisjoint(query.sources) for one in columns.told_sets]
        told = np.array(sets, dtype=np.bool_)
        yield lambda at: told[columns.told[at]]
    if query.areas:
        areas = np.flatnonzero(np.isin(columns.area_ids, query.areas))
        yield lambda at: np.isin(columns.area[at], areas)


def _holds(window: Window, columns: Columns) -> bool:
    west, south, east, north = columns.bounds
    return bool(window[0] <= west and window[1] <= south and window[2] >= east and window[3] >= north)


def _judged(columns: Columns, query: Query) -> Bools:
    """Return of each set of assessments whether one of them is of an asked clause and has an asked verdict."""

    def asked(one: str) -> bool:
        clause, _, verdict = one.rpartition("=")
        return (not query.clauses or clause in query.clauses) and (
            not query.verdicts or verdict in query.verdicts
        )

    return np.array(
        [one != "" and any(map(asked, one.split("|"))) for one in columns.judged_sets], dtype=np.bool_
    )


def _flags(length: int, at: Sequence[int] | npt.NDArray[np.generic]) -> Bools:
    found = np.zeros(length, dtype=np.bool_)
    found[np.asarray(at, dtype=np.intp)] = True
    return found
