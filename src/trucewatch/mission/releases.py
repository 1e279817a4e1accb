"""Releases: what leaves to an audience, by two names, and what had left before.

Rules:
- a release is of whole reporting days, or of the ledger as it stands; its files are made when it is proposed and never after, and what is
  approved and published is those bytes and no others;
- a step that is not legal (`release_rules`) is refused before it is recorded, while the writer's lock is held;
- an audience has what was published to it and not retracted: a later release of the same days takes the
  place of an earlier one;
- what a release does not tell is committed to beside it (`withheld`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import cast

import polars as pl

from trucewatch.errors import InputError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.authors import author
from trucewatch.mission.config import MISSION_FILE
from trucewatch.mission.doors import guarded
from trucewatch.mission.folder import Folder, settle, text_of, writing_moment
from trucewatch.mission.for_audience import told_outside_of
from trucewatch.mission.journal import Entry, Kind, Record, utc_text
from trucewatch.mission.known import Known, known
from trucewatch.mission.ledger_rows import ledger_made_from, ledger_rows
from trucewatch.mission.projecting import policy_for, projected
from trucewatch.mission.release_cases import Stepped, hand_of, name_of, why_not_stepped
from trucewatch.mission.release_files import files_of, in_window
from trucewatch.mission.release_reports import pictures_of, reports_of
from trucewatch.mission.release_rules import Release, release_step, releases_of
from trucewatch.mission.released import KEYS, last_moment, release_named, released, tables_of
from trucewatch.mission.roll import rolled
from trucewatch.mission.walk import Walk, areas_known, walk_from
from trucewatch.mission.withheld import Committed, committed
from trucewatch.model.canonical import Json, canonical, content_id, digest
from trucewatch.model.decision import Case
from trucewatch.model.ledger import LEDGER
from trucewatch.model.outside import renamed
from trucewatch.model.policy import Policy
from trucewatch.model.refused import Refused
from trucewatch.model.told import Told
from trucewatch.model.vocabulary import Audience

NOT_RECORDED = {
    Kind.RELEASE_PROPOSED: Refused.PROPOSED_REFUSED,
    Kind.RELEASE_APPROVED: Refused.APPROVED_REFUSED,
    Kind.RELEASE_PUBLISHED: Refused.PUBLISHED_REFUSED,
    Kind.RELEASE_RETRACTED: Refused.RETRACTED_REFUSED,
}
FROM_THE_WALK = ("observations", "incidents", "coverage")  # whose rows are committed to


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What would become known of one table that was not, row by row."""

    new: pl.DataFrame
    changed: pl.DataFrame  # as it would be
    gone: pl.DataFrame  # as it was: it would be told no longer


def propose(
    folder: Folder,
    audience: Audience,
    *,
    first: date,
    last: date,
    by: str,
    key: SignerKey | None = None,
    at: datetime | None = None,
    pictures: Sequence[str] = (),
) -> Release:
    """Propose to release the reporting days from `first` to `last` to an audience; nothing leaves by that.

    `pictures` are names of the vault, of JPEG or PNG files that somebody looked at: they leave without metadata.
    """
    if last < first:
        raise InputError("a release ends on the day it begins, or later: swap --from and --to")
    settle(folder, by=by, key=key, at=writing_moment(known(folder.path).mission.replay, at))
    record = known(folder.path)
    policy = policy_for(record.policies, audience)
    moment = _moment(record, at)
    walked = walk_from(record)
    tables = in_window(projected(walked, policy, at=moment), first, last, record.clock)
    raws = {str(n): folder.vault.get(name) for n, name in enumerate(pictures, start=1)}
    names = _names(walked, tables, policy)
    cases = sorted(case.case_id for case in walked.cases if _here(walked, case) in names)
    files = {
        **files_of(tables, mark=record.mark(audience), areas=walked.areas),
        **reports_of(walked, tables, audience, first, last, frozenset(cases)),
        **pictures_of(raws),
    }
    held = committed(_made_from(walked, record, first, last), names, folder.vault.salt)
    body: dict[str, Json] = {
        "audience": audience.value,
        "from_utc": utc_text(record.clock.day(first).start),
        "to_utc": utc_text(record.clock.day(last).end),
        "at": utc_text(moment),
        "policy": policy_text(record, audience),
        "cases": cases,
    }
    return _proposed(folder, body, files, held, by=by, key=key, at=at)


def propose_ledger(
    folder: Folder, *, by: str, key: SignerKey | None = None, at: datetime | None = None
) -> Release:
    """Propose to release the ledger to the public as it stands now, and nothing that is added to it later."""
    settle(folder, by=by, key=key, at=writing_moment(known(folder.path).mission.replay, at))
    record, audience = known(folder.path), Audience.PUBLIC
    moment = _moment(record, at)
    today = record.clock.day(record.clock.day_of(moment))
    rows = ledger_rows(told_outside_of(record, policy_for(record.policies, audience)))
    files = files_of({LEDGER.name: rows}, mark=record.mark(audience), areas=areas_known(record))
    held = committed({LEDGER.name: ledger_made_from(folder, record)}, {}, folder.vault.salt)
    body: dict[str, Json] = {
        "audience": audience.value,
        "from_utc": utc_text(today.start),
        "to_utc": utc_text(today.end),
        "at": utc_text(moment),
        "policy": policy_text(record, audience),
        "cases": [],
    }
    return _proposed(folder, body, files, held, by=by, key=key, at=at)


def approve(
    folder: Folder, release_id: str, *, by: str, key: SignerKey | None = None, at: datetime | None = None
) -> Release:
    """Approve a release as another person than whoever proposed it, or had a hand in a case that is in it."""
    return _step(folder, Kind.RELEASE_APPROVED, release_id, by=by, key=key, at=at)


def publish(
    folder: Folder, release_id: str, *, by: str, key: SignerKey | None = None, at: datetime | None = None
) -> Release:
    """Publish an approved release: from here on its audience sees it."""
    return _step(folder, Kind.RELEASE_PUBLISHED, release_id, by=by, key=key, at=at)


def retract(
    folder: Folder,
    release_id: str,
    *,
    why: str,
    by: str,
    key: SignerKey | None = None,
    at: datetime | None = None,
) -> Release:
    """Retract a release: its audience sees it no longer, and is told that, when and why."""
    return _step(folder, Kind.RELEASE_RETRACTED, release_id, by=by, key=key, at=at, why=why)


def dry_run(record: Known, release: Release) -> Mapping[str, Difference]:
    """Return exactly what would become known to the release's audience that was not, table by table."""
    after = tables_of(record.folder.vault, release)
    days = record.clock.day_of(release.proposal.from_utc), record.clock.day_of(last_moment(release))
    before = released(record, release.proposal.audience)
    same_days = in_window(before, *days, record.clock)
    return {name: _difference(name, before[name], same_days[name], frame) for name, frame in after.items()}


def policy_text(record: Known, audience: Audience) -> Json:
    """Return the policy for an audience as trucewatch.toml says it."""
    said = tomllib.loads(text_of(record.texts, Kind.MISSION, MISSION_FILE))
    return cast(Json, said["release"][audience.value])


def _proposed(
    folder: Folder,
    body: Mapping[str, Json],
    files: Mapping[str, tuple[bytes, int | None]],
    held: Committed,
    *,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
) -> Release:
    """Keep the files of a release and what it committed to, and record its proposal."""
    kept: dict[str, Json] = {
        name: {"sha256": digest(raw), "item": folder.vault.put(raw), "rows": rows}
        for name, (raw, rows) in files.items()
    }
    withheld: dict[str, Json] = {
        "root": held.root,
        "size": len(held.rows),
        "item": folder.vault.put(held.raw),
    }
    whole: dict[str, Json] = {**body, "files": kept, "withheld": withheld}
    release_id = f"release-{content_id('release', canonical(whole).decode())[:8]}"
    return _recorded(
        folder, Kind.RELEASE_PROPOSED, {"release_id": release_id, **whole}, by=by, key=key, at=at
    )


def _difference(name: str, before: pl.DataFrame, same_days: pl.DataFrame, after: pl.DataFrame) -> Difference:
    on, every = list(KEYS[name]), after.columns
    fresh = after.join(before, on=every, how="anti", nulls_equal=True, maintain_order="left")
    return Difference(
        new=fresh.join(before, on=on, how="anti", nulls_equal=True, maintain_order="left"),
        changed=fresh.join(before, on=on, how="semi", nulls_equal=True, maintain_order="left"),
        gone=same_days.join(after, on=on, how="anti", nulls_equal=True, maintain_order="left"),
    )


def _moment(record: Known, at: datetime | None) -> datetime:
    """Return the moment that delays are reckoned to: the present, or in a replay `at` or the last record's."""
    return at or (record.known_at if record.mission.replay else record.folder.journal.clock())


def _names(walked: Walk, tables: Mapping[str, pl.DataFrame], policy: Policy) -> Mapping[str, str]:
    """Return the names that incidents left under, by their own ids."""
    left = frozenset(tables["incidents"]["incident_id"]) if "incidents" in tables else frozenset()
    own = walked.fused.incidents.select("incident_id")
    named = zip(own["incident_id"], renamed(own, policy)["incident_id"], strict=True)
    return {mine: name for mine, name in named if name in left}


def _here(walked: Walk, case: Case) -> str:
    """Return the incident that a case stands on now."""
    own = case.incident_id or ""
    return walked.aliases.get(own, own)


def _made_from(walked: Walk, record: Known, first: date, last: date) -> Mapping[str, pl.DataFrame]:
    """Return the rows that touch the days of a release, as the mission has them."""
    start, end = record.clock.day(first).start, record.clock.day(last).end
    touches = (pl.col("from_utc") < end) & (pl.max_horizontal("to_utc", "from_utc") >= start)
    frames = (walked.observations, walked.fused.incidents, walked.coverage)
    return {name: frame.filter(touches) for name, frame in zip(FROM_THE_WALK, frames, strict=True)}


def _step(
    folder: Folder,
    kind: Kind,
    release_id: str,
    *,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    why: str = "",
) -> Release:
    record = known(folder.path)
    writing_moment(record.mission.replay, at)
    made = release_named(record, release_id)
    body = {"release_id": made.proposal.release_id, "proposal": made.digest, **({"why": why} if why else {})}
    return _recorded(folder, kind, body, by=by, key=key, at=at)


def _recorded(
    folder: Folder,
    kind: Kind,
    body: Mapping[str, Json],
    *,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
) -> Release:
    """Record a step of a release, and return it as it stands then; RefusedError when it is not legal."""
    who = author(folder.journal, by=by, key=key)
    items = cast(Mapping[str, Mapping[str, str]], body.get("files", {}))
    held = cast(Mapping[str, str], body.get("withheld", {}))
    rests_on = tuple(
        dict.fromkeys([*(file["item"] for file in items.values()), *([held["item"]] if held else [])])
    )
    entry = who.entry(kind, {**body, "recorded_by": who.text}, rests_on=rests_on)
    log = folder.journal.key
    guarded(folder, partial(_illegal, folder)).append([entry], at=at)
    return releases_of(folder.journal.replay(), log).made[str(body["release_id"])]


def _illegal(folder: Folder, records: Sequence[Record], entries: Sequence[Entry], at: datetime) -> str | None:
    """Return why a step is not legal after `records`, None when it is: asked while nobody else can append."""
    log = folder.journal.key
    found, roll = releases_of(records, log), rolled(records, log)
    hands = [hand for hand in map(hand_of, records) if hand is not None]
    for seq, entry in enumerate(entries, start=len(records)):
        found, why = release_step(found, entry, roll, seq=seq, at=at)
        if why is None:
            made = found.made[str(entry.body["release_id"])].proposal
            step = Stepped(where="", seq=seq, kind=entry.kind, name=name_of(entry), proposal=made)
            why = why_not_stepped(step, hands, folder.vault)
        if why is not None:
            return Told(NOT_RECORDED[entry.kind], {"why": why})
    return None
