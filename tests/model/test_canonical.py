"""An id stands for what was reported, and for nothing else."""

import json
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import InputError
from trucewatch.model.canonical import canonical, content_id, digest, with_ids
from trucewatch.model.tables import OBSERVATIONS

MOMENT = datetime(2016, 10, 29, 7, 30, tzinfo=UTC)
ROW: dict[str, object] = {
    "source_id": "smm",
    "means": "heard",
    "phenomenon": "explosion",
    "from_utc": MOMENT,
    "to_utc": MOMENT + timedelta(hours=1),
    "lon": 37.8,
    "lat": 48.0,
    "count_min": 200,
    "sensitivity": "public",
    "text": "over 200",
}
CHANGES: list[tuple[str, object]] = [
    ("source_id", "smm2"),
    ("means", "seen"),
    ("to_utc", MOMENT + timedelta(hours=1, microseconds=1)),
    ("reported_utc", MOMENT),
    ("lon", 37.8 + 1e-12),
    ("lon", None),
    ("count_min", 201),
    ("count_max", 200),
    ("observer_lon", 0.0),
    ("text", "over 200 "),
    ("text", ""),
    ("text", None),
    ("sensitivity", "restricted"),
]


def _frame(*rows: dict[str, object]) -> pl.DataFrame:
    schema = {name: dtype for name, dtype in OBSERVATIONS.schema.items() if name != "observation_id"}
    return pl.DataFrame(list(rows), schema=schema)


def _ids(*rows: dict[str, object]) -> list[str]:
    return with_ids(_frame(*rows))["observation_id"].to_list()


numbers = st.one_of(
    st.integers(-(2**53) + 1, 2**53 - 1), st.floats(allow_nan=False, allow_infinity=False), st.just(-0.0)
)
plain = st.one_of(st.none(), st.booleans(), numbers, st.text(st.characters(exclude_categories=["Cs"])))
values = st.recursive(
    plain,
    lambda inner: st.one_of(
        st.lists(inner), st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
    ),
    max_leaves=12,
)


@given(value=values)
def test_canonical_bytes_are_those_of_rfc_8785(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value",
    [
        {"\U00010000": 1, "\ufb33": 2},
        {"a": "\u2028\x7f\x1f\b"},
        [1e-7, 1e21, 1.0, "1.5", [-0.0]],
        {"at": "2026-01-06T18:00:00.000000Z", "x": [0.1]},
        2**53 - 1,
        1.5,
    ],
)
def test_values_that_json_may_spell_otherwise_are_spelled_as_rfc_8785_has_it(value: object) -> None:
    assert canonical(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [2**53, float("nan"), "\ud800", {"a": float("inf")}])
def test_what_has_no_canonical_spelling_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical(value)  # type: ignore[arg-type]


def test_an_id_is_the_same_on_every_machine_and_in_every_release() -> None:
    assert _ids(ROW) == ["aa8dc3c0230553f357eea07cafbaabc5"]


@pytest.mark.parametrize(("column", "value"), CHANGES)
def test_another_word_is_another_observation(column: str, value: object) -> None:
    assert _ids(ROW) != _ids(ROW | {column: value})


@pytest.mark.parametrize(("column", "value"), [("evidence", "a" * 64), ("row", 7)])
def test_the_file_that_brought_it_is_no_part_of_it(column: str, value: object) -> None:
    assert _ids(ROW) == _ids(ROW | {column: value})


def test_the_order_of_columns_changes_no_id() -> None:
    frame = _frame(ROW)
    assert with_ids(frame.select(reversed(frame.columns))).equals(with_ids(frame))
    assert with_ids(frame.select(list(ROW))).equals(with_ids(frame))


def test_minus_zero_is_zero() -> None:
    assert _ids(ROW | {"lon": -0.0}) == _ids(ROW | {"lon": 0.0})
    assert _ids(ROW | {"lon": 0.0}) != _ids(ROW | {"lon": None})


def test_an_empty_text_is_not_a_missing_one_nor_two_texts_one() -> None:
    assert len({*_ids(ROW | {"text": ""}), *_ids(ROW | {"text": None}), *_ids(ROW | {"text": "-,"})}) == 3
    halves = _ids(ROW | {"held_by": "ab", "told_by": "c"}), _ids(ROW | {"held_by": "a", "told_by": "bc"})
    assert halves[0] != halves[1]


def test_two_equal_rows_in_one_file_are_two_and_the_same_file_again_is_the_same_two() -> None:
    first, other, second = _ids(ROW, ROW | {"row": 2, "text": "x"}, ROW | {"row": 3})
    assert len({first, other, second}) == 3
    assert _ids(ROW, ROW) == [first, second]
    assert _ids(ROW) == [first]


def test_ids_made_twice_are_ids_made_once() -> None:
    once = with_ids(_frame(ROW, ROW))
    assert with_ids(once).equals(once)


def test_no_rows_have_no_ids() -> None:
    assert with_ids(OBSERVATIONS.empty()).equals(OBSERVATIONS.empty())


@settings(max_examples=50)
@given(
    texts=st.lists(st.none() | st.text(st.characters(codec="utf-8"), max_size=5), min_size=1, max_size=6),
    lons=st.lists(st.none() | st.floats(-180, 180), min_size=6, max_size=6),
)
def test_ids_are_equal_only_where_rows_are(texts: list[str | None], lons: list[float | None]) -> None:
    rows = [ROW | {"text": text, "lon": lon} for text, lon in zip(texts, lons, strict=False)]
    frame = with_ids(_frame(*rows))
    assert frame["observation_id"].n_unique() == len(rows)
    alone = {(row["text"], (row["lon"] or 0.0) + 0.0, row["lon"] is None) for row in rows}
    assert len({_ids(row)[0] for row in rows}) == len(alone)


def test_a_number_that_is_not_one_is_refused() -> None:
    for odd in (float("nan"), float("inf")):
        with pytest.raises(InputError, match=r"observations\.lon"):
            _ids(ROW | {"lon": odd})


def test_canonical_bytes_are_those_of_the_standard() -> None:
    # RFC 8785 section 3.2.2 and 3.2.3: numbers as ECMAScript, keys sorted by UTF-16 units
    given_value = {"numbers": [333333333.33333329, 1e30, 4.50, 2e-3], "€": 1, "\r": 2, "1": [True, None]}
    expected = '{"\\r":2,"1":[true,null],"numbers":[333333333.3333333,1e+30,4.5,0.002],"€":1}'
    assert canonical(given_value) == expected.encode()  # type: ignore[arg-type]
    assert json.loads(canonical({"b": 1, "a": {"d": 2, "c": "x"}})) == {"a": {"c": "x", "d": 2}, "b": 1}


def test_a_content_id_keeps_its_parts_apart() -> None:
    assert digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert content_id("ab", "c") != content_id("a", "bc")
    assert content_id("a", "b") != content_id("b", "a")
    assert len(content_id()) == 32


@pytest.mark.parametrize(("altitude_m", "same"), [(None, True), (0.0, False), (-0.0, False), (120.5, False)])
def test_a_later_column_changes_an_id_only_where_it_is_known(altitude_m: float | None, same: bool) -> None:
    assert (_ids(ROW | {"altitude_m": altitude_m}) == _ids(ROW)) is same
