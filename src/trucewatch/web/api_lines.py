"""Lines of JSON from a program: taken in as a file of its source, and answered with one line each.

Rules:
- the bytes are kept as they came; what they hold is read as the source's profile says, as from any file;
- the same bytes twice change nothing: that is what makes a request repeatable, with or without an Idempotency-Key;
- a key that was used for other bytes is refused, for a week and however often the server is begun anew (`requests`);
- what is wrong with all of it (a column that the profile needs) is said of each line;
- a line is in the record, or refused with its reason, which never repeats what stood in it.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import msgspec

from trucewatch.errors import InputError
from trucewatch.mission.intake import Taken, ingest
from trucewatch.mission.reopening import open_again
from trucewatch.mission.requests import first_sent
from trucewatch.model.answered import Answered
from trucewatch.model.told import Told
from trucewatch.web.asked import Answer, Ask, Problem, Sent

TYPE = "application/x-ndjson"
LONGEST_KEY = 200


def take_lines(ask: Ask) -> Answer:
    """Take in the lines of a source, and return what became of each."""
    source = ask.named["source"]
    if source not in ask.record.profiles:
        raise InputError(Told(Answered.NO_SOURCE))
    if not ask.raw.strip():
        raise InputError(Told(Answered.NO_LINE))
    key = ask.headers.get("idempotency-key", "")
    print_ = hashlib.sha256(ask.raw).hexdigest()
    if len(key) > LONGEST_KEY:
        raise InputError(Told(Answered.LONG_KEY, {"most": str(LONGEST_KEY)}))
    if key and _first(ask, source, key, print_) != print_:
        return Problem(status=422, title="Another request", detail=Told(Answered.OTHER_LINES))
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / f"{print_[:16]}.ndjson"
        file.write_bytes(ask.raw)
        (taken,) = ingest(ask.holding.folder, source, [file], by=ask.viewer.name)
    if taken.recorded:
        open_again(ask.holding.folder)
    return Sent(raw=_told(taken, ask.raw), media_type=TYPE)


def _first(ask: Ask, source: str, key: str, digest: str) -> str:
    person = ask.viewer.person or ""
    return first_sent(ask.holding.folder, digest, person=person, source=source, key=key, at=ask.now)


def _told(taken: Taken, raw: bytes) -> bytes:
    """Return a line for each line, and one for them all."""
    refused = {one.row: one for one in taken.refused}
    none = not taken.apart and taken.accepted + taken.known == 0
    all_of_it = taken.refused[0] if none and taken.refused else None
    lines = []
    for at in range(1, 1 + sum(bool(line.strip()) for line in raw.split(b"\n"))):
        one = refused.get(at, all_of_it)
        told: dict[str, object] = {"line": at, "result": "apart" if taken.apart else "in_record"}
        if one is not None:
            told = {"line": at, "result": "refused", "column": one.column, "reason": one.reason}
        lines.append(msgspec.json.encode(told))
    summed = {
        "accepted": taken.accepted,
        "known": taken.known,
        "refused": len(taken.refused),
        "apart": taken.apart,
        "notes": taken.notes,
    }
    return b"\n".join([*lines, msgspec.json.encode(summed)]) + b"\n"
