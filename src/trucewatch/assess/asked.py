"""All that conditions are asked of: the incidents, the ground, what records state, and the odds of attribution.

Rules:
- it is put together once for all clauses of an agreement;
- without odds of attribution nothing is known of whose an incident is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from trucewatch.assess.columns import Columns, Floats, Ints, columns_of
from trucewatch.assess.grounds import Grounds, Spot, World, grounds_of
from trucewatch.model.agreement import Act, Agreement, Clause
from trucewatch.model.condition import (
    AllOf,
    AnyOf,
    Condition,
    Crosses,
    FiredInto,
    FromLine,
    InZone,
    NotSo,
    Side,
)
from trucewatch.model.notice import Notice
from trucewatch.model.tables import ATTRIBUTIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    """How likely each incident is of a party, and how much is left to neither."""

    p_party: Mapping[str, Floats]
    p_open: Floats

    def of(self, party: str, at: Ints) -> tuple[Floats, Floats]:
        """Return the odds of `party` for incidents `at`: at least and at most."""
        low = self.p_party[party][at] if party in self.p_party else np.zeros(len(at))
        return low, np.minimum(low + self.p_open[at], 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every clause of one agreement is asked of."""

    agreement: Agreement
    columns: Columns
    grounds: Grounds
    notices: tuple[Notice, ...]
    odds: Odds


def asked_of(
    incidents: pl.DataFrame,
    world: World,
    *,
    beside: pl.DataFrame | None = None,
    notices: tuple[Notice, ...] = (),
    attributions: pl.DataFrame | None = None,
) -> Asked:
    """Return what the clauses of `world`'s agreement are asked of; those `beside` the incidents are not assessed."""
    columns = columns_of(incidents, beside)
    return Asked(
        agreement=world.agreement,
        columns=columns,
        grounds=grounds_of(spots(world.agreement, notices), world, columns),
        notices=notices,
        odds=_odds(columns, ATTRIBUTIONS.empty() if attributions is None else attributions),
    )


def spots(agreement: Agreement, notices: tuple[Notice, ...]) -> Iterator[Spot]:
    """Yield the ground that the clauses of `agreement` and `notices` speak of."""
    for clause in agreement.clauses:
        if clause.act in (Act.FORBIDDEN, Act.REQUIRED, Act.EXCEPTION):
            yield from clause_spots(clause)
    for notice in notices:
        if notice.area_id is not None:
            yield (notice.area_id,)


def clause_spots(clause: Clause) -> Iterator[Spot]:
    """Yield the ground that one clause speaks of, in its readings and conditions."""
    yield from (reading.area_ids for reading in clause.readings if reading.area_ids is not None)
    for leaf in leaves(clause.when):
        match leaf:
            case InZone(zone=zone) | FiredInto(zone=zone):
                yield (zone,)
            case FromLine():
                yield leaf
            case Crosses(line=line):
                yield from (whole_side(line, side) for side in (Side.A, Side.B))
            case _:
                pass


def whole_side(line: str, side: Side) -> FromLine:
    """Return all the ground on a side of a line."""
    return FromLine(line=line, side=side, from_m=None, nearer_than_m=None)


def leaves(condition: Condition | None) -> Iterator[Condition]:
    """Yield the conditions that `condition` is composed of; none of None."""
    match condition:
        case None:
            return
        case AllOf(of=parts) | AnyOf(of=parts):
            for part in parts:
                yield from leaves(part)
        case NotSo(of=inner):
            yield from leaves(inner)
        case _:
            yield condition


def _odds(columns: Columns, attributions: pl.DataFrame) -> Odds:
    joined = columns.frame.select("incident_id").join(
        attributions.select("incident_id", "p_a", "p_b", "p_unattributed"),
        on="incident_id",
        how="left",
        maintain_order="left",
    )
    known = {name: joined[name].to_numpy().astype(np.float64) for name in ("p_a", "p_b", "p_unattributed")}
    left = np.where(np.isnan(known["p_unattributed"]), 1.0, known["p_unattributed"])
    return Odds(
        p_party={code: np.nan_to_num(known[f"p_{code.lower()}"]) for code in ("A", "B")},
        p_open=left,
    )
