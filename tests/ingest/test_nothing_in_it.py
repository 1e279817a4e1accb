"""Files with a header and no rows, and files of nothing, for every source that reads rows."""

from zoneinfo import ZoneInfo

import pytest

from trucewatch.ingest import alerts, control, firms, table, viina, weather
from trucewatch.model.source import Source, SourceProfile
from trucewatch.model.vocabulary import Means

PROFILE = SourceProfile(
    source_id="s",
    means=Means.TOLD,
    zone=ZoneInfo("Europe/Kyiv"),
    mapping={
        "from_utc": "at",
        "to_utc": {"seconds": 60},
        "phenomenon": "kind",
        "count": "n",
        "observer_lon": "x",
        "observer_lat": "y",
        "directions": "to",
        "distance_max_m": {"column": "far", "unit": "km"},
        "area_id": "area",
    },
)
HEADERS = {
    alerts.SOURCE: "region,started_at,finished_at,naive",
    control.SOURCE: "geonameid,date,status",
    firms.SOURCE: "latitude,longitude,acq_date",
    table.SOURCE: "at,kind,n,x,y,to,far,area",
    viina.SOURCE: "datetime,lon,lat,event_type,headline",
    weather.SOURCE: "OBLAST_ID,ACQ_DATE,CLOUD_COVER (%)",
}
SOURCES = pytest.mark.parametrize("source", HEADERS, ids=lambda source: source.name)


@SOURCES
def test_a_header_without_rows_is_an_empty_batch(source: Source):
    screened = source.parse(f"{HEADERS[source]}\n".encode(), PROFILE)
    assert (screened.accepted.height, screened.refused, screened.table) == (0, (), source.table)


@SOURCES
@pytest.mark.parametrize(
    "raw",
    [b"", b"\n", b"PAR1", b"{}", b"\xff\xfea\x00", b"PK\x03\x04", b"x" * 100, "Ж,Ж\nЖ,Ж\n".encode("cp1251")],
)
def test_a_file_of_nothing_is_refused_in_one_line(source: Source, raw: bytes):
    screened = source.parse(raw, PROFILE)
    assert screened.accepted.is_empty()
    assert [refusal.row for refusal in screened.refused] == [0]
    assert screened.table == source.table


@SOURCES
def test_rows_of_blanks_are_refused_one_by_one(source: Source):
    header = HEADERS[source]
    blank = "," * header.count(",")
    screened = source.parse(f"{header}\n{blank}\n{blank}\n".encode(), PROFILE)
    assert [refusal.row for refusal in screened.refused] == [1, 2]
