"""Small numbers withheld from numbers that are told with their sum, and as many more as keep them hidden.

Rules:
- a number from one up to below the least is withheld; zero is told, for nothing is not few;
- where the sum is told, what is withheld is never one number alone, never fewer together than the least, and never
  so few that each could only be one;
- what is withheld for another's sake is the smallest that is told, the first of equals; where that does not
  do, the sum is withheld as well.
"""

from __future__ import annotations

from collections.abc import Sequence


def suppressed(numbers: Sequence[int], least: int) -> tuple[tuple[bool, ...], bool]:
    """Return which of `numbers` are withheld, and whether their sum is."""
    out = [0 < number < least for number in numbers]
    left = sorted(
        (at for at, hidden in enumerate(out) if not hidden and numbers[at]), key=lambda at: (numbers[at], at)
    )
    while gives_back(numbers, out, least) and left:
        out[left.pop(0)] = True
    return tuple(out), gives_back(numbers, out, least)


def gives_back(numbers: Sequence[int], out: Sequence[bool], least: int) -> bool:
    """Say whether the sum, less what is told, gives back what is withheld."""
    many = sum(out)
    rest = sum(number for number, hidden in zip(numbers, out, strict=True) if hidden)
    return many > 0 and (many == 1 or rest < least or rest <= many)
