"""Chance: a stream of its own for each part of a world, so that one part's draws never move another's.

Rules:
- PCG64 over the seed and the stream's name; nothing else is random;
- what is published is rounded, so that a last bit of the machine's sine is in no output.
"""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt
import polars as pl

from trucewatch.model.geodesy import Floats

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator of the part `name` of the world that `seed` makes."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode())]))


def choices(generator: np.random.Generator, shares: Floats, many: int) -> Ints:
    """Return `many` indices drawn by `shares`, which need not add up to one."""
    edges = np.cumsum(shares) / np.sum(shares)
    drawn: Ints = np.searchsorted(edges, generator.random(many), side="right").astype(np.int64)
    return np.minimum(drawn, len(shares) - 1)


def words(index: Ints, names: tuple[str, ...]) -> pl.Series:
    """Return the names at `index`; -1 is null."""
    return pl.Series(index).replace_strict(
        [-1, *range(len(names))], [None, *names], return_dtype=pl.String, default=None
    )
