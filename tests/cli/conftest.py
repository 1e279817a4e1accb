"""The program's own door, without a new start."""

import contextlib
import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from trucewatch.cli import main

Door = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run_here() -> Door:
    """Run a verb in this interpreter."""

    def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main.run(list(arguments))
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())

    return run
