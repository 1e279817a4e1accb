"""What leaves to whom: late, coarse, from enough origins, and only what is named."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import RefusedError
from trucewatch.model.gate import project
from trucewatch.model.grid import cell_centres, cell_edges, precision_m, side_of
from trucewatch.model.outside import DECIDING, banded, table_of
from trucewatch.model.policy import FORCES, LEAVING, Policy
from trucewatch.model.tables import ASSESSMENTS, COUNTS, COVERAGE, INCIDENTS, OBSERVATIONS, TABLES
from trucewatch.model.vocabulary import Audience, Phenomenon

THEN = datetime(2026, 3, 1, 10, 7, 31, tzinfo=UTC)
AT = THEN + timedelta(days=30)
OUTSIDE = [audience for audience in Audience if audience is not Audience.INTERNAL]
PLACE = {"lon": 37.7123457, "lat": 48.1765432, "major90_m": 812.4, "minor90_m": 93.1, "azimuth_deg": 37.5}


def policy(audience: Audience = Audience.PUBLIC, **said: object) -> Policy:
    return Policy(audience=audience, naming=b"secret", **said)  # type: ignore[arg-type]


def incidents(*rows: dict[str, object]) -> pl.DataFrame:
    whole = [
        {
            "incident_id": f"{n:032x}",
            "from_utc": THEN,
            "to_utc": THEN + timedelta(minutes=2),
            "phenomenon": "explosion",
            "count_min": 7,
            "count_max": 9,
            "n_origins": 2,
            "p_real": 0.9731,
            **PLACE,
            **row,
        }
        for n, row in enumerate(rows)
    ]
    extra = [name for name in ("sensitivity", "zone") if any(name in row for row in rows)]
    frame = pl.DataFrame(whole, infer_schema_length=None)
    return INCIDENTS.conform(frame.drop(extra)).with_columns(
        pl.Series(name, [row.get(name) for row in rows], pl.String) for name in extra
    )


def test_an_incident_leaves_as_the_centre_of_its_cell_with_one_precision_for_all() -> None:
    (row,) = project(incidents({}), Audience.PUBLIC, AT, policy()).rows(named=True)
    centre = [float(axis[0]) for axis in cell_centres(np.array([37.7123457]), np.array([48.1765432]), 9000)]
    assert [row["lon"], row["lat"]] == centre
    assert (row["major90_m"], row["minor90_m"], row["azimuth_deg"]) == (7250.0, 7250.0, None)
    assert (row["from_utc"], row["to_utc"]) == (
        THEN.replace(minute=0, second=0),
        THEN.replace(hour=11, minute=0, second=0),
    )
    assert (row["p_real"], row["n_origins"], row["observations"], row["source_ids"]) == (1.0, 2, [], [])
    assert row["incident_id"] != f"{0:032x}"


@pytest.mark.parametrize("audience", OUTSIDE)
def test_a_policy_is_for_its_own_audience_only(audience: Audience) -> None:
    other = next(each for each in OUTSIDE if each is not audience)
    with pytest.raises(RefusedError, match="no release policy for it"):
        project(incidents({}), audience, AT, policy(other))
    assert project(incidents({}), audience, AT, policy(audience)).height == 1


def test_nothing_leaves_before_its_time() -> None:
    ended = THEN.replace(hour=11, minute=0, second=0)
    for wait, phenomenon in ((timedelta(hours=72), "explosion"), (timedelta(days=14), "troops")):
        row = incidents({"phenomenon": phenomenon})
        for_body = policy(Audience.BODY)
        assert project(row, Audience.BODY, ended + wait, for_body).height == 1
        assert project(row, Audience.BODY, ended + wait - timedelta(microseconds=1), for_body).is_empty()


def test_one_origin_is_not_enough_and_a_small_number_stays() -> None:
    left = project(
        incidents({"n_origins": 1}, {"count_min": 1, "count_max": 2}, {"count_min": 1, "count_max": 5}),
        Audience.PUBLIC,
        AT,
        policy(),
    )
    assert left.select("count_min", "count_max").rows() == [(None, None), (None, 5)]


def test_the_public_is_never_told_of_forces_and_others_by_area_class_and_band() -> None:
    rows = incidents(
        *(
            {"phenomenon": kind.value, "weapon": "tank", "calibre_min_mm": 125.0, "zone": "north"}
            for kind in sorted(FORCES)
        )
    )
    assert project(rows, Audience.PUBLIC, AT, policy(delays={})).is_empty()
    for audience in OUTSIDE[:-1]:
        left = project(rows, audience, AT, policy(audience))
        assert left.height == len(FORCES)
        for row in left.rows(named=True):
            assert (row["lon"], row["lat"], row["major90_m"], row["area_id"]) == (None, None, None, "north")
            assert (row["weapon"], row["calibre_min_mm"]) == ("tank", None)
            assert (row["count_min"], row["count_max"]) == (5, 9)


def test_a_party_is_told_by_area_only_of_what_may_have_been_fired_there() -> None:
    rows = incidents(
        *({"trajectory": way, "zone": "north"} for way in ("outgoing", "undetermined", None, "incoming"))
    )
    left = project(rows, Audience.PARTY_A, AT, policy(Audience.PARTY_A))
    assert left["lon"].is_null().to_list() == [True, True, True, False]
    assert left["area_id"].to_list() == ["north", "north", "north", None]


def test_what_its_source_published_keeps_its_place_and_waits_as_long() -> None:
    row = incidents({"sensitivity": "public", "n_origins": 1, "count_min": 1, "count_max": 1})
    (left,) = project(row, Audience.PUBLIC, AT, policy()).rows(named=True)
    assert {name: left[name] for name in PLACE} == PLACE
    assert (left["from_utc"], left["count_min"]) == (THEN, 1)
    assert project(row, Audience.PUBLIC, THEN, policy()).is_empty()


def test_a_secret_row_leaves_to_nobody() -> None:
    assert project(incidents({"sensitivity": "secret"}), Audience.BODY, AT, policy(Audience.BODY)).is_empty()


def test_no_observer_leaves_with_an_observation_of_a_source_that_is_not_published() -> None:
    named = {
        c.name: {pl.String: "word", pl.Float64: 47.123456, pl.Int64: 4}.get(c.dtype)
        for c in OBSERVATIONS.columns
    }  # type: ignore[call-overload]
    said = {
        "means": "heard",
        "phenomenon": "explosion",
        "trajectory": "incoming",
        "sensitivity": "restricted",
        "reliability": "B",
    }
    times = dict.fromkeys(("from_utc", "to_utc", "reported_utc"), THEN)
    frame = OBSERVATIONS.conform(pl.DataFrame([{**named, **said, **times}])).with_columns(
        n_origins=pl.lit(3, pl.Int64)
    )
    wide = policy(tables=LEAVING | {"observations"})
    (left,) = project(frame, Audience.PUBLIC, AT, wide).rows(named=True)
    kept = {
        name for name, value in left.items() if value is not None and name not in said and name not in times
    }
    assert kept == {"observation_id", "source_id", "lon", "lat", "count_min", "count_max"}
    assert (left["source_id"], left["sensitivity"]) == ("withheld", "public")


def test_counts_stay_together_where_the_plain_one_is_small() -> None:
    rows = [("a", "raw", 1, 2), ("a", "hourly", 5, 9), ("b", "raw", 4, 6), ("b", "hourly", 1, 1)]
    frame = COUNTS.conform(
        pl.DataFrame(rows, schema=["incident_id", "rule", "count_min", "count_max"], orient="row")
    )
    left = project(frame, Audience.PUBLIC, AT, policy())
    assert left.select("count_min", "count_max").rows() == [(None, None), (None, None), (4, 6), (1, 1)]


def test_who_watched_is_not_told_apart() -> None:
    day = {
        "area_id": "UA-14",
        "from_utc": THEN,
        "to_utc": THEN,
        "state": "watched_with_none",
        "lower_bound": False,
    }
    rows = [
        {**day, "source_id": name, "hours": hours, "held_by": "words"}
        for name, hours in (("a", 3.7), ("b", 5.2))
    ]
    frame = COVERAGE.conform(pl.DataFrame([*rows, {**rows[0], "area_id": "post-7"}]))
    (left,) = project(frame, Audience.PUBLIC, AT, policy()).rows(named=True)
    assert (left["source_id"], left["hours"], left["lower_bound"], left["held_by"]) == (
        "withheld",
        5.0,
        True,
        None,
    )


def test_how_likely_a_clause_holds_does_not_leave() -> None:
    row = {
        "assessment_id": "ab-12",
        "incident_id": "ab",
        "clause_id": "x/1",
        "agreement_version": "1",
        "subject": "incident",
        "verdict": "indeterminate",
        "ceiling": "reported",
        "p_breach": 0.61,
    }
    (left,) = project(ASSESSMENTS.conform(pl.DataFrame([row])), Audience.PUBLIC, AT, policy()).rows(
        named=True
    )
    assert left["p_breach"] is None
    assert left["assessment_id"] == f"{left['incident_id']}-12" != "ab-12"


def test_ids_leave_under_the_missions_own_names_or_not_at_all() -> None:
    here, there = (project(incidents({}), each, AT, policy(each))["incident_id"][0] for each in OUTSIDE[:2])
    assert here != there
    with pytest.raises(RefusedError, match="no secret"):
        project(incidents({}), Audience.PUBLIC, AT, Policy(audience=Audience.PUBLIC))


def test_a_table_that_is_not_known_or_not_named_leaves_to_nobody() -> None:
    with pytest.raises(RefusedError, match="not known to the gate"):
        project(pl.DataFrame({"lon": [1.0]}), Audience.PUBLIC, AT, policy())
    for table in TABLES:
        frame = table.empty()
        if table.name not in LEAVING:
            with pytest.raises(RefusedError):
                project(frame, Audience.PUBLIC, AT, policy())
        else:
            assert project(frame, Audience.PUBLIC, AT, policy()).schema == table.schema
            assert table_of(frame) is table


def test_bands_hold_their_counts() -> None:
    counts = list(range(130))
    frame = pl.DataFrame({"n": counts}).select(
        low=banded(pl.col("n"), most=False), high=banded(pl.col("n"), most=True)
    )
    for n, (low, high) in zip(counts, frame.rows(), strict=True):
        assert low <= n
        assert high is None or n <= high
        assert n in (0, 1) or high is None or high > low


@given(
    lon=st.floats(-180, 180),
    lat=st.floats(-59, 59),
    side=st.sampled_from((1000, 3000, 9000, 40_000)),
)
def test_a_cell_holds_its_points_and_is_of_the_fixed_grid(lon: float, lat: float, side: float) -> None:
    west, south, east, north = cell_edges(lon, lat, side)
    assert west - 1e-9 <= lon <= east + 1e-9
    assert south - 1e-9 <= lat <= north + 1e-9
    middle = np.array([(west + east) / 2]), np.array([(south + north) / 2])
    assert cell_edges(float(middle[0][0]), float(middle[1][0]), side) == pytest.approx(
        (west, south, east, north)
    )
    wide = np.cos(np.radians(max(abs(south), abs(north)))) * (east - west) * 111_195
    assert wide >= side_of(side) * 0.999
    assert (north - south) * 111_195 >= side * 0.999
    assert precision_m(side) < 2 * side_of(side)


@given(lon=st.floats(-180, 180), lat=st.floats(-89, 89))
def test_a_smaller_cell_lies_whole_in_a_larger_one(lon: float, lat: float) -> None:
    small = cell_edges(lon, lat, 2400)
    for side in (4800, 9000, 39_000):
        large = cell_edges(lon, lat, side)
        assert large[0] <= small[0] + 1e-9
        assert large[1] <= small[1] + 1e-9
        assert small[2] <= large[2] + 1e-9
        assert small[3] <= large[3] + 1e-9


def test_what_decides_never_leaves() -> None:
    left = project(incidents({"sensitivity": "restricted", "zone": "north"}), Audience.PUBLIC, AT, policy())
    assert not {name for name in DECIDING if name in left.columns} - set(INCIDENTS.schema)
    assert Phenomenon.NOTHING in policy(never=frozenset()).withheld
