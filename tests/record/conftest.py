"""The golden record, and copies of it that tests may break."""

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from golden_record import reopened

from trucewatch.log.policy import Policy, read_policy
from trucewatch.mission.folder import Folder

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = ROOT / "tests" / "golden" / "record-1"
VERIFIER = ROOT / "src" / "trucewatch" / "content" / "verifier" / "verify.py"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the golden record's mission."""
    return Path(shutil.copytree(GOLDEN, tmp_path / "mission"))


@pytest.fixture
def mission(copied: Path) -> Folder:
    """A copy of it that can be written to."""
    return reopened(copied)


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The golden record's policy."""
    return read_policy((GOLDEN / "policy").read_bytes())


@pytest.fixture(scope="session")
def alone() -> ModuleType:
    """The verifier that stands alone, as a module."""
    spec = importlib.util.spec_from_file_location("verify_alone", VERIFIER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def edited() -> Callable[[Path, Callable[[bytes], bytes]], None]:
    """What rewrites a file, whatever its mode."""

    def edit(path: Path, change: Callable[[bytes], bytes]) -> None:
        raw = path.read_bytes()
        path.chmod(0o644)
        path.write_bytes(change(raw))

    return edit
