"""Bytes become rows: each kept or refused with its reason, and nothing else lost."""

import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.ingest.reading import LINE_LIMIT, read_any, read_csv, read_parquet

NEEDED = ("a", "b")


def rows(raw):
    read = read_any(raw, required=NEEDED)
    kept = read.frame.select("row", *NEEDED).rows()
    return kept, [(refusal.row, refusal.reason.split(":")[0]) for refusal in read.refused]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"a,c\n1,2\n", "no column 'b'"),
        (b"1,2\n3,4\n", "no column 'a'"),
        (b"a,a,b\n1,2,3\n", "two columns have one name, or one is named 'row'"),
        ("a,b\n1,Ж\n2,Ы\n".encode("cp1251"), "not UTF-8"),
        ("a,b\n1,Ж\n2,Ы\n".encode("utf-16"), "not UTF-8"),
        ("a,b\n1,Ж\n2,Ы\n".encode("utf-16-le"), "not UTF-8"),
        (b"PK\x03\x04 and more", "a spreadsheet or a ZIP archive"),
        (b"\x1f\x8b\x08 and more", "compressed"),
        (b"PAR1 and no more", "not a readable Parquet file"),
        (b'{"type": "Feature"}', "not a GeoJSON FeatureCollection"),
        (b'{"a": ' + b"[" * 100_000, "brackets are nested too deeply to be read"),
    ],
)
def test_a_file_that_is_no_table_is_refused_whole_in_one_line(raw, reason):
    assert rows(raw) == ([], [(0, reason)])


def test_an_empty_file_is_no_parquet_file():
    assert read_parquet(b"", required=NEEDED).refused[0].reason == "the file is empty"


@pytest.mark.parametrize(
    ("raw", "kept", "refused"),
    [
        (b"a,b\n1,2\n3,4", [(1, "1", "2"), (2, "3", "4")], []),
        (b"\xef\xbb\xbfa,b\r\n1,2\r\n", [(1, "1", "2")], []),
        (b"b;x;a\n1;2;3\n", [(1, "3", "1")], []),
        (b"b\ta\n1\t3\n", [(1, "3", "1")], []),
        (b"a,b\n1, \n", [(1, "1", None)], []),
        (b"a,b\n1,2\n\n3,4\n", [(1, "1", "2"), (3, "3", "4")], []),
        (b'a,b\n1,"x, ""y""\nz"\n3,4\n', [(1, "1", 'x, "y"\nz'), (2, "3", "4")], []),
        (b"a,b\n=1+1,@x\n", [(1, "=1+1", "@x")], []),
    ],
)
def test_rows_are_counted_from_one_after_the_header(raw, kept, refused):
    assert rows(raw) == (kept, refused)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"3", "1 cells where the header names 2"),
        (b"3,4,5", "3 cells where the header names 2"),
        (b'3,"4', "a quotation mark does not close"),
        (b'3,"4"5', "a quotation mark does not close"),
        (b"3," + b"4" * 200_000, "a cell of over 131,072 characters"),
        (b"3,\x004", "a NUL byte stands in the row"),
        (b"3,\xff", "not UTF-8"),
    ],
)
def test_one_bad_row_costs_that_row_alone(bad, reason):
    kept = [(1, "1", "2"), (3, "5", "6"), (4, "7", "Ж")]
    assert rows(b"a,b\n1,2\n" + bad + "\n5,6\n7,Ж\n".encode()) == (kept, [(2, reason)])


def test_a_stray_quotation_mark_swallows_no_whole_rows():
    raw = b'a,b,c\n1,"x,3\n4,5,6\n7,y",9\n'
    read = read_csv(raw, required=("a", "b", "c"))
    assert read.frame["row"].to_list() == [2, 3]
    assert [refusal.row for refusal in read.refused] == [1]


def test_a_file_cut_anywhere_keeps_every_row_before_the_cut():
    whole = b'a,b,c\n1,"two, too",3\n4,5,6\n7,"8\n8",9\n'
    kept = read_csv(whole, required=("a",)).frame.rows()
    ends = [21, 27, len(whole)]
    for cut in range(7, len(whole)):
        read = read_csv(whole[:cut], required=("a",))
        done = sum(end <= cut for end in ends)
        assert read.frame.rows()[:done] == kept[:done]
        assert len(read.refused) <= 2


def test_a_last_line_without_an_end_is_said():
    assert read_csv(b"a,b\n1,2", required=NEEDED).notes
    assert not read_csv(b"a,b\n1,2\n", required=NEEDED).notes


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_line_of_20_mib_is_refused_and_its_neighbours_stay(at):
    lines = [b"1,2", b"3,4"]
    lines.insert(at, b"x" * (20 * 1024 * 1024))
    kept, refused = rows(b"a,b\n" + b"\n".join(lines) + b"\n")
    assert [row for row, _, _ in kept] == [row for row in (1, 2, 3) if row != at + 1]
    assert refused == [(at + 1, "a line of over 16 MiB")]


def test_a_file_over_the_limit_with_lines_under_it_is_read():
    line = b"1," + b"x" * 100_000 + b"\n"
    times = LINE_LIMIT // len(line) + 2
    read = read_csv(b"a,b\n" + line * times, required=NEEDED)
    assert (read.frame.height, read.refused) == (times, ())


def test_a_header_of_20_mib_refuses_the_file():
    assert rows(b"x" * (20 * 1024 * 1024) + b"\n1,2\n")[1][0][0] == 0


def test_parquet_gives_text_with_times_in_utc():
    frame = pl.DataFrame(
        {"a": [1, None], "b": pl.Series(["2026-01-06T18:00"] * 2).str.to_datetime(time_zone="Europe/Kyiv")}
    )
    out = io.BytesIO()
    frame.write_parquet(out)
    assert rows(out.getvalue())[0] == [
        (1, "1", "2026-01-06 16:00:00.000000+00:00"),
        (2, None, "2026-01-06 16:00:00.000000+00:00"),
    ]


def test_a_cut_parquet_file_is_refused_whole():
    out = io.BytesIO()
    pl.DataFrame({"a": ["1"], "b": ["2"]}).write_parquet(out)
    assert rows(out.getvalue()[:-20]) == ([], [(0, "not a readable Parquet file")])


FEATURES = (
    b'{"type":"FeatureCollection","features":['
    b'{"type":"Feature","properties":{"a":1,"b":"x"},"geometry":{"type":"Point","coordinates":[37.5,48.1]}},'
    b'{"type":"Feature","properties":{"a":2.5,"b":["p","q"]},"geometry":null}'
)


def test_geojson_gives_properties_and_the_point():
    read = read_any(FEATURES + b"]}", required=NEEDED)
    assert read.frame.select("row", "a", "b", "lon", "lat").rows() == [
        (1, "1", "x", "37.5", "48.1"),
        (2, "2.5", "p|q", None, None),
    ]


def test_cut_geojson_keeps_the_features_before_the_cut():
    kept, refused = rows(FEATURES + b',{"type":"Feat')
    assert len(kept) == 2
    assert [row for row, _ in refused] == [3]


def test_a_reason_never_repeats_what_stood_in_the_file():
    for bad in (
        b"a,b\nSECRET\n",
        b'a,b\n1,"SECRET\n',
        b"SECRET,b\n1,2\n",
        b'{"SECRET": 1}',
        b"a,b\nSECRET,\xff\n",
    ):
        assert all("SECRET" not in refusal.reason for refusal in read_any(bad, required=NEEDED).refused)


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_reasons_and_never_an_exception(raw):
    read = read_any(b"a,b\n" + raw, required=NEEDED)
    assert not set(read.frame["row"]) & {refusal.row for refusal in read.refused}


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n",;'), max_size=12)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=8))
def test_what_a_csv_writer_writes_is_read_back(cells):
    frame = pl.DataFrame(cells, schema={"a": pl.String, "b": pl.String, "c": pl.String}, orient="row")
    read = read_csv(frame.write_csv(quote_style="always").encode(), required=("a", "b", "c"))
    lost = [refusal.row for refusal in read.refused]
    stripped = [tuple(cell.strip() or None for cell in row) for row in cells]
    assert read.frame.height + len(lost) >= len(cells)
    if not lost:
        assert [row[:3] for row in read.frame.rows()] == stripped


def test_a_header_with_a_stray_line_end_refuses_the_file() -> None:
    rows = read_csv(b"a,b\r1\n2,\xff\n", required=("a",))
    assert rows.frame.is_empty()
    assert [refusal.row for refusal in rows.refused] == [0]
