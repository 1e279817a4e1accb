"""Pinned incidents: what somebody acted on keeps its name, whatever is observed later.

Rules:
- an incident's id is made from its smallest member's, so a pin is of one observation: the incident that holds it
  now bears the pinned id, however its members have grown or shrunk;
- when pinned incidents meet, the oldest pin's id stays and the others are aliases of it;
- a pin whose observation was read anew by a mended profile follows the row that it was;
- a pin whose observation is not among those that were fused pins nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import polars as pl

from trucewatch.fuse.fuse import Fused
from trucewatch.model.canonical import content_ids

_HEIRS = {"former": pl.String, "member": pl.String}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """What was fused, under its pinned ids, and which pinned ids are now aliases of which."""

    fused: Fused
    aliases: Mapping[str, str] = field(default_factory=dict)


NO_HEIRS: Mapping[str, str] = MappingProxyType({})


def pinned(fused: Fused, pins: Sequence[str], heirs: Mapping[str, str] = NO_HEIRS) -> Pinned:
    """Return what was fused under the ids of `pins`, the oldest first.

    `heirs` are observations that stand for earlier ones, by the ids of those: the same row, read by a mended profile.
    """
    oldest_first = tuple(dict.fromkeys(pins))
    if not oldest_first or fused.incidents.is_empty():
        return Pinned(fused=fused)
    within = _within(fused.incidents, oldest_first, heirs)
    names: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for pin in oldest_first:
        if pin not in within:
            continue
        kept = names.setdefault(within[pin], pin)
        if kept != pin:
            aliases[pin] = kept
    renamed = {old: new for old, new in names.items() if old != new}
    if not renamed:
        return Pinned(fused=fused, aliases=aliases)
    under = replace(
        fused,
        incidents=_renamed(fused.incidents, renamed).sort("incident_id"),
        counts=_renamed(fused.counts, renamed).sort("incident_id", maintain_order=True),
    )
    return Pinned(fused=under, aliases=aliases)


def _within(incidents: pl.DataFrame, pins: Sequence[str], heirs: Mapping[str, str]) -> Mapping[str, str]:
    """Return the id under which each pin's observation was fused."""
    members = incidents.select("incident_id", pl.col("observations").alias("member")).explode("member")
    before = pl.DataFrame({"former": list(heirs), "member": list(heirs.values())}, schema=_HEIRS)
    former = before.join(members, on="member").select("incident_id", member="former")
    members = pl.concat([members, former])
    named = members.with_columns(
        pl.Series("pin", content_ids("incident", members["member"].to_list()), pl.String)
    )
    found = named.filter(pl.col("pin").is_in(list(pins)))
    return dict(found.select("pin", "incident_id").iter_rows())


def _renamed(frame: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    return frame.with_columns(pl.col("incident_id").replace(dict(names)))
