"""Marks: right by hand on small partitions, perfect for who knows the truth, and worse for who does not."""

import itertools
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model.tables import ASSESSMENTS, ATTRIBUTIONS, INCIDENTS
from trucewatch.simulate.judging import attributed, false_attribution, judged
from trucewatch.simulate.marking import marks, reports, stands_for
from trucewatch.simulate.matching import matched
from trucewatch.simulate.observed import Observed, observe, told_of
from trucewatch.simulate.preset import preset
from trucewatch.simulate.tricks import Trick, tricked
from trucewatch.simulate.world import world


@pytest.fixture(scope="module")
def seen() -> Observed:
    return observe(world(preset("small"), seed=5))


def told(seen: Observed) -> pl.DataFrame:
    rows = seen.observations.hstack(seen.truth.drop("observation_id"))
    return rows.filter(~pl.col("phenomenon").is_in(["nothing"]))


def incidents(seen: Observed, *, together: bool) -> pl.DataFrame:
    """Incidents as by who knows the truth, or one for each report."""
    rows = told(seen)
    own = -1 - pl.int_range(pl.len())
    what = pl.Series(told_of(rows))
    key = pl.when(what == -1).then(own - 2**60).otherwise(what) if together else own
    truth = seen.world.events.select("event_id", true_lon="lon", true_lat="lat", true_count="count")
    grouped = rows.with_columns(key=key).join(truth, on="event_id", how="left")
    found = grouped.group_by("key").agg(
        incident_id=pl.col("observation_id").min(),
        from_utc=pl.col("from_utc").min(),
        to_utc=pl.col("to_utc").max(),
        lon=pl.coalesce("true_lon", "lon").first(),
        lat=pl.coalesce("true_lat", "lat").first(),
        major90_m=pl.lit(10.0),
        minor90_m=pl.lit(5.0),
        azimuth_deg=pl.lit(0.0),
        phenomenon=pl.col("phenomenon").first(),
        count_min90=pl.col("true_count").first(),
        count_max90=pl.col("true_count").first(),
        p_real=pl.when(pl.col("event_id").first().is_null()).then(0.0).otherwise(1.0),
        source_ids=pl.col("source_id").unique().sort(),
        observations=pl.col("observation_id").sort(),
    )
    return INCIDENTS.conform(found.drop("key").sort("incident_id"))


def test_who_knows_the_truth_gets_full_marks(seen) -> None:
    got = marks(seen, incidents(seen, together=True), profiles="true")
    m = got.matching
    assert (m.f1, m.precision, m.recall, m.b_cubed_f, m.adjusted_rand) == (1.0, 1.0, 1.0, 1.0, 1.0)
    assert m.count_error == 0.0
    assert (got.preset, got.seed) == ("small", 5)
    assert got.located[0].covered == 1.0
    assert got.located[0].counted == 1.0
    assert got.located[0].median_m is not None
    assert got.located[0].median_m < 1
    assert [t.real for t in got.reliability if t.incidents] == [0.0, 1.0]
    assert all(one.found == one.reported for one in got.missed)
    assert not any(one.false_incidents for one in got.missed)
    assert sum(one.events for one in got.missed if one.by == "ground") == seen.world.events.height


def test_who_joins_nothing_has_no_recall_and_false_alarms_to_answer_for(seen) -> None:
    alone = incidents(seen, together=False).with_columns(p_real=pl.lit(1.0))
    got = marks(seen, alone, profiles="true")
    assert (got.matching.f1, got.matching.precision, got.matching.recall) == (0.0, None, 0.0)
    assert got.matching.count_error is not None
    assert got.matching.count_error > 0.5
    false, events = told(seen)["event_id"].null_count(), told(seen)["event_id"].drop_nulls().n_unique()
    for by in ("kind", "ground"):
        assert sum(one.false_incidents or 0 for one in got.missed if one.by == by) == false
    assert got.reliability[-1].real == pytest.approx(events / alone.height, abs=1e-3)


def test_the_first_alert_is_the_first_report_that_came_in(seen) -> None:
    got = {one.name: one for one in marks(seen, incidents(seen, together=True), profiles="true").alerted}
    rows = told(seen).drop_nulls("event_id").join(seen.world.events, on="event_id", suffix="_true")
    first = rows.group_by("event_id").agg((pl.col("reported_utc") - pl.col("at_utc")).min())["reported_utc"]
    assert got["all"].first_median_s == pytest.approx(first.dt.total_seconds().median(), abs=1)
    assert got["all"].events == sum(one.events for name, one in got.items() if name != "all")
    assert got["all"].second_median_s is not None
    assert got["all"].first_median_s < got["all"].second_median_s


def test_among_what_a_trick_left_alone_only_those_reports_count(seen) -> None:
    after = tricked(seen, Trick.FLOODING)
    got = marks(after, incidents(after, together=True), profiles="declared", trick="flooding")
    assert got.unaltered is not None
    assert got.unaltered.reports == told(seen).height < got.matching.reports
    assert got.unaltered.f1 == 1.0


@pytest.mark.parametrize(
    ("ours", "truth", "f1", "b_cubed", "rand"),
    [
        ([0, 0, 1, 1], [5, 5, 6, 6], 1.0, 1.0, 1.0),
        ([0, 0, 0, 0], [5, 5, 6, 6], 0.5, 0.6667, 0.0),
        ([0, 1, 2, 3], [5, 5, 6, 6], 0.0, 0.6667, 0.0),
        ([0, 0, 1, 1], [5, 5, -1, -1], 0.6667, 0.8571, 0.5714),
        ([0, 0, 1, 1], [5, 5, -2, -2], 1.0, 1.0, 1.0),  # two that tell of one false alarm
    ],
)
def test_marks_of_small_partitions_are_as_by_hand(ours, truth, f1, b_cubed, rand) -> None:
    got = matched(np.array(ours), np.array(truth), p_real_sum=2.0)
    assert (got.f1, got.b_cubed_f, got.adjusted_rand) == (f1, b_cubed, rand)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-3, 5)), min_size=2, max_size=40))
def test_pairs_and_b_cubed_are_what_counting_one_by_one_gives(pairs) -> None:
    ours = np.array([one for one, _ in pairs])
    truth = np.array([two for _, two in pairs])
    theirs = np.where(truth == -1, 100 + np.arange(len(truth)), truth)
    got = matched(ours, truth, p_real_sum=0.0)
    both = found = true = 0
    for a, b in itertools.combinations(range(len(ours)), 2):
        one, other = ours[a] == ours[b], theirs[a] == theirs[b]
        both, found, true = both + (one and other), found + one, true + other
    assert got.f1 == (None if found + true == 0 else pytest.approx(2 * both / (found + true), abs=1e-4))
    precision = np.mean([np.mean(theirs[ours == ours[at]] == theirs[at]) for at in range(len(ours))])
    assert got.b_cubed_precision == pytest.approx(precision, abs=1e-4)


def odds(stood: pl.DataFrame, **given: str | None) -> pl.DataFrame:
    """ATTRIBUTIONS that lean to whom `given` says for each true cause; None is unattributed."""
    known = stood.drop_nulls("event_id").select("incident_id", "fired_by")
    says = known["fired_by"].replace_strict(given, default=None, return_dtype=pl.String)
    names = {"A": "p_a", "B": "p_b", "third": "p_third", "accident": "p_accident", "exercise": "p_exercise"}
    table = known.select("incident_id").with_columns(
        *(says.eq_missing(who).cast(pl.Float64).alias(name) for who, name in names.items()),
        p_unattributed=says.is_null().cast(pl.Float64),
    )
    return ATTRIBUTIONS.conform(table)


def test_attribution_is_marked_by_true_cause_and_unattributed_is_open(seen) -> None:
    found = incidents(seen, together=True)
    stood = stands_for(reports(seen, found), found, seen)
    got = {one.cause: one for one in attributed(stood, odds(stood, A="A", B="A", third="third"))}
    assert (got["A"].right, got["A"].wrong, got["A"].log_loss) == (got["A"].incidents, 0, 0.0)
    assert got["B"].wrong == got["B"].incidents > 0
    assert got["accident"].open == got["accident"].incidents
    false = false_attribution(stood, odds(stood, A="A", B="A", third="third"))
    assert false["B"] == 0.0
    assert false["A"] is not None
    assert false["A"] > 0.5
    nobody = {one.cause: one for one in attributed(stood, odds(stood))}
    assert nobody["A"].log_loss == nobody["B"].log_loss == 1.0


def test_assessments_are_marked_by_clause_and_verdict(seen) -> None:
    found = incidents(seen, together=True)
    stood = stands_for(reports(seen, found), found, seen)
    rows = stood.select("incident_id", "event_id").with_row_index("n")
    said = rows.filter(pl.col("n") % 2 == 0)
    assessments = ASSESSMENTS.conform(
        pl.DataFrame(
            {
                "assessment_id": said["incident_id"],
                "incident_id": said["incident_id"],
                "clause_id": "made-up/1",
                "agreement_version": "1",
                "subject": "incident",
                "verdict": "apparent_breach",
                "ceiling": "apparent",
            }
        )
    )
    breaches = said.drop_nulls("event_id").select("event_id", clause_id=pl.lit("made-up/1"))
    got = {one.verdict: one for one in judged(stood, assessments, breaches)}
    assert got["apparent_breach"].breaches == breaches.height
    assert got["apparent_breach"].others == said["event_id"].null_count()
    assert (got["no_row"].breaches, got["indeterminate"].breaches) == (0, 0)


def test_marks_change_with_nothing_but_what_they_mark(seen) -> None:
    found = incidents(seen, together=True)
    assert marks(seen, found, profiles="true") == marks(replace(seen), found.reverse(), profiles="true")
