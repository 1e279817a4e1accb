"""What single conditions hold, as tables a lawyer could read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.assess.assess import assess
from trucewatch.assess.because import because
from trucewatch.assess.columns import micros
from trucewatch.assess.held import Fact, all_hold, any_holds, exactly
from trucewatch.assess.lines import beside
from trucewatch.assess.spans import hours, share
from trucewatch.assess.sums import below_both
from trucewatch.assess.why import why
from trucewatch.model import condition as c
from trucewatch.model.agreement import Act, Agreement, Clause, Mapped, Party, Reading, SaidToEnd, WhyNot
from trucewatch.model.areas import areas_from
from trucewatch.model.notice import Notice
from trucewatch.model.shapes import Shape, Shapes
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import COVERAGE, INCIDENTS
from trucewatch.model.vocabulary import Means, Phenomenon
from trucewatch.model.weapon import WeaponClass

GEOD = pyproj.Geod(ellps="WGS84")
LINE = shapely.LineString([(37.0, 47.0), (37.5, 47.6), (37.4, 48.2), (38.2, 48.9)])


def part(p, *facts):
    return exactly(np.array([p]), WhyNot.CONDITION_UNKNOWN, *facts)


def test_conditions_on_different_facts_are_multiplied_and_on_one_fact_bounded():
    apart = all_hold([part(0.9, Fact.TIME), part(0.5, Fact.PLACE)])
    together = all_hold([part(0.9, Fact.PLACE), part(0.5, Fact.PLACE)])
    assert (apart.low[0], apart.high[0]) == pytest.approx((0.45, 0.45))
    assert (together.low[0], together.high[0]) == pytest.approx((0.4, 0.5))
    either = any_holds([part(0.9, Fact.PLACE), part(0.5, Fact.PLACE)])
    assert (either.low[0], either.high[0]) == pytest.approx((0.9, 1.0))


@pytest.mark.parametrize(
    ("values", "least", "greatest"), [((1, 0), 0, 2), ((1, None), 1, 2), ((0, None), 0, 1)]
)
def test_all_is_the_least_of_the_truths_and_any_the_greatest(values, least, greatest):
    parts = [part(np.nan if value is None else float(value), Fact.TIME) for value in values]
    assert (int(all_hold(parts).truth[0]), int(any_holds(parts).truth[0])) == (least, greatest)


@settings(deadline=None, max_examples=60)
@given(st.floats(36.2, 39.2), st.floats(46.6, 49.2))
def test_ground_beside_a_line_is_so_far_from_it_on_the_ellipsoid(lon, lat):
    dense = shapely.get_coordinates(shapely.segmentize(LINE, 0.002))
    away = GEOD.inv(np.full(len(dense), lon), np.full(len(dense), lat), dense[:, 0], dense[:, 1])[2].min()
    left, right = (beside(LINE, left=side, from_m=10_000.0, nearer_than_m=25_000.0) for side in (True, False))
    met = [bool(shapely.intersects_xy(one, lon, lat)) for one in (left, right)]
    if min(abs(away - 10_000), abs(away - 25_000)) > 60:
        assert any(met) == (10_000 <= away < 25_000)
    assert not all(met)


def test_left_is_the_hand_one_has_walking_the_line_as_drawn():
    north = shapely.LineString([(30.0, 48.0), (30.0, 49.0)])
    west = beside(north, left=True, from_m=None, nearer_than_m=5_000.0)
    assert shapely.intersects_xy(west, 29.97, 48.5)
    assert not shapely.intersects_xy(west, 30.03, 48.5)
    whole = beside(north, left=False, from_m=None, nearer_than_m=None)
    assert shapely.intersects_xy(whole, 33.0, 47.0)
    assert not shapely.intersects_xy(whole, 27.0, 47.0)


CLAUSE = Clause(
    clause_id="t/C-1",
    title="T",
    words="W.",
    act=Act.FORBIDDEN,
    phenomena=frozenset({Phenomenon.WEAPON, Phenomenon.EXPLOSION}),
    trajectories=frozenset(),
    readings=(Reading(name="r", words="As its conditions say.", area_ids=None, anywhere=True),),
    starts=None,
    ends=None,
    excepts=(),
    needs=(),
    must_be_shown_by=None,
    source_urls=(),
    left_open=(),
    line=1,
)
START = datetime(2025, 4, 1, tzinfo=UTC)
TEXT = Agreement(
    name="t",
    title="T",
    version="1",
    status="x",
    starts=START,
    ends=None,
    ends_words="",
    languages=(),
    parties=tuple(Party(code=code, term=code, self_designation=code) for code in "AB"),
    bodies=(),
    clauses=(CLAUSE,),
    standard_of_proof=None,
    source_urls=(),
    left_open=(),
    mapped=(
        Mapped(name="front-a", words="A's.", is_line=True, measured_by="A"),
        Mapped(name="front-b", words="B's.", is_line=True, measured_by="B"),
        Mapped(name="nowhere", words="N.", is_line=True, unknown="no public source"),
    ),
)
SHAPES = Shapes(
    shapes=(
        Shape(name="front-a", geometry=shapely.LineString([(37.4, 47.5), (37.4, 48.5)]), left="A"),
        Shape(name="front-b", geometry=shapely.LineString([(37.6, 47.5), (37.6, 48.5)]), left="A"),
    )
)
SEEN = {"smm": SourceProfile(source_id="smm", means=Means.HEARD)}
NO_AREAS = areas_from([], [])


def incident(name="i", at=START + timedelta(days=9), **more):
    row = dict.fromkeys(INCIDENTS.schema) | {
        "incident_id": name,
        "from_utc": at,
        "to_utc": at + timedelta(minutes=5),
        "lon": 37.3,
        "lat": 48.0,
        "major90_m": 100.0,
        "phenomenon": "weapon",
        "p_phenomenon": 1.0,
        "p_real": 1.0,
        "n_origins": 2,
        "means": ["heard"],
        "source_ids": ["smm"],
        "told_by": [],
    }
    return row | more


def under(when, *rows, text=TEXT, **more):
    main = replace(text.clauses[0], when=when)
    whole = replace(text, clauses=(main, *text.clauses[1:]))
    frame = pl.DataFrame(rows, schema=INCIDENTS.schema)
    found = assess(frame, whole, COVERAGE.empty(), areas=NO_AREAS, profiles=SEEN, shapes=SHAPES, **more)
    return found.assessments.select("verdict", "why_not").rows()


APPARENT = [("apparent_breach", [])]
OWN = c.FromLine(line="front", side=c.Side.OWN, from_m=None, nearer_than_m=8_000.0)


@pytest.mark.parametrize(
    ("lon", "expected"),
    [
        (37.35, APPARENT),  # 3.7 km on A's side of A's line
        (37.20, []),  # 15 km behind it
        (37.50, []),  # between the lines: on nobody's own side
        (37.65, APPARENT),  # on B's side of B's line
        (37.40, [("indeterminate", ["place_straddles"])]),
    ],
)
def test_each_party_is_measured_from_its_own_line(lon, expected):
    assert under(OWN, incident(lon=lon)) == expected


def test_what_is_measured_from_an_unknown_line_is_indeterminate():
    leaf = c.FromLine(line="nowhere", side=c.Side.A, from_m=None, nearer_than_m=8_000.0)
    assert under(leaf, incident()) == [("indeterminate", ["line_unknown"])]


HEAVY = c.AllOf(
    of=(c.WeaponIs(classes=frozenset({WeaponClass.MLRS})), c.Calibre(from_mm=100.0, below_mm=None))
)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"weapon": "mlrs", "calibre_min_mm": 122.0, "calibre_max_mm": 122.0}, APPARENT),
        ({"weapon": "mortar", "calibre_min_mm": 122.0, "calibre_max_mm": 122.0}, []),
        (
            {"weapon": "mlrs", "calibre_min_mm": 82.0, "calibre_max_mm": 122.0},
            [("indeterminate", ["condition_unknown"])],
        ),
        ({"weapon": None}, [("indeterminate", ["condition_unknown"])]),
        ({"weapon": "mlrs", "calibre_min_mm": 82.0, "calibre_max_mm": 82.0}, []),
    ],
)
def test_weapons_and_calibres_that_nobody_named_are_unknown(more, expected):
    assert under(HEAVY, incident(**more)) == expected


def test_from_the_day_somebody_said_it_ended_its_effect_is_disputed():
    said = SaidToEnd(by="A", at=START + timedelta(days=9), words="Over.", source_url="https://a.example")
    text = replace(TEXT, ends_said=(said,))
    assert under(None, incident(at=START + timedelta(days=9)), text=text) == [
        ("indeterminate", ["end_disputed"])
    ]
    assert under(None, incident(at=START + timedelta(days=8)), text=text) == APPARENT


def test_nothing_seen_before_it_is_no_evidence_that_it_answers_nothing():
    leaf = c.ReplyTo(kinds=frozenset({Phenomenon.EXPLOSION}), within_h=1.0, around_m=5_000.0)
    fire = incident("e", at=START + timedelta(days=9, minutes=-30), phenomenon="explosion")
    asked = replace(CLAUSE, phenomena=frozenset({Phenomenon.WEAPON}))
    text = replace(TEXT, clauses=(asked,))
    assert under(leaf, incident(), text=text) == [("indeterminate", ["condition_unknown"])]
    assert under(leaf, incident(), fire, text=text) == APPARENT


def exception(**more):
    return replace(
        CLAUSE,
        clause_id="t/E-1",
        act=Act.EXCEPTION,
        excepts=("t/C-1",),
        readings=(),
        needs=("shown",),
        **more,
    )


def notice(stated, *, hours=0.0, **more):
    start = START + timedelta(days=9)
    span = {"from_utc": start - timedelta(hours=1), "to_utc": start + timedelta(hours=1)}
    return Notice(stated=stated, record="r-1", by="A", at=start - timedelta(hours=hours), **span | more)


ORDERED = c.RecordStates(stated=c.Stated.ORDERED)


@pytest.mark.parametrize(
    ("notices", "expected"),
    [
        ((), APPARENT),  # not invoked
        ((notice(c.Stated.ORDERED),), APPARENT),  # ordered, and nobody relies on it
        ((notice(c.Stated.INVOKED, clause_id="t/E-1"),), [("indeterminate", ["exception_open"])]),
        (
            (notice(c.Stated.INVOKED, clause_id="t/E-1"), notice(c.Stated.ORDERED, denies=True)),
            APPARENT,
        ),  # closed
        ((notice(c.Stated.INVOKED, clause_id="t/E-2"),), APPARENT),
    ],
)
def test_an_exception_is_open_only_when_relied_on_and_not_closed_by_its_condition(notices, expected):
    text = replace(TEXT, clauses=(CLAUSE, exception(phenomena=frozenset(), when=ORDERED)))
    assert under(None, incident(), text=text, notices=notices) == expected


@pytest.mark.parametrize(("hours", "truth"), [(25.0, APPARENT), (1.0, [])])
def test_a_notice_counts_when_it_came_early_enough(hours, truth):
    leaf = c.Before(stated=c.Stated.NOTIFIED, at_least_h=24.0)
    assert under(leaf, incident(), notices=(notice(c.Stated.NOTIFIED, hours=hours),)) == truth


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.sampled_from(["watched_with_none", "clouded", "denied", "unknown"]), min_size=1, max_size=5),
    st.data(),
)
def test_adding_cloud_never_adds_a_no_breach_shown(states, data):
    kept = data.draw(st.lists(st.booleans(), min_size=len(states), max_size=len(states)))
    cloudy = [state if keep else "clouded" for state, keep in zip(states, kept, strict=True)]
    both = []
    for some in (states, cloudy):
        rows = [
            (f"UA-{n}", START, START + timedelta(days=9), None, "smm", state, 1.0, False, None)
            for n, state in enumerate(some)
        ]
        coverage = COVERAGE.conform(pl.DataFrame(rows, schema=COVERAGE.schema, orient="row"))
        frame = pl.DataFrame([incident(), incident("far", lon=36.0)], schema=INCIDENTS.schema)
        text = replace(TEXT, clauses=(replace(CLAUSE, when=OWN),))
        both.append(assess(frame, text, coverage, areas=NO_AREAS, profiles=SEEN, shapes=SHAPES))
    clear, covered = both
    assert covered.cleared["n"].sum() <= clear.cleared["n"].sum()
    assert "no_breach_shown" not in set(covered.assessments["verdict"])


def test_a_trace_has_a_step_for_every_condition_with_its_value_and_facts():
    text = replace(TEXT, clauses=(replace(CLAUSE, when=c.AllOf(of=(OWN, ORDERED))),))
    row = incident(lon=37.35)
    frame = pl.DataFrame([row], schema=INCIDENTS.schema)
    found = assess(frame, text, COVERAGE.empty(), areas=NO_AREAS, profiles=SEEN, shapes=SHAPES).assessments
    told = why(row, found.row(0, named=True), text, areas=NO_AREAS, profiles=SEEN, shapes=SHAPES)
    steps = {step.condition: (step.value, step.because) for step in told.steps}
    assert list(steps)[:2] == ["kind", "time"]
    assert steps["all of these"][0] == 1
    line = '{ line = "front", side = "own", nearer_than_m = 8000 }'
    assert steps[line] == (2, "it lies at 37.350, 48.000 within 100 m; the probability is 1.00")
    assert steps["{ ordered = true }"][1].startswith(
        "records that state or deny it: none; the probability is not known"
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [((2025, 3, 29), 1.0), ((2025, 3, 30), 0.5), ((2025, 3, 31), 0.5)],
)
def test_hours_of_the_day_are_those_of_the_wall_clock_when_clocks_change(day, expected):
    """03:00 to 05:00 UTC: 05:00 to 07:00 in Kyiv on the 29th, 06:00 to 08:00 from the 30th."""
    start = micros(datetime(*day, 3, tzinfo=UTC))
    spans = hours(
        c.Hours(from_minute=300, until_minute=420, clock="Europe/Kyiv", weekdays=()),
        np.array([start]),
        np.array([start]),
    )
    assert share(np.array([start]), np.array([start + 2 * 3_600_000_000]), spans)[0] == pytest.approx(
        expected
    )


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 5)), max_size=20),
    st.integers(0, 9),
    st.integers(0, 9),
)
def test_sums_below_both_bounds_are_those_counted_one_by_one(rows, most, below):
    one, other, sizes = (np.array([row[n] for row in rows], dtype=np.int64) for n in range(3))
    found = below_both(one, other, sizes.astype(float), np.array([most]), np.array([below]))
    assert found[0] == sum(size for a, b, size in rows if a <= most and b < below)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(0.5, None, "0.50"), (0.2, 0.7, "0.20 to 0.70"), (0.0, 1.0, "not known"), (None, None, "not known")],
)
def test_a_probability_is_printed_with_its_bounds(low, high, said):
    assert because(low, high) == said
