"""Any table by a mapping in TOML, and the patrol's own form."""

import io
import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from trucewatch.errors import ConfigError
from trucewatch.ingest.table import parse
from trucewatch.model.geodesy import Plane
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means

CONTENT = Path(__file__).resolve().parents[2] / "src" / "trucewatch" / "content"
KYIV = ZoneInfo("Europe/Kyiv")
FORM = (CONTENT / "forms" / "patrol.csv").read_text(encoding="utf-8").splitlines()[0]
PATROL = tomllib.loads((CONTENT / "sources" / "patrol.toml").read_text(encoding="utf-8"))["patrol"]


def profile(mapping, zone=KYIV, **said):
    return SourceProfile(source_id="acme", means=Means.SEEN, zone=zone, mapping=mapping, **said)


def mapped(toml, raw, zone=KYIV, **said):
    text = raw if isinstance(raw, bytes) else raw.encode()
    return parse(text, profile(tomllib.loads(toml), zone, **said))


def patrol(**cells):
    """Return what the form gives for one line with these cells."""
    given = {
        "report": "P-1",
        "from": "2026-03-02T08:15",
        "to": "2026-03-02T08:40",
        "position": "Post 4",
        "position_lat": "10.5",
        "position_lon": "20.5",
        "means": "heard",
        "phenomenon": "explosion",
        **cells,
    }
    line = ",".join(given.get(name, "") for name in FORM.split(","))
    return parse(f"{FORM}\n{line}\n".encode(), profile(PATROL["mapping"]))


SIMPLE = """
from_utc = "at"
to_utc = { seconds = 60 }
phenomenon = { column = "kind", words = { blast = "explosion" } }
"""


def test_columns_words_and_constants_are_mapped():
    toml = SIMPLE + 'means = { constant = "detected" }\ntext = { columns = ["kind", "note"] }'
    row = mapped(toml, "at,kind,note\n2026-01-06T18:00,blast,=loud\n").accepted.row(0, named=True)
    assert (row["means"], row["phenomenon"], row["text"]) == ("detected", "explosion", "blast | =loud")
    assert (row["from_utc"], row["to_utc"]) == (
        datetime(2026, 1, 6, 16, 0, tzinfo=UTC),
        datetime(2026, 1, 6, 16, 1, tzinfo=UTC),
    )
    assert (row["row"], row["source_id"], row["sensitivity"]) == (1, "acme", "restricted")


def test_a_time_may_have_a_form_of_its_own():
    toml = SIMPLE.replace('"at"', '{ column = "at", format = "%d.%m.%Y %H:%M" }')
    row = mapped(toml, "at,kind\n06.01.2026 18:00,shot\n").accepted.row(0, named=True)
    assert row["from_utc"] == datetime(2026, 1, 6, 16, 0, tzinfo=UTC)


def test_a_time_form_with_an_offset_keeps_it():
    toml = SIMPLE.replace('"at"', '{ column = "at", format = "%d.%m.%Y %H:%M %z" }')
    row = mapped(toml, "at,kind\n06.01.2026 18:00 +0100,shot\n", None).accepted.row(0, named=True)
    assert row["from_utc"] == datetime(2026, 1, 6, 17, 0, tzinfo=UTC)


def test_a_day_is_the_whole_local_day():
    row = mapped('day = "on"\nphenomenon = { constant = "damage" }', "on\n2026-03-29\n").accepted.row(
        0, named=True
    )
    assert (row["to_utc"] - row["from_utc"]).total_seconds() == 23 * 3600


@pytest.mark.parametrize(
    ("unit", "cell", "metres"), [("km", "1.5", 1500), ("m", "250", 250), ("mi", "1", 1609.344)]
)
def test_lengths_become_metres(unit, cell, metres):
    toml = SIMPLE + f'distance_max_m = {{ column = "far", unit = "{unit}" }}'
    assert (
        mapped(toml, f"at,kind,far\n2026-01-06T18:00,shot,{cell}\n").accepted["distance_max_m"].item()
        == metres
    )


def test_a_place_of_its_own_has_the_profiles_error():
    toml = SIMPLE + 'lon = "x"\nlat = "y"'
    raw = "at,kind,x,y\n2026-01-06T18:00,shot,20,10\n2026-01-06T18:00,shot,,\n"
    rows = mapped(toml, raw, position_sigma_m=400.0).accepted
    assert rows.select("lon", "lat", "sigma_m").rows() == [(20.0, 10.0, 400.0), (None, None, None)]


def test_an_area_goes_through_the_alias_table():
    rows = mapped(
        SIMPLE + 'area_id = "region"', "at,kind,region\n2026-01-06T18:00,shot,Donetsk region\n"
    ).accepted
    assert rows["area_id"].item() == "UA-14"


def test_geojson_and_parquet_are_read_by_the_same_mapping():
    toml = SIMPLE + 'lon = "lon"\nlat = "lat"'
    cells = {"at": "2026-01-06T18:00", "kind": "blast"}
    point = {"type": "Point", "coordinates": [20.0, 10.0]}
    feature = {"type": "Feature", "properties": cells, "geometry": point}
    geojson = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    parquet = io.BytesIO()
    pl.DataFrame([{**cells, "lon": 20.0, "lat": 10.0}]).write_parquet(parquet)
    csv = b"at,kind,lon,lat\n2026-01-06T18:00,blast,20.0,10.0\n"
    first, *others = (mapped(toml, raw).accepted for raw in (csv, geojson, parquet.getvalue()))
    assert all(first.equals(other) for other in others)


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('from_utc = "at"\nto_utc = "at"', "phenomenon is needed"),
        ('phenomenon = "kind"', "give from_utc and to_utc"),
        (SIMPLE + 'lon = "x"', "a longitude needs a latitude"),
        (SIMPLE + 'bearing = "x"', "did you mean 'bearing_deg'?"),
        (SIMPLE + 'row = "x"', "'row' is no column"),
        (SIMPLE + "weapon = 3", "give a column's name"),
        (SIMPLE + 'weapon = { colum = "x" }', "did you mean 'column'?"),
        (SIMPLE + 'weapon = { column = "x", constant = "y" }', "give one of"),
        (SIMPLE + 'weapon = { words = { a = "b" } }', "give one of"),
        (SIMPLE + "reported_utc = { seconds = 5 }", "only to_utc"),
        (SIMPLE + 'distance_max_m = { column = "x", unit = "verst" }', "a length has one of"),
        (SIMPLE + 'weapon = { column = "x", unit = "km" }', "a length has one of"),
        (SIMPLE + "weapon = { columns = [] }", "a column is named by text"),
        (SIMPLE + 'weapon = { column = "x", words = 3 }', "words"),
        (SIMPLE + 'day = "x"', "from_utc and day say the same"),
        (SIMPLE + 'count = "x"\ncount_max = "y"', "count_max and count say the same"),
        (SIMPLE.replace("60", "0"), "give a number above 0"),
    ],
)
def test_a_mapping_that_cannot_be_followed_says_what_would_be_right(toml, words):
    with pytest.raises(ConfigError) as caught:
        mapped(toml, "at,kind\n")
    assert str(caught.value).startswith("[acme.mapping]: ")
    assert words in str(caught.value)


def test_a_column_that_the_file_lacks_refuses_the_file():
    screened = mapped(SIMPLE, "at,sort\n2026-01-06T18:00,blast\n")
    assert [refusal.row for refusal in screened.refused] == [0]


def test_a_naive_time_without_a_zone_is_refused_and_one_with_an_offset_is_not():
    screened = mapped(SIMPLE, "at,kind\n2026-01-06T18:00,shot\n2026-01-06T18:00Z,shot\n", None)
    assert screened.accepted["row"].to_list() == [2]
    assert [(refusal.row, refusal.column) for refusal in screened.refused] == [(1, "at")]


def test_a_day_without_a_zone_is_refused():
    screened = mapped(
        'day = "on"\nphenomenon = { constant = "damage" }', "on\n2026-03-29\n2026-03-30\n", None
    )
    assert [(refusal.row, refusal.column) for refusal in screened.refused] == [(1, "on"), (2, "on")]


def test_capitals_do_not_matter_in_a_closed_list():
    assert patrol(means="Heard", phenomenon="EXPLOSION").accepted["phenomenon"].item() == "explosion"


def test_the_form_as_shipped_is_read_whole():
    raw = (CONTENT / "forms" / "patrol.csv").read_bytes()
    screened = parse(raw, profile(PATROL["mapping"]))
    assert screened.refused == screened.notes == ()
    assert screened.accepted["phenomenon"].to_list() == ["explosion", "nothing"]
    assert screened.accepted["observation_id"].null_count() == 2


def test_a_sector_becomes_a_place_with_its_error():
    row = patrol(distance_min_km="4", distance_max_km="8", directions="N", count="over 20").accepted.row(
        0, named=True
    )
    east, north = Plane(lon=20.5, lat=10.5).metres(row["lon"], row["lat"])
    assert abs(east) < 1
    assert 6000 < north < 6300
    assert 500 < row["minor_m"] < row["major_m"] < 1300
    assert (row["count_min"], row["count_max"]) == (20, None)
    assert (row["bearing_deg"], row["bearing_halfwidth_deg"]) == (0.0, 11.25)


def test_a_distance_without_a_direction_lies_all_around():
    row = patrol(distance_max_km="2").accepted.row(0, named=True)
    assert row["sigma_m"] > (2000**2 / 4 + 100**2) ** 0.5


def test_the_middle_of_a_ring_does_not_tell_where_an_unpublished_post_stands():
    rows = [
        patrol(distance_max_km="2", position_lon=lon).accepted.row(0, named=True)
        for lon in ("20.51", "20.54")
    ]
    assert rows[0]["lon"] == rows[1]["lon"]
    assert rows[0]["lon"] not in (20.51, 20.54)


def test_a_bearing_without_a_distance_is_legal_and_has_no_place():
    row = patrol(directions="NW").accepted.row(0, named=True)
    assert (row["lon"], row["bearing_deg"], row["distance_max_m"]) == (None, 315.0, None)


def test_nothing_seen_is_a_report_without_a_place_or_count():
    row = patrol(phenomenon="nothing", distance_max_km="5").accepted.row(0, named=True)
    assert (row["lon"], row["count_min"], row["count_max"], row["observer_lon"]) == (None, None, None, 20.5)


def test_a_moment_lasts_the_minute_it_names():
    row = patrol(to="2026-03-02T08:15").accepted.row(0, named=True)
    assert (row["to_utc"] - row["from_utc"]).total_seconds() == 60


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"from": ""}, "from"),
        ({"to": "2026-03-02T08:14"}, "to"),
        ({"to": "2026-03-29T03:30"}, "to"),
        ({"from": "morning"}, "from"),
        ({"position_lat": "110.5", "position_lon": "20.5"}, "position_lat"),
        ({"position_lat": ""}, "position_lon"),
        ({"means": "guessed"}, "means"),
        ({"phenomenon": ""}, "phenomenon"),
        ({"phenomenon": "violation"}, "phenomenon"),
        ({"trajectory": "sideways"}, "trajectory"),
        ({"count": "lots"}, "count"),
        ({"count": "-3"}, "count"),
        ({"count": "=1+1"}, "count"),
        ({"phenomenon": "nothing", "count": "3"}, "count"),
        ({"directions": "N|UP"}, "directions"),
        ({"heading": "N|S"}, "heading"),
        ({"distance_min_km": "9", "distance_max_km": "8"}, "distance_min_km"),
        ({"distance_max_km": "far"}, "distance_max_km"),
        ({"distance_max_km": "-1"}, "distance_max_km"),
    ],
)
def test_each_bad_line_is_refused_for_its_reason_and_its_value_is_not_repeated(cells, column):
    screened = patrol(**cells)
    assert screened.accepted.is_empty()
    (refusal,) = screened.refused
    assert (refusal.row, refusal.column) == (1, column)
    assert "\n" not in refusal.reason
    assert not any(
        word in refusal.reason for word in ("guessed", "violation", "lots", "sideways", "UP", "morning")
    )


def test_a_bad_line_costs_no_other():
    raw = (CONTENT / "forms" / "patrol.csv").read_text(encoding="utf-8")
    good = raw.splitlines()[1]
    bad = [
        good.replace("over 20", "lots"),
        good[: len(good) // 2],
        good + ",more",
        good.replace("heard", '"heard'),
    ]
    text = "\n".join([FORM, good, *(line for each in bad for line in (each, good))]) + "\n"
    screened = parse(text.encode(), profile(PATROL["mapping"]))
    assert screened.accepted["row"].to_list() == [1, 3, 5, 7, 9]
    assert [refusal.row for refusal in screened.refused] == [2, 4, 6, 8]


@pytest.mark.parametrize(
    "name",
    [
        "patrol",
        "firms",
        "firms-dates",
        "viina",
        "alerts-official",
        "alerts-volunteer",
        "alerts-merged",
        "weather",
        "control",
    ],
)
def test_a_shipped_profile_says_what_its_rows_cannot_say(name):
    (told,) = tomllib.loads((CONTENT / "sources" / f"{name}.toml").read_text(encoding="utf-8")).values()
    assert told["says"].endswith(".")
    assert {"format", "means", "zone", "published"} <= told.keys()
    assert Means(told["means"])
