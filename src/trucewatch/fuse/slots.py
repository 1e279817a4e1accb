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
import numpy.typing as npt
import polars as pl

from trucewatch.fuse.fuse import lone_of
from trucewatch.fuse.kinds import TRAJECTORIES
from trucewatch.fuse.likely import likely_of, pair_nats, prior_of
from trucewatch.fuse.naming import halves, octets_of
from trucewatch.fuse.origins import INDEPENDENT, placing
from trucewatch.fuse.pairing import classes_of
from trucewatch.fuse.repeats import alike_of, saying, words_of
from trucewatch.fuse.reports import Flags, Ints, Reports, posts_of
from trucewatch.fuse.spots import hopeful, spots_of
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
        if whole <= len(self.row):
            for field in fields(self):
                getattr(self, field.name)[many:whole] = getattr(more, field.name)
            return self
        size = whole + (whole >> 3) + ROOM
        found = {
            f.name: np.empty((size, *getattr(more, f.name).shape[1:]), dtype=getattr(more, f.name).dtype)
            for f in fields(self)
        }
        for name, values in found.items():
            values[:many] = getattr(self, name)[:many]
            values[many:whole] = getattr(more, name)
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

    def posts(self, frame: pl.DataFrame) -> Ints:
        """Return the number of each row's post."""
        found = [self._posts.setdefault(name, len(self._posts)) for name in posts_of(frame).fill_null("")]
        return np.array(found, dtype=np.int64)

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
    post = numbering.posts(frame)
    spots = spots_of(reports, numbering.codes(reports, frame), lone_of(reports), np.zeros(len(reports.row)))
    spots.wholes[:, 1] = post
    half = (reports.ee + reports.nn) / 2
    major = half + np.sqrt(((reports.ee - reports.nn) / 2) ** 2 + reports.en**2)
    first = frame["reported_utc"].fill_null(frame["to_utc"]).to_physical().to_numpy()
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
        says=saying(reports),
        where=placing(reports),
        marks=np.stack([np.zeros_like(post), post, reports.family, _hashes(frame["area_id"])], axis=1),
        alike=alike_of(reports, frame, words, post),
        words=_hashes(words),
        origin=_hashes(frame["origin"].replace(INDEPENDENT, None)),
        source=_hashes(frame["source_id"]),
        first=first + np.where(reports.placed, 0, UNPLACED),
        own_class=classes_of(major, spots.numbers[:, 7]),
        placed=reports.placed,
        hoped=hopeful(reports),
        itemises=reports.itemises,
    )


def plain_ids(frame: pl.DataFrame) -> bool:
    """Say whether all ids are 32 hexadecimal digits."""
    octets = octets_of(frame["observation_id"])
    return len(octets) == frame.height and halves(octets)[2]


def order_of(frame: pl.DataFrame) -> Ints:
    """Return what each row is in order of, as whole numbers."""
    high, low, _ = halves(octets_of(frame["observation_id"]))
    columns = (
        *(_whole(frame["from_utc"].to_physical()), _whole(frame["to_utc"].to_physical())),
        *(_float(frame["lon"]), _float(frame["lat"]), _ranks(frame["phenomenon"], Phenomenon)),
        *(_whole(frame["count_min"]), _whole(frame["count_max"]), _ranks(frame["means"], Means)),
        *((high ^ np.uint64(1 << 63)).view(np.int64), (low ^ np.uint64(1 << 63)).view(np.int64)),
    )
    return np.stack(columns, axis=1)


def _whole(values: pl.Series) -> Ints:
    return values.cast(pl.Int64).fill_null(UNKNOWN).to_numpy()


def _float(values: pl.Series) -> Ints:
    """Return whole numbers that are in order as floats are; what is not known comes first."""
    bits = (values.fill_null(0.0) + 0.0).to_numpy().view(np.int64)
    found = np.where(bits < 0, bits ^ np.int64((1 << 63) - 1), bits)
    return np.where(values.is_null().to_numpy(), UNKNOWN, found)


def _ranks(values: pl.Series, words: type[Phenomenon] | type[Means]) -> Ints:
    every = sorted(word.value for word in words)
    return values.replace_strict(every, list(range(len(every))), return_dtype=pl.Int64).to_numpy()


def _hashes(words: pl.Series) -> npt.NDArray[np.int64]:
    """Return a number for each of `words`, 0 for none."""
    hashed = words.alias("w").hash(seed=1).to_numpy().view(np.int64)
    return np.where(words.is_null().to_numpy(), 0, hashed)
