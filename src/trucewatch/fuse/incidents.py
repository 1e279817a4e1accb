"""Incidents from their members: where, when, what, how many, and how likely anything happened.

Rules:
- one witness a post and origin: repeats and copies add no place, no count and no probability;
- the place is the product of the witnesses' Gaussians, a lone one's is its own; the interval is what all
  of them allow, or all that they cover when they allow nothing in common;
- how many is what sources state, by a rule that a reader can follow; beside it stands the range that holds the true number
  nine times in ten, the product of the witnesses' numbers by how far people and sensors err who count (`COUNT_SIGMA`);
- the kind is the one most witnesses name, ties to the first in the vocabulary; its probability takes a
  witness to be right four times in five, or as often as its source declares (`confuses`);
- `p_real` is that something happened of which no other incident tells, so that the sum over incidents is how
  many events there were; it is 1 less the chance that every independent origin was wrong: the origin's own report counts,
  by its source's `false_per_day` or reliability, and its copies do not;
- where nobody else told of it, how often others miss what is real counts against it (`shares`);
- a source that declares to copy another is not independent of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl

from trucewatch.fuse.abreast import abreast, cut
from trucewatch.fuse.arms import fired, flown
from trucewatch.fuse.kinds import KINDS, OTHER_KINDS, P_RIGHT_KIND
from trucewatch.fuse.members import (
    NOT_KNOWN,
    Grouped,
    agreed,
    by_witness,
    counted,
    distinct,
    first_known,
    grouped,
    heard,
    laid_again,
    named,
    ninety,
    once_each,
    pulled,
    sorted_by_id,
    spanned,
)
from trucewatch.fuse.naming import incident_ids, numbers_of, octets_of
from trucewatch.fuse.origins import INDEPENDENT
from trucewatch.fuse.reports import Flags, Ints, Reports
from trucewatch.fuse.same import numbered
from trucewatch.fuse.shares import not_alone, told_apart
from trucewatch.model.geodesy import ELLIPSE90, METRES_PER_DEGREE, Floats
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import INCIDENTS
from trucewatch.model.vocabulary import Means, Trajectory

MOST_CERTAIN = 0.999
ROWS = 1 << 15  # incidents of a part
_WAYS = [way.value for way in Trajectory]
Laid = tuple[Ints, Ints]  # rows, incident after incident, and where each incident begins


def incidents_of(
    reports: Reports,
    frame: pl.DataFrame,
    sources: Mapping[str, SourceProfile],
    *,
    incident: Ints,
    witness: Ints,
) -> pl.DataFrame:
    """Return the incidents, in the order of their ids.

    `incident` and `witness` hold for each report the smallest member of its incident, and the report
    that it repeats or copies.
    """
    sets, itself = grouped(incident), witness == np.arange(len(witness))
    octets = octets_of(frame["observation_id"])
    high, low = numbers_of(frame["observation_id"], octets)
    by_id = sorted_by_id(sets.order, sets.starts, high, low)
    groups, ids = incident_ids(frame["observation_id"], octets, by_id[sets.starts[:-1]])
    laid, by_id = laid_again(sets.order, sets.starts, groups), laid_again(by_id, sets.starts, groups)[0]
    names = frame["source_id"].unique().sort().to_list()
    tasks: Sequence[Callable[[], Mapping[str, pl.Series]]] = (
        lambda: _placed(reports, sets, groups, itself),
        lambda: _certain(reports, frame, sources, names, (by_id, laid[1], itself)),
        lambda: _listed(frame, reports, names, laid),
        lambda: _among(_flown(frame, sets.of), groups),
        lambda: _members(frame, *once_each(by_id, laid[1], high, low)),
        lambda: _counted(frame, reports, laid, itself, witness),
        lambda: _named(sources, names, reports, laid, itself),
        lambda: _timed(frame, laid, itself),
        lambda: _among(_fired(frame, sets.of), groups),
    )
    columns = {name: made for part in abreast(lambda task: task(), tasks) for name, made in part.items()}
    whole = pl.DataFrame({"incident_id": ids, **columns}).with_columns(
        pl.col("p_real").clip(0, MOST_CERTAIN).round(4),
        pl.col("p_phenomenon").round(4),
        area_id=pl.when(pl.col("lon").is_null()).then("area_id"),
    )
    return INCIDENTS.conform(whole)


def _among(some: pl.DataFrame, groups: Ints) -> Mapping[str, pl.Series]:
    """Return the columns of `some` incidents for all of `groups`."""
    if some.is_empty():
        return {}
    every = pl.Series("incident", groups).to_frame()
    return every.join(some, on="incident", how="left", maintain_order="left").drop("incident").to_dict()


def _fired(frame: pl.DataFrame, incident: Ints) -> pl.DataFrame:
    armed = frame.select(pl.Series("incident", incident), "weapon", "calibre_mm").filter(
        pl.col("weapon").is_not_null() | pl.col("calibre_mm").is_not_null()
    )
    return fired(armed) if armed.height else armed


def _flown(frame: pl.DataFrame, incident: Ints) -> pl.DataFrame:
    flew = frame.select(pl.Series("incident", incident), "heading_deg", "altitude_m").filter(
        pl.col("heading_deg").is_not_null() | pl.col("altitude_m").is_not_null()
    )
    return flown(flew) if flew.height else flew


def _codes(values: pl.Series, words: Sequence[str]) -> Ints:
    """Return each value's place among `words`, `NOT_KNOWN` where there is none."""
    coded = values.cast(pl.Enum(words), strict=False).to_physical().cast(pl.Int64)
    return coded.fill_null(NOT_KNOWN).to_numpy(writable=True)


def _lists(values: pl.Series, many: Ints) -> pl.Series:
    """Return `values` as lists, so `many` in each."""
    at = pl.Series("at", np.repeat(np.arange(len(many)), many)).set_sorted()
    some = pl.DataFrame({"at": at, "values": values}).group_by("at", maintain_order=True).agg("values")
    if some.height == len(many):
        return some["values"]
    every = pl.DataFrame({"at": pl.Series(np.arange(len(many)))})
    full = every.join(some, on="at", how="left", maintain_order="left")["values"]
    return pl.select(pl.lit(full).fill_null(pl.lit([], pl.List(pl.String)))).to_series()


def _words(words: Sequence[str], codes: Ints, many: Ints) -> pl.Series:
    """Return the words of each list of `codes`, so `many` in each; lists that are alike are made once."""
    begins = np.cumsum(many) - many
    alike, first = _alike(codes, begins, many)
    lengths = many[first]
    rows = np.arange(lengths.sum()) + np.repeat(begins[first] - np.cumsum(lengths) + lengths, lengths)
    return _lists(pl.Series(words, dtype=pl.String).gather(codes[rows]), lengths).gather(alike)


def _alike(codes: Ints, begins: Ints, many: Ints) -> tuple[Ints, Ints]:
    """Return a number for each list of codes, alike for equal ones, and the first list of each number."""
    met, free, place = np.zeros(len(many), np.int64), 1, 0
    left = np.flatnonzero(many)
    while len(left):
        number, first = numbered(np.stack([met[left], codes[begins[left] + place]]))
        met[left] = free + number
        free, place = free + len(first), place + 1
        left = left[many[left] > place]
    return numbered(met[None])


def _listed(
    frame: pl.DataFrame, reports: Reports, names: Sequence[str], laid: Laid
) -> Mapping[str, pl.Series]:
    """Return the different means, sources and claimants, sorted, and the area that is named first."""
    order, starts = laid
    means = sorted(m.value for m in Means)
    who = frame["told_by"].drop_nulls().unique().sort().to_list()
    claims = _codes(frame["told_by"], who)
    untold = np.maximum.reduceat(~reports.told[order], starts[:-1])
    claims[order[np.repeat(untold, np.diff(starts))]] = NOT_KNOWN
    area = first_known(*laid, frame["area_id"].is_not_null().to_numpy(writable=True))
    return {
        "means": _words(means, *distinct(*laid, _codes(frame["means"], means))),
        "source_ids": _words(names, *distinct(*laid, reports.source)),
        "told_by": _words(who, *distinct(*laid, claims)),
        "area_id": frame["area_id"].gather(_nulled(area)),
    }


def _nulled(values: Ints) -> pl.Series:
    """Return whole numbers with nulls for what is not known."""
    return pl.select(
        pl.when(pl.lit(pl.Series(values)) != NOT_KNOWN).then(pl.lit(pl.Series(values)))
    ).to_series()


def _members(frame: pl.DataFrame, rows: Ints, many: Ints) -> Mapping[str, pl.Series]:
    return {
        "observations": _lists(frame["observation_id"].gather(rows), many),
        "n_observations": pl.Series(many),
    }


def _counted(
    frame: pl.DataFrame, reports: Reports, laid: Laid, itself: Flags, witness: Ints
) -> Mapping[str, pl.Series]:
    """Return how many: the largest of the witnesses' lower bounds, the sum of their upper ones, and the 90 % range."""
    bounds = (frame[name].fill_null(NOT_KNOWN).to_numpy(writable=True) for name in ("count_min", "count_max"))
    low, high = by_witness(witness, *bounds)
    least, most = counted(*laid, itself, low, high)
    least90, most90 = ninety(*laid, itself, reports.count, reports.count_spread)
    ways = _codes(frame["trajectory"], _WAYS)
    moved = agreed(*laid, ways, _WAYS.index(Trajectory.UNDETERMINED.value))
    return {
        "count_min": _nulled(least),
        "count_max": _nulled(most),
        "count_min90": _nulled(least90),
        "count_max90": _nulled(most90),
        "trajectory": pl.Series(_WAYS).gather(_nulled(moved)),
    }


def _named(
    sources: Mapping[str, SourceProfile],
    names: Sequence[str],
    reports: Reports,
    laid: Laid,
    itself: Flags,
) -> Mapping[str, pl.Series]:
    """Return the kind that most witnesses name, and its probability among those named and any other."""
    right = _p_right(sources, names)
    nats = np.log(right) - np.log((1 - right) / OTHER_KINDS)
    strength = nats[reports.source, reports.kind]
    kind, odds = named(*laid, itself, reports.kind, strength, OTHER_KINDS)
    words = pl.Series([k.value for k in KINDS])
    return {"phenomenon": words.gather(kind), "p_phenomenon": pl.Series(odds)}


def _p_right(sources: Mapping[str, SourceProfile], names: Sequence[str]) -> Floats:
    """Return for each source, in the order of their names, and kind how often it names that kind rightly."""
    found = np.full((len(names), len(KINDS)), P_RIGHT_KIND)
    for at, name in enumerate(names):
        profile = sources.get(name)
        for kind, wrong in profile.confuses.items() if profile else ():
            found[at, KINDS.index(kind)] = min(max(1 - sum(wrong.values()), 0.01), 0.99)
    return found


def _certain(
    reports: Reports,
    frame: pl.DataFrame,
    sources: Mapping[str, SourceProfile],
    names: Sequence[str],
    laid: tuple[Ints, Ints, Flags],
) -> Mapping[str, pl.Series]:
    """Return the independent origins and the probability that not all of them were wrong.

    Of sources that copy one another in a ring one is left.
    """
    told = frame["reported_utc"].fill_null(frame["to_utc"])
    first: Ints = told.to_physical().to_numpy(writable=True)
    places = {name: at for at, name in enumerate(names)}
    copied = np.array([places.get(_copied(sources, name) or "", -1) for name in names], dtype=np.int64)
    many, real = heard(
        *laid,
        _origins(frame, sources, names, reports),
        first,
        1 - reports.p_real,
        np.concatenate(abreast(lambda part: not_alone(reports.take(part)), cut(len(first)))),
        reports.source,
        copied[reports.source],
    )
    by_id, starts, itself = laid
    others = np.where(itself, 1 - reports.alone, 1.0)[by_id]
    apart = told_apart(many, np.minimum.reduceat(others, starts[:-1]))
    return {"n_origins": pl.Series(many), "p_real": pl.Series(real * (1 - apart))}


def _origins(
    frame: pl.DataFrame, sources: Mapping[str, SourceProfile], names: Sequence[str], reports: Reports
) -> Ints:
    """Return the rank of the label under which each report's origin counts once."""
    posts = int(reports.platform.max()) + 1
    copied = [_copied(sources, name) for name in names]
    own = frame["origin"].replace(INDEPENDENT, None)
    told = own.drop_nulls().unique().sort().to_list()
    labels = [
        *(f"post {at}" for at in range(posts)),
        *(f"source {name}" for name in copied),
        *(f"origin {name}" for name in told),
    ]
    follows = np.array([name is not None for name in copied])[reports.source]
    code = np.where(follows, posts + reports.source, reports.platform)
    stated = _codes(own, told)
    code = np.where(stated != NOT_KNOWN, posts + len(names) + stated, code)
    return pl.Series(labels, dtype=pl.String).rank("dense").to_numpy().astype(np.int64)[code]


def _copied(sources: Mapping[str, SourceProfile], name: str) -> str | None:
    """Return the source that a source declares to copy."""
    profile = sources.get(name)
    declared = None if profile is None else profile.origin
    return None if declared in (INDEPENDENT, name) else declared


def _timed(frame: pl.DataFrame, laid: Laid, itself: Flags) -> Mapping[str, pl.Series]:
    start, end = (frame[name].to_physical().to_numpy(writable=True) for name in ("from_utc", "to_utc"))
    found = spanned(*laid, itself, start, end)
    utc = frame.schema["from_utc"]
    return {name: pl.Series(at).cast(utc) for name, at in zip(("from_utc", "to_utc"), found, strict=True)}


def _placed(reports: Reports, sets: Grouped, groups: Ints, itself: Flags) -> Mapping[str, pl.Series]:
    """Return each incident's centre and 90 % ellipse, null for those without a place."""
    known = itself & reports.placed
    first = first_known(sets.order, sets.starts, known)
    tops = np.flatnonzero(first != NOT_KNOWN)
    parts = abreast(
        lambda part: _centred(reports, sets, known, first[tops[part]], tops[part]), cut(len(tops), ROWS)
    )
    place = np.full(len(groups), NOT_KNOWN)
    place[tops] = np.arange(len(tops))
    at_place = _nulled(place[groups])
    return {
        name: pl.Series(np.concatenate([part[name] for part in parts])).gather(at_place) for name in parts[0]
    }


def _centred(
    reports: Reports, sets: Grouped, known: Flags, first: Ints, groups: Ints
) -> Mapping[str, Floats]:
    """Return the centre and ellipse of each of `groups`, of which `first` has the first row that is `known` to have a place."""
    lon, lat = reports.lon[first], reports.lat[first]
    across = METRES_PER_DEGREE * np.maximum(np.cos(np.radians(lat)), 1e-6)
    pe, px, pn, pulled_east, pulled_north = pulled(
        *(sets.order, sets.starts, groups, known, first, across),
        *(reports.lon, reports.lat, reports.ee, reports.en, reports.nn),
    )
    whole = pe * pn - px**2
    ee, en, nn = pn / whole, -px / whole, pe / whole
    moved_east, moved_north = ee * pulled_east + en * pulled_north, en * pulled_east + nn * pulled_north
    major, minor, azimuth = _axes(ee, en, nn)
    return {
        "lon": np.round((lon + moved_east / across + 180) % 360 - 180, 6),
        "lat": np.round(lat + moved_north / METRES_PER_DEGREE, 6),
        "major90_m": np.round(major * ELLIPSE90, 1),
        "minor90_m": np.round(minor * ELLIPSE90, 1),
        "azimuth_deg": np.round(azimuth, 1) % 180,
    }


def _axes(ee: Floats, en: Floats, nn: Floats) -> tuple[Floats, Floats, Floats]:
    middle, spread = (ee + nn) / 2, np.hypot((ee - nn) / 2, en)
    azimuth = 90 - np.degrees(np.arctan2(en, (ee - nn) / 2)) / 2
    return np.sqrt(middle + spread), np.sqrt(np.maximum(middle - spread, 0)), np.round(azimuth, 6) % 180
