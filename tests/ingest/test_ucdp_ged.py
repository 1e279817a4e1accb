"""UCDP GED: how well place and date are known, deaths as an interval, and nobody's name."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from trucewatch.ingest.ucdp_ged import parse
from trucewatch.model.canonical import with_ids
from trucewatch.model.source import Screened, SourceProfile
from trucewatch.model.vocabulary import Means

PROFILE = SourceProfile(source_id="ucdp-ged", means=Means.TOLD, zone=ZoneInfo("Europe/Kyiv"), published=True)
ROW = {
    "id": "1",
    "type_of_violence": "1",
    "conflict_new_id": "13306",
    "dyad_new_id": "15100",
    "source_headline": "John Doe killed",
    "source_original": "Jane Doe",
    "where_prec": "1",
    "adm_1": "Donetsk oblast",
    "latitude": "48.0",
    "longitude": "37.8",
    "country": "Ukraine",
    "event_clarity": "1",
    "date_prec": "1",
    "date_start": "2016-10-16 00:00:00.000",
    "date_end": "2016-10-16 00:00:00.000",
    "best": "1",
    "high": "2",
    "low": "1",
}


def csv(*rows: dict[str, str]) -> bytes:
    lines = [",".join((ROW | row)[name] for name in ROW) for row in rows]
    return ("\n".join([",".join(ROW), *lines]) + "\n").encode()


def one(row: dict[str, str], profile: SourceProfile = PROFILE) -> dict[str, object]:
    screened = parse(csv(row), profile)
    assert screened.refused == ()
    return screened.accepted.row(0, named=True)


def real(shared: Path, folder: str) -> Screened:
    return parse((shared / "data" / folder / "ucdp_ged.parquet").read_bytes(), PROFILE)


@pytest.mark.parametrize(("folder", "events", "areas"), [("donbas-2016", 28, 18), ("donbas-2020", 61, 24)])
def test_every_event_of_the_real_files_is_taken(shared: Path, folder: str, events: int, areas: int) -> None:
    screened = real(shared, folder)
    assert screened.refused == ()
    assert screened.accepted.height == events
    assert screened.accepted["area_id"].drop_nulls().len() == areas  # where_prec 4
    assert set(screened.accepted["phenomenon"]) == {"casualty"}
    assert with_ids(screened.accepted)["observation_id"].n_unique() == events


def test_the_same_rows_as_csv_and_as_parquet_are_the_same_events(shared: Path) -> None:
    raw = (shared / "data/donbas-2016/ucdp_ged.parquet").read_bytes()
    as_csv = pl.read_parquet(io.BytesIO(raw)).write_csv().encode()
    assert parse(as_csv, PROFILE).accepted.equals(parse(raw, PROFILE).accepted)


def test_no_headline_and_nobodys_name_is_kept(shared: Path) -> None:
    words = " ".join(real(shared, "donbas-2016").accepted["text"])
    assert "Basurin" not in words
    assert "killed" not in words
    assert one({})["text"] == (
        "UCDP GED 1; conflict 13306; dyad 15100; state-based; deaths 1 to 2; best 1; "
        "where_prec 1; date_prec 1; event_clarity 1; Donetsk oblast"
    )
    assert one({})["told_by"] is None


@pytest.mark.parametrize(
    ("where_prec", "sigma_m", "area_id"),
    [
        ("1", 2000.0, None),
        ("2", 12_500.0, None),  # within 25 km
        ("3", 20_000.0, None),
        ("4", None, "UA-14"),
        ("5", 50_000.0, None),
        ("6", None, None),
        ("7", None, None),
    ],
)
def test_the_precision_of_place_becomes_an_error_or_an_area(
    where_prec: str, sigma_m: float | None, area_id: str | None
) -> None:
    row = one({"where_prec": where_prec})
    assert (row["sigma_m"], row["area_id"]) == (sigma_m, area_id)
    assert (row["lon"] is None) == (sigma_m is None)


@pytest.mark.parametrize(
    ("adm_1", "area_id"), [("Kharkiv oblast", "UA-63"), ("Kyiv oblast", "UA-32"), ("Kyiv city", "UA-30")]
)
def test_ucdps_names_of_regions_are_known(adm_1: str, area_id: str) -> None:
    assert one({"where_prec": "4", "adm_1": adm_1})["area_id"] == area_id


def test_an_area_that_nobody_knows_stays_unknown() -> None:
    row = one({"where_prec": "4", "adm_1": "Atlantis"})
    assert (row["lon"], row["area_id"]) == (None, None)
    assert "Atlantis" in str(row["text"])


def test_a_profile_may_be_less_sure_of_places_and_never_surer() -> None:
    wide = SourceProfile(source_id="u", means=Means.TOLD, zone=PROFILE.zone, position_sigma_m=15_000)
    assert one({"where_prec": "1"}, wide)["sigma_m"] == 15_000
    assert one({"where_prec": "5"}, wide)["sigma_m"] == 50_000


@pytest.mark.parametrize(
    ("date_prec", "start", "end", "from_day", "days"),
    [
        ("1", "2016-10-16", "2016-10-16", 16, 1),
        ("2", "2016-10-16", "2016-10-17", 16, 2),
        ("2", "2016-10-16", "2016-10-16", 11, 11),  # any six days with the 16th in them
        ("3", "2016-10-08", "2016-10-14", 8, 7),
        ("3", "2016-10-10", "2016-10-14", 8, 9),  # any seven days with those five in them
        ("4", "2016-10-01", "2016-10-10", 1, 10),
    ],
)
def test_the_precision_of_date_becomes_an_interval_of_local_days(
    date_prec: str, start: str, end: str, from_day: int, days: int
) -> None:
    row = one({"date_prec": date_prec, "date_start": start, "date_end": end})
    assert row["from_utc"] == datetime(2016, 10, from_day, tzinfo=UTC) - timedelta(hours=3)
    assert row["to_utc"] == datetime(2016, 10, from_day, tzinfo=UTC) + timedelta(days=days, hours=-3)


def test_deaths_are_an_interval_from_low_to_high() -> None:
    row = one({"low": "3", "best": "4", "high": "10"})
    assert (row["count_min"], row["count_max"]) == (3, 10)


def test_low_above_high_is_turned_and_said(shared: Path) -> None:
    turned = real(shared, "donbas-2016").accepted.filter(pl.col("text").str.contains("low above high"))
    assert turned["text"].str.starts_with("UCDP GED 235579;").to_list() == [True]
    assert turned.select("count_min", "count_max").rows() == [(1, 2)]


HOSTILE = [
    ({"where_prec": "8"}, "where_prec"),
    ({"where_prec": ""}, "where_prec"),
    ({"date_prec": "0"}, "date_prec"),
    ({"type_of_violence": "war"}, "type_of_violence"),
    ({"low": "-1"}, "low"),
    ({"high": "1e30"}, "high"),
    ({"best": "0.5"}, "best"),
    ({"high": ""}, "high"),
    ({"latitude": "137.8"}, "latitude"),
    ({"latitude": "37.8", "longitude": "480"}, "longitude"),
    ({"latitude": "nan"}, "latitude"),
    ({"longitude": ""}, "longitude"),
    ({"date_start": "16.10.2016"}, "date_start"),
    ({"date_start": "9999-01-01", "date_end": "9999-12-31"}, "date_start"),
    ({"date_end": "9999-12-31"}, "date_end"),
    ({"date_end": "2016-10-15"}, "date_end"),
]


@pytest.mark.parametrize(("row", "column"), HOSTILE)
def test_a_bad_event_is_refused_with_its_column_and_no_other_is_lost(
    row: dict[str, str], column: str
) -> None:
    screened = parse(csv({}, row, {}), PROFILE)
    assert [(r.row, r.column) for r in screened.refused] == [(2, column)]
    assert screened.accepted["row"].to_list() == [1, 3]


def test_local_days_need_a_zone() -> None:
    screened = parse(csv({}, {}), SourceProfile(source_id="ucdp-ged", means=Means.TOLD))
    assert screened.accepted.is_empty()
    assert [r.row for r in screened.refused] == [1, 2]
    assert all("zone" in r.reason for r in screened.refused)


def test_events_before_a_cut_are_kept() -> None:
    whole = csv({}, {}, {})
    screened = parse(whole[: len(whole) - 40], PROFILE)
    assert screened.accepted["row"].to_list() == [1, 2]
    assert [r.row for r in screened.refused] == [3]


def test_a_parquet_file_cut_in_the_middle_is_refused_whole(shared: Path) -> None:
    raw = (shared / "data/donbas-2016/ucdp_ged.parquet").read_bytes()
    for cut in (b"", raw[:4], raw[: len(raw) // 2], csv({}).decode().encode("utf-16"), b"a,b\n1,2\n"):
        screened = parse(cut, PROFILE)
        assert screened.accepted.is_empty()
        assert [r.row for r in screened.refused] == [0]
