"""Where a record stands with those who watch it: its policy, and its last published checkpoint.

Rules:
- the policy is of the recorded configuration: the log's key, the cosigners and who of them makes a quorum;
  it is a C2SP tlog-policy, and whoever checks the record brings their own copy of it from outside;
- a checkpoint's time is its tick's, which follows from its size and the recorded clock alone;
- a checkpoint that should have left and did not is told by its age: that is how a freeze is seen.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.keys import VerifierKey
from trucewatch.log.note import Note, Signature, open_note, read_note, read_signature
from trucewatch.log.policy import NO_QUORUM, Policy, read_policy
from trucewatch.mission.config import MissionTable
from trucewatch.mission.files import read_whole, write_whole
from trucewatch.mission.folder import Folder, mission_of, recorded
from trucewatch.mission.journal import LOCK, Kind
from trucewatch.mission.lock import locked
from trucewatch.mission.ticks import LATEST, PUBLISHED, tick_at, tick_of
from trucewatch.model.published import Published

QUORUM = "quorum-of-all"


def policy_text(mission: MissionTable, key: VerifierKey) -> str:
    """Return the policy of a mission whose log signs with `key`."""
    names = mission.quorum or tuple(cosigner.name for cosigner in mission.cosigners)
    lines = [f"log {key.text}", *(f"witness {one.name} {one.key}" for one in mission.cosigners)]
    if names:
        lines += [f"group {QUORUM} all {' '.join(names)}", f"quorum {QUORUM}"]
    else:
        lines.append(f"quorum {NO_QUORUM}")
    return "".join(f"{line}\n" for line in lines)


def policy_of(folder: Folder) -> Policy:
    """Return the policy that the mission's record holds."""
    mission = mission_of(recorded(folder.journal.replay()))
    return read_policy(policy_text(mission, folder.journal.key).encode())


def checkpoint_of(folder: Folder, *, at: datetime) -> Published | None:
    """Return the last checkpoint that left as it stands at the moment `at`, None when none did.

    Raises IntegrityError when it is not signed by the log, or a cosignature does not verify.
    """
    path = folder.journal.folder / PUBLISHED / LATEST
    if not path.exists():
        return None
    records = tuple(record for record in folder.journal.replay() if record.kind is Kind.MISSION)
    policy = read_policy(policy_text(mission_of(recorded(records)), folder.journal.key).encode())
    try:
        opened = open_note(read_whole(path), policy.keys)
    except (InputError, IntegrityError) as fault:
        raise IntegrityError(fault.message, where=str(path)) from fault
    size = int(opened.text.split("\n")[1])
    tick, due = tick_of(records, size), tick_at(records, at)
    names = {key: name for name, key in policy.witnesses.items()}
    cosigned = sorted(
        (names[signed.key], datetime.fromtimestamp(signed.at, UTC))
        for signed in opened.signed
        if signed.at is not None
    )
    return Published(
        size=size,
        published_at=tick.at,
        age=at - tick.at,
        due_at=tick.at if due is None else due.at,
        cosigned=tuple(cosigned),
        quorum=policy.quorum != NO_QUORUM and policy.met_by([signed.key for signed in opened.signed]),
    )


def accept(folder: Folder, raw: bytes) -> tuple[tuple[str, int], ...]:
    """Add the cosignatures in a file to the published checkpoints that they are of; return whose, and where.

    Raises RefusedError when one is of nobody that the mission's policy knows, IntegrityError when it is of
    no checkpoint that was published.
    """
    policy = policy_of(folder)
    try:
        lines = [read_signature(line) for line in raw.decode("utf-8").removesuffix("\n").split("\n")]
    except UnicodeDecodeError as fault:
        raise InputError(f"a cosignature is UTF-8, and byte {fault.start} is not") from fault
    names = {(key.name, key.key_id): name for name, key in policy.witnesses.items()}
    for line in lines:
        if (line.name, line.key_id) not in names:
            raise RefusedError(
                f"{line.name} is no cosigner of this mission: add them to trucewatch.toml, under [[cosigners]]"
            )
    with locked(folder.path / LOCK, "accepting a cosignature"):
        return tuple((names[line.name, line.key_id], _added(folder, policy, line)) for line in lines)


def _added(folder: Folder, policy: Policy, line: Signature) -> int:
    """Add a cosignature to the published checkpoint that it is of, and return that one's size."""
    place = folder.journal.folder / PUBLISHED
    for path in sorted(place.iterdir(), key=lambda p: (p.name != LATEST, p.name)) if place.is_dir() else ():
        note = read_note(read_whole(path))
        if not _is_of(note, policy, line):
            continue
        others = [one for one in note.signatures if (one.name, one.key_id) != (line.name, line.key_id)]
        if len(others) == len(note.signatures):
            write_whole(path, replace(note, signatures=(*others, line)).raw)
        return int(note.text.split("\n")[1])
    raise IntegrityError(f"the cosignature of {line.name} is of no checkpoint that was published here")


def _is_of(note: Note, policy: Policy, line: Signature) -> bool:
    try:
        open_note(replace(note, signatures=(line,)).raw, policy.keys)
    except IntegrityError:
        return False
    return True
