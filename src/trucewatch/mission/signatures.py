"""What is wrong with the signatures of a record: the checker that `record verify` calls.

Rules:
- each record is held to the keys that were valid at its place: a key signs from the record that made it
  known, and nothing after the one that ended it;
- a signature that stands twice, and an unsigned record under the name of somebody with a key, are faults;
- a person's signatures stand in the order in which they were made: one that was held back, and recorded after a
  later one, is a fault;
- a schema never runs back: what a later one asks for cannot be avoided by writing as an earlier version did;
- a batch of a source that signs bears its signature, or stands on a signed release; whether it is of the
  bytes that were kept needs the vault (`Sent.why_not`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from trucewatch.log.keys import VerifierKey
from trucewatch.mission.batch_notes import why_not_sent
from trucewatch.mission.journal import Kind, Record
from trucewatch.mission.people import Roll
from trucewatch.mission.quarantine import sent_by
from trucewatch.mission.roll import BY_NO_ONE, CHANGES, named_within, step
from trucewatch.mission.signing import Signed, held_back
from trucewatch.mission.vault import NAME, Vault

JUDGED = CHANGES | {Kind.RELEASE, Kind.TOMBSTONE} | BY_NO_ONE  # each is looked at, whoever its author is


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureFault:
    """A record that is not validly signed, and why."""

    seq: int
    index: int  # of its leaf
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A batch that came with its source's signature, and the keys that were valid when it did."""

    source_id: str
    evidence: str
    signature: str
    keys: tuple[VerifierKey, ...]

    def here(self, vault: Vault) -> bool:
        """Return whether the bytes and their signature are in the vault."""
        names = (self.evidence, self.signature)
        return all(NAME.fullmatch(name) and vault.holds(name) for name in names)

    def why_not(self, vault: Vault) -> str | None:
        """Return why the signature is not of the bytes kept; both must be in the vault."""
        note, raw = vault.get(self.signature), vault.get(self.evidence)
        return why_not_sent(note, raw, self.source_id, self.keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """Records taken in one by one, in their order, each held to the keys valid at its place."""

    log: VerifierKey
    roll: list[Roll] = field(default_factory=lambda: [Roll()])  # the last is the one that stands
    seen: set[str] = field(default_factory=set)
    released: set[tuple[str, str]] = field(default_factory=set)
    after: dict[str, int] = field(default_factory=dict)  # of each person's latest signature
    schema: list[int] = field(default_factory=lambda: [0])  # the latest: it never runs back
    free: dict[str, Roll] = field(default_factory=dict)  # authors without a key, by the roll that says so

    def take(self, record: Record) -> str | None:
        """Return why the next record is not validly signed, or None when it is."""
        before, self.schema[0] = self.schema[0], max(self.schema[0], record.schema)
        if record.schema >= before:
            return self._taken(record)
        late = f"it is of schema {record.schema}, and one of schema {before} stands before it"
        return self._taken(record) or late

    def _taken(self, record: Record) -> str | None:
        plain = record.signed is None and record.kind not in JUDGED
        if plain and self.free.get(record.author) is self.roll[-1] and named_within(record) is None:
            return None
        self.roll[:], why = _one(step(self.roll[-1], record, seq=record.seq, log=self.log))
        if record.signed is not None:
            why = self._again(record.signed) or why
            self.seen.add(record.signed.signature)
        if why is None and record.kind is Kind.RELEASE:
            why = None if record.signed else "a release that nobody signed"
            self.released.update([sent_by(record)] if record.signed else [])
        if why is None and record.kind is Kind.BATCH and self.roll[-1].signs(sent_by(record)[0]):
            bare = not record.body.get("signature") and sent_by(record) not in self.released
            why = "a batch of a source that signs, without its signature or a release" if bare else None
        if plain and why is None:
            self.free[record.author] = self.roll[-1]
        return why

    def _again(self, signed: Signed) -> str | None:
        """Return why a signature comes again or too late, and remember how late it was made."""
        latest = self.after.get(signed.person, 0)
        self.after[signed.person] = max(latest, signed.after)
        if signed.signature in self.seen:
            return "its signature stands in an earlier record too: it was signed once"
        return held_back(signed, latest)

    def sent(self, record: Record) -> Sent | None:
        """Return the signature of the batch just taken in, None when it has none or is no batch."""
        note = record.written.get("signature")
        if record.kind is not Kind.BATCH or not isinstance(note, str):
            return None
        source_id, evidence = sent_by(record)
        keys = self.roll[-1].source_keys(source_id)
        return Sent(source_id=source_id, evidence=evidence, signature=note, keys=keys)


def signatures(
    records: Iterable[Record], log: VerifierKey, vault: Vault | None = None
) -> Iterator[SignatureFault]:
    """Yield each record that is not validly signed at its place, and with `vault` each batch whose bytes
    are not those that its source signed; what is not in the vault is left to whoever checks the vault."""
    held = Signatures(log=log)
    for record in records:
        why, sent = held.take(record), held.sent(record)
        if why is None and sent is not None and vault is not None and sent.here(vault):
            why = sent.why_not(vault)
        if why is not None:
            yield SignatureFault(seq=record.seq, index=record.index, why=why)


def _one(stepped: tuple[Roll, str | None]) -> tuple[list[Roll], str | None]:
    return [stepped[0]], stepped[1]
