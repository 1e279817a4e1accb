"""What waits for what, drawn: conditions at the start, the statements that wait for them at the end, a line for each wait.

Rules:
- a condition's state is said by its word and sign, not by its colour alone;
- a statement that waits for another has its line from that other's own place;
- nothing in it is worked out: it draws the ledger; the list beneath it leads on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from trucewatch.model.vocabulary import Truth
from trucewatch.report.svg import drawing, element, short, text, together

WIDTH, ROW, HEAD = 1080, 44.0, 16.0
LEFT, BOX, RIGHT = 8.0, 372.0, 640.0
LONGEST = 52  # signs of a line
SIGNS = {Truth.YES: "✓", Truth.NO: "✕", Truth.UNKNOWN: "?"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A condition that something waits for."""

    key: str
    label: str
    state: str  # in words
    met: Truth


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiter:
    """A statement that waits."""

    key: str  # PACK/ID
    label: str  # whose
    words: str  # what it undertakes, in short
    gates: tuple[str, ...]  # keys of conditions, or of statements


def graph_svg(gates: Sequence[Gate], waiters: Sequence[Waiter], title: str) -> Markup:
    """Return the drawing."""
    rows = max(len(gates), len(waiters), 1)
    start = HEAD + (rows - len(gates)) * ROW / 2
    at = {gate.key: start + ROW * n for n, gate in enumerate(gates)}
    ends = {waiter.key: HEAD + (rows - len(waiters)) * ROW / 2 + ROW * n for n, waiter in enumerate(waiters)}
    met = {gate.key: gate.met for gate in gates}
    waits = [_wait(at, ends, waiter.key, key, met) for waiter in waiters for key in waiter.gates]
    parts = (*waits, *(_gate(g, at[g.key]) for g in gates), *(_waiter(w, ends[w.key]) for w in waiters))
    return drawing(
        together(parts), width=WIDTH, height=int(HEAD * 2 + rows * ROW), title=title, prefix="graph"
    )


def _wait(
    at: dict[str, float], ends: dict[str, float], waiter: str, key: str, met: dict[str, Truth]
) -> Markup:
    to = ends[waiter] + ROW / 2
    if key in at:
        first, y = LEFT + BOX, at[key] + ROW / 2
        bend = (RIGHT - first) / 2
        path = f"M{short(first)} {short(y)}C{short(first + bend)} {short(y)} {short(RIGHT - bend)} {short(to)} {short(RIGHT)} {short(to)}"
        return element("path", d=path, class_=f"wait-line m-{int(met[key])}")
    y = ends.get(key, ends[waiter]) + ROW / 2
    path = f"M{short(RIGHT)} {short(y)}C{short(RIGHT - 46)} {short(y)} {short(RIGHT - 46)} {short(to)} {short(RIGHT)} {short(to)}"
    return element("path", d=path, class_="wait-line of-another")


def _gate(gate: Gate, y: float) -> Markup:
    box = element(
        "rect", x=LEFT, y=y + 3, width=BOX, height=ROW - 6, rx=6, class_=f"gate-box t-{int(gate.met)}"
    )
    return together(
        (
            box,
            text(LEFT + 14, y + 19, _cut(gate.label), "t strong", "start"),
            text(LEFT + 14, y + 34, f"{SIGNS[gate.met]} {gate.state}", f"t m-{int(gate.met)}", "start"),
        )
    )


def _waiter(waiter: Waiter, y: float) -> Markup:
    return together(
        (
            element("circle", cx=RIGHT, cy=y + ROW / 2, r=4, class_="wait-end"),
            text(RIGHT + 14, y + 19, _cut(waiter.label), "t strong", "start"),
            text(RIGHT + 14, y + 34, _cut(waiter.words), "t faint", "start"),
        )
    )


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1].rstrip()}…"
