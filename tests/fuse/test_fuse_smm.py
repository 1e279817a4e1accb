"""Real patrol reports of October 2016: what is joined, what must not be, and why."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from trucewatch.fuse.fuse import Fused, fuse
from trucewatch.fuse.why import sentence
from trucewatch.ingest.smm import parse
from trucewatch.model.canonical import with_ids
from trucewatch.model.instants import Clock
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means

KYIV = ZoneInfo("Europe/Kyiv")
SMM = SourceProfile(
    source_id="smm",
    means=Means.HEARD,
    reliability="B",
    zone=KYIV,
    position_sigma_m=1500.0,
    repeats=0.0,
    published=True,
)


@pytest.fixture(scope="module")
def smm(shared: Path) -> tuple[pl.DataFrame, Fused]:
    raw = (shared / "data/donbas-2016/osce_smm_observations.csv").read_bytes()
    rows = with_ids(parse(raw, SMM).accepted.with_columns(observation_id=pl.lit("")))
    return rows, fuse(rows, {"smm": SMM})


def link(smm: tuple[pl.DataFrame, Fused], one: int, other: int) -> dict[str, object] | None:
    rows, fused = smm
    found = fused.links.with_columns(
        a=rows["row"].gather(fused.links["left"]), b=rows["row"].gather(fused.links["right"])
    ).filter(pl.concat_list("a", "b").list.sort() == pl.Series([sorted((one, other))]))
    return found.to_dicts()[0] if found.height else None


def incident_of(smm: tuple[pl.DataFrame, Fused], row: int) -> dict[str, object]:
    rows, fused = smm
    name = rows.filter(pl.col("row") == row)["observation_id"].item()
    return fused.incidents.filter(pl.col("observations").list.contains(name)).to_dicts()[0]


def test_the_day_has_an_incident_with_an_ellipse_for_every_line_of_fire(smm) -> None:
    rows, fused = smm
    day = Clock(zone=KYIV).day(datetime(2016, 10, 29, tzinfo=UTC).date())
    of_day = fused.incidents.filter(pl.col("from_utc").is_between(day.start, day.end, closed="left"))
    assert of_day.height == 6
    assert of_day["major90_m"].is_not_null().all()
    for row in (21, 22, 23, 25, 26):
        assert incident_of(smm, row)["n_observations"] == 1
    assert rows.height == 31


def test_what_the_mission_did_not_see_is_no_incident(smm) -> None:
    rows, fused = smm
    nothing = rows.filter(pl.col("row") == 24)["observation_id"].item()
    assert nothing not in fused.incidents["observations"].explode().to_list()


@pytest.mark.parametrize("avdiivka", [21, 22, 23])
def test_sectors_that_miss_each_other_are_not_joined(smm, avdiivka) -> None:
    found = link(smm, 20, avdiivka)
    assert found is None or not found["joined"]
    assert incident_of(smm, 20)["n_observations"] == 1


@pytest.mark.parametrize("avdiivka", [29, 30])
def test_sectors_that_meet_are_candidates_with_bits_for_and_against(smm, avdiivka) -> None:
    rows, _ = smm
    found = link(smm, 27, avdiivka)
    assert found is not None
    words = sentence(found, rows.row(found["left"], named=True), rows.row(found["right"], named=True))
    assert words.startswith("for: ")
    assert "against: " in words
    assert "both tell of explosion" in words
    assert "the times overlap for" in words


def test_the_posts_that_may_have_heard_the_same_night_share_the_range_of_their_counts(smm) -> None:
    joined = incident_of(smm, 27)
    assert joined["n_observations"] == 2
    assert joined["means"] == ["heard", "recorded"]
    assert (joined["count_min"], joined["count_max"]) == (28, 38)


def test_rows_of_one_post_stay_apart(smm) -> None:
    rows, fused = smm
    post = dict(rows.select("observation_id", "observer_lon").iter_rows())
    for ids in fused.incidents["observations"].to_list():
        assert len({post[one] for one in ids}) == len(ids)


def test_over_two_hundred_has_no_upper_bound(smm) -> None:
    assert (incident_of(smm, 25)["count_min"], incident_of(smm, 25)["count_max"]) == (200, None)
