"""How many of a source's reports nothing caused, and how many of the real ones nobody else shares.

Rules:
- how many real reports nobody else shares is estimated from how many others shared the rest (Chao 1984); what is
  left are false reports, which lean to what is believed of any source;
- a report too coarse to be joined looks alone and is not: how many of a source's are so is reckoned from its own
  errors and the local density, and what few reports show leans to what is believed;
- how sure a lone report is follows from all ways in which it can stand alone.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trucewatch.fuse.reports import Ints, Reports
from trucewatch.fuse.spots import DENSE, EE, EN, LONE, NN, SPREAD, Spots
from trucewatch.model.geodesy import Floats
from trucewatch.model.source import SourceProfile

LEAST_FALSE, MOST_FALSE = 0.02, 0.35  # beyond, reports too coarse to be shared look false
BELIEVED_FALSE = 0.12
SHOWN, ENOUGH = (
    0.5,
    4.0,
)  # what so many other sources show of false reports weighs so much, what is believed the rest
BELIEVED_ALONE, LEANS = 0.22, 30.0  # so many reports that could be joined weigh as much as the belief
WILD, MOST_MISSING = 0.05, 0.9
TYPICAL_NATS = 1.5  # lost by an ordinary distance within the errors
LN_TAU = float(np.log(2 * np.pi))
# Of the reports of what another incident tells, those that stand alone nevertheless, exact ones and coarse ones, and
# the logarithm of the m^4 s in which half of the difference is reached; measured on simulated worlds.
STRAY, MOST_STRAY, HALF_BLUR = 0.08, 0.4, 34.0
SPLIT = (
    0.08  # of incidents of two origins, those of an event that another tells of; each origin more halves it
)


def missing(reports: Reports, spots: Spots) -> Floats:
    """Return for each report the probability that it is not joined to another of its event."""
    numbers = spots.numbers
    ground = np.maximum(numbers[:, EE] * numbers[:, NN] - numbers[:, EN] ** 2, 1.0)
    blur = 1.5 * LN_TAU + 0.5 * np.log(ground) + 0.5 * np.log(numbers[:, SPREAD])
    nats = -numbers[:, DENSE] - numbers[:, LONE] - blur - TYPICAL_NATS
    within = WILD + (1 - WILD) / (1 + np.exp(np.clip(nats, -30.0, 30.0)))
    return np.where(reports.placed, within, 1.0)


def shares(profile: SourceProfile, others: Ints, missed: Floats, sources: float) -> SourceProfile:
    """Return the profile with how many of its real reports stand alone, and how many are of nothing.

    `others` says how many other sources share each report, `missed` how probably it could not be joined, and
    `sources` how many there are in effect.
    """
    many = len(others)
    shared, once, twice = (int(n) for n in ((others > 0).sum(), (others == 1).sum(), (others == 2).sum()))
    unseen = once * (once - 1) / (2 * (twice + 1)) * max(1 - 1 / sources, 0.2)
    shown = min(max(1 - (shared + unseen) / many, 0.0), MOST_FALSE)
    shows = SHOWN * min((sources - 1) / ENOUGH, 1.0)
    false = round(max(shows * shown + (1 - shows) * BELIEVED_FALSE, LEAST_FALSE), 4)
    lost = min(float(np.mean(missed)), MOST_MISSING)
    apart = 1 - shared / (many * (1 - false))
    alone, weight = (apart - lost) / (1 - lost), many * (1 - lost)
    leaning = (max(alone, 0.0) * weight + BELIEVED_ALONE * LEANS) / (weight + LEANS)
    return replace(profile, false_share=false, alone=round(min(max(leaning, 0.02), 0.98), 4))


def not_alone(reports: Reports) -> Floats:
    """Return the probability that a report which nobody shares is of nothing, or of what another incident tells."""
    false = np.maximum(1 - reports.p_real, 1e-3)
    real = 1 - false
    ground = np.maximum(reports.ee * reports.nn - reports.en**2, 1.0)
    blur = np.log(ground) + np.log(np.maximum(reports.sigma_s, 1.0))
    coarse = np.where(reports.placed, 1 / (1 + np.exp(np.clip(HALF_BLUR - blur, -30.0, 30.0))), 1.0)
    own = real * reports.alone
    stray = real * (1 - reports.alone) * (STRAY + (MOST_STRAY - STRAY) * coarse)
    return np.asarray((false + stray) / (false + stray + own))


def told_apart(origins: Ints, others: Floats) -> Floats:
    """Return the probability that an incident of so many origins is of an event that another tells of.

    `others` is how probably other sources tell of what each one's sources tell.
    """
    return np.where(origins > 1, SPLIT * others / 2.0 ** np.clip(origins - 2, 0, 60), 0.0)
