"""What is planted for the canaries: rows and nouns filled by their types, and every way a number or word is spelled."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import polars as pl

from trucewatch.mission.deeds import record_fact, record_move
from trucewatch.mission.folder import Folder, Plan, init, settle
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.pledges import record_contest, record_counts_as, record_notice
from trucewatch.mission.walk import walk
from trucewatch.model.canonical import with_ids
from trucewatch.model.condition import Stated
from trucewatch.model.decision import Move, MoveKind, Role
from trucewatch.model.formats import to_parquet
from trucewatch.model.notice import Notice
from trucewatch.model.statement import FactKind
from trucewatch.model.tables import OBSERVATIONS, Table
from trucewatch.model.vocabulary import Audience

OUTSIDE = [audience for audience in Audience if audience is not Audience.INTERNAL]
ALL = '["assessments", "control", "counts", "coverage", "incidents", "observations", "tallies", "weather"]'
POLICY = "".join(
    f'\n[release."{audience.value}"]\nk_origins = 2\ndelay_hours = 1\ntables = {ALL}\n'
    for audience in OUTSIDE
)
CODED = {
    "phenomenon": "explosion",
    "means": "heard",
    "trajectory": "incoming",
    "sensitivity": "restricted",
    "rule": "raw",
}
THEN = datetime(2026, 3, 1, 10, 7, 31, 123456, tzinfo=UTC)
SECTOR = ("bearing_deg", "bearing_halfwidth_deg", "distance_min_m", "distance_max_m")
TRUE_LON, TRUE_LAT = 37.7123457, 48.1765432
SOURCES = ("CANARYSOURCE", "CANARYSECOND")  # two of them: what one source alone tells never leaves
LATE = THEN + timedelta(days=60)


def spellings(number: float) -> Iterator[bytes]:
    """Every way in which a number may stand in a file: digits cut and rounded, the bytes of it, those in base64."""
    for places in (4, 5, 6):
        cut = f"{number:.9f}"[: places - 9]
        for text in (cut, f"{number:.{places}f}"):
            yield from (text.encode(), text.replace(".", ",").encode())
    for form in ("<d", ">d", "<f", ">f"):
        yield from hidden_in(struct.pack(form, number))


def hidden_in(raw: bytes) -> Iterator[bytes]:
    """Bytes as they are, in hexadecimal, in base64 wherever they begin, and in an address."""
    yield from (raw, raw.hex().encode(), raw.hex().upper().encode(), quote(raw).encode())
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)
        yield coded[4 if shift else 0 : len(coded) // 4 * 4 - 4]


def needles(planted: Mapping[str, object]) -> list[tuple[str, bytes]]:
    """Return what to search for, with where it was planted."""
    found: list[tuple[str, bytes]] = []
    for where, value in planted.items():
        if isinstance(value, float):
            found += [(where, needle) for needle in spellings(value)]
        else:
            found += [(where, needle) for needle in hidden_in(str(value).encode())]
    return [(where, needle) for where, needle in found if len(needle) > 4]


def leaks(raw: bytes, hunted: list[tuple[str, bytes]], where: str) -> list[tuple[str, str, bytes]]:
    """Return what was planted and is found in `raw`."""
    return [(where, planted, needle) for planted, needle in hunted if needle in raw]


def planted_row(table: Table, n: int) -> tuple[dict[str, object], dict[str, object]]:
    """Return a row of a table with every column planted by its type, and what was planted where."""
    row: dict[str, object] = {}
    planted: dict[str, object] = {}
    for at, column in enumerate(table.columns):
        where = f"{table.name}.{column.name}"
        if column.name in CODED or column.words is not None:
            row[column.name] = CODED.get(column.name) or (
                None if column.words is None else next(iter(column.words)).value
            )
            if column.dtype == pl.List(pl.String):
                row[column.name] = [row[column.name]]
            continue
        value = planted_value(column.dtype, column.name, at + 37 * n)
        row[column.name] = value
        if isinstance(value, list):
            planted[where] = value[0]
        elif isinstance(value, str | float) or (isinstance(value, int) and not isinstance(value, bool)):
            planted[where] = value
    return row, planted


def planted_value(dtype: object, name: str, at: int) -> object:
    if dtype == pl.Float64:
        lonlat = {"lon": 37.7, "lat": 48.1, "observer_lon": 37.6, "observer_lat": 48.2}.get(name, 41.0)
        return lonlat + at * 0.000_713_37 + 0.000_012_3
    if dtype in (pl.Int64, pl.UInt32):
        return 97_000_000 + at if not name.startswith("count") else 5
    if dtype == pl.String:
        return f"CANARY{at}{name.upper()}"
    if dtype == pl.List(pl.String):
        return [f"CANARY{at}{name.upper()}"]
    if dtype == pl.Boolean:
        return True
    return {True: THEN.date(), False: THEN + timedelta(minutes=at)}[dtype == pl.Date]


def values_of(frame: pl.DataFrame) -> bytes:
    """Return all that is in a frame, as text and as the bytes of its numbers."""
    numbers = b"".join(
        struct.pack("<d", v)
        for name, t in frame.schema.items()
        if t.is_float()
        for v in frame[name].drop_nulls()
    )
    return repr(frame.to_dicts()).encode() + numbers


def told_to(audience: Audience, hunted: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Return what an audience may not have of what was planted: a body knows its people, and all but the public the reasons."""
    may: set[str] = set() if audience is Audience.PUBLIC else {"words"}
    may |= {"recorder", "any", "grounds"} if audience is Audience.BODY else set()
    return [one for one in hunted if one[0].partition(":")[0] not in may]


def planted_people(folder: Folder, fact_id: str) -> dict[str, object]:
    """Plant what people record beside a fact: about it, of the incident, and in a case that stands on it; and say what."""
    record_contest(folder, of=fact_id, contested_by="B", by="CANARYCONTESTER", on="CANARYCONTEST")
    record_counts_as(
        folder,
        kind=FactKind.TRUCE_CONCLUDED,
        trigger=FactKind.CEASEFIRE_IN_FORCE,
        words=None,
        statement=None,
        pack=None,
        by="CANARYREADER",
        on="CANARYREADING",
    )
    notice = Notice(
        stated=Stated.ORDERED,
        record="",
        by="A",
        at=THEN,
        from_utc=THEN,
        to_utc=THEN + timedelta(hours=1),
        party="A",
        lon=37.5317913,
        lat=48.3917331,
        radius_m=97_531.0,
        rests_on="CANARYORDER",
    )
    record_notice(folder, notice, by="CANARYNOTICER")
    (incident,) = walk(folder.path).fused.incidents["incident_id"]
    plain = Move(
        move_id="",
        case_id="case-planted",
        kind=MoveKind.OPEN,
        by="",
        role=Role.ANALYST,
        at=THEN + timedelta(days=1),
        words="PLANTEDALLEGATION",
        incident_id=incident,
        clause_id="minsk-2015/M2-1",
        place="PLANTEDPLACE",
        organisation="CANARYORGANISATION",
        evidence=("CANARYEVIDENCE",),
    )
    record_move(folder, plain, by="CANARYALLEGER")
    for n, (kind, role, by, stated) in enumerate(
        (
            (MoveKind.ASSIGN, Role.VERIFIER, "CANARYASSIGNER", {"owner": "CANARYOWNER"}),
            (MoveKind.INQUIRE, Role.VERIFIER, "CANARYINQUIRER", {"words": "PLANTEDINQUIRY"}),
            (MoveKind.FIND, Role.VERIFIER, "CANARYVERIFIER", {"words": "PLANTEDFINDING"}),
        )
    ):
        bare = replace(plain, kind=kind, role=role, words="", incident_id=None, clause_id=None, place=None)
        bare = replace(bare, organisation=None, evidence=(), at=THEN + timedelta(days=2 + n))
        record_move(folder, replace(bare, **stated), by=by)
    names = ("CONTESTER", "READER", "NOTICER", "ALLEGER", "ASSIGNER", "OWNER", "INQUIRER", "VERIFIER")
    return {
        **{f"recorder:{name}": f"CANARY{name}" for name in names},
        **{f"grounds:{name}": f"CANARY{name}" for name in ("CONTEST", "READING", "ORDER")},
        **{f"words:{name}": f"PLANTED{name}" for name in ("ALLEGATION", "PLACE", "INQUIRY", "FINDING")},
        "organisation": "CANARYORGANISATION",
        "evidence": "CANARYEVIDENCE",
        "incident": incident,
        "notice lon": 37.5317913,
        "notice lat": 48.3917331,
        "notice radius": 97_531.0,
    }


def planted_mission(place: Path) -> tuple[Folder, list[tuple[str, bytes]]]:
    """A mission with a policy for everybody, two planted observations of one incident, and facts; and what was planted."""
    folder = init(
        place,
        Plan(name="m", agreements=("minsk-2015",), packs=("coalition",)),
        by="CANARYOPERATOR",
    )
    path = folder.path / "trucewatch.toml"
    path.write_text(path.read_text("utf-8") + POLICY, "utf-8")
    settle(folder, by="CANARYOPERATOR")
    planted: dict[str, object] = {"operator": "CANARYOPERATOR"}
    rows = []
    for n in range(2):
        row, told = planted_row(OBSERVATIONS, n)
        row |= {
            "source_id": SOURCES[n],
            "sigma_m": 200.0 + n,
            "lon": TRUE_LON,
            "lat": TRUE_LAT,
            "from_utc": THEN,
            "to_utc": THEN + timedelta(minutes=3),
        }
        row |= {
            "altitude_m": None,
            "reliability": "B",
            "credibility": 2,
            "area_id": None,
            "origin": None,
            "told_by": None,
            "widened_s": None,
        }
        if n:  # one post says where it looked, the other only where it stood
            row |= dict.fromkeys(
                (*SECTOR, "major_m", "minor_m", "azimuth_deg", "heading_deg", "calibre_mm", "weapon")
            )
        rows.append(row)
        kept = {"observations.source_id", "observations.sigma_m", "observations.lon", "observations.lat"}
        planted |= {
            f"{where}#{n}": value
            for where, value in told.items()
            if row[where.partition(".")[2]] == value and where not in kept
        }
    planted |= {"lon": TRUE_LON, "lat": TRUE_LAT, "source": SOURCES[0], "second": SOURCES[1]}
    given = pl.DataFrame(rows, schema=OBSERVATIONS.schema).with_columns(
        observation_id=pl.lit(""), evidence=pl.lit("ab" * 32)
    )
    ready = with_ids(given)
    every: list[str] = []
    for source in SOURCES:
        own = to_parquet(OBSERVATIONS, ready.filter(source_id=source))
        names = [folder.vault.put(raw) for raw in (b"CANARY", own, b"[]")]
        body = {
            "source_id": source,
            "table": "observations",
            "table_schema": 1,
            "file": "CANARYFILE.csv",
            **dict(zip(("evidence", "rows", "refusals"), names, strict=True)),
            "accepted": 1,
            "known": 0,
            "refused": 0,
            "notes": [],
        }
        folder.journal.append([Entry(kind=Kind.BATCH, author=source, body=body, rests_on=tuple(names))])
        every += names
    fact = record_fact(
        folder,
        kind=FactKind.CEASEFIRE_IN_FORCE,
        holds=True,
        from_utc=THEN,
        by="CANARYRECORDER",
        on="CANARYGROUNDS",
    )
    planted |= planted_people(folder, fact.fact_id)
    planted |= {f"id{n}": name for n, name in enumerate((*ready["observation_id"], *every))}
    planted |= {
        "file": "CANARYFILE",
        "recorder": "CANARYRECORDER",
        "grounds": "CANARYGROUNDS",
        "any": "CANARY",
    }
    return folder, needles(planted)
