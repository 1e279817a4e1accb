"""The one gate that everything leaves through.

Rules:
- it denies by default: an audience without a release policy gets nothing, a table that is not known leaves
  to nobody outside, and of a known one only the columns that are named in `outside`;
- secret rows do not leave at all;
- an observer's position leaves only when its source published it: from a place, a bearing and a
  distance the observer could be found again, so all of them go together; the same holds for where
  exactly a hub or a force would be;
- clocks are for the body and guarantors, and for nobody else, the mission itself included.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from trucewatch.errors import RefusedError
from trucewatch.model.outside import left_by, outside
from trucewatch.model.policy import INTERNAL_ONLY, Policy
from trucewatch.model.vocabulary import Audience, Sensitivity

PLACE_COLUMNS = ("exact_place", "exact_lon", "exact_lat")  # of hubs and forces
CLOCKS_FOR = frozenset({Audience.BODY, Audience.GUARANTOR})
OBSERVER_COLUMNS = (
    "observer_lon",
    "observer_lat",
    "bearing_deg",
    "bearing_halfwidth_deg",
    "distance_min_m",
    "distance_max_m",
    "held_by",
)
WITHHELD = (*OBSERVER_COLUMNS, *PLACE_COLUMNS)


def audience_of(name: str) -> Audience:
    """Return the audience `name`, or raise RefusedError: who is not known gets nothing."""
    try:
        return Audience(name)
    except ValueError:
        known = ", ".join(Audience)
        raise RefusedError(f"{name!r} is not an audience; they are {known}") from None


def project(
    record: pl.DataFrame, audience: Audience, at: datetime, policy: Policy = INTERNAL_ONLY
) -> pl.DataFrame:
    """Return what of `record` the `audience` may have at the moment `at`, by the policy for it.

    Raises RefusedError for an audience that the policy is not for, and for a table that it does not name.
    """
    if at.tzinfo is None:
        raise RefusedError("a release needs a moment with its zone")
    if audience is not Audience.INTERNAL:
        may_have(audience, policy)
        return outside(record, policy, at)
    if "sensitivity" not in record.columns:
        unmarked = [name for name in WITHHELD if name in record.columns and name != "held_by"]
        return record.with_columns(pl.lit(None, record.schema[name]).alias(name) for name in unmarked)
    kept = record.filter(pl.col("sensitivity") != Sensitivity.SECRET.value)
    public = pl.col("sensitivity") == Sensitivity.PUBLIC.value
    return kept.with_columns(
        pl.when(public).then(pl.col(name)).alias(name) for name in WITHHELD if name in kept.columns
    )


def may_have(audience: Audience, policy: Policy) -> None:
    """Raise RefusedError unless `policy` is the one for the `audience`, or it is the mission itself."""
    if audience not in (Audience.INTERNAL, policy.audience):
        raise RefusedError(
            f"nothing may leave to {audience.value!r}: this mission has no release policy for it"
        )


def as_left(record: pl.DataFrame, audience: Audience, policy: Policy) -> pl.DataFrame:
    """Return `record`, observations or incidents, once nothing in it is what could not have left by `policy`."""
    may_have(audience, policy)
    if not left_by(record, policy):
        raise RefusedError("these rows did not come through the gate: nothing is made of them")
    return record


def see_clocks(audience: Audience, *, exercise: bool, policy: Policy = INTERNAL_ONLY) -> None:
    """Raise RefusedError unless clocks may be shown to the `audience`: in an exercise, or by a policy for it."""
    if audience not in CLOCKS_FOR:
        allowed = " and ".join(sorted(CLOCKS_FOR))
        raise RefusedError(f"clocks are shown to {allowed} only: say --audience body")
    if not exercise:
        may_have(audience, policy)


def stamp(audience: Audience, *, exercise: bool = False, replay: bool = False) -> str:
    """Return the marks every page, file and object bears, such as "EXERCISE · INTERNAL"."""
    marks = [*(["EXERCISE"] if exercise else []), *(["REPLAY"] if replay else []), audience.value.upper()]
    return " · ".join(marks)
