"""The verifier that stands alone, and the program's own door."""

import contextlib
import importlib.util
import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from trucewatch.cli import main

VERIFIER = Path(__file__).resolve().parents[2] / "src" / "trucewatch" / "content" / "verifier" / "verify.py"


@pytest.fixture(scope="session")
def alone() -> Callable[[Path], int]:
    """The exit code of the verifier that stands alone, for a mission's folder."""
    spec = importlib.util.spec_from_file_location("verify_alone_desk", VERIFIER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def code(folder: Path) -> int:
        with contextlib.redirect_stdout(io.StringIO()):
            return int(module.main([str(folder)]))

    return code


@pytest.fixture
def run_here() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a verb in this interpreter."""

    def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main.run(list(arguments))
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())

    return run
