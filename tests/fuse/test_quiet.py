"""Posts that looked and noted nothing count against what is said to have been there."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from trucewatch.fuse.fuse import fuse
from trucewatch.fuse.quiet import unheard
from trucewatch.fuse.why import silence
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means, Phenomenon

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
WATCH = {
    "source_id": "watch",
    "phenomenon": "nothing",
    "lon": None,
    "lat": None,
    "observer_lon": 0.51,
    "observer_lat": 0.25,
    "from_utc": NOON - timedelta(hours=2),
    "to_utc": NOON + timedelta(hours=2),
}
PROFILES = {
    "watch": SourceProfile(
        source_id="watch",
        means=Means.HEARD,
        detects={Phenomenon.EXPLOSION: 0.8},
        range_m={Phenomenon.EXPLOSION: 9_000.0},
    )
}
MISSED = 1 - 0.75 * 0.8


def p_real(observed, *rows) -> float:
    return fuse(observed([{}, *rows]), PROFILES).incidents["p_real"].item()


def test_a_post_that_noted_nothing_lowers_the_odds_by_how_often_it_misses(observed) -> None:
    before, after = p_real(observed), p_real(observed, WATCH)
    assert after / (1 - after) == pytest.approx(before / (1 - before) * MISSED, rel=1e-3)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"observer_lon": 0.62},
        {"to_utc": NOON},
        {"bearing_deg": 90.0, "bearing_halfwidth_deg": 45.0},
        {"distance_max_m": 500.0},
        {"observer_lon": None},
    ],
)
def test_who_watched_elsewhere_or_at_another_time_says_nothing(observed, elsewhere) -> None:
    assert p_real(observed, {**WATCH, **elsewhere}) == p_real(observed)


def test_saying_nothing_twice_is_saying_it_once_and_a_second_post_says_more(observed) -> None:
    again = {**WATCH, "from_utc": NOON - timedelta(hours=3)}
    once, other = p_real(observed, WATCH), {**WATCH, "observer_lon": 0.49}
    assert p_real(observed, WATCH, again) == once
    assert p_real(observed, WATCH, other) < once


def test_a_post_does_not_speak_against_what_it_reported_itself(observed) -> None:
    own = {"source_id": "watch", "observer_lon": 0.51, "observer_lat": 0.25}
    alone = fuse(observed([own]), PROFILES).incidents["p_real"].item()
    assert fuse(observed([own, WATCH]), PROFILES).incidents["p_real"].item() == alone


def test_a_source_that_cannot_notice_such_a_thing_says_nothing(observed) -> None:
    shot = {"phenomenon": "shot"}
    with_watch = fuse(observed([shot, WATCH]), PROFILES).incidents["p_real"].item()
    assert with_watch == fuse(observed([shot]), PROFILES).incidents["p_real"].item()


def test_the_silence_is_told_in_words(observed) -> None:
    rows = observed([{}, WATCH])
    (spoken,) = unheard(fuse(rows, PROFILES).incidents, rows, PROFILES).to_dicts()
    watch = rows.filter(pl.col("observation_id") == spoken["observation_id"]).row(0, named=True)
    assert silence(spoken["missed"], watch) == (
        "1.3 bits against: a post of watch watched there from 01 March 10:00 to 01 March 14:00 UTC and noted "
        "nothing; it would have missed such a thing 40% of the time."
    )
