"""What matching made of a table of reports, as a page: how sure it is, why pairs were joined, what each source adds.

Rules:
- the page says what was found, never whether it is right: that needs a truth, which only an exercise has;
- every figure is of the tables that were written: incidents, links, and what was learned of the sources;
- counts of pairs are of those that were weighed; a pair that lies too far apart never was.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from trucewatch.model.learned import LearnedConfusion, LearnedFigure
from trucewatch.report.drawn import Drawn
from trucewatch.report.drawn_counts import Bars, counts_svg
from trucewatch.report.html import environment
from trucewatch.report.words import Language, Words, words

TENTHS, MOST_SOURCES = 10, 5
STEP_BITS, LEAST_BITS, MOST_BITS = 2, -20, 40  # what is beyond stands in the bars at the ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """One table of reports, and what was made of it."""

    name: str  # of the file
    observations: pl.DataFrame
    incidents: pl.DataFrame
    links: pl.DataFrame
    learned: Sequence[LearnedFigure] = ()
    confused: Sequence[LearnedConfusion] = ()


def diagnostics_html(found: Matching, *, mark: str, language: Language = Language.ENGLISH) -> str:
    """Return the diagnostics as one self-contained page."""
    spoken = words(language)
    return diagnostics_drawn(found, mark, spoken).html(environment(spoken))


def diagnostics_drawn(found: Matching, mark: str, spoken: Words) -> Drawn:
    """Return the diagnostics for a shell to show."""
    told: Mapping[str, object] = {
        "page": found,
        "mark": mark,
        "reports": found.observations.height,
        "incidents": found.incidents.height,
        "together": found.incidents.filter(pl.col("source_ids").list.len() > 1).height,
        "expected": round(float(found.incidents["p_real"].sum())),
        "weighed": found.links.height,
        "sure": counts_svg(_tenths(found.incidents, spoken), spoken.gettext("probability"), spoken),
        "pairs": counts_svg(_bits(found.links, spoken), spoken.gettext("weight, bits"), spoken),
        "by_sources": _by_sources(found.incidents, spoken),
        "sources": _sources(found, spoken),
    }
    return Drawn(template="diagnostics.html", told=told)


def _tenths(incidents: pl.DataFrame, spoken: Words) -> Bars:
    p_real = incidents["p_real"].drop_nulls().to_numpy()
    at = np.minimum((p_real * TENTHS).astype(np.int64), TENTHS - 1)
    return Bars(
        title=spoken.gettext("How sure that something happened"),
        edges=tuple(spoken.number(edge / TENTHS) for edge in range(TENTHS + 1)),
        filled=tuple(np.bincount(at, minlength=TENTHS).tolist()),
    )


def _bits(links: pl.DataFrame, spoken: Words) -> Bars:
    edges = range(LEAST_BITS, MOST_BITS + 1, STEP_BITS)
    many = len(edges) - 1
    bits = np.clip(links["weight"].to_numpy(), LEAST_BITS, MOST_BITS - 1e-9)
    at = ((bits - LEAST_BITS) // STEP_BITS).astype(np.int64)
    joined = links["joined"].to_numpy().astype(bool)
    return Bars(
        title=spoken.gettext("Why pairs were joined"),
        edges=tuple(spoken.number(edge) if edge % 10 == 0 else "" for edge in edges),
        filled=tuple(np.bincount(at[joined], minlength=many).tolist()),
        empty=tuple(np.bincount(at[~joined], minlength=many).tolist()),
    )


def _by_sources(incidents: pl.DataFrame, spoken: Words) -> list[tuple[str, ...]]:
    """Return by how many sources tell of an incident: how many there are, how sure, and how exact."""
    many = incidents.with_columns(
        many=pl.col("source_ids").list.len().clip(upper_bound=MOST_SOURCES), p=pl.col("p_real")
    )
    rows = many.group_by("many").agg(pl.len(), pl.col("p").mean(), pl.col("major90_m").median()).sort("many")
    return [
        (
            f"{at}+" if at == MOST_SOURCES else str(at),
            spoken.number(counted),
            spoken.number(p),
            "–" if metres is None or not math.isfinite(metres) else spoken.metres(metres),
        )
        for at, counted, p, metres in rows.iter_rows()
    ]


def _sources(found: Matching, spoken: Words) -> list[tuple[str, ...]]:
    """Return by source: its reports, and those of which no other source tells."""
    members = found.incidents.select(
        alone=pl.col("source_ids").list.len() == 1, observation_id=pl.col("observations")
    ).explode("observation_id")
    rows = (
        found.observations.select("observation_id", "source_id")
        .unique("observation_id")
        .join(members, on="observation_id", how="left")
        .group_by("source_id")
        .agg(pl.len(), pl.col("alone").sum(), pl.col("alone").is_null().sum().alias("outside"))
        .sort("len", "source_id", descending=[True, False])
    )
    return [
        (
            name,
            spoken.number(many),
            *(spoken.number(count) for count in (many - alone - outside, alone, outside)),
        )
        for name, many, alone, outside in rows.iter_rows()
    ]
