"""The SMM's own totals: their names, periods, bounds and cumulatives."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from trucewatch.ingest.smm_totals import CUMULATIVE, EXPLOSIONS, SINCE, VIOLATIONS, parse
from trucewatch.model.canonical import with_ids
from trucewatch.model.source import Screened, SourceProfile
from trucewatch.model.vocabulary import Means

KYIV = ZoneInfo("Europe/Kyiv")
PROFILE = SourceProfile(source_id="smm-totals", means=Means.HEARD, zone=KYIV, published=True)
HEADER = (
    "report,issued,period_start,period_end,region,ceasefire_violations,explosions,statement,note,source_url"
)
ROW = {
    "report": "900/2020",
    "issued": "2020-10-02",
    "period_start": "2020-09-30T19:30",
    "period_end": "2020-10-01T19:30",
    "region": "Donetsk",
    "ceasefire_violations": "5.0",
    "statement": "own",
    "source_url": "https://example.org/900",
}


def csv(*rows: dict[str, str]) -> bytes:
    names = HEADER.split(",")
    lines = [",".join((ROW | row).get(name, "") for name in names) for row in rows]
    return ("\n".join([HEADER, *lines]) + "\n").encode()


@pytest.fixture(scope="module")
def of_2016(shared: Path) -> Screened:
    return parse((shared / "data/donbas-2016/osce_smm_counts.csv").read_bytes(), PROFILE)


@pytest.fixture(scope="module")
def of_2020(shared: Path) -> Screened:
    return parse((shared / "data/donbas-2020/osce_smm_counts.csv").read_bytes(), PROFILE)


def named(screened: Screened, name: str) -> pl.DataFrame:
    return screened.accepted.filter(pl.col("text").str.starts_with(f"{name} | "))


def both_regions(screened: Screened, day: date) -> int:
    """The sum over the regions for the period that ends at 19:30 on `day`."""
    end = datetime(day.year, day.month, day.day, 19, 30, tzinfo=KYIV).astimezone(UTC)
    rows = named(screened, VIOLATIONS).filter(pl.col("to_utc") == end)
    assert sorted(rows["area_id"].to_list()) == ["UA-09", "UA-14"]
    return int(rows["count_min"].sum())


def test_every_row_of_both_files_is_accounted_for(of_2016: Screened, of_2020: Screened) -> None:
    for screened, height in ((of_2016, 36), (of_2020, 114)):
        assert screened.refused == ()
        assert set(screened.accepted["row"].to_list()) == set(range(1, height + 1))
        assert with_ids(screened.accepted)["observation_id"].n_unique() == screened.accepted.height


def test_the_first_figure_is_of_a_part_day_of_19_and_a_half_hours(of_2020: Screened) -> None:
    first = named(of_2020, VIOLATIONS).row(0, named=True)
    assert (first["count_min"], first["count_max"], first["area_id"]) == (111, 111, "UA-14")
    assert first["to_utc"] - first["from_utc"] == timedelta(hours=19, minutes=29)
    assert first["origin"] == "178/2020"


@pytest.mark.parametrize(
    ("day", "figure"),
    [
        (date(2020, 7, 28), 10),
        (date(2020, 7, 29), 1),
        (date(2020, 7, 30), 1),
        (date(2020, 8, 13), 70),
        (date(2020, 8, 20), 153),
    ],
)
def test_a_days_figure_is_the_reports(of_2020: Screened, day: date, figure: int) -> None:
    assert both_regions(of_2020, day) == figure


def test_cumulatives_are_rows_of_their_own_from_the_day_the_measures_took_effect(of_2020: Screened) -> None:
    rows = named(of_2020, CUMULATIVE)
    ends = [moment.astimezone(KYIV).strftime("%m-%d %H:%M") for moment in rows["to_utc"]]
    assert list(zip(ends, rows["count_min"], rows["origin"], strict=True)) == [
        ("07-28 19:30", 121, "179/2020"),
        ("07-30 19:30", 123, "181/2020"),
        ("08-04 19:30", 251, "185/2020"),
        ("08-06 19:30", 256, "187/2020"),
        ("08-07 19:30", 256, "188/2020"),
        ("10-22 19:30", 1832, "254/2020"),
    ]
    assert set(rows["from_utc"].to_list()) == {SINCE}
    assert datetime(2020, 7, 27, 0, 1, tzinfo=KYIV) == SINCE
    assert rows["area_id"].null_count() == rows.height  # both regions together


def test_days_without_a_report_are_not_filled(of_2020: Screened) -> None:
    start, end = datetime(2020, 7, 30, 16, 30, tzinfo=UTC), datetime(2020, 8, 2, 16, 30, tzinfo=UTC)
    rows = named(of_2020, VIOLATIONS).filter((pl.col("from_utc") < end) & (pl.col("to_utc") > start))
    assert rows.is_empty()


def test_a_period_of_one_date_is_the_reporting_day_that_ends_then(of_2016: Screened) -> None:
    first = of_2016.accepted.row(0, named=True)
    assert first["from_utc"] == datetime(2016, 9, 9, 16, 30, tzinfo=UTC)
    assert first["to_utc"] == datetime(2016, 9, 10, 16, 30, tzinfo=UTC)
    assert first["origin"] == "https://osce.org/ukraine-smm/263801"


def test_the_reporting_day_on_which_clocks_change_has_25_hours(of_2016: Screened) -> None:
    row = of_2016.accepted.filter(row=21).row(0, named=True)
    assert row["to_utc"] - row["from_utc"] == timedelta(hours=25)


@pytest.mark.parametrize(
    ("row", "bounds"),
    [
        (1, (515, 515)),
        (11, (450, None)),  # over 450, more than 350 of them NE of Mariupol
        (15, (280, None)),  # more than 280
        (17, (270, 330)),  # about 300
        (19, (None, 700)),  # almost 700
        (24, (57, 57)),
        (27, (387, 473)),  # approx; ~250 within 30 minutes around Debaltseve
        (31, (230, 230)),  # plus 130 projectiles
        (35, (1450, None)),  # at least; plus ~200 projectiles
    ],
)
def test_a_word_in_the_note_bounds_the_figure_it_speaks_of(
    of_2016: Screened, row: int, bounds: tuple[int | None, int | None]
) -> None:
    found = of_2016.accepted.filter(row=row).row(0, named=True)
    assert (found["count_min"], found["count_max"]) == bounds


def test_the_other_regions_row_of_the_same_note_states_nothing(of_2016: Screened) -> None:
    luhansk = of_2016.accepted.filter(row=20).row(0, named=True)  # note: almost 700, of Donetsk
    assert (luhansk["area_id"], luhansk["count_min"], luhansk["count_max"]) == ("UA-09", None, None)


def test_explosions_keep_their_own_name_beside_violations(of_2020: Screened) -> None:
    rows = of_2020.accepted.filter(row=1)
    assert [text.split(" | ")[0] for text in rows["text"]] == [VIOLATIONS, EXPLOSIONS]
    assert rows["count_min"].to_list() == [111, 21]
    assert set(of_2020.accepted["phenomenon"]) == {"total"}


def test_text_is_name_statement_and_note(of_2020: Screened) -> None:
    assert all(len(text.split(" | ")) == 3 for text in of_2020.accepted["text"])
    assert named(of_2020, VIOLATIONS)["text"][1].split(" | ")[1] == "own"


@pytest.mark.parametrize(
    ("note", "bounds"),
    [
        ("about 5 of them at night", (5, 6)),
        ("about 50 elsewhere", (5, 5)),
        ("over 5.5 km away", (5, None)),
        ("over", (5, None)),
        ("overnight", (5, 5)),
        ("Luhansk: about 7", (5, 5)),
    ],
)
def test_a_word_about_another_number_bounds_nothing(note: str, bounds: tuple[int, int | None]) -> None:
    row = parse(csv({"note": note}), PROFILE).accepted.row(0, named=True)
    assert (row["count_min"], row["count_max"]) == bounds


def test_a_cumulative_that_no_count_can_be_stays_in_the_note() -> None:
    accepted = parse(csv({"note": "cumulative 99999999999999999999999"}), PROFILE).accepted
    assert accepted["count_min"].to_list() == [5]


HOSTILE = [
    ({"region": "Atlantis"}, "region"),
    ({"region": ""}, "region"),
    ({"statement": "guessed"}, "statement"),
    ({"ceasefire_violations": "-5"}, "ceasefire_violations"),
    ({"ceasefire_violations": "4.5"}, "ceasefire_violations"),
    ({"explosions": "inf"}, "explosions"),
    ({"explosions": "many"}, "explosions"),
    ({"period_start": "yesterday"}, "period_start"),
    ({"period_start": "9999-12-31T19:30", "period_end": "9999-12-31T20:30"}, "period_start"),
    ({"period_start": "9999-12-31", "period_end": "9999-12-31"}, "period_start"),
    ({"period_end": "2020-09-29T19:30"}, "period_end"),
    ({"period_end": "2020-09-30T19:30"}, "period_end"),
    ({"issued": "2 October"}, "issued"),
    ({"issued": "9999-10-02"}, "issued"),
]


@pytest.mark.parametrize(("row", "column"), HOSTILE)
def test_a_bad_row_is_refused_with_its_column_and_no_other_is_lost(row: dict[str, str], column: str) -> None:
    screened = parse(csv({}, row, {}), PROFILE)
    assert [(r.row, r.column) for r in screened.refused] == [(2, column)]
    assert screened.accepted["row"].to_list() == [1, 3]


def test_without_a_zone_no_period_gets_in() -> None:
    rows = ({}, {"period_start": "2020-10-01", "period_end": "2020-10-01"})
    screened = parse(csv(*rows), SourceProfile(source_id="smm-totals", means=Means.HEARD))
    assert screened.accepted.is_empty()
    assert [(r.row, r.column) for r in screened.refused] == [(1, "period_start"), (2, "period_start")]


def test_a_file_cut_in_the_middle_keeps_the_rows_before() -> None:
    whole = csv({}, {}, {})
    screened = parse(whole[: len(whole) - 50], PROFILE)
    assert screened.accepted["row"].to_list() == [1, 2]
    assert [r.row for r in screened.refused] == [3]


@pytest.mark.parametrize("raw", [b"", csv({}).decode().encode("utf-16"), b"a,b\n1,2\n"])
def test_a_file_of_something_else_is_refused_whole(raw: bytes) -> None:
    screened = parse(raw, PROFILE)
    assert screened.accepted.is_empty()
    assert [r.row for r in screened.refused] == [0]
