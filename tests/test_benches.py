"""Benches at tiny size: they run, so that none goes stale unseen; what they measure is no matter here.

`bench/record_flip.py` and `bench/journal_kill.py` run at full size in the tests of the record.
"""

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

BENCH = Path(__file__).resolve().parent.parent / "bench"


@pytest.fixture
def bench(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The bench of this name, loaded for itself."""
    monkeypatch.syspath_prepend(str(BENCH))
    name = f"bench_{request.param}"
    spec = importlib.util.spec_from_file_location(name, BENCH / f"{request.param}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("bench", "own"), [("record_verify", False), ("record_verify", True)], indirect=["bench"]
)
def test_a_long_record_is_made_and_verified(
    bench: ModuleType, own: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.SIGNED = 10
    bench.made(tmp_path / "mission", 600, own=own)
    bench.verified(tmp_path / "mission")
    assert "600 leaves, 600 records verified: self-consistent" in capsys.readouterr().out
    items = [path for path in (tmp_path / "mission" / "vault").rglob("*") if path.is_file()]
    assert (len(items) > 500) == own


@pytest.mark.parametrize("bench", ["log"], indirect=True)
def test_the_log_is_appended_to_proved_and_read(
    bench: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.ENTRIES, bench.BATCH, bench.PROOFS = 2_000, 100, 5
    store = bench.Store(folder=tmp_path / "log", key=bench.LOG.verifier)
    bench.appended(store, bench.Store(folder=tmp_path / "at once", key=bench.LOG.verifier))
    bench.proved(store)
    bench.verified(store)
    bench.hashed()
    said = capsys.readouterr().out
    assert store.head().root.hex() in said
    assert all(words in said for words in ("appended durably", "a proof from the files", "read and verified"))


@pytest.mark.parametrize(
    ("bench", "run", "said"),
    [
        ("journal", lambda bench: (setattr(bench, "BATCH", 20), bench.main()), "many under one lock"),
        ("cases", lambda bench: bench.main(150), "one move recorded"),
        ("flood", lambda bench: (setattr(bench, "USUAL", 20), bench.main(200)), "median wait of A"),
    ],
    indirect=["bench"],
)
def test_a_bench_runs_tiny(
    bench: ModuleType,
    run: Callable[[ModuleType], object],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(vars(sys), "argv", ["bench", "10"])
    run(bench)
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("script", "words", "said"),
    [
        ("log_kill", ["2"], "every acknowledged entry is there"),
        ("journal_kill", ["1"], "every acknowledged record is there"),
        ("record_flip", ["8"], "0 not named rightly"),
    ],
)
def test_a_bench_runs_in_a_program_of_its_own(script: str, words: list[str], said: str) -> None:
    command = [sys.executable, str(BENCH / f"{script}.py"), *words]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    assert said in run.stdout


def test_a_world_made_apart_is_fused_beside_its_peer(tmp_path: Path) -> None:
    command = [sys.executable, str(BENCH / "fuse_apart.py"), str(tmp_path), "small", "--only", "true", "k-d"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("F1 ") == 1 + ("skipped" not in run.stdout)


@pytest.mark.parametrize("bench", ["seeds"], indirect=True)
def test_a_seed_follows_from_the_commit_under_test(bench: ModuleType, tmp_path: Path) -> None:
    def git(*words: str) -> str:
        named = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words]
        return subprocess.run(named, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.strip()

    with pytest.raises(bench.argparse.ArgumentTypeError, match="no commit is known"):
        bench.seed_of("commit", tmp_path)
    git("init", "-q")
    (tmp_path / "code").write_text("1")
    git("add", "code")
    git("commit", "-qm", "one")
    first = bench.seed_of("commit", tmp_path)
    assert first == bench.seed_of("commit:1", tmp_path) == bench.derived(git("rev-parse", "HEAD"), 1)
    assert first != bench.seed_of("commit:2", tmp_path)
    assert 0 <= first < 2**32
    (tmp_path / "code").write_text("2")
    with pytest.raises(bench.argparse.ArgumentTypeError, match="changes in no commit"):
        bench.seed_of("commit", tmp_path)
    git("commit", "-qam", "two")
    assert bench.seed_of("commit", tmp_path) != first


@pytest.mark.parametrize("bench", ["seeds"], indirect=True)
def test_a_seed_is_a_number_or_of_the_commit(bench: ModuleType) -> None:
    assert bench.seed_of("41") == 41
    assert bench.derived("0" * 40, 1) == 3_881_128_583
    for word in ("x", "commit:x", "-1"):
        with pytest.raises(bench.argparse.ArgumentTypeError, match="is no seed"):
            bench.seed_of(word)
