"""Objects that are spelled quickly are spelled as RFC 8785 has it, and what is not sure is spelled with care."""

from datetime import UTC, datetime

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.mission.spelling import plainly

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=6), VALUES, max_size=4))
def test_what_is_spelled_quickly_is_spelled_as_the_standard_has_it(value: dict[str, object]) -> None:
    assert plainly(value) in (None, rfc8785.dumps(value))  # type: ignore[arg-type]


def test_every_ascii_character_has_the_standard_s_spelling() -> None:
    for code in range(128):
        value = {"a": chr(code), chr(code): 1}
        assert plainly(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        float("inf"),
        2**53,
        "é",
        datetime(2026, 1, 1, tzinfo=UTC),
        object(),
        (1,),
        {"b": 1e9},
    ],
)
def test_what_is_not_sure_is_left_to_the_careful_one(value: object) -> None:
    assert plainly({"a": value}) is None  # type: ignore[dict-item]
