"""A condition as it is written in a clause's block: the inverse of `spelled`.

Rules:
- what is said, read again, is the same condition;
- lists are sorted, so that the same condition is always said in the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trucewatch.assess.leaves import WEEKDAYS
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

_Value = str | float | bool | list[str] | None


def said(condition: Condition) -> str:
    """Return `condition` as a TOML inline table."""
    match condition:
        case AllOf(of=parts):
            return f"{{ all = [{', '.join(map(said, parts))}] }}"
        case AnyOf(of=parts):
            return f"{{ any = [{', '.join(map(said, parts))}] }}"
        case NotSo(of=inner):
            return f"{{ not = {said(inner)} }}"
        case _:
            pairs = [
                f"{key} = {_value(value)}" for key, value in _keys(condition).items() if value is not None
            ]
            return f"{{ {', '.join(pairs)} }}"


def _keys(leaf: Condition) -> Mapping[str, _Value]:
    match leaf:
        case KindIs(kinds=kinds):
            return {"kind": _sorted(kinds)}
        case WeaponIs(classes=classes):
            return {"weapon": _sorted(classes)}
        case Calibre(from_mm=first, below_mm=last):
            return {"calibre_from_mm": first, "calibre_below_mm": last}
        case CountAtLeast(at_least=least, within_h=within, around_m=around):
            return {"count_at_least": least, "within_h": within, "around_m": around}
        case Repeated(at_least=least, within_h=within, around_m=around):
            return {"repeated_at_least": least, "within_h": within, "around_m": around}
        case InZone(zone=zone):
            return {"zone": zone}
        case FromLine(line=line, side=side, from_m=first, nearer_than_m=last):
            return {"line": line, "side": side.value, "from_m": first, "nearer_than_m": last}
        case Heading(from_deg=first, to_deg=last):
            return {"heading_from_deg": first, "heading_to_deg": last}
        case FiredInto(zone=zone):
            return {"fired_into": zone}
        case Crosses(line=line, towards=side):
            return {"crosses": line, "towards": side.value}
        case _:
            return _more(leaf)


def _more(leaf: Condition) -> Mapping[str, _Value]:
    match leaf:
        case Altitude(from_m=first, below_m=last):
            return {"altitude_from_m": first, "altitude_below_m": last}
        case PartyIs(party=party):
            return {"party": party}
        case Hours():
            hours = [f"{m // 60:02d}:{m % 60:02d}" for m in (leaf.from_minute, leaf.until_minute)]
            days = [WEEKDAYS[day] for day in leaf.weekdays]
            return {"hours": hours, "clock": leaf.clock, "weekdays": days or None}
        case Days(from_day=first, to_day=last):
            return {"from_day": first, "to_day": last}
        case Before(stated=stated, at_least_h=hours):
            return {f"{stated.value}_h": hours}
        case ReplyTo(kinds=kinds, within_h=within, around_m=around):
            return {"reply_to": _sorted(kinds), "within_h": within, "around_m": around}
        case RecordStates(stated=stated):
            return {stated.value: True}
        case AgainstMonitors():
            return {"against_monitors": True}
        case _:
            raise TypeError(f"{type(leaf).__name__} is no condition that is written")


def _sorted(words: Iterable[str]) -> list[str]:
    return sorted(str(word) for word in words)


def _value(value: _Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return str(int(value)) if value == int(value) else repr(float(value))
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return f'"{value}"'
