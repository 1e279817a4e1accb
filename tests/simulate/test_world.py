"""The simulated world: one seed one world, two sides alike, and a truth that agrees with itself."""

import hashlib
import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import shapely

from trucewatch.assess.zones import read_shapes
from trucewatch.errors import InputError
from trucewatch.model.weapon import weapon_of
from trucewatch.simulate.arms import ARMS
from trucewatch.simulate.preset import PRESETS, Phase, preset
from trucewatch.simulate.truth import EVENTS
from trucewatch.simulate.world import World, swapped, world

BIG = preset("ten_thousand")


@pytest.fixture(scope="module")
def made() -> World:
    return world(BIG, seed=7)


def digest(frame: pl.DataFrame) -> str:
    return hashlib.sha256(frame.write_ndjson().encode()).hexdigest()


def metres(lon0, lat0, lon1, lat1) -> np.ndarray:
    return np.hypot((lon1 - lon0) * 111_195, (lat1 - lat0) * 111_195)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(made) -> None:
    again, other = world(BIG, seed=7), world(BIG, seed=8)
    assert digest(made.events) == digest(again.events) != digest(other.events)
    assert digest(made.notices) == digest(again.notices)
    assert digest(made.weapons) == digest(again.weapons)
    assert made.front.geojson() == again.front.geojson() != other.front.geojson()


def test_presets_have_about_so_many_events_and_one_density() -> None:
    for name in ("small", "day", "ten_thousand"):
        asked = preset(name)
        assert world(asked, seed=1).events.height == pytest.approx(asked.events, rel=0.15)
    dense = [PRESETS[n] for n in ("ten_thousand", "hundred_thousand", "million", "ten_million")]
    assert [round(p.reports / p.length_km / p.days, 1) for p in dense] == [4.6] * 4


def test_a_preset_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match="small, day, peak"):
        preset("huge")


def test_nothing_of_it_lies_on_land() -> None:
    bounds = [one.shape.bounds for one in world(preset("day"), seed=1).front.outlines]
    west, south = (min(b[at] for b in bounds) for at in (0, 1))
    east, north = (max(b[at] for b in bounds) for at in (2, 3))
    assert -13 < west < east < -1
    assert -2 < south < north < 2


def test_events_are_numbered_in_the_order_of_time_and_have_their_columns(made) -> None:
    assert made.events.schema == EVENTS
    assert made.events["event_id"].to_list() == list(range(made.events.height))
    assert made.events["at_utc"].is_sorted()
    assert made.events["at_utc"].min() >= BIG.starts


def test_a_reply_answers_earlier_fire_of_the_other_side_in_its_engagement(made) -> None:
    replies = made.events.filter(pl.col("reply_to").is_not_null(), pl.col("launch_of").is_null())
    both = replies.join(made.events, left_on="reply_to", right_on="event_id", suffix="_before")
    assert both.height == replies.height > 100
    assert (both["fired_by"] != both["fired_by_before"]).all()
    assert (both["engagement"] == both["engagement_before"]).all()
    assert (both["at_utc"] >= both["at_utc_before"]).all()


def test_a_launch_lies_where_its_shot_was_fired_and_comes_before_it(made) -> None:
    launches = made.events.filter(pl.col("launch_of").is_not_null())
    both = launches.join(made.events, left_on="launch_of", right_on="event_id", suffix="_shot")
    assert both.height == launches.height > 100
    assert (both["lon"] == both["from_lon_shot"]).all()
    assert (both["at_utc"] <= both["at_utc_shot"]).all()
    assert set(both["trajectory_shot"]) == {"incoming"}


def test_each_side_fires_from_its_own_ground_within_reach_and_towards_the_other(made) -> None:
    fired = made.events.filter(pl.col("fired_by").is_in(["A", "B"]))
    far = metres(*(fired[name].to_numpy() for name in ("from_lon", "from_lat", "to_lon", "to_lat")))
    reach = {one.words: one.reach_m for one in ARMS}
    limit = fired["weapon"].replace_strict(reach, return_dtype=pl.Float64).to_numpy()
    assert np.mean(far <= limit * 1.3) > 0.97
    assert fired["crossing"].mean() > 0.97
    south = fired.filter(pl.col("fired_by") == "A")["heading_deg"]
    assert ((south > 90) & (south < 270)).mean() > 0.95
    assert (fired["fired_by"] == fired["side"]).all()


def test_the_two_sides_are_alike_in_the_mean() -> None:
    shares = [
        (events["fired_by"] == "A").sum() / events["fired_by"].is_in(["A", "B"]).sum()
        for events in (world(BIG, seed=seed).events for seed in range(6))
    ]
    assert 0.45 < float(np.mean(shares)) < 0.55


def test_every_cause_and_phase_is_there(made) -> None:
    assert set(made.events["fired_by"]) == {"A", "B", "third", "accident", "exercise", "none"}
    assert set(made.events["phase"]) == {phase.value for phase in Phase}
    assert made.phases["to_utc"][:-1].to_list() == made.phases["from_utc"][1:].to_list()
    by_phase = dict(made.events["phase"].value_counts().rows())
    assert by_phase["holds"] / 0.35 < by_phase["breaks"] / 0.2


def test_nights_are_louder_than_noon(made) -> None:
    hour = world(preset("hundred_thousand"), seed=3).events["at_utc"].dt.hour()
    assert hour.is_between(18, 22).sum() > 1.5 * hour.is_between(10, 14).sum()


def test_exercises_keep_to_the_circle_and_hours_of_one_that_was_held(made) -> None:
    rounds = made.events.filter(pl.col("fired_by") == "exercise")
    held = made.notices.filter("held")
    assert 0 < made.notices["given_utc"].null_count() < made.notices.height
    within = rounds.join_where(
        held, pl.col("at_utc") >= pl.col("from_utc"), pl.col("at_utc") <= pl.col("to_utc")
    )
    away = metres(*(within[name].to_numpy() for name in ("lon", "lat", "lon_right", "lat_right")))
    inside = within.filter(pl.Series(away <= within["radius_m"].to_numpy()), side=pl.col("party"))
    assert inside["event_id"].n_unique() == rounds.height > 20


def test_some_weapons_left_their_zone_and_some_did_not(made) -> None:
    lines = {one.party: one.shape for one in made.front.outlines if one.outline_id.startswith("line")}
    moved = 0
    for row in made.weapons.iter_rows(named=True):
        line = lines[row["party"]]
        before = line.distance(shapely.Point(row["lon"], row["lat"])) * 111_195
        after = line.distance(shapely.Point(row["to_lon"], row["to_lat"])) * 111_195
        assert before <= row["limit_m"]
        assert after > before
        moved += row["moved_utc"] is not None
    assert 0 < moved < made.weapons.height


def test_each_side_has_its_own_line_and_zones_on_its_own_ground(made) -> None:
    by_id = {one.outline_id: one for one in made.front.outlines}
    assert sorted(by_id) == sorted(
        f"{what}-{party}" for what in ("line", "zone-7500", "zone-50000") for party in "AB"
    )
    ours, theirs = by_id["line-A"].shape, by_id["line-B"].shape
    gap = [theirs.distance(shapely.Point(xy)) * 111_195 for xy in ours.coords]
    assert 50 < min(gap) < max(gap) < 2_000
    assert by_id["zone-50000-A"].shape.intersection(by_id["zone-50000-B"].shape).area == 0
    assert by_id["zone-50000-A"].shape.is_valid
    assert by_id["zone-7500-A"].shape.covered_by(by_id["zone-50000-A"].shape.buffer(1e-5))
    assert made.front.geojson()["mark"] == "EXERCISE"
    read = read_shapes(json.dumps(made.front.geojson()))
    assert {(one.name, one.claimed_by, one.left) for one in read.shapes if one.is_line} == {
        ("line-A", "A", "A"),
        ("line-B", "B", "A"),
    }
    assert by_id["zone-50000-A"].shape.difference(made.front.grounds[0]).area < 1e-6


def test_settlements_are_held_by_the_side_on_whose_ground_they_lie(made) -> None:
    places = made.front.settlements
    lines = {one.party: one.shape for one in made.front.outlines if one.outline_id.startswith("line")}
    for row in places.iter_rows(named=True):
        spot = shapely.Point(row["lon"], row["lat"])
        nearer = min(lines, key=lambda party: lines[party].distance(spot))
        assert row["held_by"] in (nearer, None)


def test_swapping_exchanges_the_sides_and_moves_nothing(made) -> None:
    other = swapped(made)
    assert other.events.drop("fired_by", "side", "ground").equals(
        made.events.drop("fired_by", "side", "ground")
    )
    mine, theirs = (dict(w.events["fired_by"].value_counts().rows()) for w in (made, other))
    assert (mine["A"], mine["B"], mine["third"]) == (theirs["B"], theirs["A"], theirs["third"])
    assert {one.outline_id: one.shape.wkb for one in other.front.outlines}["line-B"] == {
        one.outline_id: one.shape.wkb for one in made.front.outlines
    }["line-A"]
    twice = swapped(other)
    assert digest(twice.events) == digest(made.events)
    assert twice.front.geojson() == made.front.geojson()


def test_swapping_exchanges_the_shares_of_watch() -> None:
    half = world(replace(preset("small"), watched=(1.0, 0.5)), seed=1)
    assert swapped(half).preset.watched == (0.5, 1.0)


def test_the_words_for_a_weapon_are_of_its_class_and_no_other_calibre() -> None:
    for arm in ARMS:
        said = weapon_of(arm.words)
        assert said.weapon_class is arm.weapon
        assert said.calibre_mm in (None, arm.calibre_mm)
