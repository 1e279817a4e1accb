"""One byte of a record flipped at a time: which files a verifier then names.

Rules:
- a sample takes a file of record/ or vault/, each as likely as its bytes are many, but no file less likely
  than one in a hundred; then a byte of it, then a bit; the byte is put back before the next sample.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

Blamed = Callable[[Path], frozenset[str]]  # the files that a verifier names as broken, without their lines


@dataclass(frozen=True, kw_only=True)
class Flip:
    """One sample, and whom the verifier blamed."""

    name: str
    place: int
    bit: int
    blamed: frozenset[str]

    @property
    def right(self) -> bool:
        """Whether the altered file was named, and no other."""
        return self.blamed == {self.name}


def files_in(folder: Path) -> list[Path]:
    """Return the files of record/ and vault/."""
    return sorted(p for top in ("record", "vault") for p in (folder / top).rglob("*") if p.is_file())


def flips(folder: Path, blamed: Blamed, *, count: int, seed: int) -> Iterator[Flip]:
    """Yield `count` samples in the record in `folder`, which is altered meanwhile."""
    dice, files = random.Random(seed), files_in(folder)
    sizes = [path.stat().st_size for path in files]
    weights = [max(size, sum(sizes) // 100) if size else 0 for size in sizes]
    for path in dice.choices(files, weights, k=count):
        place, bit = dice.randrange(path.stat().st_size), dice.randrange(8)
        yield flip(folder, path, place, bit, blamed)


def flip(folder: Path, path: Path, place: int, bit: int, blamed: Blamed) -> Flip:
    """Return one sample."""
    raw = path.read_bytes()
    mode = path.stat().st_mode
    path.chmod(0o644)
    path.write_bytes(raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :])
    try:
        name = path.relative_to(folder).as_posix()
        return Flip(name=name, place=place, bit=bit, blamed=blamed(folder))
    finally:
        path.write_bytes(raw)
        path.chmod(mode)
