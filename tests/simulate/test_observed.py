"""What sources make of a simulated world: errors of their own, false alarms, repeats, copies, hours of watch."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from trucewatch.model.canonical import with_ids
from trucewatch.model.geodesy import METRES_PER_DEGREE
from trucewatch.model.tables import CONTROL, OBSERVATIONS, WEATHER
from trucewatch.simulate.instruments import INSTRUMENTS
from trucewatch.simulate.observed import TRUTH, Observed, named, observe
from trucewatch.simulate.picks import picks
from trucewatch.simulate.preset import preset
from trucewatch.simulate.surroundings import control, weather
from trucewatch.simulate.swap import swapped_reports
from trucewatch.simulate.world import world


@pytest.fixture(scope="module")
def seen() -> Observed:
    return observe(world(preset("ten_thousand"), seed=7))


def both(seen: Observed) -> pl.DataFrame:
    """Rows of events beside what they tell of."""
    rows = seen.observations.hstack(seen.truth.drop("observation_id"))
    rows = rows.filter(pl.col("phenomenon") != "nothing")
    return rows.join(seen.world.events, on="event_id", how="left", suffix="_true", maintain_order="left")


def off_m(rows: pl.DataFrame) -> np.ndarray:
    east = (rows["lon"] - rows["lon_true"]).to_numpy() * METRES_PER_DEGREE
    return np.hypot(east, (rows["lat"] - rows["lat_true"]).to_numpy() * METRES_PER_DEGREE)


def test_the_same_seed_gives_the_same_rows_ids_and_profiles(seen) -> None:
    again, other = observe(seen.world), observe(world(preset("ten_thousand"), seed=8))
    assert again.observations.equals(seen.observations)
    assert again.truth.equals(seen.truth)
    assert again.declared == seen.declared
    assert not other.observations.equals(seen.observations)


def test_rows_have_the_table_s_columns_and_the_truth_stands_beside_them(seen) -> None:
    assert seen.observations.schema == OBSERVATIONS.schema
    assert seen.truth.schema == TRUTH
    assert (seen.observations["observation_id"] == seen.truth["observation_id"]).all()
    assert seen.observations["observation_id"].is_unique().all()
    assert seen.observations["reported_utc"].is_sorted()


def test_a_false_alarm_said_again_is_the_same_and_no_event(seen) -> None:
    false = both(seen).filter(pl.col("event_id").is_null())
    assert false["alarm_id"].null_count() == 0
    assert 1.05 < false.height / false["alarm_id"].n_unique() < 1.3
    firsts = false.filter(~pl.col("again"), ~pl.col("copy"))
    assert firsts["alarm_id"].is_unique().all()
    assert seen.truth.filter(pl.col("event_id").is_not_null())["alarm_id"].null_count() == len(
        seen.truth["event_id"].drop_nulls()
    )


def test_there_are_about_as_many_rows_as_the_preset_says() -> None:
    for name in ("small", "day", "ten_thousand"):
        asked = preset(name)
        assert observe(world(asked, seed=2)).observations.height == pytest.approx(asked.reports, rel=0.25)


def test_the_mix_is_that_of_the_bench_it_stands_for(seen) -> None:
    """Ten sources and more, about 44 % of events by one of them, 10 % false alarms, 11 % repeats."""
    rows = both(seen)
    sources = rows.drop_nulls("event_id").group_by("event_id").agg(pl.col("source_id").n_unique())
    assert rows["source_id"].n_unique() == len(INSTRUMENTS) >= 10
    assert 0.38 < (sources["source_id"] == 1).mean() < 0.5
    assert 0.08 < rows["event_id"].null_count() / rows.height < 0.13
    assert 0.08 < rows["again"].mean() < 0.13
    assert 0.01 < rows["copy"].mean() < 0.05


def test_many_events_nobody_reports(seen) -> None:
    assert 0.1 < 1 - seen.truth["event_id"].drop_nulls().n_unique() / seen.world.events.height < 0.5


def test_fixes_are_as_far_off_as_the_true_profile_says(seen) -> None:
    rows = both(seen).drop_nulls(["event_id", "lon"])
    for name in ("acoustic", "seismic", "drone", "optical"):
        far = off_m(rows.filter(pl.col("source_id") == name))
        sigma = seen.true[name].position_sigma_m
        assert float(np.median(far)) == pytest.approx(1.18 * sigma, rel=0.25), name


def test_sectors_mostly_hold_what_was_heard(seen) -> None:
    rows = both(seen).filter(pl.col("source_id") == "patrol").drop_nulls(["event_id", "bearing_deg"])
    ratio = off_m(rows) / rows["major_m"].to_numpy()
    assert 0.5 < float(np.median(ratio)) < 1.6
    assert (rows["distance_min_m"] <= rows["distance_max_m"]).all()
    assert set((rows["bearing_deg"] % 11.25).round(6)) == {0.0}


def test_a_patrol_reports_from_a_post_on_watch_on_the_side_it_names(seen) -> None:
    rows = both(seen).filter(pl.col("source_id") == "patrol", ~pl.col("again")).drop_nulls("event_id")
    watch = seen.hours.filter(pl.col("source_id") == "patrol").with_columns(
        key=pl.format("{} {}", pl.col("lon").round(4), pl.col("lat").round(4))
    )
    wrote = rows.with_columns(
        key=pl.format("{} {}", pl.col("observer_lon").round(4), pl.col("observer_lat").round(4))
    )
    met = wrote.join(watch, on="key", suffix="_watch")
    during = met.filter(
        pl.col("at_utc") >= pl.col("from_utc_watch"), pl.col("at_utc") < pl.col("to_utc_watch")
    )
    assert during["observation_id"].n_unique() == rows.height > 300
    assert (during["held_by"] == during["held_by_watch"]).all()


def test_posts_of_both_sides_watch_alike_and_half_when_halved() -> None:
    whole = observe(world(preset("ten_thousand"), seed=1)).hours
    half = observe(world(replace(preset("ten_thousand"), watched=(1.0, 0.5)), seed=1)).hours

    def per_side(hours: pl.DataFrame) -> dict[str, float]:
        long = (pl.col("to_utc") - pl.col("from_utc")).dt.total_seconds().sum()
        return dict(hours.group_by("held_by").agg(long).rows())

    assert per_side(whole)["A"] == pytest.approx(per_side(whole)["B"], rel=0.15)
    assert per_side(half)["A"] == per_side(whole)["A"]
    assert per_side(half)["B"] == pytest.approx(per_side(whole)["B"] / 2, rel=0.05)


def test_watches_without_a_report_are_written_down_as_nothing(seen) -> None:
    nothing = seen.observations.filter(pl.col("phenomenon") == "nothing")
    assert nothing.height > 20
    assert nothing["lon"].null_count() == nothing.height
    assert nothing["held_by"].null_count() == 0


def test_each_party_claims_mostly_about_the_other(seen) -> None:
    rows = both(seen).filter(pl.col("fired_by").is_in(["A", "B"]))
    for mine, theirs in (("A", "B"), ("B", "A")):
        said = rows.filter(pl.col("source_id") == f"claims-{mine}")
        assert (said["fired_by"] == theirs).mean() > 0.85
        assert set(said["told_by"]) == {mine}
        assert said["text"].str.contains(f"{mine} states.*: {theirs} fired").all()


def test_a_copy_has_the_words_and_the_event_of_an_earlier_row_of_another_source(seen) -> None:
    rows = both(seen)
    copies = rows.filter("copy")
    first = rows.filter(~pl.col("copy"), ~pl.col("again"), pl.col("text").is_not_null())
    met = copies.join(first, on="text", suffix="_first")
    assert met["observation_id"].n_unique() == copies.height > 50
    assert met["event_id"].eq_missing(met["event_id_first"]).all()
    assert (met["reported_utc"] > met["reported_utc_first"]).all()
    assert (met["source_id"] != met["source_id_first"]).all()
    assert 0.1 < copies["origin"].is_not_null().mean() < 0.6


def test_satellites_see_what_is_left_between_two_passes(seen) -> None:
    rows = both(seen).filter(pl.col("source_id").is_in(["thermal", "optical"])).drop_nulls("event_id")
    assert (rows["at_utc"] >= rows["from_utc"]).all()
    assert (rows["at_utc"] <= rows["to_utc"]).all()
    assert rows["from_utc"].dt.hour().n_unique() <= 3


def test_some_declared_profiles_are_wrong_and_some_leave_things_out(seen) -> None:
    wrong = [name for name in seen.true if seen.true[name] != seen.declared[name]]
    assert len(wrong) >= 3
    many = [observe(world(preset("small"), seed=seed)) for seed in range(4)]
    ratios = {
        round(one.declared[name].position_sigma_m / one.true[name].position_sigma_m, 1)
        for one in many
        for name in one.true
        if one.declared[name].position_sigma_m and one.true[name].position_sigma_m
    }
    assert {0.5, 1.0, 2.0} <= ratios


def test_swapped_reports_mirror_and_twice_is_once(seen) -> None:
    other = swapped_reports(seen)
    assert (other.observations["observation_id"] != seen.observations["observation_id"]).any()
    assert other.observations["lon"].equals(seen.observations["lon"])
    mine, theirs = (o.observations["held_by"].value_counts().sort("held_by") for o in (seen, other))
    assert (
        mine.filter(pl.col("held_by") == "A")["count"][0]
        == theirs.filter(pl.col("held_by") == "B")["count"][0]
    )
    assert other.true["claims-A"].affiliation == "party:A"
    assert other.true["claims-A"].false_per_day == seen.true["claims-B"].false_per_day
    claim = other.observations.filter(pl.col("source_id") == "claims-A")["text"]
    assert claim.str.contains("A states.*: B fired").all()
    back = swapped_reports(other)
    assert back.observations.equals(seen.observations)
    assert back.declared == seen.declared


def test_picks_are_arrivals_at_the_speed_of_sound(seen) -> None:
    found = picks(seen.world).join(seen.world.events, on="event_id", suffix="_true").head(5_000)
    far = off_m(found)
    late = (found["at_utc"] - found["at_utc_true"]).dt.total_microseconds().to_numpy() / 1e6
    speed = far[far > 3_000] / late[far > 3_000]
    assert found.height > 1_000
    assert 320 < float(speed.min()) < float(speed.max()) < 360


def test_weather_and_control_are_tables_of_their_own(seen) -> None:
    assert weather(seen.world).schema == WEATHER.schema
    assert control(seen.world).schema == CONTROL.schema
    assert set(control(seen.world)["held_by"]) == {"A", "B"}


def test_ids_made_part_by_part_are_those_of_the_whole(seen) -> None:
    twice = pl.concat([seen.observations, seen.observations]).sort("reported_utc", maintain_order=True)
    assert named(twice, at_once=700).equals(with_ids(twice))
    assert named(seen.observations).equals(seen.observations)
