"""What a cluster of reports says of where, when and what it was, and what speaks for taking two for one.

Rules:
- a cluster's state is a Gaussian in place, one in time, how likely each kind is, and who reported it;
- the gain of a join is reckoned from the states of two clusters, never from a chain of neighbours.
"""

from __future__ import annotations

from trucewatch.fuse.compiled import eastward, kernel, ln
from trucewatch.fuse.pairs import NOTHING, evidence
from trucewatch.fuse.reports import Ints
from trucewatch.fuse.spots import (
    COUNT,
    DENSE,
    EE,
    EN,
    END,
    LAT,
    LON,
    LONE,
    NN,
    SHRINK,
    SPREAD,
    START,
    TIME,
    UNSURE,
)
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats


@kernel
def root(parent: Ints, at: int) -> int:
    """Return the first member of the cluster that `at` is in."""
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at


@kernel
def gain_of(states: Floats, kinds: Floats, a: int, b: int, prior: Floats) -> float:
    """Return the nats for taking two clusters for one event; `NOTHING` where their errors do not allow it."""
    nats = evidence(states, a, b)
    if nats == NOTHING:
        return NOTHING
    same = 0.0
    for kind in range(len(prior)):
        same += kinds[a, kind] * kinds[b, kind] / prior[kind]
    return float(
        nats
        + ln(max(same, 1e-12))
        - states[a, LONE]
        - states[b, LONE]
        - max(states[a, DENSE], states[b, DENSE])
    )


@kernel
def merge(states: Floats, kinds: Floats, a: int, b: int, prior: Floats) -> None:
    """Let the state `a` be of both clusters: the product of their Gaussians, the times that both allow."""
    over = eastward(states[a, LON], states[b, LON])
    across = METRES_PER_DEGREE * (states[a, SHRINK] + states[b, SHRINK]) * 0.5
    east, north = over * across, (states[b, LAT] - states[a, LAT]) * METRES_PER_DEGREE
    ee, en, nn = states[a, EE] + states[b, EE], states[a, EN] + states[b, EN], states[a, NN] + states[b, NN]
    determinant = ee * nn - en * en
    gain_ee, gain_en = (
        (states[a, EE] * nn - states[a, EN] * en) / determinant,
        (states[a, EN] * ee - states[a, EE] * en) / determinant,
    )
    gain_ne, gain_nn = (
        (states[a, EN] * nn - states[a, NN] * en) / determinant,
        (states[a, NN] * ee - states[a, EN] * en) / determinant,
    )
    states[a, LON] += (gain_ee * east + gain_en * north) / across
    states[a, LAT] += (gain_ne * east + gain_nn * north) / METRES_PER_DEGREE
    old_ee, old_en, old_nn = states[a, EE], states[a, EN], states[a, NN]
    states[a, EE] = old_ee - gain_ee * old_ee - gain_en * old_en
    states[a, EN] = old_en - gain_ee * old_en - gain_en * old_nn
    states[a, NN] = old_nn - gain_ne * old_en - gain_nn * old_nn
    share = states[a, SPREAD] / (states[a, SPREAD] + states[b, SPREAD])
    states[a, TIME] += share * (states[b, TIME] - states[a, TIME])
    states[a, SPREAD] *= 1.0 - share
    share = states[a, UNSURE] / (states[a, UNSURE] + states[b, UNSURE])
    states[a, COUNT] += share * (states[b, COUNT] - states[a, COUNT])
    states[a, UNSURE] *= 1.0 - share
    states[a, START], states[a, END] = (
        max(states[a, START], states[b, START]),
        min(states[a, END], states[b, END]),
    )
    states[a, LONE] = 0.0
    states[a, DENSE] = max(states[a, DENSE], states[b, DENSE])
    whole = 0.0
    for kind in range(len(prior)):
        kinds[a, kind] *= kinds[b, kind] / prior[kind]
        whole += kinds[a, kind]
    for kind in range(len(prior)):
        kinds[a, kind] /= max(whole, 1e-30)
