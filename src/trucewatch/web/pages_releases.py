"""The pages of releases: what was released and retracted, for everybody; and for those who release, each step.

Rules:
- whoever is outside is told of the releases to their audience alone: which days, when, and that one was retracted, when,
  by whom and why;
- a release is approved on the page that shows exactly what would become known by it, and only as it then stood;
- each step is signed by the key that its maker unlocked, and is refused by the same rules as at a command.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.access import OF_KIND, Action, may
from trucewatch.mission.journal import Kind
from trucewatch.mission.known import Known
from trucewatch.mission.release_folder import retracted_by
from trucewatch.mission.release_rules import Release, ReleaseState
from trucewatch.mission.released import all_releases, last_moment
from trucewatch.mission.releases import approve, dry_run, propose, propose_ledger, publish, retract
from trucewatch.model.answered import Answered
from trucewatch.model.gate import audience_of
from trucewatch.model.refused import Refused
from trucewatch.model.told import Told
from trucewatch.model.vocabulary import Audience
from trucewatch.report.drawn import Drawn
from trucewatch.report.machine import as_text, marked, table
from trucewatch.web.asked import NOT_HERE, Answer, Ask, Moved, Page
from trucewatch.web.moments import read_day

ROWS = 25  # of one table of a dry run; the JSON has all
STEPS: Mapping[ReleaseState, tuple[Kind, ...]] = {
    ReleaseState.PROPOSED: (Kind.RELEASE_APPROVED, Kind.RELEASE_RETRACTED),
    ReleaseState.APPROVED: (Kind.RELEASE_PUBLISHED, Kind.RELEASE_RETRACTED),
    ReleaseState.PUBLISHED: (Kind.RELEASE_RETRACTED,),
    ReleaseState.RETRACTED: (),
}
HEADER = ("stamp", "release", "audience", "first_day", "last_day", "state", "published", "retracted", "why")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One release, as whoever asks is told of it."""

    release: str
    audience: str
    first_day: str
    last_day: str
    of_ledger: bool  # and of no day
    state: ReleaseState
    published_at: datetime | None
    retracted_at: datetime | None
    retracted_by: str
    why: str
    proposed_by: str = ""  # to those who release, as are the next two
    approved_by: str = ""
    published_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """What would become known of one table."""

    name: str
    new: int
    changed: int
    gone: int
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def releases_page(ask: Ask) -> Answer:
    """Return the releases that whoever asks may know of."""
    rows, stamp = _rows(ask), ask.stamp
    told: Mapping[str, object] = {
        "rows": rows,
        "zone": ask.record.clock.zone,
        "inside": _inside(ask),
        "proposes": _may(ask, Action.PROPOSE_RELEASE),
        "audiences": sorted(audience.value for audience in ask.record.policies),
    }
    return Page(
        title=ask.spoken.gettext("Releases"),
        drawn=lambda _: Drawn(template="releases.html", told=told),
        json=lambda: as_text({"stamp": stamp, "releases": [marked(row, stamp) for row in rows]}),
        csv=lambda: table(HEADER, (_texts(row, stamp) for row in rows)),
    )


def release_page(ask: Ask) -> Answer:
    """Return one release, and exactly what would become known by it."""
    made = _named(ask)
    if made is None:
        return NOT_HERE
    tables = _tables(ask.record, made)
    told: Mapping[str, object] = {
        "row": _row(ask, made),
        "tables": tables,
        "files": made.proposal.files,
        "cases": made.proposal.cases,
        "steps": [kind.value for kind in STEPS[made.state] if _may(ask, OF_KIND[kind])],
        "seen": seen(tables),
        "zone": ask.record.clock.zone,
        "most": ROWS,
    }
    whole = {
        "stamp": ask.stamp,
        "release": marked(_row(ask, made), ask.stamp),
        "seen": seen(tables),
        "tables": [marked(each, ask.stamp) for each in tables],
    }
    return Page(
        title=made.proposal.release_id,
        drawn=lambda _: Drawn(template="release.html", told=told),
        json=lambda: as_text(whole),
    )


def propose_page(ask: Ask) -> Answer:
    """Propose to release days to an audience, or the ledger, and go to the page that shows what would become known."""
    if "ledger" in ask.form:
        stands = propose_ledger(ask.holding.folder, by="", key=_key(ask))
        return Moved(where=f"/releases/{stands.proposal.release_id}")
    first, last = (read_day(ask.form.get(name, "")) for name in ("first", "last"))
    wanted = audience_of(ask.form.get("audience", ""))
    made = propose(ask.holding.folder, wanted, first=first, last=last, by="", key=_key(ask))
    return Moved(where=f"/releases/{made.proposal.release_id}")


def approve_page(ask: Ask) -> Answer:
    """Approve a release, whose dry run is still the one that its approver was shown."""
    made = _named(ask)
    if made is None:
        return NOT_HERE
    if ask.form.get("seen") != seen(_tables(ask.record, made)):
        raise InputError(Told(Refused.LOOK_AGAIN))
    approve(ask.holding.folder, made.proposal.release_id, by="", key=_key(ask))
    return Moved(where=f"/releases/{made.proposal.release_id}")


def publish_page(ask: Ask) -> Answer:
    """Publish a release: from here on its audience sees it."""
    made = _named(ask)
    if made is None:
        return NOT_HERE
    publish(ask.holding.folder, made.proposal.release_id, by="", key=_key(ask))
    return Moved(where=f"/releases/{made.proposal.release_id}")


def retract_page(ask: Ask) -> Answer:
    """Retract a release, with the reason that its audience is told."""
    made = _named(ask)
    if made is None:
        return NOT_HERE
    why = ask.form.get("why", "").strip()
    retract(ask.holding.folder, made.proposal.release_id, why=why, by="", key=_key(ask))
    return Moved(where="/releases")


def seen(tables: tuple[Table, ...]) -> str:
    """Return what stands for a dry run on the form that approves it."""
    return hashlib.sha256(as_text({"tables": [marked(each, "") for each in tables]})).hexdigest()


def _key(ask: Ask) -> SignerKey:
    key = ask.person
    if key is None:
        raise RefusedError(Told(Answered.SIGN_THE_MOVE))
    return key


def _inside(ask: Ask) -> bool:
    return ask.audience is Audience.INTERNAL


def _may(ask: Ask, action: Action) -> bool:
    signs = ask.session is not None and "known_at" not in ask.query
    return signs and may(ask.viewer, action, at=ask.now).allowed


def _named(ask: Ask) -> Release | None:
    found = [one for one in all_releases(ask.record) if one.proposal.release_id == ask.named["release"]]
    return found[0] if found else None


def _rows(ask: Ask) -> tuple[Row, ...]:
    every = all_releases(ask.record)
    shown = [
        one
        for one in every
        if _inside(ask) or (one.published_at is not None and one.proposal.audience is ask.audience)
    ]
    return tuple(_row(ask, one) for one in reversed(shown))


def _row(ask: Ask, made: Release) -> Row:
    clock, said = ask.record.clock, made.proposal
    names = (made.proposed_by, made.approved_by, made.published_by) if _inside(ask) else ("", "", "")
    by = made.retracted_by if _inside(ask) else retracted_by(ask.record, made) if made.retracted_by else ""
    return Row(
        release=said.release_id,
        audience=said.audience.value,
        first_day=clock.day_of(said.from_utc).isoformat(),
        last_day=clock.day_of(last_moment(made)).isoformat(),
        of_ledger=made.of_ledger,
        state=made.state,
        published_at=made.published_at,
        retracted_at=made.retracted_at,
        retracted_by=by,
        why=made.why,
        proposed_by=names[0],
        approved_by=names[1],
        published_by=names[2],
    )


def _tables(record: Known, made: Release) -> tuple[Table, ...]:
    """Return what would become known, table by table: those of which nothing would are left out."""
    found = []
    for name, told in sorted(dry_run(record, made).items()):
        if told.new.height or told.changed.height or told.gone.height:
            rows = (*told.new.rows(), *told.changed.rows(), *told.gone.rows())
            texts = tuple(tuple("" if cell is None else str(cell) for cell in row) for row in rows)
            counts = told.new.height, told.changed.height, told.gone.height
            found.append(
                Table(
                    name=name,
                    new=counts[0],
                    changed=counts[1],
                    gone=counts[2],
                    columns=tuple(told.new.columns),
                    rows=texts,
                )
            )
    return tuple(found)


def _texts(row: Row, stamp: str) -> tuple[str, ...]:
    times = ("" if at is None else at.isoformat() for at in (row.published_at, row.retracted_at))
    return (
        *(stamp, row.release, row.audience, row.first_day, row.last_day, row.state.value),
        *times,
        row.why,
    )
