"""The pages of the record: its checkpoint and who cosigned it, its entries, and checks made in the page.

Rules:
- an entry is shown by its place, kind, author, moment and digests: what it says is on the page it belongs to;
- a check here is made by this server with this mission's policy: whoever trusts neither checks offline, and
  the page says how;
- a quoted figure is looked for among the figures of its day as the record gives them now, or as of a moment.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.mission.journal import Record
from trucewatch.mission.policy import checkpoint_of, policy_of
from trucewatch.mission.proving import check, named, prove_record
from trucewatch.model.answered import Answered
from trucewatch.model.published import Published
from trucewatch.model.told import Told
from trucewatch.report.drawn import Drawn
from trucewatch.report.machine import as_text, marked, table, to_csv
from trucewatch.web.asked import NOT_HERE, Answer, Ask, Page, Sent
from trucewatch.web.moments import read_day

ENTRIES = 50
HEADER = ("stamp", "line", "leaf", "recorded", "kind", "author", "signed", "digest")
PROOF_TYPE = "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One entry of the record, by what stands outside of it."""

    seq: int
    index: int  # of its leaf
    recorded_at: datetime
    kind: str
    author: str
    signed: bool
    digest: str  # SHA-256 of its leaf's bytes
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """The page."""

    log: str
    key: str
    size: int  # leaves of the log now
    root: str
    records: int
    published: Published | None
    entries: tuple[EntryRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of a check in the page."""

    holds: bool
    why: str
    entry: EntryRow | None = None
    size: int | None = None
    cosigners: tuple[tuple[str, datetime], ...] = ()


def record_page(ask: Ask) -> Answer:
    """Return the record's checkpoint and its last entries."""
    page = _page(ask)
    return Page(
        title=ask.spoken.gettext("Record"),
        drawn=lambda _: _drawn(ask, page),
        json=lambda: as_text(marked(page, ask.stamp)),
        csv=lambda: table(HEADER, (_texts(entry, ask.stamp) for entry in page.entries)),
    )


def _page(ask: Ask) -> RecordPage:
    journal = ask.holding.folder.journal
    entries = [_entry(record) for record in journal.replay(ask.record.known_at)]
    head = journal.head()
    return RecordPage(
        log=journal.key.name,
        key=journal.key.text,
        size=head.size,
        root=head.root.hex(),
        records=len(entries),
        published=checkpoint_of(ask.holding.folder, at=ask.valid_at),
        entries=tuple(reversed(entries)),
    )


def _entry(record: Record) -> EntryRow:
    return EntryRow(
        seq=record.seq,
        index=record.index,
        recorded_at=record.recorded_at,
        kind=record.kind.value,
        author=record.author,
        signed=record.signed is not None,
        digest=hashlib.sha256(record.salt + record.raw).hexdigest(),
        rests_on=record.rests_on,
    )


def _texts(entry: EntryRow, stamp: str) -> tuple[str, ...]:
    moment = entry.recorded_at.isoformat().replace("+00:00", "Z")
    signed = "signed" if entry.signed else "unsigned"
    return (stamp, str(entry.seq), str(entry.index), moment, entry.kind, entry.author, signed, entry.digest)


def _drawn(ask: Ask, page: RecordPage, checked: Checked | None = None, proof: str = "") -> Drawn:
    told: Mapping[str, object] = {
        "page": page,
        "entries_shown": page.entries[:ENTRIES],
        "clock": ask.record.clock,
        "checked": checked,
        "proof": proof,
    }
    return Drawn(template="record.html", told=told)


def entry_page(ask: Ask) -> Answer:
    """Return one entry of the record, and whether its proof can be had."""
    found = _named(ask)
    if found is None:
        return NOT_HERE
    entry = _entry(found)
    published = checkpoint_of(ask.holding.folder, at=ask.valid_at)
    told: Mapping[str, object] = {
        "entry": entry,
        "clock": ask.record.clock,
        "published": published,
        "provable": published is not None and found.index < published.size,
    }
    return Page(
        title=f"{ask.spoken.gettext('Record')} {entry.seq}",
        drawn=lambda _: Drawn(template="entry.html", told=told),
        json=lambda: as_text(marked(entry, ask.stamp)),
    )


def proof_file(ask: Ask) -> Answer:
    """Return the proof of an entry, which is checked offline."""
    found = _named(ask)
    if found is None:
        return NOT_HERE
    proved = prove_record(ask.holding.folder, found)
    return Sent(raw=proved.raw, media_type=PROOF_TYPE, file_name=f"entry-{found.seq}.tlog-proof")


def _named(ask: Ask) -> Record | None:
    wanted = ask.named["entry"]
    if not wanted.isascii() or not wanted.isdigit() or len(wanted) > 12:
        return None
    try:
        return named(ask.holding.folder, str(int(wanted)))
    except InputError:
        return None


def check_page(ask: Ask) -> Answer:
    """Return the record's page with what came of checking a proof."""
    proof = ask.form.get("proof", "")
    checked, page = _checked(ask, proof), _page(ask)
    return Page(
        title=ask.spoken.gettext("Record"),
        drawn=lambda _: _drawn(ask, page, checked, proof),
        json=lambda: as_text(marked(checked, ask.stamp)),
    )


def _checked(ask: Ask, proof: str) -> Checked:
    raw = proof.replace("\r\n", "\n").encode()
    try:
        found = check(raw, policy_of(ask.holding.folder))
    except (InputError, IntegrityError, RefusedError) as fault:
        return Checked(holds=False, why=fault.message)
    return Checked(
        holds=True,
        why="",
        entry=_entry(found.record),
        size=found.checkpoint.size,
        cosigners=tuple((name, datetime.fromtimestamp(at, UTC)) for name, at in found.cosigners),
    )


def quote_page(ask: Ask) -> Answer:
    """Return the figures of a day that are the number that was quoted."""
    day = read_day(ask.query["day"]) if ask.query.get("day") else None
    number = ask.query.get("number", "").strip()
    rows = _quoted(ask, number) if day and number else None
    told: Mapping[str, object] = {"day": day, "number": number, "rows": rows, "clock": ask.record.clock}
    return Page(
        title=ask.spoken.gettext("Check a quoted figure"),
        drawn=lambda _: Drawn(template="quote.html", told=told),
        json=lambda: as_text(
            {"stamp": ask.stamp, "day": ask.query.get("day"), "number": number, "figures": rows}
        ),
    )


def _quoted(ask: Ask, number: str) -> list[dict[str, str]]:
    """Return the rows of the day's CSV of which an end is `number`."""
    try:
        wanted = float(number.replace("\u2009", "").replace(" ", "").replace(",", ""))
    except ValueError as fault:
        raise InputError(Told(Answered.NO_FIGURE)) from fault
    made = ask.holding.day(ask.held, read_day(ask.query["day"]), ask.audience)
    rows = csv.DictReader(io.StringIO(to_csv(made).decode()))
    return [row for row in rows if wanted in _ends(row)]


def _ends(row: Mapping[str, str]) -> set[float]:
    return {float(row[name]) for name in ("least", "most") if row[name]}
