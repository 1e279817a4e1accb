"""The canary outside: what is planted in every private field of every noun is in nothing that anybody outside gets.

Every declared column and every field of the nouns that people record is planted by its type, so that one that is
added later is planted too; what may leave is listed here, and nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import get_args, get_type_hints

import polars as pl
import pytest
from planting import LATE, OUTSIDE, THEN, leaks, needles, planted_mission, planted_row, told_to, values_of

from trucewatch.mission.folder import Folder
from trucewatch.mission.for_audience import DECIDED, PEOPLE, REASONS, TOLD, told_outside
from trucewatch.model.gate import project
from trucewatch.model.outside import NAMED, table_of
from trucewatch.model.policy import Policy
from trucewatch.model.tables import TABLES, Table
from trucewatch.model.vocabulary import Audience

DAY = "2026-03-01"
# What may leave of a row whose source is not published, beside what the gate itself names (`NAMED`).
MAY_LEAVE: Mapping[str, frozenset[str]] = {
    "coverage": frozenset({"area_id", "from_utc", "to_utc", "phenomenon", "state", "hours", "lower_bound"}),
    **NAMED,
}
COARSE = frozenset({"lon", "lat", "from_utc", "to_utc", "hours", "p_real", "p_phenomenon"})


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
    assert not leaks(values_of(left), needles(private), f"{table.name} to {audience}")
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
            assert not leaks(raw, needles(private), f"{noun.__name__} to {audience}")


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
    return planted_mission(tmp_path_factory.mktemp("outside") / "m")


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
        ours = told_to(audience, hunted)
        searched = [path for path in sorted(out.rglob("*")) if path.is_file()]
        assert len(searched) > 30
        for path in searched:
            raw = path.read_bytes()
            assert not leaks(
                raw if path.suffix != ".parquet" else raw + values_of(pl.read_parquet(path)),
                ours,
                str(path),
            )
        assert pl.read_parquet(out / "incidents.parquet").height == 1


def test_no_page_of_the_ledger_and_no_error_for_anybody_outside_holds_what_was_planted(
    run_here, mission: tuple[Folder, list[tuple[str, bytes]]], tmp_path: Path
) -> None:
    folder, hunted = mission
    told = run_here(
        "release", "propose", "--ledger", "--audience", "public", "--by", "a", "--json", cwd=folder.path
    )
    ident = json.loads(told.stdout)["release"]["release_id"]
    assert run_here("release", "approve", ident, "--by", "b", cwd=folder.path).returncode == 0
    out = tmp_path / "ledger"
    assert run_here("release", "publish", ident, "-o", str(out), "--by", "b", cwd=folder.path).returncode == 0
    searched = sorted(out.iterdir())
    assert {path.name for path in searched} >= {"ledger.csv", "ledger.parquet", "manifest.json"}
    for path in searched:
        raw = path.read_bytes()
        assert not leaks(
            raw if path.suffix != ".parquet" else raw + values_of(pl.read_parquet(path)), hunted, str(path)
        )
    for audience in OUTSIDE:
        ours = told_to(audience, hunted)
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
            assert told.returncode == 0
            assert not leaks(
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
            assert not leaks((told.stdout + told.stderr).encode(), hunted, f"{wrong} to {audience}")
        packed = tmp_path / f"pack-{audience.value.replace(':', '-')}"
        files = [f"{packed}.{form}" for form in ("html", "json")]
        told = run_here("case", "pack", "case-planted", "-o", ",".join(files), *who, cwd=folder.path)
        assert told.returncode == (0 if audience is not Audience.PUBLIC else told.returncode), told.stderr
        for path in (Path(name) for name in files):
            assert not leaks(path.read_bytes() if path.exists() else b"", ours, str(path))
        told = run_here("case", "show", "case-planted", *who, "--json", cwd=folder.path)
        assert not leaks((told.stdout + told.stderr).encode(), ours, f"case show to {audience}")
