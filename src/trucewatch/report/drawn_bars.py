"""How many incidents begin when, as bars over all the time there is, the chosen time marked.

Rules:
- a bar's height is its count's, from nought; the chosen time is marked by a frame, not by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from trucewatch.report.svg import drawing, element, together

WIDTH, HEIGHT = 960.0, 72.0


def bars_svg(counts: Sequence[int], chosen: tuple[float, float], title: str) -> Markup:
    """Return the bars as SVG; `chosen` is from where to where, as shares of the whole."""
    most, wide = max(counts, default=0) or 1, WIDTH / max(len(counts), 1)
    parts = [
        element(
            "rect",
            x=at * wide + 0.5,
            y=HEIGHT - (high := max(1.0 if count else 0.0, count / most * (HEIGHT - 4))),
            width=max(wide - 1, 0.5),
            height=high,
            class_="bar own",
        )
        for at, count in enumerate(counts)
    ]
    left, right = (max(0.0, min(1.0, share)) * WIDTH for share in chosen)
    frame = element(
        "rect",
        x=left + 1,
        y=1,
        width=max(right - left - 2, 2.0),
        height=HEIGHT - 2,
        class_="chosen",
        fill="none",
        id="chosen",
    )
    return drawing(
        together([*parts, frame]), width=int(WIDTH), height=int(HEIGHT), title=title, prefix="bars"
    )
