"""Shapes of zones and lines, by name and time; and the line on which anything in a TOML text stands."""

import itertools
import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.assess.positions import positions
from trucewatch.assess.zones import read_shapes
from trucewatch.errors import AgreementError
from trucewatch.mission.content import outlines

START = datetime(2027, 3, 1, tzinfo=UTC)
SQUARE = {"type": "Polygon", "coordinates": [[[30, 48], [31, 48], [31, 49], [30, 48]]]}
LINE = {"type": "LineString", "coordinates": [[30, 48], [31, 48]]}
CONTENT = Path(__file__).resolve().parents[2] / "src" / "trucewatch" / "content"


def collection(*features: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features}, indent=1)


def feature(name: str, start: int | None = None, end: int | None = None) -> dict[str, object]:
    days = {"from": start, "to": end}
    times = {key: (START + timedelta(days=n)).isoformat() for key, n in days.items() if n is not None}
    return {"type": "Feature", "id": name, "properties": times, "geometry": SQUARE}


def test_a_name_has_the_shape_that_holds_at_a_time_up_to_but_not_including_its_end() -> None:
    shapes = read_shapes(collection(feature("b", 5, 9), feature("a"), feature("b", None, 5)))
    assert shapes.names == ("a", "b")
    assert [(s.name, s.from_utc is None) for s in shapes.shapes] == [("a", True), ("b", True), ("b", False)]
    at = [shapes.at("b", START + timedelta(days=n)) for n in (4, 5, 8, 9)]
    first, second = shapes.of("b")
    assert at == [first, second, second, None]
    assert shapes.at("c", START) is None


def test_a_line_keeps_its_left_hand_and_whose_claim_it_is() -> None:
    line = {
        "type": "Feature",
        "properties": {"id": "contact", "left": "B", "claimed_by": "A", "source_url": "https://example.org"},
        "geometry": LINE,
    }
    (shape,) = read_shapes(collection(line)).shapes
    assert (shape.name, shape.is_line, shape.left, shape.claimed_by) == ("contact", True, "B", "A")


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), min_size=1, max_size=6))
def test_two_shapes_of_one_name_at_once_are_refused_and_others_are_read(spans: list[tuple[int, int]]) -> None:
    text = collection(*(feature("a", start, start + length) for start, length in spans))
    ordered = sorted((start, start + length) for start, length in spans)
    if any(end > start for (_, end), (start, _) in itertools.pairwise(ordered)):
        with pytest.raises(AgreementError, match="holds while another feature of its name does"):
            read_shapes(text)
    else:
        assert len(read_shapes(text).of("a")) == len(spans)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[" * 100_000,
        '{"features": null}',
        '{"features": [1]}',
        '{"features": [{"id": "a"}]}',
        '{"features": [{"id": ["a"], "geometry": {}}]}',
        '{"features": [{"id": "a", "properties": 3, "geometry": {}}]}',
        '{"features": [{"id": "a", "geometry": {"type": "Polygon", "coordinates": []}}]}',
        '{"features": [{"id": "a", "geometry": {"type": "Polygon", "coordinates": [[["a", "b"]]]}}]}',
        '{"features": [{"id": "a", "geometry": {"type": "LineString", "coordinates": [[0, NaN], [1, 1]]}}]}',
        '{"features": [{"id": "a", "geometry": {"type": "GeometryCollection", "geometries": []}}]}',
        collection(feature("a") | {"properties": {"from": "0001-01-01T00:00:00+14:00"}}),
        collection(feature("a") | {"properties": {"from": 5}}),
    ],
)
def test_what_is_no_map_of_zones_is_refused_in_one_line_with_its_file(text: str) -> None:
    with pytest.raises(AgreementError) as refused:
        read_shapes(text)
    assert str(refused.value).startswith("zones.geojson:")
    assert "\n" not in str(refused.value)


def drawn(geometry: object, **more: object) -> str:
    return collection({"type": "Feature", "id": "a", "properties": None, "geometry": geometry} | more)


def ring(west: float, east: float) -> list[list[list[float]]]:
    return [[[west, 10], [east, 10], [east, 11], [west, 11], [west, 10]]]


def test_a_feature_without_properties_is_one_of_nobody_known() -> None:
    (shape,) = read_shapes(drawn(SQUARE)).shapes
    assert (shape.name, shape.claimed_by, shape.from_utc) == ("a", None, None)
    assert outlines(drawn(SQUARE), where="zones.geojson").ids == ("a",)


@pytest.mark.parametrize(
    ("geometry", "mend"),
    [
        ({"type": "Polygon", "coordinates": ring(-179, 179)}, "two parts of a MultiPolygon"),
        ({"type": "MultiPolygon", "coordinates": [ring(-179, 179)]}, "two parts of a MultiPolygon"),
        ({"type": "LineString", "coordinates": [[179, 10], [-179, 10]]}, "two lines with names of their own"),
    ],
)
def test_what_spans_more_than_half_the_world_is_to_be_split_at_the_antimeridian(
    geometry: object, mend: str
) -> None:
    with pytest.raises(AgreementError) as refused:
        read_shapes(drawn(geometry, properties={"left": "A"} if "lines" in mend else {}))
    assert refused.value.message == (
        f"feature 1 (a): spans 358 degrees of longitude; split it at the antimeridian (180) into {mend}"
    )


def test_a_zone_that_is_split_at_the_antimeridian_is_read() -> None:
    parts = {"type": "MultiPolygon", "coordinates": [ring(179, 180), ring(-180, -179)]}
    assert read_shapes(drawn(parts)).names == ("a",)


def test_a_feature_without_a_geometry_is_refused_in_so_many_words() -> None:
    with pytest.raises(AgreementError) as refused:
        read_shapes(drawn(None))
    assert refused.value.message == "feature 1 (a): has no geometry; draw it, or leave the feature out"


def paths(value: object, before: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield (*before, key)
        yield from paths(inner, (*before, key))


@pytest.mark.parametrize(
    "file", sorted(CONTENT.rglob("*.toml")), ids=lambda file: str(file.relative_to(CONTENT))
)
def test_every_key_of_a_shipped_text_stands_on_the_line_that_is_told(file: Path) -> None:
    text = file.read_text("utf-8")
    lines, found = text.split("\n"), positions(text)
    for path in paths(tomllib.loads(text)):
        assert path in found
        if isinstance(path[-1], str):
            assert path[-1] in lines[found[path]]
