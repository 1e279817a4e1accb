"""Counts in a report's own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.ingest.words import count_words


@pytest.mark.parametrize(
    ("words", "least", "greatest"),
    [
        ("7", 7, 7),
        ("0", 0, 0),
        ("none", 0, 0),
        ("twelve", 12, 12),
        ("1,200", 1200, 1200),
        ("over 200", 200, None),
        ("More than 200", 200, None),
        ("at least one", 1, None),
        ("200+", 200, None),
        ("333 and over", 333, None),
        ("almost 700", None, 700),
        ("up to 5", None, 5),
        ("about 40", 36, 44),
        ("some 40", 36, 44),
        ("~10", 9, 11),
        ("4 to 8", 4, 8),
        ("between 4 and 8", 4, 8),
        ("4-8", 4, 8),
        ("4 – 8", 4, 8),
        ("some", None, None),
        ("several", None, None),
        ("", None, None),
        ("hundreds", 200, 999),
        ("dozens", 24, 99),
    ],
)
def test_words_bound_a_count(words, least, greatest):
    assert count_words(words) == (least, greatest)


@pytest.mark.parametrize(
    "words", ["lots", "8 to 4", "over", "about some", "-3", "3.5", "1,2", "12 34", "=1+1"]
)
def test_words_that_are_not_known_are_never_guessed(words):
    with pytest.raises(ValueError, match="count"):
        count_words(words)


@given(st.integers(min_value=0, max_value=999_999_999))
def test_a_number_is_itself(number):
    assert count_words(str(number)) == (number, number)


@given(st.text(max_size=30))
def test_a_bound_below_the_other_cannot_come_out(words):
    try:
        least, greatest = count_words(words)
    except ValueError:
        return
    assert least is None or greatest is None or least <= greatest
