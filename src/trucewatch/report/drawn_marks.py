"""Stated and observed probability beside one another, tenth by tenth.

Rules:
- on the line stated and observed agree; a mark's area is how many incidents it stands for;
- a tenth with nothing in it has no mark.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from trucewatch.model.marks import Tenth
from trucewatch.report.svg import drawing, element, text, together
from trucewatch.report.words import Words

WIDTH, HEIGHT = 480, 460
LEFT, TOP, SIDE = 70.0, 24.0, 380.0
LARGEST = 16.0


def reliability_svg(tenths: Sequence[Tenth], words: Words) -> Markup:
    """Return the diagram as SVG."""
    most = max((tenth.incidents for tenth in tenths), default=0)
    parts = [
        element("rect", x=LEFT, y=TOP, width=SIDE, height=SIDE, class_="axis", fill="none"),
        element("line", x1=LEFT, y1=TOP + SIDE, x2=LEFT + SIDE, y2=TOP, class_="median"),
    ]
    for at in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(text(LEFT + SIDE * at, TOP + SIDE + 18, words.number(at), "t"))
        parts.append(text(LEFT - 8, TOP + SIDE * (1 - at) + 4, words.number(at), "t", "end"))
    parts += [_spot(tenth, most) for tenth in tenths if tenth.incidents]
    parts.append(text(LEFT + SIDE / 2, TOP + SIDE + 42, words.gettext("stated probability"), "t"))
    up = element(
        "text",
        words.gettext("share that was real"),
        class_="t",
        text_anchor="middle",
        transform=f"translate(20 {TOP + SIDE / 2:.0f}) rotate(-90)",
    )
    title = words.gettext("Stated probability beside the share that was real")
    return drawing(together([*parts, up]), width=WIDTH, height=HEIGHT, title=title, prefix="reliability")


def _spot(tenth: Tenth, most: int) -> Markup:
    across, up = tenth.stated or 0.0, tenth.real or 0.0
    radius = max(3.0, LARGEST * math.sqrt(tenth.incidents / most))
    return element(
        "circle",
        cx=LEFT + SIDE * across,
        cy=TOP + SIDE * (1 - up),
        r=radius,
        class_="place fire",
    )
