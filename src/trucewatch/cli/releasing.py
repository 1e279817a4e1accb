"""`release list`, `propose`, `show`, `dry-run`, `approve`, `publish`, `retract`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import click

from trucewatch.cli.asking import as_viewer, shown
from trucewatch.cli.options import DAY, as_json, as_known, by_whom, columns, in_mission, say, warn
from trucewatch.errors import InputError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.access import Action
from trucewatch.mission.folder import opened
from trucewatch.mission.known import Known, known
from trucewatch.mission.release_folder import write_notice, write_release
from trucewatch.mission.release_rules import Release
from trucewatch.mission.released import all_releases, release_named
from trucewatch.mission.releases import (
    Difference,
    approve,
    dry_run,
    propose,
    propose_ledger,
    publish,
    retract,
)
from trucewatch.model.gate import audience_of
from trucewatch.model.vocabulary import Audience

A_RELEASE = click.argument("release_id", metavar="ID")
MOST_LINES = 40  # of one table of a dry run on paper; --json has all


@click.command("list", short_help="List the releases and where they stand.")
@in_mission
@as_viewer
@as_known
@as_json
def list_(folder: str, known_at: datetime | None, json_: bool) -> None:
    """List the releases and where they stand; a retraction is told with its reason."""
    shown(folder, Action.SEE_CASE, "releases")
    record = known(folder, known_at=known_at)
    warn(record)
    made = all_releases(record)
    rows = [[r.proposal.release_id, r.proposal.audience.value, _days(record, r), *_stands(r)] for r in made]
    whole = {"releases": [as_object(record, release) for release in made]}
    say(json_, record.mark(), columns(rows) or ["nothing was proposed"], whole)


@click.command("propose", short_help="Propose to release days to an audience.")
@click.option("--audience", required=True, metavar="WHO", help="public, body, guarantor, party:A or party:B.")
@click.option("--ledger", is_flag=True, help="The ledger as it stands, instead of days; to the public.")
@click.option("--day", type=DAY, default=None, metavar="DAY", help="One reporting day.")
@click.option("--from", "first", type=DAY, default=None, metavar="DAY", help="The first of several days.")
@click.option("--to", "last", type=DAY, default=None, metavar="DAY", help="The last of them.")
@click.option(
    "--picture",
    "pictures",
    multiple=True,
    metavar="NAME",
    help="A JPEG or PNG of the vault that goes with it, without its metadata; repeat for more.",
)
@in_mission
@by_whom
@as_json
def propose_(
    audience: str,
    ledger: bool,
    day: datetime | None,
    first: datetime | None,
    last: datetime | None,
    pictures: tuple[str, ...],
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Propose to release reporting days, or the ledger, to an audience: the files are made and kept, and nothing leaves."""
    wanted = audience_of(audience)
    if ledger:
        if wanted is not Audience.PUBLIC or any((day, first, last, pictures)):
            raise InputError("the ledger is released to the public, as it stands: give no day and no picture")
        _told(folder, propose_ledger(opened(folder), by=by, key=key, at=at), json_)
        return
    begins, ends = (day, day) if day else (first, last)
    if begins is None or ends is None or (day and (first or last)):
        raise InputError("give --day, or --from and --to, or --ledger")
    made = propose(
        opened(folder),
        wanted,
        first=begins.date(),
        last=ends.date(),
        by=by,
        key=key,
        at=at,
        pictures=pictures,
    )
    _told(folder, made, json_)


@click.command("show", short_help="Show one release: its files, and who did what.")
@A_RELEASE
@in_mission
@as_viewer
@as_known
@as_json
def show_(release_id: str, folder: str, known_at: datetime | None, json_: bool) -> None:
    """Show one release: its files, what it committed to, and who did what."""
    shown(folder, Action.SEE_CASE, release_id)
    record = known(folder, known_at=known_at)
    warn(record)
    made = release_named(record, release_id)
    say(json_, record.mark(), list(_lines(record, made)), {"release": as_object(record, made)})


@click.command("dry-run", short_help="Show exactly what would become known that was not.")
@A_RELEASE
@in_mission
@as_viewer
@as_known
@as_json
def dry_run_(release_id: str, folder: str, known_at: datetime | None, json_: bool) -> None:
    """Show, row by row, what would become known to the release's audience that was not."""
    shown(folder, Action.SEE_CASE, release_id)
    record = known(folder, known_at=known_at)
    warn(record)
    made = release_named(record, release_id)
    found = dry_run(record, made)
    lines = [line for name, told in found.items() for line in _compared(name, told)]
    lines += [f"case: {case_id}, as it stood when this was proposed" for case_id in made.proposal.cases]
    whole = {
        "release": made.proposal.release_id,
        "cases": made.proposal.cases,
        "audience": made.proposal.audience,
        "tables": {name: _rows_of(told) for name, told in found.items()},
    }
    say(json_, record.mark(), lines or ["nothing that is not known already"], whole)


@click.command("approve", short_help="Approve a release that another person proposed.")
@A_RELEASE
@in_mission
@by_whom
@as_json
def approve_(
    release_id: str, folder: str, by: str, key: SignerKey | None, at: datetime | None, json_: bool
) -> None:
    """Approve a release as another person than whoever proposed it, or opened or verified a case in it."""
    _told(folder, approve(opened(folder), release_id, by=by, key=key, at=at), json_)


@click.command("publish", short_help="Publish an approved release, and write its files.")
@A_RELEASE
@click.option(
    "-o", "out", required=True, metavar="DIR", help="A folder for its files, its manifest and the checkpoint."
)
@in_mission
@by_whom
@as_json
def publish_(
    release_id: str, out: str, folder: str, by: str, key: SignerKey | None, at: datetime | None, json_: bool
) -> None:
    """Publish an approved release, or write the files of a published one again."""
    record = known(folder)
    made = release_named(record, release_id)
    if not made.open:
        made = publish(opened(folder), release_id, by=by, key=key, at=at)
    written = write_release(known(folder), made, out)
    whole = {"release": as_object(record, made), "files": written}
    say(json_, record.mark(made.proposal.audience), written, whole)


@click.command("retract", short_help="Retract a release, with the reason.")
@A_RELEASE
@click.option("--why", required=True, metavar="WORDS", help="The reason: whoever saw the release is told it.")
@click.option(
    "-o", "out", default=None, metavar="DIR", help="The folder of its files: the notice is written there."
)
@in_mission
@by_whom
@as_json
def retract_(
    release_id: str,
    why: str,
    out: str | None,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Retract a release: its audience sees it no longer, and is told that, when and why."""
    made = retract(opened(folder), release_id, why=why, by=by, key=key, at=at)
    if out is not None:
        write_notice(known(folder), made, out)
    _told(folder, made, json_)


def as_object(record: Known, release: Release) -> Mapping[str, object]:
    """Return a release as JSON has it."""
    said = release.proposal
    return {
        "release_id": said.release_id,
        "audience": said.audience,
        "of": "ledger" if release.of_ledger else "days",
        "days": _days(record, release),
        "from_utc": said.from_utc,
        "to_utc": said.to_utc,
        "as_of": said.at,
        "state": release.state,
        "proposed_by": release.proposed_by,
        "approved_by": release.approved_by or None,
        "published_by": release.published_by or None,
        "published_at": release.published_at,
        "retracted_by": release.retracted_by or None,
        "retracted_at": release.retracted_at,
        "why": release.why or None,
        "cases": said.cases,
        "files": {name: {"sha256": file.sha256, "rows": file.rows} for name, file in said.files.items()},
        "withheld": {"root": said.withheld.root, "rows": said.withheld.size},
        "record": release.seq,
    }


def _told(folder: str, release: Release, json_: bool) -> None:
    record = known(folder)
    whole = {"release": as_object(record, release)}
    say(json_, record.mark(), list(_lines(record, release)), whole)


def _lines(record: Known, release: Release) -> Iterator[str]:
    said = release.proposal
    yield f"{said.release_id}  to {said.audience.value}  {_days(record, release)}  {release.state.value}"
    yield f"proposed by {release.proposed_by}, of what was due at {said.at:%Y-%m-%d %H:%M}Z"
    for done, who in (("approved", release.approved_by), ("published", release.published_by)):
        if who:
            yield f"{done} by {who}"
    if release.retracted_at:
        yield f"retracted by {release.retracted_by} on {release.retracted_at:%Y-%m-%d}: {release.why}"
    for name, file in said.files.items():
        yield f"  {name}  {'' if file.rows is None else file.rows}  {file.sha256[:16]}"
    yield f"made from {said.withheld.size} rows, under the root {said.withheld.root[:16]}"


def _days(record: Known, release: Release) -> str:
    first = record.clock.day_of(release.proposal.from_utc)
    last = record.clock.day_of(release.proposal.to_utc - timedelta(microseconds=1))
    if release.of_ledger:
        return f"the ledger as of {first}"
    return f"{first}" if first == last else f"{first} to {last}"


def _stands(release: Release) -> list[str]:
    when = release.retracted_at or release.published_at
    return [release.state.value, "" if when is None else f"{when:%Y-%m-%d %H:%M}Z", release.why]


def _compared(name: str, told: Difference) -> Iterator[str]:
    for what, frame in (("new", told.new), ("changed", told.changed), ("gone", told.gone)):
        if frame.is_empty():
            continue
        yield f"{name}: {frame.height} {what}"
        rows = [[_cell(value) for value in row] for row in frame.head(MOST_LINES).iter_rows()]
        stated = [at for at in range(frame.width) if any(row[at] for row in rows)]
        yield from columns([[row[at] for at in stated] for row in (frame.columns, *rows)])
        if frame.height > MOST_LINES:
            yield f"and {frame.height - MOST_LINES} more: --json has all"


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M}Z"
    return "" if value is None else "|".join(map(str, value)) if isinstance(value, list) else str(value)


def _rows_of(told: Difference) -> Mapping[str, Sequence[Mapping[str, object]]]:
    frames = {"new": told.new, "changed": told.changed, "gone": told.gone}
    return {what: frame.to_dicts() for what, frame in frames.items()}
