"""How many there are of each size, as bars over a scale: one row of filled bars, and empty ones beside them.

Rules:
- a bar's height is its count's, from nought, and the highest has its number;
- what is filled and what is not differ in shape too, not by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from trucewatch.report.svg import drawing, element, text, together
from trucewatch.report.words import Words

WIDTH, HEIGHT = 480, 250
LEFT, TOP, WIDE, HIGH = 24.0, 26.0, 432.0, 160.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Counts between the edges of a scale; `empty` are drawn beside those that are filled."""

    title: str
    edges: Sequence[str]  # one more than bars; an empty one is not written
    filled: Sequence[int]
    empty: Sequence[int] = ()


def counts_svg(bars: Bars, scale: str, spoken: Words) -> Markup:
    """Return the bars as SVG over a `scale` of that name."""
    most = max((*bars.filled, *bars.empty), default=0)
    step = WIDE / max(len(bars.filled), 1)
    rows = (
        [(bars.filled, "bar own"), (bars.empty, "bar derived")] if bars.empty else [(bars.filled, "bar own")]
    )
    wide = step * 0.8 / len(rows)
    parts = [
        _bar(LEFT + step * (at + 0.1) + wide * turn, wide, count, most, shade)
        for turn, (counts, shade) in enumerate(rows)
        for at, count in enumerate(counts)
        if count
    ]
    parts.append(element("line", x1=LEFT, y1=TOP + HIGH, x2=LEFT + WIDE, y2=TOP + HIGH, class_="axis"))
    parts += [text(LEFT + step * at, TOP + HIGH + 18, edge) for at, edge in enumerate(bars.edges) if edge]
    parts.append(text(LEFT + WIDE / 2, TOP + HIGH + 44, scale))
    for turn, (counts, _) in enumerate(rows):
        if most in counts and most:
            across = LEFT + step * (list(counts).index(most) + 0.1) + wide * (turn + 0.5)
            parts.append(text(across, TOP - 8, spoken.number(most)))
            break
    return drawing(together(parts), width=WIDTH, height=HEIGHT, title=bars.title, prefix="counts")


def _bar(left: float, wide: float, count: int, most: int, shade: str) -> Markup:
    high = max(1.0, count / most * HIGH)
    return element("rect", x=left, y=TOP + HIGH - high, width=wide, height=high, class_=shade)
