"""Words of short lists are held as numbers, and change nothing."""

import math

import numpy as np
import polars as pl

from trucewatch.fuse.compiled import ln
from trucewatch.fuse.pairs import least_ln
from trucewatch.fuse.reports import coded
from trucewatch.model.vocabulary import Means, Phenomenon

WORDS = {
    "phenomenon": [Phenomenon.SHOT.value, Phenomenon.BURST.value, Phenomenon.EXPLOSION.value],
    "means": [Means.TOLD.value, Means.DETECTED.value, Means.TOLD.value],
    "told_by": ["b", None, "a"],
    "weapon": [None, None, None],
}


def told(**more: list[str | None]) -> pl.DataFrame:
    columns = {name: pl.Series(words, dtype=pl.String) for name, words in (WORDS | more).items()}
    return pl.DataFrame(columns).with_columns(trajectory=pl.lit(None, pl.String))


def test_words_are_in_the_order_of_their_letters() -> None:
    rows = told()
    for name in WORDS:
        assert coded(rows)[name].arg_sort().to_list() == rows[name].arg_sort().to_list()
        assert coded(rows)[name].cast(pl.String).to_list() == rows[name].to_list()


def test_a_word_that_is_not_known_is_kept() -> None:
    rows = told(means=["rumoured", "told", None])
    assert coded(rows)["means"].to_list() == ["rumoured", "told", None]


def test_the_least_that_a_logarithm_can_be_is_no_greater_than_it_and_near() -> None:
    for x in [*np.geomspace(1e-200, 1e200, 401).tolist(), 1.0, 2.0, 1.5]:
        assert math.log(x) - 0.0602 <= least_ln(x) <= ln(x) + 1e-12 * max(1.0, abs(ln(x)))
