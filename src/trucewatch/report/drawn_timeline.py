"""Lanes over time: a mark for each statement, a dashed bar for each promise still open, a line for each fact.

Rules:
- time runs evenly: a gap between two days is as wide as it was long;
- marks of one lane and day stand side by side, in rows, and none hides another;
- shape says what colour says: filled is an actor's own word, hollow a claim about it, a cross a refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from markupsafe import Markup

from trucewatch.report.components import Voice
from trucewatch.report.svg import drawing, element, lines, text, together
from trucewatch.report.words import Words

WIDTH = 1080
LEFT, RIGHT = 220.0, 1010.0
HEAD, STEP, ACROSS = 58.0, 15.0, 5  # px above the lanes, between marks, marks in a row
BARE = 10.0  # px above the lanes when no line needs a label


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One statement; no voice is a view, a demand, an open item or a paper."""

    on: date
    voice: Voice | None
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """A promise of time that no record closed."""

    since: date
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One actor."""

    name: str
    marks: tuple[Mark, ...]
    opened: tuple[Open, ...]

    @property
    def height(self) -> float:
        """Room for the fullest day, and for each open promise."""
        fullest = max(len(list(same)) for _, same in groupby(self.marks, key=lambda m: m.on))
        return 18 + STEP * -(-fullest // ACROSS) + 16 * len(self.opened)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a record states or a body decided, across all lanes."""

    on: date
    labels: tuple[str, ...]
    decided: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """Where a day stands."""

    first: date
    last: date

    def x(self, day: date) -> float:
        """Return the day's place from left to right."""
        share = (day - self.first) / max(self.last - self.first, timedelta(days=1))
        return LEFT + min(max(share, 0), 1) * (RIGHT - LEFT)


def timeline_svg(
    lanes: Sequence[Lane], across: Sequence[Line], *, first: date, last: date, words: Words
) -> Markup:
    """Return the lanes as SVG; `last` is the moment of the page."""
    axis = _Axis(first=first, last=max(last, first + timedelta(days=1)))
    top = HEAD if across else BARE
    height = top + sum(lane.height for lane in lanes)
    parts = [_line(line, axis, height) for line in across]
    for lane in lanes:
        parts.append(_lane(lane, axis, top))
        top += lane.height
    parts += _days(lanes, axis, height, words)
    title = words.gettext("What was said, recorded and decided, over time")
    return drawing(together(parts), width=WIDTH, height=round(height + 40), title=title, prefix="time")


def _lane(lane: Lane, axis: _Axis, top: float) -> Markup:
    base = top + lane.height
    parts = [
        element("line", x1=0.0, x2=float(WIDTH), y1=base, y2=base, class_="lane"),
        text(LEFT - 24, top + 20, lane.name, "t strong", "end"),
    ]
    for day, same in groupby(lane.marks, key=lambda mark: mark.on):
        for place, mark in enumerate(same):
            x = axis.x(day) + STEP * (place % ACROSS) - (STEP * (ACROSS - 1) if _late(day, axis) else 0)
            parts.append(_mark(mark, x, top + 16 + STEP * (place // ACROSS)))
    for place, held in enumerate(lane.opened):
        y = base - 9 - 16 * (len(lane.opened) - 1 - place)
        left, right = axis.x(held.since), axis.x(axis.last)
        parts.append(element("line", x1=left, x2=right, y1=y, y2=y, class_="open"))
        parts.append(text((left + right) / 2, y + 4, held.label, "t label"))
    return together(parts)


def _late(day: date, axis: _Axis) -> bool:
    """Say whether the day's marks must stand to the left of it, to stay in the drawing."""
    return axis.x(day) > RIGHT - STEP * ACROSS


def _mark(mark: Mark, x: float, y: float) -> Markup:
    title = element("title", mark.title)
    if mark.voice is Voice.REFUSED:
        path = f"M{x - 4.5} {y - 4.5}L{x + 4.5} {y + 4.5}M{x + 4.5} {y - 4.5}L{x - 4.5} {y + 4.5}"
        return element("path", title, d=path, class_="mark-refused")
    if mark.voice is Voice.PUT_OFF:
        return element("rect", title, x=x - 4.5, y=y - 4.5, width=9.0, height=9.0, class_="mark-put-off")
    kind = {Voice.OWN: "mark-own", Voice.CLAIMED: "mark-claimed"}.get(
        mark.voice or Voice.PUT_OFF, "mark-view"
    )
    return element("circle", title, cx=x, cy=y, r=5.0 if mark.voice else 3.0, class_=kind)


def _line(line: Line, axis: _Axis, height: float) -> Markup:
    x = axis.x(line.on)
    anchor = "end" if x > (LEFT + RIGHT) / 2 else "start"
    kind = "decided" if line.decided else "recorded"
    return element("line", x1=x, x2=x, y1=HEAD - 8, y2=height, class_=kind) + lines(
        x, HEAD - 14, line.labels[:3], "t label strong", anchor
    )


def _days(lanes: Sequence[Lane], axis: _Axis, height: float, words: Words) -> list[Markup]:
    """Return the days that bear a mark as labels below, as many as there is room for."""
    parts, right = [], -1000.0
    for day in sorted({mark.on for lane in lanes for mark in lane.marks} | {axis.last}):
        x = axis.x(day)
        if x - right < 80:
            continue
        parts.append(text(x, height + 22, words.short_day(day) + f" {day.year}", "t faint"))
        right = x
    return parts
