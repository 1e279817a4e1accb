"""A mission's two files: `trucewatch.toml` and `sources.toml`, checked against their declaration here.

Rules:
- an unknown key is an error with its line and the nearest known one;
- a zone is an IANA name; the area is [west, south, east, north] in degrees WGS 84;
- the JSON Schemas in docs/schema/ are made from these declarations (`schemas`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import time
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec
from msgspec import Meta, Struct

from trucewatch.errors import ConfigError, InputError
from trucewatch.log.keys import KeyKind, verifier_key
from trucewatch.mission.invitations import Part
from trucewatch.mission.nearest import suggestion
from trucewatch.mission.release_policies import PolicyTable, ReleaseTable, policies_of
from trucewatch.model.agreement import Body
from trucewatch.model.instants import Clock
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means, Phenomenon

MISSION_FILE = "trucewatch.toml"
SOURCES_FILE = "sources.toml"
SOURCE_NAME = re.compile(r"\w[\w.-]{0,63}")

LONGEST_CHARACTERS = 1 << 20
MappingValue = str | float | bool | Sequence[str]
Probability = Annotated[float, Meta(ge=0, le=1)]
Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]
Language = Annotated[str, Meta(pattern="^(en|nb|fi|uk|ru|fr|ar)$")]
Affiliation = Annotated[str, Meta(pattern="^((party|supporter_of):[AB]|third|joint|public)$")]
Watches = Annotated[str, Meta(pattern="^(post hours|passes|continuous|unknown)$")]
# A folder's name, and the beginning of its clauses' ids: it leads nowhere else on any machine.
FolderName = Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]


class BodyTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One of the bodies that a mission serves."""

    name: str
    stands_on: Annotated[str, Meta(description="the instrument it stands on")]
    members: Annotated[tuple[str, ...], Meta(description="empty: seats were not published")] = ()
    powers: tuple[str, ...] = ()


class CosignerTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Whose cosignature of the record's checkpoints counts: a party's, or a guarantor's."""

    name: Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    key: Annotated[str, Meta(description="the verifier key that their own program shows")]


class RecordTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """When a checkpoint of the record leaves the mission: by the clock alone, whatever happened."""

    every_minutes: Annotated[int, Meta(ge=1, le=10_080, description="from one to the next")] = 60
    step: Annotated[int, Meta(ge=1, le=65_536, description="leaves by which each is longer")] = 256


class ReaderTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A language model that `read --engine endpoint` asks; without it, none is ever asked."""

    endpoint: Annotated[str, Meta(description="an OpenAI-compatible address, up to /chat/completions")] = ""
    model: str = ""
    key_variable: Annotated[
        str,
        Meta(pattern="^[A-Za-z0-9_]*$", description="the environment variable that holds the key, if any"),
    ] = ""
    timeout_s: Annotated[float, Meta(gt=0, le=3600)] = 60


class MissionTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What trucewatch.toml holds."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    zone: Annotated[str, Meta(description="the mission's time zone: an IANA name such as Europe/Kyiv")]
    cut: Annotated[str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "19:30"
    languages: tuple[Language, ...] = ("en",)
    agreements: tuple[FolderName, ...] = ()
    statements: tuple[FolderName, ...] = ()
    area: Annotated[
        tuple[Longitude, Latitude, Longitude, Latitude] | None,
        Meta(description="[west, south, east, north] in degrees; a point outside is refused"),
    ] = None
    bodies: tuple[BodyTable, ...] = ()
    exercise: bool = False
    replay: bool = False
    record: RecordTable = RecordTable()
    cosigners: tuple[CosignerTable, ...] = ()
    quorum: Annotated[
        tuple[str, ...], Meta(description="the cosigners that must all have signed; absent: all of them")
    ] = ()
    enrolled_by: Annotated[
        tuple[Part, ...],
        Meta(description="the roles of those who may add persons and change keys; absent: whoever has a key"),
    ] = ()
    reader: ReaderTable = ReaderTable()
    release: ReleaseTable = ReleaseTable()


class LagTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """How long a source takes to report, in seconds."""

    median: NotNegative
    p95: NotNegative | None = None


class SourceTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One profile of sources.toml; every field but `means` may be absent, which is *not declared*."""

    means: Means
    format: Annotated[str | None, Meta(description="what reads its files; absent: the source's name")] = None
    affiliation: Affiliation | None = None
    reliability: Annotated[str, Meta(pattern="^[A-F]$")] | None = None
    origin: str | None = None
    zone: Annotated[str | None, Meta(description="of times without offset: an IANA name")] = None
    position_sigma_m: Positive | None = None
    bearing_sigma_deg: Positive | None = None
    distance_factor: Positive | None = None
    time_sigma_s: Positive | None = None
    time_lag_s: LagTable | None = None
    detects: Mapping[Phenomenon, Probability] = {}
    range_m: Mapping[Phenomenon, Positive] = {}
    false_per_day: NotNegative | None = None
    repeats: Probability | None = None
    false_share: Annotated[
        Probability | None, Meta(description="of its reports, those that nothing caused")
    ] = None
    alone: Annotated[
        Probability | None, Meta(description="that no other source tells of a real event that it tells of")
    ] = None
    confuses: Mapping[Phenomenon, Mapping[Phenomenon, Probability]] = {}
    watches: Watches | None = None
    published: bool = False
    licence: str | None = None
    says: str | None = None
    key: (
        Annotated[
            str,
            Meta(
                pattern=r"^ed25519:[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$",
                description="signs its files, as `trucewatch key make --source` prints it",
            ),
        ]
        | None
    ) = None
    mapping: Annotated[
        Mapping[str, MappingValue | Mapping[str, MappingValue | Mapping[str, str]]],
        Meta(description="for format = table: how a file's columns become ours"),
    ] = {}


T = TypeVar("T")
SourceTables = dict[str, SourceTable]


def read_mission(text: str, *, where: str = MISSION_FILE) -> MissionTable:
    """Return the configuration in `text`; raises ConfigError with the line when it is not right."""
    raw = _toml(text, where)
    known = MissionTable.__struct_fields__
    for key in raw:
        _check_key(key, known, text, where)
    bodies = raw.get("bodies")
    for body in bodies if isinstance(bodies, list) else []:
        for key in body if isinstance(body, dict) else ():
            _check_key(key, BodyTable.__struct_fields__, text, where)
    clock = raw.get("record")
    for key in clock if isinstance(clock, dict) else ():
        _check_key(key, RecordTable.__struct_fields__, text, where)
    reader = raw.get("reader")
    for key in reader if isinstance(reader, dict) else ():
        _check_key(key, ReaderTable.__struct_fields__, text, where)
    _check_release(raw.get("release"), text, where)
    cosigners = raw.get("cosigners")
    for cosigner in cosigners if isinstance(cosigners, list) else []:
        for key in cosigner if isinstance(cosigner, dict) else ():
            _check_key(key, CosignerTable.__struct_fields__, text, where)
    table = _convert(raw, MissionTable, text, where)
    _check_cosigners(table, text, where)
    try:
        policies_of(table.release)
    except ConfigError as fault:
        raise ConfigError(fault.message, where=_line(text, "public", where)) from fault
    _zone(table.zone, text, where)
    for key, names in (("agreements", table.agreements), ("statements", table.statements)):
        if len(set(names)) < len(names):
            raise ConfigError(f"`{key}` names one twice: name each once", where=_line(text, key, where))
    if table.area is not None and not (table.area[0] < table.area[2] and table.area[1] < table.area[3]):
        raise ConfigError(
            "`area` is [west, south, east, north]: west before east, south before north",
            where=_line(text, "area", where),
        )
    return table


def read_sources(text: str, *, where: str = SOURCES_FILE) -> Mapping[str, SourceProfile]:
    """Return the profiles in `text` by source; raises ConfigError with the line when one is not right."""
    raw = _toml(text, where)
    profiles: dict[str, SourceProfile] = {}
    for source_id, fields in raw.items():
        if not SOURCE_NAME.fullmatch(source_id):
            raise ConfigError(
                f"{source_id[:80]!r} is no name of a source: letters, digits, '.', '_' and '-', at most 64",
                where=_line(text, source_id, where),
            )
        if not isinstance(fields, dict):
            raise ConfigError(
                f"{source_id!r} stands outside any source: put it under [name]",
                where=_line(text, source_id, where),
            )
        for key in fields:
            _check_key(key, SourceTable.__struct_fields__, text, where, after=source_id)
        table = _convert(fields, SourceTable, text, where, after=source_id)
        profiles[source_id] = _profile(source_id, table, text, where)
    return profiles


def clock_of(table: MissionTable) -> Clock:
    """Return the mission's own time."""
    return Clock(zone=ZoneInfo(table.zone), cut=time.fromisoformat(table.cut))


def bodies_of(table: MissionTable) -> tuple[Body, ...]:
    """Return the bodies that the mission serves."""
    return tuple(
        Body(name=b.name, stands_on=b.stands_on, members=b.members, powers=b.powers) for b in table.bodies
    )


def schemas() -> Mapping[str, bytes]:
    """Return the JSON Schema of each file, by the name it is published under."""
    named = {"trucewatch.schema.json": MissionTable, "sources.schema.json": SourceTables}
    return {
        name: msgspec.json.format(msgspec.json.encode(msgspec.json.schema(table), order="sorted")) + b"\n"
        for name, table in named.items()
    }


def _profile(source_id: str, table: SourceTable, text: str, where: str) -> SourceProfile:
    return SourceProfile(
        source_id=source_id,
        means=table.means,
        format=table.format,
        affiliation=table.affiliation,
        reliability=table.reliability,
        origin=table.origin,
        zone=None if table.zone is None else _zone(table.zone, text, where, after=source_id),
        position_sigma_m=table.position_sigma_m,
        bearing_sigma_deg=table.bearing_sigma_deg,
        distance_factor=table.distance_factor,
        time_sigma_s=table.time_sigma_s,
        time_lag_median_s=table.time_lag_s.median if table.time_lag_s else None,
        time_lag_p95_s=table.time_lag_s.p95 if table.time_lag_s else None,
        detects=table.detects,
        range_m=table.range_m,
        false_per_day=table.false_per_day,
        repeats=table.repeats,
        false_share=table.false_share,
        alone=table.alone,
        confuses=table.confuses,
        watches=table.watches,
        published=table.published,
        licence=table.licence,
        says=table.says,
        key=table.key,
        mapping=table.mapping,
    )


def _check_release(said: object, text: str, where: str) -> None:
    """Refuse a policy for an audience that there is not, and a key that a policy has not."""
    for audience, policy in said.items() if isinstance(said, dict) else ():
        _check_key(audience, ReleaseTable.__struct_encode_fields__, text, where)
        for key in policy if isinstance(policy, dict) else ():
            _check_key(key, PolicyTable.__struct_fields__, text, where)


def _check_cosigners(table: MissionTable, text: str, where: str) -> None:
    """Refuse cosigners whose key is none, or is another's, and a quorum of somebody else."""
    names = [cosigner.name for cosigner in table.cosigners]
    for cosigner in table.cosigners:
        try:
            key = verifier_key(cosigner.key)
        except InputError as fault:
            met = f"the key of cosigner {cosigner.name!r} cannot be read: {fault.message}"
            raise ConfigError(met, where=_line(text, "cosigners", where)) from fault
        if key.kind is not KeyKind.COSIGNATURE:
            met = f"the key of cosigner {cosigner.name!r} signs notes, and one that cosigns them is needed"
            raise ConfigError(met, where=_line(text, "cosigners", where))
    if len(set(names)) < len(names) or len({c.key for c in table.cosigners}) < len(names):
        raise ConfigError("`cosigners` has a name or a key twice", where=_line(text, "cosigners", where))
    if strangers := [name for name in table.quorum if name not in names]:
        met = f"`quorum` names {strangers[0]!r}, which is no cosigner"
        raise ConfigError(met, where=_line(text, "quorum", where))


def _toml(text: str, where: str) -> dict[str, object]:
    if len(text) > LONGEST_CHARACTERS:
        raise ConfigError(f"is longer than {LONGEST_CHARACTERS:,} characters: shorten it", where=where)
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError(f"is not TOML: {fault}", where=where) from fault
    except RecursionError as fault:
        raise ConfigError(
            "is nested too deeply to be read: look for repeated brackets", where=where
        ) from fault


def _convert(raw: object, table: type[T], text: str, where: str, *, after: str | None = None) -> T:
    try:
        return msgspec.convert(raw, table)
    except msgspec.ValidationError as fault:
        key = re.search(r"\$\.(\w+)", str(fault))
        line = _line(text, key.group(1), where, after=after) if key else where
        named = f"[{after}] " if after else ""
        raise ConfigError(
            f"{named}{str(fault).replace('$.', '').replace('`$`', 'it')}", where=line
        ) from fault


def _zone(name: str, text: str, where: str, *, after: str | None = None) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        hint = suggestion(name, sorted(available_timezones())) or ": give an IANA name such as Europe/Kyiv"
        line = _line(text, "zone", where, after=after)
        raise ConfigError(f"{name!r} is not a time zone{hint}", where=line) from fault


def _check_key(key: str, known: Sequence[str], text: str, where: str, *, after: str | None = None) -> None:
    if key not in known:
        hint = suggestion(key, list(known)) or f": the keys are {', '.join(known)}"
        raise ConfigError(f"there is no key {key!r}{hint}", where=_line(text, key, where, after=after))


def _line(text: str, key: str, where: str, *, after: str | None = None) -> str:
    """Return `where` with the line of `key`, after the header [after] when one is given."""
    started = after is None
    for number, line in _numbered(text):
        started = started or re.match(rf'\s*\[+\s*"?{re.escape(after or "")}"?[\].]', line) is not None
        if started and re.match(rf'\s*\[*\s*([\w"-]+\.)?"?{re.escape(key)}"?\s*[=.\]]', line):
            return f"{where}:{number}"
    return where


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    return enumerate(text.splitlines(), start=1)
