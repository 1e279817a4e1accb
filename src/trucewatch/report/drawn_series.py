"""Bars over time: a total for each stretch that a report speaks of, and nothing where none does.

Rules:
- a bar is as wide as the time it covers and as high as the figure stated for all of it;
- a figure for several days, and the rest of a cumulative, are hatched and labelled: no day gets a share;
- a zero is a mark on the line with its 0; a gap is an empty dotted stretch: the two never look alike.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from markupsafe import Markup

from trucewatch.model.instants import Clock
from trucewatch.report.alerts import Beside
from trucewatch.report.svg import drawing, element, lines, text, together
from trucewatch.report.totals import Block, BlockKind, Series
from trucewatch.report.words import Words

WIDTH, HEIGHT = 960, 300
LEFT, RIGHT, TOP, BASE = 30.0, 930.0, 56.0, 250.0


def series_svg(series: Series, clock: Clock, words: Words, *, prefix: str) -> Markup:
    """Return one name's figures as SVG."""
    start, end = series.window.start, series.window.end
    highest = max((_height(b) for b in series.blocks), default=1) or 1

    def x(moment: datetime) -> float:
        share = (min(max(moment, start), end) - start) / (end - start)
        return LEFT + share * (RIGHT - LEFT)

    parts, labels = [], []
    for block in sorted(series.blocks, key=lambda b: (b.kind is not BlockKind.GAP, -b.days, b.start)):
        wide = x(block.end) - x(block.start)
        if block.kind is BlockKind.GAP:
            parts.append(_gap(x(block.start), wide, words))
        else:
            high = max((BASE - TOP) * _height(block) / highest, 2.5 if _height(block) else 0)
            parts.append(_bar(block, x(block.start), wide, high, prefix))
            kind = "t label strong" if high else "t label"
            labels.append(lines(x(block.start) + wide / 2, BASE - high - 6, _label(block, words), kind))
    parts.append(element("line", x1=LEFT, x2=RIGHT, y1=BASE, y2=BASE, class_="axis"))
    parts += labels
    parts += _days(series, clock, words)
    return drawing(together(parts), width=WIDTH, height=HEIGHT, title=series.name, prefix=prefix)


def _height(block: Block) -> int:
    if block.span is None:
        return 0
    return block.span.least if block.span.least is not None else block.span.most or 0


def _gap(x: float, wide: float, words: Words) -> Markup:
    band = element("rect", x=x + 1, y=BASE - 40, width=max(wide - 2, 1), height=40, class_="gap")
    label = [words.gettext("no report"), words.gettext("at hand")] if wide > 62 else ["–"]
    return band + lines(x + wide / 2, BASE - 9, label, "t faint")


def _bar(block: Block, x: float, wide: float, high: float, prefix: str) -> Markup:
    if not high:
        return element("line", x1=x + wide / 2, x2=x + wide / 2, y1=BASE - 4, y2=BASE, class_="axis")
    several = block.several_days or block.kind is BlockKind.REMAINDER
    named = {BlockKind.STATED: "own", BlockKind.PREVIOUS: "later"}.get(block.kind, "derived")
    shape = f"M{x + 2.5:.1f},{BASE:.1f}v{-high:.1f}h{max(wide - 5, 2):.1f}v{high:.1f}Z"
    bar = element("path", d=shape, class_=f"bar {'several' if several else named}")
    if several or block.kind is BlockKind.DERIVED:
        bar += element("path", d=shape, fill=f"url(#{prefix}-hatch)")
    return bar


def _label(block: Block, words: Words) -> list[str]:
    """Return a block's figure, with a star where a region is not stated, and what a reader must know of it."""
    figure = words.span(block.span) if block.span else ""
    if block.several_days or block.kind is BlockKind.REMAINDER:
        days = round(block.days)
        sentence = words.ngettext("%(n)s in %(days)s day", "%(n)s in %(days)s days", days)
        whole = sentence % {"n": figure, "days": words.number(days)}
        return [whole, words.gettext("daily split"), words.gettext("unknown")]
    star = f"{figure} *" if block.missing_regions else figure
    if block.part_day:
        return [star, words.gettext("in %(hours)s") % {"hours": words.hours(block.days * 24)}]
    return [star]


def _days(series: Series, clock: Clock, words: Words) -> list[Markup]:
    first, last = clock.day_of(series.window.start), clock.day_of(series.window.end - timedelta(seconds=1))
    number = (last - first).days + 1
    step = 1 if number <= 16 else 2 if number <= 32 else max(1, round(number / 14))
    found = []
    for at in range(0, number, step):
        day = clock.day(first + timedelta(days=at))
        start, end = max(day.start, series.window.start), min(day.end, series.window.end)
        share = ((start + (end - start) / 2) - series.window.start) / (
            series.window.end - series.window.start
        )
        found.append(
            text(LEFT + share * (RIGHT - LEFT), BASE + 20, words.short_day(first + timedelta(days=at)), "t")
        )
    return found


def beside_svg(beside: Beside, words: Words, *, prefix: str) -> Markup:
    """Return the alerts of a day beside those of the days before, with their median, as SVG."""
    highest = max((n for _, n in beside.by_day), default=1) or 1
    wide = (RIGHT - LEFT) / len(beside.by_day)
    parts = []
    for at, (day, number) in enumerate(beside.by_day):
        x, high = LEFT + at * wide, max((BASE - TOP) * number / highest, 1.5)
        last = at == len(beside.by_day) - 1
        kind = "bar own" if last else "bar later"
        parts.append(element("rect", x=x + 2, y=BASE - high, width=wide - 4, height=high, class_=kind))
        if last or number == highest:
            parts.append(text(x + wide / 2, BASE - high - 6, words.number(number), "t strong"))
        if at % 7 == len(beside.by_day) % 7 - 1 or last:
            anchor = "end" if last else "middle"
            parts.append(
                text(
                    min(x + wide / 2, RIGHT) + (12 if last else 0),
                    BASE + 20,
                    words.short_day(day),
                    "t",
                    anchor,
                )
            )
    if beside.median_before is not None:
        y = BASE - (BASE - TOP) * beside.median_before / highest
        parts.append(element("line", x1=LEFT, x2=RIGHT - wide, y1=y, y2=y, class_="median"))
        label = words.gettext("median %(n)s") % {"n": words.number(beside.median_before)}
        parts.append(text(LEFT + 4, y - 5, label, "t plated", "start"))
    parts.append(element("line", x1=LEFT, x2=RIGHT, y1=BASE, y2=BASE, class_="axis"))
    title = words.gettext("Alerts of the day beside the days before")
    return drawing(together(parts), width=WIDTH, height=HEIGHT, title=title, prefix=prefix)
