#!/usr/bin/env python3
"""The one command for developers: set up, then format, lint, types, documentation, kernels and tests.

    python3.11 check.py                 all of it, from a bare Python 3.11 or later
    python3.11 check.py --only tests    one step (format, lint, types, docs, kernels, tests), set up if needed
    python3.11 check.py --only format --fix

Rules:
- standard library only; everything else is installed into .venv from the hash-locked requirements-dev.txt;
- steps that only look run side by side, each one's lines kept together; tests come last and alone, when the
  others passed, so that their count is the last line; the first step that fails is named and ends the run;
- bytecode is kept, whatever the machine is set to: tests start the program some hundred times, and without it
  each start compiles the program and its libraries anew;
- kernels are compiled once before the tests, whose workers would otherwise each compile them.
"""

import argparse
import contextlib
import hashlib
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
LOCKS = (ROOT / "requirements-dev.txt", ROOT / "pyproject.toml")
CODE = ("src", "tests", "tools", "bench", "check.py")
WORKERS = "3"  # for two processors: a test often waits for a disk or a browser
STEPS = {
    "format": ["ruff", "format", "--check", "-q", *CODE],
    "lint": ["ruff", "check", "-q", *CODE],
    "types": ["mypy"],
    "docs": ["mkdocs", "build", "--strict", "-q"],
    "kernels": ["python", "tools/kernels.py"],
    "tests": ["pytest", "-q", "-n", WORKERS, "--dist", "worksteal"],
}
FIXES = {"format": ["ruff", "format", "-q", *CODE], "lint": ["ruff", "check", "-q", "--fix", *CODE]}


def say(words: str) -> None:
    """Print one line of progress."""
    print(f"check: {words}", flush=True)


def started(command: list[str], printed: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
    """Start one of .venv's programs at the project's root, which prints here or to the file `printed`."""
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment |= {"VIRTUAL_ENV": str(VENV), "NO_MKDOCS_2_WARNING": "1"}
    words = [str(BIN / command[0]), *command[1:]]
    return subprocess.Popen(words, cwd=ROOT, env=environment, stdout=printed, stderr=printed)


def run(command: list[str]) -> int:
    """Run one of .venv's programs at the project's root, and return its exit code."""
    return started(command).wait()


def look(commands: dict[str, list[str]]) -> int:
    """Run steps side by side, print what each has to say under its name, and return the first failure's exit code."""
    with contextlib.ExitStack() as files:
        printed = {name: files.enter_context(tempfile.TemporaryFile()) for name in commands}
        running = {name: started(command, printed[name]) for name, command in commands.items()}
        codes = dict.fromkeys(commands, 0)
        for name, one in running.items():
            codes[name] = one.wait()
            say(f"{name}{' FAILED' if codes[name] else ''}")
            printed[name].seek(0)
            print(printed[name].read().decode("utf-8", "replace"), end="", flush=True)
    failed = [name for name, code in codes.items() if code]
    if failed:
        say(f"{failed[0]} FAILED: see its lines above")
    return codes[failed[0]] if failed else 0


def set_up() -> int:
    """Make .venv with the locked tools and this project in it; does nothing when the locks are the same."""
    mark = VENV / "locks.sha256"
    locks = hashlib.sha256(b"\0".join(lock.read_bytes() for lock in LOCKS)).hexdigest()
    if mark.exists() and mark.read_text() == locks:
        return 0
    say(f"set up .venv with Python {sys.version.split()[0]}")
    venv.create(VENV, with_pip=True, clear=True)
    install = ["python", "-m", "pip", "install", "-q", "--no-compile", "--disable-pip-version-check"]
    failed = run([*install, "--require-hashes", "-r", "requirements-dev.txt"])
    failed = failed or run([*install, "--no-deps", "--no-build-isolation", "-e", "."])
    if not failed:
        mark.write_text(locks)
    return failed


def main() -> int:
    """Return 0 when every step asked for passed, else the first failure's exit code."""
    parser = argparse.ArgumentParser(description="Set up, then run format, lint, types, docs and tests.")
    parser.add_argument("--only", choices=list(STEPS), action="append", help="this step only")
    parser.add_argument("--fix", action="store_true", help="let format and lint change the files")
    asked = parser.parse_args()
    if set_up():
        say("set up FAILED: see the lines above")
        return 1
    names = asked.only or list(STEPS)
    for name in [one for one in FIXES if one in names and asked.fix]:
        if code := run(FIXES[name]):
            say(f"{name} FAILED")
            return code
    code = look({name: STEPS[name] for name in names if name != "tests"})
    if code or "tests" not in names:
        return code
    say("tests")
    return run(STEPS["tests"])


if __name__ == "__main__":
    sys.exit(main())
