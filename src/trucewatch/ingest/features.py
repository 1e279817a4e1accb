"""GeoJSON's features, or one JSON object a line, as columns of text.

Rules:
- a point gives `lon` and `lat`; any other geometry leaves them unknown, and its feature is kept;
- a line of JSON is a feature's properties; one that is no object costs that line;
- a file cut in the middle keeps the features before the cut;
- JSON is held in memory many times over, so that a file over `SIZE_LIMIT` is refused.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

SIZE_LIMIT = 64 * 1024 * 1024  # bytes
Columns = Mapping[str, Sequence[str | int | None]]
_CUT = "the file ends, or stops being JSON, within this feature: fetch it again"
_FIRST = "the file ends, or stops being JSON, before its first feature is whole: fetch it again"
_DEEP = "brackets are nested too deeply to be read: send it as CSV"
_HALF = "half a character stands in the feature: save it again with the encoding UTF-8"


def columns_of(raw: bytes) -> tuple[Columns, list[tuple[int, str]]] | str:
    """Return columns with `row` from 1, and rows refused with reasons; or why the file is refused."""
    if len(raw) > SIZE_LIMIT:
        return f"GeoJSON of over {SIZE_LIMIT >> 20} MiB: send it as Parquet or CSV"
    if not raw.strip():
        return "the file is empty"
    try:
        text = raw.decode("utf-8-sig")
        features, cut = (_lines(text), False) if _is_lines(text) else _features(text)
    except UnicodeDecodeError:
        return "not UTF-8: save the file again with the encoding UTF-8"
    except RecursionError:
        return _DEEP
    except ValueError:
        return "not a GeoJSON FeatureCollection: it needs a list of features"
    if cut and not features:
        return _FIRST
    rows: list[tuple[int, dict[str, str | None]]] = []
    refused = []
    for at, feature in enumerate(features, start=1):
        row = _row(feature)
        if row is None:
            refused.append((at, "not a GeoJSON feature: it needs properties, and a point's lon and lat"))
        elif not _whole(row):
            refused.append((at, _HALF))
        else:
            rows.append((at, row))
    if cut:
        refused.append((len(features) + 1, _CUT))
    names = dict.fromkeys(name for _, row in rows for name in row if name != "row")
    columns = {name: [row.get(name) for _, row in rows] for name in names}
    return {**columns, "row": [at for at, _ in rows]}, refused


def _is_lines(text: str) -> bool:
    """Say whether the first line is a whole JSON object that is no GeoJSON."""
    try:
        first = json.loads(text.lstrip().partition("\n")[0])
    except ValueError:
        return False
    return isinstance(first, dict) and not {"type", "features"} & first.keys()


def _lines(text: str) -> list[object]:
    """Return each line that is not blank as a feature without a geometry; what is no object is no feature."""
    found: list[object] = []
    for line in filter(str.strip, text.split("\n")):
        try:
            found.append({"properties": json.loads(line), "geometry": None})
        except ValueError:
            found.append(None)
    return found


def _features(text: str) -> tuple[list[object], bool]:
    """Return the features, and whether the text was cut after them; ValueError when there are none."""
    try:
        whole = json.loads(text)
    except ValueError:
        return _before_the_cut(text), True
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list):
        raise ValueError("no list of features")
    return features, False


def _before_the_cut(text: str) -> list[object]:
    at = text.index("[", text.index('"features"')) + 1
    decoder = json.JSONDecoder()
    found: list[object] = []
    while True:
        while text[at : at + 1] in (" ", "\n", "\r", "\t", ","):
            at += 1
        try:
            feature, at = decoder.raw_decode(text, at)
        except ValueError:
            return found
        found.append(feature)


def _row(feature: object) -> dict[str, str | None] | None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or not isinstance(properties, dict):
        return None
    row = {str(name): _text(value) for name, value in properties.items()}
    geometry = feature.get("geometry")
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        place = geometry.get("coordinates")
        if not isinstance(place, list) or len(place) < 2:
            return None
        row["lon"], row["lat"] = _text(place[0]), _text(place[1])
    return row


def _whole(row: Mapping[str, str | None]) -> bool:
    """Say whether every name and value is text that can be written: half of a surrogate pair is none."""
    try:
        "".join((*row, *(value or "" for value in row.values()))).encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, list):
        return "|".join(_text(item) or "" for item in value)
    return json.dumps(value, ensure_ascii=False)
