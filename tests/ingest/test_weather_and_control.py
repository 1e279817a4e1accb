"""Cloud by oblast and day, and who held a settlement from which day."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from trucewatch.ingest import control, weather
from trucewatch.ingest.gazetteer import places_named, read_gazetteer
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means

PROFILE = SourceProfile(source_id="s", means=Means.TOLD, zone=ZoneInfo("Europe/Kyiv"), published=True)
CLOUD = "OBLAST_ID,ACQ_DATE,CLOUD_COVER (%)\n"
HELD = "geonameid,date,status\n"


def test_cloud_is_a_part_of_one_by_area_and_day():
    screened = weather.parse((CLOUD + "UA51,2023-07-01,6.9125004\nUA14,2023-07-01,\n").encode(), PROFILE)
    assert screened.accepted.rows() == [
        ("UA-51", date(2023, 7, 1), 0.0691, "s"),
        ("UA-14", date(2023, 7, 1), None, "s"),
    ]
    assert screened.table == "weather"


@pytest.mark.parametrize(
    "bad", ["UA99,2023-07-01,5", "UA51,1 July,5", "UA51,2023-07-01,101", ",2023-07-01,5", "UA51"]
)
def test_a_bad_day_of_cloud_is_refused_alone(bad):
    screened = weather.parse(f"{CLOUD}UA51,2023-07-01,5\n{bad}\nUA51,2023-07-02,5\n".encode(), PROFILE)
    assert screened.accepted.height == 2
    assert [refusal.row for refusal in screened.refused] == [2]


def test_a_claim_of_control_holds_from_the_start_of_the_local_day():
    screened = control.parse(f"{HELD}686841,2023-10-02,LIBERATED\n".encode(), PROFILE)
    assert screened.accepted.rows() == [
        ("geonames:686841", datetime(2023, 10, 1, 21, tzinfo=UTC), "LIBERATED", "s")
    ]


@pytest.mark.parametrize(
    "bad", ["x,2023-10-02,RU", "0,2023-10-02,RU", "1,2.10.2023,RU", "1,2023-10-02,", "1,2023"]
)
def test_a_bad_claim_of_control_is_refused_alone(bad):
    screened = control.parse(f"{HELD}1,2023-10-02,UA\n{bad}\n2,2023-10-02,RU\n".encode(), PROFILE)
    assert screened.accepted["place_id"].to_list() == ["geonames:1", "geonames:2"]
    assert [refusal.row for refusal in screened.refused] == [2]


def test_a_date_of_control_without_a_zone_is_not_taken():
    screened = control.parse(
        f"{HELD}1,2023-10-02,UA\n".encode(), SourceProfile(source_id="s", means=Means.TOLD)
    )
    assert (screened.accepted.height, len(screened.refused), screened.table) == (0, 1, "control")


@pytest.mark.parametrize(
    ("name", "rows"), [("dense-2023", 3_321), ("donbas-2016", 2_457), ("donbas-2020", 5_778)]
)
def test_every_published_day_of_weather_is_taken(shared, name, rows):
    screened = weather.parse((shared / "data" / name / "weather.parquet").read_bytes(), PROFILE)
    assert (screened.accepted.height, screened.refused) == (rows, ())
    assert screened.accepted["cloud"].is_between(0, 1).all()


@pytest.fixture(scope="module")
def places(request):
    path = request.config.rootpath / "src" / "trucewatch" / "content" / "places" / "geonames_ua.csv"
    return read_gazetteer(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("name", "rows", "settlements", "unresolved"),
    [("dense-2023", 2_582, 168, 144), ("truces-2025", 510, 50, 45)],
)
def test_a_settlement_that_the_gazetteer_lacks_is_counted_as_unknown(
    shared, places, name, rows, settlements, unresolved
):
    screened = control.parse(
        (shared / "data" / name / "settlement_control_changes.parquet").read_bytes(), PROFILE
    )
    assert (screened.accepted.height, screened.refused) == (rows, ())
    assert screened.accepted["place_id"].n_unique() == settlements
    assert control.unresolved(screened.accepted, places) == unresolved


@pytest.mark.parametrize(
    ("name", "at", "found"),
    [
        ("Artemivsk", date(2015, 1, 1), True),
        ("Artemivsk", date(2017, 1, 1), False),
        ("Бахмут", date(2015, 1, 1), False),
        ("Bakhmut", date(2016, 2, 4), True),
    ],
)
def test_a_place_has_the_name_of_its_day(places, name, at, found):
    assert ("geonames:713174" in {place.place_id for place in places_named(name, places, at)}) is found


def test_a_name_may_be_many_places(places):
    assert len(list(places_named("Lyman", places, date(2020, 1, 1)))) > 1
