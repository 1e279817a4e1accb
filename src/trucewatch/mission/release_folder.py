"""A release as a folder of files, and one row of it disclosed later.

Rules:
- what is written are the bytes that were approved; the manifest names each with its SHA-256, and the record
  holds them all, so that a file that was changed shows;
- a retracted release is written by nobody: in its place is the notice that it was retracted, and why;
- a disclosed row leads by its path to the root in the proposal's record, and by the record's proof to the log.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from trucewatch.errors import IntegrityError, RefusedError
from trucewatch.log.policy import Policy
from trucewatch.mission.files import write_whole
from trucewatch.mission.for_audience import pseudonym
from trucewatch.mission.journal import Kind, utc_text
from trucewatch.mission.known import Known
from trucewatch.mission.proving import Checked, check, prove_record
from trucewatch.mission.publishing import latest
from trucewatch.mission.release_rules import Proposal, Release, ReleaseState
from trucewatch.mission.withheld import RowProof, check_row, read_committed, row_proof
from trucewatch.model.canonical import Json, canonical, digest

MANIFEST, CHECKPOINT, RETRACTED = "manifest.json", "checkpoint", "RETRACTED.json"


def manifest(record: Known, release: Release) -> bytes:
    """Return the manifest of a release: what it is, and each file's SHA-256."""
    said = release.proposal
    whole: dict[str, Json] = {
        "stamp": record.mark(said.audience),
        "mission": record.mission.name,
        "release": said.release_id,
        "audience": said.audience.value,
        "from_utc": utc_text(said.from_utc),
        "to_utc": utc_text(said.to_utc),
        "as_of": utc_text(said.at),
        "proposal": release.digest,
        "log": record.folder.journal.key.text,
        "record": release.seq,
        "policy": record_policy(said),
        "files": {name: {"sha256": file.sha256, "rows": file.rows} for name, file in said.files.items()},
    }
    return canonical(whole) + b"\n"


def record_policy(said: Proposal) -> Json:
    """Return the policy that a release was made under, as JSON has it."""
    plain: Json = msgspec.json.decode(msgspec.json.encode(said.policy))
    return plain


def write_release(record: Known, release: Release, out: str) -> tuple[str, ...]:
    """Write a published release to a folder with its manifest and the last checkpoint; return the paths."""
    if release.state is ReleaseState.RETRACTED:
        raise RefusedError(f"{release.proposal.release_id} was retracted: {release.why}")
    folder, vault, written = Path(out), record.folder.vault, []
    files: dict[str, bytes] = {}
    for name, file in release.proposal.files.items():
        files[name] = vault.get(file.item)
        if digest(files[name]) != file.sha256:
            raise IntegrityError(f"{name} is not what was approved: restore the vault from a copy")
    left = latest(record.folder)
    files |= {MANIFEST: manifest(record, release)} | ({CHECKPOINT: left.raw} if left else {})
    for name, raw in files.items():
        write_whole(folder / name, raw)
        written.append(str(folder / name))
    return tuple(written)


def notice(record: Known, release: Release) -> Mapping[str, Json]:
    """Return what the audience of a retracted release is told."""
    said = release.proposal
    return {
        "stamp": record.mark(said.audience),
        "release": said.release_id,
        "from_utc": utc_text(said.from_utc),
        "to_utc": utc_text(said.to_utc),
        "retracted_at": None if release.retracted_at is None else utc_text(release.retracted_at),
        "retracted_by": retracted_by(record, release),
        "why": release.why,
    }


def retracted_by(record: Known, release: Release) -> str:
    """Return who retracted a release, by the name that its audience knows them under."""
    policy = record.policies.get(release.proposal.audience)
    return release.retracted_by if policy is None else pseudonym(release.retracted_by, policy)


def write_notice(record: Known, release: Release, out: str) -> str:
    """Write, where a release lay, that it was retracted, when and why; return the path."""
    where = Path(out) / RETRACTED
    write_whole(where, canonical(notice(record, release)) + b"\n")
    return str(where)


def disclosed(record: Known, release: Release, wanted: str) -> bytes:
    """Return the proof of one row that a release was made from, tied to the log where a checkpoint has left since."""
    held = read_committed(record.folder.vault.get(release.proposal.withheld.item))
    if held.root != release.proposal.withheld.root:
        raise IntegrityError(
            "what was withheld does not have the root that the record has: restore the vault"
        )
    return msgspec.json.format(
        msgspec.json.encode(row_proof(held, release.proposal.release_id, wanted, _tied(record, release))),
        indent=1,
    )


def _tied(record: Known, release: Release) -> str | None:
    left = latest(record.folder)
    own = next(r for r in record.folder.journal.replay() if r.seq == release.seq)
    if left is None or own.index >= left.size:
        return None
    return prove_record(record.folder, own).raw.decode("utf-8")


def check_disclosed(raw: bytes, policy: Policy | None) -> tuple[RowProof, Checked | None]:
    """Return a disclosed row and what the record's proof shows; IntegrityError when they do not hold together."""
    proof = check_row(raw)
    if proof.record is None:
        if policy is not None:
            raise IntegrityError("the row is tied to no record: nobody signed for it")
        return proof, None
    shown = check(proof.record.encode(), policy)
    body = shown.record.body
    withheld = body.get("withheld")
    held = isinstance(withheld, Mapping) and withheld.get("root") == proof.root
    sized = isinstance(withheld, Mapping) and withheld.get("size") == proof.size
    named = body.get("release_id") == proof.release_id
    if shown.record.kind is not Kind.RELEASE_PROPOSED or not (held and sized and named):
        raise IntegrityError("the record is not the proposal that committed to this row")
    return proof, shown
