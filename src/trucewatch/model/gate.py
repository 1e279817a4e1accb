"""The one gate that everything leaves through.

Rules:
- it denies by default: an audience without a release policy gets nothing, and no policy exists yet but
  for the mission itself (`internal`);
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


def project(record: pl.DataFrame, audience: Audience, at: datetime) -> pl.DataFrame:
    """Return what of `record` the `audience` may have at the moment `at`.

    Raises RefusedError for every audience but the mission itself: no release policy exists yet.
    """
    if at.tzinfo is None:
        raise RefusedError("a release needs a moment with its zone")
    if audience is not Audience.INTERNAL:
        raise RefusedError(
            f"nothing may leave to {audience.value!r}: this mission has no release policy for it"
        )
    if "sensitivity" not in record.columns:
        unmarked = [name for name in WITHHELD if name in record.columns and name != "held_by"]
        return record.with_columns(pl.lit(None, record.schema[name]).alias(name) for name in unmarked)
    kept = record.filter(pl.col("sensitivity") != Sensitivity.SECRET.value)
    public = pl.col("sensitivity") == Sensitivity.PUBLIC.value
    return kept.with_columns(
        pl.when(public).then(pl.col(name)).alias(name) for name in WITHHELD if name in kept.columns
    )


def see_clocks(audience: Audience, *, exercise: bool) -> None:
    """Raise RefusedError unless clocks may be shown to the `audience`.

    They are shown in exercises only: no release policy exists yet for what is not one.
    """
    if audience not in CLOCKS_FOR:
        allowed = " and ".join(sorted(CLOCKS_FOR))
        raise RefusedError(f"clocks are shown to {allowed} only: say --audience body")
    if not exercise:
        raise RefusedError(
            f"nothing may leave to {audience.value!r}: this mission has no release policy for it"
        )


def stamp(audience: Audience, *, exercise: bool = False, replay: bool = False) -> str:
    """Return the marks every page, file and object bears, such as "EXERCISE · INTERNAL"."""
    marks = [*(["EXERCISE"] if exercise else []), *(["REPLAY"] if replay else []), audience.value.upper()]
    return " · ".join(marks)
