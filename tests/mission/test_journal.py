"""The record: what is appended comes back, in order, and nothing else does."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import IntegrityError, RefusedError
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.tree import Grown, leaf_hash
from trucewatch.mission.journal import Entry, Journal, Kind, Record
from trucewatch.mission.keys import log_key, make_log_key
from trucewatch.mission.salts import Seeded
from trucewatch.mission.segments import read_lines, segment_path
from trucewatch.mission.signing import Signed

SIGNER = SignerKey(name="test.00000000", kind=KeyKind.ED25519, seed=bytes(32))
T0 = datetime(2026, 1, 6, 18, tzinfo=UTC)
WRITER = """
import sys
from pathlib import Path
from trucewatch.mission.journal import Entry, Journal, Kind
for n in range(50):
    Journal(folder=Path(sys.argv[1])).append([Entry(kind=Kind.FACT, author=sys.argv[2], body={"n": n})])
"""


def fact(n: int) -> Entry:
    return Entry(kind=Kind.FACT, author="ann (unsigned)", body={"n": n, "words": "våpenhvile"})


def begun(folder: Path) -> Journal:
    """An empty record."""
    journal = Journal(folder=folder / "record", clock=lambda: T0, signer=SIGNER)
    journal.create(SIGNER)
    return journal


def first_segment(journal: Journal) -> Path:
    return segment_path(journal.lines, 0)


def numbers(records: object) -> list[object]:
    assert hasattr(records, "__iter__")
    return [r.body["n"] for r in records if isinstance(r, Record)]


def test_what_is_appended_comes_back_in_order(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal.append([fact(0), fact(1)])
    journal.append([fact(2)])
    records = list(journal.replay())
    assert [(r.seq, r.body["n"], r.recorded_at) for r in records] == [(0, 0, T0), (1, 1, T0), (2, 2, T0)]
    assert records[0].body["words"] == "våpenhvile"


def test_a_record_is_replayed_up_to_a_moment(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    for n in range(3):
        journal.append([fact(n)], at=T0 + timedelta(hours=n))
    assert numbers(journal.replay(T0 + timedelta(hours=1))) == [0, 1]
    assert numbers(journal.replay(T0 - timedelta(hours=1))) == []


def test_record_time_never_runs_back(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal.append([fact(0)], at=T0)
    with pytest.raises(RefusedError, match="never runs back"):
        journal.append([fact(1)], at=T0 - timedelta(microseconds=1))
    assert numbers(journal.replay()) == [0]


def crashed(journal: Journal, cut: int) -> bytes:
    """Leave the first `cut` bytes of an append that the log never acknowledged, and return them."""
    before = journal.head().size
    kept = {path: path.read_bytes() for path in journal.folder.rglob("*") if path.is_file()}
    whole = first_segment(journal).read_bytes() if first_segment(journal).exists() else b""
    journal.append([fact(8), fact(9)])
    torn = first_segment(journal).read_bytes()[len(whole) :][:cut]
    for path in [path for path in journal.folder.rglob("*") if path.is_file()]:
        if path in kept:
            path.write_bytes(kept[path])
        else:
            path.unlink()
    first_segment(journal).parent.mkdir(exist_ok=True)
    first_segment(journal).write_bytes(whole + torn)
    assert journal.head().size == before
    return torn


@pytest.mark.parametrize("cut", [1, 40, 300, 10_000])
@pytest.mark.parametrize("before", [0, 1, 3])
def test_a_cut_off_append_is_left_out_then_moved_aside_and_said(
    tmp_path: Path, before: int, cut: int
) -> None:
    journal = begun(tmp_path)
    for n in range(before):
        journal.append([fact(n)])
    torn = crashed(journal, cut)
    assert numbers(journal.replay()) == list(range(before))
    assert journal.torn_bytes() == len(torn)
    journal.append([fact(before)])
    kinds = [(r.seq, r.kind) for r in journal.replay()]
    assert kinds == [*((n, Kind.FACT) for n in range(before)), (before, Kind.TORN), (before + 1, Kind.FACT)]
    (aside,) = (journal.folder / "torn").iterdir()
    assert (aside.name, aside.read_bytes()) == (hashlib.sha256(torn).hexdigest(), torn)
    assert journal.torn_bytes() == 0


def test_what_was_torn_is_not_moved_by_an_append_that_is_refused(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal.append([fact(0)])
    torn = crashed(journal, 50)
    with pytest.raises(RefusedError, match="never runs back"):
        journal.append([fact(1)], at=T0 - timedelta(hours=1))
    assert journal.torn_bytes() == len(torn)


def test_a_checkpoint_that_was_set_back_stops_the_writer(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal.append([fact(0)])
    old = (journal.folder / "checkpoint").read_bytes()
    journal.append([fact(1)])
    kept = first_segment(journal).read_bytes()
    (journal.folder / "checkpoint").write_bytes(old)
    with pytest.raises(IntegrityError, match="beyond the checkpoint"):
        journal.append([fact(2)])
    assert first_segment(journal).read_bytes() == kept


CHANGES: list[tuple[Callable[[list[bytes]], Sequence[bytes]], str]] = [
    (lambda lines: [lines[0], lines[1].replace(b'"n":1', b'"n":7'), lines[2]], "not the record that the log"),
    (
        lambda lines: [lines[0], lines[1].replace(b'"n":1', b'"n": 1'), lines[2]],
        "not the record that the log",
    ),
    (lambda lines: [lines[0], lines[1].replace(b"1 ", b"1 f", 1)[:-2] + b"\n", lines[2]], "not a record"),
    (lambda lines: [lines[0], lines[2]], "order is broken"),
    (lambda lines: [lines[0], lines[2], lines[1]], "order is broken"),
    (lambda lines: [lines[0], lines[1], lines[1], lines[2]], "order is broken"),
    (lambda lines: lines[:2], "missing from leaf 2 to 2"),
    (lambda lines: [lines[0], lines[1], lines[2][:-1]], "missing from leaf 2 to 2"),
    (lambda _: [], "missing from leaf 0 to 2"),
]


@pytest.mark.parametrize(("change", "words"), CHANGES, ids=[str(n) for n in range(len(CHANGES))])
def test_lines_that_are_not_those_of_the_log_are_found_and_the_file_named(
    tmp_path: Path, change: Callable[[list[bytes]], Sequence[bytes]], words: str
) -> None:
    journal = begun(tmp_path)
    journal.append([fact(0), fact(1), fact(2)])
    path = first_segment(journal)
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))
    with pytest.raises(IntegrityError, match=rf"0000000000\.lines.*{words}"):
        list(journal.replay())


bodies = st.dictionaries(st.text(max_size=5), st.one_of(st.text(max_size=20), st.integers(-9, 9)), max_size=3)
signatures = st.one_of(
    st.none(),
    st.builds(Signed, person=st.just("p"), key=st.just("k"), after=st.just(3), signature=st.just("s")),
)
entries = st.builds(
    Entry,
    kind=st.sampled_from([Kind.FACT, Kind.MOVE, Kind.BATCH]),
    author=st.text(max_size=5),
    body=bodies,
    rests_on=st.lists(st.text("0af", min_size=64, max_size=64), max_size=2).map(tuple),
    signed=signatures,
)


@settings(max_examples=30)
@given(
    appends=st.lists(st.one_of(st.lists(entries, min_size=1, max_size=3), st.integers(1, 300)), max_size=6)
)
def test_what_is_replayed_is_what_was_appended_whatever_was_padded_between(
    tmp_path_factory: pytest.TempPathFactory, appends: list[list[Entry] | int]
) -> None:
    journal = begun(tmp_path_factory.mktemp("journal"))
    for one in appends:
        if isinstance(one, int):
            journal.pad(journal.head().size + one)
        else:
            journal.append(one)
    given_ = [entry for one in appends if not isinstance(one, int) for entry in one]
    replayed = [
        Entry(
            kind=r.kind, author=r.author, body=r.body, rests_on=r.rests_on, schema=r.schema, signed=r.signed
        )
        for r in journal.replay()
    ]
    assert replayed == given_
    head = journal.head()
    assert head.size == sum(one if isinstance(one, int) else len(one) for one in appends)
    held = [entry for _, line in read_lines(journal.lines, head.size) for entry in line.leaves()]
    assert held == list(journal.store.entries())
    assert Grown().with_leaves(map(leaf_hash, held)).root == head.root
    assert all(held[r.index] == r.leaf == hashlib.sha256(r.salt + r.raw).digest() for r in journal.replay())


def test_padding_to_a_size_that_is_reached_does_nothing(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal.append([fact(0), fact(1)])
    before = journal.head()
    journal.pad(2)
    journal.pad(0)
    assert journal.head() == before


def test_a_long_padding_is_several_runs(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal.pad((1 << 16) + 5)
    counts = [line.count for _, line in read_lines(journal.lines, journal.head().size)]
    assert counts == [1 << 16, 5]


def test_writing_needs_the_log_s_key_and_reading_none(tmp_path: Path, keys: Path) -> None:
    journal = replace(begun(tmp_path), signer=None)
    with pytest.raises(RefusedError, match=f"{keys}/test.00000000.key: the key that writes this record"):
        journal.append([fact(0)])
    assert list(journal.replay()) == []
    make_log_key(SIGNER.name, seed=SIGNER.seed)
    journal.append([fact(0)])
    assert numbers(journal.replay()) == [0]


def test_seeded_salts_give_the_same_record_anywhere(tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        journal = replace(begun(tmp_path / name), salt=Seeded(seed=b"exercise"))
        journal.append([fact(0), fact(0)])
        journal.pad(300)
        made.append((journal.head(), first_segment(journal).read_bytes()))
    assert made[0] == made[1]
    assert len({r.salt for r in journal.replay()}) == 2


def test_random_salts_never_repeat(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal.append([fact(0)] * 5)
    assert len({r.salt for r in journal.replay()}) == 5


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    make_log_key("two.00000000")
    journal = Journal(folder=tmp_path / "record")
    journal.create(log_key("two.00000000"))
    command = [sys.executable, "-c", WRITER, str(journal.folder)]
    both = [subprocess.Popen([*command, name]) for name in ("ann", "ben")]
    assert [each.wait(timeout=60) for each in both] == [0, 0]
    records = list(journal.replay())
    for name in ("ann", "ben"):
        assert numbers([r for r in records if r.author == name]) == list(range(50))
    assert [r.seq for r in records] == list(range(100))


def test_who_waits_too_long_is_told_who_writes(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            (
                "import fcntl,sys\nf=open(sys.argv[1],'a+')\nfcntl.flock(f,fcntl.LOCK_EX)\n"
                "f.write('ann, process 7\\n')\nf.flush()\nprint('held',flush=True)\nsys.stdin.read()"
            ),
            str(tmp_path / ".lock"),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    with holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RefusedError, match="ann, process 7"):
            replace(journal, wait_s=0.1).append([fact(0)])
        holder.stdin.close()
    assert journal.wait_s == 10.0  # when nobody says otherwise


def test_many_appends_under_one_lock_are_those_of_as_many_appends(tmp_path: Path) -> None:
    sizes, salt = (1, 3, 0, 5_000, 2), Seeded(seed=b"s")
    at_once, ahead = (replace(begun(tmp_path / name), salt=salt) for name in "ab")
    starts = [sum(sizes[:n]) for n in range(len(sizes))]
    groups = [[fact(start + n) for n in range(size)] for start, size in zip(starts, sizes, strict=True)]
    for group in groups:
        at_once.append(group)
    ahead.append_all(groups)
    assert numbers(ahead.replay()) == list(range(sum(sizes)))
    assert ahead.head() == at_once.head()
    for path in at_once.lines.iterdir():
        assert (ahead.lines / path.name).read_bytes() == path.read_bytes()
    assert not [fault for fault in ahead.store.faults() if fault.path.startswith("tile")]


def test_each_of_many_appends_is_durable_when_the_next_is_asked_for(tmp_path: Path) -> None:
    journal = begun(tmp_path / "here")
    found: list[object] = []

    def groups() -> Iterator[list[Entry]]:
        for n in range(4):
            left = Path(shutil.copytree(journal.folder, tmp_path / str(n) / "record"))
            after_a_crash = Journal(folder=left, clock=lambda: T0, signer=SIGNER)
            assert after_a_crash.torn_bytes() == 0
            after_a_crash.append([fact(99)])
            found.append(numbers(after_a_crash.replay()))
            yield [fact(n)]

    journal.append_all(groups())
    assert found == [[99], [0, 99], [0, 1, 99], [0, 1, 2, 99]]


def test_what_was_durable_before_a_refusal_stays_and_is_read_at_once(tmp_path: Path) -> None:
    def admits(
        _key: object, deciding: Iterable[Record], entries: Sequence[Entry], first: int, _at: object
    ) -> None:
        told.append((first, len(list(deciding))))
        if entries[0].author == "eve":
            raise RefusedError("not eve")

    told: list[tuple[int, int]] = []
    journal = replace(begun(tmp_path), admits=admits)
    source = Entry(kind=Kind.SOURCE, author="ann (unsigned)", body={"n": 0})
    with pytest.raises(RefusedError, match="not eve"):
        journal.append_all([[source], [fact(1)], [replace(fact(2), author="eve")], [fact(3)]])
    assert numbers(journal.replay()) == [0, 1]
    assert told == [(0, 0), (1, 1), (2, 1)]
    assert not (journal.folder / "ahead").exists()
    with pytest.raises(KeyError):
        journal.append_all([fact(n)] if n < 3 else {}["no"] for n in range(2, 9))  # type: ignore[misc]
    assert numbers(journal.replay()) == [0, 1, 2]
    journal.append([fact(3)])
    assert numbers(journal.replay()) == [0, 1, 2, 3]


def test_what_a_crash_left_is_moved_aside_by_the_first_of_many_appends(tmp_path: Path) -> None:
    journal = begun(tmp_path)
    journal.append([fact(0)])
    crashed(journal, 50)
    journal.append_all([[fact(1)], [fact(2)]])
    assert [r.kind for r in journal.replay()] == [Kind.FACT, Kind.TORN, Kind.FACT, Kind.FACT]
