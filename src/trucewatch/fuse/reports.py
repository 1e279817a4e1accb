"""Observations as columns to reckon with: each with its own errors, in an order of their own.

Rules:
- a row's own error comes before its source's declared one; a place without either is taken as a town's;
- a time is even over its interval, widened by three of the source's time errors on both sides: an error
  taken too small costs more joins than one taken too large;
- rows that tell of no event (`NOT_EVENTS`) are left out;
- a platform is a source at one observer's position, or the source itself when no observer is given;
- the order of the rows as they came is forgotten here, so that no result can depend on it: they are put
  in order by what happened where and when, and by their ids only where that is the same, so that no
  party's name can break a tie.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import polars as pl

from trucewatch.fuse.abreast import abreast, cut
from trucewatch.fuse.kinds import KINDS, TRAJECTORIES, families
from trucewatch.fuse.same import numbered
from trucewatch.fuse.sectors import Sectors
from trucewatch.model.geodesy import Floats, covariance
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import NOT_EVENTS, Means, Phenomenon, Trajectory

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

TOWN_SIGMA_M = 5_000.0
LEAST_SIGMA_M = 10.0
MOST_SIGMA_M = 1e7  # beyond it a place on Earth says nothing, and squares stay finite
LEAST_SPAN_S = 1.0
TIME_SIGMAS = 3.0
MOST_SIGMA_S = 1e8
NUMBERS = (
    *("lon", "lat", "sigma_m", "major_m", "minor_m", "azimuth_deg", "count_min", "count_max"),
    *("observer_lon", "observer_lat", "bearing_deg", "bearing_halfwidth_deg"),
    *("distance_min_m", "distance_max_m"),
)
IN_ORDER_OF = ("from_utc", "to_utc", "lon", "lat", "phenomenon", "count_min", "count_max", "means")
CODED = ("phenomenon", "means", "trajectory", "told_by", "weapon")
WORDS: Mapping[str, Sequence[str]] = {
    "phenomenon": [kind.value for kind in Phenomenon],
    "means": [means.value for means in Means],
    "trajectory": [way.value for way in Trajectory],
}
MOST_WORDS = 1_000
# What nothing asks for once there are `Reports`.
MEASURED = (
    *("lon", "lat", "sigma_m", "major_m", "minor_m", "azimuth_deg", "observer_lon", "observer_lat"),
    *("bearing_deg", "bearing_halfwidth_deg", "distance_min_m", "distance_max_m", "reliability"),
)
UNREAD = ("widened_s", "held_by", "credibility", "evidence", "row", "sensitivity")
# The share of items that are real by the source's Admiralty letter; F is *cannot be judged*.
P_REAL_BY_RELIABILITY: Mapping[str, float] = {"A": 0.95, "B": 0.8, "C": 0.6, "D": 0.4, "E": 0.2, "F": 0.5}
P_REAL_TOLD = 0.21  # events known from text alone: 21 % of GDELT's protests were real (Wang et al. 2016)
P_REAL_UNDECLARED = 0.5
NO_COUNT = 1e6
COUNT_SIGMA = 0.2  # of the logarithm of a number that somebody counted
LONG_S = 3_600.0  # a number over longer than this counts more than one thing
P_REPEAT_UNDECLARED = 0.1
_OBSERVER = tuple(pl.col(name).round(4) + 0.0 for name in ("observer_lon", "observer_lat"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """Observations of events, one element each; `frame` has their rows in the same order."""

    row: Ints  # number in the table as it came
    source: Ints
    platform: Ints
    kind: Ints  # index in KINDS
    family: Ints
    trajectory: Ints  # index in TRAJECTORIES; not stated is undetermined
    start_s: Floats  # since 1970, widened by the time error
    end_s: Floats
    sigma_s: Floats  # standard deviation of the time within them
    placed: Flags
    lon: Floats  # 0 where not placed
    lat: Floats
    ee: Floats  # m², east-east covariance
    en: Floats
    nn: Floats
    count: Floats  # the logarithm of how many, in the middle of what was stated
    count_spread: Floats  # its variance; `NO_COUNT` where nothing was stated
    p_real: Floats  # of one report of this source
    alone: Floats  # that nobody else reports a real event that its source reports
    p_repeat: Floats  # that a report of its source repeats another
    itemises: Flags  # its source says that it never repeats itself
    told: Flags
    sectors: Sectors

    def take(self, which: Ints | slice) -> Reports:
        """Return the reports at the indices `which`, in that order."""
        columns = {f.name: getattr(self, f.name)[which] for f in fields(self) if f.name != "sectors"}
        return Reports(sectors=self.sectors.take(which), **columns)


def coded(observations: pl.DataFrame) -> pl.DataFrame:
    """Return `observations` with words of short lists as numbers, which are in order as the words are."""
    found = []
    for name in CODED:
        values = observations[name]
        words = pl.Series(sorted(WORDS[name])) if name in WORDS else values.unique().drop_nulls().sort()
        if words.len() <= MOST_WORDS:
            short = values.cast(pl.Enum(words), strict=False)
            found += [short] if short.null_count() == values.null_count() else []
    return observations.with_columns(found)


def reports_of(
    observations: pl.DataFrame, sources: Mapping[str, SourceProfile]
) -> tuple[Reports, pl.DataFrame]:
    """Return the reports of events among `observations`, and their rows, both in `IN_ORDER_OF`."""
    at = in_order(observations)
    frame = observations.drop(UNREAD, strict=False)[at]
    return reported(observations, at, frame, sources), frame


def in_order(observations: pl.DataFrame) -> Ints:
    """Return the numbers of the rows that tell of events, in `IN_ORDER_OF`."""
    nothing = [kind.value for kind in NOT_EVENTS]
    keys = observations.select(*IN_ORDER_OF, "observation_id").with_row_index("at")
    found = keys.filter(~pl.col("phenomenon").is_in(nothing)).select(
        pl.col("at").sort_by(*IN_ORDER_OF, "observation_id", "at")
    )
    return found["at"].to_numpy().astype(np.int64)


def reported(
    observations: pl.DataFrame, at: Ints, frame: pl.DataFrame, sources: Mapping[str, SourceProfile]
) -> Reports:
    """Return the reports that are the rows `at` of `observations`; `frame` has these but for `MEASURED`."""
    names = frame["source_id"].unique().sort().to_list()
    source = _codes(frame["source_id"], names)
    letters = observations["reliability"].replace_strict(
        P_REAL_BY_RELIABILITY, default=None, return_dtype=pl.Float64
    )
    return _made(
        dict(zip(NUMBERS, abreast(lambda name: _number(observations[name], at), NUMBERS), strict=True)),
        [sources.get(name) for name in names],
        {
            "row": at,
            "source": source,
            "platform": _platforms(observations, at, source),
            "kind": _codes(frame["phenomenon"], [k.value for k in KINDS]),
            "trajectory": _codes(
                frame["trajectory"].fill_null("undetermined"), [t.value for t in TRAJECTORIES]
            ),
        },
        tuple(frame[name].dt.epoch("us").to_numpy() for name in ("from_utc", "to_utc")),
        (frame["means"] == Means.TOLD.value).to_numpy(),
        _number(letters, at),
    )


def _made(
    known: Mapping[str, Floats],
    profiles: Sequence[SourceProfile | None],
    given: Mapping[str, Ints],
    span_us: tuple[Ints, ...],
    told: Flags,
    by_letter: Floats,
) -> Reports:
    """Return what `made_of` does, made in parts."""

    def made(part: slice) -> Reports:
        return made_of(
            {name: values[part] for name, values in known.items()},
            profiles,
            row=given["row"][part],
            source=given["source"][part],
            platform=given["platform"][part],
            kind=given["kind"][part],
            trajectory=given["trajectory"][part],
            first_us=span_us[0][part],
            last_us=span_us[1][part],
            told=told[part],
            by_letter=by_letter[part],
        )

    first, *others = cut(len(told))
    found = made(first)
    if not others:
        return found
    names = [field.name for field in fields(Reports) if field.name not in (*given, "told", "sectors")]
    columns = {name: np.empty(len(told), dtype=getattr(found, name).dtype) for name in names}

    def fill(part: slice, own: Reports) -> None:
        for name in names:
            columns[name][part] = getattr(own, name)

    fill(first, found)
    abreast(lambda part: fill(part, made(part)), others)
    columns |= {"told": told, **given}
    return Reports(sectors=_sectors(known), **columns)


def made_of(
    known: Mapping[str, Floats],
    profiles: Sequence[SourceProfile | None],
    *,
    row: Ints,
    source: Ints,
    platform: Ints,
    kind: Ints,
    trajectory: Ints,
    first_us: Ints,
    last_us: Ints,
    told: Flags,
    by_letter: Floats,
) -> Reports:
    """Return the reports of columns: `known` has `NUMBERS`, NaN where not known, and `profiles` are numbered by `source`.

    `by_letter` is how often items of each one's reliability are real.
    """
    clock = np.clip(_declared(profiles, lambda p: p.time_sigma_s, 0.0)[source], 0.0, MOST_SIGMA_S)
    start, end = _span(first_us, last_us, clock)
    placed, lon, lat = _place(known)
    ee, en, nn = _spread(known, _declared(profiles, lambda p: p.position_sigma_m, TOWN_SIGMA_M)[source])
    family_of = families()
    count, count_spread = _counted(known, end - start)
    return Reports(
        row=row,
        source=source,
        platform=platform,
        kind=kind,
        family=np.array([family_of[k] for k in KINDS], dtype=np.int64)[kind],
        trajectory=trajectory,
        start_s=start,
        end_s=end,
        sigma_s=np.hypot((end - start - 2 * TIME_SIGMAS * clock) / math.sqrt(12), clock),
        placed=placed,
        lon=lon,
        lat=lat,
        ee=ee,
        en=en,
        nn=nn,
        count=count,
        count_spread=count_spread,
        p_real=_p_real(by_letter, profiles, source, told),
        alone=np.clip(_declared(profiles, lambda p: p.alone, 1.0)[source], 0.01, 1.0),
        p_repeat=_declared(profiles, lambda p: p.repeats, P_REPEAT_UNDECLARED)[source],
        itemises=_declared(profiles, lambda p: p.repeats, 1.0)[source] == 0.0,
        told=told,
        sectors=_sectors(known),
    )


def _codes(values: pl.Series, words: Sequence[str]) -> Ints:
    return values.cast(pl.Enum(words)).to_physical().to_numpy().astype(np.int64)


def _declared(
    profiles: Sequence[SourceProfile | None],
    field_of: Callable[[SourceProfile], float | None],
    otherwise: float,
) -> Floats:
    found = [None if profile is None else field_of(profile) for profile in profiles]
    return np.array([otherwise if value is None else value for value in found], dtype=np.float64)


def _number(values: pl.Series, at: Ints) -> Floats:
    """Return the rows `at` of a column with NaN for what is not known."""
    if values.null_count() == len(values):
        return np.full(len(at), np.nan)
    found: Floats = values.cast(pl.Float64).to_numpy()[at]
    if not np.isfinite(found).all():
        found[~np.isfinite(found)] = np.nan
    return found


def _span(first_us: Ints, last_us: Ints, sigma_s: Floats) -> tuple[Floats, Floats]:
    first, last = first_us / 1e6, last_us / 1e6
    widened = TIME_SIGMAS * sigma_s
    start, end = np.minimum(first, last) - widened, np.maximum(first, last) + widened
    short = np.maximum(0.0, LEAST_SPAN_S - (end - start)) / 2
    return start - short, end + short


def _place(known: Mapping[str, Floats]) -> tuple[Flags, Floats, Floats]:
    lon, lat = known["lon"], known["lat"]
    placed = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    return placed, np.where(placed, lon, 0.0), np.where(placed, lat, 0.0)


def _spread(known: Mapping[str, Floats], declared_m: Floats) -> tuple[Floats, Floats, Floats]:
    sigma = known["sigma_m"]
    plain = np.where(np.isnan(sigma), declared_m, sigma)
    major, minor = known["major_m"], known["minor_m"]
    major = np.where(np.isnan(major), plain, major)
    minor = np.where(np.isnan(minor), major, minor)
    azimuth = np.nan_to_num(known["azimuth_deg"])
    return covariance(
        np.clip(np.abs(major), LEAST_SIGMA_M, MOST_SIGMA_M),
        np.clip(np.abs(minor), LEAST_SIGMA_M, MOST_SIGMA_M),
        azimuth,
    )


def _counted(known: Mapping[str, Floats], span_s: Floats) -> tuple[Floats, Floats]:
    """Return the logarithm of how many were counted and its variance."""
    least, most = known["count_min"], known["count_max"]
    fit = (least >= 1) & (most >= least) & (span_s <= LONG_S)
    low, high = (np.log(np.where(fit, bound, 1.0)) for bound in (least, most))
    spread = COUNT_SIGMA**2 + (high - low) ** 2 / 12
    return np.where(fit, (low + high) / 2, 0.0), np.where(fit, spread, NO_COUNT)


def _sectors(known: Mapping[str, Floats]) -> Sectors:
    return Sectors(
        observer_lon=known["observer_lon"],
        observer_lat=known["observer_lat"],
        bearing_deg=known["bearing_deg"],
        halfwidth_deg=known["bearing_halfwidth_deg"],
        nearest_m=known["distance_min_m"],
        farthest_m=known["distance_max_m"],
    )


def _platforms(observations: pl.DataFrame, at: Ints, source: Ints) -> Ints:
    """Return the rank by its name of the post of each of the rows `at`."""
    keys = [source]
    for name in ("observer_lon", "observer_lat"):
        values = observations[name].cast(pl.Float64)
        keys += [values.is_not_null().to_numpy()[at], values.fill_null(0.0).to_numpy()[at].view(np.int64)]
    number, first = numbered(np.stack(keys))
    named = posts_of(observations.select("source_id", "observer_lon", "observer_lat")[at[first]])
    ranks = named.rank("dense").fill_null(0).to_numpy().astype(np.int64)
    found: Ints = ranks[number]
    return found


def posts_of(frame: pl.DataFrame) -> pl.Series:
    """Return the name of each report's post: its source and the observer's position, written out."""
    return frame.select("source_id", *_OBSERVER).select(_post()).to_series()


def _post() -> pl.Expr:
    observer = pl.format("{} {}", "observer_lon", "observer_lat").fill_null("")
    return pl.concat_str("source_id", observer, separator="@")


def _p_real(by_letter: Floats, profiles: Sequence[SourceProfile | None], source: Ints, told: Flags) -> Floats:
    """Return the probability that a report is of something real.

    A share of false reports is taken as it is. With `false_per_day` F declared it is 1 / (1 + F): one real event
    a day in reach is the prior.
    """
    alarms = _declared(profiles, lambda p: p.false_per_day, math.nan)[source]
    graded = _declared(profiles, lambda p: P_REAL_BY_RELIABILITY.get(p.reliability or ""), math.nan)[source]
    by_letter = np.where(np.isnan(by_letter), graded, by_letter)
    undeclared = np.where(told, P_REAL_TOLD, P_REAL_UNDECLARED)
    otherwise = np.where(np.isnan(by_letter), undeclared, by_letter)
    by_day = np.where(np.isnan(alarms), otherwise, 1 / (1 + np.maximum(alarms, 0.0)))
    share = _declared(profiles, lambda p: p.false_share, math.nan)[source]
    return np.where(np.isnan(share), by_day, np.clip(1 - share, 0.01, 0.999))
