"""What is known of each report that stands, in columns that have room for more.

Rules:
- a report's numbers are those of `reports`, `spots`, `repeats` and `origins`, made once when it comes;
- posts, sources, kinds and words are numbered in the order in which they come, and keep their numbers;
- what one report comes before another by (`order`) is what `reports.IN_ORDER_OF` says, as whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from trucewatch.fuse.fuse import lone_of
from trucewatch.fuse.kinds import TRAJECTORIES
from trucewatch.fuse.likely import likely_of, pair_nats, prior_of
from trucewatch.fuse.naming import halves, octets_of
from trucewatch.fuse.origins import INDEPENDENT, placing
from trucewatch.fuse.pairing import classes_of
from trucewatch.fuse.repeats import alike_of, saying, words_of
from trucewatch.fuse.reports import Flags, Ints, Reports, posts_of
from trucewatch.fuse.spots import hopeful, side_by_side, spots_of
from trucewatch.model.geodesy import Floats
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means, Phenomenon

UNKNOWN = -(1 << 63)
UNPLACED = 1 << 60
ROOM = 1 << 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """Reports, one element each, in the order in which they came; there may be room behind them."""

    row: Ints
    order: Ints  # rows of what it is in order of
    started: Ints  # the first of these
    numbers: Floats
    wholes: Ints
    family: Ints
    sides: Floats  # its sector
    says: Floats  # as of `saying`
    where: Floats  # as of `placing`
    marks: Ints  # 0, post, family, area
    alike: Ints
    words: Ints  # 0: none
    origin: Ints  # 0: none
    source: Ints
    first: Ints  # when it was reported, the unplaced after all others
    own_class: Ints
    placed: Flags
    hoped: Flags
    itemises: Flags

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


class Numbering:
    """The numbers of posts and of codes, as they came, and how likely each code makes what was meant."""

    def __init__(self, sources: Mapping[str, SourceProfile]) -> None:
        self.sources = sources
        self.prior = prior_of()
        self.likely = np.zeros((0, len(self.prior)))
        self.pair_nats = np.zeros((0, 0))
        self._posts: dict[str, int] = {}
        self._codes: dict[tuple[str, int, int, bool], int] = {}
        self._told: list[bool] = []

    def posts(self, reports: Reports, frame: pl.DataFrame) -> Ints:
        """Return the number of each report's post."""
        _, first, at = np.unique(reports.platform, return_index=True, return_inverse=True)
        names = posts_of(frame[first]).fill_null("").to_list()
        found = [self._posts.setdefault(name, len(self._posts)) for name in names]
        numbers: Ints = np.array(found, dtype=np.int64)[at.reshape(-1)]
        return numbers

    def codes(self, reports: Reports, frame: pl.DataFrame) -> Ints:
        """Return the code of each report."""
        names = frame["source_id"].unique().sort().to_list()
        ways = len(TRAJECTORIES)
        own = ((reports.source * 1_000 + reports.kind) * ways + reports.trajectory) * 2 + reports.told
        met, at = np.unique(own, return_inverse=True)
        numbers, rows = [], []
        for one in met.tolist():
            name, kind, way = names[one // 2 // ways // 1_000], one // 2 // ways % 1_000, one // 2 % ways
            number = self._codes.setdefault((name, kind, way, bool(one % 2)), len(self._codes))
            if number == len(self._told):
                self._told.append(bool(one % 2))
                rows.append(np.round(likely_of(kind, way, self.sources.get(name), self.prior), 12))
            numbers.append(number)
        if rows:
            self.likely = np.concatenate([self.likely, np.stack(rows)])
            self.pair_nats = pair_nats(self.likely, np.array(self._told), self.prior)
        found: Ints = np.array(numbers, dtype=np.int64)[at.reshape(-1)]
        return found


def slots_of(reports: Reports, frame: pl.DataFrame, numbering: Numbering) -> Slots:
    """Return what is known of `reports`, whose rows are in `frame`; densities are not known yet."""
    words = words_of(frame, reports.told)
    post = numbering.posts(reports, frame)
    spots = spots_of(reports, numbering.codes(reports, frame), lone_of(reports), np.zeros(len(reports.row)))
    spots.wholes[:, 1] = post
    half = (reports.ee + reports.nn) / 2
    major = half + np.sqrt(((reports.ee - reports.nn) / 2) ** 2 + reports.en**2)
    named = frame.select(
        "area_id",
        "source_id",
        words,
        first=pl.col("reported_utc").fill_null(pl.col("to_utc")).to_physical(),
        origin=pl.when(pl.col("origin") != INDEPENDENT).then("origin"),
    )
    first, hashed = named["first"].to_numpy(), _hashes(named.drop("first"))
    order = order_of(frame)
    sides = reports.sectors
    return Slots(
        row=reports.row,
        order=order,
        started=order[:, 0].copy(),
        numbers=spots.numbers,
        wholes=spots.wholes,
        family=reports.family,
        sides=np.stack([getattr(sides, field.name) for field in fields(sides)], axis=1),
        says=saying(reports, np.arange(len(post))),
        where=placing(reports),
        marks=np.stack([np.zeros_like(post), post, reports.family, hashed["area_id"]], axis=1),
        alike=alike_of(reports, frame, words, post),
        words=hashed["words"],
        origin=hashed["origin"],
        source=hashed["source_id"],
        first=first + np.where(reports.placed, 0, UNPLACED),
        own_class=classes_of(major, spots.numbers[:, 7]),
        placed=reports.placed,
        hoped=hopeful(reports),
        itemises=reports.itemises,
    )


def plain_ids(frame: pl.DataFrame) -> bool:
    """Say whether all ids are 32 hexadecimal digits."""
    return len(octets_of(frame["observation_id"])) == frame.height


def order_of(frame: pl.DataFrame) -> Ints:
    """Return what each row is in order of, as whole numbers."""
    high, low = halves(octets_of(frame["observation_id"]))
    whole = ("from_utc", "to_utc", "count_min", "count_max")
    place = pl.col("lon", "lat")
    known = frame.select(
        pl.col(*whole).to_physical().fill_null(UNKNOWN),
        place.fill_null(0.0) + 0.0,
        place.is_null().name.suffix("_null"),
        _rank("phenomenon", Phenomenon),
        _rank("means", Means),
    )
    start, end, least, most = (known[name].to_numpy() for name in whole)
    lon, lat = (_whole(known[name].to_numpy(), known[f"{name}_null"].to_numpy()) for name in ("lon", "lat"))
    ids = ((half ^ np.uint64(1 << 63)).view(np.int64) for half in (high, low))
    kind, means = known["phenomenon"].to_numpy(), known["means"].to_numpy()
    return side_by_side([start, end, lon, lat, kind, least, most, means, *ids])


def _whole(values: Floats, unknown: Flags) -> Ints:
    """Return whole numbers that are in order as floats are; what is not known comes first."""
    bits = values.view(np.int64)
    found = np.where(bits < 0, bits ^ np.int64((1 << 63) - 1), bits)
    return np.where(unknown, UNKNOWN, found)


def _rank(name: str, words: type[Phenomenon] | type[Means]) -> pl.Expr:
    every = sorted(word.value for word in words)
    return pl.col(name).replace_strict(every, list(range(len(every))), return_dtype=pl.Int64)


def _hashes(words: pl.DataFrame) -> Mapping[str, Ints]:
    """Return a number for each of the words of each column, 0 for none."""
    every = pl.all()
    hashed = words.select(
        pl.when(every.is_not_null()).then(every.hash(seed=1)).otherwise(pl.lit(0, pl.UInt64))
    )
    return {name: hashed[name].to_numpy().view(np.int64) for name in hashed.columns}
