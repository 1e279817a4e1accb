"""Salts: bytes that nobody can guess, put before what is hashed, so that no hash confirms a guess.

Rules:
- a salt is asked for by what it is for; a random one does not look at it;
- a seeded one is made of the seed and of what it is for, so that an exercise or a replay has the same
  bytes wherever it is made; whoever knows the seed can guess, and so no other mission has one.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass

from trucewatch.mission.lines import SALT_BYTES

Salt = Callable[[bytes], bytes]


def random_salt(_what: bytes) -> bytes:
    """Return 32 bytes from the system's source of randomness."""
    return os.urandom(SALT_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeded:
    """Salts that a seed decides."""

    seed: bytes

    def __call__(self, what: bytes) -> bytes:
        """Return the 32 bytes that the seed gives for `what`."""
        return hashlib.sha256(self.seed + hashlib.sha256(what).digest()).digest()
