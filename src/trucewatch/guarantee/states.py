"""Every statement's conditions at many moments at once: columns in, one byte a statement and moment out.

Rules:
- conditions that are the same are worked out once, as the moments at which they turn (`history`);
- statements are taken level by level, so that what one waits for is told before it;
- the bytes are those of `Truth`, else `NONE_STATED` or `NOT_SAID`;
- it says what `guarantee` says at each moment, without the reasons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from numpy.typing import NDArray

from trucewatch.guarantee.evidence import Evidence, evidence
from trucewatch.guarantee.graph import Key, awaited, key_of, ordered
from trucewatch.guarantee.history import Histories, History, histories
from trucewatch.guarantee.records import ENDED, Turn, body_of, turns_of
from trucewatch.model.annotation import NO_ANNOTATIONS, Annotations
from trucewatch.model.decision import Determination
from trucewatch.model.pack import NO_PACKS, Pack
from trucewatch.model.statement import Fact, StatedCondition, Statement
from trucewatch.model.vocabulary import Truth

NONE_STATED, NOT_SAID = 3, 4  # beside the values of Truth
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

Grid = NDArray[np.int8]  # a row each, a column a moment
Micros = NDArray[np.int64]  # microseconds since 1970
Groups = Sequence[Sequence[int]]  # of one statement: rows that are alternatives stand together


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """The state of each statement's conditions, all of them taken together, at each moment."""

    keys: tuple[Key, ...]  # of the rows
    moments: tuple[datetime, ...]  # of the columns
    met: Grid


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """What conditions are told by: the rows known from the start, and where each condition finds its own."""

    known: Grid
    groups: tuple[Groups, ...]  # of each statement; a row from `len(known)` on is one that waits
    waiting: tuple[
        tuple[int, StatedCondition, Key], ...
    ]  # by row from `len(known)` on: whose, what, for whom


def states(
    statements: Sequence[Statement],
    facts: Sequence[Fact],
    determinations: Sequence[Determination],
    moments: Sequence[datetime],
    *,
    annotations: Annotations = NO_ANNOTATIONS,
    packs: Sequence[Pack] = NO_PACKS,
) -> States:
    """Return the states of all statements at all moments; InputError when statements wait in a ring."""
    held = evidence(facts, determinations, annotations)
    said = ordered(statements)
    keys = tuple(key_of(s) for s in said)
    columns = _micros(moments)
    rows = _rows(said, held, histories(held), columns)
    waited = {key for _, _, key in rows.waiting}
    bodies = body_of(said, packs)
    turns = {
        key: turns_of(s, held.statuses.get("/".join(key), ()), bodies[key])
        for key, s in zip(keys, said, strict=True)
        if key in waited
    }
    begins = _micros([_midnight(s.stated_on) for s in said])
    met = np.full((len(said), len(columns)), NONE_STATED, dtype=np.int8)
    met[columns[None, :] < begins[:, None]] = NOT_SAID
    places = {key: place for place, key in enumerate(keys)}
    grid = np.concatenate([rows.known, np.full((len(rows.waiting), len(columns)), Truth.UNKNOWN, np.int8)])
    for level in _levels(said, places):
        of_level = frozenset(level)
        for row, (place, condition, key) in enumerate(rows.waiting, start=len(rows.known)):
            if place in of_level and key in places:
                grid[row] = _awaited(condition, met[places[key]], turns[key], columns)
        _fill(met, [place for place in level if rows.groups[place]], rows.groups, grid)
    return States(keys=keys, moments=tuple(moments), met=met)


def _rows(said: Sequence[Statement], held: Evidence, told: Histories, columns: Micros) -> _Rows:
    """Return each condition's row: one for all that are the same, one each for those that wait."""
    numbers: dict[object, int] = {}
    known: list[Grid] = []
    loose: list[list[list[tuple[bool, int]]]] = []
    waiting: list[tuple[int, StatedCondition, Key]] = []
    for place, statement in enumerate(said):
        groups: dict[object, list[tuple[bool, int]]] = {}
        for nth, condition in enumerate(statement.conditions):
            key = awaited(condition, statement.pack)
            if key is not None:
                waiting.append((place, condition, key))
                row = (True, len(waiting) - 1)
            else:
                readings = held.readings_for(condition, statement)
                same = _same(condition, tuple(r.counts_as_id for r in readings))
                if same not in numbers:
                    numbers[same] = len(known)
                    known.append(_column(told.of(condition, readings), columns))
                row = (False, numbers[same])
            groups.setdefault(condition.either or nth, []).append(row)
        loose.append(list(groups.values()))
    shift = len(known)
    return _Rows(
        known=np.array(known, dtype=np.int8).reshape(shift, len(columns)),
        groups=tuple([[row + shift * waits for waits, row in g] for g in groups] for groups in loose),
        waiting=tuple(waiting),
    )


def _same(condition: StatedCondition, readings: tuple[str, ...]) -> object:
    """Return what makes two conditions the same, whatever their words."""
    return (
        condition.trigger,
        condition.agreement,
        condition.whose,
        condition.by_body,
        condition.on,
        readings,
    )


def _column(history: History, columns: Micros) -> Grid:
    """Return a history's state at each moment."""
    met = np.array([history.first, *history.met], dtype=np.int8)
    found: Grid = met[np.searchsorted(_micros(history.starts), columns, side="right")]
    return found


def _levels(said: Sequence[Statement], places: Mapping[Key, int]) -> Iterator[Sequence[int]]:
    """Yield the places of statements that wait for none, then of those that wait for these, and so on."""
    depth: list[int] = []
    for statement in said:
        others = (awaited(c, statement.pack) for c in statement.conditions)
        depth.append(max((depth[places[k]] + 1 for k in others if k is not None and k in places), default=0))
    levels: dict[int, list[int]] = {}
    for place, level in enumerate(depth):
        levels.setdefault(level, []).append(place)
    for level in sorted(levels):
        yield levels[level]


def _fill(met: Grid, places: Sequence[int], groups: Sequence[Groups], grid: Grid) -> None:
    """Write the least of each statement's groups, each the greatest of its alternatives, where it was said."""
    slots: dict[tuple[int, int], tuple[list[int], list[int]]] = {}
    for local, place in enumerate(places):
        for nth, group in enumerate(groups[place]):
            for alternative, row in enumerate(group):
                locals_, rows = slots.setdefault((nth, alternative), ([], []))
                locals_.append(local)
                rows.append(row)
    found = np.full((len(places), met.shape[1]), Truth.YES, dtype=np.int8)
    for nth in sorted({nth for nth, _ in slots}):
        members, rows = slots[nth, 0]
        best = grid[rows]
        at = {local: k for k, local in enumerate(members)}
        for _, (others, more) in sorted(item for item in slots.items() if item[0][0] == nth and item[0][1]):
            where = [at[local] for local in others]
            best[where] = np.maximum(best[where], grid[more])
        found[members] = np.minimum(found[members], best)
    met[places] = np.where(met[places] == NOT_SAID, met[places], found)


def _awaited(condition: StatedCondition, other: Grid, turns: Sequence[Turn], columns: Micros) -> Grid:
    """Return a condition that waits for another statement, from that one's states and statuses."""
    found = np.searchsorted(_micros([turn.at for turn in turns]), columns, side="right")
    kinds = [None, *(turn.status for turn in turns)]
    ended = np.array([kind in ENDED for kind in kinds])[found]
    named = np.array([kind is not None and kind == condition.status for kind in kinds])[found]
    told = other <= Truth.YES
    open_ = np.where(told & (condition.status is None), other, Truth.UNKNOWN)
    state = np.where(named, Truth.YES, np.where(ended, Truth.NO, open_))
    return np.where(other == NOT_SAID, Truth.UNKNOWN, state).astype(np.int8)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _micros(moments: Sequence[datetime]) -> Micros:
    return np.array([(moment - EPOCH) // MICROSECOND for moment in moments], dtype=np.int64)
