"""Real programs that tests show our files to; each is skipped aloud where it is missing."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A page as a browser made it."""

    dom: str
    screenshot: Path


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not here: install {package}")
    return found


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Rendered]:
    """Render a page with no network and a profile of its own."""
    program = _program("chromium", "Debian's chromium")

    def render(page: Path, *, width: int = 1280, height: int = 2000) -> Rendered:
        folder = tmp_path_factory.mktemp("chromium")
        picture = folder / "page.png"
        run = subprocess.run(
            [
                program,
                *FLAGS,
                f"--user-data-dir={folder / 'profile'}",
                f"--window-size={width},{height}",
                f"--screenshot={picture}",
                "--virtual-time-budget=2000",
                "--dump-dom",
                page.resolve().as_uri(),
            ],
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert picture.exists(), run.stderr.decode(errors="replace")
        return Rendered(dom=run.stdout.decode(), screenshot=picture)

    return render


@pytest.fixture(scope="session")
def gdal() -> Callable[..., str]:
    """Run one of GDAL's programs and return what it prints."""

    def run(name: str, *arguments: str | Path) -> str:
        program = _program(name, "Debian's gdal-bin")
        done = subprocess.run([program, *map(str, arguments)], capture_output=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        assert not done.stderr, done.stderr.decode(errors="replace")
        return done.stdout.decode()

    return run
