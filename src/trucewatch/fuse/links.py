"""What each part of a pair's weight says, in bits.

Rules:
- a weight is log2 P(pair | one event) / P(pair | two events) (Fellegi & Sunter 1969), and the sum of its
  parts: time against a day, place against 100 km², kinds with numbers, sources, and the local density;
- parts are multiples of 1/1024 bit, so that their sum is exact in binary;
- repeats and copies are one witness, and weigh `SAME_WITNESS_BITS`.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from trucewatch.fuse.abreast import abreast, cut
from trucewatch.fuse.compiled import kernel, ln
from trucewatch.fuse.pairs import GRAIN, LN_TAU, PER_NAT, apart2, number_nats
from trucewatch.fuse.reports import Flags, Ints
from trucewatch.fuse.spots import CODE, COUNT, DENSE, EE, EN, LONE, NN, SPREAD, TIME, UNSURE
from trucewatch.model.geodesy import Floats
from trucewatch.model.tables import LINKS

WINDOW_S = 86_400.0
GROUND_M2 = 1e8  # 100 km²
LN_WINDOW, LN_GROUND = math.log(WINDOW_S), math.log(GROUND_M2)
PARTS = ("w_time", "w_place", "w_kind", "w_source", "w_density")
# One chance in a thousand that two events of one post, or of one origin, agree so closely.
SAME_WITNESS_BITS = 10.0


def parts_of(
    left: Ints, right: Ints, numbers: Floats, wholes: Ints, kinds: Floats, placed: Flags, same: Flags
) -> Floats:
    """Return the bits of each pair, a row for each of `PARTS` and one for their sum; `same` says which are one witness."""
    found = np.empty((len(PARTS) + 1, len(left)))
    abreast(
        lambda part: parted(
            left[part], right[part], numbers, wholes, kinds, placed, same[part], found[:, part]
        ),
        cut(len(left)),
    )
    return found


@kernel
def parted(
    left: Ints,
    right: Ints,
    numbers: Floats,
    wholes: Ints,
    kinds: Floats,
    placed: Flags,
    same: Flags,
    found: Floats,
) -> None:
    """Put the bits of each pair into `found`, as `parts_of` gives them."""
    for at in range(len(left)):
        a, b = left[at], right[at]
        spread = numbers[a, SPREAD] + numbers[b, SPREAD]
        late = numbers[b, TIME] - numbers[a, TIME]
        found[0, at] = LN_WINDOW - 0.5 * (LN_TAU + ln(spread) + min(late * late / spread, 200.0))
        found[1, at] = found[4, at] = 0.0
        if placed[a] and placed[b]:
            ee, en, nn = (
                numbers[a, EE] + numbers[b, EE],
                numbers[a, EN] + numbers[b, EN],
                numbers[a, NN] + numbers[b, NN],
            )
            found[1, at] = (
                LN_GROUND - LN_TAU - 0.5 * ln(ee * nn - en * en) - 0.5 * min(apart2(numbers, a, b), 200.0)
            )
            found[4, at] = -max(numbers[a, DENSE], numbers[b, DENSE]) - LN_WINDOW - LN_GROUND
        number = number_nats(numbers[a, COUNT] - numbers[b, COUNT], numbers[a, UNSURE] + numbers[b, UNSURE])
        found[2, at] = kinds[wholes[a, CODE], wholes[b, CODE]] + number
        found[3, at] = (
            SAME_WITNESS_BITS * GRAIN / PER_NAT if same[at] else -numbers[a, LONE] - numbers[b, LONE]
        )
        for part in range(5):
            found[part, at] = round(found[part, at] * PER_NAT) / GRAIN
        found[5, at] = found[0, at] + found[1, at] + found[2, at] + found[3, at] + found[4, at]


def table_of(row: Ints, left: Ints, right: Ints, parts: Floats, incident: Ints) -> pl.DataFrame:
    """Return the links between the reports `left` and `right`, by their row numbers, in the reports' order."""
    columns = {
        "left": row[left].astype(np.uint32),
        "right": row[right].astype(np.uint32),
        "weight": parts[len(PARTS)],
        **dict(zip(PARTS, parts, strict=False)),
        "joined": incident[left] == incident[right],
    }
    return LINKS.conform(pl.DataFrame(columns))
