"""What is learned of sources that declare nothing, or something wrong."""

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from trucewatch.fuse.learning import BELIEVED, LEARNED, learn
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import OBSERVATIONS
from trucewatch.model.vocabulary import Means, Phenomenon
from trucewatch.simulate.observed import observe
from trucewatch.simulate.preset import preset
from trucewatch.simulate.world import world

EVENTS = 600
TRUE: Mapping[str, tuple[float, float, float]] = {  # place in m, time in s, share of false reports
    "exact": (150.0, 5.0, 0.0),
    "middling": (200.0, 8.0, 0.1),
    "coarse": (900.0, 60.0, 0.25),
}


@pytest.fixture(scope="module")
def front() -> pl.DataFrame:
    """Return what three sources make of events that lie well apart, each of which each reports by half."""
    generator = np.random.Generator(np.random.PCG64(5))
    x, t = generator.uniform(0, 200_000, EVENTS), generator.uniform(0, 20 * 86_400, EVENTS)
    parts = []
    for name, (sigma_m, sigma_s, false) in TRUE.items():
        seen = np.flatnonzero(generator.random(EVENTS) < 0.6)
        ghosts = int(false / (1 - false) * len(seen))
        east = np.append(x[seen], generator.uniform(0, 200_000, ghosts))
        east += generator.normal(0, sigma_m, len(east))
        north = generator.normal(0, sigma_m, len(east))
        at = np.append(t[seen], generator.uniform(0, 20 * 86_400, ghosts))
        at += generator.normal(0, sigma_s, len(at))
        moment = pl.Series(at * 1e6).cast(pl.Int64).cast(pl.Duration("us")) + datetime(2027, 3, 1, tzinfo=UTC)
        parts.append(
            pl.DataFrame({"lon": east / 111_195, "lat": north / 111_195, "from_utc": moment}).with_columns(
                source_id=pl.lit(name)
            )
        )
    rows = pl.concat(parts).with_columns(
        observation_id=pl.int_range(pl.len()).cast(pl.String).str.zfill(32),
        to_utc=pl.col("from_utc"),
        means=pl.lit("detected"),
        phenomenon=pl.lit("explosion"),
        sensitivity=pl.lit("public"),
    )
    return OBSERVATIONS.conform(rows)


def test_errors_are_found_without_labels_and_are_taken_too_large_rather_than_too_small(front) -> None:
    learned = learn(front, {})
    for name, (sigma_m, sigma_s, _) in TRUE.items():
        profile = learned.profiles[name]
        assert 0.9 * sigma_m <= profile.position_sigma_m <= 2.5 * sigma_m
        assert 0.9 * sigma_s <= profile.time_sigma_s <= 2.5 * sigma_s


def test_clocks_far_worse_than_is_usual_are_found_out() -> None:
    seen = observe(world(preset("small"), seed=18))  # the clocks of its arrays fail on some days
    learned, true = learn(seen.observations, {}).profiles["acoustic"], seen.true["acoustic"]
    assert true.time_sigma_s > 10 * BELIEVED[Means.DETECTED][1]
    assert 0.5 * true.time_sigma_s <= learned.time_sigma_s <= 2.5 * true.time_sigma_s


def test_a_source_that_reports_what_nobody_caused_is_found_out(front) -> None:
    profiles = learn(front, {}).profiles
    assert profiles["exact"].false_share < profiles["coarse"].false_share
    assert profiles["middling"].false_share < profiles["coarse"].false_share


def test_a_wrong_declaration_is_shown_beside_what_was_learned(front) -> None:
    wrong = SourceProfile(source_id="exact", means=Means.DETECTED, position_sigma_m=1_000.0, time_sigma_s=9.0)
    table = learn(front, {"exact": wrong}).table
    assert table.schema == LEARNED
    told = {
        field: (declared, differs)
        for source, field, declared, _, _, differs in table.iter_rows()
        if source == "exact"
    }
    assert told["position_sigma_m"] == (1_000.0, True)
    assert told["time_sigma_s"] == (9.0, False)
    assert told["alone"] == (None, False)


def test_the_order_of_the_rows_teaches_nothing(front) -> None:
    other = front[np.random.default_rng(3).permutation(front.height)]
    assert learn(front, {}).profiles == learn(other, {}).profiles


def test_of_a_few_rows_nothing_is_learned(front) -> None:
    declared = SourceProfile(source_id="exact", means=Means.DETECTED, position_sigma_m=70.0)
    learned = learn(front.filter(pl.col("source_id") == "exact").head(20), {"exact": declared})
    assert learned.profiles == {"exact": declared}
    assert learned.table.is_empty()


def test_of_nothing_nothing_is_learned() -> None:
    assert learn(OBSERVATIONS.empty(), {}).profiles == {}


def test_kinds_that_a_source_takes_for_one_another_are_learned_and_shown_beside_what_it_declares(
    front,
) -> None:
    generator = np.random.Generator(np.random.PCG64(6))
    wrong = pl.Series(generator.random(front.height) < 0.3)
    mixed = front.with_columns(
        phenomenon=pl.when((pl.col("source_id") == "middling") & wrong)
        .then(pl.lit("airburst"))
        .otherwise("phenomenon")
    )
    declared = SourceProfile(
        source_id="middling",
        means=Means.DETECTED,
        confuses={Phenomenon.EXPLOSION: {Phenomenon.AIRBURST: 0.05}},
    )
    learned = learn(mixed, {"middling": declared})
    shown = learned.profiles["middling"].confuses[Phenomenon.EXPLOSION][Phenomenon.AIRBURST]
    assert 0.15 < shown < 0.35
    assert learned.confused.rows() == [("middling", "explosion", "airburst", 0.05, shown)]
