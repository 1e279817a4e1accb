"""What two kinds of report say for or against one event, in bits.

Rules:
- kinds that one event can show belong to one family; reports of different families are never weighed;
- the bits are judgements, not measurements, until a mission learns its own: a witness names the right
  kind four times in five, and any kind has a share of two fifths among its family's reports;
- a shot that leaves and a shot that arrives are two ends of one flight, rarely one place.
"""

from __future__ import annotations

import numpy as np

from trucewatch.model.geodesy import Floats
from trucewatch.model.vocabulary import FIRE, Phenomenon, Trajectory

KINDS = tuple(Phenomenon)
TRAJECTORIES = (Trajectory.UNDETERMINED, Trajectory.OUTGOING, Trajectory.INCOMING, Trajectory.IN_FLIGHT)
P_RIGHT_KIND = 0.8
OTHER_KINDS = 5  # over how many other kinds a wrong name spreads
SAME_BITS = 1.0  # log2(0.8 / 0.4)
RELATED_BITS = -1.0  # log2(0.2 / 0.4)
UNLIKELY_BITS = -3.0  # small arms seldom light a fire or shake the ground
ENDS_BITS = -2.0  # one saw it leave, the other saw it arrive

_SEEN_OF_FIRE = FIRE | {
    Phenomenon.FLARE,
    Phenomenon.THERMAL,
    Phenomenon.SEISMIC,
    Phenomenon.INFRASOUND,
    Phenomenon.DAMAGE,
    Phenomenon.CASUALTY,
}
_SMALL = frozenset({Phenomenon.BURST, Phenomenon.SHOT})
_LARGE = frozenset({Phenomenon.THERMAL, Phenomenon.SEISMIC, Phenomenon.INFRASOUND})


def families() -> dict[Phenomenon, int]:
    """Return the family of each kind: 0 is all that fire can show, others stand alone."""
    return {kind: 0 if kind in _SEEN_OF_FIRE else at + 1 for at, kind in enumerate(KINDS)}


def kind_bits() -> Floats:
    """Return the bits of every pair of kinds in the order of `KINDS`; pairs of two families are not asked."""
    bits = np.full((len(KINDS), len(KINDS)), RELATED_BITS)
    for at, first in enumerate(KINDS):
        for to, second in enumerate(KINDS):
            pair = {first, second}
            if pair & _SMALL and pair & _LARGE:
                bits[at, to] = UNLIKELY_BITS
    np.fill_diagonal(bits, SAME_BITS)
    return bits


def trajectory_bits() -> Floats:
    """Return the bits of every pair of trajectories in the order of `TRAJECTORIES`."""
    bits = np.zeros((len(TRAJECTORIES), len(TRAJECTORIES)))
    outgoing, incoming = TRAJECTORIES.index(Trajectory.OUTGOING), TRAJECTORIES.index(Trajectory.INCOMING)
    bits[outgoing, incoming] = bits[incoming, outgoing] = ENDS_BITS
    return bits
