"""A truce with known truth: the front, what happened, and what was promised.

Rules:
- everything is fictional and lies at sea; whatever is made of it is marked EXERCISE;
- preset and seed decide everything;
- `swapped` gives the same world with A and B exchanged in every column and outline, and nothing moved.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from trucewatch.simulate.engagements import fire
from trucewatch.simulate.front import Front, front
from trucewatch.simulate.happened import Happened, in_order, joined
from trucewatch.simulate.others import accidents, practised, shown, thirds
from trucewatch.simulate.outlines import Outline
from trucewatch.simulate.preset import Preset
from trucewatch.simulate.promises import notices, weapons
from trucewatch.simulate.tempo import phases
from trucewatch.simulate.truth import table

OTHER = {"A": "B", "B": "A"}
_SIDES = frozenset({"fired_by", "side", "ground", "party", "held_by", "told_by"})


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A world: its tables are all truth, and no source has seen any of it yet."""

    preset: Preset
    seed: int
    front: Front
    events: pl.DataFrame  # truth.EVENTS
    phases: pl.DataFrame
    notices: pl.DataFrame  # given_utc null: an exercise that nobody announced
    weapons: pl.DataFrame  # moved_utc null: one that stayed


def world(preset: Preset, *, seed: int) -> World:
    """Return the world that `preset` and `seed` make."""
    on = front(preset, seed=seed)
    told, kept = notices(preset, on, seed=seed), weapons(preset, on, seed=seed)
    parts = [
        fire(preset, on, seed=seed),
        accidents(preset, on, seed=seed),
        thirds(preset, on, seed=seed),
        practised(preset, told, seed=seed),
        shown(preset, kept, seed=seed),
    ]
    events = in_order(joined(_numbered(parts)))
    return World(
        preset=preset,
        seed=seed,
        front=on,
        events=table(preset, on, events),
        phases=phases(preset),
        notices=told,
        weapons=kept,
    )


def swapped(world: World) -> World:
    """Return `world` with A and B exchanged everywhere."""
    on = world.front
    return replace(
        world,
        preset=replace(world.preset, watched=world.preset.watched[::-1]),
        front=replace(
            on,
            settlements=exchanged(on.settlements),
            outlines=tuple(_outline(one) for one in on.outlines),
            grounds=on.grounds[::-1],
        ),
        events=exchanged(world.events),
        notices=exchanged(world.notices),
        weapons=exchanged(world.weapons),
    )


def exchanged(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` with A and B exchanged in every column that names a side."""
    return frame.with_columns(pl.col(name).replace(OTHER) for name in frame.columns if name in _SIDES)


def _outline(one: Outline) -> Outline:
    party = OTHER[one.party]
    left = None if one.left is None else OTHER[one.left]
    return replace(one, outline_id=f"{one.outline_id[:-1]}{party}", party=party, left=left)


def _numbered(parts: list[Happened]) -> list[Happened]:
    """Return the parts with keys that follow on; only the first has links, and keeps its own."""
    starts = np.cumsum([0, *(len(part.key) for part in parts)])
    return [replace(part, key=part.key + start) for part, start in zip(parts, starts, strict=False)]
