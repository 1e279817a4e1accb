"""Which incidents a query asks for, in the order of time: passes over columns of numbers.

Rules:
- every comparison is in full precision; an interval without length happened at its moment;
- an incident without a place is in a window when its area touches it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from trucewatch.mission.columns import KINDS, Columns
from trucewatch.mission.query import Query, Window
from trucewatch.mission.views import micros

Index = npt.NDArray[np.intp]
Bools = npt.NDArray[np.bool_]
Touching = Callable[[Window], Sequence[str]]
"""Which areas touch a window, by id."""
Test = Callable[[Index | slice], Bools]
"""Which of some incidents a filter lets through."""


def nowhere(_window: Window) -> Sequence[str]:
    """Return that no area touches the window."""
    return ()


def selected(columns: Columns, query: Query, touching: Touching = nowhere) -> Index:
    """Return the places in `columns` of what `query` asks for, in their order: by time, then id."""
    return during(columns, matching(columns, query, touching), query)


def matching(columns: Columns, query: Query, touching: Touching = nowhere) -> Index:
    """Return the places of what `query` asks for, whenever it happened."""
    at: Index | None = None if query.window is None else _in_window(columns, query.window, touching)
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


def kinds_asked(query: Query) -> Bools:
    """Return of each kind whether a query asks for it."""
    found = np.zeros(len(KINDS), dtype=np.bool_)
    found[[KINDS.index(kind) for kind in query.kinds]] = True
    return found


def judged_as_asked(columns: Columns, query: Query) -> Bools:
    """Return of each set of assessments whether one of them is of an asked clause and has an asked verdict."""

    def asked(one: str) -> bool:
        clause, _, verdict = one.rpartition("=")
        return (not query.clauses or clause in query.clauses) and (
            not query.verdicts or verdict in query.verdicts
        )

    sets = columns.judged_sets.tolist()
    return np.array([one != "" and any(map(asked, one.split("|"))) for one in sets], dtype=np.bool_)


def told_by(columns: Columns, query: Query) -> Bools:
    """Return of each set of sources whether an asked one is in it."""
    sets = [not {*one.split("|")}.isdisjoint(query.sources) for one in columns.told_sets.tolist()]
    return np.array(sets, dtype=np.bool_)


def _in_window(columns: Columns, window: Window, touching: Touching) -> Index:
    """Return what lies in a window: first what lies between its parallels, of that what lies between its meridians."""
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
        kinds = kinds_asked(query)
        yield lambda at: kinds[columns.kind[at]]
    if query.p_min > 0:
        yield lambda at: columns.p_real[at] >= query.p_min
    if query.p_max < 1:
        yield lambda at: columns.p_real[at] <= query.p_max
    if query.clauses or query.verdicts:
        judged = judged_as_asked(columns, query)
        yield lambda at: judged[columns.judged[at]]
    if query.sources:
        told = told_by(columns, query)
        yield lambda at: told[columns.told[at]]
    if query.areas:
        areas = np.flatnonzero(np.isin(columns.area_ids, query.areas))
        yield lambda at: np.isin(columns.area[at], areas)
