"""The label swap: all that was reported, with A and B exchanged in every word, and nothing moved.

Rules:
- rows keep their order; ids are made anew, as they are made of what a row says (not of what was `lost`);
- a source that bears a party's name bears the other's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from trucewatch.model.canonical import with_ids
from trucewatch.model.source import SourceProfile
from trucewatch.simulate.instruments import CLAIMS_A, CLAIMS_B
from trucewatch.simulate.observed import Observed
from trucewatch.simulate.world import exchanged, swapped

_NAMES = {CLAIMS_A.source_id: CLAIMS_B.source_id, CLAIMS_B.source_id: CLAIMS_A.source_id}
_PARTIES = {"party:A": "party:B", "party:B": "party:A"}
_WORDS = {"A states": "B states", "B states": "A states", ": A fired": ": B fired", ": B fired": ": A fired"}


def swapped_reports(observed: Observed) -> Observed:
    """Return `observed` with A and B exchanged everywhere."""
    rows = exchanged(observed.observations).with_columns(
        pl.col("source_id", "origin").replace(_NAMES),
        pl.col("text").str.replace_many(list(_WORDS), list(_WORDS.values())),
    )
    observations = with_ids(rows)
    return replace(
        observed,
        world=swapped(observed.world),
        observations=observations,
        truth=observed.truth.with_columns(observations["observation_id"]),
        hours=exchanged(observed.hours),
        true=_profiles(observed.true),
        declared=_profiles(observed.declared),
    )


def _profiles(profiles: Mapping[str, SourceProfile]) -> dict[str, SourceProfile]:
    found = {}
    for name, profile in profiles.items():
        other = _NAMES.get(name, name)
        affiliation = _PARTIES.get(profile.affiliation or "", profile.affiliation)
        says = (profile.says or "").translate(str.maketrans("AB", "BA")) if other != name else profile.says
        found[other] = replace(profile, source_id=other, affiliation=affiliation, says=says)
    return dict(sorted(found.items()))
