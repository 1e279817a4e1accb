"""Incidents from their members: where, when, what, how many, and how likely anything happened.

Rules:
- one witness a post and origin: repeats and copies add no place, no count and no probability;
- the place is the product of the witnesses' Gaussians, a lone one's is its own; the interval is what all
  of them allow, or all that they cover when they allow nothing in common;
- the kind is the one most witnesses name, ties to the first in the vocabulary; its probability takes a
  witness to be right four times in five, or as often as its source declares (`confuses`);
- `p_real` is 1 less the chance that every independent origin was wrong: the origin's own report counts,
  by its source's `false_per_day` or reliability, and its copies do not;
- where nobody else told of it, how often others miss what is real counts against it (`alone`);
- a source that declares to copy another is not independent of it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from trucewatch.fuse.arms import fired, flown
from trucewatch.fuse.kinds import KINDS, OTHER_KINDS, P_RIGHT_KIND
from trucewatch.fuse.origins import INDEPENDENT
from trucewatch.fuse.reports import Ints, Reports
from trucewatch.model.canonical import content_ids
from trucewatch.model.geodesy import ELLIPSE90, METRES_PER_DEGREE, Floats
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import INCIDENTS
from trucewatch.model.vocabulary import Means, Trajectory

MOST_CERTAIN = 0.999


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
    told = frame.select(
        "observation_id",
        "source_id",
        "means",
        "told_by",
        "from_utc",
        "to_utc",
        "area_id",
        "phenomenon",
        "trajectory",
        "count_min",
        "count_max",
        "heading_deg",
        "altitude_m",
        "weapon",
        "calibre_mm",
        origin=_origins(frame, sources, reports),
        copies=_copied(frame, sources),
        incident=pl.Series(incident),
        witness=pl.Series(witness),
        itself=pl.Series(witness == np.arange(len(witness))),
        kind=pl.Series(reports.kind),
        p_right=_p_right(frame, sources),
        p_false=pl.Series(1 - reports.p_real),
        p_false_alone=pl.Series(_false_alone(reports)),
        placed=pl.Series(reports.placed),
        first=frame["reported_utc"].fill_null(frame["to_utc"]),
    )
    whole = _members(told).join(_counted(told), on="incident", how="left")
    for part in (_named(told), _moved(told), _certain(told), _timed(told), fired(told), flown(told)):
        whole = whole.join(part, on="incident", how="left")
    whole = whole.join(_placed(reports, incident, witness), on="incident", how="left")
    ids = content_ids("incident", whole["smallest"].to_list())
    named = whole.with_columns(
        pl.Series("incident_id", ids, pl.String),
        area_id=pl.when(pl.col("lon").is_null()).then("area_id"),
    )
    return INCIDENTS.conform(named.select(INCIDENTS.schema.names()).sort("incident_id"))


def _false_alone(reports: Reports) -> Floats:
    """Return the probability that a report is of nothing, given that nobody else told of it."""
    false = 1 - reports.p_real
    return np.asarray(false / (false + reports.p_real * reports.alone))


def _origins(frame: pl.DataFrame, sources: Mapping[str, SourceProfile], reports: Reports) -> pl.Series:
    """Return the label under which each report's origin counts once."""
    own = pl.col("origin") != INDEPENDENT
    copied = _copied(frame, sources)
    post = pl.Series("post", reports.platform).cast(pl.String)
    return frame.select(
        pl.when(own)
        .then("origin " + pl.col("origin"))
        .otherwise(pl.when(copied.is_not_null()).then("source " + copied).otherwise("post " + post))
    ).to_series()


def _copied(frame: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> pl.Series:
    """Return the source that each report's source declares to copy."""
    declared = {
        name: profile.origin
        for name, profile in sorted(sources.items())
        if profile.origin is not None and profile.origin not in (INDEPENDENT, name)
    }
    return frame["source_id"].replace_strict(declared, default=None, return_dtype=pl.String)


def _p_right(frame: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> pl.Series:
    pairs = frame.select(pl.concat_str("source_id", "phenomenon", separator="\n"))["source_id"]
    declared = {
        f"{name}\n{kind.value}": min(max(1 - sum(wrong.values()), 0.01), 0.99)
        for name, profile in sorted(sources.items())
        for kind, wrong in profile.confuses.items()
    }
    return pairs.replace_strict(declared, default=P_RIGHT_KIND, return_dtype=pl.Float64)


def _members(told: pl.DataFrame) -> pl.DataFrame:
    found = told.group_by("incident", maintain_order=True).agg(
        smallest=pl.col("observation_id").min(),
        area_id=pl.col("area_id").drop_nulls().first(),
        heard_of=(pl.col("means") == Means.TOLD.value).all(),
    )
    for name, plural in (("means", "means"), ("source_id", "source_ids"), ("observation_id", "observations")):
        found = found.join(_listed(told, name, plural), on="incident", how="left", maintain_order="left")
    only = told.join(found.filter("heard_of").select("incident"), on="incident", how="semi")
    who = _listed(only.drop_nulls("told_by"), "told_by", "told_by")
    nobody = pl.lit([], pl.List(pl.String))
    joined = found.join(who, on="incident", how="left", maintain_order="left")
    return joined.with_columns(
        pl.col("told_by").fill_null(nobody), n_observations=pl.col("observations").list.len().cast(pl.Int64)
    ).drop("heard_of")


def _listed(told: pl.DataFrame, name: str, plural: str) -> pl.DataFrame:
    """Return the different words of a column by incident, sorted."""
    pairs = told.select("incident", pl.col(name).alias(plural)).unique().sort("incident", plural)
    return pairs.group_by("incident", maintain_order=True).agg(plural)


def _counted(told: pl.DataFrame) -> pl.DataFrame:
    """Return how many: the largest of the witnesses' lower bounds, the sum of their upper ones."""
    witnesses = told.group_by("incident", "witness", maintain_order=True).agg(
        least=pl.col("count_min").min(),
        most=pl.when(pl.col("count_max").null_count() == 0).then(pl.col("count_max").max()),
    )
    return witnesses.group_by("incident", maintain_order=True).agg(
        count_min=pl.col("least").max(),
        count_max=pl.when(pl.col("most").null_count() == 0).then(pl.col("most").sum()),
    )


def _named(told: pl.DataFrame) -> pl.DataFrame:
    """Return the kind that most witnesses name, and its probability among those named and any other."""
    wrong = (1 - pl.col("p_right")) / OTHER_KINDS
    votes = (
        told.filter("itself")
        .group_by("incident", "kind", maintain_order=True)
        .agg(
            votes=pl.len().cast(pl.Int64),
            for_it=(pl.col("p_right").log() - wrong.log()).sum(),
        )
    )
    shares = votes.with_columns(
        likely=(pl.col("for_it") - pl.col("for_it").max().over("incident")).exp(),
        top=pl.col("for_it").max().over("incident"),
        named=pl.len().over("incident"),
    ).sort("incident", -pl.col("votes"), -pl.col("for_it"), "kind")
    unnamed = (OTHER_KINDS + 1 - pl.col("named").first()).clip(0) * (-pl.col("top").first()).exp()
    chosen = shares.group_by("incident", maintain_order=True).agg(
        kind=pl.col("kind").first(),
        p_phenomenon=(pl.col("likely").first() / (pl.col("likely").sum() + unnamed)).round(4),
    )
    return chosen.select(
        "incident",
        "p_phenomenon",
        phenomenon=pl.col("kind").replace_strict(
            list(range(len(KINDS))), [k.value for k in KINDS], return_dtype=pl.String
        ),
    )


def _moved(told: pl.DataFrame) -> pl.DataFrame:
    open_word = Trajectory.UNDETERMINED.value
    known = pl.col("trajectory").filter(pl.col("trajectory") != open_word)
    return told.group_by("incident", maintain_order=True).agg(
        trajectory=pl.when(known.n_unique() == 1)
        .then(known.first())
        .when((known.len() == 0) & (pl.col("trajectory") == open_word).any())
        .then(pl.lit(open_word))
    )


def _certain(told: pl.DataFrame) -> pl.DataFrame:
    """Return the independent origins and the probability that not all of them were wrong.

    Of sources that copy one another in a ring one is left.
    """
    original = told.filter("itself").sort("incident", "origin", "first", -pl.col("p_false"), "observation_id")
    origins = original.group_by("incident", "origin", maintain_order=True).agg(
        pl.col("p_false", "p_false_alone", "copies", "source_id").first()
    )
    present = origins.select("incident", copies="source_id", present=True).unique()
    ranked = origins.join(present, on=["incident", "copies"], how="left").sort(
        "incident", pl.col("copies").is_not_null(), "origin"
    )
    heard = ranked.filter(pl.col("present").is_null() | pl.col("incident").is_first_distinct())
    return heard.group_by("incident", maintain_order=True).agg(
        n_origins=pl.len().cast(pl.Int64),
        p_real=pl.when(pl.len() == 1)
        .then(1 - pl.col("p_false_alone").first())
        .otherwise(1 - pl.col("p_false").product())
        .clip(0, MOST_CERTAIN)
        .round(4),
    )


def _timed(told: pl.DataFrame) -> pl.DataFrame:
    return (
        told.filter("itself")
        .group_by("incident", maintain_order=True)
        .agg(
            late=pl.col("from_utc").max(),
            early=pl.col("to_utc").min(),
            first=pl.col("from_utc").min(),
            last=pl.col("to_utc").max(),
        )
        .select(
            "incident",
            from_utc=pl.when(pl.col("late") < pl.col("early")).then("late").otherwise("first"),
            to_utc=pl.when(pl.col("late") < pl.col("early")).then("early").otherwise("last"),
        )
    )


def _placed(reports: Reports, incident: Ints, witness: Ints) -> pl.DataFrame:
    """Return each incident's centre and 90 % ellipse, for those with a place."""
    which = np.flatnonzero((witness == np.arange(len(witness))) & reports.placed)
    tops, at = np.unique(incident[which], return_inverse=True)
    some = reports.take(which)
    first = np.full(len(tops), len(which))
    np.minimum.at(first, at, np.arange(len(which)))
    lon, lat = some.lon[first], some.lat[first]
    across = METRES_PER_DEGREE * np.maximum(np.cos(np.radians(lat)), 1e-6)
    east = ((some.lon - lon[at] + 180) % 360 - 180) * across[at]
    north = (some.lat - lat[at]) * METRES_PER_DEGREE
    determinant = some.ee * some.nn - some.en**2
    pe, px, pn = some.nn / determinant, -some.en / determinant, some.ee / determinant
    total = [
        np.bincount(at, values, len(tops))
        for values in (pe, px, pn, pe * east + px * north, px * east + pn * north)
    ]
    whole = total[0] * total[2] - total[1] ** 2
    ee, en, nn = total[2] / whole, -total[1] / whole, total[0] / whole
    moved_east, moved_north = ee * total[3] + en * total[4], en * total[3] + nn * total[4]
    major, minor, azimuth = _axes(ee, en, nn)
    return pl.DataFrame(
        {
            "incident": tops,
            "lon": np.round((lon + moved_east / across + 180) % 360 - 180, 6),
            "lat": np.round(lat + moved_north / METRES_PER_DEGREE, 6),
            "major90_m": np.round(major * ELLIPSE90, 1),
            "minor90_m": np.round(minor * ELLIPSE90, 1),
            "azimuth_deg": np.round(azimuth, 1) % 180,
        }
    )


def _axes(ee: Floats, en: Floats, nn: Floats) -> tuple[Floats, Floats, Floats]:
    middle, spread = (ee + nn) / 2, np.hypot((ee - nn) / 2, en)
    azimuth = 90 - np.degrees(np.arctan2(en, (ee - nn) / 2)) / 2
    return np.sqrt(middle + spread), np.sqrt(np.maximum(middle - spread, 0)), np.round(azimuth, 6) % 180
