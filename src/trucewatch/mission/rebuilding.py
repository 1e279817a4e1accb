"""Everything recomputed from the record, each output by its digest: same record, same code, same bytes.

Rules:
- the outputs are every table of the walk over all days, the cases, the ledger of guarantees, what was learned of sources,
  and each day's report; tombstones are inputs as any record is;
- a list is `SHA-256  NAME` a line, as `sha256sum` writes it, under the version and the head it is of;
- two lists of other versions or heads are not compared.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import msgspec
import polars as pl

from trucewatch.errors import InputError
from trucewatch.log.spelling import spelled
from trucewatch.mission.known import Known, known
from trucewatch.mission.reporting import day_of
from trucewatch.mission.walk import Walk, walk_from
from trucewatch.report.machine import to_json

FIRST_LINE = "# trucewatch rebuild"
_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """The digests of what a record gives."""

    of: str  # the version and the head
    digests: Mapping[str, str]  # of each output, by its name

    @property
    def text(self) -> str:
        """The list as a file."""
        lines = (f"{digest}  {name}" for name, digest in sorted(self.digests.items()))
        return "".join(f"{line}\n" for line in (f"{FIRST_LINE} {self.of}", *lines))


def rebuild(path: Path, *, step: Step) -> Rebuilt:
    """Return the digests of everything that the record in `path` gives."""
    record = known(path)
    digests = {name: hashlib.sha256(raw).hexdigest() for name, raw in _outputs(record, step)}
    head = record.folder.journal.head()
    of = f"{version('trucewatch')} of {head.origin} at {head.size} {spelled(head.root)}"
    return Rebuilt(of=of, digests=digests)


def read_rebuilt(text: str) -> Rebuilt:
    """Return the list in a file; InputError when it is none."""
    first, *lines = text.removesuffix("\n").split("\n")
    met = [_LINE.fullmatch(line) for line in lines]
    digests = {one[2]: one[1] for one in met if one}
    if not first.startswith(f"{FIRST_LINE} ") or len(digests) != len(lines):
        raise InputError("is no list that `record rebuild` wrote")
    return Rebuilt(of=first.removeprefix(f"{FIRST_LINE} "), digests=digests)


def differing(ours: Rebuilt, theirs: Rebuilt) -> tuple[str, ...]:
    """Return the outputs that are not the same; InputError when the lists are not of one version and head."""
    if ours.of != theirs.of:
        raise InputError(
            f"the other list is of {theirs.of}, and this is of {ours.of}: they are not to be compared"
        )
    names = sorted(ours.digests.keys() | theirs.digests.keys())
    return tuple(name for name in names if ours.digests.get(name) != theirs.digests.get(name))


def _outputs(record: Known, step: Step) -> Iterator[tuple[str, bytes]]:
    step("walking over all days")
    whole = walk_from(record, step=step)
    for name, frame in _tables(whole).items():
        yield f"{name}.parquet", _parquet(frame)
    yield "cases.json", _json(whole.cases)
    yield "guarantees.json", _json(whole.guarantees)
    if record.profiling.versions:
        yield "profiles.json", _json(record.profiling)
    for span in whole.days:
        day = record.clock.day_of(span.end - timedelta(microseconds=1))
        step(f"walking over {day}")
        yield f"day-{day}.json", to_json(day_of(walk_from(record, day=day)))


def _tables(walk: Walk) -> dict[str, pl.DataFrame]:
    return {
        "observations": walk.observations,
        "weather": walk.weather,
        "control": walk.control,
        "incidents": walk.fused.incidents,
        "counts": walk.fused.counts,
        "links": walk.fused.links,
        "coverage": walk.coverage,
        "assessments": walk.assessments,
        "cleared": walk.cleared,
    }


def _parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd", statistics=False)
    return out.getvalue()


def _json(nouns: object) -> bytes:
    return msgspec.json.encode(nouns, enc_hook=str, order="sorted")
