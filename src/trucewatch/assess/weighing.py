"""Whose evidence an assessment rests on, and how much of it a party may not see.

Rules:
- an independent origin weighs one, however many reports copy it; sources of several affiliations share it evenly;
- an affiliation that no profile declares is *not declared*, which is said and not guessed;
- what is not public a party may not see, but for the rows of its own sources; unseen evidence alone
  supports no determination.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from trucewatch.model.explained import Unseen, Weight
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Sensitivity

DIGITS = 4


def weights(members: pl.DataFrame, profiles: Mapping[str, SourceProfile]) -> tuple[Weight, ...]:
    """Return the shares of the origins of `members`, rows of OBSERVATIONS, by affiliation: the largest first."""
    if members.is_empty():
        return ()
    own = pl.coalesce("origin", "source_id").alias("from")
    pairs = members.select(own, _affiliation(profiles)).unique().sort("from", "affiliation")
    shared = pairs.with_columns((1 / pl.len().over("from")).alias("part"))
    sums = shared.group_by("affiliation").agg((pl.col("part").sum() / pairs["from"].n_unique()).round(DIGITS))
    ordered = sums.sort(["part", "affiliation"], descending=[True, False], nulls_last=True)
    return tuple(Weight(affiliation=name, share=share) for name, share in ordered.iter_rows())


def unseen(
    members: pl.DataFrame, profiles: Mapping[str, SourceProfile], parties: Sequence[str]
) -> tuple[Unseen, ...]:
    """Return for each of `parties` the share of `members` that it may not see."""
    if members.is_empty():
        return ()
    hidden = members.select("sensitivity", _affiliation(profiles)).filter(
        pl.col("sensitivity") != Sensitivity.PUBLIC.value
    )
    return tuple(
        Unseen(
            party=party,
            share=round(
                hidden.filter(pl.col("affiliation").fill_null("") != f"party:{party}").height
                / members.height,
                DIGITS,
            ),
        )
        for party in sorted(parties)
    )


def _affiliation(profiles: Mapping[str, SourceProfile]) -> pl.Expr:
    declared = {name: profile.affiliation for name, profile in profiles.items() if profile.affiliation}
    return (
        pl.col("source_id")
        .replace_strict(declared, default=None, return_dtype=pl.String)
        .alias("affiliation")
    )
