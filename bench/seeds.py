"""Seeds that nobody chose: from the digest of the commit under test.

Rules:
- a number is that seed; `commit` is the first seed of the commit that stands, `commit:2` the second;
- with changes that are in no commit there is none: the figure could be made again by nobody.
"""

import argparse
import hashlib
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORD = "commit"


def seed_of(word: str, root: Path = ROOT) -> int:
    """Return the seed that `word` names, 0 to 2³²-1, for argparse; `root` is the repository's folder."""
    if word.isdecimal():
        return int(word)
    name, _, turn = word.partition(":")
    if name != WORD or not (turn or "1").isdecimal():
        raise argparse.ArgumentTypeError(f"{word!r} is no seed: a number, or {WORD}, {WORD}:2, ...")
    if _git(root, "status", "--porcelain", "--untracked-files=no"):
        raise argparse.ArgumentTypeError(
            "there are changes in no commit: commit them, for the seed follows from it"
        )
    return derived(_git(root, "rev-parse", "HEAD"), int(turn or 1))


def derived(commit: str, turn: int) -> int:
    """Return the seed number `turn` of a commit, from the SHA-256 of both."""
    return int.from_bytes(hashlib.sha256(f"{commit} {turn}".encode()).digest()[:4], "big")


def _git(root: Path, *words: str) -> str:
    try:
        run = subprocess.run(["git", *words], cwd=root, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as fault:
        raise argparse.ArgumentTypeError(
            f"no commit is known in {root.name}: give a number, or run it in a clone"
        ) from fault
    return run.stdout.strip()
