"""The name that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Sequence


def closest(name: str, known: Sequence[str]) -> str | None:
    """Return the one of `known` that is close to `name`; None: none is."""
    return next(iter(difflib.get_close_matches(name, known, n=1)), None)


def suggestion(name: str, known: Sequence[str]) -> str:
    """Return " (did you mean ...?)" when one of `known` is close to `name`, else nothing."""
    close = closest(name, known)
    return "" if close is None else f" (did you mean {close!r}?)"
