"""Room for one number more, in kernels that do not know how many they will find.

Rules:
- room is doubled when it is full, so that what is copied stays a share of what is found.
"""

from __future__ import annotations

import numpy as np

from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.reports import Ints


@kernel
def with_one(values: Ints, many: int, value: int) -> Ints:
    """Return the first `many` of `values` and one more, in the same room where that suffices."""
    if many == len(values):
        values = np.concatenate((values, np.empty_like(values)))
    values[many] = value
    return values
