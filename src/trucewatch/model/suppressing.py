"""Small numbers withheld from numbers that are told with their sum, and the sum with them.

Rules:
- a number from one up to below the least is withheld; zero is told, for nothing is not few;
- where one is withheld the sum is as well, for it would give it back: alone exactly, and of several their sum;
- what is withheld follows from each number alone, so that whoever knows this rule learns no more from it: that a
  number is small; to withhold another number in the sum's stead would tell which was the smallest.
"""

from __future__ import annotations

from collections.abc import Sequence


def suppressed(numbers: Sequence[int], least: int) -> tuple[tuple[bool, ...], bool]:
    """Return which of `numbers` are withheld, and whether their sum is."""
    out = tuple(0 < number < least for number in numbers)
    return out, any(out)
