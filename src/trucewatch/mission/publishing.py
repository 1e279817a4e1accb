"""Checkpoints that leave the mission: at fixed times and of fixed sizes, so that nothing is learnt from growth.

Rules:
- ticks are of the clock and of the recorded `[record]` table alone: from the hour (or whatever
  `every_minutes` is) of the first record, tick k has exactly k steps of leaves;
- a log that is shorter is padded up to it; what is beyond waits for the next tick;
- another `every_minutes` or `step` counts from the first tick after it was recorded;
- when several ticks are due the last is published, for it vouches for the others; more than MOST_TICKS at once
  are a clock that jumped, or a long silence: a person says which, for padding is never taken back;
- who looked at what since the last is anchored first (`anchoring`), in a record that waits for the next like any other;
- `published/checkpoint` is the last that left, with the cosignatures it has gained since; the one before
  goes to `published/SIZE` as it stood; nothing is published twice, and none is ever smaller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.checkpoint import read_checkpoint
from trucewatch.log.keys import SignerKey, VerifierKey
from trucewatch.log.note import open_note, signed_note
from trucewatch.mission.anchoring import anchor
from trucewatch.mission.files import read_whole, write_whole
from trucewatch.mission.folder import Folder, mission_of, recorded, writing_moment
from trucewatch.mission.journal import LOCK, Record
from trucewatch.mission.keys import log_key
from trucewatch.mission.lock import locked
from trucewatch.mission.ticks import LATEST, PUBLISHED, Tick, tick_at, ticks_up_to

MOST_TICKS = 1000  # at once, unasked: six weeks of hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The last checkpoint that left."""

    size: int
    raw: bytes  # the signed note
    path: Path
    fresh: bool  # it was published now


def publish(
    folder: Folder, *, at: datetime | None = None, through: datetime | None = None
) -> Published | None:
    """Publish the checkpoint of the last tick due, and return the last that left; None before the first.

    In a mission made with --replay the moment is `at` or the last record's. Raises RefusedError when the
    log's key is not on this machine, or so many ticks are due that somebody has to confirm up to when: `through`.
    """
    journal = folder.journal
    records = tuple(journal.replay())
    replay = mission_of(recorded(records)).replay
    moment = writing_moment(replay, at) or (records[-1].recorded_at if replay else journal.clock())
    tick, standing = tick_at(records, moment), latest(folder)
    if tick is None or (standing is not None and standing.size >= tick.size):
        return standing
    if through is None or through < tick.at:
        _refuse_jump(records, tick, 0 if standing is None else standing.size)
    key = journal.key
    signer = folder.signer or log_key(key.name)
    journal.append(anchor(folder.path, records), at=moment)
    journal.pad(tick.size, at=moment)
    return _published(folder, tick, signer)


def _refuse_jump(records: Sequence[Record], tick: Tick, since: int) -> None:
    count = ticks_up_to(records, tick.size) - ticks_up_to(records, since)
    if count > MOST_TICKS:
        raise RefusedError(
            f"{count:,} checkpoints at once, up to {tick.at.isoformat()}: is this clock right? Nothing was published,"
            f" and padding is never taken back; if it is right, say --through {tick.at.isoformat()}"
        )


def latest(folder: Folder) -> Published | None:
    """Return the last checkpoint that left, its log's signature verified; None when none did."""
    path = folder.journal.folder / PUBLISHED / LATEST
    if not path.exists():
        return None
    raw = read_whole(path)
    return Published(size=_size(raw, folder.journal.key, path), raw=raw, path=path, fresh=False)


def _published(folder: Folder, tick: Tick, signer: SignerKey) -> Published:
    with locked(folder.path / LOCK, "publishing"):
        standing = latest(folder)
        if standing is not None and standing.size >= tick.size:
            return standing
        checkpoint = folder.journal.store.checkpoint_at(tick.size)
        raw = signed_note(checkpoint.text, [signer]).raw
        path = folder.journal.folder / PUBLISHED / LATEST
        if standing is not None:
            write_whole(path.with_name(str(standing.size)), standing.raw)
        write_whole(path, raw)
        return Published(size=tick.size, raw=raw, path=path, fresh=True)


def _size(raw: bytes, key: VerifierKey, path: Path) -> int:
    try:
        return read_checkpoint(open_note(raw, [key]).text).size
    except (InputError, IntegrityError) as fault:
        raise IntegrityError(fault.message, where=str(path)) from fault
