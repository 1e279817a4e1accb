"""Posts along the front, their hours of watch, and which events are in whose reach.

Rules:
- a post has at most one watch a day, from a moment to a later one of the same day; an outage is a day
  without one;
- a side's share of watch shortens the watches on that side's ground, and nothing else;
- the posts stand alternately on A's and on B's ground, in the order of the front.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trucewatch.model.geodesy import Floats
from trucewatch.simulate.draws import Flags, Ints, stream
from trucewatch.simulate.scene import DAY_S, Scene
from trucewatch.simulate.world import World

QUARTER_S = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """Posts in the order of `east_m`; a watch is seconds from the start, by post and day."""

    east_m: Floats
    north_m: Floats
    side: Ints
    begins_s: Floats
    ends_s: Floats

    def watching(self, post: Ints, at_s: Floats) -> Flags:
        """Say which of the posts is on watch at which moment."""
        day = np.clip(at_s // DAY_S, 0, self.begins_s.shape[1] - 1).astype(np.int64)
        found: Flags = (self.begins_s[post, day] <= at_s) & (at_s < self.ends_s[post, day])
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a kind of post is laid out and when it watches."""

    name: str
    every_m: float
    behind_m: tuple[float, float]  # its own side's line, least and most
    from_h: tuple[float, float]  # a watch begins between these hours
    lasts_h: tuple[float, float]
    p_out: float = 0.0  # of a day without watch
    p_night: float = 0.0  # of a post that watches from noon on to midnight


ALWAYS = ((0.0, 0.0), (24.0, 24.0))


def posts(world: World, layout: Layout) -> Posts:
    """Return the posts of one kind."""
    generator = stream(world.seed, f"posts {layout.name}")
    length, days = world.preset.length_km * 1_000, int(np.ceil(world.preset.days)) + 1
    many = 2 * max(1, round(length / layout.every_m / 2))
    east = (np.arange(many) + generator.uniform(0.2, 0.8, many)) * length / many
    side = np.arange(many) % 2
    behind = generator.uniform(*layout.behind_m, many)
    north = world.front.line_at(side, east) + np.where(side == 0, behind, -behind)
    night = np.where(generator.random(many) < layout.p_night, 8.0, 0.0)[:, None]
    first = generator.uniform(*layout.from_h, (many, days)) + night
    whole = np.minimum(generator.uniform(*layout.lasts_h, (many, days)), 24.0 - first)
    whole *= generator.random((many, days)) >= layout.p_out
    lasts = whole * np.array(world.preset.watched)[side][:, None]
    first += generator.random((many, days)) * (
        whole - lasts
    )  # which part of its watch a post keeps is chance
    start = np.arange(days) * DAY_S
    begins = start + np.round(first * 3_600 / QUARTER_S) * QUARTER_S
    ends = np.minimum(begins + np.round(lasts * 3_600 / QUARTER_S) * QUARTER_S, start + DAY_S)
    over = world.preset.end_s
    begins, ends = np.minimum(begins, over), np.minimum(ends, over)
    return Posts(east_m=east, north_m=north, side=side, begins_s=begins, ends_s=ends)


def in_reach(scene: Scene, posts: Posts, reach_m: Floats) -> tuple[Ints, Ints, Floats]:
    """Return pairs of event and post within `reach_m` of the event, and how far apart they are."""
    far = float(np.max(reach_m, initial=0.0))
    first = np.searchsorted(posts.east_m, scene.east_m - far)
    last = np.searchsorted(posts.east_m, scene.east_m + far)
    events, found = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for step in range(int(np.max(last - first, initial=0))):
        at = np.flatnonzero(first + step < last)
        events.append(at)
        found.append(first[at] + step)
    event, post = np.concatenate(events), np.concatenate(found)
    away = np.hypot(scene.east_m[event] - posts.east_m[post], scene.north_m[event] - posts.north_m[post])
    near = away <= reach_m[event]
    event, post, away = event[near], post[near], away[near]
    order = np.lexsort((post, event))
    return event[order], post[order], away[order]
