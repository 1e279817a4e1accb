"""An agreement's worked examples, from its folder: each worked, and what came of it beside what was expected.

Rules:
- an example that cannot be read is told as one that failed, and leaves the others alone;
- the zones beside the agreement are areas of its examples, as they are of the walk.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from trucewatch.assess.example_keys import NOT_ASSESSED
from trucewatch.assess.examples import Example, Worked, read_example, work
from trucewatch.errors import TrucewatchError
from trucewatch.mission.content import basemap, outlines
from trucewatch.mission.files import read_text
from trucewatch.model.agreement import Agreement
from trucewatch.model.areas import Areas, areas_from
from trucewatch.model.shapes import Shapes
from trucewatch.model.vocabulary import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of one example."""

    file: str
    as_expected: bool
    told: str
    example: Example | None = None  # None: it cannot be read


def examples_of(folder: Path, agreement: Agreement, shapes: Shapes) -> tuple[Tried, ...]:
    """Return what comes of each example in `folder`/examples, by file name."""
    areas = areas_of(folder)
    files = sorted((folder / "examples").glob("*.toml"))
    return tuple(_tried(file, agreement, areas, shapes) for file in files)


def areas_of(folder: Path) -> Areas:
    """Return the basemap's areas and the zones beside the agreement in `folder`."""
    zones = folder / "zones.geojson"
    own = outlines(*([read_text(zones)] if zones.exists() else []), where=str(zones))
    known = basemap()
    return areas_from((*known.ids, *own.ids), (*known.outlines, *own.outlines))


def _tried(file: Path, agreement: Agreement, areas: Areas, shapes: Shapes) -> Tried:
    try:
        example = read_example(read_text(file), agreement=agreement, file=file.name)
        worked = work(example, agreement, areas, shapes)
    except TrucewatchError as fault:
        return Tried(file=file.name, as_expected=False, told=f"cannot be read: {fault}")
    wrong = _wrong(example, worked)
    came = f"{example.clause_id}, {_verdict(worked.verdict)}"
    return Tried(
        file=file.name,
        as_expected=not wrong,
        told=f"FAILED: {wrong}" if wrong else f"{came}, as expected",
        example=example,
    )


def _wrong(example: Example, worked: Worked) -> str:
    """Return how what came differs from what was expected; nothing when it does not."""
    if worked.verdict != example.verdict:
        return f"expected {_told(example)}, came {_told(worked)}"
    if worked.why_not != example.why_not:
        return f"expected why_not {', '.join(example.why_not) or 'none'}, came {', '.join(worked.why_not) or 'none'}"
    if example.p_breach is not None and worked.p_breach != example.p_breach:
        return f"expected p_breach {example.p_breach}, came {worked.p_breach}"
    return ""


def _told(one: Example | Worked) -> str:
    """Return a verdict with what stands in the way of more."""
    why = ", ".join(one.why_not)
    return _verdict(one.verdict) + (f" ({why})" if why else "")


def _verdict(verdict: Verdict | None) -> str:
    return NOT_ASSESSED if verdict is None else verdict.value
