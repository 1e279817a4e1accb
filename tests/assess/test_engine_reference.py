"""The engine beside a slow reference: random agreements, incidents, records and odds."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
import shapely
import slow_reference as slow
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from trucewatch.assess.asked import asked_of
from trucewatch.assess.assess import assess
from trucewatch.assess.evaluate import Counted, evaluate
from trucewatch.assess.grounds import World
from trucewatch.assess.held import reasons
from trucewatch.assess.windows import members_of, surely
from trucewatch.model import condition as c
from trucewatch.model.agreement import (
    Act,
    Agreement,
    Clause,
    Effect,
    Mapped,
    OpenBecause,
    Party,
    Reading,
    SaidToEnd,
)
from trucewatch.model.areas import areas_from
from trucewatch.model.notice import Notice
from trucewatch.model.shapes import Shape, Shapes
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import ATTRIBUTIONS, COVERAGE, INCIDENTS
from trucewatch.model.vocabulary import FIRE, Means, Phenomenon, Trajectory
from trucewatch.model.weapon import WeaponClass

START = datetime(2025, 3, 28, tzinfo=UTC)  # clocks change in Kyiv on the 30th
KINDS = [
    Phenomenon.EXPLOSION,
    Phenomenon.SHOT,
    Phenomenon.WEAPON,
    Phenomenon.INTERFERENCE,
    Phenomenon.THERMAL,
]
AREAS = areas_from(
    ["UA-14", "UA-09"], [shapely.box(37.0, 47.6, 37.5, 48.4), shapely.box(37.5, 47.6, 38.0, 48.4)]
)
PROFILES = {
    "heard": SourceProfile(source_id="heard", means=Means.HEARD),
    "told": SourceProfile(source_id="told", means=Means.TOLD),
}
MIDDLE = START + timedelta(days=3)
SHAPES = Shapes(
    shapes=(
        Shape(
            name="contact", geometry=shapely.LineString([(37.4, 47.5), (37.6, 48.0), (37.5, 48.5)]), left="A"
        ),
        Shape(
            name="front-a",
            geometry=shapely.LineString([(37.35, 47.5), (37.5, 48.5)]),
            left="A",
            to_utc=MIDDLE,
        ),
        Shape(
            name="front-a",
            geometry=shapely.LineString([(37.3, 47.5), (37.4, 48.5)]),
            left="A",
            from_utc=MIDDLE,
        ),
        Shape(name="front-b", geometry=shapely.LineString([(37.7, 48.5), (37.6, 47.5)]), left="A"),
        Shape(name="no-sides", geometry=shapely.LineString([(37.4, 47.5), (37.6, 48.5)])),
        Shape(
            name="strip", geometry=shapely.box(37.45, 47.8, 37.55, 48.2), from_utc=START + timedelta(days=1)
        ),
        Shape(name="patch", geometry=shapely.Point(37.5, 48.0).buffer(0.1, quad_segs=4)),
    )
)
MAPPED = (
    *(Mapped(name=n, words="It.", is_line=True) for n in ("contact", "front-a", "front-b", "no-sides")),
    Mapped(name="nowhere", words="It.", is_line=True, unknown="no public source"),
    Mapped(name="strip", words="It.", is_line=False),
    Mapped(name="patch", words="It.", is_line=False),
    Mapped(name="lost", words="It.", is_line=False, unknown="no public source"),
)
distances = st.sampled_from([None, 2_000.0, 5_000.0, 12_000.0])
zones = st.sampled_from(["strip", "patch", "lost", "UA-14"])
kind_sets = st.frozensets(st.sampled_from(KINDS), min_size=1, max_size=3)
hours = st.sampled_from([0.5, 2.0, 24.0])
around = st.sampled_from([None, 3_000.0, 20_000.0])


@st.composite
def ranges(draw, values):
    low, high = draw(st.sampled_from([None, *values])), draw(st.sampled_from([None, *values]))
    return (min(low, high), max(low, high)) if low is not None and high is not None else (low, high)


@st.composite
def beside_a_line(draw):
    near, far = draw(ranges([2_000.0, 6_000.0, 15_000.0]))
    far = None if far == near else far
    line = draw(st.sampled_from(["contact", "front", "no-sides", "nowhere"]))
    return c.FromLine(line=line, side=draw(st.sampled_from(list(c.Side))), from_m=near, nearer_than_m=far)


@st.composite
def hour_windows(draw):
    first, last = draw(st.integers(0, 23)), draw(st.integers(0, 23))
    days = draw(st.sampled_from([(), (5, 6), (0, 1, 2)]))
    return c.Hours(
        from_minute=first * 60,
        until_minute=last * 60,
        clock=draw(st.sampled_from(["Europe/Kyiv", "UTC", "Europe/Moscow"])),
        weekdays=days,
    )


leaves = st.one_of(
    st.builds(c.KindIs, kinds=kind_sets),
    st.builds(c.WeaponIs, classes=st.frozensets(st.sampled_from(list(WeaponClass)[:7]), min_size=1)),
    ranges([82.0, 100.0, 122.0]).map(lambda r: c.Calibre(from_mm=r[0], below_mm=r[1])),
    ranges([0.0, 150.0]).map(lambda r: c.Altitude(from_m=r[0], below_m=r[1])),
    st.builds(c.CountAtLeast, at_least=st.integers(1, 6), within_h=st.none() | hours, around_m=around),
    st.builds(c.Repeated, at_least=st.integers(2, 4), within_h=hours, around_m=around),
    st.builds(c.InZone, zone=zones),
    beside_a_line(),
    st.builds(
        c.Heading, from_deg=st.sampled_from([0.0, 90.0, 300.0]), to_deg=st.sampled_from([45.0, 180.0, 20.0])
    ),
    st.builds(c.FiredInto, zone=st.sampled_from(["patch", "lost", "UA-14"])),
    st.builds(
        c.Crosses,
        line=st.sampled_from(["contact", "nowhere", "no-sides"]),
        towards=st.sampled_from([c.Side.A, c.Side.B, c.Side.EITHER]),
    ),
    st.builds(c.PartyIs, party=st.sampled_from(["A", "B"])),
    hour_windows(),
    ranges([1, 2, 4]).map(lambda r: c.Days(from_day=r[0], to_day=r[1])),
    st.builds(
        c.Before,
        stated=st.sampled_from([c.Stated.NOTIFIED, c.Stated.WARNED]),
        at_least_h=st.sampled_from([0.25, 24.0]),
    ),
    st.builds(c.ReplyTo, kinds=kind_sets, within_h=hours, around_m=around),
    st.builds(c.RecordStates, stated=st.sampled_from([c.Stated.ORDERED, c.Stated.MECHANISM_FAILED])),
    st.just(c.AgainstMonitors()),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: c.AllOf(of=tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: c.AnyOf(of=tuple(parts))),
        inner.map(lambda part: c.NotSo(of=part)),
    ),
    max_leaves=4,
)
READINGS = (
    Reading(name="wide", words="Wide.", area_ids=("UA-14", "UA-09")),
    Reading(name="strip", words="The strip.", area_ids=("strip", "patch")),
    Reading(name="lost", words="A lost zone.", area_ids=("lost", "UA-14")),
    Reading(name="anywhere", words="As its conditions say.", area_ids=None, anywhere=True),
    Reading(name="silent", words="It does not say.", area_ids=None, open_because=OpenBecause.TEXT_SILENT),
    Reading(name="line", words="No line.", area_ids=None, open_because=OpenBecause.LINE_UNKNOWN),
)


def clause(name, act, **more):
    plain = {
        "title": "T",
        "words": "W.",
        "phenomena": frozenset(),
        "trajectories": frozenset(),
        "readings": (),
        "starts": None,
        "ends": None,
        "excepts": (),
        "needs": ("shown",),
        "must_be_shown_by": None,
        "source_urls": (),
        "left_open": (),
        "line": 1,
    }
    return Clause(clause_id=f"t/{name}", act=act, **plain | more)


@st.composite
def agreements(draw):
    main = clause(
        "C-1",
        Act.FORBIDDEN,
        phenomena=draw(st.sampled_from([frozenset(KINDS), frozenset(KINDS), FIRE])),
        trajectories=draw(st.sampled_from([frozenset(), frozenset(), frozenset({Trajectory.INCOMING})])),
        readings=tuple(draw(st.lists(st.sampled_from(READINGS), min_size=1, max_size=2, unique=True))),
        when=draw(st.one_of(st.none(), conditions, conditions, conditions)),
        starts=draw(st.sampled_from([None, START + timedelta(days=1)])),
        ends=draw(st.sampled_from([None, START + timedelta(days=5)])),
    )
    exceptions = [
        clause(
            f"E-{nth}",
            Act.EXCEPTION,
            excepts=("t/C-1",),
            phenomena=draw(st.frozensets(st.sampled_from(KINDS), max_size=1)),
            when=draw(st.none() | conditions),
            priority=nth,
            effect=draw(st.sampled_from(list(Effect))),
        )
        for nth in range(draw(st.integers(0, 2)))
    ]
    said = SaidToEnd(
        by="A", at=START + timedelta(days=4, hours=5), words="Over.", source_url="https://a.example"
    )
    return Agreement(
        name="t",
        title="T",
        version="1",
        status="x",
        starts=START,
        ends=None,
        ends_words="",
        languages=(),
        parties=tuple(Party(code=x, term=x, self_designation=x) for x in draw(st.sampled_from(["AB", "BA"]))),
        bodies=(),
        clauses=(main, *exceptions),
        standard_of_proof=None,
        source_urls=(),
        left_open=(),
        mapped=MAPPED,
        ends_said=draw(st.sampled_from([(), (), (said,)])),
        d_day=draw(st.none() | st.just(START + timedelta(hours=23))),
        clock=draw(st.sampled_from([None, "Europe/Kyiv"])),
    )


def optional(values):
    return st.none() | st.sampled_from(values)


@st.composite
def incidents(draw, nth):
    start = START + timedelta(minutes=draw(st.integers(0, 130)) * 60 - 120 + draw(st.sampled_from([0, 0, 7])))
    placed = draw(st.sampled_from([True, True, True, False]))
    low, heading = draw(optional([82.0, 122.0])), draw(optional([0.0, 85.0, 200.0, 350.0]))
    altitude, count = draw(optional([50.0, 300.0])), draw(optional([1, 3]))
    told = draw(st.sampled_from([False, False, True]))
    row = {
        "incident_id": f"i{nth}",
        "from_utc": start,
        "to_utc": start + timedelta(minutes=draw(st.sampled_from([0, 5, 90, 1500]))),
        "lon": draw(st.floats(37.2, 37.8).map(lambda x: round(x, 3))) if placed else None,
        "lat": draw(st.floats(47.7, 48.3).map(lambda x: round(x, 3))) if placed else None,
        "major90_m": draw(st.sampled_from([50.0, 1_500.0, 9_000.0, None])) if placed else None,
        "minor90_m": draw(st.sampled_from([None, 40.0])) if placed else None,
        "azimuth_deg": draw(st.sampled_from([None, 0.0, 70.0])) if placed else None,
        "area_id": None if placed else draw(optional(["UA-14", "patch", "UA-99"])),
        "phenomenon": draw(st.sampled_from(KINDS)).value,
        "p_phenomenon": draw(st.sampled_from([1.0, 0.97, 0.97, 0.7, 0.4, None])),
        "trajectory": draw(optional(["incoming", "outgoing", "undetermined"])),
        "heading_deg": heading,
        "heading_halfwidth_deg": None if heading is None else 11.25,
        "altitude_min_m": altitude,
        "altitude_max_m": altitude if altitude is None else altitude + draw(st.sampled_from([0.0, 100.0])),
        "weapon": draw(optional(["mortar", "tank", "anti_tank"])),
        "calibre_min_mm": low,
        "calibre_max_mm": low if low is None else low + draw(st.sampled_from([0.0, 30.0])),
        "count_min": count,
        "count_max": count if count is None else draw(st.sampled_from([None, count, count + 2])),
        "p_real": draw(st.sampled_from([0.9, 0.9, 0.9, 0.3, None])),
        "n_origins": draw(st.sampled_from([2, 2, 1, None])),
        "means": ["told"] if told else ["heard"],
        "source_ids": ["told"] if told else ["heard"],
        "told_by": [],
    }
    return {name: row.get(name) for name in INCIDENTS.schema}


@st.composite
def notices(draw):
    start = START + timedelta(hours=draw(st.integers(-24, 100)))
    stated = draw(st.sampled_from(list(c.Stated)))
    return Notice(
        stated=stated,
        record="r",
        by="A",
        at=start - timedelta(hours=draw(st.integers(0, 30))),
        from_utc=start,
        to_utc=start + timedelta(hours=draw(st.sampled_from([0, 24, 200]))),
        party=draw(st.sampled_from([None, None, "A"])),
        area_id=draw(st.sampled_from([None, None, "UA-14", "patch"])),
        clause_id="t/E-0" if stated is c.Stated.INVOKED else None,
        incident_id=draw(st.sampled_from([None, None, "i0"])),
        denies=draw(st.booleans()),
    )


@st.composite
def worlds(draw):
    rows = [draw(incidents(nth)) for nth in range(draw(st.integers(1, 4)))]
    told = {
        row["incident_id"]: draw(st.sampled_from([(0.0, 0.0, 1.0), (0.97, 0.0, 0.01), (0.3, 0.2, 0.4)]))
        for row in draw(st.lists(st.sampled_from(rows), max_size=3))
    }
    return slow.World(
        agreement=draw(agreements()),
        areas=AREAS,
        shapes=SHAPES,
        incidents=rows,
        notices=tuple(draw(st.lists(notices(), max_size=3))),
        odds=told,
    )


def odds_of(world):
    odds = pl.DataFrame(
        [{"incident_id": i, "p_a": a, "p_b": b, "p_unattributed": u} for i, (a, b, u) in world.odds.items()],
        schema={name: ATTRIBUTIONS.schema[name] for name in ("incident_id", "p_a", "p_b", "p_unattributed")},
    )
    return ATTRIBUTIONS.conform(odds)


def run(world):
    return assess(
        pl.DataFrame(world.incidents, schema=INCIDENTS.schema),
        world.agreement,
        COVERAGE.empty(),
        areas=world.areas,
        profiles=PROFILES,
        shapes=world.shapes,
        notices=world.notices,
        attributions=odds_of(world),
    )


def compared(world):
    """Return what the engine found and what the reference did, where no probability is within rounding of a threshold."""
    found, expected = [], []
    made = run(world)
    rows = {(r["incident_id"], r["reading"]): r for r in made.assessments.iter_rows(named=True)}
    cleared = {reading: n for _, reading, n in made.cleared.rows()}
    main = world.agreement.clauses[0]
    for reading in main.readings:
        told = [slow.assess_one(main, reading, one, world, PROFILES) for one in world.incidents]
        if any(one.near_threshold for one in told):
            continue
        found.append(cleared[reading.name])
        expected.append(sum(one.verdict == "no_breach_shown" for one in told))
        for incident, one in zip(world.incidents, told, strict=True):
            row = rows.get((incident["incident_id"], reading.name))
            found.append(row and (row["verdict"], row["why_not"], row["p_breach"]))
            p = None if one.p_breach is None else pytest.approx(one.p_breach, abs=0.004)
            silent = one.verdict in (None, "no_breach_shown")
            expected.append(None if silent else (one.verdict, one.why_not, p))
    return found, expected


def asked_alone(world, condition):
    """Return the engine's view of one condition of all incidents, and the reference's."""
    given_world = World(
        agreement=replace(world.agreement, clauses=()), areas=world.areas, shapes=world.shapes
    )
    holder = clause("X", Act.FORBIDDEN, phenomena=frozenset(KINDS), when=condition)
    agreement = replace(world.agreement, clauses=(holder,))
    asked = asked_of(
        pl.DataFrame(world.incidents, schema=INCIDENTS.schema),
        replace(given_world, agreement=agreement),
        notices=world.notices,
        attributions=odds_of(world),
    )
    every = np.arange(len(world.incidents))
    members = members_of(asked.columns, every, surely(asked.columns, every), sized=False)
    held = evaluate(condition, asked, every, Counted(anywhere=members, where_it_applies=members))
    pairs = [(one, slow.sure_of(one)) for one in world.incidents]
    return held, [slow.evaluate(condition, one, world, (pairs, pairs)) for one in world.incidents]


@settings(deadline=None, max_examples=120, suppress_health_check=list(HealthCheck))
@given(worlds(), conditions)
def test_every_condition_alone_agrees_with_a_slow_reference(world, condition):
    held, told = asked_alone(world, condition)
    for nth, expected in enumerate(told):
        if not expected.near_threshold:
            assert int(held.truth[nth]) == expected.truth
            assert set(reasons(int(held.why[nth]))) == expected.why
        assert float(held.low[nth]) == pytest.approx(expected.low, abs=0.004)
        assert float(held.high[nth]) == pytest.approx(expected.high, abs=0.004)


@settings(deadline=None, max_examples=80, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_the_engine_agrees_with_a_slow_reference(world):
    found, expected = compared(world)
    assume(found)
    assert found == expected


@pytest.mark.parametrize("seed", range(2))
def test_a_reference_of_its_own_probability_agrees_on_a_box(seed):
    row = dict.fromkeys(INCIDENTS.schema) | {"lon": 37.5 + seed / 100, "lat": 48.0, "major90_m": 4_000.0}
    box = shapely.box(37.5, 47.0, 39.0, 49.0)
    assert slow.probability(row, box) == pytest.approx([0.5, 0.6551][seed], abs=2e-3)


def test_every_condition_is_among_those_tried():
    tried = {c.KindIs, c.WeaponIs, c.Calibre, c.Altitude, c.CountAtLeast, c.Repeated, c.InZone, c.FromLine}
    tried |= {c.Heading, c.FiredInto, c.Crosses, c.PartyIs, c.Hours, c.Days, c.Before, c.ReplyTo}
    tried |= {c.RecordStates, c.AgainstMonitors, c.AllOf, c.AnyOf, c.NotSo}
    assert set(c.Condition.__args__) == tried
    assert len(list(itertools.chain(tried))) == 21
