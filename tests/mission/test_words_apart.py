"""Words apart from their rows: put back they are the same, and erased they are not known."""

import hashlib

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import IntegrityError
from trucewatch.mission.words import agree, apart, together

SEED = bytes(32)
texts = st.lists(st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]))), max_size=20)


def rows(words: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame({"n": range(len(words)), "text": words}, schema={"n": pl.Int64, "text": pl.String})


@given(words=texts)
def test_words_put_back_are_the_words_that_were_taken(words: list[str | None]) -> None:
    bare, item = apart(rows(words), SEED)
    assert (item is None) == all(text is None for text in words)
    assert together(bare, item)["text"].to_list() == words
    assert not any(text in bare["text"] for text in words if text)
    assert item is None or agree(bare, item)


def test_a_digest_stands_where_words_were_and_nothing_where_none_were() -> None:
    bare, _ = apart(rows(["да", None, ""]), SEED)
    salts = [hashlib.sha256(SEED + n.to_bytes(8, "big")).digest() for n in range(3)]
    first, last = (hashlib.sha256(salts[n] + text.encode()).hexdigest() for n, text in ((0, "да"), (2, "")))
    assert bare["text"].to_list() == [first, None, last]


def test_the_same_words_in_two_rows_have_two_digests() -> None:
    bare, _ = apart(rows(["shelling", "shelling"]), SEED)
    assert bare["text"].n_unique() == 2


def test_erased_words_are_not_known() -> None:
    bare, _ = apart(rows(["one", None]), SEED)
    assert together(bare, None)["text"].to_list() == [None, None]


def test_words_of_another_batch_do_not_agree_and_of_another_length_are_refused() -> None:
    bare, _ = apart(rows(["one", "two"]), SEED)
    _, other = apart(rows(["one", "too"]), SEED)
    _, longer = apart(rows(["one", "two", "three"]), SEED)
    assert other is not None
    assert longer is not None
    assert not agree(bare, other)
    with pytest.raises(IntegrityError, match="2 rows has words for 3"):
        together(bare, longer)
    with pytest.raises(IntegrityError, match="cannot be read"):
        together(bare, b"no Parquet")


def test_a_table_without_words_stays_as_it_is() -> None:
    frame = pl.DataFrame({"n": [1]})
    assert apart(frame, SEED)[1] is None
    assert together(frame, None).equals(frame)
