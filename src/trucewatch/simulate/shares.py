"""Shares of what there is: a share of nothing is None.

Rules:
- published numbers are rounded here, the same for every mark.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from trucewatch.model.geodesy import Floats


def quantile(values: Floats, share: float) -> float | None:
    """Return the value below which `share` of the finite `values` lie."""
    known = values[np.isfinite(values)]
    return round(float(np.quantile(known, share)), 1) if len(known) else None


def mean(values: pl.Series) -> float | None:
    """Return the mean of numbers or flags."""
    found = values.cast(pl.Float64).mean()
    return round(found, 4) if isinstance(found, float) else None
