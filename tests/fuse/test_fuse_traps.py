"""Real rows whose nearness is chance: news and fires of one day, and the addresses of one row of news."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import polars as pl
import pytest

from trucewatch.fuse.fuse import fuse
from trucewatch.ingest import firms, viina
from trucewatch.mission.config import read_sources
from trucewatch.mission.content import profiles_text
from trucewatch.model.canonical import with_ids
from trucewatch.model.source import SourceProfile

FROM, TO = pl.date(2023, 8, 7), pl.date(2023, 8, 10)


SHIFTS = [timedelta(days=days) for days in (0, 7, 14, 30)]


def rows_of(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return with_ids(pl.concat(parts).with_columns(observation_id=pl.lit("")))


@pytest.fixture(scope="module")
def sources() -> Mapping[str, SourceProfile]:
    return read_sources(profiles_text())


@pytest.fixture(scope="module")
def news(shared: Path, sources) -> pl.DataFrame:
    """Return what newsrooms told of four days in August 2023."""
    raw = (shared / "data/dense-2023/viina.parquet").read_bytes()
    rows = viina.parse(raw, sources["viina"]).accepted
    return rows.filter(pl.col("from_utc").dt.date().is_between(FROM, TO), pl.col("lon").is_not_null())


@pytest.fixture(scope="module")
def fires(shared: Path, sources) -> pl.DataFrame:
    """Return the fires of those days and of the days to which the news are moved."""
    raw = (shared / "data/dense-2023/firms_dates.parquet").read_bytes()
    rows = firms.parse(raw, sources["firms-dates"]).accepted
    days = [pl.col("from_utc").dt.date().is_between(FROM + shift, TO + shift) for shift in SHIFTS]
    return rows.filter(pl.any_horizontal(days))


def weight_with_fires(news: pl.DataFrame, fires: pl.DataFrame, sources, days: int) -> float:
    moved = news.with_columns(pl.col("from_utc", "to_utc", "reported_utc") + timedelta(days=days))
    rows = rows_of([moved, fires])
    links = fuse(rows, sources).links.filter(pl.col("joined"))
    told = (rows["means"] == "told").gather
    across = links.filter(told(links["left"]) != told(links["right"]))
    return float(across["weight"].sum())


def test_news_moved_by_weeks_links_to_fires_with_no_less_weight_than_on_its_day(news, fires, sources) -> None:
    assert news.height > 500
    assert fires.height > 2_000
    on_its_day = weight_with_fires(news, fires, sources, 0)
    assert all(weight_with_fires(news, fires, sources, days) >= on_its_day for days in (7, 14, 30))


def test_the_addresses_of_one_row_of_news_do_not_join(shared: Path, sources) -> None:
    raw = (shared / "data/timed-2026/viina_2026_codes.parquet").read_bytes()
    told = viina.parse(raw, sources["viina"]).accepted
    addresses = pl.read_parquet(raw)["source_urls"]
    parts = told.with_columns(url=addresses.gather(told["row"] - 1).str.split("|")).explode("url")
    parts = parts.with_columns(
        pl.col("url").map_elements(lambda url: urlsplit(url.strip()).netloc, pl.String).alias("source_id"),
        text=pl.col("url"),
        origin=pl.lit(None, pl.String),
    )
    rows = rows_of([parts.drop("url")])
    profile = sources["viina"]
    named = {name: replace(profile, source_id=name) for name in rows["source_id"].unique()}
    address = dict(rows.select("observation_id", "text").iter_rows())
    assert rows.group_by("row").len()["len"].max() > 1
    assert rows.filter(~pl.col("phenomenon").is_in(["statement", "alert"])).height > 400
    for ids in fuse(rows, named).incidents["observations"].to_list():
        assert len({address[one] for one in ids}) == 1
