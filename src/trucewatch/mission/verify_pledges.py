"""Records of facts, readings, contests, withdrawals, statuses, statements, reviews and profiles, judged as they go by.

Rules:
- each is judged by what was on record before it: of what is not there nothing can be contested or withdrawn;
- its id is that of all it says, its words by their name in the vault; whom it names as recorder is whose record it is;
- whoever recorded something takes it back, and nobody else; a status is the actor's or its body's;
- nothing counts as a body's determination, and another's words are no commitment of an actor's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trucewatch.errors import IntegrityError
from trucewatch.guarantee.evidence import DETERMINED, may_take_back
from trucewatch.guarantee.graph import Key, key_of
from trucewatch.guarantee.pack import read_pack
from trucewatch.guarantee.records import body_of, may_say
from trucewatch.guarantee.statements import check_voice
from trucewatch.mission.annotations import OWN_ID, annotations_of
from trucewatch.mission.config import read_sources
from trucewatch.mission.deeds import facts_of
from trucewatch.mission.journal import Kind, Record
from trucewatch.mission.known_facts import KnownFacts
from trucewatch.mission.learning import check
from trucewatch.mission.statements import documents_of, reviews_of, statements_of
from trucewatch.model.annotation import CountsAs, Status, StatusKind
from trucewatch.model.canonical import canonical, content_id
from trucewatch.model.pack import Pack
from trucewatch.model.response import ResponseClock
from trucewatch.model.review import Review, Verdict
from trucewatch.model.source import SourceProfile
from trucewatch.model.statement import Statement

IDS = {
    Kind.FACT: "fact_id",
    **OWN_ID,
    Kind.LEARNED: "learned_id",
    Kind.PROFILES: "choice_id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """What is kept of the records that went by: packs, statements, and who recorded what."""

    packs: dict[str, Pack] = field(default_factory=dict)
    statements: dict[Key, Statement] = field(default_factory=dict)  # that people took from documents
    documents: set[str] = field(default_factory=set)
    recorders: dict[str, str] = field(default_factory=dict)
    contestable: set[str] = field(default_factory=set)
    facts: KnownFacts = field(default_factory=KnownFacts)
    learned: set[str] = field(default_factory=set)  # versions of profiles
    sources: dict[int, Mapping[str, SourceProfile]] = field(default_factory=dict)  # by record

    def take(self, record: Record) -> None:
        """Take a record in; TrucewatchError when it is malformed, or was not legal when it was made."""
        if record.kind is Kind.PACK:
            name = str(record.body.get("name"))
            self.packs[name] = read_pack(str(record.body.get("text")), pack=name)
        elif record.kind is Kind.SOURCE:
            self.sources[record.seq] = read_sources(str(record.body.get("text")))
        elif record.kind is Kind.DOCUMENT:
            self._document(record)
        elif record.kind is Kind.STATEMENT:
            for statement in statements_of([record]):
                self._statement(statement)
        elif record.kind is Kind.REVIEW:
            for review in reviews_of([record]).values():
                self._review(review)
        elif record.kind in IDS:
            self._own(record)
            self._annotation(record)
            self._profiles(record)
            self._keep(record, str(record.body[IDS[record.kind]]))

    def _document(self, record: Record) -> None:
        found = documents_of([record])
        for document in found.values():
            if record.schema > 1 and document.document != document.item:
                raise IntegrityError("its document has another name than the vault has for it")
            if document.item not in record.rests_on:
                raise IntegrityError("it is of a document that it does not rest on")
        self.documents.update(found)

    def _keep(self, record: Record, name: str) -> None:
        if record.kind is Kind.FACT:
            self.facts.add(record.author, bytes.fromhex(name))
        else:
            self.recorders[name] = record.author

    def _own(self, record: Record) -> None:
        """Refuse an id that is not the words', and a recorder who is not the record's."""
        name = IDS[record.kind]
        plain = canonical({**record.written, name: ""}).decode()
        if record.body.get(name) != content_id(record.kind.value, plain):
            raise IntegrityError(f"its {name} is not that of its words")
        if record.body.get("recorded_by") != record.author:
            raise IntegrityError(f"it names another recorder than {record.author}, whose record it is")

    def _annotation(self, record: Record) -> None:
        found = annotations_of([record])
        if record.kind is Kind.FACT:
            facts_of([record])
        for reading in found.counts_as:
            self._reading(reading)
            self.contestable.add(reading.counts_as_id)
        for contest in found.contests:
            if contest.of not in self.contestable and self.facts.recorder(contest.of) is None:
                raise IntegrityError(f"it contests {contest.of}, which is no fact or reading on record")
        for withdrawal in found.withdrawals:
            recorder = self.recorders.get(withdrawal.of) or self.facts.recorder(withdrawal.of)
            if recorder is None:
                raise IntegrityError(f"it withdraws {withdrawal.of}, which is not on record")
            if not may_take_back(recorder, withdrawal.recorded_by):
                raise IntegrityError(
                    f"it withdraws {withdrawal.of}, which is {recorder}'s: only its recorder does"
                )
        for status in found.statuses:
            self._status(status)
        for notice in found.notices:
            if notice.to_utc <= notice.from_utc:
                raise IntegrityError("it is a notice that ends before it starts")

    def _profiles(self, record: Record) -> None:
        if record.kind not in (Kind.LEARNED, Kind.PROFILES):
            return
        check(record, self.sources, self.learned)
        if record.kind is Kind.LEARNED:
            self.learned.add(str(record.body["learned_id"]))

    def _reading(self, reading: CountsAs) -> None:
        if (reading.trigger is None) == (reading.words is None) or reading.kind is reading.trigger:
            raise IntegrityError("it reads a fact as a trigger and as words, as neither, or as itself")
        if {reading.kind, reading.trigger} & DETERMINED:
            raise IntegrityError("it reads a fact as a body's determination: nothing counts as that")
        if reading.pack is not None and reading.pack not in self.packs and reading.statement_id is None:
            raise IntegrityError(f"it is for the pack {reading.pack!r}, which is not on record")
        if reading.statement_id is not None:
            self._named(f"{reading.pack}/{reading.statement_id}")

    def _status(self, status: Status) -> None:
        if (status.for_actor is None) == (status.body is None):
            raise IntegrityError("it is neither an actor's nor a body's, or both")
        clock = self._clock(status.of)
        if clock is not None:
            theirs = status.for_actor in clock.actors or status.body == clock.body
            if not theirs or status.kind is not StatusKind.DONE:
                raise IntegrityError(f"a step of {clock.clock_id} is done, by its actors or its body, or not")
            return
        statement = self._named(status.of)
        body = body_of([statement], tuple(self.packs.values()))[key_of(statement)]
        if not may_say(status, statement, body):
            who = status.for_actor or status.body
            raise IntegrityError(f"it is a status of {status.of} by {who}, who may not say so")

    def _clock(self, name: str) -> ResponseClock | None:
        found = (clock for pack in self.packs.values() for clock in pack.clocks)
        return next((c for c in found for s in c.steps if name == f"{c.pack}/{c.clock_id}/{s.step_id}"), None)

    def _named(self, name: str) -> Statement:
        known = (*self.statements.values(), *(s for pack in self.packs.values() for s in pack.statements))
        for statement in known:
            if "/".join(key_of(statement)) == name:
                return statement
        raise IntegrityError(f"it is of {name}, which is no statement on record")

    def _statement(self, statement: Statement) -> None:
        if statement.digest not in self.documents:
            raise IntegrityError(f"the document of {statement.statement_id} is not on record")
        start, end = statement.start, statement.end
        if not statement.actors or start is None or end is None or not 0 <= start < end:
            raise IntegrityError(f"{statement.statement_id} is nobody's, or has no words in its document")
        check_voice(statement, statement.statement_id)
        self.statements[key_of(statement)] = statement

    def _review(self, review: Review) -> None:
        if review.document not in self.documents:
            raise IntegrityError(f"the document of proposal {review.proposal_id} is not on record")
        rejected = review.verdict is Verdict.REJECTED
        if rejected != (review.statement_id is None) or (rejected and not review.reason):
            raise IntegrityError(
                f"proposal {review.proposal_id} is rejected with a reason, or has a statement"
            )
        if review.statement_id is not None and not any(
            review.statement_id == statement_id for _, statement_id in self.statements
        ):
            raise IntegrityError(f"{review.statement_id} is no statement on record")
