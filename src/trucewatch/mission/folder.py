"""A mission's folder: made, opened, and its files brought into the record.

Rules:
- the walk reads only records: `settle` records each configuration file whose text has changed, and
  every verb that writes calls it first;
- what does not read (a wrong key, an agreement without its clauses) is refused before it is recorded;
- a verb that only reads takes the recorded text, and `unrecorded` names the files that differ from it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from trucewatch.assess.markdown import read_agreement
from trucewatch.assess.zones import match_shapes, read_shapes
from trucewatch.errors import InputError, IntegrityError, RefusedError, TrucewatchError
from trucewatch.guarantee.graph import ordered
from trucewatch.guarantee.pack import read_pack
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.mission import content
from trucewatch.mission.authors import NONCE_BYTES, admits, author, joining
from trucewatch.mission.config import MISSION_FILE, SOURCES_FILE, MissionTable, read_mission, read_sources
from trucewatch.mission.files import read_text, write_whole
from trucewatch.mission.journal import Entry, Journal, Kind, Record
from trucewatch.mission.keys import log_key, make_log_key
from trucewatch.mission.salts import Salt, Seeded, random_salt
from trucewatch.mission.ticks import left_at
from trucewatch.mission.vault import Vault
from trucewatch.model.statement import Statement

UKRAINE = (22.0, 44.0, 41.0, 53.0)  # the shipped sources' own limits, west, south, east, north
CONFIGURATION = frozenset({Kind.MISSION, Kind.SOURCE, Kind.AGREEMENT, Kind.ZONES, Kind.PACK})

Texts = Mapping[tuple[Kind, str], str]


_OWN_ZONE = 'zone = "{}"  # the mission\'s own'
"""How the shipped profiles mark a source whose times are the mission's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Where a mission lies."""

    path: Path
    salt: Salt = random_salt
    signer: SignerKey | None = None  # of its log; None: sought where keys are kept

    @property
    def journal(self) -> Journal:
        """Its record."""
        return Journal(
            folder=self.path / "record", salt=self.salt, signer=self.signer, left=left_at, admits=admits
        )

    @property
    def vault(self) -> Vault:
        """Its bytes by name."""
        return Vault(folder=self.path / "vault", salt=self.salt)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a new mission is made with."""

    name: str
    agreements: tuple[str, ...]
    packs: tuple[str, ...] = ()
    zone: str = "Europe/Kyiv"
    area: tuple[float, float, float, float] = UKRAINE
    exercise: bool = False
    replay: bool = False
    sources: str | None = None  # the text of sources.toml; None: the shipped profiles
    seed: bytes | None = None  # of salts and key, for the same bytes anywhere; None: random, as all real ones


def opened(path: Path | str) -> Folder:
    """Return the mission in `path`; raises InputError when there is none."""
    folder = Folder(path=Path(path))
    _refuse_old(folder)
    if not folder.journal.exists:
        raise InputError(
            "is not a mission: `trucewatch init DIR --agreement NAME` makes one", where=str(path)
        )
    return folder


def init(
    path: Path | str, plan: Plan, *, by: str, key: SignerKey | None = None, at: datetime | None = None
) -> Folder:
    """Make a mission in `path`, with a log and its key, and record its configuration.

    With `key` its first record adds `by` as a person, and the others are signed.
    """
    folder = Folder(path=Path(path))
    _refuse_old(folder)
    if (folder.path / MISSION_FILE).exists() or folder.journal.exists:
        raise InputError("is a mission already: choose another folder", where=str(path))
    written: dict[str, bytes] = {
        MISSION_FILE: _mission_text(plan).encode(),
        SOURCES_FILE: (_profiles(plan.zone) if plan.sources is None else plan.sources).encode(),
    }
    for name in plan.agreements:
        written |= {f"agreements/{name}/{k}": raw for k, raw in content.agreement_files(name).items()}
    for name in plan.packs:
        written |= {f"statements/{name}/{k}": raw for k, raw in content.pack_files(name).items()}
    read_mission(written[MISSION_FILE].decode())
    writing_moment(plan.replay, at)
    for relative, raw in written.items():
        write_whole(folder.path / relative, raw)
    begun = _begun(folder, plan)
    if key is not None:
        begun.journal.append([_first_person(begun, by, key)], at=at)
    settle(begun, by=by, key=key, at=at)
    return begun


def _profiles(zone: str) -> str:
    """Return the shipped profiles, those that keep the mission's own time in its zone."""
    return content.profiles_text().replace(_OWN_ZONE.format("Europe/Kyiv"), _OWN_ZONE.format(zone))


def _first_person(folder: Folder, by: str, key: SignerKey) -> Entry:
    log = folder.signer or log_key(folder.journal.key.name)
    nonce = folder.salt(b"nonce")[:NONCE_BYTES].hex()
    return joining(log, key, name=by, nonce=nonce)


def _begun(folder: Folder, plan: Plan) -> Folder:
    """Return the folder with an empty record, whose log's key was made."""
    if plan.seed is None:
        signer = make_log_key(_origin(plan.name, random_salt(b"origin")))
        folder.journal.create(signer)
        return folder
    if not (plan.exercise or plan.replay):
        raise RefusedError("only an exercise or a replay has a seed: whoever knows it can guess every salt")
    salt = Seeded(seed=plan.seed)
    origin = _origin(plan.name, salt(b"origin"))
    seeded = SignerKey(name=origin, kind=KeyKind.ED25519, seed=salt(b"key"))
    folder.journal.create(seeded)
    return replace(folder, salt=salt, signer=seeded)


def _origin(name: str, salt: bytes) -> str:
    """Return the name of a new mission's log: the mission's, plainly, and 8 hexadecimal digits."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:40].strip("-")
    return f"{slug or 'mission'}.{salt[:4].hex()}"


def _refuse_old(folder: Folder) -> None:
    """Refuse a mission whose record stands on no log."""
    old = folder.path / "record" / "journal.jsonl"
    if old.exists():
        raise InputError(
            "was written by a version of 0.1 from before records stood on a log, which this one does not"
            " read: make a new mission and take its files in again",
            where=str(old),
        )


def writing_moment(replay: bool, at: datetime | None) -> datetime | None:
    """Return `at` for a mission made with --replay; raises RefusedError for any other."""
    if at is not None and not replay:
        raise RefusedError("only a mission made with --replay takes --at when it writes: leave it out")
    return at


def on_disk(folder: Folder) -> Texts:
    """Return the configuration files' texts, each read once to see that it is right."""
    mission_text = read_text(folder.path / MISSION_FILE)
    table = read_mission(mission_text)
    sources_text = read_text(folder.path / SOURCES_FILE)
    read_sources(sources_text)
    texts = {(Kind.MISSION, MISSION_FILE): mission_text, (Kind.SOURCE, SOURCES_FILE): sources_text}
    for name in table.agreements:
        place = folder.path / "agreements" / name
        text = read_text(place / "agreement.md")
        agreement = read_agreement(text, name=name)
        texts[Kind.AGREEMENT, name] = text
        if (place / "zones.geojson").exists():
            zones = read_text(place / "zones.geojson")
            content.outlines(zones, where=str(place / "zones.geojson"))
            match_shapes(agreement, read_shapes(zones))
            texts[Kind.ZONES, name] = zones
    said: list[Statement] = []
    for name in table.statements:
        text = read_text(folder.path / "statements" / name / "statements.toml")
        said += read_pack(text, pack=name).statements
        texts[Kind.PACK, name] = text
    ordered(said)
    return texts


def recorded(records: Iterable[Record]) -> Texts:
    """Return the configuration that the records leave standing."""
    standing = {}
    for record in records:
        if record.kind in CONFIGURATION:
            name, text = record.body.get("name"), record.body.get("text")
            if not isinstance(name, str) or not isinstance(text, str):
                raise IntegrityError(f"record {record.seq} is not the text of a file: restore the record")
            standing[record.kind, name] = text
    return standing


def settle(
    folder: Folder,
    *,
    by: str,
    key: SignerKey | None = None,
    at: datetime | None = None,
    standing: Texts | None = None,
) -> tuple[str, ...]:
    """Record every configuration file that has changed, and return their names; `standing` is what is recorded."""
    texts = on_disk(folder)
    standing = recorded(folder.journal.replay()) if standing is None else standing
    changed = [key for key, text in texts.items() if standing.get(key) != text]
    _keep_marks(standing, texts)
    if not changed:
        return ()
    who = author(folder.journal, by=by, key=key)
    entries = [who.entry(kind, {"name": name, "text": texts[kind, name]}) for kind, name in changed]
    folder.journal.append(entries, at=at)
    return tuple(name for _, name in changed)


def unrecorded(folder: Folder, standing: Texts) -> tuple[str, ...]:
    """Return the names of configuration files that are not as recorded, or cannot be read."""
    try:
        texts = on_disk(folder)
    except TrucewatchError:
        return (MISSION_FILE,)
    return tuple(name for (kind, name), text in texts.items() if standing.get((kind, name)) != text)


def mission_of(texts: Texts) -> MissionTable:
    """Return the mission's configuration among `texts`."""
    return read_mission(text_of(texts, Kind.MISSION, MISSION_FILE))


def text_of(texts: Texts, kind: Kind, name: str) -> str:
    """Return a recorded file's text; raises IntegrityError when the record lacks it."""
    if (kind, name) not in texts:
        raise IntegrityError(f"the record holds no {kind.value} {name!r}: restore the record from a copy")
    return texts[kind, name]


def _keep_marks(standing: Texts, texts: Texts) -> None:
    """Refuse to turn an exercise or a replay into something else, or the other way round."""
    if (Kind.MISSION, MISSION_FILE) not in standing:
        return
    before, after = mission_of(standing), mission_of(texts)
    if (before.exercise, before.replay) != (after.exercise, after.replay):
        raise RefusedError(
            "`exercise` and `replay` cannot change once a mission has records: make another mission",
            where=MISSION_FILE,
        )


def _mission_text(plan: Plan) -> str:
    def words(names: Sequence[str]) -> str:
        return json.dumps(list(names), ensure_ascii=False)

    return "\n".join(
        [
            f"name = {json.dumps(plan.name, ensure_ascii=False)}",
            f"zone = {json.dumps(plan.zone)}  # the mission's own time",
            'cut = "19:30"  # when one reporting day ends and the next begins',
            'languages = ["en", "nb", "fi"]',
            f"agreements = {words(plan.agreements)}",
            f"statements = {words(plan.packs)}",
            f"area = {json.dumps(list(plan.area))}  # west, south, east, north; a point outside is refused",
            f"exercise = {json.dumps(plan.exercise)}",
            f"replay = {json.dumps(plan.replay)}",
            "",
            "[record]  # when a checkpoint leaves, and by how many leaves it then grows, whatever happened",
            "every_minutes = 60",
            "step = 256",
            "",
        ]
    )
