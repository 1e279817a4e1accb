"""How many, under whose rule; a bound that nobody stated is not a number."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from trucewatch.errors import InputError
from trucewatch.model.counting import comparable, counts, tally
from trucewatch.model.tables import INCIDENTS
from trucewatch.model.vocabulary import CountingRule

START = datetime(2016, 10, 28, 16, 30, tzinfo=UTC)
RAW, HOURLY, PLACE_DAY = CountingRule.RAW, CountingRule.HOURLY, CountingRule.PLACE_DAY
Bounds = tuple[int | None, int | None]


def _incidents(*rows: tuple[int | None, int | None, float, float | None]) -> pl.DataFrame:
    """One incident a row: count_min, count_max, hours, lon (its lat is 48, or none either)."""
    known = [
        {
            "incident_id": f"{at:032x}",
            "from_utc": START,
            "to_utc": START + timedelta(hours=hours),
            "phenomenon": "explosion",
            "count_min": least,
            "count_max": most,
            "lon": lon,
            "lat": None if lon is None else 48.0,
        }
        for at, (least, most, hours, lon) in enumerate(rows)
    ]
    if not known:
        return INCIDENTS.empty()
    return INCIDENTS.conform(pl.DataFrame(known, schema_overrides=INCIDENTS.schema, infer_schema_length=None))


@pytest.mark.parametrize(
    ("least", "most", "hours", "raw", "hourly"),
    [
        (42, 42, 10.5, (42, 42), (1, 11)),
        (3, 3, 10.5, (3, 3), (1, 3)),
        (42, 42, 1, (42, 42), (1, 1)),
        (42, 42, 1.5, (42, 42), (1, 2)),
        (42, 42, 0, (42, 42), (1, 1)),
        (200, None, 24, (200, None), (1, 24)),
        (None, None, 2, (None, None), (1, 2)),
        (None, 700, 12, (None, 700), (1, 12)),
        (1, 1, 24, (1, 1), (1, 1)),
    ],
)
def test_an_incident_has_a_size_under_each_rule(
    least: int | None, most: int | None, hours: float, raw: Bounds, hourly: Bounds
) -> None:
    rows = counts(_incidents((least, most, hours, 37.8)))
    found = {rule: (low, high) for _, rule, low, high in rows.iter_rows()}
    assert found == {"raw": raw, "hourly": hourly, "place_day": (1, 1)}


@pytest.mark.parametrize(
    ("least", "most", "hours", "bounds"),
    [
        (42, 42, 24, (1, 1)),
        (42, 42, 24.5, (1, 2)),
        (42, 42, 72, (1, 3)),
        (2, 2, 72, (1, 2)),
        (1, None, 48, (1, 2)),
    ],
)
def test_an_interval_longer_than_a_rules_window_leaves_a_range(
    least: int, most: int | None, hours: float, bounds: Bounds
) -> None:
    rows = counts(_incidents((least, most, hours, 37.8))).filter(pl.col("rule") == "place_day")
    assert rows.row(0)[2:] == bounds


@pytest.mark.parametrize("rule", CountingRule)
def test_unlike_things_have_no_sum(rule: CountingRule) -> None:
    alike = _incidents((3, 3, 1, 37.8), (4, 4, 1, 37.8))
    unlike = alike.with_columns(pl.Series("phenomenon", ["explosion", "burst"]))
    with pytest.raises(InputError, match="burst and explosion are unlike things"):
        tally(unlike, rule)


@pytest.mark.parametrize(
    ("rows", "rule", "bounds"),
    [
        ([], RAW, (0, 0)),
        ([(42, 42, 10.5, 37.81), (3, 4, 1, 37.89)], RAW, (45, 46)),
        ([(42, 42, 10.5, 37.81), (200, None, 1, 37.89)], RAW, (242, None)),
        ([(None, None, 1, 37.81), (3, 3, 1, 37.81)], RAW, (3, None)),
        ([(None, None, 1, 37.81)], RAW, (None, None)),
        ([(42, 42, 10.5, 37.81), (9, 9, 2, 37.89)], HOURLY, (1, 13)),
        ([(42, 42, 10.5, 37.81), (9, 9, 2, 37.99)], HOURLY, (2, 13)),
        ([(42, 42, 10.5, 37.81), (9, 9, 2, None)], HOURLY, (1, 13)),
        ([(1, 1, 1, 37.81), (1, 1, 1, 37.89), (1, 1, 1, 37.99)], PLACE_DAY, (2, 2)),
        ([(1, 1, 1, 37.81), (1, 1, 1, None)], PLACE_DAY, (1, 2)),
        ([(1, 1, 1, None), (1, 1, 1, None)], PLACE_DAY, (1, 2)),
    ],
)
def test_a_days_figure_is_a_range_under_its_rule(
    rows: list[tuple[int | None, int | None, float, float | None]], rule: CountingRule, bounds: Bounds
) -> None:
    assert tally(_incidents(*rows), rule) == bounds


@pytest.mark.parametrize(
    ("hours", "before", "said"),
    [(24, 24, True), (24, 18, True), (24, 17.9, False), (18, 24, True), (None, 24, False), (0, 0, False)],
)
def test_days_watched_differently_are_not_compared(
    hours: float | None, before: float | None, said: bool
) -> None:
    assert comparable(hours, before) is said
