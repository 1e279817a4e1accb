"""What the records of a journal say together: order, signatures, moves, files of the vault, configuration.

Rules:
- records come as a stream and only what later records need is kept of them;
- plain facts come as runs, which are taken in at once where each of their records would be taken in without a
  word; where that is not sure they are read again, one by one;
- a broken line may have said what others rest on: then nothing is judged across records, and that is noted;
- a record that stands after padding for a checkpoint that left is not dated before that checkpoint;
- what people recorded of facts and statements is held to `judging` as it goes by;
- every move that was recorded was legal when it was: `decide` folds them, and one that it refuses is named,
  whoever signed it; a move dated before the last one of its case is named too, and so is one that its author made in
  a role that the record does not give them;
- so is a step of a release that is not legal (`release_rules`), or leaves out a case of what it tells (`release_cases`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from trucewatch.decide.decide import decide
from trucewatch.decide.marking import legal
from trucewatch.errors import IntegrityError, TrucewatchError
from trucewatch.log.keys import VerifierKey
from trucewatch.mission.access import OF_KIND
from trucewatch.mission.anchoring import anchored
from trucewatch.mission.config import MISSION_FILE, SOURCES_FILE, MissionTable, read_mission
from trucewatch.mission.custody import TO_DO, Custody, taken, why_not_custodian
from trucewatch.mission.deeds import MOVING, facts_of, move_of, opened_on
from trucewatch.mission.files import read_plain
from trucewatch.mission.folder import CONFIGURATION
from trucewatch.mission.journal import Kind, Record, read_record, utc_text
from trucewatch.mission.lines import Line
from trucewatch.mission.marking import MARKING, marks_of
from trucewatch.mission.people import Roll
from trucewatch.mission.release_cases import Hand, Stepped, hand_of, name_of, why_not_stepped
from trucewatch.mission.release_rules import STEPS, Releases, release_step, words_of
from trucewatch.mission.rightful import why_not_in_role
from trucewatch.mission.rules import rules_in
from trucewatch.mission.signatures import Signatures
from trucewatch.mission.ticks import tick_of
from trucewatch.mission.vault import Vault
from trucewatch.mission.verify_pledges import Judge
from trucewatch.mission.verify_remarks import Gravity, Remark
from trucewatch.mission.verify_reopenings import Grounds
from trucewatch.mission.verify_runs import Met, Run
from trucewatch.mission.verify_vault import Keeping, kept
from trucewatch.model.admiralty import Mark, Opened
from trucewatch.model.decision import Move

TELL_EVERY = 100_000  # records
Step = Callable[[str], None]
Again = Callable[[Run], Iterator[Met | Remark]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the records came to."""

    records: int
    remarks: tuple[Remark, ...]
    mission: MissionTable | None
    clock: tuple[Record, ...]  # those that say when checkpoints leave


@dataclass(slots=True, kw_only=True)
class _Heard:
    """What is kept of the records that went by."""

    step: Step
    signatures: Signatures
    remarks: list[Remark] = field(default_factory=list)
    count: int = 0
    latest: Record | None = None
    broken: bool = False
    texts: dict[tuple[Kind, str], str] = field(default_factory=dict)
    clock: list[Record] = field(default_factory=list)
    left: frozenset[int] = frozenset()  # the sizes of checkpoints that left
    padded: int | None = None  # such a size that padding has just reached
    moves: list[tuple[str, Move]] = field(default_factory=list)
    marks: list[tuple[str, Mark | Opened]] = field(default_factory=list)
    agreements: list[tuple[str, str, datetime]] = field(default_factory=list)
    keeping: Keeping = field(default_factory=Keeping)
    judge: Judge = field(default_factory=Judge)
    custody: Custody = field(default_factory=Custody)
    grounds: Grounds = field(default_factory=Grounds)
    releases: Releases = field(default_factory=Releases)
    stepped: list[Stepped] = field(default_factory=list)  # steps of releases that were legal by themselves
    hands: list[Hand] = field(default_factory=list)
    anchors: list[tuple[str, Record]] = field(default_factory=list)  # of who looked at what

    def take(self, where: str, record: Record) -> None:
        before, self.latest, self.count = self.latest, record, self.count + 1
        if self.count % TELL_EVERY == 0:
            self.step(f"{self.count:,} records read")
        if not self.broken and record.seq != self.count - 1:
            self.say(where, f"record {self.count - 1} is due here, and it is {record.seq}")
        if before is not None and record.recorded_at < before.recorded_at:
            self.say(where, "record time runs back here")
        self._dated(where, record)
        self._signed(where, record)
        self._released(where, record)
        try:
            self.keeping.take(where, record)
            if not self._rightful(where, record):
                return
            if record.kind not in MOVING:
                self.grounds.take(record, None)
            self._kind(where, record)
            if not self.broken:
                self.judge.take(record)
        except TrucewatchError as fault:
            self.say(where, fault.message)

    def _rightful(self, where: str, record: Record) -> bool:
        """Say whether a record is its author's to make; what has a table of its own is judged by that."""
        if self.broken or record.kind not in OF_KIND or record.kind in STEPS:
            return True
        why = why_not_in_role(self.signatures.roll[-1], record)
        if why is not None:
            self.say(where, f"this {words_of(record.kind)} is not legal: {why}")
        return why is None

    def run(self, run: Run) -> bool:
        """Take a run of plain facts in; False when they must be taken one by one."""
        early = self.latest is not None and run.first.recorded_at < self.latest.recorded_at
        if early or self.broken or self.padded is not None or run.seq != self.count:
            return False
        if any(why_not_in_role(self.signatures.roll[-1], record) for record in run.authors):
            return False
        if any(self.signatures.take(record) is not None for record in run.authors):
            return False
        before, self.latest, self.count = self.count, run.last, self.count + run.count
        for told in range(before // TELL_EVERY + 1, self.count // TELL_EVERY + 1):
            self.step(f"{told * TELL_EVERY:,} records read")
        for author, ids in run.ids.items():
            self.judge.facts.add(author, ids)
        self.keeping.run(run)
        return True

    def _released(self, where: str, record: Record) -> None:
        """Hold a step of a release to what is legal for whoever takes it, at this place."""
        if self.broken:
            return
        roll = self.signatures.roll[-1]
        self.releases, why = release_step(self.releases, record, roll, seq=record.seq, at=record.recorded_at)
        if why is not None:
            self.say(where, f"this {words_of(record.kind)} is not legal: {why}")
        elif record.kind in STEPS:
            made = self.releases.made[str(record.body["release_id"])]
            self.stepped.append(
                Stepped(
                    where=where,
                    seq=record.seq,
                    kind=record.kind,
                    name=name_of(record),
                    proposal=made.proposal,
                )
            )
        if (hand := hand_of(record)) is not None:
            self.hands.append(hand)

    def _signed(self, where: str, record: Record) -> None:
        if self.broken:
            return
        why = self.signatures.take(record)
        if why is not None:
            self.say(where, f"not validly signed: {why}")
        elif record.kind is Kind.BATCH and (sent := self.signatures.sent(record)):
            self.keeping.sent.append((where, sent))

    def _dated(self, where: str, record: Record) -> None:
        """Hold a record to the checkpoint that the log was padded for, and that had left before it was written."""
        size, self.padded = self.padded, None
        if size is None or self.broken:
            return
        with suppress(IntegrityError):
            left = tick_of(self.clock, size).at
            if record.recorded_at < left:
                what = (
                    f"is dated back: it stands after the checkpoint at {size}, which left at {utc_text(left)}"
                )
                self.say(where, what)

    def pad(self, line: Line) -> None:
        """Take in a run of padding: nothing but a checkpoint that leaves has one."""
        reached = [size for size in self.left if line.index < size <= line.end]
        self.padded = max(reached, default=self.padded)

    def say(self, where: str, what: str, gravity: Gravity = Gravity.BROKEN) -> None:
        self.remarks.append(Remark(where=where, what=what, gravity=gravity))

    def _kind(self, where: str, record: Record) -> None:
        if record.kind in CONFIGURATION:
            name, text = record.body.get("name"), record.body.get("text")
            if not isinstance(name, str) or not isinstance(text, str):
                raise IntegrityError("this record is not the text of a file")
            self.texts[record.kind, name] = text
            if record.kind is Kind.AGREEMENT:
                self.agreements.append((name, text, record.recorded_at))
            if record.kind is Kind.MISSION:
                read_mission(text)
                self.clock.append(record)
        elif record.kind is Kind.ACCESS_ANCHORED:
            self.anchors.append((where, record))
        elif record.kind is Kind.FACT:
            facts_of([record])
        elif record.kind in TO_DO and not self.broken:
            why = why_not_custodian(self.signatures.roll[-1], record)
            after, illegal = taken(self.custody, record)
            self.custody = self.custody if why else after
            if why or illegal:
                self.say(where, f"what is sealed is not dealt with so: {why or illegal}")
        elif record.kind in MOVING:
            move = move_of(record)
            why = None if self.broken else why_not_in_role(self.signatures.roll[-1], record)
            why = why or (None if self.broken else self.grounds.take(record, move))
            if why is None:
                self.moves.append((where, move))
            else:
                self.say(where, f"the move {move.move_id} is not legal: {why}")
        elif record.kind in MARKING:
            (mark,) = marks_of([record])
            why = None if self.broken else why_not_in_role(self.signatures.roll[-1], record)
            if why is None:
                self.marks.append((where, mark))
            else:
                self.say(where, f"the mark {mark.mark_id} is not legal: {why}")


def said_by(
    folder: Path,
    lines: Iterable[Met | Run | Remark],
    *,
    again: Again,
    key: VerifierKey,
    left: frozenset[int],
    step: Step,
    processes: int = 1,
) -> Said:
    """Return what the journal's `lines` say together, for the record in `folder`.

    `again` reads a run's lines one by one; `left` are the sizes of the checkpoints that left; a
    large vault is read by so many `processes`.
    """
    heard = _Heard(step=step, signatures=Signatures(log=key), left=left)
    for where, record in _records(_unrolled(lines, heard, again), heard):
        heard.take(where, record)
    mission = _mission(heard)
    if heard.broken:
        what = "moves, signatures and configuration are not judged until the lines are mended"
        heard.say("record/journal", what, Gravity.NOTED)
    else:
        heard.remarks += _moves(heard)
        heard.remarks += _configuration(folder.parent, heard.texts)
        heard.remarks += _enrolling(heard.signatures.roll[-1])
        heard.remarks += _given(heard.signatures.roll[-1])
        heard.remarks += _unmasked(heard.custody, heard.signatures.roll[-1])
        heard.remarks += anchored(folder.parent, heard.anchors)
    step("checking the vault")
    heard.remarks += _of_cases(heard, Vault(folder=folder.parent / "vault"))
    heard.remarks += kept(folder.parent / "vault", heard.keeping, sure=not heard.broken, processes=processes)
    return Said(
        records=heard.count,
        remarks=tuple(heard.remarks),
        mission=mission,
        clock=tuple(heard.clock),
    )


def _unrolled(lines: Iterable[Met | Run | Remark], heard: _Heard, again: Again) -> Iterator[Met | Remark]:
    """Yield the lines that are taken one by one; runs that need not be are taken in on the way."""
    for met in lines:
        if not isinstance(met, Run):
            yield met
        elif not heard.run(met):
            yield from again(met)


def _records(lines: Iterable[Met | Remark], heard: _Heard) -> Iterator[tuple[str, Record]]:
    for met in lines:
        if isinstance(met, Remark):
            heard.remarks.append(met)
            heard.broken = heard.broken or met.gravity is Gravity.BROKEN
            continue
        where, line = met
        if line.padding:
            heard.pad(line)
            continue
        try:
            record = read_record(line, where)
        except IntegrityError as fault:
            heard.say(where, fault.message)
            heard.broken = True
        else:
            yield where, record


def _mission(heard: _Heard) -> MissionTable | None:
    text = heard.texts.get((Kind.MISSION, MISSION_FILE))
    if text is None:
        if not heard.broken:
            heard.say("record/journal", f"no record holds the text of {MISSION_FILE}")
        return None
    try:
        return read_mission(text)
    except TrucewatchError:
        return None  # its own record was named


def _moves(heard: _Heard) -> Iterator[Remark]:
    """Yield what is said of moves and marks that are not legal."""
    moves = heard.moves
    made = [move for _, move in moves]
    places = {move: where for where, move in reversed(moves)}
    cases = decide(opened_on(made), made, exercise=True, rules=rules_in(heard.agreements))
    marked = {mark: where for where, mark in heard.marks}
    for mark, reason in legal([mark for _, mark in heard.marks], cases)[1]:
        yield Remark(where=marked[mark], what=f"the mark {mark.mark_id} is not legal: {reason}")
    for case in cases:
        for move, reason in case.refused:
            yield Remark(where=places[move], what=f"the move {move.move_id} is not legal: {reason}")
    latest: dict[str, Move] = {}
    for where, move in moves:
        before = latest.setdefault(move.case_id, move)
        if move is not before and move.at <= before.at:
            what = f"the move {move.move_id} is dated before one that case {move.case_id} had already"
            yield Remark(where=where, what=what)
        latest[move.case_id] = move


def _of_cases(heard: _Heard, vault: Vault) -> Iterator[Remark]:
    """Yield what is said of releases whose cases are not those of what they tell, where that is here."""
    for one in heard.stepped if not heard.broken else ():
        why = why_not_stepped(one, heard.hands, vault)
        if why is not None:
            yield Remark(where=one.where, what=f"this {words_of(one.kind)} is not legal: {why}")


def _enrolling(roll: Roll) -> Iterator[Remark]:
    """Yield what is said of who may add persons and change keys, where somebody has one."""
    who = f"who is {' or '.join(roll.enrolled_by)}" if roll.enrolled_by else "with a key"
    if roll.keyed:
        what = f"whoever adds a person, or changes another's key, is a person {who}"
        yield Remark(where="record/journal", what=what, gravity=Gravity.NOTED)


def _given(roll: Roll) -> Iterator[Remark]:
    """Yield what is said of the parts that were given in emergencies."""
    for one in roll.overrides:
        when = f"{utc_text(one.from_utc)} to {utc_text(one.until_utc)}"
        what = f"record {one.seq}: an emergency override gave {one.name} the part of {one.part.value}, {when}, by {one.by}: {one.why}"
        yield Remark(where="record/journal", what=what, gravity=Gravity.NOTED)


def _unmasked(custody: Custody, roll: Roll) -> Iterator[Remark]:
    """Yield what is said of identities that two opened."""
    for one in custody.begun.values():
        who = " and ".join(roll.persons[person].name for person in (one.by, one.other))
        done = "opened" if one.opened else "began to open"
        what = f"record {one.seq}: {who} {done} the identity of {one.source}: {one.why}"
        yield Remark(where="record/journal", what=what, gravity=Gravity.NOTED)


def _configuration(root: Path, texts: dict[tuple[Kind, str], str]) -> Iterator[Remark]:
    """Yield the configuration files on disk that are not as recorded."""
    for (kind, name), text in sorted(texts.items()):
        path = _PLACES[kind](name)
        try:
            here = read_plain(root / path).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as fault:
            if isinstance(fault, FileNotFoundError):
                continue
            here = None
        if here != text:
            what = "is not as recorded: the recorded text is used"
            yield Remark(where=path, what=what, gravity=Gravity.DIFFERS)


_PLACES: dict[Kind, Callable[[str], str]] = {
    Kind.MISSION: lambda _: MISSION_FILE,
    Kind.SOURCE: lambda _: SOURCES_FILE,
    Kind.AGREEMENT: lambda name: f"agreements/{name}/agreement.md",
    Kind.ZONES: lambda name: f"agreements/{name}/zones.geojson",
    Kind.PACK: lambda name: f"statements/{name}/statements.toml",
}
