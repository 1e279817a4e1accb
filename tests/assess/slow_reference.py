"""One clause on one incident, in plain Python: what the vectorised engine is held to.

It shares the nouns and, of the engine, only the ground beside a line (`lines.beside`) and the fixed draws of flights,
which have tests of their own. Incidents are dicts of INCIDENTS.
"""

import itertools
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import shapely

from trucewatch.assess.flights import Sides, draws, flights
from trucewatch.assess.lines import beside
from trucewatch.assess.ranges import reach_m
from trucewatch.model import condition as c
from trucewatch.model.agreement import Act, Effect, OpenBecause
from trucewatch.model.geodesy import ELLIPSE90, METRES_PER_DEGREE
from trucewatch.model.tables import INCIDENTS
from trucewatch.model.vocabulary import FIRE, Means, Phenomenon

NO, UNKNOWN, YES = 0, 1, 2
TICK = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))


@dataclass
class Held:
    truth: int
    low: float
    high: float
    why: set = field(default_factory=set)
    facts: frozenset = frozenset()
    near_threshold: bool = False


@dataclass
class World:
    agreement: object
    areas: object
    shapes: object
    incidents: list
    notices: tuple = ()
    odds: dict = field(default_factory=dict)  # incident id: (p_a, p_b, p_unattributed)


def held(low, high, why, facts, yes=0.95, no=0.05):
    truth = YES if low >= yes else NO if high <= no else UNKNOWN
    near = any(0 < abs(p - edge) < 0.002 for p in (low, high) for edge in (yes, no))
    return Held(truth, low, high, {why} if truth == UNKNOWN else set(), frozenset(facts), near)


def known(p, why, *facts):
    return held(0.0, 1.0, why, facts) if p is None else held(p, p, why, facts)


def all_hold(parts):
    truth = min(part.truth for part in parts)
    groups = []
    for part in parts:
        met = [group for group in groups if any(part.facts & other.facts for other in group)]
        groups = [group for group in groups if group not in met]
        groups.append([other for group in met for other in group] + [part])
    low = high = 1.0
    for group in groups:
        low *= max(0.0, sum(part.low for part in group) - (len(group) - 1))
        high *= min(part.high for part in group)
    why = set().union(*(part.why for part in parts if part.truth == UNKNOWN)) if truth == UNKNOWN else set()
    facts = frozenset().union(*(part.facts for part in parts))
    return Held(truth, low, high, why, facts, any(part.near_threshold for part in parts))


def opposite(part):
    return Held(YES - part.truth, 1 - part.high, 1 - part.low, part.why, part.facts, part.near_threshold)


def last(incident):
    return max(incident["from_utc"], incident["to_utc"] - TICK)


def share(incident, spans):
    """Return the share of the incident's interval in `spans`, which do not meet."""
    start, end = incident["from_utc"], incident["to_utc"]
    if end <= start:
        return float(any(a <= start < b for a, b in spans))
    return sum(max(timedelta(0), min(end, b) - max(start, a)) / (end - start) for a, b in spans)


def span(start, end):
    start, end = start or FOREVER[0], end or FOREVER[1]
    return [(start, end)] if start < end else []


# --- places


def cdf(x):
    return 0.5 * math.erfc(-x / math.sqrt(2))


def probability(incident, shape, steps=1200):
    """Return the probability inside, slice by slice along the major axis of the place's ellipse."""
    lon, lat, major = incident["lon"], incident["lat"], incident["major90_m"]
    if lon is None or major is None:
        return None
    major = max(major / ELLIPSE90, 0.01)
    minor = major if incident["minor90_m"] is None else max(incident["minor90_m"] / ELLIPSE90, 0.01)
    azimuth = math.radians(incident["azimuth_deg"] or 0.0)
    over = METRES_PER_DEGREE * math.cos(math.radians(lat))

    def flat(x, y):
        east, north = (x - lon) * over, (y - lat) * METRES_PER_DEGREE
        return (
            (east * math.sin(azimuth) + north * math.cos(azimuth)) / major,
            (north * math.sin(azimuth) - east * math.cos(azimuth)) / minor,
        )

    edges = []
    for part in shapely.get_parts(shape):
        for ring in (part.exterior, *part.interiors):
            spots = [flat(x, y) for x, y in ring.coords]
            edges += [
                (a, b)
                for a, b in itertools.pairwise(spots)
                if max(a[0], b[0]) > -6.1 and min(a[0], b[0]) < 6.1
            ]
    step, total = 12 / steps, 0.0
    for nth in range(steps):
        x = -6 + (nth + 0.5003) * step
        ys = sorted(
            a[1] + (x - a[0]) / (b[0] - a[0]) * (b[1] - a[1]) for a, b in edges if (a[0] < x) != (b[0] < x)
        )
        inside = sum(cdf(high) - cdf(low) for low, high in zip(ys[::2], ys[1::2], strict=True))
        total += math.exp(-x * x / 2) / math.sqrt(2 * math.pi) * step * inside
    return min(max(total, 0.0), 1.0)


def by_area(name, names, shape, areas):
    if name in names:
        return 1.0
    outline = areas.outline(name)
    if outline is None or shape is None:
        return None
    if outline.intersection(shape).area <= 1e-9:
        return 0.0
    return 1.0 if outline.difference(shape).area <= 1e-9 else None


def outlines(name, world):
    """Return (shape, from, to) of a name; None for what is not known."""
    found = [shape for shape in world.shapes.shapes if shape.name == name]
    if found:
        return [(shape.geometry, shape.from_utc, shape.to_utc) for shape in found]
    return [(world.areas.outline(name), None, None)]


def bands(leaf, world):
    names = {m.name for m in world.agreement.mapped} | {s.name for s in world.shapes.shapes}
    codes = sorted(party.code for party in world.agreement.parties)
    if leaf.side is c.Side.EITHER:
        lines = (
            [(leaf.line, None)] if leaf.line in names else [(f"{leaf.line}-{x.lower()}", None) for x in codes]
        )
    else:
        asked = codes if leaf.side is c.Side.OWN else [leaf.side.value]
        lines = [(leaf.line if leaf.line in names else f"{leaf.line}-{x.lower()}", x) for x in asked]
    result = []
    for name, party in lines:
        here = []
        for shape in (s for s in world.shapes.shapes if s.name == name):
            geometry = None
            if party is None or shape.left in codes:
                left = None if party is None else shape.left == party
                geometry = beside(
                    shape.geometry, left=left, from_m=leaf.from_m, nearer_than_m=leaf.nearer_than_m
                )
            here.append((geometry, shape.from_utc, shape.to_utc))
        result.append(here or [(None, None, None)])
    return result


def on_ground(incident, named, names, world, missing_why):
    """Return that it lies on the union of what `named` outlines there are at each time."""
    changes = sorted({m for some in named for _, a, b in some for m in (a, b) if m is not None})
    edges = [None, *changes, None]
    low = high = certain = 0.0
    missing = nowhere = False
    for start, end in itertools.pairwise(edges):
        part = share(incident, span(start, end))
        if part <= 0:
            continue
        here = []
        for some in named:
            met = [
                geometry
                for geometry, a, b in some
                if (a is None or (start is not None and a <= start))
                and (b is None or (end is not None and end <= b))
            ]
            here.append(met[0] if met else None)
        shapes = [shape for shape in here if shape is not None]
        whole = shapely.union_all(shapes) if shapes else None
        lost = any(shape is None for shape in here)
        if incident["lon"] is None:
            p = by_area(incident["area_id"], names, whole, world.areas) if whole is not None else None
            p = None if incident["area_id"] is None else p
        else:
            p = (
                probability(incident, whole)
                if whole is not None
                else (0.0 if incident["major90_m"] else None)
            )
        missing |= lost
        nowhere |= p is None
        low += part * (p or 0.0)
        high += part * (1.0 if p is None or lost else p)
        certain += part
    if certain < 1 - 1e-12:
        high += 1 - certain
    why = missing_why if missing else "place_unknown" if nowhere else "place_straddles"
    timed = {"time"} if len(edges) > 2 else set()
    return held(min(low, 1.0), min(high, 1.0), why, {"place"} | timed)


def in_zone(incident, names, world, missing_why="line_unknown"):
    return on_ground(incident, [outlines(name, world) for name in names], names, world, missing_why)


# --- what it was


def in_range(least, most, first, below, fact):
    if least is None or most is None:
        return known(None, "condition_unknown", fact)
    first, below = -math.inf if first is None else first, math.inf if below is None else below
    if least >= first and most < below:
        return known(1.0, "condition_unknown", fact)
    if most < first or least >= below:
        return known(0.0, "condition_unknown", fact)
    return known(None, "condition_unknown", fact)


def kind_is(incident, kinds, *, listed=False):
    p = incident["p_phenomenon"]
    meant = listed or incident["phenomenon"] in kinds
    low, high = (0.0, 1.0) if p is None else (p, p) if meant else (0.0, 1 - p)
    truth = UNKNOWN if p is None or p < 0.55 else YES if meant else NO
    return Held(truth, low, high, {"kind_unsure"} if truth == UNKNOWN else set(), frozenset({"kind"}))


def heads(incident, leaf):
    middle, half = incident["heading_deg"], incident["heading_halfwidth_deg"]
    if middle is None:
        return known(None, "condition_unknown", "heading")
    half = max(half or 0.0, 5e-7)
    width = (leaf.to_deg - leaf.from_deg) % 360 or 360.0
    inside, steps = 0, 4000
    for nth in range(steps):
        direction = middle - half + 2 * half * (nth + 0.5) / steps
        inside += (direction - leaf.from_deg) % 360 < width
    p = inside / steps
    p = 0.0 if p < 0.001 else 1.0 if p > 0.999 else p
    return known(p, "condition_unknown", "heading")


def windows(leaf, incident):
    zone = ZoneInfo(leaf.clock)
    day = incident["from_utc"].date() - timedelta(days=3)
    found = []
    while day <= incident["to_utc"].date() + timedelta(days=3):
        if not leaf.weekdays or day.weekday() in leaf.weekdays:
            until = day if leaf.until_minute > leaf.from_minute else day + timedelta(days=1)
            opens, closes = (
                datetime(d.year, d.month, d.day, m // 60, m % 60, tzinfo=zone).astimezone(UTC)
                for d, m in ((day, leaf.from_minute), (until, leaf.until_minute % 1440))
            )
            if leaf.until_minute == 1440:
                after = day + timedelta(days=1)
                closes = datetime(after.year, after.month, after.day, tzinfo=zone).astimezone(UTC)
            found.append((opens, closes))
        day += timedelta(days=1)
    return found


# --- others and records


def sure_of(incident):
    return (incident["p_real"] or 0) >= 0.5 and (incident["p_phenomenon"] or 0) >= 0.55


def apart(one, other):
    """Return at least and at most how far they lie from one another; None when a place is not known."""
    if any(row["lon"] is None or row["major90_m"] is None for row in (one, other)):
        return None
    middle = math.radians((one["lat"] + other["lat"]) / 2)
    east = (one["lon"] - other["lon"]) * METRES_PER_DEGREE * math.cos(middle)
    away = math.hypot(east, (one["lat"] - other["lat"]) * METRES_PER_DEGREE)
    error = one["major90_m"] + other["major90_m"]
    return away - error, away + error


def in_window(one, other, within_h, around_m, *, strictly=False):
    """Return whether `other` surely is, and may be, in the window up to `one`."""
    window = timedelta(hours=within_h)
    before = last(other) < one["from_utc"] if strictly else last(other) <= one["from_utc"]
    sure = before and other["from_utc"] >= last(one) - window
    may = other["from_utc"] <= last(one) and last(other) >= one["from_utc"] - window
    if around_m is not None:
        away = apart(one, other)
        sure = sure and away is not None and away[1] <= around_m
        may = may and (away is None or away[0] <= around_m)
    return sure, may


def size(incident):
    least, most = incident["count_min"], incident["count_max"]
    return (1 if least is None else least), (math.inf if most is None else most)


def total(incident, members, within_h, around_m, sized):
    own = size(incident) if sized else (1, 1)
    low, high = own
    for other, certain in members:
        if other["incident_id"] == incident["incident_id"]:
            continue
        sure, may = in_window(incident, other, within_h, around_m)
        least, most = size(other) if sized else (1, 1)
        low += least if sure and certain else 0
        high += most if may else 0
    return low, high


def speaks_of(notice, incident, world):
    if notice.incident_id is not None:
        named = notice.incident_id == incident["incident_id"]
        return named, named
    start, end = incident["from_utc"], incident["to_utc"]
    sure = start >= notice.from_utc and end <= notice.to_utc
    may = start <= notice.to_utc and end >= notice.from_utc
    if notice.area_id is not None:
        where = in_zone(incident, (notice.area_id,), world)
        sure, may = sure and where.low >= 0.95, may and where.high > 0.05
    if notice.party is not None:
        low, high = odds(notice.party, incident, world)
        sure, may = sure and low >= 0.95, may and high > 0.05
    return sure, may


def odds(party, incident, world):
    p_a, p_b, left = world.odds.get(incident["incident_id"], (0.0, 0.0, 1.0))
    low = {"A": p_a, "B": p_b}[party]
    return low, min(low + left, 1.0)


def stated(said, denied):
    p = 1.0 if said and not denied else 0.0 if denied and not said else None
    return known(p, "condition_unknown", "records")


def before(leaf, incident, world):
    said = late = denied = False
    for notice in world.notices:
        if notice.stated is not leaf.stated or not speaks_of(notice, incident, world)[0]:
            continue
        latest = notice.at + timedelta(hours=leaf.at_least_h)
        denied |= notice.denies
        said |= not notice.denies and latest <= incident["from_utc"]
        late |= not notice.denies and latest > last(incident)
    return stated(said, denied or (late and not said))


# --- flights


def frame(incident):
    return INCIDENTS.conform(pl.DataFrame([incident], schema=INCIDENTS.schema))


def meeting(incident, ground):
    """Return the share of flights from where it was seen that meet `ground`; None: not known."""
    keys = ("lon", "lat", "major90_m", "heading_deg")
    if any(incident[key] is None for key in keys) or incident["phenomenon"] not in FIRE:
        return None
    major = max(incident["major90_m"] / ELLIPSE90, 0.01)
    minor = major if incident["minor90_m"] is None else max(incident["minor90_m"] / ELLIPSE90, 0.01)
    azimuth = math.radians(incident["azimuth_deg"] or 0.0)
    half = 11.25 if incident["heading_halfwidth_deg"] is None else incident["heading_halfwidth_deg"]
    far = frame(incident).select(reach_m()).item()
    over = METRES_PER_DEGREE * math.cos(math.radians(incident["lat"]))
    met = 0
    x, y, aside, _ = draws()
    for one, other, turn in zip(x, y, aside, strict=True):
        east = major * one * math.sin(azimuth) + minor * other * math.cos(azimuth)
        north = major * one * math.cos(azimuth) - minor * other * math.sin(azimuth)
        bearing = math.radians(incident["heading_deg"] + half * turn)
        ends = [
            (
                incident["lon"] + (east + go * math.sin(bearing)) / over,
                incident["lat"] + (north + go * math.cos(bearing)) / METRES_PER_DEGREE,
            )
            for go in (0.0, far)
        ]
        met += ground.intersects(shapely.LineString(ends))
    return met / len(x)


FLOWN = ("place", "heading", "trajectory", "time")


def fired_into(leaf, incident, world):
    """Of a zone that is always the same."""
    fell = in_zone(incident, (leaf.zone,), world)
    shape = outlines(leaf.zone, world)[0][0]
    flown = meeting(incident, shape) if shape is not None else None
    low, high = (0.0, 1.0) if flown is None else (flown, flown)
    if incident["trajectory"] == "incoming":
        low, high = fell.low, fell.high
    elif incident["trajectory"] not in ("outgoing", "in_flight"):
        low, high = min(low, fell.low), max(high, fell.high)
    why = next(iter(fell.why), "condition_unknown")
    return held(low, high, why, FLOWN)


def crosses(leaf, incident, world):
    """Over a line that is always the same."""
    grounds = [
        bands(c.FromLine(line=leaf.line, side=side, from_m=None, nearer_than_m=None), world)[0][0][0]
        for side in (c.Side.A, c.Side.B)
    ]
    if None in grounds:
        return known(None, "line_unknown", *FLOWN)
    words = [incident["trajectory"]]
    if words[0] in (None, "undetermined"):
        words += ["incoming", "outgoing"]
    ways = {c.Side.A: ["ba"], c.Side.B: ["ab"]}.get(leaf.towards, ["ab", "ba"])
    sides, shares = Sides(a=grounds[0], b=grounds[1]), []
    for word in words:
        row = flights(frame({**incident, "trajectory": word}), sides).row(0, named=True)
        if row["ab"] is None:
            return known(None, "condition_unknown", *FLOWN)
        shares.append(sum(row[way] for way in ways))
    return held(min(shares), max(shares), "condition_unknown", FLOWN)


# --- clauses


def evaluate(leaf, incident, world, members):
    match leaf:
        case c.AllOf(of=parts):
            return all_hold([evaluate(part, incident, world, members) for part in parts])
        case c.AnyOf(of=parts):
            turned = [opposite(evaluate(part, incident, world, members)) for part in parts]
            return opposite(all_hold(turned))
        case c.NotSo(of=inner):
            return opposite(evaluate(inner, incident, world, members))
        case c.KindIs(kinds=kinds):
            return kind_is(incident, kinds)
        case c.WeaponIs(classes=classes):
            weapon = incident["weapon"]
            return known(None if weapon is None else float(weapon in classes), "condition_unknown", "weapon")
        case c.Calibre():
            both = incident["calibre_min_mm"], incident["calibre_max_mm"]
            return in_range(*both, leaf.from_mm, leaf.below_mm, "weapon")
        case c.Altitude():
            both = incident["altitude_min_m"], incident["altitude_max_m"]
            return in_range(*both, leaf.from_m, leaf.below_m, "height")
        case c.Heading():
            return heads(incident, leaf)
        case c.InZone(zone=zone):
            return in_zone(incident, (zone,), world)
        case c.FromLine():
            return on_ground(incident, bands(leaf, world), (), world, "line_unknown")
        case c.FiredInto():
            return fired_into(leaf, incident, world)
        case c.Crosses():
            return crosses(leaf, incident, world)
        case c.PartyIs(party=party):
            return held(*odds(party, incident, world), "condition_unknown", {"party"})
        case c.Hours():
            return known(share(incident, windows(leaf, incident)), "time_straddles", "time")
        case c.Days():
            return days(leaf, incident, world.agreement)
        case c.Before():
            return before(leaf, incident, world)
        case c.RecordStates():
            mine = [n for n in world.notices if n.stated is leaf.stated and speaks_of(n, incident, world)[0]]
            return stated(any(not n.denies for n in mine), any(n.denies for n in mine))
        case c.AgainstMonitors():
            p = incident["p_phenomenon"]
            if (
                incident["phenomenon"] not in (Phenomenon.MOVEMENT_DENIED, Phenomenon.INTERFERENCE)
                or p is None
            ):
                return held(0.0, 1.0, "condition_unknown", {"kind"}, yes=0.55)
            return held(p, p, "condition_unknown", {"kind"}, yes=0.55)
        case c.ReplyTo():
            met = any(
                other["phenomenon"] in leaf.kinds
                and other["incident_id"] != incident["incident_id"]
                and sure_of(other)
                and in_window(incident, other, leaf.within_h, leaf.around_m, strictly=True)[0]
                for other in world.incidents
            )
            return known(1.0 if met else None, "condition_unknown", "others")
        case c.CountAtLeast() | c.Repeated():
            return count(leaf, incident, members)
    raise TypeError(leaf)


def count(leaf, incident, members):
    sized = isinstance(leaf, c.CountAtLeast)
    if leaf.within_h is None:
        low, high = size(incident)
    else:
        low, high = total(incident, members[leaf.around_m is not None], leaf.within_h, leaf.around_m, sized)
    return held(float(low >= leaf.at_least), float(high >= leaf.at_least), "condition_unknown", {"number"})


def days(leaf, incident, agreement):
    if agreement.d_day is None:
        return known(None, "condition_unknown", "time")
    zone = ZoneInfo(agreement.clock or "UTC")
    zero = agreement.d_day.astimezone(zone).date()

    def midnight(day):
        there = zero + timedelta(days=day)
        return datetime(there.year, there.month, there.day, tzinfo=zone).astimezone(UTC)

    start = None if leaf.from_day is None else midnight(leaf.from_day)
    end = None if leaf.to_day is None else midnight(leaf.to_day + 1)
    return known(share(incident, span(start, end)), "time_straddles", "time")


def bind(clause, agreement):
    if clause.act is Act.REQUIRED:
        return clause.ends, agreement.ends
    return clause.starts or agreement.starts, clause.ends or agreement.ends


def basics(clause, reading, incident, world):
    """Return kind, trajectory, time, effect and place: those that are asked, without place first."""
    agreement = world.agreement
    parts = {
        "kind": kind_is(incident, clause.phenomena, listed=True),
        "time": known(share(incident, span(*bind(clause, agreement))), "time_straddles", "time"),
    }
    if clause.trajectories:
        word = incident["trajectory"]
        p = None if word in (None, "undetermined") else float(word in clause.trajectories)
        parts["trajectory"] = known(p, "trajectory_unknown", "trajectory")
    if agreement.ends_said:
        before_it = last(incident) < min(said.at for said in agreement.ends_said)
        parts["effect"] = held(float(before_it), 1.0, "end_disputed", {"others"})
    if any(part.truth == NO for part in parts.values()):
        return parts, False
    if reading.area_ids is not None:
        unknown = any(m.unknown is not None for m in agreement.mapped if m.name in reading.area_ids)
        why = "line_unknown" if unknown else "place_unknown"
        parts["place"] = in_zone(incident, reading.area_ids, world, why)
    elif not reading.anywhere:
        silent = reading.unknown is OpenBecause.TEXT_SILENT
        parts["place"] = known(None, "text_silent" if silent else "line_unknown", "place")
    return parts, all(part.truth > NO for part in parts.values())


def members_of(clause, reading, world):
    """Return what counts without a distance are of, and with one: each incident, and whether it surely counts."""
    here, near = [], []
    for other in world.incidents:
        if other["phenomenon"] not in clause.phenomena:
            continue
        parts, met = basics(clause, reading, other, world)
        placeless = [part for name, part in parts.items() if name != "place"]
        if any(part.truth == NO for part in placeless):
            continue
        near.append((other, sure_of(other) and all(part.truth == YES for part in placeless)))
        if met:
            here.append((other, sure_of(other) and all(part.truth == YES for part in parts.values())))
    return here, near


def near(exception, incident, world):
    others = [other for other in world.incidents if other["incident_id"] != incident["incident_id"]]
    named = [other for other in others if other["phenomenon"] in exception.phenomena]
    return any(in_window(incident, other, 24, 50_000)[1] for other in named)


def looks_beyond(condition):
    match condition:
        case c.AllOf(of=parts) | c.AnyOf(of=parts):
            return any(looks_beyond(part) for part in parts)
        case c.NotSo(of=inner):
            return looks_beyond(inner)
        case c.CountAtLeast():
            return condition.within_h is not None
        case _:
            return isinstance(condition, c.ReplyTo | c.Repeated)


def is_open(clause, incident, world, members, invoked=()):
    undecided = decided = unsure = False
    asked = [e for e in world.agreement.clauses if e.act is Act.EXCEPTION and clause.clause_id in e.excepts]
    for exception in sorted(asked, key=lambda e: e.priority):
        claimed = exception.clause_id in invoked or near(exception, incident, world)
        for notice in world.notices:
            mine = notice.stated is c.Stated.INVOKED and notice.clause_id == exception.clause_id
            claimed |= mine and not notice.denies and speaks_of(notice, incident, world)[1]
        truth = YES
        if exception.when is not None:
            own = evaluate(exception.when, incident, world, members)
            truth, unsure = own.truth, unsure or own.near_threshold
            claimed |= truth == YES and looks_beyond(exception.when)
        if exception.effect is Effect.FORBIDDEN:
            decided |= claimed and truth == YES and not undecided
        else:
            undecided |= claimed and truth > NO and not decided
    return undecided, unsure


@dataclass
class Verdict:
    verdict: str | None  # None: it is not asked about
    why_not: list = field(default_factory=list)
    p_breach: float | None = None
    parts: dict = field(default_factory=dict)
    near_threshold: bool = False  # two ways to compute a probability may fall on two sides of a threshold


def assess_one(clause, reading, incident, world, profiles, invoked=()):
    """Return what the incident amounts to under the clause and reading."""
    if incident["phenomenon"] not in clause.phenomena:
        return Verdict(None)
    parts, met = basics(clause, reading, incident, world)
    near = any(part.near_threshold for part in parts.values())
    if not met:
        return Verdict("no_breach_shown", parts=parts, near_threshold=near)
    members = members_of(clause, reading, world)
    if clause.when is not None:
        parts["when"] = evaluate(clause.when, incident, world, members)
        near |= parts["when"].near_threshold
        if parts["when"].truth == NO:
            return Verdict("no_breach_shown", parts=parts, near_threshold=near)
    real = YES if (incident["p_real"] or 0) >= 0.5 else UNKNOWN
    parts["real"] = Held(
        real, 1.0, 1.0, {"may_not_be_real"} if real == UNKNOWN else set(), frozenset({"others"})
    )
    whole = all_hold(list(parts.values()))
    opened, unsure = is_open(clause, incident, world, members, invoked)
    why = set(whole.why) | ({"exception_open"} if opened else set())
    reported = incident["phenomenon"] == "thermal" or _only(incident["means"], {"told"})
    weak = {n for n, p in profiles.items() if p.means is Means.TOLD or p.watches == "passes"}
    reported = reported or _only(incident["source_ids"], weak)
    why |= {"thermal_or_text_only"} if reported else set()
    why |= {"single_origin"} if (incident["n_origins"] or 1) <= 1 else set()
    apparent = whole.truth == YES and not opened and not reported
    p = round((whole.low + whole.high) / 2, 4) if whole.high - whole.low <= 0.05 else None
    verdict = "apparent_breach" if apparent else "indeterminate"
    near |= unsure or abs(whole.high - whole.low - 0.05) < 0.003
    return Verdict(verdict, sorted(why), p, parts, near)


def _only(words, among):
    return bool(words) and set(words) <= set(among)
