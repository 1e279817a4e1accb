"""Exchange the parties in all that was reported, and every output mirrors to the bit; watch one side half as much."""

from __future__ import annotations

import math
from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from trucewatch.assess.attribution import attribute
from trucewatch.fuse.fuse import fuse
from trucewatch.mission.exercising import assessed, notified, sides
from trucewatch.simulate.judging import CAUSES, false_attribution
from trucewatch.simulate.marking import reports, stands_for
from trucewatch.simulate.observed import Observed, observe
from trucewatch.simulate.preset import preset
from trucewatch.simulate.swap import swapped_reports
from trucewatch.simulate.world import world

SEED = 11
OTHER = {"A": "B", "B": "A"}


class Told:
    """All outputs of one exercise, its incidents known by the rows of their members."""

    def __init__(self, observed: Observed) -> None:
        self.observed = observed
        self.incidents = fuse(observed.observations, observed.declared).incidents
        self.attributions = attribute(self.incidents, sides(observed.world), notified(observed.world))
        self.assessments = assessed(observed.world, self.incidents, self.attributions, observed.declared)
        rows = {name: at for at, name in enumerate(observed.observations["observation_id"])}
        self.keys = {
            name: "-".join(map(str, sorted(rows[one] for one in members)))
            for name, members in self.incidents.select("incident_id", "observations").iter_rows()
        }

    def keyed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` without ids, each incident under its members' rows."""
        named = frame.with_columns(pl.col("incident_id").replace(self.keys).alias("key"))
        return named.drop("incident_id").sort("key")


@pytest.fixture(scope="module", params=["all sources", "who sees the flight"])
def observed(request: pytest.FixtureRequest) -> Observed:
    whole = observe(world(preset("small"), seed=SEED))
    if request.param == "all sources":
        return whole
    kept = whole.observations["source_id"].is_in(["patrol", "camera", "drone"])
    return replace(whole, observations=whole.observations.filter(kept), truth=whole.truth.filter(kept))


@pytest.fixture(scope="module")
def plain(observed: Observed) -> Told:
    return Told(observed)


@pytest.fixture(scope="module")
def swapped(observed: Observed) -> Told:
    return Told(swapped_reports(observed))


def _mirrored(lists: pl.Expr) -> pl.Expr:
    return lists.list.eval(pl.element().replace(OTHER)).list.sort()


def test_incidents_are_the_same_whoever_is_called_a(plain: Told, swapped: Told) -> None:
    ids = ("observations", "source_ids", "told_by")
    assert_frame_equal(
        plain.keyed(plain.incidents.drop(ids)), swapped.keyed(swapped.incidents.drop(ids)), check_exact=True
    )


def test_the_odds_of_exchanged_parties_mirror(plain: Told, swapped: Told) -> None:
    found = plain.keyed(plain.attributions).with_columns(pl.col("could").list.sort())
    renamed = swapped.keyed(swapped.attributions).rename({"p_a": "p_b", "p_b": "p_a"})
    mirrored = renamed.with_columns(_mirrored(pl.col("could"))).select(found.columns)
    assert_frame_equal(found, mirrored, check_exact=True)


def test_the_assessments_of_exchanged_parties_mirror(plain: Told, swapped: Told) -> None:
    def told(one: Told) -> pl.DataFrame:
        return one.keyed(one.assessments.drop("assessment_id")).sort("clause_id", "reading", "key")

    parts = pl.element().str.split_exact(": ", 1)
    renamed = pl.format("{}: {}", parts.struct.field("field_0").replace(OTHER), parts.struct.field("field_1"))
    mirrored = told(swapped).with_columns(pl.col("objections").list.eval(renamed).list.sort())
    assert plain.assessments.height > 60
    assert_frame_equal(told(plain), mirrored, check_exact=True)


def _odds(told: Told) -> pl.DataFrame:
    stood = stands_for(reports(told.observed, told.incidents), told.incidents, told.observed)
    odds = stood.drop_nulls("event_id").join(told.attributions, on="incident_id")
    return odds.filter(pl.col("fired_by").is_in(list(CAUSES)))


def test_odds_know_more_than_base_rates_and_where_flights_are_seen_they_are_unequal_often_enough(
    observed: Observed, plain: Told
) -> None:
    odds = _odds(plain)
    of_assessments = plain.assessments.join(plain.attributions, on="incident_id")
    unequal = of_assessments.filter(pl.col("p_a") != pl.col("p_b")).height / of_assessments.height
    assert unequal >= (0.2 if "public" in set(observed.observations["source_id"]) else 0.3)
    half = odds["p_unattributed"] / 2
    shares = odds.with_columns((pl.col("p_a") + half).alias("p_a"), (pl.col("p_b") + half).alias("p_b"))
    loss = [-math.log(max(row[CAUSES[row["fired_by"]]], 1e-4)) for row in shares.iter_rows(named=True)]
    rates = odds["fired_by"].value_counts(normalize=True)["proportion"].to_list()
    assert sum(loss) / len(loss) < -sum(rate * math.log(rate) for rate in rates)


@pytest.mark.parametrize("watched", [(1.0, 0.5), (0.5, 1.0)])
def test_the_side_that_is_watched_half_as_much_is_not_blamed_more(watched: tuple[float, float]) -> None:
    told = Told(observe(world(replace(preset("ten_thousand"), watched=watched), seed=SEED)))
    stood = stands_for(reports(told.observed, told.incidents), told.incidents, told.observed)
    rates = false_attribution(stood, told.attributions)
    assert rates["A"] is not None
    assert rates["B"] is not None
    assert abs(rates["A"] - rates["B"]) <= 0.02
