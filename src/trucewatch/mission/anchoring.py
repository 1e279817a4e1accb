"""The end of `access.log` in the record: how many lines it had and the digest of the last, at each checkpoint.

Rules:
- whoever cuts the end off, or writes the lines anew, contradicts the record, and cosigners hold that;
- the record says how many looks there were and nothing else of them: each line is salted (`seen`);
- nothing is recorded while nobody looked at anything; a copy without the log is held to nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from trucewatch.errors import IntegrityError
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.roll import PROGRAM
from trucewatch.mission.seen import FILE, Look, looks
from trucewatch.mission.verify_remarks import Gravity, Remark
from trucewatch.model.canonical import Json

Anchor = tuple[str, Record]  # where it stands, and the record


def anchor(root: Path, records: Iterable[Record]) -> tuple[Entry, ...]:
    """Return the entry that anchors the access log of the mission in `root`; none when `records` have its end."""
    last: Look | None = None
    with suppress(IntegrityError):  # a checkpoint leaves on time all the same, and verifying names the line
        last = next(iter(deque(looks(root), maxlen=1)), None)
    if last is None:
        return ()
    body: Mapping[str, Json] = {"lines": last.seq + 1, "digest": last.digest}
    standing = [record.written for record in records if record.kind is Kind.ACCESS_ANCHORED]
    if standing and standing[-1] == body:
        return ()
    return (Entry(kind=Kind.ACCESS_ANCHORED, author=PROGRAM, body=body),)


def anchored(root: Path, anchors: Iterable[Anchor]) -> Iterator[Remark]:
    """Yield what is said of the access log in `root` beside the records that anchor it."""
    kept = list(anchors)
    if not kept:
        return
    if not (root / FILE).exists():
        lines = kept[-1][1].written.get("lines")
        what = f"is not here: who looked at what, {lines} lines when it was last anchored, is held to nothing"
        yield Remark(where=FILE, what=what, gravity=Gravity.NOTED)
        return
    digests = []
    try:
        digests += [look.digest for look in looks(root)]
    except IntegrityError as fault:
        yield Remark(where=FILE, what=fault.message)
        return
    for where, record in kept:
        count, digest = record.written.get("lines"), record.written.get("digest")
        if not isinstance(count, int) or count < 1:
            yield Remark(where=where, what="it anchors nothing")
        elif count > len(digests):
            what = f"its end was cut off: record {record.seq} anchored {count} lines, and {len(digests)} are here"
            yield Remark(where=FILE, what=what)
            return
        elif digests[count - 1] != digest:
            yield Remark(where=FILE, what=f"line {count} is not the one that record {record.seq} anchored")
            return
