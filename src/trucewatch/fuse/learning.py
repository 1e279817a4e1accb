"""What the observations show of their own sources, without anybody telling which belong together.

Each round fuses with what is believed of the sources so far, and then asks of every source how far its reports
lie from the most exact report of the others in the same incident.

Rules:
- of a source that declares no error of time it is tried on the first rows whether far larger ones than are usual make
  more of them one event: with a narrow belief nobody would ever see that a clock is wrong;
- errors are quantiles, which few wild reports cannot move, and are widened: a sigma taken too small costs
  three times what one taken too large costs;
- how many real reports nobody else shares, and how many reports nothing caused, is for `shares`;
- kinds that a source takes for one another are learned from what the others say (`confusing`);
- what rests on fewer than `LEAST_LINKS` incidents is not learned, and what a row says of its own error stays;
- nothing here is used unless it is recorded: fusing reads profiles, it never learns.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from trucewatch.fuse.confusing import confusions
from trucewatch.fuse.fuse import Joined, joined
from trucewatch.fuse.pairs import PER_NAT
from trucewatch.fuse.reports import Flags, Ints, Reports, reports_of
from trucewatch.fuse.shares import BELIEVED_ALONE, BELIEVED_FALSE, missing, shares
from trucewatch.model.geodesy import METRES_PER_DEGREE, Floats
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means

ROUNDS = 4
LEAST_LINKS = 30
MOST_ROWS = 300_000  # the first in time: errors of a source are taken to last
WIDENED = 1.25
DISAGREES = 1.5
LEAST_SIGMA_M, LEAST_SIGMA_S = 10.0, 1.0
TO_SIGMA = {0.5: 0.6745, 0.75: 1.1503}  # within so many sigmas lies that share of a Gaussian
SAME_SPOT_M = 1.0  # two that name one point of a map share its error
MOST_REPEATS = 0.2
SLOWER = (1.0, 4.0, 12.0)  # times the error of time that is believed: where learning may begin
SURER = 1.02  # times the evidence of the first is what another beginning has to have
MOST_TRIED = 5_000  # rows that every beginning is tried on
PASSES = 6
FLOOR = 0.3  # of the others' error: below that a source's own does not show
# What is believed of a source that declares nothing: metres and seconds, judgements by how it came to know.
BELIEVED: Mapping[Means, tuple[float, float]] = {
    Means.HEARD: (1_000.0, 60.0),
    Means.SEEN: (600.0, 60.0),
    Means.RECORDED: (600.0, 10.0),
    Means.IMAGED: (400.0, 60.0),
    Means.DETECTED: (600.0, 15.0),
    Means.TOLD: (3_000.0, 900.0),
}
Shown = tuple[dict[str, SourceProfile], dict[str, tuple[int, int]]]
"""Profiles, and on how many incidents and rows of its source each rests."""
FIELDS = ("position_sigma_m", "time_sigma_s", "time_lag_median_s", "false_share", "alone", "repeats")
LEARNED = pl.Schema(
    {
        "source_id": pl.String,
        "field": pl.String,
        "declared": pl.Float64,
        "learned": pl.Float64,
        "incidents": pl.Int64,
        "disagrees": pl.Boolean,
    }
)

CONFUSED = pl.Schema(
    {
        "source_id": pl.String,
        "meant": pl.String,
        "said": pl.String,
        "declared": pl.Float64,
        "learned": pl.Float64,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """Profiles with what was learned in the place of what was declared, and both side by side (`LEARNED`)."""

    profiles: Mapping[str, SourceProfile]
    table: pl.DataFrame
    confused: pl.DataFrame  # CONFUSED


def learn(observations: pl.DataFrame, sources: Mapping[str, SourceProfile]) -> Learned:
    """Return what `observations` show of their sources, beside what `sources` declare."""
    first = observations.sort("from_utc", "observation_id").head(MOST_ROWS)
    names = first["source_id"].unique().sort().to_list()
    means = dict(first.group_by("source_id").agg(pl.col("means").min()).iter_rows())
    declared = {
        name: sources.get(name) or SourceProfile(source_id=name, means=Means(means[name])) for name in names
    }
    kept, rests = _begun(first, declared)
    table = [row for name in names for row in _beside(declared[name], kept[name], *rests[name])]
    return Learned(
        profiles={**sources, **kept},
        table=pl.DataFrame(table, schema=LEARNED, orient="row"),
        confused=_confused(declared, kept),
    )


def _begun(first: pl.DataFrame, declared: Mapping[str, SourceProfile]) -> Shown:
    """Return what `first` shows, learned from the beginning that makes the most of its first rows."""
    open_to = any(profile.time_sigma_s is None for profile in declared.values())
    if first.is_empty() or not open_to:
        return _shown(first, declared, SLOWER[0])
    few = first.head(MOST_TRIED)
    tried = [_shown(few, declared, slower) for slower in SLOWER]
    nats = [_evidence(few, profiles) for profiles, _ in tried]
    best = int(np.argmax(nats))
    if nats[best] <= SURER * nats[0]:
        best = 0
    return tried[best] if few.height == first.height else _shown(first, declared, SLOWER[best])


def _evidence(rows: pl.DataFrame, profiles: Mapping[str, SourceProfile]) -> float:
    """Return the nats that speak for what is joined, against nothing being so: each report's best pair, but one an incident."""
    reports, frame = reports_of(rows, profiles)
    if frame.is_empty():
        return 0.0
    found = joined(reports, frame, profiles)
    edges, incident = found.edges, found.incident
    inside = (incident[edges.left] == incident[edges.right]) & (edges.gains > 0)
    best, most = np.zeros(len(incident)), np.zeros(len(incident))
    for ends in (edges.left, edges.right):
        np.maximum.at(best, ends[inside], edges.gains[inside] / PER_NAT)
    np.maximum.at(most, incident, best)
    return float(best.sum() - most.sum())


def _believed(profile: SourceProfile, slower: float) -> SourceProfile:
    place, time = BELIEVED[profile.means]
    return replace(
        profile,
        position_sigma_m=profile.position_sigma_m or place,
        time_sigma_s=time * slower if profile.time_sigma_s is None else profile.time_sigma_s,
        false_share=BELIEVED_FALSE,
        alone=BELIEVED_ALONE,
    )


def _shown(rows: pl.DataFrame, declared: Mapping[str, SourceProfile], slower: float) -> Shown:
    """Return the profiles that `rows` show, and on how many incidents and rows each rests."""
    believed = {name: _believed(profile, slower) for name, profile in declared.items()}
    rests_on: Mapping[str, int] = {}
    for _ in range(ROUNDS):
        reports, frame = reports_of(rows, believed)
        if frame.is_empty():
            break
        believed, rests_on = _round(reports, frame, believed, declared)
    many = dict(rows.group_by("source_id").len().iter_rows()) if _enough(rests_on) else {}
    rests = {name: (rests_on.get(name, 0), many.get(name, 0)) for name in declared}
    return {name: _kept(declared[name], believed[name], *rests[name]) for name in declared}, rests


def _round(
    reports: Reports,
    frame: pl.DataFrame,
    believed: Mapping[str, SourceProfile],
    declared: Mapping[str, SourceProfile],
) -> tuple[dict[str, SourceProfile], dict[str, int]]:
    """Return what the incidents made with `believed` show of each source, and on how many that rests."""
    found = joined(reports, frame, believed)
    names = frame["source_id"].unique().sort().to_list()
    itself = found.witness == np.arange(len(found.witness))
    others = _others(found.incident, reports.source, itself)
    mine, other = _beside_the_best(reports, found, itself)
    sigma_m, sigma_s = _sigmas(reports, frame, mine, other, believed)
    lag = _lags(reports, frame, mine, other)
    lost = missing(reports, found.spots)
    again = found.leader != np.arange(len(itself))
    rows = np.bincount(reports.source[itself], minlength=len(names))
    shown, rests_on = {}, {}
    for at, name in enumerate(names):
        profile, own = believed[name], reports.source[mine] == at
        if own.sum() >= LEAST_LINKS:
            late = lag[own][np.isfinite(lag[own])]
            profile = replace(
                profile,
                position_sigma_m=_wider(sigma_m[at], LEAST_SIGMA_M, profile.position_sigma_m),
                time_sigma_s=_wider(sigma_s[at], LEAST_SIGMA_S, profile.time_sigma_s),
                time_lag_median_s=round(float(np.median(late)), 1) if len(late) else None,
                confuses=confusions(reports, found.incident, itself, declared[name], at),
            )
        if len(names) > 1 and rows[at] >= LEAST_LINKS:
            many, alike = np.delete(rows, at).astype(np.float64), itself & (reports.source == at)
            in_effect = many.sum() ** 2 / max((many**2).sum(), 1.0)
            profile = shares(profile, others[alike], lost[alike], in_effect)
        if profile.repeats != 0:
            repeats = float(again[reports.source == at].mean())
            profile = replace(profile, repeats=round(min(repeats, MOST_REPEATS), 4))
        shown[name], rests_on[name] = profile, int(own.sum())
    return shown, rests_on


def _wider(sigma: float, least: float, before: float | None) -> float | None:
    """Return a sigma taken somewhat too large, or what was believed `before` where none was found."""
    return before if math.isnan(sigma) else round(max(sigma * WIDENED, least), 1)


def _lags(reports: Reports, frame: pl.DataFrame, mine: Ints, other: Ints) -> Floats:
    """Return how long after another source's time each report of `mine` was made; NaN where it says not when."""
    reported = frame["reported_utc"].dt.epoch("us").cast(pl.Float64).fill_null(math.nan).to_numpy() / 1e6
    return np.asarray(reported[mine] - (reports.start_s + reports.end_s)[other] / 2)


def _others(incident: Ints, source: Ints, itself: Flags) -> Ints:
    """Return for each report how many other sources its incident has as witnesses."""
    pairs = np.unique(np.stack([incident[itself], source[itself]], axis=1), axis=0)[:, 0]
    tops, many = np.unique(pairs, return_counts=True)
    at = np.minimum(np.searchsorted(tops, incident), len(tops) - 1)
    return np.asarray(many[at] - 1, dtype=np.int64)


def _beside_the_best(reports: Reports, found: Joined, itself: Flags) -> tuple[Ints, Ints]:
    """Return reports that share an incident with another source's, and the most exact of those."""
    blur = (reports.ee + reports.nn) / 2e4 + reports.sigma_s**2 / 1e2
    members = np.flatnonzero(itself & reports.placed)
    order = members[np.lexsort((members, blur[members], found.incident[members]))]
    frame = pl.DataFrame({"top": found.incident[order], "source": reports.source[order], "at": order})
    best = frame.group_by("top", "source", maintain_order=True).first()
    ranked = best.with_columns(turn=pl.int_range(pl.len()).over("top"))
    leading = ranked.filter(pl.col("turn") < 2).pivot("turn", index="top", values=["source", "at"])
    if "at_1" not in leading.columns:
        none = np.zeros(0, np.int64)
        return none, none
    both = frame.join(leading.drop_nulls("at_1"), on="top", maintain_order="left")
    other = both.select(pl.when(pl.col("source") != pl.col("source_0")).then("at_0").otherwise("at_1"))
    return both["at"].to_numpy(), other.to_series().to_numpy()


def _sigmas(
    reports: Reports, frame: pl.DataFrame, mine: Ints, other: Ints, believed: Mapping[str, SourceProfile]
) -> tuple[Floats, Floats]:
    """Return the place and time errors of each source that all distances between reports agree on; NaN: unknown."""
    names = frame["source_id"].unique().sort().to_list()
    over = (reports.lon[other] - reports.lon[mine] + 180) % 360 - 180
    east = over * METRES_PER_DEGREE * np.cos(np.radians(reports.lat[mine]))
    north = (reports.lat[other] - reports.lat[mine]) * METRES_PER_DEGREE
    middle = (reports.start_s + reports.end_s) / 2
    clock = np.array([believed[name].time_sigma_s or 0.0 for name in names])[reports.source]
    own_place = (
        frame.select(pl.any_horizontal(pl.col("sigma_m", "major_m").is_not_null())).to_series().to_numpy()
    )
    fixed_s = np.maximum(reports.sigma_s**2 - clock**2, 0.0)
    far = np.hypot(east, north) > SAME_SPOT_M
    place = _agreed(
        np.abs(np.stack([east, north])),
        reports.source,
        *(mine, other, np.where(own_place, (reports.ee + reports.nn) / 2, np.nan), far, 0.75),
    )
    time = _agreed(
        np.abs(middle[other] - middle[mine])[None, :],
        reports.source,
        *(mine, other, np.full(len(clock), np.nan), np.ones(len(mine), dtype=bool), 0.5),
        fixed_s,
    )
    return place, time


def _agreed(
    apart: Floats,
    source: Ints,
    mine: Ints,
    other: Ints,
    own: Floats,
    asked: Flags,
    within: float,
    fixed: Floats | None = None,
) -> Floats:
    """Return the sigma of each source by which a share `within` of the distances lies as a Gaussian's would.

    `own` is the variance that a report states itself, NaN where its source's holds; `fixed` is added to both.
    """
    many = int(source.max()) + 1
    added = np.zeros(len(source)) if fixed is None else fixed
    groups = [np.flatnonzero((source[mine] == at) & asked) for at in range(many)]
    found = np.array([np.median(apart[:, rows]) / TO_SIGMA[0.5] if len(rows) else np.nan for rows in groups])
    for _ in range(PASSES):
        variance = np.where(np.isnan(own), np.nan_to_num(found)[source] ** 2, own) + added
        for at, rows in enumerate(groups):
            if len(rows) >= LEAST_LINKS:
                found[at] = _solved(apart[:, rows], variance[other[rows]] + added[mine[rows]], within)
    return np.array(
        [x if len(rows) >= LEAST_LINKS else np.nan for x, rows in zip(found, groups, strict=True)]
    )


def _solved(apart: Floats, variance: Floats, within: float) -> float:
    """Return the sigma that, with the others' `variance`, explains the distances; at least a part of theirs."""
    low, high = FLOOR * math.sqrt(float(np.quantile(variance, 0.25))), float(apart.max()) + 1.0
    for _ in range(40):
        middle = math.sqrt(max(low, 1e-3) * high)
        if np.quantile(apart / np.sqrt(variance + middle * middle), within) > TO_SIGMA[within]:
            low = middle
        else:
            high = middle
    return max(low, high * 0.999)


def _enough(rests_on: Mapping[str, int]) -> bool:
    """Say whether there is a source of which anything can be learned."""
    return max(rests_on.values(), default=0) >= LEAST_LINKS


def _kept(declared: SourceProfile, shown: SourceProfile, rests_on: int, rows: int) -> SourceProfile:
    """Return what was shown, or where too little was, what was declared.

    Shares rest on all of a source's `rows`, shared or not; what somebody declared of them stays.
    """
    if rests_on >= LEAST_LINKS:
        return shown
    silent = declared.false_share is None and declared.false_per_day is None and declared.reliability is None
    if rows < LEAST_LINKS or not silent:
        return declared
    return replace(declared, false_share=shown.false_share, alone=shown.alone)


def _confused(declared: Mapping[str, SourceProfile], kept: Mapping[str, SourceProfile]) -> pl.DataFrame:
    """Return how often each source says one kind of another, as declared and as learned (`CONFUSED`)."""
    rows = []
    for name in sorted(kept):
        said, found = declared[name].confuses, kept[name].confuses
        pairs = {(meant, other) for whole in (said, found) for meant in whole for other in whole[meant]}
        rows += [
            (
                *(name, meant.value, other.value),
                *(whole.get(meant, {}).get(other) for whole in (said, found)),
            )
            for meant, other in sorted(pairs)
        ]
    return pl.DataFrame(rows, schema=CONFUSED, orient="row")


def _beside(
    declared: SourceProfile, shown: SourceProfile, rests_on: int, reported: int
) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for field in FIELDS:
        said, found = _number(declared, field), _number(shown, field)
        if found is None or (rests_on < LEAST_LINKS and found == said):
            continue
        rests = rests_on if rests_on >= LEAST_LINKS else reported
        ratio = None if not said else found / said
        differs = ratio is not None and not 1 / DISAGREES <= ratio <= DISAGREES
        rows.append((declared.source_id, field, said, found, rests, differs))
    return rows


def _number(profile: SourceProfile, field: str) -> float | None:
    numbers = {
        "position_sigma_m": profile.position_sigma_m,
        "time_sigma_s": profile.time_sigma_s,
        "time_lag_median_s": profile.time_lag_median_s,
        "false_share": profile.false_share,
        "alone": profile.alone,
        "repeats": profile.repeats,
    }
    return numbers[field]
