"""What every test may ask for."""

import contextlib
import os
from collections.abc import Generator
from pathlib import Path
from types import ModuleType

import pytest
from argon2 import PasswordHasher, Type
from hypothesis import settings

from trucewatch.log import sealed
from trucewatch.mission import accounts, passwords

settings.register_profile("trucewatch", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("trucewatch")

ROOT = Path(__file__).resolve().parent.parent
Costs = tuple[tuple[ModuleType, str, object], ...]
CHEAP = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
COSTS = (
    (passwords, "TIME_COST", 1),
    (passwords, "MEMORY_KIB", 64),
    (passwords, "LANES", 1),
    (passwords, "NOBODYS", nobodys := CHEAP.hash("nobody's")),
    (accounts, "NOBODYS", nobodys),
    (sealed, "COST", "4 8 1"),
)
"""What a guess at a passphrase costs in tests: next to nothing."""
FIRST = (
    "record/test_record_rebuild.py",
    "assess/test_assess_real.py",
    "web/test_web_chromium.py",
    "web/test_map_chromium.py",
    "real/test_accessible.py",
    "test_docs.py",
    "cli/test_canary_outside.py",
    "record/test_record_verify.py",
    "mission/test_attacks.py",
    "mission/test_known_then.py",
    "mission/test_demo.py",
    "record/test_record_custody.py",
    "record/test_record_learned.py",
    "real/test_browser.py",
)
"""Files with a test that takes ten seconds and more: begun last, one of them would keep all others waiting."""
SHIPPED: Costs = tuple((room, name, getattr(room, name)) for room, name, _ in COSTS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first, and all others in their order."""
    first = {ROOT / "tests" / name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: first.get(item.path, len(first)))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of other people's published files, or a skip that says what is missing."""
    folder = Path(os.environ.get("TRUCEWATCH_SHARED", ROOT.parent / "shared"))
    if not (folder / "data" / "README.md").exists():
        pytest.skip(
            f"the real files are not here: set TRUCEWATCH_SHARED to a folder with data/ (looked in {folder})"
        )
    return folder


@pytest.fixture(scope="session", autouse=True)
def _keys_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Generator[None, None, None]:
    """A folder of private keys for all tests, however long their missions live: nobody's own is touched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRUCEWATCH_KEYS", str(tmp_path_factory.mktemp("keys")))
        yield


@contextlib.contextmanager
def _costing(costs: Costs) -> Generator[None, None, None]:
    """Set what a guess costs, and set it back: numbers alone, and no code of ours is another."""
    before = tuple((room, name, getattr(room, name)) for room, name, _ in costs)
    for room, name, cost in costs:
        setattr(room, name, cost)
    try:
        yield
    finally:
        for room, name, cost in before:
            setattr(room, name, cost)


@pytest.fixture(scope="session", autouse=True)
def _cheap_guesses() -> Generator[None, None, None]:
    """Passphrases that are quickly hashed: the cost is no part of what most tests hold."""
    with _costing(COSTS):
        yield


@pytest.fixture
def as_shipped() -> Generator[None, None, None]:
    """Passphrases at the cost that the program ships with, as another program that is started has them."""
    with _costing(SHIPPED):
        yield


@pytest.fixture(scope="module")
def as_shipped_throughout() -> Generator[None, None, None]:
    """The same for a whole file."""
    with _costing(SHIPPED):
        yield


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of private keys of the test's own."""
    folder = tmp_path / "keys"
    folder.mkdir()
    monkeypatch.setenv("TRUCEWATCH_KEYS", str(folder))
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed one: what was not run was not shown."""
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        _, _, reason = (
            report.longrepr if isinstance(report.longrepr, tuple) else ("", 0, str(report.longrepr))
        )
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and in CI nothing may be: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file that skips itself."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} was skipped whole, and in CI nothing may be: {report.longrepr}"
    return report
