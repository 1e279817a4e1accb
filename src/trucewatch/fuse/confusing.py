"""Which kinds a source takes for which, by what the others say of the same incidents.

Rules:
- what was meant is the kind that most other sources of the incident name, if it is a kind of fire; instruments that
  have one word for everything (heat, tremors) have no say;
- as many reports as are believed to be right at first stand beside what was counted, so that few incidents teach little
  and no word becomes impossible;
- a kind that fewer than `LEAST_MEANT` incidents tell of is not learned.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from trucewatch.fuse.kinds import KINDS
from trucewatch.fuse.likely import told_of
from trucewatch.fuse.reports import Flags, Ints, Reports
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import FIRE, Phenomenon

LEAST_MEANT = 30
BELIEF = 20.0
LEAST_SHOWN = 0.01

Confuses = Mapping[Phenomenon, Mapping[Phenomenon, float]]


def confusions(reports: Reports, incident: Ints, itself: Flags, profile: SourceProfile, at: int) -> Confuses:
    """Return how often the source number `at` says another kind of what was meant; `profile` is believed of it."""
    own = np.flatnonzero(itself & (reports.source == at) & (reports.family == 0))
    meant = _meant(reports, incident, itself & (reports.source != at))
    known = own[np.isin(incident[own], np.array(sorted(meant), dtype=np.int64))]
    true = np.array([meant[int(one)] for one in incident[known]], dtype=np.int64)
    found: dict[Phenomenon, Mapping[Phenomenon, float]] = {}
    for kind in np.unique(true):
        said = np.bincount(reports.kind[known[true == kind]], minlength=len(KINDS)).astype(np.float64)
        if said.sum() < LEAST_MEANT:
            continue
        before = np.array([told_of(one, KINDS[int(kind)], profile) for one in KINDS])
        shares = (said + BELIEF * before / before.sum()) / (said.sum() + BELIEF)
        found[KINDS[int(kind)]] = {
            KINDS[other]: round(float(share), 4)
            for other, share in enumerate(shares)
            if other != kind and said[other] > 0 and share >= LEAST_SHOWN
        }
    return {**profile.confuses, **{kind: wrong for kind, wrong in found.items() if wrong}}


def _meant(reports: Reports, incident: Ints, others: Flags) -> dict[int, int]:
    """Return the kind of fire that most of the `others` name of each incident, ties to the first of the kinds."""
    fire = np.array([kind in FIRE for kind in KINDS])
    rows = np.flatnonzero(others & fire[reports.kind])
    pairs, many = np.unique(
        np.stack([incident[rows], reports.kind[rows]], axis=1), axis=0, return_counts=True
    )
    order = np.lexsort((pairs[:, 1], -many, pairs[:, 0]))
    tops, first = np.unique(pairs[order, 0], return_index=True)
    return dict(zip(tops.tolist(), pairs[order, 1][first].tolist(), strict=True))
