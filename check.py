#!/usr/bin/env python3
"""The one command for developers: set up, then format, lint, types, documentation and tests.

    python3.11 check.py                 all of it, from a bare Python 3.11 or later
    python3.11 check.py --only tests    one step (format, lint, types, docs, tests), set up if needed
    python3.11 check.py --only format --fix

Rules:
- standard library only; everything else is installed into .venv from the hash-locked requirements-dev.txt;
- the first step that fails is named and ends the run; tests come last, so that their count is the last line.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
LOCKS = (ROOT / "requirements-dev.txt", ROOT / "pyproject.toml")
CODE = ("src", "tests", "tools", "bench", "check.py")
STEPS = {
    "format": ["ruff", "format", "--check", "-q", *CODE],
    "lint": ["ruff", "check", "-q", *CODE],
    "types": ["mypy"],
    "docs": ["mkdocs", "build", "--strict", "-q"],
    "tests": ["pytest", "-q", "-n", "2", "--dist", "worksteal"],
}
FIXES = {"format": ["ruff", "format", "-q", *CODE], "lint": ["ruff", "check", "-q", "--fix", *CODE]}


def say(words: str) -> None:
    """Print one line of progress."""
    print(f"check: {words}", flush=True)


def run(command: list[str]) -> int:
    """Run one of .venv's programs at the project's root, and return its exit code."""
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"}
    environment |= {
        "VIRTUAL_ENV": str(VENV),
        "NO_MKDOCS_2_WARNING": "1",
    }
    return subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, env=environment, check=False
    ).returncode


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
    for name in asked.only or STEPS:
        say(name)
        code = run(FIXES.get(name, STEPS[name]) if asked.fix else STEPS[name])
        if code:
            if name != "tests":
                say(f"{name} FAILED")
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
