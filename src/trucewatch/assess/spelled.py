"""A condition as it is written, a table in TOML, to the noun that the program evaluates.

Rules:
- a table is one condition: two in one table are refused, for nothing says whether both or either is meant;
- an empty "all of" or "any of" is refused, and so is a range that nothing lies in and one that everything does;
- what a condition names is declared: zones, lines, parties, a clock, a D-day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from trucewatch.assess.block import Block, nearest
from trucewatch.assess.forms import Leaf
from trucewatch.assess.leaves import LEAVES, WEEKDAYS
from trucewatch.assess.named import Named, clock_of
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
    Side,
    Stated,
    WeaponIs,
)
from trucewatch.model.vocabulary import FIRE, Phenomenon
from trucewatch.model.weapon import WeaponClass

DEEPEST = 40
"""So many keys and places at most lead to a condition."""
_HOUR = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def condition(block: Block, named: Named) -> Condition:
    """Return the condition that the table `block` writes; raises AgreementError."""
    if len(block.path) > DEEPEST:
        raise block.fault("conditions stand too deep inside one another; part the clause")
    leaf = _leaf(block)
    block.fits(leaf.keys)
    if leaf.whole and not all(key.name in block.keys for key in leaf.heads):
        names = [key.name for key in leaf.heads]
        raise block.fault(f"{' and '.join(names)} stand together; write both", next(iter(block.keys)))
    return _READ[leaf.heads[0].name](block, named)


def kinds_of(words: Iterable[str]) -> frozenset[Phenomenon]:
    """Return the kinds named; `fire` stands for all that is fire in the sense of a ceasefire."""
    plain = frozenset(Phenomenon(word) for word in words if word != "fire")
    return plain | FIRE if "fire" in words else plain


def _leaf(block: Block) -> Leaf:
    heads = {key.name: leaf for leaf in LEAVES for key in leaf.heads}
    met = [key for key in block.keys if key in heads]
    also = {key.name for leaf in LEAVES for key in leaf.also}
    for key in block.keys:
        if key not in heads and key not in also:
            raise block.fault(f"unknown condition {key!r}; {nearest(key, [*heads, *also], 'it is')}", key)
    if not met:
        raise block.fault("an empty condition holds of nothing; write one, such as { zone = '...' }")
    leaf = heads[met[0]]
    for other in met:
        if heads[other] is not leaf:
            raise block.fault(
                f"two conditions in one table, {met[0]} and {other}; "
                f"write all = [{{ {met[0]} = ... }}, {{ {other} = ... }}], or any",
                other,
            )
    for key in block.keys:
        if key not in {known.name for known in leaf.keys}:
            raise block.fault(f"{key} does not go with {met[0]}; leave it out", key)
    return leaf


def _many(block: Block, key: str, named: Named) -> tuple[Condition, ...]:
    return tuple(condition(table, named) for table in block.tables(key))


def _range(block: Block, low: str, high: str) -> tuple[float | None, float | None]:
    first, last = block.number(low), block.number(high)
    if first is not None and last is not None and first >= last:
        raise block.fault(f"nothing lies from {first:g} up to {last:g}; mend {low} or {high}", low)
    return first, last


def _calibre(block: Block, _: Named) -> Condition:
    first, last = _range(block, "calibre_from_mm", "calibre_below_mm")
    return Calibre(from_mm=first, below_mm=last)


def _altitude(block: Block, _: Named) -> Condition:
    first, last = _range(block, "altitude_from_m", "altitude_below_m")
    return Altitude(from_m=first, below_m=last)


def _count(block: Block, _: Named) -> Condition:
    within, around = block.number("within_h"), block.number("around_m")
    if around is not None and within is None:
        raise block.fault("around_m counts what went off near it, and in no time; write within_h", "around_m")
    return CountAtLeast(at_least=block.whole("count_at_least") or 1, within_h=within, around_m=around)


def _repeated(block: Block, _: Named) -> Condition:
    return Repeated(
        at_least=block.whole("repeated_at_least") or 1,
        within_h=block.number("within_h") or 0.0,
        around_m=block.number("around_m"),
    )


def _from_line(block: Block, named: Named) -> Condition:
    side = Side(block.needed("side"))
    first, last = _range(block, "from_m", "nearer_than_m")
    if side is Side.OWN:
        line = named.own_lines(block, "line")
    else:
        line = named.line(block, "line", shared=True)
        named.party(block, "side")
    if side is Side.EITHER and first is None and last is None:
        raise block.fault("every place is on either side; write how far from it, or whose side", "side")
    return FromLine(line=line, side=side, from_m=first, nearer_than_m=last)


def _heading(block: Block, _: Named) -> Condition:
    first, last = block.number("heading_from_deg"), block.number("heading_to_deg")
    if first is None or last is None or first == last:
        raise block.fault("a direction goes from one heading to another; mend one", "heading_to_deg")
    return Heading(from_deg=first, to_deg=last)


def _crosses(block: Block, named: Named) -> Condition:
    line = named.line(block, "crosses")
    named.party(block, "towards")
    return Crosses(line=line, towards=Side(block.needed("towards")))


def _party(block: Block, named: Named) -> Condition:
    named.party(block, "party")
    return PartyIs(party=block.needed("party"))


def _hours(block: Block, named: Named) -> Condition:
    words = block.texts("hours")
    met = [_HOUR.fullmatch(word) for word in words]
    minutes = [int(hour[1]) * 60 + int(hour[2]) for hour in met if hour]
    if len(words) != 2 or len(minutes) != 2 or minutes[0] == minutes[1]:
        raise block.fault(
            f"hours are {list(words)}; write two different times of day, as in ['22:00', '06:00']", "hours"
        )
    clock = clock_of(block, "clock") or named.clock
    if clock is None:
        raise block.fault("hours are by a clock; write clock = 'Europe/Kyiv'", "hours")
    days = tuple(sorted(WEEKDAYS.index(day) for day in block.texts("weekdays")))
    return Hours(from_minute=minutes[0], until_minute=minutes[1], clock=clock.key, weekdays=days)


def _days(block: Block, named: Named) -> Condition:
    first, last = block.whole("from_day"), block.whole("to_day")
    named.counts(block, "from_day" if first is not None else "to_day")
    if first is not None and last is not None and first > last:
        raise block.fault(f"from_day {first} comes after to_day {last}; mend one", "from_day")
    return Days(from_day=first, to_day=last)


def _before(key: str, stated: Stated) -> Callable[[Block, Named], Condition]:
    def read(block: Block, _: Named) -> Condition:
        return Before(stated=stated, at_least_h=block.number(key) or 0.0)

    return read


def _states(key: str, made: Condition) -> Callable[[Block, Named], Condition]:
    def read(block: Block, _: Named) -> Condition:
        if not block.flag(key):
            raise block.fault(f"{key} = false; write not = {{ {key} = true }}", key)
        return made

    return read


def _reply(block: Block, _: Named) -> Condition:
    return ReplyTo(
        kinds=kinds_of(block.texts("reply_to")),
        within_h=block.number("within_h") or 0.0,
        around_m=block.number("around_m"),
    )


_READ: Mapping[str, Callable[[Block, Named], Condition]] = MappingProxyType(
    {
        "all": lambda block, named: AllOf(of=_many(block, "all", named)),
        "any": lambda block, named: AnyOf(of=_many(block, "any", named)),
        "not": lambda block, named: NotSo(of=condition(block.table("not"), named)),
        "kind": lambda block, _: KindIs(kinds=kinds_of(block.texts("kind"))),
        "weapon": lambda block, _: WeaponIs(classes=frozenset(map(WeaponClass, block.texts("weapon")))),
        "calibre_from_mm": _calibre,
        "count_at_least": _count,
        "repeated_at_least": _repeated,
        "zone": lambda block, named: InZone(zone=named.zone(block, "zone")),
        "line": _from_line,
        "heading_from_deg": _heading,
        "fired_into": lambda block, named: FiredInto(zone=named.zone(block, "fired_into")),
        "crosses": _crosses,
        "altitude_from_m": _altitude,
        "party": _party,
        "hours": _hours,
        "from_day": _days,
        "notified_h": _before("notified_h", Stated.NOTIFIED),
        "warned_h": _before("warned_h", Stated.WARNED),
        "reply_to": _reply,
        "ordered": _states("ordered", RecordStates(stated=Stated.ORDERED)),
        "mechanism_failed": _states("mechanism_failed", RecordStates(stated=Stated.MECHANISM_FAILED)),
        "against_monitors": _states("against_monitors", AgainstMonitors()),
    }
)
