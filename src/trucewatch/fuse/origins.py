"""Reports that go back to one origin: they are one witness, however many tell it.

Rules:
- equal `origin`, or the same words told by another source, is common origin;
- one origin may tell of several things: only reports whose kinds, times and places agree are joined,
  and a report without a place agrees with any;
- two reports of one post are never each other's copy;
- the original is the one reported first; whoever copies it, the witness keeps the original's errors.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import polars as pl

from trucewatch.fuse.reports import Ints, Reports
from trucewatch.fuse.weights import GATE
from trucewatch.model.geodesy import METRES_PER_DEGREE

LEAST_WORDS = 40  # characters: shorter texts are alike by chance
MOST_COMPARED = 16  # originals a copy is compared with, the latest before it
INDEPENDENT = "independent"


def originals(reports: Reports, frame: pl.DataFrame, nodes: Ints) -> Ints:
    """Return for each report in `nodes` the index of the original it copies, or its own."""
    original = np.arange(len(reports.row))
    areas = frame["area_id"]
    for group in _groups(reports, frame, nodes):
        found: list[int] = []
        posts: dict[int, set[int]] = {}
        for at in group:
            for lead in reversed(found[-MOST_COMPARED:]):
                if int(reports.platform[at]) not in posts[lead] and _agree(reports, areas, lead, at):
                    original[at] = lead
                    posts[lead].add(int(reports.platform[at]))
                    break
            else:
                found.append(at)
                posts[at] = {int(reports.platform[at])}
    return original[original]


def _groups(reports: Reports, frame: pl.DataFrame, nodes: Ints) -> Iterator[list[int]]:
    """Yield the reports of each origin, then those with the same words, originals before copies."""
    words = pl.col("text").str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    told = pl.Series(reports.told) & (pl.col("origin").is_null() | (pl.col("origin") == INDEPENDENT))
    keyed = (
        frame.select(
            pl.int_range(pl.len(), dtype=pl.Int64).alias("at"),
            pl.when(pl.col("origin") != INDEPENDENT).then(pl.col("origin")).alias("origin"),
            pl.when(told & (words.str.len_chars() >= LEAST_WORDS)).then(words).alias("words"),
            pl.col("reported_utc").fill_null(pl.col("to_utc")).alias("first"),
            platform=pl.Series(reports.platform),
            placed=pl.Series(reports.placed),
        )[nodes]
        .with_columns(
            key=pl.when(pl.col("origin").is_not_null())
            .then("o" + pl.col("origin"))
            .otherwise("w" + pl.col("words"))
        )
        .drop_nulls("key")
        .filter(pl.col("platform").n_unique().over("key") > 1)
        .sort("key", ~pl.col("placed"), "first", "at")
    )
    for part in keyed.partition_by("key", maintain_order=True):
        yield part["at"].to_list()


def _agree(reports: Reports, areas: pl.Series, lead: int, at: int) -> bool:
    both_s = min(reports.end_s[lead], reports.end_s[at]) - max(reports.start_s[lead], reports.start_s[at])
    if reports.family[lead] != reports.family[at] or both_s <= 0:
        return False
    if not (reports.placed[lead] and reports.placed[at]):
        return len({areas[lead], areas[at]} - {None}) < 2
    over = (float(reports.lon[at] - reports.lon[lead]) + 180) % 360 - 180
    middle = float(reports.lat[at] + reports.lat[lead]) / 2
    east = over * METRES_PER_DEGREE * math.cos(math.radians(middle))
    north = float(reports.lat[at] - reports.lat[lead]) * METRES_PER_DEGREE
    ee, en, nn = (float(c[lead] + c[at]) for c in (reports.ee, reports.en, reports.nn))
    distance2 = (nn * east**2 - 2 * en * east * north + ee * north**2) / (ee * nn - en * en)
    return distance2 <= GATE
