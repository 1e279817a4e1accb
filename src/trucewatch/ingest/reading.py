"""Bytes of a source's file as rows of text, each row kept or refused with its reason.

Rules:
- every cell is text here, empty and blank ones are null; each source parses its own columns;
- `row` counts records from 1 after the header, blank ones too, so that it is the spreadsheet's row less one;
- one bad row costs that row: a file that was cut keeps what stands before the cut;
- a file is refused whole when it is empty, in another encoding than UTF-8, without a column that is
  needed, or no Parquet file although it says so;
- a line over `LINE_LIMIT` is refused without being copied;
- Parquet says how many rows it holds: one of over `ROW_LIMIT` is refused before it is unpacked, and one
  whose cells hold over `TEXT_LIMIT` once they are known; a CSV of over `ROW_LIMIT` lines likewise;
- a reason never repeats what stood in the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from trucewatch.ingest.features import columns_of
from trucewatch.model.source import Refusal

LINE_LIMIT = 16 * 1024 * 1024  # bytes
ROW_LIMIT = 2_000_000
TEXT_LIMIT = 512 * 1024 * 1024  # bytes
_BOM = b"\xef\xbb\xbf"
_OTHER_BOMS = (b"\xff\xfe", b"\xfe\xff")  # UTF-16, UTF-32
_DELIMITERS = (",", ";", "\t")
_ENCODING = "not UTF-8: save the file again with the encoding UTF-8"
_NO_TABLE = {
    b"PK\x03\x04": "a spreadsheet or a ZIP archive: save it as CSV with the encoding UTF-8, or unpack it",
    b"\x1f\x8b": "compressed: unpack it first",
}
# Lines that stand for those that cannot be kept; a NUL is never part of a good row.
_LONG, _BROKEN = "\0long", "\0broken"
_OF_A_LINE = {
    _LONG: f"a line of over {LINE_LIMIT >> 20} MiB: it is no row; look for a missing line end or quotation mark",
    _BROKEN: _ENCODING,
}
_MANY = f"over {ROW_LIMIT:,} rows: send it in parts"
_WIDE = f"cells of over {TEXT_LIMIT >> 20} MiB in all: send it in parts"
_TWICE = "two columns have one name, or one is named 'row': rename it"
_NUL = "a NUL byte stands in the row: the file was damaged; fetch it again"
_NO_END = "the last line has no end: if the file was cut, its last row may lack something"
_LONG_CELL = f"a cell of over {csv.field_size_limit():,} characters: shorten it"
_UNCLOSED = "a quotation mark does not close: the row was cut, or a quotation mark in it is not doubled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of a file: text columns and `row`; those refused; what is true of the whole file."""

    frame: pl.DataFrame
    refused: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()


def read_any(raw: bytes, *, required: Sequence[str]) -> Rows:
    """Return the rows of a Parquet, GeoJSON or CSV file, known by its first bytes."""
    for magic, reason in _NO_TABLE.items():
        if raw.startswith(magic):
            return _refused(reason, required)
    if raw[:4] == b"PAR1":
        return read_parquet(raw, required=required)
    head = raw[:1024].removeprefix(_BOM).lstrip()
    if head[:1] == b"{":
        return read_geojson(raw, required=required)
    return read_csv(raw, required=required)


def read_parquet(raw: bytes, *, required: Sequence[str]) -> Rows:
    """Return the rows of a Parquet file; times are ISO 8601 in UTC when they had a zone."""
    if not raw:
        return _refused("the file is empty", required)
    try:
        if pl.scan_parquet(io.BytesIO(raw)).select(pl.len()).collect().item() > ROW_LIMIT:
            return _refused(_MANY, required)
        frame = pl.read_parquet(io.BytesIO(raw))
        held = frame.select(pl.col(pl.String, pl.Binary).cast(pl.Binary).bin.size().sum())
        if sum(number or 0 for row in held.rows() for number in row) > TEXT_LIMIT:
            return _refused(_WIDE, required)
        texts = frame.select(_as_text(name, dtype) for name, dtype in frame.schema.items())
    except (pl.exceptions.PolarsError, OSError):
        return _refused("not a readable Parquet file: it was cut or damaged; fetch it again", required)
    if "row" in texts.columns:
        return _refused(_TWICE, required)
    return _rows(texts.with_columns(row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64)), (), required)


def read_geojson(raw: bytes, *, required: Sequence[str]) -> Rows:
    """Return a FeatureCollection's properties as rows, with `lon` and `lat` of its points."""
    found = columns_of(raw)
    if isinstance(found, str):
        return _refused(found, required)
    columns, refused = found
    if refused and not columns["row"]:
        columns = {**dict.fromkeys(required, ()), "row": ()}
    frame = pl.DataFrame(columns, schema={n: pl.Int64 if n == "row" else pl.String for n in columns})
    return _rows(frame, [Refusal(row=at, reason=reason) for at, reason in refused], required)


def read_csv(raw: bytes, *, required: Sequence[str]) -> Rows:
    """Return the rows of a CSV file, separated by comma, semicolon or tab as its header is."""
    if raw[:2] in _OTHER_BOMS or raw[:512].count(0) > len(raw[:512]) // 4:
        return _refused(_ENCODING, required)
    if raw.count(b"\n") > ROW_LIMIT + 1:
        return _refused(_MANY, required)
    lines = _decoded(_without_long_lines(raw).removeprefix(_BOM))
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return _refused("the file is empty", required)
    if lines[first].strip() in _OF_A_LINE:
        return _refused(f"the header: {_OF_A_LINE[lines[first].strip()]}", required)
    if _in_another_encoding(lines):
        return _refused(_ENCODING, required)
    try:
        header, delimiter = _header(lines[first], required)
    except csv.Error:
        return _refused(
            "the header: a line ends inside it; save the file again with one kind of line end", required
        )
    if len(set(header)) < len(header) or "row" in header:
        return _refused(_TWICE, required)
    records, refused = [], []
    for at, record in enumerate(_records(lines[first + 1 :], len(header), delimiter), start=1):
        if isinstance(record, str):
            refused.append(Refusal(row=at, reason=record))
        elif record:
            records.append((at, record))
    numbers = pl.Series([at for at, _ in records], dtype=pl.Int64)
    cells = list(zip(*(record for _, record in records), strict=True)) or [()] * len(header)
    frame = pl.DataFrame(dict(zip(header, cells, strict=True)), schema=dict.fromkeys(header, pl.String()))
    rows = _rows(frame.with_columns(row=numbers), refused, required)
    return rows if lines[-1].endswith(("\n", "\r")) else replace(rows, notes=(_NO_END,))


def _refused(reason: str, required: Sequence[str]) -> Rows:
    schema = {**dict.fromkeys(required, pl.String()), "row": pl.Int64()}
    return Rows(frame=pl.DataFrame(schema=schema), refused=(Refusal(row=0, reason=reason),))


def demand(rows: Rows, required: Sequence[str]) -> Rows:
    """Return `rows`, or the file refused whole when it has not all columns that are `required`."""
    missing = [name for name in required if name not in rows.frame.columns]
    if not missing:
        return rows
    reason = f"no column {missing[0]!r}: the file must name its columns, and needs {', '.join(required)}"
    return _refused(reason, required)


def _rows(frame: pl.DataFrame, refused: Sequence[Refusal], required: Sequence[str]) -> Rows:
    texts = pl.col(pl.String).str.strip_chars()
    bare = frame.with_columns(pl.when(texts != "").then(texts).name.keep())
    return demand(Rows(frame=bare, refused=tuple(refused)), required)


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Datetime):
        zoned = pl.col(name).dt.convert_time_zone("UTC") if dtype.time_zone else pl.col(name)
        return zoned.dt.to_string("%Y-%m-%d %H:%M:%S%.6f" + ("+00:00" if dtype.time_zone else ""))
    if isinstance(dtype, pl.List):
        return pl.col(name).cast(pl.List(pl.String), strict=False).list.join("|", ignore_nulls=True)
    if dtype.is_nested() or dtype in (pl.Binary, pl.Object, pl.Duration):
        return pl.lit(None, pl.String).alias(name)
    return pl.col(name).cast(pl.String)


def _without_long_lines(raw: bytes) -> bytes:
    """Return `raw` with a mark in the place of each line over the limit; itself when there is none."""
    kept: list[bytes | memoryview] = []
    view, start, kept_to = memoryview(raw), 0, 0
    while len(raw) - start > LINE_LIMIT:
        end = raw.rfind(b"\n", start, start + LINE_LIMIT + 1)
        if end < 0:
            end = raw.find(b"\n", start)
            end = len(raw) if end < 0 else end
            kept += [view[kept_to:start], _LONG.encode()]
            kept_to = end
        start = end + 1
    return b"".join([*kept, view[kept_to:]]) if kept else raw


def _decoded(raw: bytes) -> list[str]:
    """Return the lines with their ends, a mark in the place of each that is not UTF-8."""
    try:
        return list(io.StringIO(raw.decode(), newline=""))
    except UnicodeDecodeError:
        return [_line(line) for line in io.BytesIO(raw)]


def _line(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return _BROKEN + "\n"


def _in_another_encoding(lines: Sequence[str]) -> bool:
    """Say whether several lines are not UTF-8 and none that is has a letter beyond ASCII."""
    broken = sum(line.startswith(_BROKEN) for line in lines)
    return broken > 1 and all(line.isascii() for line in lines)


def _header(line: str, required: Sequence[str]) -> tuple[list[str], str]:
    """Return the names in the header, and the delimiter under which most of `required` are there."""
    read = {mark: [name.strip() for name in next(csv.reader([line], delimiter=mark))] for mark in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda mark: (len(set(required) & set(read[mark])), len(read[mark])))
    return read[best], best


def _records(lines: Sequence[str], width: int, delimiter: str) -> Iterator[list[str] | str]:
    """Yield each record's cells, none for a blank one, or the reason why it is refused.

    A record may span lines within quotation marks. When such a one cannot be right, its first line
    alone is refused and reading goes on with the next, so that a stray mark costs one row.
    """
    start = 0
    while start < len(lines):
        rest = map(lines.__getitem__, range(start, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True)
        read = 0
        while start + read < len(lines):
            try:
                cells: list[str] | None = next(reader)
            except csv.Error:
                cells = None
            span = lines[start + read : start + reader.line_num]
            if len(span) > 1 and (cells is None or not _spans(span, cells, width, delimiter)):
                yield _reason_of(span[0], None, width) or _UNCLOSED
                read += 1
                break
            read = reader.line_num
            yield _reason_of(span[0], cells, width) or cells or []
        start += read


def _spans(span: Sequence[str], cells: Sequence[str], width: int, delimiter: str) -> bool:
    """Say whether one record may run over the lines of `span`: none of them is a whole row itself."""
    if len(cells) != width or any("\0" in line for line in span):
        return False
    inner = csv.reader(span[1:], delimiter=delimiter)
    return width < 3 or all(len(row) != width for row in inner)


def _reason_of(line: str, cells: Sequence[str] | None, width: int) -> str | None:
    if "\0" in line:
        return _OF_A_LINE.get(line.strip(), _NUL)
    if cells is None:
        return _UNCLOSED if '"' in line else _LONG_CELL
    if cells and len(cells) != width:
        return f"{len(cells)} cells where the header names {width}: the row was cut, or has a mark too many"
    return None
