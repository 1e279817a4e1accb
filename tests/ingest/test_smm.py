"""Single observations of the SMM: from its words to places, intervals and counts."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.ingest.smm import parse
from trucewatch.model.canonical import with_ids
from trucewatch.model.instants import Clock
from trucewatch.model.source import Screened, SourceProfile
from trucewatch.model.vocabulary import Means, Phenomenon

KYIV = ZoneInfo("Europe/Kyiv")
PROFILE = SourceProfile(
    source_id="smm",
    means=Means.HEARD,
    reliability="B",
    zone=KYIV,
    position_sigma_m=1500,
    range_m={Phenomenon.EXPLOSION: 15_000, Phenomenon.SHOT: 5_000, Phenomenon.PROJECTILE: 10_000},
    published=True,
)
HEADER = (
    "obs_id,start_local,end_local,smm_position,pos_lat,pos_lon,pos_control,means,count,count_qualifier,"
    "phenomenon,weapon,assessment,dist_min_km,dist_max_km,directions,flight_direction,note,source_url"
)
ROW = {
    "obs_id": "X1",
    "start_local": "2016-10-28T19:30",
    "end_local": "2016-10-29T06:00",
    "smm_position": "Avdiivka",
    "pos_lat": "48.14",
    "pos_lon": "37.75",
    "pos_control": "GCA",
    "means": "heard",
    "count": "5",
    "count_qualifier": "exact",
    "phenomenon": "explosion",
    "dist_min_km": "4",
    "dist_max_km": "6",
    "directions": "ESE",
}


def csv(*rows: dict[str, str]) -> bytes:
    names = HEADER.split(",")
    lines = [",".join((ROW | row).get(name, "") for name in names) for row in rows]
    return ("\n".join([HEADER, *lines]) + "\n").encode()


def one(row: dict[str, str], profile: SourceProfile = PROFILE) -> dict[str, object]:
    screened = parse(csv(row), profile)
    assert screened.refused == ()
    return screened.accepted.row(0, named=True)


@pytest.fixture(scope="module")
def october(shared: Path) -> Screened:
    return parse((shared / "data/donbas-2016/osce_smm_observations.csv").read_bytes(), PROFILE)


def item(screened: Screened, name: str) -> dict[str, object]:
    return screened.accepted.filter(pl.col("text").str.starts_with(name)).row(0, named=True)


def test_every_row_of_the_real_file_is_taken(october: Screened) -> None:
    assert october.refused == ()
    assert october.accepted["row"].to_list() == list(range(1, 32))
    assert with_ids(october.accepted)["observation_id"].n_unique() == 31


def test_the_itemised_explosions_of_29_october_are_333_and_over_beside_21_airbursts(
    october: Screened,
) -> None:
    day = Clock(zone=KYIV).day(datetime(2016, 10, 29, tzinfo=UTC).date())
    assert (day.start, day.end) == (
        datetime(2016, 10, 28, 16, 30, tzinfo=UTC),
        datetime(2016, 10, 29, 16, 30, tzinfo=UTC),
    )
    rows = october.accepted.filter((pl.col("from_utc") >= day.start) & (pl.col("to_utc") <= day.end))
    explosions = rows.filter(phenomenon="explosion")
    assert sorted(explosions["count_min"].to_list()) == [15, 23, 45, 50, 200]
    assert explosions["count_min"].sum() == 333
    assert explosions["count_max"].null_count() == 1  # over 200
    assert rows.filter(phenomenon="airburst")["count_min"].to_list() == [21]


def test_smm024_looked_for_four_hours_and_saw_nothing(october: Screened) -> None:
    row = item(october, "SMM024")
    assert (row["phenomenon"], row["means"], row["count_max"]) == ("nothing", "seen", 0)
    assert row["from_utc"] == datetime(2016, 10, 29, 7, tzinfo=UTC)
    assert row["to_utc"] == datetime(2016, 10, 29, 11, tzinfo=UTC)
    assert (row["lon"], row["lat"], row["sigma_m"]) == (37.75008, 48.14019, 1500)
    assert "clock times assumed" in str(row["text"])


def test_over_200_has_no_upper_bound(october: Screened) -> None:
    row = item(october, "SMM025")
    assert (row["count_min"], row["count_max"]) == (200, None)
    assert "over 200 explosion" in str(row["text"])


def test_part_of_a_day_widens_an_event_by_an_hour_on_each_side(october: Screened) -> None:
    row = item(october, "SMM013")  # 05:00 to 06:00, "early morning"
    assert row["from_utc"] == datetime(2016, 10, 17, 1, tzinfo=UTC)
    assert row["to_utc"] == datetime(2016, 10, 17, 4, tzinfo=UTC)


def test_the_file_says_how_many_of_its_times_were_widened(october: Screened) -> None:
    assert october.notes == ("2 rows with assumed clock times: widened by 1 h on each side",)


def test_local_times_follow_the_change_of_clocks(october: Screened) -> None:
    before, after = item(october, "SMM020"), item(october, "SMM027")  # both 19:30 to 06:00
    assert before["from_utc"] == datetime(2016, 10, 28, 16, 30, tzinfo=UTC)
    assert after["from_utc"] == datetime(2016, 10, 30, 17, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "means", "phenomenon", "trajectory", "heading"),
    [
        ("SMM007", "heard", "burst", None, None),
        ("SMM010", "recorded", "projectile", "undetermined", None),  # direct, flight mixed
        ("SMM011", "recorded", "projectile", "in_flight", None),  # SE->NW|S->N
        ("SMM012", "recorded", "explosion", "outgoing", None),
        ("SMM014", "recorded", "projectile", "in_flight", 67.5),  # SSW->ENE
        ("SMM016", "recorded", "projectile", "in_flight", 0.0),
        ("SMM022", "recorded", "explosion", "incoming", None),  # impact
        ("SMM026", "heard", "explosion", "undetermined", None),  # undetermined (and HMG bursts)
    ],
)
def test_the_smms_words_become_ours(
    october: Screened, name: str, means: str, phenomenon: str, trajectory: str | None, heading: float | None
) -> None:
    row = item(october, name)
    assert (row["means"], row["phenomenon"], row["trajectory"], row["heading_deg"]) == (
        means,
        phenomenon,
        trajectory,
        heading,
    )


def test_who_held_the_place_stays_in_the_missions_own_words(october: Screened) -> None:
    assert item(october, "SMM021")["held_by"] == "GCA"
    assert item(october, "SMM020")["held_by"] == "NGCA"


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    east = (a[0] - b[0]) * 111_195 * math.cos(math.radians(a[1]))
    return math.hypot(east, (a[1] - b[1]) * 111_195)


def test_a_direction_and_a_distance_become_a_place_in_that_direction(october: Screened) -> None:
    row = item(october, "SMM021")  # ESE, 4 to 6 km of Avdiivka
    lon, lat = float(str(row["lon"])), float(str(row["lat"]))
    assert 4500 < metres_between((lon, lat), (37.75008, 48.14019)) < 5500
    assert lon > 37.75008
    assert lat < 48.14019
    assert (row["bearing_deg"], row["bearing_halfwidth_deg"]) == (112.5, 11.25)
    assert (row["distance_min_m"], row["distance_max_m"]) == (4000, 6000)
    assert row["sigma_m"] is None


def test_a_distance_without_a_direction_is_a_ring_about_the_observer(october: Screened) -> None:
    row = item(october, "SMM031")  # 1 to 5 km of Yasynuvata
    assert (row["lon"], row["lat"]) == (row["observer_lon"], row["observer_lat"])
    # even over a ring: variance per axis is (1² + 5²) / 4 km², and 1.5² for the observer
    assert row["sigma_m"] == pytest.approx(1000 * math.sqrt(26 / 4 + 1.5**2), abs=0.1)
    assert row["bearing_deg"] is None


def test_neither_direction_nor_distance_is_the_disc_of_hearing(october: Screened) -> None:
    row = item(october, "SMM008")
    assert (row["lon"], row["lat"]) == (38.22331, 48.43374)
    assert row["sigma_m"] == pytest.approx(1000 * math.sqrt(15**2 / 4 + 1.5**2), abs=0.1)


def test_without_a_declared_range_there_is_no_place_but_what_was_said() -> None:
    bare = SourceProfile(source_id="smm", means=Means.HEARD, zone=KYIV)
    row = one({"dist_min_km": "", "dist_max_km": ""}, bare)
    assert (row["lon"], row["lat"], row["sigma_m"], row["major_m"]) == (None, None, None, None)
    assert (row["observer_lon"], row["bearing_deg"]) == (37.75, 112.5)


def test_a_posts_name_is_written_only_of_a_published_source() -> None:
    unpublished = SourceProfile(source_id="smm", means=Means.HEARD, zone=KYIV)
    assert "Avdiivka" in str(one({})["text"])
    assert "Avdiivka" not in str(one({}, unpublished)["text"])
    assert one({})["sensitivity"] == "public"
    assert one({}, unpublished)["sensitivity"] == "restricted"


@pytest.mark.parametrize(
    ("count", "qualifier", "expected"),
    [
        ("5", "exact", (5, 5)),
        ("5", "", (5, 5)),
        ("200", "over", (200, None)),
        ("200", "at least", (200, None)),
        ("700", "almost", (None, 700)),
        ("300", "about", (270, 330)),
        ("4 to 8", "", (4, 8)),
        ("hundreds", "", (200, 999)),
        ("", "some", (None, None)),
        ("some", "", (None, None)),
        ("several", "exact", (None, None)),
        ("", "", (None, None)),
    ],
)
def test_a_count_and_the_word_beside_it_are_read_together(
    count: str, qualifier: str, expected: tuple[int | None, int | None]
) -> None:
    row = one({"count": count, "count_qualifier": qualifier})
    assert (row["count_min"], row["count_max"]) == expected


def test_one_clock_time_lasts_a_minute() -> None:
    row = one({"end_local": "2016-10-28T19:30"})
    assert row["to_utc"] == datetime(2016, 10, 28, 16, 31, tzinfo=UTC)


def test_a_calibre_is_read_from_the_weapons_words() -> None:
    assert one({"weapon": "mortar (120mm)"})["calibre_mm"] == 120
    assert one({"weapon": "mortar (unknown calibre)"})["calibre_mm"] is None
    assert one({"weapon": "mortar (unknown calibre)"})["weapon"] == "mortar (unknown calibre)"


HOSTILE = [
    ({"phenomenon": "rumble"}, "phenomenon"),
    ({"phenomenon": ""}, "phenomenon"),
    ({"means": "smelled"}, "means"),
    ({"count": "-5"}, "count"),
    ({"count": "a lot"}, "count"),
    ({"count": "0"}, "count"),
    ({"phenomenon": "none", "count": "3"}, "count"),
    ({"start_local": "28 October"}, "start_local"),
    ({"start_local": ""}, "start_local"),
    ({"start_local": "9999-12-31T23:00", "end_local": "9999-12-31T23:30"}, "start_local"),
    ({"end_local": "9999-12-31T23:30"}, "end_local"),
    ({"end_local": "2016-10-28T19:29"}, "end_local"),
    ({"start_local": "2016-10-30T03:30", "end_local": "2016-10-30T06:00"}, "start_local"),
    ({"pos_lat": "148.14"}, "pos_lat"),
    ({"pos_lon": "inf"}, "pos_lon"),
    ({"pos_lon": "nan"}, "pos_lon"),
    ({"pos_lat": "37.75", "pos_lon": "488.14"}, "pos_lon"),
    ({"pos_lat": ""}, "pos_lon"),
    ({"directions": "UP"}, "directions"),
    ({"directions": "N|"}, "directions"),
    ({"dist_min_km": "-1"}, "dist_min_km"),
    ({"dist_max_km": "4000"}, "dist_max_km"),
    ({"dist_min_km": "7"}, "dist_max_km"),
    ({"assessment": "obviously theirs"}, "assessment"),
]


@pytest.mark.parametrize(("row", "column"), HOSTILE)
def test_a_bad_row_is_refused_with_its_column_and_nothing_else_is_lost(
    row: dict[str, str], column: str
) -> None:
    screened = parse(csv({}, row, {"obs_id": "X3"}), PROFILE)
    assert [(r.row, r.column) for r in screened.refused] == [(2, column)]
    assert screened.accepted["row"].to_list() == [1, 3]
    assert screened.refused[0].reason


def test_a_reason_never_repeats_what_stood_in_the_file() -> None:
    screened = parse(csv(*(row | {"note": "secret"} for row, _ in HOSTILE)), PROFILE)
    for (row, column), refusal in zip(HOSTILE, screened.refused, strict=True):
        value = row.get(column, "")
        assert len(value) < 4 or value not in refusal.reason
        assert "\n" not in refusal.reason


def test_without_a_zone_no_naive_time_gets_in() -> None:
    screened = parse(csv({}, {}), SourceProfile(source_id="smm", means=Means.HEARD))
    assert screened.accepted.is_empty()
    assert [(r.row, r.column) for r in screened.refused] == [(1, "start_local"), (2, "start_local")]
    assert all("zone" in r.reason for r in screened.refused)


def test_a_file_cut_in_the_middle_of_a_row_keeps_what_stands_before() -> None:
    whole = csv({}, {"obs_id": "X2"}, {"obs_id": "X3"})
    screened = parse(whole[: len(whole) - 60], PROFILE)
    assert screened.accepted["row"].to_list() == [1, 2]
    assert [r.row for r in screened.refused] == [3]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n",
        csv({"smm_position": "Авдіївка"}).decode().encode("utf-16"),
        b"lat,lon\n1,2\n",
        b"PAR1 cut",
        b"\x89PNG\r\n\x1a\n\x00\x00",
    ],
)
def test_a_file_that_is_none_is_refused_whole_with_one_line(raw: bytes) -> None:
    screened = parse(raw, PROFILE)
    assert screened.accepted.is_empty()
    assert [r.row for r in screened.refused] == [0]


def test_a_row_in_another_encoding_is_refused_alone() -> None:
    lines = csv({}, {"smm_position": "Авдіївка"}, {"note": "ночь"}).decode().splitlines(keepends=True)
    raw = b"".join(line.encode("cp1251" if number == 2 else "utf-8") for number, line in enumerate(lines))
    screened = parse(raw, PROFILE)
    assert screened.accepted["row"].to_list() == [1, 3]
    assert [r.row for r in screened.refused] == [2]


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "count": st.sampled_from(["1", "over 9", "none", "-1", "x"]),
                "phenomenon": st.sampled_from(["explosion", "none", "x"]),
                "directions": st.sampled_from(["", "N", "N|S", "x"]),
                "dist_max_km": st.sampled_from(["", "5", "1", "x"]),
                "note": st.sampled_from(["", "clock times assumed"]),
            },
        ),
        max_size=6,
    )
)
def test_every_row_is_taken_or_refused_once(rows: list[dict[str, str]]) -> None:
    screened = parse(csv(*rows), PROFILE)
    seen = [*screened.accepted["row"].to_list(), *(r.row for r in screened.refused)]
    assert sorted(seen) == list(range(1, len(rows) + 1))
    length = (screened.accepted["to_utc"] - screened.accepted["from_utc"]).min()
    assert length is None or length > timedelta(0)
