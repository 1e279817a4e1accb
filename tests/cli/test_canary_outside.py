"""The canary outside: what is planted in every private field of every noun is in nothing that anybody outside gets.

Every declared column and every field of the nouns that people record is planted by its type, so that one that is
added later is planted too; what may leave is listed here, and nowhere else.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import get_args, get_type_hints
from urllib.parse import quote

import polars as pl
import pytest

from trucewatch.mission.deeds import record_fact
from trucewatch.mission.folder import Folder, Plan, init, settle
from trucewatch.mission.for_audience import DECIDED, PEOPLE, REASONS, TOLD, told_outside
from trucewatch.mission.journal import Entry, Kind
from trucewatch.model.canonical import with_ids
from trucewatch.model.formats import to_parquet
from trucewatch.model.gate import project
from trucewatch.model.outside import NAMED, table_of
from trucewatch.model.policy import Policy
from trucewatch.model.statement import FactKind
from trucewatch.model.tables import OBSERVATIONS, TABLES, Table
from trucewatch.model.vocabulary import Audience

DAY = "2026-03-01"
OUTSIDE = [audience for audience in Audience if audience is not Audience.INTERNAL]
ALL = '["assessments", "control", "counts", "coverage", "incidents", "observations", "tallies", "weather"]'
POLICY = "".join(
    f'\n[release."{audience.value}"]\nk_origins = 2\ndelay_hours = 1\ntables = {ALL}\n'
    for audience in OUTSIDE
)
# What may leave of a row whose source is not published, beside what the gate itself names (`NAMED`).
MAY_LEAVE: Mapping[str, frozenset[str]] = {
    "coverage": frozenset({"area_id", "from_utc", "to_utc", "phenomenon", "state", "hours", "lower_bound"}),
    **NAMED,
}
COARSE = frozenset({"lon", "lat", "from_utc", "to_utc", "hours", "p_real", "p_phenomenon"})
CODED = {
    "phenomenon": "explosion",
    "means": "heard",
    "trajectory": "incoming",
    "sensitivity": "restricted",
    "rule": "raw",
}
THEN = datetime(2026, 3, 1, 10, 7, 31, 123456, tzinfo=UTC)
SECTOR = ("bearing_deg", "bearing_halfwidth_deg", "distance_min_m", "distance_max_m")
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


def clean(raw: bytes, hunted: list[tuple[str, bytes]], where: str) -> None:
    met = [(planted, needle) for planted, needle in hunted if needle in raw]
    assert met == [], (where, met[:3])


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


@pytest.mark.parametrize("audience", OUTSIDE)
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_is_planted_and_only_what_is_named_leaves(table: Table, audience: Audience) -> None:
    row, planted = planted_row(table, 0)
    frame = table.conform(pl.DataFrame([row], schema=table.schema))
    policy = Policy(
        audience=audience,
        naming=b"secret",
        delays={},
        k_origins=1,
        least_count=3,
        tables=frozenset(t.name for t in TABLES),
    )
    if table_of(frame) is None:  # links: their row numbers are the mission's own, and they leave to nobody
        assert table.name == "links"
        return
    left = project(frame, audience, LATE, policy)
    may = {
        f"{table.name}.{name}"
        for name in MAY_LEAVE.get(table.name, frozenset()) - COARSE
        if not name.endswith("_id") or table.name in ("assessments", "coverage")
    }
    private = {where: value for where, value in planted.items() if where not in may}
    clean(values_of(left), needles(private), f"{table.name} to {audience}")
    assert left.height == (
        0 if table.name in ("weather", "control", "links") or (table.name == "coverage") else 1
    )


def test_what_leaves_of_each_noun_is_listed_and_a_new_field_stays_inside() -> None:
    for audience in OUTSIDE:
        policy = Policy(audience=audience, naming=b"secret")
        for noun in TOLD:
            told = planted_noun(noun)
            planted = {
                f"{noun.__name__}.{f.name}": getattr(told, f.name)
                for f in fields(noun)
                if f.name not in TOLD[noun]
            }
            private = {
                where: one_of(value)
                for where, value in planted.items()
                if isinstance(one_of(value), str | float)
            }
            if audience is Audience.BODY:
                private = {
                    where: value for where, value in private.items() if where.rpartition(".")[2] not in PEOPLE
                }
            if audience is Audience.PUBLIC and noun in DECIDED:
                reasons = {
                    f"{noun.__name__}.{f.name}": getattr(told, f.name)
                    for f in fields(noun)
                    if f.name in REASONS
                }
                private |= {where: value for where, value in reasons.items() if isinstance(value, str)}
            raw = repr(told_outside(told, policy)).encode()
            clean(raw, needles(private), f"{noun.__name__} to {audience}")


def one_of(value: object) -> object:
    return value[0] if isinstance(value, tuple) and value else value


def planted_noun(noun: type) -> object:
    """Return a noun with every field planted by its type."""
    hints, given = get_type_hints(noun), {}
    for at, field in enumerate(fields(noun)):
        given[field.name] = planted_field(hints[field.name], field.name, at)
    return noun(**given)


def planted_field(hint: object, name: str, at: int) -> object:
    kinds = (
        [kind for kind in get_args(hint) if kind is not type(None)] if isinstance(hint, UnionType) else [hint]
    )
    kind = kinds[0]
    if isinstance(kind, type) and issubclass(kind, Enum):
        return next(iter(kind))
    if kind is str:
        return f"CANARY{at}{name.upper()}"
    if kind in (float, int, bool):
        return {float: 41.0 + at * 0.000_713_37, int: 97_000_000 + at, bool: True}[kind]
    if kind is datetime:
        return THEN
    if getattr(kind, "__origin__", None) is tuple:
        inner = get_args(kind)[0]
        return (f"CANARY{at}{name.upper()}",) if inner is str else ()
    return None


@pytest.fixture(scope="module")
def mission(tmp_path_factory: pytest.TempPathFactory) -> tuple[Folder, list[tuple[str, bytes]]]:
    """A mission with a policy for everybody, two planted observations of one incident, and facts; and what was planted."""
    folder = init(
        tmp_path_factory.mktemp("outside") / "m",
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
            "source_id": "CANARYSOURCE",
            "sigma_m": 200.0 + n,
            "lon": 37.7123457,
            "lat": 48.1765432,
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
    planted |= {"lon": 37.7123457, "lat": 48.1765432, "source": "CANARYSOURCE"}
    given = pl.DataFrame(rows, schema=OBSERVATIONS.schema).with_columns(
        observation_id=pl.lit(""), evidence=pl.lit("ab" * 32)
    )
    ready = with_ids(given)
    names = [folder.vault.put(raw) for raw in (b"CANARY", to_parquet(OBSERVATIONS, ready), b"[]")]
    body = {
        "source_id": "CANARYSOURCE",
        "table": "observations",
        "table_schema": 1,
        "file": "CANARYFILE.csv",
        **dict(zip(("evidence", "rows", "refusals"), names, strict=True)),
        "accepted": 2,
        "known": 0,
        "refused": 0,
        "notes": [],
    }
    folder.journal.append([Entry(kind=Kind.BATCH, author="CANARYSOURCE", body=body, rests_on=tuple(names))])
    record_fact(
        folder,
        kind=FactKind.CEASEFIRE_IN_FORCE,
        holds=True,
        from_utc=THEN,
        by="CANARYRECORDER",
        on="CANARYGROUNDS",
    )
    planted |= {f"id{n}": name for n, name in enumerate((*ready["observation_id"], *names))}
    planted |= {
        "file": "CANARYFILE",
        "recorder": "CANARYRECORDER",
        "grounds": "CANARYGROUNDS",
        "any": "CANARY",
    }
    return folder, needles(planted)


def test_no_file_of_a_release_and_no_export_or_report_from_it_holds_what_was_planted(
    run_here, mission: tuple[Folder, list[tuple[str, bytes]]], tmp_path: Path
) -> None:
    folder, hunted = mission
    for audience in OUTSIDE:
        made = json.loads(
            run_here(
                "release",
                "propose",
                "--audience",
                audience.value,
                "--day",
                DAY,
                "--by",
                "a",
                "--json",
                cwd=folder.path,
            ).stdout
        )
        ident = made["release"]["release_id"]
        assert run_here("release", "approve", ident, "--by", "b", cwd=folder.path).returncode == 0
        out = tmp_path / audience.value.replace(":", "-")
        assert (
            run_here("release", "publish", ident, "-o", str(out), "--by", "b", cwd=folder.path).returncode
            == 0
        )
        forms = ["-o", ",".join(str(out / f"day.{form}") for form in ("html", "json", "csv"))]
        told = run_here("report", DAY, *forms, "--audience", audience.value, cwd=folder.path)
        assert (told.returncode, told.stderr) == (0, "")
        for table in ("incidents", "observations", "coverage"):
            for form in ("csv", "geojson", "parquet"):
                told = run_here(
                    "export",
                    table,
                    "-o",
                    str(out / f"x-{table}.{form}"),
                    "--audience",
                    audience.value,
                    cwd=folder.path,
                )
                assert told.returncode == 0
        ours = [n for n in hunted if audience is not Audience.BODY or n[0] not in ("recorder", "any")]
        searched = [path for path in sorted(out.rglob("*")) if path.is_file()]
        assert len(searched) > 30
        for path in searched:
            raw = path.read_bytes()
            clean(
                raw if path.suffix != ".parquet" else raw + values_of(pl.read_parquet(path)),
                ours,
                str(path),
            )
        assert pl.read_parquet(out / "incidents.parquet").height == 1


def test_no_page_of_the_ledger_and_no_error_for_anybody_outside_holds_what_was_planted(
    run_here, mission: tuple[Folder, list[tuple[str, bytes]]], tmp_path: Path
) -> None:
    folder, hunted = mission
    for audience in OUTSIDE:
        ours = [n for n in hunted if audience is not Audience.BODY or n[0] not in ("recorder", "any")]
        who = ("--audience", audience.value)
        for n, verb in enumerate(
            (
                ("guarantee",),
                ("guarantee", "--json"),
                ("guarantee", "--timeline"),
                ("guarantee", "--diff", "2025-09-05", "2026-01-06"),
            )
        ):
            out = tmp_path / f"{n}.html"
            told = run_here(*verb, *who, *(("-o", str(out)) if n != 1 else ()), cwd=folder.path)
            clean(
                (told.stdout + told.stderr).encode() + (out.read_bytes() if out.exists() else b""),
                ours,
                f"{verb} to {audience}",
            )
        for wrong in (
            ("export", "links", "-o", "-"),
            ("report", "2026-04-09", "-o", str(tmp_path / "n.html")),
            ("export", "incidents", "-o", "x.zip"),
        ):
            told = run_here(*wrong, *who, cwd=folder.path)
            assert told.returncode in (2, 3)
            clean((told.stdout + told.stderr).encode(), hunted, f"{wrong} to {audience}")
