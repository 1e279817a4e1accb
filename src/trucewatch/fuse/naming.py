"""Ids as numbers, and the ids of incidents: the same as `content_ids` gives, for a million at once.

Rules:
- an id of 32 hexadecimal digits is two numbers, which are ordered as its digits are; where one id of a table is
  otherwise, all are ranked as texts;
- what is hashed is what `content_ids` hashes: `["incident","<id>"]` is one block of SHA-256 (FIPS 180-4).
"""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import polars as pl

from trucewatch.fuse.abreast import abreast, cut
from trucewatch.fuse.compiled import kernel
from trucewatch.fuse.reports import Ints
from trucewatch.model.canonical import content_ids

Words = npt.NDArray[np.uint32]
Wide = npt.NDArray[np.uint64]
Octets = npt.NDArray[np.uint8]
DIGITS = 32
HASHED = 1 << 14  # ids of a part
KIND = "incident"
HEAD = np.frombuffer(f'["{KIND}","'.encode(), dtype=np.uint8)
TAIL = np.frombuffer(b'"]', dtype=np.uint8)
PRIMES = [n for n in range(2, 312) if all(n % d for d in range(2, int(n**0.5) + 1))]


def _fraction(prime: int, root: int) -> int:
    """Return the first 32 bits of the fraction of a square or cube root."""
    scaled, low, high = prime << (32 * root), 0, prime << 32
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if middle**root <= scaled else (low, middle - 1)
    return low & 0xFFFFFFFF


START = np.array([_fraction(prime, 2) for prime in PRIMES[:8]], dtype=np.uint32)
ROUND = np.array([_fraction(prime, 3) for prime in PRIMES[:64]], dtype=np.uint32)


def octets_of(ids: pl.Series) -> Octets:
    """Return the ids' characters, a row each of 32; no row when one is otherwise spelled."""
    if len(ids) and (ids.str.len_bytes() == DIGITS).all():
        whole = np.frombuffer(ids.str.join("").item().encode(), dtype=np.uint8)
        if len(whole) == len(ids) * DIGITS and hexadecimal(whole.reshape(-1, DIGITS)):
            return whole.reshape(-1, DIGITS)
    return np.zeros((0, DIGITS), dtype=np.uint8)


def numbers_of(ids: pl.Series, octets: Octets) -> tuple[Wide, Wide]:
    """Return two numbers an id, in whose order the ids are; `octets` as of `octets_of`."""
    if len(octets) == len(ids):
        parts = abreast(lambda part: halves(octets[part]), cut(len(ids)))
        return np.concatenate([high for high, _ in parts]), np.concatenate([low for _, low in parts])
    return ids.rank("dense").to_numpy().astype(np.uint64), np.zeros(len(ids), dtype=np.uint64)


def incident_ids(ids: pl.Series, octets: Octets, smallest: Ints) -> tuple[Ints, pl.Series]:
    """Return the order of the incidents by their ids, and those ids, sorted.

    `smallest` has for each incident the row of its smallest member among `ids`; `octets` is as of `octets_of`.
    """
    if len(octets) != len(ids):
        named = pl.Series(content_ids(KIND, ids.gather(smallest).to_list()), dtype=pl.String)
        order = named.arg_sort().to_numpy().astype(np.int64)
        return order, named.gather(order)
    parts = abreast(
        lambda part: hashed(octets, smallest[part], HEAD, TAIL, START, ROUND), cut(len(smallest), HASHED)
    )
    high, low = (np.concatenate([part[half] for part in parts]) for half in (0, 1))
    order = np.argsort(high)
    first = high[order]
    if (first[1:] == first[:-1]).any():
        order = np.lexsort((low, high))
        first = high[order]
    return order, spelled(first, low[order])


def spelled(high: Wide, low: Wide) -> pl.Series:
    """Return 32 hexadecimal digits for every two numbers."""
    lines = pl.read_csv(io.BytesIO(digits(high, low).data), has_header=False, schema={"id": pl.String})
    return lines["id"]


@kernel
def hexadecimal(octets: Octets) -> bool:
    """Say whether all ids are hexadecimal digits in small letters."""
    for at in range(len(octets)):
        for place in range(DIGITS):
            code = octets[at, place]
            if code < 48 or code > 102 or 57 < code < 97:
                return False
    return True


@kernel
def halves(octets: Octets) -> tuple[Wide, Wide]:
    """Return each id as two numbers."""
    high, low = np.zeros(len(octets), np.uint64), np.zeros(len(octets), np.uint64)
    for at in range(len(octets)):
        for place in range(DIGITS):
            code = octets[at, place]
            digit = np.uint64(code - 48) if code <= 57 else np.uint64(code - 87)
            if place < 16:
                high[at] = (high[at] << np.uint64(4)) | digit
            else:
                low[at] = (low[at] << np.uint64(4)) | digit
    return high, low


@kernel
def digits(high: Wide, low: Wide) -> Octets:
    """Return two numbers as 32 hexadecimal digits and a line end."""
    found = np.empty((len(high), DIGITS + 1), np.uint8)
    for at in range(len(high)):
        for place in range(DIGITS):
            half = high[at] if place < 16 else low[at]
            digit = (half >> np.uint64(60 - 4 * (place % 16))) & np.uint64(15)
            found[at, place] = digit + (48 if digit < 10 else 87)
        found[at, DIGITS] = 10
    return found


@kernel
def turned(word: np.uint32, by: np.uint32) -> np.uint32:
    """Return a word turned to the right."""
    return np.uint32((word >> by) | (word << (np.uint32(32) - by)))


@kernel
def hashed(
    octets: Octets, rows: Ints, head: Octets, tail: Octets, start: Words, constants: Words
) -> tuple[Wide, Wide]:
    """Return the first 16 bytes of SHA-256 of `head`, the id in each of `rows`, and `tail`."""
    high, low = np.empty(len(rows), np.uint64), np.empty(len(rows), np.uint64)
    block, words, state = np.zeros(64, np.uint8), np.empty(64, np.uint32), np.empty(8, np.uint32)
    size = len(head) + DIGITS + len(tail)
    for place in range(len(head)):
        block[place] = head[place]
    for place in range(len(tail)):
        block[len(head) + DIGITS + place] = tail[place]
    block[size] = 128
    block[62], block[63] = (8 * size) >> 8, (8 * size) & 255
    for at in range(len(rows)):
        for place in range(DIGITS):
            block[len(head) + place] = octets[rows[at], place]
        for word in range(16):
            words[word] = (
                (np.uint32(block[4 * word]) << np.uint32(24))
                | (np.uint32(block[4 * word + 1]) << np.uint32(16))
                | (np.uint32(block[4 * word + 2]) << np.uint32(8))
                | np.uint32(block[4 * word + 3])
            )
        compress(words, state, start, constants)
        high[at] = (np.uint64(state[0]) << np.uint64(32)) | np.uint64(state[1])
        low[at] = (np.uint64(state[2]) << np.uint64(32)) | np.uint64(state[3])
    return high, low


@kernel
def compress(words: Words, state: Words, start: Words, constants: Words) -> None:
    """Let `state` be the hash of the one block whose first 16 `words` are given; FIPS 180-4 §6.2.2."""
    for at in range(16, 64):
        near, far = words[at - 15], words[at - 2]
        small = turned(near, np.uint32(7)) ^ turned(near, np.uint32(18)) ^ (near >> np.uint32(3))
        large = turned(far, np.uint32(17)) ^ turned(far, np.uint32(19)) ^ (far >> np.uint32(10))
        words[at] = np.uint32(words[at - 16] + small + words[at - 7] + large)
    a, b, c, d, e, f, g, h = (
        *(start[0], start[1], start[2], start[3]),
        *(start[4], start[5], start[6], start[7]),
    )
    for at in range(64):
        large = turned(e, np.uint32(6)) ^ turned(e, np.uint32(11)) ^ turned(e, np.uint32(25))
        chosen = (e & f) ^ (~e & g)
        one = np.uint32(h + large + chosen + constants[at] + words[at])
        small = turned(a, np.uint32(2)) ^ turned(a, np.uint32(13)) ^ turned(a, np.uint32(22))
        most = (a & b) ^ (a & c) ^ (b & c)
        two = np.uint32(small + most)
        h, g, f, e = g, f, e, np.uint32(d + one)
        d, c, b, a = c, b, a, np.uint32(one + two)
    state[0], state[1], state[2], state[3] = (
        np.uint32(start[0] + a),
        np.uint32(start[1] + b),
        np.uint32(start[2] + c),
        np.uint32(start[3] + d),
    )
