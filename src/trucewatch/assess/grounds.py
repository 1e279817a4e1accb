"""The ground that clauses speak of, and how likely each incident lies on it, worked out once for all clauses.

Rules:
- a name stands for its shapes beside the agreement, each for its own time, or else for an area's outline;
- a name without a shape, a line that does not say whose side is on its left, and a time without a shape are not known:
  the probability then lies between that of the known part and 1;
- shapes that share no ground are looked at one by one and added up; those that do are looked at as one.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import shapely

from trucewatch.assess.columns import Columns, Flags, Floats, Ints
from trucewatch.assess.held import Fact, Held, between, bit
from trucewatch.assess.lines import beside
from trucewatch.assess.place import Inside, by_area, ground_from, near
from trucewatch.assess.spans import share, window
from trucewatch.model.agreement import Agreement, WhyNot
from trucewatch.model.areas import Areas
from trucewatch.model.condition import FromLine, Side
from trucewatch.model.shapes import Shape, Shapes

Spot = tuple[str, ...] | FromLine
"""What is asked for: areas or zones by name, together; or ground beside a line."""
THREADS = 2  # shapes are looked at side by side
_SHARED = 1e-9  # deg²: less ground than this in common is a common border


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Where an agreement's names lie."""

    agreement: Agreement
    areas: Areas
    shapes: Shapes


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One shape of a name for a time; None: it is not known."""

    key: str
    shape: shapely.Geometry | None
    from_utc: datetime | None = None
    to_utc: datetime | None = None

    def holds_through(self, start: datetime | None, end: datetime | None) -> bool:
        """Say whether it is said to be so from `start` to `end`, a period that no change of it cuts."""
        opened = self.from_utc is None or (start is not None and self.from_utc <= start)
        return opened and (self.to_utc is None or (end is not None and end <= self.to_utc))


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """The ground of a spot for a time: its shapes by key, and whether a part of it is not known."""

    shapes: Mapping[str, shapely.Geometry]
    areas: tuple[str, ...]  # the names that these are of; none beside a line
    missing: bool
    from_utc: datetime | None
    to_utc: datetime | None

    def together(self) -> Mapping[tuple[str, ...], shapely.Geometry]:
        """Return its shapes as ground that shares none with another: those that do, made one."""
        keys, shapes = list(self.shapes), list(self.shapes.values())
        one, other = shapely.STRtree(shapes).query(np.array(shapes, dtype=object), predicate="intersects")
        pairs = [(i, k) for i, k in zip(one.tolist(), other.tolist(), strict=True) if i < k]
        group = list(range(len(keys)))
        for i, k in pairs:
            if group[i] != group[k] and shapely.area(shapely.intersection(shapes[i], shapes[k])) > _SHARED:
                least, most = sorted((group[i], group[k]))
                group = [least if own == most else own for own in group]
        members = {g: [nth for nth, own in enumerate(group) if own == g] for g in dict.fromkeys(group)}
        return {
            tuple(keys[nth] for nth in nths): shapely.union_all([shapes[nth] for nth in nths])
            for nths in members.values()
        }

    def whole(self) -> shapely.Geometry:
        """Return its known shapes as one."""
        return shapely.union_all(list(self.shapes.values()))


def pieces(spot: Spot, world: World) -> tuple[Piece, ...]:
    """Return the ground of `spot`, time by time."""
    if isinstance(spot, FromLine):
        named = [_bands(name, left_of, spot, world) for name, left_of in _lines(spot, world)]
    else:
        named = [_outlines(name, world) for name in spot]
    return tuple(_periods(named, () if isinstance(spot, FromLine) else spot))


def _outlines(name: str, world: World) -> list[Outline]:
    found = world.shapes.of(name)
    if found:
        return [
            Outline(key=f"{name} {nth}", shape=s.geometry, from_utc=s.from_utc, to_utc=s.to_utc)
            for nth, s in enumerate(found)
        ]
    return [Outline(key=name, shape=world.areas.outline(name))]


def _lines(spot: FromLine, world: World) -> list[tuple[str, str | None]]:
    """Return the lines it is measured from, each with the party on whose side; None: either."""
    known = {mapped.name for mapped in world.agreement.mapped} | set(world.shapes.names)
    parties = sorted(party.code for party in world.agreement.parties)
    if spot.side is Side.EITHER:
        both = [f"{spot.line}-{code.lower()}" for code in parties]
        return [(name, None) for name in ([spot.line] if spot.line in known else both)]
    sides = parties if spot.side is Side.OWN else [spot.side.value]
    own = {code: f"{spot.line}-{code.lower()}" for code in sides}
    return [(own[code] if spot.line not in known else spot.line, code) for code in sides]


def _bands(name: str, party: str | None, spot: FromLine, world: World) -> list[Outline]:
    whose = f"{name} {party or 'either'} {spot.from_m} {spot.nearer_than_m}"
    found = world.shapes.of(name)
    return [
        Outline(
            key=f"{whose} {nth}",
            shape=_band(shape, party, spot, world),
            from_utc=shape.from_utc,
            to_utc=shape.to_utc,
        )
        for nth, shape in enumerate(found)
    ] or [Outline(key=whose, shape=None)]


def _band(shape: Shape, party: str | None, spot: FromLine, world: World) -> shapely.Geometry | None:
    """Return the ground beside one line on a party's side; None where it does not say whose side is which."""
    if not isinstance(shape.geometry, shapely.LineString) or shape.geometry.is_closed:
        return None
    if party is not None and shape.left not in {one.code for one in world.agreement.parties}:
        return None
    left = None if party is None else shape.left == party
    return beside(shape.geometry, left=left, from_m=spot.from_m, nearer_than_m=spot.nearer_than_m)


def _periods(named: Iterable[list[Outline]], areas: tuple[str, ...]) -> Iterator[Piece]:
    """Yield the ground of all names together for each time between two changes of any of them."""
    names = list(named)
    changes = {moment for outlines in names for o in outlines for moment in (o.from_utc, o.to_utc) if moment}
    edges = [None, *sorted(changes), None]
    for start, end in itertools.pairwise(edges):
        holding = [[o for o in outlines if o.holds_through(start, end)] for outlines in names]
        known = {o.key: o.shape for outlines in holding for o in outlines if o.shape is not None}
        missing = any(not outlines or outlines[0].shape is None for outlines in holding)
        yield Piece(shapes=known, areas=areas, missing=missing, from_utc=start, to_utc=end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A piece with the probabilities of all incidents."""

    piece: Piece
    inside: tuple[Inside, ...]  # of ground that shares none with another
    by_area: Floats  # of incidents known by an area only, by index in `Places.area_ids`; NaN: not known
    span: tuple[Ints, Ints] | None  # None: for all time


Grounds = Mapping[Spot, tuple[Part, ...]]


def grounds_of(spots: Iterable[Spot], world: World, columns: Columns) -> Grounds:
    """Return the probabilities of all incidents on each of `spots`; a shape that several name is looked at once."""
    wanted = {spot: pieces(spot, world) for spot in dict.fromkeys(spots)}
    apart = {
        (spot, nth): piece.together() for spot, found in wanted.items() for nth, piece in enumerate(found)
    }
    each = {keys: shape for grounds in apart.values() for keys, shape in grounds.items()}
    with ThreadPoolExecutor(THREADS) as pool:
        asking = {
            keys: pool.submit(near, columns.places, ground_from(shape, world.areas))
            for keys, shape in each.items()
        }
    looked = {keys: one.result() for keys, one in asking.items()}
    return {
        spot: tuple(
            _part(piece, tuple(looked[keys] for keys in apart[spot, nth]), world, columns)
            for nth, piece in enumerate(found)
        )
        for spot, found in wanted.items()
    }


def _part(piece: Piece, inside: tuple[Inside, ...], world: World, columns: Columns) -> Part:
    always = piece.from_utc is None and piece.to_utc is None
    area_ids, areas = columns.places.area_ids, [np.nan]
    if area_ids and piece.shapes:
        whole = ground_from(piece.whole(), world.areas, area_ids=piece.areas)
        areas = [*(by_area(area_id, whole) for area_id in area_ids), np.nan]
    return Part(
        piece=piece,
        inside=inside,
        by_area=np.array(areas if len(areas) > len(area_ids) else [np.nan] * (len(area_ids) + 1)),
        span=None if always else window(piece.from_utc, piece.to_utc),
    )


def may_lie(parts: tuple[Part, ...], columns: Columns) -> Flags:
    """Return which of all incidents are not surely outside: those that may be inside, or are not known."""
    if any(part.piece.missing for part in parts):
        return np.ones(columns.many, dtype=bool)
    found = np.isnan(columns.places.reach_deg)
    for part in parts:
        for one in part.inside:
            found[one.at] = True
    return found


def on_ground(parts: tuple[Part, ...], columns: Columns, at: Ints, *, unknown: WhyNot) -> Held:
    """Return that incidents `at` lie on the ground of `parts`; `unknown` is why a part of it may not be known."""
    low, high, certain = np.zeros(len(at)), np.zeros(len(at)), np.zeros(len(at))
    missing, nowhere = np.zeros(len(at), dtype=bool), np.zeros(len(at), dtype=bool)
    for part in parts:
        p = _probability(part, columns, at)
        shared = np.ones(len(at))
        if part.span is not None:
            shared = share(columns.start_us[at], columns.end_us[at], part.span)
        lost, met = np.isnan(p), shared > 0
        missing |= met & part.piece.missing
        nowhere |= met & lost
        known = np.where(lost, 0.0, p)
        low += shared * known
        high += shared * np.where(lost | part.piece.missing, 1.0, known)
        certain += shared
    why = np.where(
        missing, bit(unknown), np.where(nowhere, bit(WhyNot.PLACE_UNKNOWN), bit(WhyNot.PLACE_STRADDLES))
    )
    facts = {Fact.PLACE} if all(part.span is None for part in parts) else {Fact.PLACE, Fact.TIME}
    return between(np.minimum(low, 1.0), np.minimum(high, 1.0), why, *facts)


def _probability(part: Part, columns: Columns, at: Ints) -> Floats:
    """Return how likely each of `at` lies on the known shapes of a part; NaN: not known."""
    whole = np.zeros(columns.many)
    for one in part.inside:
        whole[one.at] += one.p
    places = columns.places
    found = np.minimum(whole[at], 1.0)
    found = np.where(np.isnan(places.lon[at]), part.by_area[places.area[at]], found)
    return np.where(np.isnan(places.reach_deg[at]) & ~np.isnan(places.lon[at]), np.nan, found)
