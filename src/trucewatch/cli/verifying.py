"""`record verify`, `record prove` and `record check`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from trucewatch.cli.asking import as_viewer, shown
from trucewatch.cli.options import as_json, in_mission, moment, nothing, put, say
from trucewatch.cli.walking import told
from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.policy import Policy, read_policy
from trucewatch.log.spelling import spelled
from trucewatch.mission.access import Action
from trucewatch.mission.clock import now
from trucewatch.mission.files import read_whole
from trucewatch.mission.folder import opened
from trucewatch.mission.journal import utc_text
from trucewatch.mission.known import known
from trucewatch.mission.proving import Checked, check, check_receipt, is_receipt, prove
from trucewatch.mission.receipts import Standing
from trucewatch.mission.ticks import tick_at, tick_of
from trucewatch.mission.verify import Verified, verify
from trucewatch.mission.verify_abreast import processors
from trucewatch.mission.verify_checkpoints import Cosigned, Older
from trucewatch.mission.verify_freshness import stale
from trucewatch.model.canonical import canonical
from trucewatch.model.gate import stamp
from trucewatch.model.vocabulary import Audience

MOST_SHOWN = 100
A_POLICY = click.option(
    "--policy", "policy", default=None, metavar="FILE", help="Whose signatures are needed, from outside."
)


def policy_in(where: str | None) -> Policy | None:
    """Return the policy in a file, None when none is given; InputError names the file."""
    if where is None:
        return None
    try:
        return read_policy(read_whole(where))
    except InputError as fault:
        raise InputError(str(fault), where=None if fault.where == where else where) from fault


@click.command("verify", short_help="Verify a record, of a mission or of a copy.")
@click.argument("directory", metavar="[DIR]", default=".", envvar="TRUCEWATCH_MISSION")
@A_POLICY
@click.option(
    "--older", "older", multiple=True, metavar="FILE", help="A checkpoint kept from before; repeat for more."
)
@click.option("--at", type=moment, metavar="TIME", default=None, help="When; without it, the present.")
@click.option(
    "--fresh",
    type=click.FloatRange(0, 1_000_000),
    default=None,
    metavar="HOURS",
    help="End with 1 when the last checkpoint is older than that.",
)
@as_json
@click.pass_context
def verify_(
    context: click.Context,
    directory: str,
    policy: str | None,
    older: tuple[str, ...],
    at: datetime | None,
    fresh: float | None,
    json_: bool,
) -> None:
    """Verify the record in DIR, a mission's folder or a copy of its record/ and vault/, file by file."""
    kept = [Older(name=name, raw=read_whole(name)) for name in older]
    with told("verifying") as step:
        found = verify(
            Path(directory), policy=policy_in(policy), older=kept, step=step, processes=processors()
        )
    old = None if fresh is None else stale(found, at=at or now(), most=timedelta(hours=fresh))
    found = replace(found, remarks=(*([old] if old else []), *found.remarks))
    mission = found.mission
    mark = stamp(
        Audience.INTERNAL,
        exercise=mission is not None and mission.exercise,
        replay=mission is not None and mission.replay,
    )
    say(json_, mark, _verified_lines(found, at or now()), _verified(found, at or now()))
    context.exit(found.exit_code)


@click.command("prove", short_help="Write the proof that a record stands in the log.")
@click.argument("wanted", metavar="ID")
@click.option("-o", "--out", required=True, metavar="FILE", help="Where the proof goes.")
@in_mission
@as_viewer
@as_json
def prove_(wanted: str, out: str, folder: str, json_: bool) -> None:
    """Prove that a record stands in the log: ID is its number, leaf:N, or the id of what it holds."""
    shown(folder, Action.EXPORT, f"record/{wanted}")
    proof = prove(opened(folder), wanted)
    put(proof.raw, out)
    record, size = proof.record, proof.checkpoint.size
    lines = [
        f"wrote {out}: record {record.seq}, {record.kind.value} by {record.author}, in the checkpoint at {size}",
        f"it is checked offline: trucewatch record check {out} --policy FILE",
    ]
    whole = {"file": out, "record": record.seq, "leaf": record.index, "checkpoint": size}
    say(json_, known(folder).mark(), lines, whole)


@click.command("check", short_help="Check a proof or a receipt, offline.")
@click.argument("file", metavar="FILE")
@click.option(
    "--proof", default=None, metavar="FILE", help="The proof that keeps a receipt's promise, or not."
)
@A_POLICY
@as_json
@click.pass_context
def check_(context: click.Context, file: str, proof: str | None, policy: str | None, json_: bool) -> None:
    """Check the proof or the receipt in FILE, with nothing else but a policy, and show what it is of."""
    raw, known_to = read_whole(file), policy_in(policy)
    try:
        if is_receipt(raw):
            context.exit(_receipt(raw, None if proof is None else read_whole(proof), known_to, json_))
        found = check(raw, known_to)
    except InputError as fault:
        raise InputError(fault.message, where=fault.where or file) from fault
    say(json_, stamp(Audience.INTERNAL), _checked_lines(found), _checked(found))


def _receipt(raw: bytes, proof: bytes | None, policy: Policy | None, json_: bool) -> int:
    """Say what became of a receipt's promise, and return the exit code."""
    if policy is None:
        raise InputError("a receipt is the log's word: give its key, in a policy, with --policy FILE")
    receipt, stands = check_receipt(raw, proof, policy)
    words = {
        Standing.OPEN: "nothing was shown yet: ask for the proof once a checkpoint has left",
        Standing.KEPT: "the promise was kept",
        Standing.BROKEN: "the promise was broken: the log signed otherwise",
    }
    lines = [
        f"{receipt.origin} promised leaf {receipt.index} by {utc_text(receipt.due)[:19]}Z for the file {receipt.sha256}",
        words[stands],
    ]
    whole = {
        "receipt": receipt.sha256,
        "leaf": receipt.index,
        "due": utc_text(receipt.due),
        "promise": stands,
    }
    say(json_, stamp(Audience.INTERNAL), lines, whole)
    return 4 if stands is Standing.BROKEN else 0


def _verified_lines(found: Verified, at: datetime) -> list[str]:
    head = found.head
    size = "" if head is None else f"{head.origin}: {head.size:,} leaves, {found.records:,} records"
    shown = found.remarks[:MOST_SHOWN]
    more = len(found.remarks) - len(shown)
    return [
        *([size] if size else []),
        *nothing(found.published, "no checkpoint was published yet"),
        *(_published_line(one, found, at) for one in found.published[:1]),
        *(remark.line for remark in shown),
        *([f"and {more} more remarks: --json has all"] if more else []),
        found.verdict,
    ]


def _published_line(one: Cosigned, found: Verified, at: datetime) -> str:
    left = _left_at(found, one)
    due = tick_at(found.clock, at)
    times = {name: utc_text(datetime.fromtimestamp(second, UTC)) for name, second in one.cosigners}
    names = ", ".join(f"{name} at {time[:19]}Z" for name, time in times.items())
    late = left is not None and due is not None and due.at > left
    return "".join(
        (
            f"the last checkpoint that left has {one.checkpoint.size:,} leaves",
            "" if left is None else f", is of {utc_text(left)[:19]}Z{_age(at - left)}",
            f"; cosigned by {names}" if names else "; cosigned by nobody that is known here",
            f"; one of {utc_text(due.at)[:19]}Z should have left" if late and due else "",
        )
    )


def _left_at(found: Verified, one: Cosigned) -> datetime | None:
    """Return when a checkpoint left, None when the records that are sound do not say."""
    try:
        return tick_of(found.clock, one.checkpoint.size).at
    except IntegrityError:
        return None


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 0:
        return ", ahead of this clock"
    return (
        f", {minutes // 1440} days old" if minutes >= 2880 else f", {minutes // 60} h {minutes % 60} min old"
    )


def _verified(found: Verified, at: datetime) -> dict[str, object]:
    head, good = found.head, found.authenticated
    return {
        "verdict": found.verdict,
        "exit_code": found.exit_code,
        "at": utc_text(at),
        "origin": head.origin if head else None,
        "leaves": head.size if head else None,
        "root": spelled(head.root) if head else None,
        "records": found.records,
        "authenticated_leaves": good.checkpoint.size if good else None,
        "published": [
            {
                "file": one.where,
                "leaves": one.checkpoint.size,
                "left_at": utc_text(left) if (left := _left_at(found, one)) else None,
                "cosigners": [
                    {"name": name, "at": utc_text(datetime.fromtimestamp(second, UTC))}
                    for name, second in one.cosigners
                ],
                "quorum": one.quorum,
                "unknown": one.unknown,
            }
            for one in found.published
        ],
        "remarks": [
            {"gravity": one.gravity.name.lower(), "where": one.where, "what": one.what}
            for one in found.remarks
        ],
    }


def _checked_lines(found: Checked) -> list[str]:
    record, checkpoint = found.record, found.checkpoint
    names, when = ", ".join(name for name, _ in found.cosigners) or "nobody", utc_text(record.recorded_at)
    return [
        f"record {record.seq} of {checkpoint.origin}: {record.kind.value} by {record.author}, recorded {when}",
        f"  {canonical(record.body).decode()}",
        f"it is leaf {record.index} of the checkpoint at {checkpoint.size} with root {spelled(checkpoint.root)}",
        f"authenticated: the policy takes this checkpoint for good; cosigned by {names}"
        if found.authenticated
        else "self-consistent, not authenticated: no policy from outside was given",
    ]


def _checked(found: Checked) -> dict[str, object]:
    record, checkpoint = found.record, found.checkpoint
    return {
        "record": record.seq,
        "kind": record.kind.value,
        "author": record.author,
        "recorded_at": utc_text(record.recorded_at),
        "body": record.body,
        "leaf": record.index,
        "origin": checkpoint.origin,
        "leaves": checkpoint.size,
        "cosigners": [name for name, _ in found.cosigners],
        "authenticated": found.authenticated,
    }
