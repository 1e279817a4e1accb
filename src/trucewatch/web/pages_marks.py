"""The page of marks: a simulated truce whose truth is known, and how the program did on it.

Rules:
- every figure on it is simulated, and says so with its preset and seed; none is this mission's error rate;
- only the smallest preset is made for a page: larger ones are for the command.
"""

from __future__ import annotations

from trucewatch.errors import InputError
from trucewatch.model.marks import Marks
from trucewatch.report.drawn import Drawn
from trucewatch.report.marks import marks_drawn, marks_json
from trucewatch.web.asked import Answer, Ask, Page

MOST_SEED = 2**32 - 1


def marks_page(ask: Ask) -> Answer:
    """Return the marks on a simulated truce."""
    given = ask.query.get("seed", "1")
    if not given.isascii() or not given.isdigit() or int(given[:11]) > MOST_SEED:
        raise InputError(f"a seed is a whole number between 0 and {MOST_SEED}")
    marks = ask.holding.marks(int(given))
    return Page(
        title=ask.spoken.gettext("Marks on a simulated truce"),
        drawn=lambda _: _drawn(marks, ask),
        json=lambda: marks_json(marks),
    )


def _drawn(marks: Marks, ask: Ask) -> Drawn:
    drawn = marks_drawn(marks, ask.spoken)
    return Drawn(template="marks_served.html", told={**drawn.told, "seed": marks.seed})
