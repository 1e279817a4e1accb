"""What a mission's record holds at a moment: facts, and no conclusion yet.

Rules:
- only records are read: what lies in the folder and is not recorded does not count;
- a record that is not validly signed at its place stops the reading, for nobody said what it says;
- without a moment it is all that is recorded, and the moment is the last record's, so that the same
  record gives the same bytes whenever it is read;
- what was erased since is gone from every moment: a tombstone counts from the beginning;
- sources are as they declare themselves until a person chose, on record, what was learned of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from trucewatch.assess.markdown import read_agreement
from trucewatch.decide.decide import Rules
from trucewatch.errors import InputError, IntegrityError
from trucewatch.guarantee.pack import read_pack
from trucewatch.mission.annotations import annotations_of
from trucewatch.mission.config import SOURCES_FILE, MissionTable, clock_of, read_sources
from trucewatch.mission.deeds import facts_of, moves_of
from trucewatch.mission.erasing import erased
from trucewatch.mission.folder import Folder, Texts, mission_of, opened, recorded, text_of, unrecorded
from trucewatch.mission.intake import Batch, batches
from trucewatch.mission.journal import Kind, Record
from trucewatch.mission.learning import profiling_of
from trucewatch.mission.people import Override
from trucewatch.mission.policy import checkpoint_of
from trucewatch.mission.release_policies import naming, policies_of, with_naming
from trucewatch.mission.rightful import rightful
from trucewatch.mission.roll import rolled
from trucewatch.mission.rules import rules_recorded
from trucewatch.mission.signatures import signatures
from trucewatch.mission.statements import statements_of
from trucewatch.model.agreement import Agreement
from trucewatch.model.annotation import NO_ANNOTATIONS, Annotations
from trucewatch.model.decision import Move
from trucewatch.model.gate import stamp
from trucewatch.model.instants import Clock
from trucewatch.model.learned import Profiling
from trucewatch.model.pack import Pack
from trucewatch.model.policy import NO_POLICIES, Policy
from trucewatch.model.published import Published
from trucewatch.model.source import SourceProfile
from trucewatch.model.statement import Fact, Statement
from trucewatch.model.vocabulary import Audience

NO_PROFILING = Profiling(declared={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the record holds at a moment: facts, and no conclusion yet."""

    folder: Folder
    mission: MissionTable
    clock: Clock
    known_at: datetime
    texts: Texts
    profiles: Mapping[str, SourceProfile]  # those that are used: declared, or as a person chose learned
    agreements: tuple[Agreement, ...]
    statements: tuple[Statement, ...]
    facts: tuple[Fact, ...]
    moves: tuple[Move, ...]
    batches: tuple[Batch, ...]
    packs: tuple[Pack, ...] = ()
    published: Published | None = None  # the last checkpoint that left, seen from `known_at`
    annotations: Annotations = NO_ANNOTATIONS
    rules: Rules = field(default_factory=dict)  # how cases are decided, by agreement
    profiling: Profiling = NO_PROFILING  # what was declared and learned of sources, and which of it is used
    policies: Mapping[Audience, Policy] = field(default_factory=lambda: NO_POLICIES)  # for whom it has one

    overrides: tuple[Override, ...] = ()  # parts that were given in emergencies

    def mark(self, audience: Audience = Audience.INTERNAL) -> str:
        """Return the stamp of everything made from it."""
        return stamp(audience, exercise=self.mission.exercise, replay=self.mission.replay)


def known(path: Path | str, *, known_at: datetime | None = None) -> Known:
    """Return what the record of the mission in `path` holds at `known_at`, or up to its last record."""
    folder = opened(path)
    everything = tuple(folder.journal.replay())
    records = tuple(r for r in everything if known_at is None or r.recorded_at <= known_at)
    if not records and known_at is not None:
        raise InputError(
            f"nothing was recorded yet at {known_at.isoformat()}: choose a later --known-at", where=str(path)
        )
    if not records:
        raise IntegrityError("the record is empty: restore it from a copy", where=str(folder.journal.lines))
    _validly_signed(folder, records)
    _words_here(folder, records, erased(everything))
    counted = rightful(records, folder.journal.key)
    texts = recorded(counted)
    mission = mission_of(texts)
    profiling = profiling_of(read_sources(text_of(texts, Kind.SOURCE, SOURCES_FILE)), counted)
    packs = tuple(read_pack(text_of(texts, Kind.PACK, name), pack=name) for name in mission.statements)
    return Known(
        folder=folder,
        mission=mission,
        clock=clock_of(mission),
        known_at=known_at or records[-1].recorded_at,
        texts=texts,
        profiles=profiling.used,
        profiling=profiling,
        agreements=tuple(
            read_agreement(text_of(texts, Kind.AGREEMENT, name), name=name) for name in mission.agreements
        ),
        statements=(*(s for pack in packs for s in pack.statements), *statements_of(counted)),
        facts=facts_of(counted),
        packs=packs,
        annotations=annotations_of(counted),
        moves=moves_of(counted),
        rules=rules_recorded(counted),
        policies=with_naming(policies_of(mission.release), naming(records)),
        overrides=rolled(records, folder.journal.key).overrides,
        batches=batches(records, gone=erased(everything)),
        published=checkpoint_of(folder, at=known_at or records[-1].recorded_at),
    )


def _validly_signed(folder: Folder, records: Iterable[Record]) -> None:
    fault = next(signatures(records, folder.journal.key), None)
    if fault is not None:
        raise IntegrityError(
            f"record {fault.seq} is not validly signed: {fault.why}", where=str(folder.journal.lines)
        )


def _words_here(folder: Folder, records: Iterable[Record], gone: Collection[str]) -> None:
    """Refuse a record whose words are not in the vault, though nobody erased them."""
    for record in records:
        name = record.words
        if name is not None and name not in gone and not folder.vault.holds(name):
            raise IntegrityError(
                f"the words of record {record.seq} are gone: restore the vault from a copy",
                where=str(folder.vault.path(name)),
            )


def differing(record: Known) -> tuple[str, ...]:
    """Return the configuration files on disk that are not as the record has them."""
    return unrecorded(record.folder, record.texts)
