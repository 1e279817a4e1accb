"""How much a pair of reports speaks for one event, in bits that add up.

A weight is log2 P(pair | one event) / P(pair | two events) (Fellegi & Sunter 1969). It is reckoned
against unrelated events that scatter evenly over a window of time and a piece of ground; how many there
are is the local density, which has a part of its own.

Rules:
- places are Gaussians: one event puts the two at a distance that their summed covariances allow;
- times are even over their intervals: the evidence is how long both last and how long they overlap;
- parts are multiples of 1/1024 bit, so that their sum is exact in binary;
- beyond the 99 % bound of the summed errors nothing is joined, whatever the other parts say;
- news placed to a town with a fire on the same day weighs nothing: on real rows they coincide in 14.4 %
  of cases, and in 12 to 15 % on wrong days.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import numpy as np

from trucewatch.fuse.kinds import KINDS, SAME_BITS, kind_bits, trajectory_bits
from trucewatch.fuse.reports import Flags, Ints, Reports
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats
from trucewatch.model.vocabulary import Phenomenon

WINDOW_S = 86_400.0
GROUND_M2 = 1e8  # 100 km²
GATE = -2 * math.log(0.01)  # chi-squared, 2 degrees of freedom, 99 %
WIDE_GATE = 25.0  # weighed and listed up to here, joined up to GATE
NEWS_SIGMA_M = 1_000.0  # told and placed no better than this carries no weight with a fire
# One chance in a thousand that two events of one post, or of one origin, agree so closely.
SAME_WITNESS_BITS = 10.0
GRAIN = 1024.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Pairs by their indices in the reports, their bits, and the squared distance in standard deviations."""

    left: Ints
    right: Ints
    weight: Floats
    w_time: Floats
    w_place: Floats
    w_kind: Floats
    w_source: Floats
    w_density: Floats
    distance2: Floats

    def take(self, which: Ints) -> Links:
        """Return the pairs at the indices `which`."""
        return Links(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


def joined_up(parts: list[Links]) -> Links:
    """Return several tables of links as one."""
    return Links(**{f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Links)})


def grained(bits: Floats) -> Floats:
    """Return `bits` as multiples of 1/1024."""
    return np.rint(np.clip(bits, -1e6, 1e6) * GRAIN) / GRAIN + 0.0


def offsets_m(a: Reports, b: Reports) -> tuple[Floats, Floats]:
    """Return metres east and north from `a` to `b`."""
    over = (b.lon - a.lon + 180) % 360 - 180
    east = over * METRES_PER_DEGREE * np.cos(np.radians((a.lat + b.lat) / 2))
    return east, (b.lat - a.lat) * METRES_PER_DEGREE


def place_bits(a: Reports, b: Reports) -> tuple[Floats, Floats]:
    """Return the bits of the places and their squared Mahalanobis distance; 0 and 0 when one has no place."""
    east, north = offsets_m(a, b)
    ee, en, nn = a.ee + b.ee, a.en + b.en, a.nn + b.nn
    determinant = np.maximum(ee * nn - en * en, 1.0)
    distance2 = (nn * east**2 - 2 * en * east * north + ee * north**2) / determinant
    bits = np.log2(GROUND_M2 / (2 * math.pi * np.sqrt(determinant))) - distance2 / (2 * math.log(2))
    both = a.placed & b.placed
    return np.where(both, bits, 0.0), np.where(both, distance2, 0.0)


def overlap_s(a: Reports, b: Reports) -> Floats:
    """Return for how long both may have happened; 0 or less when never."""
    return np.minimum(a.end_s, b.end_s) - np.maximum(a.start_s, b.start_s)


def time_bits(a: Reports, b: Reports) -> Floats:
    """Return the bits of the times; a pair that cannot overlap gets a thousandth of a second's."""
    both = np.maximum(overlap_s(a, b), 1e-3)
    return np.log2(WINDOW_S * both / ((a.end_s - a.start_s) * (b.end_s - b.start_s)))


def town_news(reports: Reports) -> Flags:
    """Say which reports are told and placed no better than to a town."""
    coarse: Flags = reports.told & (reports.ee + reports.nn > 2 * NEWS_SIGMA_M**2)
    return coarse


def fires(reports: Reports) -> Flags:
    """Say which reports are of heat that somebody measured."""
    measured: Flags = (reports.kind == KINDS.index(Phenomenon.THERMAL)) & ~reports.told
    return measured


def worthless(a: Reports, b: Reports) -> Flags:
    """Say which pairs are news of a town and a fire."""
    return (town_news(a) & fires(b)) | (town_news(b) & fires(a))


def weigh(
    reports: Reports, density: Floats, left: Ints, right: Ints, source_bits: Floats | None = None
) -> Links:
    """Return what each pair's parts say; `density` is of unrelated reports in the window on the ground."""
    a, b = reports.take(left), reports.take(right)
    place, distance2 = place_bits(a, b)
    parts = {
        "w_time": grained(time_bits(a, b)),
        "w_place": grained(place),
        "w_kind": grained(kind_bits()[a.kind, b.kind] + trajectory_bits()[a.trajectory, b.trajectory]),
        "w_source": grained(
            np.log2(a.p_detect * b.p_detect * a.p_real * b.p_real) / 2 if source_bits is None else source_bits
        ),
        "w_density": grained(
            np.where(a.placed & b.placed, -np.log2(np.maximum(density[left], density[right])), 0.0)
        ),
    }
    weight = np.sum(list(parts.values()), axis=0) if len(left) else np.zeros(0)
    return Links(left=left, right=right, weight=weight, distance2=distance2, **parts)


def best_possible(reports: Reports, density: Floats) -> Floats:
    """Return bits that no pair of each report can exceed at its local density.

    The root of the determinant of a sum of covariances is at least that of each; an overlap is at most
    the shorter interval; the other source is perfect and names the same kind.
    """
    ground = 2 * math.pi * np.sqrt(np.maximum(reports.ee * reports.nn - reports.en**2, 1.0))
    place = np.log2(GROUND_M2 / ground)
    time = np.log2(WINDOW_S / (reports.end_s - reports.start_s))
    return place + time + SAME_BITS + np.log2(reports.p_detect * reports.p_real) / 2 - np.log2(density)
