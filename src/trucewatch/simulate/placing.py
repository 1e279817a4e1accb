"""Where found incidents lie and how sure they are, against where things were and whether they were.

Rules:
- a place is inside when the 90 % ellipse holds the event's own place;
- a count is right when the event's own lies within the incident's 90 % range, where it has one;
- stated probabilities are held against what was so, tenth by tenth.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from trucewatch.model.geodesy import METRES_PER_DEGREE
from trucewatch.model.marks import Located, Tenth
from trucewatch.simulate.shares import mean, quantile

TENTHS = 10


def located(stood: pl.DataFrame) -> tuple[Located, ...]:
    """Return how far off the found incidents are, all of them and by how many sources had them."""
    own = stood.filter("own").drop_nulls("lon")
    sources = own["source_ids"].list.len()
    parts = [("all", own)]
    parts += [(f"{n}", own.filter(sources == n)) for n in (1, 2, 3)]
    return tuple(_located(name, part) for name, part in [*parts, ("4+", own.filter(sources > 3))])


def _located(name: str, part: pl.DataFrame) -> Located:
    shrink = np.cos(np.radians(part["lat"].to_numpy()))
    east = (part["true_lon"] - part["lon"]).to_numpy() * METRES_PER_DEGREE * shrink
    north = (part["true_lat"] - part["lat"]).to_numpy() * METRES_PER_DEGREE
    turn = np.radians(part["azimuth_deg"].to_numpy())
    along, across = east * np.sin(turn) + north * np.cos(turn), east * np.cos(turn) - north * np.sin(turn)
    major, minor = part["major90_m"].to_numpy(), part["minor90_m"].to_numpy()
    inside = (along / np.maximum(major, 1e-9)) ** 2 + (across / np.maximum(minor, 1e-9)) ** 2 <= 1
    counted = part.drop_nulls("count_max90")
    held = counted.select(
        ok=pl.col("true_count").is_between(pl.col("count_min90"), pl.col("count_max90"), closed="both")
    )["ok"]
    away = np.hypot(east, north)
    return Located(
        name=name,
        incidents=part.height,
        median_m=quantile(away, 0.5),
        p90_m=quantile(away, 0.9),
        covered=round(float(inside.mean()), 4) if len(inside) else None,
        counted=mean(held),
    )


def reliability(stood: pl.DataFrame) -> tuple[Tenth, ...]:
    """Return stated and observed frequency of *something happened of which no other incident tells*, by tenth."""
    known = stood.drop_nulls("p_real")
    tenth = (known["p_real"].to_numpy() * TENTHS).astype(np.int64).clip(0, TENTHS - 1)
    parts = [known.filter(pl.Series(tenth == at)) for at in range(TENTHS)]
    return tuple(
        Tenth(
            least=at / TENTHS,
            incidents=part.height,
            stated=mean(part["p_real"]),
            real=mean(part["own"]),
        )
        for at, part in enumerate(parts)
    )
