"""What was released: every release as the record has it, and the tables that an audience has been given.

Rules:
- an audience has what was published to it and not retracted: a later release of the same days takes the place
  of an earlier one, and a later release of the ledger that of an earlier;
- tables are read back from the files that were approved, and made from nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import polars as pl

from trucewatch.errors import InputError
from trucewatch.mission.exporting import DECLARED
from trucewatch.mission.known import Known
from trucewatch.mission.release_files import outside_window, table_from
from trucewatch.mission.release_rules import Release, ReleaseState, releases_of
from trucewatch.mission.vault import Vault
from trucewatch.model.vocabulary import Audience

KEYS: Mapping[str, tuple[str, ...]] = {
    "observations": ("observation_id",),
    "incidents": ("incident_id",),
    "counts": ("incident_id", "rule"),
    "assessments": ("assessment_id",),
    "coverage": ("area_id", "from_utc", "to_utc", "phenomenon", "source_id", "state"),
    "tallies": ("day", "phenomenon", "area_id"),
    "weather": ("area_id", "day", "source_id"),
    "control": ("place_id", "from_utc", "held_by", "source_id"),
    "ledger": ("noun", "id"),
}


def all_releases(record: Known) -> tuple[Release, ...]:
    """Return every release, in the order of their proposals."""
    found = releases_of(record.folder.journal.replay(record.known_at), record.folder.journal.key)
    return tuple(sorted(found.made.values(), key=lambda release: release.seq))


def retracted(record: Known, audience: Audience) -> tuple[Release, ...]:
    """Return the releases that an audience had and that were retracted since, in the order of their proposals."""
    gone = (ReleaseState.RETRACTED, audience)
    return tuple(
        one for one in all_releases(record) if one.published_at and (one.state, one.proposal.audience) == gone
    )


def retracted_of(record: Known, audience: Audience, day: date) -> Release | None:
    """Return the last release to an audience that held a day and was retracted, None when there is none."""
    found = [
        one
        for one in retracted(record, audience)
        if not one.of_ledger
        and record.clock.day_of(one.proposal.from_utc) <= day <= record.clock.day_of(last_moment(one))
    ]
    return found[-1] if found else None


def release_named(record: Known, start: str) -> Release:
    """Return the release whose id is, or ends in, `start`; InputError when there is none, or several."""
    found = [
        r
        for r in all_releases(record)
        if start and r.proposal.release_id.removeprefix("release-").startswith(start.removeprefix("release-"))
    ]
    if len(found) != 1:
        raise InputError(f"{len(found)} releases begin with {start!r}: `trucewatch release list` lists them")
    return found[0]


def tables_of(vault: Vault, release: Release) -> Mapping[str, pl.DataFrame]:
    """Return the tables of a release, read back from its files; those that were erased are left out."""
    items = {name: file.item for name, file in release.proposal.files.items() if name.endswith(".parquet")}
    named = {name.removesuffix(".parquet"): item for name, item in items.items()}
    return {name: table_from(name, vault.get(item)) for name, item in named.items() if vault.holds(item)}


def released(record: Known, audience: Audience) -> Mapping[str, pl.DataFrame]:
    """Return each table as it was published to an audience and not retracted since: what it may see, and no more."""
    standing = [r for r in all_releases(record) if r.open and r.proposal.audience is audience]
    standing.sort(key=lambda release: (release.published_at, release.seq))
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in DECLARED}
    for at, release in enumerate(standing):
        tables = tables_of(record.folder.vault, release)
        for later in standing[at + 1 :]:
            if later.of_ledger != release.of_ledger:
                continue
            days = record.clock.day_of(later.proposal.from_utc), record.clock.day_of(last_moment(later))
            tables = outside_window(tables, *days, record.clock)
        for name, frame in tables.items():
            parts[name].append(frame)
    return {
        name: pl.concat([table.empty(), *parts[name]]).unique(
            list(KEYS[name]), keep="last", maintain_order=True
        )
        for name, table in DECLARED.items()
        if name in KEYS
    }


def last_moment(release: Release) -> datetime:
    """Return the last moment of the release's days."""
    return release.proposal.to_utc - timedelta(microseconds=1)
