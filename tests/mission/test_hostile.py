"""Every source beside every hostile file: what is wrong gets one clear line, and nothing else is lost."""

import csv
import io
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from trucewatch.mission import content
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.intake import TABLES, Taken, batches, ingest, refusals_of, rows_of

SMM = "obs_id,start_local,end_local,smm_position,pos_lat,pos_lon,pos_control,means,count,count_qualifier,phenomenon,weapon,assessment,dist_min_km,dist_max_km,directions,flight_direction,note,source_url"
TOTALS = (
    "report,issued,period_start,period_end,region,ceasefire_violations,explosions,statement,note,source_url"
)
FIRMS = "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,frp,daynight"
UCDP = "id,type_of_violence,where_prec,adm_1,latitude,longitude,date_prec,date_start,date_end,best,high,low"
VIINA = "row_id,datetime,lon,lat,place_name,event_type,headline,n_rows"
CLAIMS = "claim_id,claimed_by,against,window_start,window_end,category,count,qualifier,relation,source_url"
PATROL = "report,from,to,position,position_lat,position_lon,means,phenomenon,count,weapon,trajectory,distance_min_km,distance_max_km,directions,heading,held_by,remarks"
ALERTS = "oblast,raion,hromada,level,started_at,finished_at,source"
VOLUNTEER = "region,started_at,finished_at,naive"
URL = "https://example.org/report"
N = 5  # rows of each good file; {n} is the row, from 1, {d} a day of April


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """A source's file: a header, a row to number, and what can go wrong in it."""

    header: str
    row: str
    place: tuple[str, str] | None = None  # the columns of its longitude and latitude
    naive: bool = True  # its times may lack an offset; days of UTC and calendar days have none to lack
    words: str | None = None  # a column of free text

    def cells(self, n: int) -> dict[str, str]:
        """Return row `n` by column."""
        given = next(csv.reader([self.row.format(n=n, d=10 + n)]))
        return dict(zip(self.header.split(","), given, strict=True))

    def text(self, *rows: dict[str, str]) -> str:
        """Return rows as CSV."""
        out = io.StringIO()
        writer = csv.DictWriter(out, self.header.split(","), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue()


SMM_ROW = f"S{{n}},2025-04-{{d}}T10:00,2025-04-{{d}}T11:00,Svitlodarsk,48.4{{n}},38.2,GCA,heard,{{n}},exact,explosion,,undetermined,2,4,N,,a note,{URL}"
TOTALS_ROW = (
    f"{{n}}/2025,2025-04-{{d}},2025-04-{{d}}T00:01,2025-04-{{d}}T19:30,Donetsk,1{{n}},{{n}},own,a note,{URL}"
)
FIRMS_ROW = "48.4{n},38.2,330.1,0.4,0.37,2025-04-{d},0135,N,VIIRS,n,2.0NRT,3.1,N"
UCDP_ROW = "{n},1,1,Donetsk oblast,48.4{n},38.2,1,2025-04-{d} 00:00:00.000,2025-04-{d} 00:00:00.000,1,1,1"
FIXTURES = {
    "smm": Fixture(header=SMM, row=SMM_ROW, place=("pos_lon", "pos_lat"), words="note"),
    "smm-totals": Fixture(header=TOTALS, row=TOTALS_ROW, words="note"),
    "firms": Fixture(header=FIRMS, row=FIRMS_ROW, place=("longitude", "latitude"), naive=False),
    "firms-dates": Fixture(
        header="latitude,longitude,acq_date",
        row="48.4{n},38.2,2025-04-{d}",
        place=("longitude", "latitude"),
        naive=False,
    ),
    "ucdp-ged": Fixture(header=UCDP, row=UCDP_ROW, place=("longitude", "latitude"), words="adm_1"),
    "viina": Fixture(
        header=VIINA,
        row="{n},2025-04-{d} 10:00:00,38.2,48.4{n},Town,artillery,Headline {n},1",
        place=("lon", "lat"),
        words="headline",
    ),
    "alerts-official": Fixture(
        header=ALERTS,
        row="Donetska oblast,,,oblast,2025-04-{d} 04:00:00,2025-04-{d} 05:00:00,official",
        words="raion",
    ),
    "alerts-volunteer": Fixture(
        header=VOLUNTEER, row="Donetska oblast,2025-04-{d} 04:00:00,2025-04-{d} 05:00:00,False"
    ),
    "alerts-merged": Fixture(
        header=VOLUNTEER, row="Donetska oblast,2025-04-{d} 04:00:00,2025-04-{d} 05:00:00,False"
    ),
    "claims": Fixture(
        header=CLAIMS,
        row=f"T{{n}},Ukraine,Russia,2025-04-{{d}}T18:00+03:00,2025-04-{{d}}T20:00+03:00,shelling,{{n}},exact,,{URL}",
        words="category",
    ),
    "patrol": Fixture(
        header=PATROL,
        row="r{n},2025-04-{d}T10:00,2025-04-{d}T10:15,post 1,48.4{n},38.2,heard,explosion,3,,undetermined,2,4,N,,,words",
        place=("position_lon", "position_lat"),
        words="remarks",
    ),
    "weather": Fixture(header="OBLAST_ID,ACQ_DATE,CLOUD_COVER (%)", row="UA14,2025-04-{d},2{n}", naive=False),
    "control": Fixture(header="geonameid,date,status", row="70000{n},2025-04-{d},UA", words="status"),
}
SOURCES = sorted(FIXTURES)
PLACED = [name for name in SOURCES if FIXTURES[name].place]
NAIVE = [name for name in SOURCES if FIXTURES[name].naive]
WORDED = [name for name in SOURCES if FIXTURES[name].words]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two new missions: one with the shipped profiles, one whose profiles name no zone."""
    place = tmp_path_factory.mktemp("made")
    bare = re.sub(r"(?m)^zone = .*\n", "", content.profiles_text())
    init(place / "zoned", Plan(name="m", agreements=()), by="ann")
    init(place / "zoneless", Plan(name="m", agreements=(), sources=bare), by="ann")
    return place


@pytest.fixture
def mission(made: Path, tmp_path: Path) -> Folder:
    return Folder(path=Path(shutil.copytree(made / "zoned", tmp_path / "m")))


@pytest.fixture
def zoneless(made: Path, tmp_path: Path) -> Folder:
    return Folder(path=Path(shutil.copytree(made / "zoneless", tmp_path / "m")))


def take(mission: Folder, source: str, raw: bytes, name: str = "a.csv") -> Taken:
    path = mission.path.parent / name
    path.write_bytes(raw)
    (taken,) = ingest(mission, source, [path], by="ann")
    accounted(mission, taken)
    return taken


def accounted(mission: Folder, taken: Taken) -> None:
    """Every refusal is one line with its reason, and is recorded."""
    assert len(taken.refused) == len(set(taken.refused))
    for refusal in taken.refused:
        assert refusal.row >= 0
        assert refusal.reason.strip()
        assert "\n" not in refusal.reason
    assert any(
        refusals_of(mission.vault, batch) == taken.refused
        for batch in batches(mission.journal.replay())
        if batch.evidence == taken.evidence
    )


def kept(mission: Folder, source: str) -> int:
    """Return how many of a source's rows the record holds; for observations, distinct rows of its files."""
    standing = [b for b in batches(mission.journal.replay()) if b.source_id == source]
    if not standing:
        return 0
    rows = rows_of(mission.vault, standing, TABLES[standing[0].table])
    return rows.n_unique(["evidence", "row"]) if "row" in rows.columns else rows.height


def good(source: str) -> str:
    fixture = FIXTURES[source]
    return fixture.text(*(fixture.cells(n) for n in range(1, N + 1)))


def rows_refused(taken: Taken) -> list[int]:
    return [refusal.row for refusal in taken.refused]


@pytest.mark.parametrize("source", SOURCES)
def test_a_good_file_is_accepted_whole_and_the_same_bytes_twice_change_nothing(
    mission: Folder, source: str
) -> None:
    taken = take(mission, source, good(source).encode())
    assert (taken.refused, taken.known, kept(mission, source)) == ((), 0, N)
    before = mission.journal.head()
    again = take(mission, source, good(source).encode())
    assert (again.accepted, again.known, again.recorded) == (0, taken.accepted, False)
    assert mission.journal.head() == before


@pytest.mark.parametrize("source", SOURCES)
def test_a_repeated_row_is_accounted_for(mission: Folder, source: str) -> None:
    fixture = FIXTURES[source]
    first = take(mission, source, fixture.text(fixture.cells(1), fixture.cells(2)).encode())
    more = fixture.text(fixture.cells(2), fixture.cells(3), fixture.cells(3))
    taken = take(mission, source, more.encode(), "b.csv")
    each = first.accepted // 2
    assert taken.refused == ()
    assert taken.accepted + taken.known == 3 * each
    assert taken.known >= each


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\xef\xbb\xbf"], ids=["nothing", "blank lines", "mark"])
def test_an_empty_file_is_said_to_be_empty(mission: Folder, source: str, raw: bytes) -> None:
    taken = take(mission, source, raw)
    assert (taken.accepted, rows_refused(taken)) == (0, [0])
    assert "empty" in taken.refused[0].reason


@pytest.mark.parametrize("source", SOURCES)
def test_a_file_cut_in_the_middle_of_a_row_loses_that_row_alone(mission: Folder, source: str) -> None:
    whole = good(source).encode()
    last = whole.rstrip(b"\n").rfind(b"\n")
    taken = take(mission, source, whole[: last + 5])
    assert (rows_refused(taken), kept(mission, source)) == ([N], N - 1)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_wide_letters_are_said_to_be_another_encoding(mission: Folder, source: str, encoding: str) -> None:
    taken = take(mission, source, good(source).encode(encoding))
    assert (taken.accepted, rows_refused(taken)) == (0, [0])
    assert "UTF-8" in taken.refused[0].reason


@pytest.mark.parametrize("source", WORDED)
@pytest.mark.parametrize("wrong", [{3}, {1, 2, 3, 4, 5}], ids=["one row", "every row"])
def test_a_row_in_cp1251_is_refused_for_its_encoding(mission: Folder, source: str, wrong: set[int]) -> None:
    fixture = FIXTURES[source]
    words = {fixture.words or "": "Нотатка"}
    rows = [fixture.text(fixture.cells(n) | (words if n in wrong else {})) for n in range(1, N + 1)]
    header = rows[0].splitlines(keepends=True)[0]
    raw = (header + "".join(row.splitlines(keepends=True)[1] for row in rows)).encode("cp1251")
    taken = take(mission, source, raw)
    assert rows_refused(taken) == ([3] if len(wrong) == 1 else [0])
    assert "UTF-8" in taken.refused[0].reason
    assert kept(mission, source) == (N - 1 if len(wrong) == 1 else 0)


@pytest.mark.parametrize("source", PLACED)
def test_swapped_coordinates_are_refused_as_swapped(mission: Folder, source: str) -> None:
    fixture = FIXTURES[source]
    lon, lat = fixture.place or ("", "")
    rows = [fixture.cells(n) for n in range(1, N + 1)]
    rows[1] |= {lon: rows[1][lat], lat: rows[1][lon]}
    taken = take(mission, source, fixture.text(*rows).encode())
    assert (rows_refused(taken), kept(mission, source)) == ([2], N - 1)
    assert "swapped" in taken.refused[0].reason


@pytest.mark.parametrize("source", NAIVE)
def test_a_time_with_no_zone_is_refused(zoneless: Folder, source: str) -> None:
    taken = take(zoneless, source, good(source).replace("+03:00", "").encode())
    assert (taken.accepted, kept(zoneless, source)) == (0, 0)
    assert rows_refused(taken) in ([0], list(range(1, N + 1)))
    assert all("zone" in refusal.reason for refusal in taken.refused)


@pytest.mark.parametrize("source", SOURCES)
def test_a_line_over_the_limit_loses_that_line_alone(mission: Folder, source: str) -> None:
    lines = good(source).encode().splitlines(keepends=True)
    lines.insert(3, b"x" * (17 << 20) + b"\n")
    taken = take(mission, source, b"".join(lines))
    assert (rows_refused(taken), kept(mission, source)) == ([3], N)
    assert "16 MiB" in taken.refused[0].reason


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "raw",
    [b"\0" * 4096, b"PAR1" + b"\0" * 64, b"PK\x03\x04" + b"\0" * 64, b'{"type": "Feature"', b"\x1f\x8b" * 40],
    ids=["zeros", "no Parquet", "a spreadsheet", "no GeoJSON", "compressed"],
)
def test_what_is_no_table_is_refused_whole(mission: Folder, source: str, raw: bytes) -> None:
    taken = take(mission, source, raw)
    assert (taken.accepted, rows_refused(taken)) == (0, [0])


@pytest.mark.parametrize("source", SOURCES)
def test_parquet_is_read_and_one_that_was_cut_is_refused_whole(mission: Folder, source: str) -> None:
    out = io.BytesIO()
    pl.read_csv(io.StringIO(good(source)), infer_schema=False).write_parquet(out)
    taken = take(mission, source, out.getvalue())
    assert (taken.refused, kept(mission, source)) == ((), N)
    cut = take(mission, source, out.getvalue()[: len(out.getvalue()) // 2])
    assert (cut.accepted, rows_refused(cut)) == (0, [0])
    assert kept(mission, source) == N


@pytest.mark.parametrize("source", SOURCES)
def test_geojson_cut_in_the_middle_keeps_the_features_before_the_cut(mission: Folder, source: str) -> None:
    fixture = FIXTURES[source]
    rows = [fixture.cells(n) for n in range(1, N + 1)]
    features = [
        {
            "type": "Feature",
            "geometry": None,
            "properties": {name: None if cell == "" else cell for name, cell in row.items()},
        }
        for row in rows
    ]
    whole = json.dumps({"type": "FeatureCollection", "features": features})
    taken = take(mission, source, whole[: whole.rindex('"Feature"') + 20].encode())
    assert (rows_refused(taken), kept(mission, source)) == ([N], N - 1)
    assert "cut" in taken.refused[0].reason or "ends" in taken.refused[0].reason


def test_control_says_how_many_places_are_unknown(mission: Folder) -> None:
    bakhmut = "713174,2025-04-11,RU\n"
    taken = take(mission, "control", (good("control") + bakhmut).encode())
    assert taken.notes == ("4 of 6 places are not in the gazetteer: where they lie is unknown",)
