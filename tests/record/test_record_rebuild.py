"""Rebuilding: the same record and the same code give the same bytes, whatever the processor can do."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from golden_record import MADE, key_of

import trucewatch
from trucewatch.cli.main import program
from trucewatch.errors import InputError
from trucewatch.mission.drill import drill
from trucewatch.mission.erasing import erase
from trucewatch.mission.folder import Folder
from trucewatch.mission.intake import batches
from trucewatch.mission.rebuilding import differing, read_rebuilt, rebuild


def silent(_step: str) -> None:
    """Tell nobody."""


@pytest.fixture(scope="session")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rebuild")
    drill(folder / "mission", folder / "files")
    return folder / "mission"


def switched_off() -> str:
    """Return the features that NumPy can leave unused here: those it dispatches on and this processor has."""
    core = np._core._multiarray_umath  # type: ignore[attr-defined]
    here: Mapping[str, bool] = core.__cpu_features__
    named = [f for f in core.__cpu_dispatch__ if here.get(f, False)]
    return " ".join(named)


def rebuilt(mission: Path, **environment: str) -> str:
    code = (
        "import sys, pathlib, trucewatch.mission.rebuilding as r;"
        "sys.stdout.write(r.rebuild(pathlib.Path(sys.argv[1]), step=lambda _: None).text)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(mission)],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return run.stdout


def test_nothing_that_differs_between_processors_stands_in_the_program() -> None:
    shifty = re.compile(r"\btanh\b|\bprange\b|parallel=True|fastmath=True")
    files = sorted(Path(trucewatch.__file__).parent.rglob("*.py"))
    assert len(files) > 300
    assert [path.name for path in files if shifty.search(path.read_text("utf-8"))] == []


def test_a_record_gives_the_same_bytes_on_two_levels_of_processor(exercise: Path) -> None:
    off = switched_off()
    if not off:
        pytest.skip("this processor has no feature that NumPy could leave unused")  # in CI that fails
    plain = rebuilt(exercise)
    assert plain == rebuilt(
        exercise, NPY_DISABLE_CPU_FEATURES=off, NUMBA_CPU_NAME="generic", POLARS_MAX_THREADS="1"
    )
    assert plain == rebuild(exercise, step=silent).text
    assert plain.count("\n") >= 14


def test_every_table_case_guarantee_and_day_has_its_digest(exercise: Path) -> None:
    names = set(rebuild(exercise, step=silent).digests)
    assert {"observations.parquet", "incidents.parquet", "assessments.parquet"} <= names
    assert {"cases.json", "guarantees.json", "day-2027-03-01.json"} <= names


def test_lists_are_compared_output_by_output(exercise: Path) -> None:
    made = rebuild(exercise, step=silent)
    assert read_rebuilt(made.text) == made
    assert differing(made, made) == ()
    first = made.text.splitlines()[3]
    assert differing(made, read_rebuilt(made.text.replace(first[:64], "0" * 64))) == (first[66:],)
    assert differing(made, read_rebuilt(made.text.replace(first + "\n", ""))) == (first[66:],)
    with pytest.raises(InputError, match="they are not to be compared"):
        differing(made, read_rebuilt(made.text.replace(" at ", " at 1", 1)))
    with pytest.raises(InputError, match="is no list that"):
        read_rebuilt("something\n")


def test_what_was_erased_is_an_input_as_any_record_is(mission: Folder) -> None:
    before = rebuild(mission.path, step=silent)
    assert " of golden-record-1." in before.of
    rows = batches(mission.journal.replay())[0].rows
    erase(mission, [rows], by="", why="A witness asked", key=key_of(2), at=MADE + timedelta(days=1))
    after = rebuild(mission.path, step=silent)
    assert after.digests["observations.parquet"] != before.digests["observations.parquet"]
    assert rebuild(mission.path, step=silent) == after


def test_the_verb_writes_a_list_and_compares_with_it(exercise: Path, tmp_path: Path) -> None:
    def run(*words: str) -> tuple[int, str]:
        ended = CliRunner().invoke(program, ["record", "rebuild", str(exercise), *words])
        return ended.exit_code, ended.output

    out = tmp_path / "list"
    assert run("-o", str(out))[0] == 0
    code, output = run("--against", str(out))
    assert (code, "the same: all " in output) == (0, True)
    lines = out.read_text("utf-8").splitlines(keepends=True)
    out.write_text("".join([lines[0], f"{'0' * 64}  {lines[1][66:]}", *lines[2:]]), "utf-8")
    code, output = run("--against", str(out))
    assert (code, "differs: assessments.parquet" in output) == (1, True)
