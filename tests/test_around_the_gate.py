"""Nobody reads around the gate: not by what the modules hold, and not by what they do for an audience."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import trucewatch.mission
from trucewatch.errors import RefusedError
from trucewatch.mission.folder import Plan, init
from trucewatch.mission.walk import Walk, walk
from trucewatch.model.policy import INTERNAL_ONLY
from trucewatch.model.tables import TABLES
from trucewatch.model.vocabulary import Audience

SOURCE = Path(__file__).resolve().parent.parent / "src" / "trucewatch"
ROWS = frozenset({"fused", *(table.name for table in TABLES)})
FACES = ("cli", "web", "report")
# Modules of the shell that read a walk's rows, and why each may: a new one is added here by somebody who looked.
MAY_READ: Mapping[str, str] = {
    "mission/allegations.py": "sets what is alleged beside the mission's own incidents, for the desk",
    "mission/asked.py": "answers the mission's own questions",
    "mission/comparing.py": "sets two agreements side by side, for the mission itself",
    "mission/demo.py": "makes exercises and walks them",
    "mission/drill.py": "compares a restored mission with its original",
    "mission/exercising.py": "marks an exercise against its known truth",
    "mission/exporting.py": "projects each table before it writes it",
    "mission/finding_pack.py": "projects the incident of a case",
    "mission/for_audience.py": "puts what was released in place of a walk's rows",
    "mission/incident_pages.py": "reads a walk that `walk_for` made",
    "mission/projecting.py": "is the way to the gate",
    "mission/rebuilding.py": "compares a rebuilt record's tables, and tells whether they are alike",
    "mission/releases.py": "commits to rows, and tells their root alone",
    "mission/reopening.py": "finds which cases are opened again",
    "mission/reporting.py": "reads a walk that `walk_for` made",
    "mission/showing.py": "projects, or reads what was released",
    "mission/traces.py": "explains to the mission itself",
    "mission/walk.py": "makes the walk",
}
# A face that reads a walk's rows itself: the mission's own verbs, which take no audience and say INTERNAL.
FACES_THAT_READ = {"cli/assess.py": "names an assessment's incident for whoever has the folder"}
WALKS = ("walk", "walked", "whole", "done", "before", "after", "asked")


def reads(path: Path) -> list[str]:
    """Return the rows of a walk that a module touches."""
    tree = ast.parse(path.read_text("utf-8"))
    found = []
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and node.attr in ROWS
            and isinstance(node.value, ast.Name)
            and node.value.id in WALKS
        ):
            found.append(f"{node.value.id}.{node.attr}")
    return found


def modules(room: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((SOURCE / room).rglob("*.py")):
        yield path.relative_to(SOURCE).as_posix(), path


@pytest.mark.parametrize("room", FACES)
def test_a_face_touches_no_rows_of_a_walk(room: str) -> None:
    around = {
        name: reads(path) for name, path in modules(room) if reads(path) and name not in FACES_THAT_READ
    }
    assert around == {}


def test_who_reads_a_walk_in_the_shell_is_listed_with_the_reason() -> None:
    assert {name for name, path in modules("mission") if reads(path)} == set(MAY_READ) & {
        name for name, path in modules("mission") if reads(path)
    }


def test_a_face_that_reads_the_walk_takes_no_audience() -> None:
    for name in FACES_THAT_READ:
        assert "for_audience" not in (SOURCE / name).read_text("utf-8"), name


def test_a_module_that_reads_around_the_gate_is_caught(tmp_path: Path) -> None:
    planted = tmp_path / "leak.py"
    planted.write_text("def leak(walked):\n    return walked.fused.incidents, walked.observations\n", "utf-8")
    assert sorted(reads(planted)) == ["walked.fused", "walked.observations"]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The walk over a mission that has no release policy."""
    folder = init(tmp_path_factory.mktemp("gate") / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    return walk(folder.path)


AT = datetime(2026, 3, 1, tzinfo=UTC)
DAY = date(2026, 3, 1)
Made = Callable[[Walk, Audience, Path], object]


def asked(name: str) -> Callable[..., object]:
    module, _, function = name.rpartition(".")
    found = getattr(importlib.import_module(f"trucewatch.mission.{module}"), function)
    assert callable(found)
    return found  # type: ignore[no-any-return]


# Each function of the shell that makes something for an audience, and how it is called.
CALLS: Mapping[str, Made] = {
    "exporting.export": lambda w, a, d: asked("exporting.export")(
        w, "incidents", str(d / "x.csv"), audience=a
    ),
    "for_audience.cases_for": lambda w, a, _: asked("for_audience.cases_for")(w.known, a),
    "for_audience.export_released": lambda w, a, d: asked("for_audience.export_released")(
        w.known, "incidents", str(d / "x.csv"), audience=a, day=None
    ),
    "for_audience.known_for": lambda w, a, _: asked("for_audience.known_for")(w.known, a),
    "for_audience.walk_for": lambda w, a, _: asked("for_audience.walk_for")(w, a),
    "incident_pages.day_of_incident": lambda w, a, _: asked("incident_pages.day_of_incident")(
        w, "x", audience=a
    ),
    "for_audience.shown_in": lambda w, a, _: asked("for_audience.shown_in")(w, a, {}),
    "reporting.day_shown": lambda w, a, _: asked("reporting.day_shown")(
        replace(w, day=DAY), replace(w, day=DAY), a
    ),
    "release_reports.reports_of": lambda w, a, _: asked("release_reports.reports_of")(w, {}, a, DAY, DAY),
    "incident_pages.incident_of": lambda w, a, _: asked("incident_pages.incident_of")(
        replace(w, day=DAY), DAY, "x", audience=a
    ),
    "ledger_pages.board_of": lambda w, a, _: asked("ledger_pages.board_of")(w.known, at=AT, audience=a),
    "ledger_pages.if_withdrawn_of": lambda w, a, _: asked("ledger_pages.if_withdrawn_of")(
        w.known, "UA", at=AT, audience=a
    ),
    "ledger_pages.timeline_of": lambda w, a, _: asked("ledger_pages.timeline_of")(w.known, at=AT, audience=a),
    "ledger_pages.waits_of": lambda w, a, _: asked("ledger_pages.waits_of")(w.known, at=AT, audience=a),
    "pledges.clocks_for": lambda w, a, _: asked("pledges.clocks_for")(w.known, (), at=AT, audience=a),
    "pledges.places_for": lambda w, a, _: asked("pledges.places_for")(w.known, at=AT, audience=a),
    "projecting.policy_for": lambda w, a, _: asked("projecting.policy_for")(w.known.policies, a),
    "releases.policy_text": lambda w, a, _: asked("releases.propose")(
        w.known.folder, a, first=DAY, last=DAY, by="x"
    ),
    "releases.propose": lambda w, a, _: asked("releases.propose")(
        w.known.folder, a, first=DAY, last=DAY, by="x"
    ),
    "reporting.day_of": lambda w, a, _: asked("reporting.day_of")(replace(w, day=DAY), audience=a),
    "reporting.promises_of": lambda w, a, _: asked("reporting.promises_of")(
        w.known, earlier=DAY, later=DAY, valid_at=AT, audience=a
    ),
}
# What has an audience and makes nothing for it of what the mission has.
NOTHING_MADE: Mapping[str, str] = {
    "finding_pack.finding_pack": "is of a case that exists: `policy_for` is asked before anything is made of it",
    "ledger_pages.reasons_of": "is of a standing that exists: `known_for` is asked first",
    "released.published_to": "lists releases",
    "released.retracted": "lists releases that were retracted",
    "released.retracted_of": "names a release that was retracted",
    "for_audience.published_to": "lists releases",
    "released.released": "has what was published, which is nothing without a policy",
    "showing.shown_of": "has what was released, which is nothing without a policy",
}


def made_for_audiences() -> set[str]:
    """Return the public functions of the shell that take an audience."""
    found = set()
    for info in pkgutil.iter_modules(trucewatch.mission.__path__):
        source = (SOURCE / "mission" / f"{info.name}.py").read_text("utf-8")
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                names = {arg.arg for arg in (*node.args.args, *node.args.kwonlyargs)}
                if "audience" in names:
                    found.add(f"{info.name}.{node.name}")
    return found


def test_everything_that_is_made_for_an_audience_is_tried_here() -> None:
    assert made_for_audiences() - set(CALLS) - set(NOTHING_MADE) - STORED_BY_NAME == set()


STORED_BY_NAME = {
    "views.built",
    "views.note_built",
    "views_incidents.view_of",
}  # a read model, made of what `shown_of` gives


@pytest.mark.parametrize("audience", [each for each in Audience if each is not Audience.INTERNAL])
@pytest.mark.parametrize("name", sorted(CALLS))
def test_without_a_policy_nothing_is_made_for_anybody_outside(
    empty: Walk, tmp_path: Path, name: str, audience: Audience
) -> None:
    assert empty.known.policies.get(audience, INTERNAL_ONLY) is INTERNAL_ONLY
    with pytest.raises(RefusedError):
        CALLS[name](empty, audience, tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert inspect.isfunction(CALLS[name])
