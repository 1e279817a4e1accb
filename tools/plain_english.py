"""Plain English for what stands in an agreement: conditions, kinds, times and places.

Rules:
- a condition is said as it is evaluated, and nothing is left out of it;
- distances are printed in kilometres from one kilometre on, times by the agreement's clock.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from trucewatch.model import condition as said
from trucewatch.model.areas import NAMES
from trucewatch.model.condition import Condition, Side, Stated
from trucewatch.model.vocabulary import FIRE, Phenomenon

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
KINDS = {
    Phenomenon.SHOT: "shots",
    Phenomenon.BURST: "bursts",
    Phenomenon.EXPLOSION: "explosions",
    Phenomenon.UAV: "drones",
    Phenomenon.AIRCRAFT: "aircraft",
    Phenomenon.VEHICLE: "vehicles",
    Phenomenon.WEAPON: "weapons",
    Phenomenon.TROOPS: "troops",
    Phenomenon.POSITION_CHANGE: "changes of position",
    Phenomenon.FORTIFICATION: "fortifications",
    Phenomenon.MOVEMENT_DENIED: "monitors kept from moving",
    Phenomenon.INTERFERENCE: "interference with monitors' means",
    Phenomenon.THERMAL: "heat spots",
    Phenomenon.STATEMENT: "statements",
}
ONE_OF = {
    Phenomenon.SHOT: "a shot",
    Phenomenon.BURST: "a burst",
    Phenomenon.EXPLOSION: "an explosion",
    Phenomenon.UAV: "a drone",
    Phenomenon.AIRCRAFT: "an aircraft",
    Phenomenon.VEHICLE: "a vehicle",
    Phenomenon.WEAPON: "a weapon",
    Phenomenon.TROOPS: "soldiers",
    Phenomenon.POSITION_CHANGE: "a position that moved",
    Phenomenon.FORTIFICATION: "a fortification",
    Phenomenon.MOVEMENT_DENIED: "monitors turned back",
    Phenomenon.INTERFERENCE: "interference with what monitors see by",
    Phenomenon.THERMAL: "a heat spot",
    Phenomenon.STATEMENT: "a statement",
}
WEAPONS = {
    "small_arms": "small arms",
    "machine_gun": "machine guns",
    "grenade_launcher": "grenade launchers",
    "anti_tank": "anti-tank weapons",
    "anti_aircraft": "anti-aircraft weapons",
    "mortar": "mortars",
    "tank": "tanks",
    "armoured_vehicle": "armoured vehicles",
    "artillery": "guns and howitzers",
    "mlrs": "multiple rocket launchers",
    "heavy_mlrs": "long-range rocket launchers",
    "tactical_missile": "tactical missiles",
    "mine": "mines",
    "uav": "drones",
    "aircraft": "aircraft",
    "ship": "ships",
}


def listed(words: Collection[str], last: str = "and") -> str:
    """Return words as a list in a sentence."""
    whole = list(words)
    return whole[0] if len(whole) == 1 else f"{', '.join(whole[:-1])} {last} {whole[-1]}"


def kinds(found: Collection[Phenomenon], last: str = "and") -> str:
    """Return kinds as words; those that are fire together are one."""
    rest = [kind for kind in Phenomenon if kind in found]
    if set(found) >= FIRE:
        rest = [kind for kind in rest if kind not in FIRE]
        return listed(["fire of any kind", *(KINDS.get(kind, kind.value) for kind in rest)], last)
    return listed([KINDS.get(kind, kind.value.replace("_", " ")) for kind in rest], last)


def metres(length_m: float) -> str:
    """Return a length in words."""
    return f"{length_m / 1000:g} km" if length_m >= 1000 else f"{length_m:g} m"


def hours(span_h: float) -> str:
    """Return a span in words."""
    if span_h < 1:
        return f"{span_h * 60:g} minutes"
    if span_h >= 48 and span_h % 24 == 0:
        return f"{span_h / 24:g} days"
    return "one hour" if span_h == 1 else f"{span_h:g} hours"


def moment(at: datetime, clock: str | None) -> str:
    """Return a time by `clock`, or UTC."""
    there = at.astimezone(ZoneInfo(clock or "UTC"))
    offset = there.utcoffset() or timedelta()
    shown = (
        "UTC" if not offset else f"{there:%z}"[:3] + ("" if offset.seconds % 3600 == 0 else f"{there:%z}"[3:])
    )
    return f"{there.day} {there:%B %Y, %H:%M} {shown}"


def area(name: str) -> str:
    """Return an area's name as it is known, or the zone's own."""
    if name not in NAMES:
        return f"`{name}`"
    known = NAMES[name][0]
    return f"{known} ({name})" if known.endswith(("region", "City")) else f"{known} region ({name})"


def span(low: float | None, high: float | None, unit: str) -> str:
    """Return a range: from, up to but not including."""
    if low is None:
        return f"below {high:g} {unit}"
    return f"{low:g} {unit} or more" if high is None else f"from {low:g} up to {high:g} {unit}"


def condition(found: Condition, *, nested: bool = False) -> str:
    """Return what a condition asks, as a clause of a sentence."""
    match found:
        case said.AllOf(of=parts):
            return " and ".join(condition(part, nested=True) for part in parts)
        case said.AnyOf(of=parts):
            words = ", or ".join(condition(part, nested=True) for part in parts)
            return f"(either {words})" if nested else f"either {words}"
        case said.NotSo(of=part):
            return f"it is not so that {condition(part, nested=True)}"
    return LEAVES[type(found)](found)


def _line(found: said.FromLine) -> str:
    sides = {
        Side.OWN: "on a party's own side of its own line",
        Side.EITHER: "on either side",
        Side.A: "on A's side",
        Side.B: "on B's side",
    }
    far = []
    if found.from_m is not None:
        far.append(f"{metres(found.from_m)} or more")
    if found.nearer_than_m is not None:
        far.append(f"less than {metres(found.nearer_than_m)}")
    from_it = f"{listed(far)} from it" if far else "however far"
    return f"it lies {sides[found.side]} (`{found.line}`), {from_it}"


def _count(found: said.CountAtLeast) -> str:
    if found.within_h is None:
        return f"at least {found.at_least} are counted in it"
    near = f" and {metres(found.around_m)}" if found.around_m else ""
    return f"at least {found.at_least} are counted within {hours(found.within_h)}{near} up to it"


def _repeated(found: said.Repeated) -> str:
    near = f" and {metres(found.around_m)}" if found.around_m else ""
    return f"there were at least {found.at_least} such incidents within {hours(found.within_h)}{near}, itself included"


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _hours(found: said.Hours) -> str:
    days = f" on {listed([DAYS[day] for day in found.weekdays], 'or')}" if found.weekdays else ""
    return f"it is between {_clock(found.from_minute)} and {_clock(found.until_minute)} ({found.clock}){days}"


def _days(found: said.Days) -> str:
    first = "" if found.from_day is None else f" from D{found.from_day:+d}"
    return f"it is{first}" + ("" if found.to_day is None else f" up to the end of D{found.to_day:+d}")


def _before(found: said.Before) -> str:
    word = "was notified" if found.stated is Stated.NOTIFIED else "was warned of"
    return f"a record states that it {word} {hours(found.at_least_h)} or more before it began"


def _reply(found: said.ReplyTo) -> str:
    near = f" and within {metres(found.around_m)} of it" if found.around_m else ""
    return f"in the {hours(found.within_h)} before it{near} there were {kinds(found.kinds, 'or')}"


def _states(found: said.RecordStates) -> str:
    words = {
        Stated.ORDERED: "the leadership ordered it",
        Stated.MECHANISM_FAILED: "the coordination mechanism was tried first and failed",
    }
    return f"a record states that {words.get(found.stated, found.stated.value)}"


def _towards(found: said.Crosses) -> str:
    way = "either way" if found.towards is Side.EITHER else f"towards {found.towards.value}'s side"
    return f"it goes over the line `{found.line}` {way}"


LEAVES: Mapping[type, Callable[..., str]] = {
    said.KindIs: lambda c: f"it is of the kind {kinds(c.kinds, 'or')}",
    said.WeaponIs: lambda c: f"its weapon is among {listed([WEAPONS[w] for w in WEAPONS if w in c.classes])}",
    said.Calibre: lambda c: f"its calibre is {span(c.from_mm, c.below_mm, 'mm')}",
    said.CountAtLeast: _count,
    said.Repeated: _repeated,
    said.InZone: lambda c: f"it lies in {area(c.zone)}",
    said.FromLine: _line,
    said.Heading: lambda c: f"it flies or moves between {c.from_deg:g}° and {c.to_deg:g}°",
    said.FiredInto: lambda c: f"it fell in {area(c.zone)} or flew into it",
    said.Crosses: _towards,
    said.Altitude: lambda c: f"its height above ground is {span(c.from_m, c.below_m, 'm')}",
    said.PartyIs: lambda c: f"it is {c.party}'s by the odds of attribution",
    said.Hours: _hours,
    said.Days: _days,
    said.Before: _before,
    said.ReplyTo: _reply,
    said.RecordStates: _states,
    said.AgainstMonitors: lambda _: "it keeps monitors from moving or interferes with what they see by",
}
