"""`record policy`, `checkpoint`, `cosigner`, `cosign` and `accept`: what passes between a mission and its cosigners."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click

from trucewatch.cli.options import as_json, in_mission, moment, put, say
from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import KEY_BYTES, KeyKind, SignerKey, VerifierKey, verifier_key
from trucewatch.log.proof import consistency
from trucewatch.log.spelling import spelled
from trucewatch.log.tile import perfect_trees
from trucewatch.log.witness import Request
from trucewatch.mission.clock import now
from trucewatch.mission.cosigning import Cosigner, Replied, cosign, shown_by
from trucewatch.mission.files import read_text, read_whole
from trucewatch.mission.folder import mission_of, opened, recorded
from trucewatch.mission.keys import plain_key, write_secret
from trucewatch.mission.known import known
from trucewatch.mission.policy import accept, checkpoint_of, policy_text
from trucewatch.mission.publishing import publish
from trucewatch.mission.verify_checkpoints import tiles_in
from trucewatch.model.gate import stamp
from trucewatch.model.vocabulary import Audience

AT_REPLAY = click.option(
    "--at", type=moment, metavar="TIME", default=None, help="When, in a mission made with --replay only."
)


@click.command("policy", short_help="Print the mission's policy, for those who verify.")
@click.option("-o", "--out", default="-", metavar="FILE", help="Where it goes; without it, printed.")
@in_mission
def policy(out: str, folder: str) -> None:
    """Print whose signatures make a checkpoint of this mission good, as a C2SP policy file."""
    held = opened(folder)
    text = policy_text(mission_of(recorded(held.journal.replay())), held.journal.key)
    if put(text.encode(), out) != "-":
        click.echo(f"wrote {out}: hand it over by another way than the record itself")


@click.command("checkpoint", short_help="Publish the checkpoint that is due, and show it.")
@click.option("--since", type=int, default=None, metavar="N", help="With the proof from N leaves on.")
@click.option("-o", "--out", default=None, metavar="FILE", help="Where a copy to hand over goes.")
@click.option(
    "--through",
    type=moment,
    metavar="TIME",
    default=None,
    help="Up to when, where more than 1,000 are due at once.",
)
@AT_REPLAY
@in_mission
@as_json
def checkpoint(
    since: int | None,
    out: str | None,
    through: datetime | None,
    at: datetime | None,
    folder: str,
    json_: bool,
) -> None:
    """Publish the checkpoint that is due by the mission's clock, if any, and show the last that left."""
    held = opened(folder)
    left = publish(held, at=at, through=through)
    if left is None:
        raise RefusedError("no checkpoint is due yet: the first leaves after the record's first interval")
    raw = left.raw
    if since is not None:
        path = consistency(since, left.size, perfect_trees(left.size, tiles_in(held.journal.folder)))
        raw = Request(old=since, path=path, checkpoint=raw).raw
    if out is not None:
        put(raw, out)
    stands = checkpoint_of(held, at=at or now())
    names = ", ".join(name for name, _ in stands.cosigned) if stands else ""
    lines = [
        f"{'published' if left.fresh else 'the last that left'}: {left.size:,} leaves",
        f"cosigned by {names or 'nobody yet'}; the quorum is {'met' if stands and stands.quorum else 'not met'}",
        *([f"wrote {out}"] if out is not None else []),
    ]
    whole = {"leaves": left.size, "fresh": left.fresh, "file": out, "standing": stands}
    say(json_, known(folder).mark(), lines, whole)


@click.command("cosigner", short_help="Make a cosigner's key, once.")
@click.argument("name")
@click.option("--key", "key", required=True, metavar="FILE", help="Where the private key goes.")
def cosigner(name: str, key: str) -> None:
    """Make the key with which NAME, a party or a guarantor, cosigns; the public half goes to the mission."""
    made = SignerKey(name=name, kind=KeyKind.COSIGNATURE, seed=os.urandom(KEY_BYTES))
    if not write_secret(Path(key), f"{made.private_text}\n".encode()):
        raise InputError("is there already, and is not written over: choose another name", where=key)
    click.echo(f"wrote {key}: keep it where nobody else reads it; what the mission needs is the next line")
    click.echo(made.verifier.text)


@click.command("cosign", short_help="Cosign a record's checkpoint, or refuse it and keep why.")
@click.argument("sources", nargs=-1, required=True, metavar="DIR|FILE...")
@click.option("--key", "key", required=True, metavar="FILE", help="The cosigner's private key.")
@click.option("--state", "state", required=True, metavar="DIR", help="What this cosigner has seen.")
@click.option("--log", "log", default=None, metavar="FILE", help="The log's verifier key, the first time.")
@click.option("-o", "--out", default=None, metavar="FILE", help="Where the cosignatures go.")
@as_json
@click.pass_context
def cosign_(
    context: click.Context,
    sources: tuple[str, ...],
    key: str,
    state: str,
    log: str | None,
    out: str | None,
    json_: bool,
) -> None:
    """Cosign each checkpoint that follows from the last one seen; one that does not is refused, and kept."""
    own = Cosigner(state=Path(state), signer=_cosigner_key(Path(key)))
    given = None if log is None else _log_key(log)
    replies = [cosign(own, shown_by(Path(source)), at=now(), log=given) for source in sources]
    signed = b"".join(reply.answer.body for reply in replies if reply.cosigned)
    if out is not None and signed:
        put(signed, out)
    lines = [line for reply in replies for line in _reply_lines(reply)]
    if signed:
        lines += [f"wrote {out}: hand it to the mission"] if out else signed.decode().splitlines()
    say(json_, stamp(Audience.INTERNAL), lines, {"replies": [_reply(reply) for reply in replies]})
    context.exit(max(0 if one.cosigned else 4 if one.evidence else 3 for one in replies))


@click.command("accept", short_help="Add cosignatures to the published checkpoint.")
@click.argument("file", metavar="FILE")
@in_mission
@as_json
def accept_(file: str, folder: str, json_: bool) -> None:
    """Add the cosignatures in FILE to the checkpoints that they are of, once the policy knows whose they are."""
    held = opened(folder)
    added = accept(held, read_whole(file))
    stands = checkpoint_of(held, at=now())
    met = stands is not None and stands.quorum
    lines = [
        *(f"{name} cosigned the checkpoint at {size:,}" for name, size in added),
        f"the quorum of the last checkpoint is {'met' if met else 'not met yet'}",
    ]
    say(json_, known(folder).mark(), lines, {"accepted": added, "quorum": met})


def _cosigner_key(path: Path) -> SignerKey:
    key = plain_key(path)
    if key.kind is not KeyKind.COSIGNATURE:
        raise InputError(
            "is no cosigner's key: `trucewatch record cosigner NAME --key FILE` makes one", where=str(path)
        )
    return key


def _log_key(where: str) -> VerifierKey:
    try:
        return verifier_key(read_text(where).strip())
    except InputError as fault:
        raise InputError(f"is no verifier key: {fault.message}", where=where) from fault


def _reply_lines(reply: Replied) -> list[str]:
    new = f"{reply.new.origin} at {reply.new.size:,}"
    if not reply.cosigned:
        kept = [f"  the evidence is kept in {reply.evidence}"] if reply.evidence else []
        return [f"refused {new}: {reply.answer.why}", *kept]
    since = f", which follows from {reply.before.size:,}" if reply.before else ", the first that was seen"
    learnt = (
        [] if reply.learnt is None else [f"  its key, to be compared by another way: {reply.learnt.text}"]
    )
    return [f"cosigned {new}{since}", *learnt]


def _reply(reply: Replied) -> dict[str, object]:
    return {
        "source": reply.name,
        "origin": reply.new.origin,
        "leaves": reply.new.size,
        "root": spelled(reply.new.root),
        "status": int(reply.answer.status),
        "why": reply.answer.why,
        "seen_before": reply.before.size if reply.before else None,
        "evidence": None if reply.evidence is None else str(reply.evidence),
    }
