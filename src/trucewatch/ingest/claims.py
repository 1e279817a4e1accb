"""What one party says of the other: told, never seen.

Rules:
- a claim is a total of its claimant's, under the claimant's own word, and is no observation;
- claims are not added: one whose window holds another window of the same claimant, about the same
  party and category, is marked cumulative; one whose category is a narrower word for another's
  ("shelling with heavy weapons" beside "shelling") in a window that meets its own is marked a subset,
  and one of "all ..." stands for all kinds together;
- what the file says of the relation stands first, in its own words; the marks follow, as ours;
- text is "CATEGORY | RELATION | against PARTY", the relation empty when there is none;
- origin is the address where the claim was printed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

import polars as pl

from trucewatch.ingest.checks import Check, order_checks, screen, screened, time_checks, utc
from trucewatch.ingest.counted import COUNT_CHECK, counted
from trucewatch.ingest.reading import read_any
from trucewatch.model.source import Screened, Source, SourceProfile
from trucewatch.model.vocabulary import Means, Phenomenon

REQUIRED = ("claimed_by", "against", "window_start", "window_end", "category", "count")
OPTIONAL = ("claim_id", "qualifier", "relation", "source_url")
CUMULATIVE = "cumulative (by its window)"
SUBSET = "a subset of {} (by its words)"
ALL_KINDS = "all kinds together (by its words)"
Window = tuple[datetime, datetime]
Key = tuple[str, str, str]  # claimant, party claimed against, category


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """The windows of one kind of claim, in order of their start."""

    starts: tuple[datetime, ...]
    latest: tuple[datetime, ...]  # the latest end among those up to here

    def meet(self, window: Window) -> bool:
        """Say whether one of them and `window` have a moment in common."""
        before = bisect_left(self.starts, window[1])
        return before > 0 and self.latest[before - 1] > window[0]


def parse(raw: bytes, profile: SourceProfile) -> Screened:
    """Return the claims in a file, each with how it overlaps the others, and the rows refused."""
    rows = read_any(raw, required=REQUIRED)
    absent = [pl.lit(None, pl.String).alias(c) for c in OPTIONAL if c not in rows.frame.columns]
    whole = rows.frame.with_columns(absent)
    read = counted(whole, count="count", qualifier="qualifier")
    good, refused = screen(read, _checks(profile))
    return screened(_observations(good, profile), [*rows.refused, *refused], profile, rows.notes)


SOURCE = Source(name="claims", media_types=("text/csv",), parse=parse)


def _checks(profile: SourceProfile) -> list[Check]:
    start, end = (utc(column, profile.zone) for column in ("window_start", "window_end"))
    needed = [
        Check(fails=pl.col(column).is_null(), reason="empty: a claim needs it", column=column)
        for column in ("claimed_by", "against", "category")
    ]
    return [
        *needed,
        *time_checks("window_start", profile.zone),
        *time_checks("window_end", profile.zone),
        *order_checks(start, end, "window_end"),
        COUNT_CHECK,
    ]


def _observations(frame: pl.DataFrame, profile: SourceProfile) -> pl.DataFrame:
    single = [pl.col(c).str.replace_all("|", "/", literal=True) for c in ("category", "against", "relation")]
    timed = frame.with_columns(
        *single,
        from_utc=utc("window_start", profile.zone),
        to_utc=utc("window_end", profile.zone),
    )
    relations = pl.Series("_relation", _relations(timed), pl.String)
    text = pl.format("{} | {} | against {}", "category", "_relation", "against")
    return timed.with_columns(relations).select(
        "row",
        "from_utc",
        "to_utc",
        "count_min",
        "count_max",
        pl.lit(Means.TOLD.value).alias("means"),
        pl.lit(Phenomenon.TOTAL.value).alias("phenomenon"),
        pl.col("claimed_by").alias("told_by"),
        pl.col("source_url").alias("origin"),
        text.alias("text"),
    )


def _relations(frame: pl.DataFrame) -> list[str]:
    """Return for each claim what the file and the other claims say of its relation to them."""
    rows = frame.select("claimed_by", "against", "category", "from_utc", "to_utc", "relation").rows()
    windows: dict[Key, set[Window]] = defaultdict(set)
    for claimant, against, category, start, end, _ in rows:
        windows[claimant, against, category.casefold()].add((start, end))
    kinds = {key: _ordered(found) for key, found in windows.items()}
    holding = {key: _holding(found) for key, found in windows.items()}
    relations = []
    for claimant, against, category, start, end, given in rows:
        key, window = (claimant, against, category.casefold()), (start, end)
        marks = [given] if given else []
        if window in holding[key] and "cumulative" not in (given or ""):
            marks.append(CUMULATIVE)
        wider = _wider(key, window, kinds)
        if wider is not None and "subset" not in (given or ""):
            marks.append(SUBSET.format(wider))
        if key[2].startswith("all "):
            marks.append(ALL_KINDS)
        relations.append("; ".join(marks))
    return relations


def _ordered(windows: set[Window]) -> Windows:
    ordered = sorted(windows)
    ends = [end for _, end in ordered]
    return Windows(starts=tuple(start for start, _ in ordered), latest=tuple(accumulate(ends, max)))


def _holding(windows: set[Window]) -> set[Window]:
    """Return the windows that hold another one of them."""
    held: set[Window] = set()
    earliest: datetime | None = None  # the first end among the windows that start no earlier
    for start, end in sorted(windows, key=lambda window: (-window[0].timestamp(), window[1])):
        if earliest is not None and earliest <= end:
            held.add((start, end))
        earliest = end if earliest is None else min(earliest, end)
    return held


def _wider(key: Key, window: Window, kinds: Mapping[Key, Windows]) -> str | None:
    """Return the wider category that the words of this one name, claimed for a time they share."""
    words = key[2].split()
    parts = [" ".join(words[:at]) for at in range(len(words) - 1, 0, -1)]
    parts += [" ".join(words[at:]) for at in range(1, len(words))]
    for part in parts:
        other = kinds.get((key[0], key[1], part))
        if other is not None and other.meet(window):
            return part
    return None
