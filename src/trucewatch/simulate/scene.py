"""What there is to be seen and heard: the events as numbers, and what nobody caused.

Rules:
- a source is shown the scene, never the table of truth;
- a ghost is what a source reports though nothing happened: near where it looks, at another time;
- cloud and wind are drawn by day and 100 km of front, the same for every source.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from trucewatch.model.geodesy import Floats
from trucewatch.model.vocabulary import Phenomenon
from trucewatch.simulate.arms import WORDS
from trucewatch.simulate.draws import Flags, Ints, stream
from trucewatch.simulate.happened import FLIGHTS, KINDS
from trucewatch.simulate.outlines import PLANE
from trucewatch.simulate.preset import PARTIES
from trucewatch.simulate.world import World

DAY_S = 86_400.0
STRETCH_M = 100_000.0
GHOST_M, GHOST_S = 3_000.0, 20_000.0
HEAVY_MM = 30.0  # from this calibre on fire is heard far off
_LIGHT = tuple(KINDS.index(k.value) for k in (Phenomenon.SHOT, Phenomenon.BURST))
_WEAPON = KINDS.index(Phenomenon.WEAPON.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Events as columns; `event` is -1 for a ghost."""

    event: Ints
    at_s: Floats
    east_m: Floats
    north_m: Floats
    kind: Ints
    flight: Ints
    calibre_mm: Floats  # NaN: none
    count: Ints
    heading_deg: Floats  # NaN: none
    ground: Ints  # who holds the place: 0, 1, or -1
    fired_by: Ints  # 0: A, 1: B, -1: neither
    arm: Ints  # index in the words for weapons, -1: none

    def take(self, which: Ints | Flags) -> Scene:
        """Return the events at `which`."""
        return Scene(**{f.name: getattr(self, f.name)[which] for f in fields(self)})

    def and_then(self, other: Scene) -> Scene:
        """Return these events and then those of `other`."""
        return Scene(
            **{f.name: np.concatenate([getattr(self, f.name), getattr(other, f.name)]) for f in fields(self)}
        )

    @property
    def light(self) -> Flags:
        """Shots and bursts of small arms."""
        found: Flags = np.isin(self.kind, _LIGHT)
        return found

    @property
    def weapon(self) -> Flags:
        """Weapons that stand in the open: to be seen, not heard."""
        found: Flags = self.kind == _WEAPON
        return found

    @property
    def day(self) -> Ints:
        """The day of each, from 0."""
        found: Ints = np.maximum(self.at_s // DAY_S, 0).astype(np.int64)
        return found

    @property
    def stretch(self) -> Ints:
        """The 100 km of front in which each lies."""
        found: Ints = np.maximum(self.east_m // STRETCH_M, 0).astype(np.int64)
        return found

    @property
    def dark(self) -> Flags:
        """Between 18:00 and 06:00 UTC."""
        hour = self.at_s % DAY_S / 3_600
        found: Flags = (hour >= 18) | (hour < 6)
        return found


def scene(world: World) -> Scene:
    """Return the scene of a world's events."""
    events = world.events
    east, north = PLANE.metres(events["lon"].to_numpy(), events["lat"].to_numpy())

    def index(name: str, names: tuple[str, ...]) -> Ints:
        coded = events[name].replace_strict(list(names), list(range(len(names))), default=-1)
        return coded.to_numpy().astype(np.int64)

    micro = events["at_utc"].dt.epoch("us").to_numpy()
    return Scene(
        event=events["event_id"].to_numpy(),
        at_s=(micro - round(world.preset.starts.timestamp() * 1e6)) / 1e6,
        east_m=east,
        north_m=north,
        kind=index("phenomenon", KINDS),
        flight=index("trajectory", FLIGHTS),
        calibre_mm=events["calibre_mm"].fill_null(np.nan).to_numpy(),
        count=events["count"].to_numpy(),
        heading_deg=events["heading_deg"].fill_null(np.nan).to_numpy(),
        ground=index("ground", PARTIES),
        fired_by=index("fired_by", PARTIES),
        arm=index("weapon", WORDS),
    )


def ghosts(of: Scene, generator: np.random.Generator, many: int, *, end_s: float) -> tuple[Scene, Ints]:
    """Return `many` ghosts and which of `of` each is like: near it, within a day of it, and never."""
    like = generator.integers(0, max(1, len(of.event)), many if len(of.event) else 0)
    some = of.take(like)
    none = np.full(len(like), -1)
    made = replace(
        some,
        event=none,
        at_s=np.clip(some.at_s + generator.normal(0.0, GHOST_S, len(like)), 0.0, end_s - 1.0),
        east_m=some.east_m + generator.normal(0.0, GHOST_M, len(like)),
        north_m=some.north_m + generator.normal(0.0, GHOST_M, len(like)),
    )
    return made, like


def by_stretch(world: World, name: str) -> tuple[np.random.Generator, tuple[int, int]]:
    """Return the generator of `name` and how many days and stretches there are."""
    days = int(np.ceil(world.preset.days)) + 1
    return stream(world.seed, name), (days, int(world.preset.length_km * 1_000 // STRETCH_M) + 1)


def cloud(world: World) -> Floats:
    """Return the share of sky under cloud, by day and stretch."""
    generator, shape = by_stretch(world, "cloud")
    return np.round(generator.beta(0.7, 0.6, shape), 2)


def carry(world: World) -> Floats:
    """Return how much farther or less far than usual sound carries in the wind, by day and stretch."""
    generator, shape = by_stretch(world, "wind")
    return np.exp(generator.normal(0.0, 0.25, shape))
