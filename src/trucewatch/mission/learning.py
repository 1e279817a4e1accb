"""Source profiles learned in a mission: recorded as a version, and used once a person chooses it.

Rules:
- a version is learned from the rows that the walk fuses, beside the recorded sources.toml, and is a record; nothing learns
  while something else is worked out;
- what is recorded is figures, so that the same record gives the same bytes with any later way to learn;
- the same figures beside the same sources.toml are recorded once;
- confused kinds are a member of the record only where some were learned: a version without them has the bytes it always had;
- `check` is what a verifier asks of such a record, from those before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar, cast

import msgspec
import polars as pl

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.fuse.learning import learn
from trucewatch.log.keys import SignerKey
from trucewatch.mission.authors import author
from trucewatch.mission.config import SOURCES_FILE, read_sources
from trucewatch.mission.folder import Folder, mission_of, recorded, settle, text_of, writing_moment
from trucewatch.mission.intake import batches, rows_of
from trucewatch.mission.journal import Kind, Record
from trucewatch.model.canonical import Json, canonical, content_id
from trucewatch.model.learned import (
    MOST_SHARES,
    LearnedConfusion,
    LearnedFigure,
    LearnedProfiles,
    ProfileChoice,
    Profiling,
    figure_of,
    share_of,
)
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import OBSERVATIONS
from trucewatch.model.vocabulary import Phenomenon, Sensitivity

DECLARED = "declared"
Noun = TypeVar("Noun", LearnedProfiles, ProfileChoice)


def profiling_of(declared: Mapping[str, SourceProfile], records: Iterable[Record]) -> Profiling:
    """Return what `records` hold of source profiles beside those that are `declared`."""
    held = [record for record in records if record.kind in (Kind.LEARNED, Kind.PROFILES)]
    choices = [_noun(record, ProfileChoice) for record in held if record.kind is Kind.PROFILES]
    return Profiling(
        declared=declared,
        versions=tuple(_noun(record, LearnedProfiles) for record in held if record.kind is Kind.LEARNED),
        choice=choices[-1] if choices else None,
    )


def learned_from(folder: Folder) -> LearnedProfiles:
    """Return what the recorded observations show of their sources; InputError when it is nothing.

    It is nobody's and has no id: nothing is recorded.
    """
    records = tuple(folder.journal.replay())
    declared = read_sources(text_of(recorded(records), Kind.SOURCE, SOURCES_FILE))
    rows = rows_of(folder.vault, batches(records), OBSERVATIONS)
    rows = rows.filter(pl.col("sensitivity") != Sensitivity.SECRET.value)
    found = learn(rows, declared)
    figures = figures_of(found.table)
    if not figures:
        raise InputError("too few incidents are told of by more than one source: nothing can be learned")
    return LearnedProfiles(
        learned_id="",
        beside=max(record.seq for record in records if record.kind is Kind.SOURCE),
        through=records[-1].seq,
        observations=rows.height,
        figures=figures,
        recorded_by="",
        confused=confusions_of(found.confused),
    )


def figures_of(table: pl.DataFrame) -> tuple[LearnedFigure, ...]:
    """Return what `learn` found beside what was declared."""
    rows = table.drop("disagrees").iter_rows(named=True)
    return tuple(msgspec.convert(row, LearnedFigure) for row in rows)


def confusions_of(confused: pl.DataFrame) -> tuple[LearnedConfusion, ...]:
    """Return what `learn` found of confused kinds, of those of which it found anything else than was declared."""
    other = ~pl.col("learned").eq_missing(pl.col("declared"))
    changed = confused.filter(other.any().over("source_id", "meant"))
    rows = changed.with_columns(pl.col("learned").fill_null(0.0))
    return tuple(msgspec.convert(row, LearnedConfusion) for row in rows.iter_rows(named=True))


def record_learned(
    folder: Folder, *, by: str, key: SignerKey | None = None, at: datetime | None = None
) -> LearnedProfiles:
    """Record what the observations show of their sources, and return it; it is not used before it is chosen."""
    _settled(folder, by, key, at)
    found = learned_from(folder)
    for known in profiling_of({}, folder.journal.replay()).versions:
        if (known.whole, known.beside) == (found.whole, found.beside):
            return known
    who = author(folder.journal, by=by, key=key)
    bare = replace(found, recorded_by=who.text)
    named = replace(bare, learned_id=_id(Kind.LEARNED, bare))
    folder.journal.append([who.entry(Kind.LEARNED, _body(named))], at=at)
    return named


def choose(
    folder: Folder,
    name: str,
    *,
    why: str,
    by: str,
    key: SignerKey | None = None,
    at: datetime | None = None,
) -> ProfileChoice:
    """Record that the version whose id begins with `name`, or what is `declared`, is used from here on."""
    if not why.strip():
        raise RefusedError("which profiles are used is a person's choice, for a reason: give --why")
    _settled(folder, by, key, at)
    standing = profiling_of({}, folder.journal.replay())
    use = None if name == DECLARED else _named(standing, name)
    before = standing.choice
    if (None if before is None else before.use) == use:
        raise RefusedError("these profiles are used already: nothing was recorded")
    who = author(folder.journal, by=by, key=key)
    bare = ProfileChoice(choice_id="", use=use, why=why, recorded_by=who.text)
    named = replace(bare, choice_id=_id(Kind.PROFILES, bare))
    folder.journal.append([who.entry(Kind.PROFILES, _body(named))], at=at)
    return named


def check(
    record: Record, sources: Mapping[int, Mapping[str, SourceProfile]], versions: Collection[str]
) -> None:
    """Raise IntegrityError when a record is not what `record_learned` or `choose` would have recorded there.

    `sources` are the profiles that each record of sources.toml before it declares, `versions` the ids of what was learned.
    """
    if record.kind is Kind.PROFILES:
        choice = _noun(record, ProfileChoice)
        if choice.use is not None and choice.use not in versions:
            raise IntegrityError(f"it chooses {choice.use}, which is no learned version on record")
        if not choice.why.strip():
            raise IntegrityError("it chooses profiles for no reason")
        return
    learned = _noun(record, LearnedProfiles)
    before = [seq for seq in sources if seq <= learned.through]
    if learned.through >= record.seq or not before or learned.beside != max(before):
        raise IntegrityError(
            "it was not learned beside the sources.toml on record, from the records before it"
        )
    declared = sources[learned.beside]
    met = [(figure.source_id, figure.field) for figure in learned.figures]
    if not met or len(set(met)) < len(met):
        raise IntegrityError("it learned nothing, or one thing twice")
    for figure in learned.figures:
        name = f"{figure.field.value} of {figure.source_id}"
        if not figure.possible:
            raise IntegrityError(f"what it learned as {name} cannot be")
        if figure.declared != figure_of(declared.get(figure.source_id), figure.field):
            raise IntegrityError(f"beside what it learned as {name} stands another number than was declared")
    _check_confused(learned, declared)


def _check_confused(learned: LearnedProfiles, declared: Mapping[str, SourceProfile]) -> None:
    met = [(one.source_id, one.meant, one.said) for one in learned.confused]
    if len(set(met)) < len(met):
        raise IntegrityError("it learned one thing twice")
    shares: dict[tuple[str, Phenomenon], float] = {}
    for one in learned.confused:
        name, key = f"{one.name} by {one.source_id}", (one.source_id, one.meant)
        shares[key] = shares.get(key, 0.0) + one.learned
        if not one.possible or shares[key] > MOST_SHARES:
            raise IntegrityError(f"what it learned as {name} cannot be")
        if one.declared != share_of(declared.get(one.source_id), one.meant, one.said):
            raise IntegrityError(f"beside what it learned as {name} stands another number than was declared")


def _named(standing: Profiling, name: str) -> str:
    found = [one.learned_id for one in standing.versions if name and one.learned_id.startswith(name)]
    if len(found) != 1:
        here = ", ".join(one.learned_id[:8] for one in standing.versions) or "none"
        raise InputError(f"{name!r} names no one learned version; on record: {here}, and {DECLARED!r}")
    return found[0]


def _id(kind: Kind, noun: LearnedProfiles | ProfileChoice) -> str:
    return content_id(kind.value, canonical(_body(noun)).decode())


def _body(noun: LearnedProfiles | ProfileChoice) -> Mapping[str, Json]:
    whole = msgspec.to_builtins(noun)
    bare = {name: held for name, held in whole.items() if name != "confused" or held}
    return cast(Mapping[str, Json], msgspec.json.decode(canonical(bare)))


def _settled(folder: Folder, by: str, key: SignerKey | None, at: datetime | None) -> None:
    replay = mission_of(recorded(folder.journal.replay())).replay
    settle(folder, by=by, key=key, at=writing_moment(replay, at))


def _noun(record: Record, noun: type[Noun]) -> Noun:
    try:
        return msgspec.convert(record.body, noun)
    except msgspec.ValidationError as fault:
        raise IntegrityError(f"record {record.seq} is not a {record.kind.value}: {fault}") from fault
