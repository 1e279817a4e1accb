"""Where and when something sounded, from when it arrived at known places, and from which way.

Damped least squares from many starts at once (Levenberg 1944, Marquardt 1963); solutions are weighed by
Laplace's method.

Rules:
- distances and azimuths are a sphere's; the speed has an error of its own, one for all arrivals of a sound that keeps
  to the ground (`GROUND`), one for each where the upper air bends it down (`LOFTED`);
- an arrival has a time, and may have a back azimuth: NaN where it has none;
- every solution that explains the arrivals about as well as the best stays, with its probability: four times
  alone often allow two places;
- errors that the arrivals show to be larger than declared are taken as large as they show, never smaller.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from trucewatch.fuse.reports import Flags, Ints
from trucewatch.model.geodesy import ELLIPSE90, METRES_PER_DEGREE, Floats, axes

RADIUS_M = float(np.degrees(METRES_PER_DEGREE))
BEARINGS, SHARES = 8, (0.02, 0.1, 0.35)  # starts: around the middle of the places, shares of the reach
FIRST_STEPS, LAST_STEPS = 15, 100
LEADING = 16  # starts that are followed to their end
LEAST_P = 0.05
MOST_DAMPED = 1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class Medium:
    """How sound goes: its slowness and that one's standard deviation, and how far it is heard."""

    slowness_s_per_m: float
    sigma_s_per_m: float
    reach_m: float
    each: bool  # every arrival has a slowness of its own


GROUND = Medium(slowness_s_per_m=1 / 340, sigma_s_per_m=0.012 / 340, reach_m=25_000.0, each=False)
# Celerity .22 to .34 km/s, most often near .29 (Modrak, Arrowsmith & Anderson 2010).
LOFTED = Medium(slowness_s_per_m=1 / 290, sigma_s_per_m=0.35e-3, reach_m=2e6, each=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Arrivals as columns: where, when, from which way, and the standard deviations of both."""

    lon: Floats
    lat: Floats
    at_s: Floats
    sigma_s: Floats
    azimuth_deg: Floats  # from there to what sounded; NaN: not known
    azimuth_sigma_deg: Floats

    def take(self, which: Ints | Flags) -> Arrivals:
        """Return the arrivals at `which`."""
        return Arrivals(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One solution: a place with its standard-deviation ellipse, a moment, and how probable it is."""

    lon: float
    lat: float
    major_m: float
    minor_m: float
    azimuth_deg: float
    at_s: float
    sigma_s: float
    p: float
    misfit: float  # squared standard deviations for each number more than were needed
    off: Floats  # of each arrival's time and azimuth, in standard deviations

    def holds(self, lon: float, lat: float, within: float = ELLIPSE90) -> bool:
        """Say whether the ellipse of `within` standard deviations, 90 % unless told, holds a place."""
        away, turn = way(*(np.array([x]) for x in (self.lon, self.lat, lon, lat)))
        along, across = (
            away * np.cos(turn - np.radians(self.azimuth_deg)),
            away * np.sin(turn - np.radians(self.azimuth_deg)),
        )
        return bool((along / self.major_m) ** 2 + (across / self.minor_m) ** 2 <= within**2)


def located(arrivals: Arrivals, medium: Medium) -> tuple[Fix, ...]:
    """Return the places that the arrivals may come from, the most probable first; () when nothing fits in reach."""
    known = 2 * len(arrivals.lon) - int(np.isnan(arrivals.azimuth_deg).sum())
    if len(arrivals.lon) < 2 or known < 3:
        return ()
    middle = float(arrivals.lon.mean()), float(arrivals.lat.mean())
    found, cost = _descended(arrivals, medium, _starts(arrivals, medium, middle), FIRST_STEPS)
    leading = np.argsort(np.round(cost, 6), kind="stable")[:LEADING]
    found, cost = _descended(arrivals, medium, found[leading], LAST_STEPS)
    off, slopes = _misses(arrivals, medium, found)
    around = np.full((len(found), 2), middle)
    far, _ = way(around[:, 0], around[:, 1], found[:, 0], found[:, 1])
    inside = np.flatnonzero(np.isfinite(cost) & (far <= medium.reach_m))
    solutions: list[tuple[float, Fix]] = []
    for at in inside[np.argsort(np.round(cost[inside], 6), kind="stable")]:
        fix, left = _fix(arrivals, found[at], off[at], slopes[at])
        if fix.major_m <= medium.reach_m and not any(
            other.holds(fix.lon, fix.lat, 2 * ELLIPSE90) for _, other in solutions
        ):
            solutions.append((left, fix))
    return _weighed(solutions)


def way(lon: Floats, lat: Floats, to_lon: Floats, to_lat: Floats) -> tuple[Floats, Floats]:
    """Return how far it is from one place to another in metres, and the azimuth at the first in radians."""
    up, to_up, over = np.radians(lat), np.radians(to_lat), np.radians(to_lon - lon)
    half = np.sin((to_up - up) / 2) ** 2 + np.cos(up) * np.cos(to_up) * np.sin(over / 2) ** 2
    north = np.sin(to_up - up) + 2 * np.sin(up) * np.cos(to_up) * np.sin(over / 2) ** 2
    away = 2 * RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return away, np.arctan2(np.sin(over) * np.cos(to_up), north)


def _starts(arrivals: Arrivals, medium: Medium, middle: tuple[float, float]) -> Floats:
    """Return lon, lat, seconds and slowness to begin with: rings around the middle of the places, and the middle."""
    turn = np.tile(np.arange(BEARINGS) * 2 * np.pi / BEARINGS, len(SHARES))
    away = np.repeat(np.array(SHARES) * medium.reach_m, BEARINGS)
    east, north = np.append(away * np.sin(turn), 0.0), np.append(away * np.cos(turn), 0.0)
    lat = np.clip(middle[1] + north / METRES_PER_DEGREE, -89.0, 89.0)
    lon = middle[0] + east / METRES_PER_DEGREE / np.cos(np.radians(lat))
    far, _ = way(lon[:, None], lat[:, None], arrivals.lon[None, :], arrivals.lat[None, :])
    began = (arrivals.at_s - medium.slowness_s_per_m * far).mean(axis=1)
    return np.stack([lon, lat, began, np.zeros(len(lon))], axis=1)


def _misses(arrivals: Arrivals, medium: Medium, at: Floats) -> tuple[Floats, Floats]:
    """Return by start what is left of times, azimuths and slowness in standard deviations, and its slopes.

    Slopes are by metres east and north, seconds, and standard deviations of slowness.
    """
    away, turn = way(at[:, :1], at[:, 1:2], arrivals.lon[None, :], arrivals.lat[None, :])
    _, back = way(arrivals.lon[None, :], arrivals.lat[None, :], at[:, :1], at[:, 1:2])
    slow = medium.slowness_s_per_m + medium.sigma_s_per_m * at[:, 3:]
    own = medium.sigma_s_per_m * away if medium.each else np.zeros_like(away)
    sigma_s = np.hypot(arrivals.sigma_s[None, :], own)
    late = (arrivals.at_s[None, :] - at[:, 2:3] - slow * away) / sigma_s
    aside = (np.radians(arrivals.azimuth_deg)[None, :] - back + np.pi) % (2 * np.pi) - np.pi
    sigma = np.radians(arrivals.azimuth_sigma_deg)[None, :]
    known = np.isfinite(aside)
    aside = np.where(known, aside / sigma, 0.0)
    lever = np.where(known, 1 / (np.maximum(RADIUS_M * np.sin(away / RADIUS_M), 1.0) * sigma), 0.0)
    none = np.zeros_like(away)
    common = none if medium.each else -medium.sigma_s_per_m * away / sigma_s
    of_late = np.stack(
        [slow * np.sin(turn) / sigma_s, slow * np.cos(turn) / sigma_s, -1 / sigma_s, common], 2
    )
    of_aside = np.stack([np.cos(turn) * lever, -np.sin(turn) * lever, none, none], axis=2)
    prior = np.broadcast_to(np.array([0.0, 0.0, 0.0, 1.0]), (len(at), 1, 4))
    return np.concatenate([late, aside, at[:, 3:]], axis=1), np.concatenate(
        [of_late, of_aside, prior], axis=1
    )


def _descended(arrivals: Arrivals, medium: Medium, at: Floats, steps: int) -> tuple[Floats, Floats]:
    """Return where each start has come after so many steps, and what is left there, squared."""
    damp = np.full(len(at), 1e-2)
    off, slopes = _misses(arrivals, medium, at)
    cost = (off**2).sum(axis=1)
    for _ in range(steps):
        square = slopes.transpose(0, 2, 1) @ slopes
        steep = np.einsum("sij,si->sj", slopes, off)
        scale = np.sqrt(np.maximum(np.einsum("sii->si", square), 1e-30))
        scaled = square / scale[:, :, None] / scale[:, None, :] + damp[:, None, None] * np.eye(4)
        step = -np.linalg.solve(scaled, (steep / scale)[:, :, None])[:, :, 0] / scale
        near = np.minimum(1.0, 0.3 * medium.reach_m / np.maximum(np.hypot(step[:, 0], step[:, 1]), 1.0))
        tried = _moved(at, step * near[:, None])
        off_then, slopes_then = _misses(arrivals, medium, tried)
        cost_then = (off_then**2).sum(axis=1)
        better = cost_then < cost
        at = np.where(better[:, None], tried, at)
        off, slopes = (
            np.where(better[:, None], off_then, off),
            np.where(better[:, None, None], slopes_then, slopes),
        )
        cost = np.where(better, cost_then, cost)
        damp = np.clip(np.where(better, damp / 5, damp * 4), 1e-9, MOST_DAMPED)
        if (np.hypot(step[:, 0], step[:, 1])[better] < 1e-3).all() and (~better | (damp < 1)).all():
            break
    return at, cost


def _moved(at: Floats, step: Floats) -> Floats:
    lat = np.clip(at[:, 1] + step[:, 1] / METRES_PER_DEGREE, -89.9, 89.9)
    lon = at[:, 0] + step[:, 0] / METRES_PER_DEGREE / np.cos(np.radians(at[:, 1]))
    return np.stack([lon, lat, at[:, 2] + step[:, 2], at[:, 3] + step[:, 3]], axis=1)


def _fix(arrivals: Arrivals, at: Floats, off: Floats, slopes: Floats) -> tuple[Fix, float]:
    """Return a solution and its cost: what is left, squared."""
    square = slopes.T @ slopes
    scale = np.sqrt(np.maximum(np.diag(square), 1e-30))
    inverse = np.linalg.pinv(square / np.outer(scale, scale), rcond=1e-12, hermitian=True)
    spread = inverse / np.outer(scale, scale)
    left = 2 * len(arrivals.lon) - int(np.isnan(arrivals.azimuth_deg).sum()) - 3
    misfit = float((off**2).sum()) / max(left, 1)
    wide = max(1.0, misfit) if left > 0 else 1.0
    major, minor, azimuth = axes(*(float(wide * x) for x in (spread[0, 0], spread[0, 1], spread[1, 1])))
    fix = Fix(
        lon=round(float((at[0] + 180) % 360 - 180), 6),
        lat=round(float(at[1]), 6),
        major_m=round(max(major, 1.0), 1),
        minor_m=round(max(minor, 1.0), 1),
        azimuth_deg=round(azimuth, 1) % 180,
        at_s=float(at[2]),
        sigma_s=float(np.sqrt(wide * spread[2, 2])),
        p=1.0,
        misfit=misfit,
        off=off[:-1].reshape(2, -1),
    )
    return fix, float((off**2).sum())


def _weighed(solutions: list[tuple[float, Fix]]) -> tuple[Fix, ...]:
    """Return the solutions, each after its cost, with their probabilities, without those that are improbable."""
    if not solutions:
        return ()
    wide = max(1.0, min(fix.misfit for _, fix in solutions))
    ground = np.log([fix.major_m * fix.minor_m for _, fix in solutions])
    evidence = ground - 0.5 * np.array([cost for cost, _ in solutions]) / wide
    share = np.exp(evidence - evidence.max())
    share = np.where(share >= LEAST_P * share.sum(), share, 0.0)
    share = np.round(share / share.sum(), 4)
    kept = [replace(fix, p=float(p)) for p, (_, fix) in zip(share, solutions, strict=True) if p > 0]
    return tuple(sorted(kept, key=lambda fix: -fix.p))
