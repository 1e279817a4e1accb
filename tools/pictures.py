"""The pictures of the documentation: pages that its readers make by following it, as Chromium shows them.

Usage: python tools/pictures.py PAGE.html OUT.png

`TRUCEWATCH_PICTURES=docs/images pytest tests/test_docs.py -k followed` follows the pages and makes all of them anew.

Rules:
- a picture is of what a page of the documentation has its reader make, and of nothing else;
- it is made with no network, and weighs little enough to be kept beside the page that shows it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

LARGEST_BYTES = 150_000
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One picture: of which page of the documentation, which file that its reader makes, and how large."""

    name: str  # in docs/images
    page: str  # in docs
    made: str  # in the folder in which the page is followed
    wide: int = 1000
    high: int = 760


PICTURES = (
    Picture(name="day.png", page="tutorial.md", made="mymission/day.html", wide=1100, high=820),
    Picture(name="board.png", page="how-to/follow-a-guarantee.md", made="watch/board.html"),
    Picture(name="pack.png", page="tutorial-case.md", made="truce/pack.html"),
)


def shoot(page: Path, out: Path, *, wide: int = 1000, high: int = 760) -> None:
    """Write what Chromium shows of `page`."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise SystemExit("chromium is not here: install Debian's chromium")
    with tempfile.TemporaryDirectory() as profile:
        command = [program, *FLAGS, f"--user-data-dir={profile}", f"--window-size={wide},{high}"]
        subprocess.run(
            [*command, f"--screenshot={out.resolve()}", page.resolve().as_uri()],
            check=True,
            capture_output=True,
            timeout=120,
        )


if __name__ == "__main__":
    shoot(Path(sys.argv[1]), Path(sys.argv[2]))
