"""The simulated truce: the same for a seed, honest about its truth, and good enough to fuse."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import pytest
import shapely
import shapely.affinity

from trucewatch.fuse.fuse import fuse
from trucewatch.ingest.table import parse
from trucewatch.model.canonical import with_ids
from trucewatch.simulate.simulate import SOURCE_ID, Simulated, simulate
from trucewatch.simulate.telling import FORM

MAPPING = {
    "from_utc": "from",
    "to_utc": "to",
    "means": "means",
    "phenomenon": "phenomenon",
    "trajectory": "trajectory",
    "count": "count",
    "weapon": "weapon",
    "observer_lat": "position_lat",
    "observer_lon": "position_lon",
    "directions": "directions",
    "distance_min_m": {"column": "distance_min_km", "unit": "km"},
    "distance_max_m": {"column": "distance_max_km", "unit": "km"},
    "heading": "heading",
    "held_by": "held_by",
    "text": "report",
}


def observations(truce: Simulated) -> pl.DataFrame:
    profile = replace(truce.sources[SOURCE_ID], mapping=MAPPING)
    screened = parse(truce.patrol_reports.write_csv().encode(), profile)
    assert screened.refused == ()
    return with_ids(screened.accepted.with_columns(observation_id=pl.lit("")))


def pairs(groups: list[list[str]]) -> set[tuple[str, str]]:
    return {pair for group in groups for pair in itertools.combinations(sorted(group), 2)}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    one, again, other = simulate(seed=7), simulate(seed=7), simulate(seed=8)
    assert one.patrol_reports.write_csv() == again.patrol_reports.write_csv()
    assert one.truth.write_ndjson() == again.truth.write_ndjson()
    assert one.zone_geojson() == again.zone_geojson()
    assert one.patrol_reports.write_csv() != other.patrol_reports.write_csv()


def test_nothing_of_it_lies_on_land() -> None:
    truce = simulate(seed=1)
    west, south, east, north = shapely.union(truce.zone, truce.line).bounds
    assert 0 < west < east < 1
    assert 0 < south < north < 0.5


@pytest.mark.parametrize("seed", range(10))
def test_one_clear_case_inside_the_zone_is_heard_by_two_posts(seed) -> None:
    truce = simulate(seed=seed)
    case = truce.truth.row(0, named=True)
    assert truce.zone.contains(shapely.Point(case["lon"], case["lat"]))
    assert (case["phenomenon"], case["count"]) == ("explosion", 4)
    assert case["at_utc"] == datetime(2027, 3, 2, 10, 14, tzinfo=UTC)
    heard = truce.patrol_reports.filter(pl.col("report").is_in(case["reports"]))
    assert heard["position"].n_unique() == len(case["reports"]) >= 2


@pytest.mark.parametrize("seed", range(10))
def test_a_truce_has_unheard_incidents_false_alarms_and_watches_without_any(seed) -> None:
    truce = simulate(seed=seed)
    reports = truce.patrol_reports
    true = truce.truth["reports"].explode().drop_nulls()
    nothing = reports.filter(pl.col("phenomenon") == "nothing")
    alarms = reports.height - nothing.height - len(true)
    assert 11 <= truce.truth.height <= 20
    assert (truce.truth["reports"].list.len() == 0).any()
    assert alarms in (2, 3)
    assert nothing.height > 0
    assert (nothing["count"] == "").all()
    assert true.is_unique().all()


def test_reports_have_the_columns_of_the_patrol_form_and_say_who_held_the_place() -> None:
    reports = simulate(seed=3).patrol_reports
    assert tuple(reports.columns) == FORM
    assert set(reports["held_by"]) == {"A", "B"}
    assert set(reports.dtypes) == {pl.String}


def test_a_report_holds_the_moment_of_what_it_tells_and_its_post_is_on_watch() -> None:
    truce = simulate(seed=5)
    posts = {post.name: post for post in truce.patrols}
    reports = {row["report"]: row for row in truce.patrol_reports.iter_rows(named=True)}
    for case in truce.truth.iter_rows(named=True):
        for name in case["reports"]:
            row = reports[name]
            start, end = datetime.fromisoformat(row["from"]), datetime.fromisoformat(row["to"])
            assert start <= case["at_utc"] < end
            assert posts[row["position"]].watching(case["at_utc"])


@pytest.fixture(scope="module")
def fused() -> list[tuple[Simulated, pl.DataFrame, dict[str, str]]]:
    """Thirty truces, their incidents, and the report behind each observation."""
    found = []
    for seed in range(30):
        truce = simulate(seed=seed)
        rows = observations(truce)
        incidents = fuse(rows, truce.sources).incidents
        found.append((truce, incidents, dict(rows.select("observation_id", "text").iter_rows())))
    return found


def test_fusing_finds_which_reports_are_one_incident(fused) -> None:
    """Pairwise F1; 1 would be every pair of reports of one incident and no other."""
    right = found = true = 0
    for truce, incidents, report in fused:
        ours = pairs([[report[one] for one in ids] for ids in incidents["observations"].to_list()])
        theirs = pairs(truce.truth["reports"].to_list())
        right, found, true = right + len(ours & theirs), found + len(ours), true + len(theirs)
    assert true > 100
    assert 2 * right / (found + true) >= 0.93


def test_the_clear_case_becomes_one_incident(fused) -> None:
    for truce, incidents, report in fused:
        heard = set(truce.truth["reports"][0].to_list())
        assert heard in [{report[one] for one in ids} for ids in incidents["observations"].to_list()], (
            truce.seed
        )


def test_the_ellipse_of_an_incident_mostly_holds_the_true_place(fused) -> None:
    inside = placed = 0
    for truce, incidents, report in fused:
        whose = {name: case for case in truce.truth.iter_rows(named=True) for name in case["reports"]}
        for incident in incidents.iter_rows(named=True):
            case = whose.get(report[incident["observations"][0]])
            if case is None:
                continue
            east, north = (case["lon"] - incident["lon"]) * 111_195, (case["lat"] - incident["lat"]) * 111_195
            turned = shapely.affinity.rotate(
                shapely.Point(east, north), incident["azimuth_deg"], origin=(0, 0)
            )
            off2 = (turned.y / incident["major90_m"]) ** 2 + (turned.x / incident["minor90_m"]) ** 2
            inside, placed = inside + (off2 <= 1), placed + 1
    assert placed > 200
    assert 0.83 <= inside / placed <= 0.97, (inside, placed)
