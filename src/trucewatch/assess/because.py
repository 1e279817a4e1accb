"""What a condition rests on for one incident, in words: a step for every condition, those inside it after it.

Rules:
- the condition is named as the agreement writes it;
- the sentence has the incident's own facts, and the bounds of the probability that was computed with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trucewatch.assess.asked import Asked
from trucewatch.assess.columns import Ints
from trucewatch.assess.evaluate import Counted, evaluate
from trucewatch.assess.held import Held, reasons
from trucewatch.assess.said import said
from trucewatch.model.agreement import Step
from trucewatch.model.condition import (
    AgainstMonitors,
    AllOf,
    Altitude,
    AnyOf,
    Before,
    Calibre,
    Condition,
    CountAtLeast,
    Crosses,
    Days,
    FiredInto,
    FromLine,
    Heading,
    Hours,
    InZone,
    KindIs,
    NotSo,
    PartyIs,
    RecordStates,
    Repeated,
    ReplyTo,
    WeaponIs,
)

Row = Mapping[str, object]


def steps_of(condition: Condition, asked: Asked, at: Ints, counts: Counted) -> Iterator[Step]:
    """Yield a step for `condition` and for each inside it, of the one incident `at`."""
    held = evaluate(condition, asked, at, counts)
    row = asked.columns.frame.row(int(at[0]), named=True)
    match condition:
        case AllOf(of=parts):
            yield _step("all of these", held, f"the least of {len(parts)}")
            inner = parts
        case AnyOf(of=parts):
            yield _step("any of these", held, f"the greatest of {len(parts)}")
            inner = parts
        case NotSo(of=part):
            yield _step("not this", held, "the opposite")
            inner = (part,)
        case _:
            yield _step(said(condition), held, _facts(condition, row, asked))
            inner = ()
    for part in inner:
        yield from steps_of(part, asked, at, counts)


def because(low: object, high: object = None) -> str:
    """Return a probability, or its bounds, as printed."""
    if not isinstance(low, float):
        return "not known"
    if not isinstance(high, float) or round(low, 2) == round(high, 2):
        return f"{low:.2f}"
    return "not known" if high - low >= 1 else f"{low:.2f} to {high:.2f}"


def _step(name: str, held: Held, facts: str) -> Step:
    bounds = because(float(held.low[0]), float(held.high[0]))
    open_because = ", ".join(reasons(int(held.why[0])))
    rest = f" ({open_because})" if open_because else ""
    return Step(
        condition=name, value=int(held.truth[0]), because=f"{facts}; the probability is {bounds}{rest}"
    )


def _facts(leaf: Condition, row: Row, asked: Asked) -> str:
    match leaf:
        case KindIs() | AgainstMonitors():
            return f"it is likeliest {row['phenomenon']} ({because(row['p_phenomenon'])})"
        case WeaponIs():
            return f"its weapon is {row['weapon'] or 'not known'}"
        case Calibre():
            return f"its calibre is {_range(row, 'calibre_min_mm', 'calibre_max_mm', 'mm')}"
        case Altitude():
            return f"its height above ground is {_range(row, 'altitude_min_m', 'altitude_max_m', 'm')}"
        case Heading():
            return f"it heads {_heading(row)}"
        case InZone() | FromLine():
            return f"it lies at {_place(row)}"
        case FiredInto() | Crosses():
            flight = f"trajectory {row['trajectory'] or 'not known'}, heading {_heading(row)}"
            return f"it was seen at {_place(row)}, {flight}"
        case _:
            return _told(leaf, row, asked)


def _told(leaf: Condition, row: Row, asked: Asked) -> str:
    match leaf:
        case CountAtLeast(within_h=None):
            return f"{_range(row, 'count_min', 'count_max', '')} went off in it".replace(" ,", ",")
        case CountAtLeast() | Repeated():
            return f"counted among the incidents up to it, {leaf.within_h:g} hours before its end"
        case ReplyTo():
            return f"incidents of these kinds were looked for in the {leaf.within_h:g} hours before it"
        case PartyIs():
            return "by the odds of attribution"
        case Hours() | Days():
            return f"it happened from {row['from_utc']} up to {row['to_utc']}"
        case Before(stated=stated) | RecordStates(stated=stated):
            records = [one.record for one in asked.notices if one.stated is stated]
            return f"records that state or deny it: {', '.join(records) or 'none'}"
        case _:
            raise TypeError(f"{type(leaf).__name__} is no condition that is asked")


def _range(row: Row, least: str, most: str, unit: str) -> str:
    first, last = row[least], row[most]
    if not isinstance(first, int | float):
        return "not known"
    words = (
        f"{first:g}"
        if first == last
        else f"{first:g} to {last:g}"
        if isinstance(last, int | float)
        else f"{first:g} or more"
    )
    return f"{words} {unit}".strip()


def _heading(row: Row) -> str:
    middle, half = row["heading_deg"], row["heading_halfwidth_deg"]
    if not isinstance(middle, float):
        return "not known"
    return f"{middle:.0f}° ± {half if isinstance(half, float) else 0.0:.0f}°"


def _place(row: Row) -> str:
    lon, lat, error = row["lon"], row["lat"], row["major90_m"]
    if not isinstance(lon, float) or not isinstance(lat, float):
        return f"a place known as {row['area_id']} only" if row["area_id"] else "a place not known"
    return (
        f"{lon:.3f}, {lat:.3f} within {error:,.0f} m"
        if isinstance(error, float)
        else f"{lon:.3f}, {lat:.3f}, error not known"
    )
