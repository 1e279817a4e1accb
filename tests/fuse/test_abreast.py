"""Parts side by side change nothing, however many threads there are."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from trucewatch.fuse.abreast import ROWS, abreast, cut
from trucewatch.fuse.fuse import fuse
from trucewatch.fuse.same import numbered
from trucewatch.simulate.observed import observe
from trucewatch.simulate.preset import preset
from trucewatch.simulate.world import world

ALONE = """
import sys
import polars as pl
from trucewatch.fuse.fuse import fuse
assert pl.thread_pool_size() == 1
fused = fuse(pl.read_parquet(sys.argv[1] + "/rows.parquet"), {})
for name in ("incidents", "counts", "links"):
    getattr(fused, name).write_parquet(f"{sys.argv[1]}/{name}.parquet")
"""


def test_parts_follow_one_another_and_leave_nothing_out() -> None:
    for many in (0, 1, ROWS - 1, ROWS, ROWS + 1, 5 * ROWS + 7):
        rows = np.arange(many)
        assert np.concatenate([rows[part] for part in cut(many)]).tolist() == rows.tolist()


def test_what_is_found_comes_in_the_order_of_the_parts() -> None:
    assert abreast(lambda part: part * part, range(40)) == [part * part for part in range(40)]
    assert abreast(lambda part: part, []) == []


def test_what_fails_in_a_part_fails() -> None:
    with pytest.raises(ZeroDivisionError):
        abreast(lambda part: 1 // part, [2, 1, 0])


def test_what_is_the_same_has_one_number_by_what_came_first() -> None:
    keys = np.random.default_rng(1).integers(-9, 9, (3, 9_000)) * (1 << 60)
    number, first = numbered(keys)
    assert (keys[:, first[number]] == keys).all()
    assert (np.diff(first) > 0).all()
    assert len(first) == len(np.unique(keys, axis=1).T)


def test_one_thread_gives_what_several_give_to_the_bit(tmp_path: Path) -> None:
    made = observe(world(preset("ten_thousand"), seed=3)).observations
    parts = [
        made.with_columns(
            pl.col("from_utc", "to_utc", "reported_utc") + timedelta(days=400 * turn),
            observation_id=pl.concat_str(pl.lit(f"{turn:02x}"), pl.col("observation_id").str.slice(2)),
        )
        for turn in range(5)
    ]
    rows = pl.concat(parts)
    assert rows.height > ROWS
    rows.write_parquet(tmp_path / "rows.parquet")
    subprocess.run(
        [sys.executable, "-c", ALONE, str(tmp_path)],
        check=True,
        env={**os.environ, "POLARS_MAX_THREADS": "1"},
    )
    fused = fuse(rows, {})
    for name in ("incidents", "counts", "links"):
        assert getattr(fused, name).equals(pl.read_parquet(tmp_path / f"{name}.parquet"))
