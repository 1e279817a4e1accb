"""The project's own files: what is locked, what CI does, and what a newcomer types."""

import ast
import os
import re
import runpy
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
EXTRA = [name for extra in PROJECT["project"]["optional-dependencies"].values() for name in extra]
pytest_plugins = ["pytester"]


def _plain(name: str) -> str:
    return re.split(r"[<>=~! \[;]", name)[0].lower().replace("_", "-")


def _locked(name: str) -> dict[str, str]:
    entries = (ROOT / name).read_text("utf-8").replace("\\\n", "").splitlines()
    lines = [line for line in entries if line and not line.lstrip().startswith("#")]
    return {_plain(line.strip()): line for line in lines}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_package_has_its_hash(name: str) -> None:
    entries = _locked(name)
    assert len(entries) > 10
    assert [package for package, line in entries.items() if "--hash=sha256:" not in line] == []


def test_the_locks_hold_every_package_the_project_asks_for() -> None:
    asked = {_plain(entry) for entry in PROJECT["project"]["dependencies"]}
    tools = {_plain(entry) for entry in PROJECT["dependency-groups"]["dev"]}
    core, both = _locked("requirements.txt").keys(), _locked("requirements-dev.txt").keys()
    assert asked - core == set()
    assert (asked | tools) - both == set()
    assert core - both == set()
    assert tools & core == set()


def test_the_locks_name_what_each_package_is_for() -> None:
    text = (ROOT / "requirements.txt").read_text("utf-8")
    for entry in PROJECT["project"]["dependencies"]:
        assert re.search(rf"^{_plain(entry)}==", text, re.MULTILINE), entry


def test_every_library_that_the_program_imports_is_installed_with_it() -> None:
    names = {"dateparser": "dateparser", "lingua": "lingua-language-detector", "httpx": "httpx"}
    names |= {"weasyprint": "weasyprint"}
    core = {
        _plain(entry).removesuffix("-cffi").replace("-", "_") for entry in PROJECT["project"]["dependencies"]
    }
    extra = {name for name, package in names.items() if package in map(_plain, EXTRA)}
    met = set()
    for path in sorted((ROOT / "src" / "trucewatch").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            asked = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            asked += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            met |= {name.partition(".")[0] for name in asked}
    assert {"polars", "pyproj", "httpx"} <= met
    assert met - sys.stdlib_module_names - {"trucewatch"} - core - extra == set()


def test_ci_can_be_run_and_takes_each_step_of_the_one_command() -> None:
    script = ROOT / ".ci" / "run"
    assert os.stat(script).st_mode & stat.S_IXUSR
    steps = runpy.run_path(str(ROOT / "check.py"))["STEPS"]
    assert re.findall(r"--only (\w+)", script.read_text("utf-8")) == list(steps)
    assert script.read_text("utf-8").rstrip().endswith("check.py --only tests")


@pytest.mark.parametrize(
    ("there", "installs", "code"), [(True, True, 0), (False, True, 0), (False, False, 1)]
)
def test_ci_waits_for_qgis_and_fails_when_it_cannot_be_installed(
    tmp_path: Path, there: bool, installs: bool, code: int
) -> None:
    text = (ROOT / ".ci" / "run").read_text("utf-8")
    part = text[text.index("qgis_log=") : text.index("exec ")]
    (tmp_path / "there").mkdir() if there else None
    said = "has_qgis() { [ -d there ]; }\napt-get() { :; }\nid() { echo 0; }\n"
    said += (
        'env() { echo env "$@"; ' + ("mkdir there" if installs else "false") + "; }\npython3.11() { :; }\n"
    )
    part = re.sub(r"has_qgis\(\) .*\n", "", part).replace(
        "$(command -v python3.11 || command -v python3)", "true"
    )
    run = subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n{said}{part}echo tests"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == code, run.stderr
    assert ("ci: apt-get install python3-qgis FAILED" in run.stdout) is bool(code)
    assert run.stdout.endswith("tests\n") is not bool(code)


def test_the_readme_gives_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    assert (
        "python3.11 -m venv .venv && .venv/bin/pip install -q -r requirements.txt"
        " && .venv/bin/pip install -q --no-deps . && .venv/bin/trucewatch demo walk" in text
    )
    assert "\npython3.11 check.py\n" in text


@pytest.mark.parametrize(("ci", "outcome"), [("true", "failed"), ("", "skipped")])
def test_in_ci_a_skipped_test_fails_with_its_reason(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, outcome: str
) -> None:
    monkeypatch.setenv("CI", ci)
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text("utf-8"))
    pytester.makepyfile("import pytest\ndef test_it():\n    pytest.skip('no map here')\n")
    run = pytester.runpytest_subprocess("-q")
    run.assert_outcomes(**{outcome: 1})
    assert "no map here" in run.stdout.str() or ci == ""


def test_in_ci_a_file_that_skips_itself_fails(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makeconftest((ROOT / "tests" / "conftest.py").read_text("utf-8"))
    pytester.makepyfile("import pytest\npytest.importorskip('no_such_library')\ndef test_it():\n    pass\n")
    run = pytester.runpytest_subprocess("-q")
    assert run.ret != 0
    assert "no_such_library" in run.stdout.str()


def test_the_one_command_runs_every_step_and_the_tests_last() -> None:
    steps = runpy.run_path(str(ROOT / "check.py"))["STEPS"]
    assert list(steps) == ["format", "lint", "types", "docs", "kernels", "tests"]


def test_steps_side_by_side_end_with_the_first_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    check = runpy.run_path(str(ROOT / "check.py"))
    look, started = check["look"], check["started"]
    monkeypatch.setitem(started.__globals__, "BIN", Path("/bin"))
    assert look({"one": ["sh", "-c", "echo seen"], "two": ["sh", "-c", ":"]}) == 0
    assert capfd.readouterr().out == "check: one\nseen\ncheck: two\n"
    assert (
        look({"one": ["sh", "-c", ":"], "two": ["sh", "-c", "exit 3"], "more": ["sh", "-c", "exit 4"]}) == 3
    )
    assert capfd.readouterr().out.endswith("check: more FAILED\ncheck: two FAILED: see its lines above\n")


def test_bytecode_is_kept_whatever_the_machine_is_set_to(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    check = runpy.run_path(str(ROOT / "check.py"))
    monkeypatch.setitem(check["started"].__globals__, "BIN", Path("/bin"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert check["run"](["sh", "-c", 'echo "<${PYTHONDONTWRITEBYTECODE-unset}>"']) == 0
    assert capfd.readouterr().out == "<unset>\n"


def test_the_files_whose_tests_begin_first_are_there() -> None:
    first = runpy.run_path(str(ROOT / "tests" / "conftest.py"))["FIRST"]
    assert [name for name in first if not (ROOT / "tests" / name).is_file()] == []
