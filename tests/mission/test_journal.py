"""The record: what is appended comes back, in order, and nothing else does."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from trucewatch.errors import IntegrityError, RefusedError
from trucewatch.mission.journal import Entry, Journal, Kind, Record

T0 = datetime(2026, 1, 6, 18, tzinfo=UTC)
WRITER = """
import sys
from pathlib import Path
from trucewatch.mission.journal import Entry, Journal, Kind
for n in range(50):
    Journal(folder=Path(sys.argv[1])).append([Entry(kind=Kind.FACT, author=sys.argv[2], body={"n": n})])
"""
ENDLESS = """
import sys
from pathlib import Path
from trucewatch.mission.journal import Entry, Journal, Kind
while True:
    Journal(folder=Path(sys.argv[1])).append([Entry(kind=Kind.FACT, author="ann", body={"words": "x" * 5000})])
    print("done", flush=True)
"""


def fact(n: int) -> Entry:
    return Entry(kind=Kind.FACT, author="ann (unsigned)", body={"n": n, "words": "våpenhvile"})


def numbers(records: object) -> list[object]:
    assert hasattr(records, "__iter__")
    return [r.body["n"] for r in records if isinstance(r, Record)]


def test_what_is_appended_comes_back_in_order(tmp_path: Path) -> None:
    journal = Journal(folder=tmp_path, clock=lambda: T0)
    journal.append([fact(0), fact(1)])
    journal.append([fact(2)])
    records = list(journal.replay())
    assert [(r.seq, r.body["n"], r.recorded_at) for r in records] == [(0, 0, T0), (1, 1, T0), (2, 2, T0)]
    assert records[0].body["words"] == "våpenhvile"


def test_a_record_is_replayed_up_to_a_moment(tmp_path: Path) -> None:
    journal = Journal(folder=tmp_path)
    for n in range(3):
        journal.append([fact(n)], at=T0 + timedelta(hours=n))
    assert numbers(journal.replay(T0 + timedelta(hours=1))) == [0, 1]
    assert numbers(journal.replay(T0 - timedelta(hours=1))) == []


def test_record_time_never_runs_back(tmp_path: Path) -> None:
    journal = Journal(folder=tmp_path)
    journal.append([fact(0)], at=T0)
    with pytest.raises(RefusedError, match="never runs back"):
        journal.append([fact(1)], at=T0 - timedelta(microseconds=1))
    assert numbers(journal.replay()) == [0]


def test_a_cut_off_append_is_left_out_then_moved_aside_and_said(tmp_path: Path) -> None:
    journal = Journal(folder=tmp_path, clock=lambda: T0)
    journal.append([fact(0)])
    whole = journal.path.read_bytes()
    journal.append([fact(1)])
    torn = journal.path.read_bytes()[len(whole) : -9]
    journal.path.write_bytes(whole + torn)
    assert numbers(journal.replay()) == [0]
    assert journal.torn_bytes() == len(torn)
    journal.append([fact(2)])
    kinds = [(r.seq, r.kind) for r in journal.replay()]
    assert kinds == [(0, Kind.FACT), (1, Kind.TORN), (2, Kind.FACT)]
    (aside,) = (tmp_path / "torn").iterdir()
    assert aside.read_bytes() == torn
    assert journal.torn_bytes() == 0


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_crash_at_any_byte_loses_nothing_acknowledged(tmp_path: Path, cut: int) -> None:
    journal = Journal(folder=tmp_path, clock=lambda: T0)
    journal.append([fact(0), fact(1)])
    first = journal.path.read_bytes().index(b"\n") + 1
    journal.path.write_bytes(journal.path.read_bytes()[: first + cut])
    assert numbers(journal.replay()) == ([0] if journal.torn_bytes() else [0, 1])


def test_an_altered_line_is_found_and_named(tmp_path: Path) -> None:
    journal = Journal(folder=tmp_path, clock=lambda: T0)
    journal.append([fact(0), fact(1), fact(2)])
    lines = journal.path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(lines[0] + lines[1].replace(b'"n":1', b'"n": 1') + lines[2])
    with pytest.raises(IntegrityError, match=r"journal\.jsonl:2"):
        list(journal.replay())


def test_a_line_taken_away_is_found(tmp_path: Path) -> None:
    journal = Journal(folder=tmp_path, clock=lambda: T0)
    journal.append([fact(0), fact(1), fact(2)])
    lines = journal.path.read_bytes().splitlines(keepends=True)
    journal.path.write_bytes(lines[0] + lines[2])
    with pytest.raises(IntegrityError, match="order"):
        list(journal.replay())


def test_each_line_is_canonical_json(tmp_path: Path) -> None:
    journal = Journal(folder=tmp_path, clock=lambda: T0)
    journal.append([fact(0)])
    line = journal.path.read_text("utf-8").rstrip("\n")
    assert line == json.dumps(json.loads(line), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    both = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name]) for name in ("ann", "ben")]
    assert [each.wait(timeout=60) for each in both] == [0, 0]
    records = list(Journal(folder=tmp_path).replay())
    for name in ("ann", "ben"):
        assert numbers([r for r in records if r.author == name]) == list(range(50))
    assert [r.seq for r in records] == list(range(100))


def test_a_writer_killed_at_any_moment_loses_nothing_it_acknowledged(tmp_path: Path) -> None:
    acknowledged = 0
    for _ in range(12):
        with subprocess.Popen(
            [sys.executable, "-c", ENDLESS, str(tmp_path)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            for _ in range(20):
                writer.stdout.readline()
            writer.kill()
            acknowledged += 20 + len([line for line in writer.stdout if line.endswith("\n")])
    Journal(folder=tmp_path).append([fact(0)])
    written = [r for r in Journal(folder=tmp_path).replay() if r.kind is Kind.FACT]
    assert acknowledged <= len(written) - 1 <= acknowledged + 12


def test_who_waits_too_long_is_told_who_writes(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            (
                "import fcntl,sys\nf=open(sys.argv[1],'a+')\nfcntl.flock(f,fcntl.LOCK_EX)\n"
                "f.write('ann, process 7\\n')\nf.flush()\nprint('held',flush=True)\nsys.stdin.read()"
            ),
            str(tmp_path / "lock"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    with holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RefusedError, match="ann, process 7"):
            Journal(folder=tmp_path, wait_s=0.1).append([fact(0)])
        holder.stdin.close()
