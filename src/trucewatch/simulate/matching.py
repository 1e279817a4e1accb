"""Two partitions of the same reports against one another: pairs, B-cubed, adjusted Rand.

Rules:
- a report of no event is alone in truth, but for the repeats and copies of one false alarm, which tell of one thing;
- pairwise F1 as in the benchmarks; B-cubed (Bagga & Baldwin 1998) weighs every report alike; the adjusted
  Rand index is 0 for chance (Hubert & Arabie 1985);
- counts are of whole numbers in double precision: exact far beyond any exercise.
"""

from __future__ import annotations

import numpy as np

from trucewatch.model.marks import Matching
from trucewatch.simulate.draws import Ints


def matched(ours: Ints, truth: Ints, *, p_real_sum: float) -> Matching:
    """Return how well the partition `ours` agrees with `truth`: an event, below -1 a false alarm, or -1 for neither."""
    alone = truth == -1
    theirs = np.where(alone, truth.max(initial=0) + 1 + np.arange(len(truth)), truth)
    both, a, b = _sizes(ours, theirs)
    pairs, pairs_a, pairs_b = (float((n * (n - 1) / 2).sum()) for n in (both[2], a, b))
    many = len(truth)
    precision = _share(float((both[2] ** 2 / a[both[0]]).sum()), many)
    recall = _share(float((both[2] ** 2 / b[both[1]]).sum()), many)
    reported = len(np.unique(truth[truth >= 0]))
    return Matching(
        reports=many,
        events_reported=reported,
        incidents=len(a),
        f1=_share(2 * pairs, pairs_a + pairs_b),
        precision=_share(pairs, pairs_a),
        recall=_share(pairs, pairs_b),
        b_cubed_f=None
        if not precision or not recall
        else _round(2 * precision * recall / (precision + recall)),
        b_cubed_precision=precision,
        b_cubed_recall=recall,
        adjusted_rand=_rand(pairs, pairs_a, pairs_b, many),
        p_real_sum=round(p_real_sum, 1),
        count_error=None if not reported else _round(p_real_sum / reported - 1),
    )


def _sizes(ours: Ints, theirs: Ints) -> tuple[tuple[Ints, Ints, Ints], Ints, Ints]:
    """Return each meeting of one of ours and one of theirs with its size, and the sizes of both."""
    _, mine = np.unique(ours, return_inverse=True)
    _, yours = np.unique(theirs, return_inverse=True)
    across = int(yours.max(initial=0)) + 1
    cells, size = np.unique(mine * across + yours, return_counts=True)
    return (cells // across, cells % across, size), np.bincount(mine), np.bincount(yours)


def _rand(pairs: float, pairs_a: float, pairs_b: float, many: int) -> float | None:
    if many < 2:
        return None
    chance = pairs_a * pairs_b / (many * (many - 1) / 2)
    top = (pairs_a + pairs_b) / 2
    return None if top == chance else _round((pairs - chance) / (top - chance))


def _share(part: float, whole: float) -> float | None:
    return None if not whole else _round(part / whole)


def _round(value: float) -> float:
    return round(value, 4)
