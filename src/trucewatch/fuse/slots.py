"""What is known of each report that stands, in columns that have room for more.

Rules:
- a report's numbers are those of `reports` and `spots`, made once when it comes;
- posts, sources, kinds and words are numbered in the order in which they come, and keep their numbers;
- what one report comes before another by (`order`) is what `reports.IN_ORDER_OF` says, as whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from trucewatch.fuse.fuse import lone_of
from trucewatch.fuse.naming import Wide, halves, octets_of
from trucewatch.fuse.numbering import Numbering
from trucewatch.fuse.origins import INDEPENDENT
from trucewatch.fuse.repeats import vague, words_of
from trucewatch.fuse.reports import Flags, Ints, Reports
from trucewatch.fuse.spots import NODE, PLATFORM, hopeful, side_by_side, spots_of
from trucewatch.model.geodesy import Floats
from trucewatch.model.vocabulary import Means, Phenomenon

UNKNOWN = -(1 << 63)
UNPLACED = 1 << 60
ROOM = 1 << 14
MOST_EXACT = float(1 << 53)
MIXED = np.uint64(0x9E3779B97F4A7C15)
STIRRED = np.uint64(0xBF58476D1CE4E5B9)
FOLDED = np.uint64(29)
SIGN = np.uint64(1 << 63)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """Reports, one element each, in the order in which they came; there may be room behind them."""

    row: Ints
    order: Ints  # rows of what it is in order of
    numbers: Floats
    wholes: Ints
    family: Ints
    sides: Floats  # its sector
    own: Floats  # the standard deviation of its time, and how often its source repeats itself
    area: Ints
    alike: Ints
    words: Ints  # 0: none
    origin: Ints  # 0: none
    source: Ints
    first: Ints  # when it was reported, the unplaced after all others
    placed: Flags
    hoped: Flags
    itemises: Flags

    def take(self, which: Ints) -> Slots:
        """Return the reports at `which`."""
        return Slots(**{field.name: getattr(self, field.name)[which] for field in fields(self)})

    def with_rows(self, many: int, more: Slots) -> Slots:
        """Return the first `many` of these and `more`, in the same room where that suffices."""
        whole = many + len(more.row)
        found = self.with_room(many, whole)
        for field in fields(self):
            getattr(found, field.name)[many:whole] = getattr(more, field.name)
        return found

    def with_room(self, many: int, whole: int) -> Slots:
        """Return the first `many` of these, with room for the `whole` and some more."""
        if whole <= len(self.row):
            return self
        size = whole + (whole >> 3) + ROOM
        found = {}
        for field in fields(self):
            values = getattr(self, field.name)
            found[field.name] = np.empty((size, *values.shape[1:]), dtype=values.dtype)
            found[field.name][:many] = values[:many]
        return Slots(**found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What is told in words, as numbers: 0 where nothing is; `tale` is what was said, of the unplaced all."""

    area: Ints
    source: Ints
    origin: Ints
    words: Ints
    tale: Ints


def slots_of(reports: Reports, frame: pl.DataFrame, numbering: Numbering) -> Slots:
    """Return what is known of `reports`, whose rows are in `frame`; densities are not known yet."""
    names = frame["source_id"].unique().sort().to_list()
    source = np.array(numbering.numbers_of(names), dtype=np.int64)[reports.source]
    _, first, at = np.unique(reports.platform, return_index=True, return_inverse=True)
    sides = reports.sectors
    posts = numbering.posts(source[first], sides.observer_lon[first], sides.observer_lat[first])
    kind, means = (
        frame[name].replace_strict(dict(ranks(words)), return_dtype=pl.Int64).to_numpy()
        for name, words in (("phenomenon", Phenomenon), ("means", Means))
    )
    high, low = halves(octets_of(frame["observation_id"]))
    return slotted(
        reports,
        frame,
        post=posts[at.reshape(-1)],
        code=numbering.codes(reports, source),
        named=named_of(frame, words_of(frame, reports.told), reports.placed, numbering),
        ranked=(kind, means, signed(high), signed(low)),
    )


def slotted(
    reports: Reports,
    frame: pl.DataFrame,
    *,
    post: Ints,
    code: Ints,
    named: Named,
    ranked: Sequence[Ints],
) -> Slots:
    """Return the slots of `reports`, whose rows are in `frame`; `ranked` are their kinds, means, and both halves of ids."""
    start, end, reported = (times_of(frame[name]) for name in ("from_utc", "to_utc", "reported_utc"))
    place = [placed_of(frame[name]) for name in ("lon", "lat")]
    counts = [wholes_of(frame[name]) for name in ("count_min", "count_max")]
    kind, means, high, low = ranked
    spots = spots_of(reports, code, lone_of(reports), np.zeros(len(post)))
    spots.wholes[:, NODE], spots.wholes[:, PLATFORM] = 0, post
    spans = [np.where(reports.placed, 0, times) for times in (start, end)]
    lone = vague(reports, frame["text"])
    own = [np.where(lone, half, 0) for half in (high, low)]
    like = (bits_of(frame["heading_deg"]), *counts, *spans, *own, named.area, named.tale, post)
    first = np.where(reported == UNKNOWN, end, reported)
    sides = reports.sectors
    return Slots(
        row=reports.row,
        order=side_by_side([start, end, *place, kind, *counts, means, high, low]),
        numbers=spots.numbers,
        wholes=spots.wholes,
        family=reports.family,
        sides=np.stack([getattr(sides, field.name) for field in fields(sides)], axis=1),
        own=np.stack([reports.sigma_s, reports.p_repeat], axis=1),
        area=named.area,
        alike=mixed((*like, reports.kind, reports.trajectory, reports.placed)),
        words=named.words,
        origin=named.origin,
        source=named.source,
        first=first + np.where(reports.placed, 0, UNPLACED),
        placed=reports.placed,
        hoped=hopeful(reports),
        itemises=reports.itemises,
    )


def mixed(columns: Sequence[Ints | Flags]) -> Ints:
    """Return a number that is the same where all columns are."""
    found = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        found ^= column.astype(np.int64).view(np.uint64)
        found *= MIXED
        found ^= found >> FOLDED
        found *= STIRRED
    return found.view(np.int64)


def named_of(frame: pl.DataFrame, words: pl.Series, placed: Flags, numbering: Numbering) -> Named:
    """Return what the rows of `frame` tell in words; `words` as of `words_of`."""
    spelled = hashes(words)
    area, source, origin = (_numbered(frame[name], numbering) for name in ("area_id", "source_id", "origin"))
    return Named(
        area=area,
        source=source,
        origin=origins_of(origin, numbering),
        words=spelled,
        tale=spelled if placed.all() else np.where(placed, spelled, tales_of(frame["text"])),
    )


def _numbered(words: pl.Series, numbering: Numbering) -> Ints:
    met = words.drop_nulls().unique(maintain_order=True).to_list()
    if not met:
        return np.zeros(len(words), dtype=np.int64)
    numbers = numbering.words_of(met).tolist()
    coded = words.replace_strict(met, numbers, default=0, return_dtype=pl.Int64)
    return coded.fill_null(0).to_numpy().astype(np.int64)


def hashes(words: pl.Series) -> Ints:
    """Return a number for each of the words, 0 for none."""
    hashed = words.hash(seed=1).to_numpy().view(np.int64)
    if not words.null_count():
        return hashed
    return np.where(words.is_null().to_numpy(), 0, hashed)


def origins_of(origin: Ints, numbering: Numbering) -> Ints:
    """Return the origins that name one, 0 for the others."""
    return np.where(origin == numbering.words_of([INDEPENDENT])[0], 0, origin)


def plain_ids(frame: pl.DataFrame) -> bool:
    """Say whether all ids are 32 hexadecimal digits."""
    return len(octets_of(frame["observation_id"])) == frame.height


def tales_of(text: pl.Series) -> Ints:
    """Return a number for each text; none is as an empty one."""
    told = pl.col("text").fill_null("").hash(seed=1)
    return text.to_frame("text").select(told).to_series().to_numpy().view(np.int64)


def times_of(column: pl.Series) -> Ints:
    """Return moments as microseconds, `UNKNOWN` where there is none."""
    found: Ints = column.to_numpy().view(np.int64)
    return found


def wholes_of(column: pl.Series) -> Ints:
    """Return whole numbers, `UNKNOWN` where there is none."""
    if not column.null_count():
        return column.to_numpy().astype(np.int64)
    values = column.to_numpy()  # floats, as some are not known
    unknown = np.isnan(values)
    if (np.abs(values[~unknown]) < MOST_EXACT).all():
        return np.where(unknown, UNKNOWN, np.where(unknown, 0.0, values).astype(np.int64))
    return column.fill_null(UNKNOWN).to_numpy().astype(np.int64)


def unknown_in(column: pl.Series, values: Floats) -> Flags:
    """Return where a column of floats, whose values are given, has none; what is no number is known."""
    missing = np.isnan(values)
    if np.count_nonzero(missing) == column.null_count():
        return missing
    return column.is_null().to_numpy()


def placed_of(column: pl.Series) -> Ints:
    """Return degrees as whole numbers that are in their order; what is not known comes first."""
    values = column.to_numpy()
    unknown = unknown_in(column, values)
    return in_order(np.where(unknown, 0.0, values) + 0.0, unknown)


def bits_of(column: pl.Series) -> Ints:
    """Return floats as whole numbers that are equal where these are."""
    values = column.to_numpy()
    return np.where(unknown_in(column, values), UNKNOWN, (values + 0.0).view(np.int64))


def signed(half: Wide) -> Ints:
    """Return halves of ids as signed numbers, in the same order."""
    return (half ^ SIGN).view(np.int64)


def in_order(values: Floats, unknown: Flags) -> Ints:
    """Return whole numbers that are in order as floats are; what is not known comes first."""
    bits = values.view(np.int64)
    found = np.where(bits < 0, bits ^ np.int64((1 << 63) - 1), bits)
    return np.where(unknown, UNKNOWN, found)


def ranks(words: type[Phenomenon] | type[Means]) -> Mapping[str, int]:
    """Return where each word comes among all of its kind, sorted."""
    return {word: at for at, word in enumerate(sorted(one.value for one in words))}
