"""A long record is read by several processes: what is said of it is the same, word for word."""

import multiprocessing
import os
import signal
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import InputError
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.known_facts import KnownFacts
from trucewatch.mission.lines import Line
from trucewatch.mission.personal import APART, Item, put_apart
from trucewatch.mission.segments import segments
from trucewatch.mission.verify import _leaves
from trucewatch.mission.verify_abreast import abreast
from trucewatch.mission.verify_lines import lines_of, scan
from trucewatch.mission.verify_records import Said, said_by
from trucewatch.mission.verify_runs import Run, gathered
from trucewatch.model.canonical import canonical, content_id

AT = datetime(2027, 1, 1, tzinfo=UTC)
LINES = 9  # of a segment here


def fact(note: str, by: str = "post 7 (unsigned)", **more: object) -> Entry:
    body = {
        "agreement": None,
        "body": None,
        "contested_by": [],
        "fact_id": "",
        "from_utc": "2027-01-01T00:00:00.000000Z",
        "holds": True,
        "kind": "ceasefire_in_force",
        "recorded_by": by,
        "rests_on": note,
        "whose": None,
        **more,
    }
    name = content_id("fact", canonical(body).decode())
    return Entry(kind=Kind.FACT, author=by, body={**body, "fact_id": name})


def apart(note: str, by: str = "post 7 (unsigned)", item: Item | None = None) -> Entry:
    """A fact whose words are an item of the vault: its own, unless another is given."""
    bare, own = put_apart(
        Kind.FACT, {**fact(note, by).body, "fact_id": ""}, lambda _: note.encode().ljust(32)
    )
    item = item or own
    assert item
    written = {**bare, APART: item.name}
    named = {**written, "fact_id": content_id("fact", canonical(written).decode())}
    return Entry(kind=Kind.FACT, author=by, body=named, rests_on=(item.name,), words=item)


def contest(of: str) -> Entry:
    body = {
        "contest_id": "",
        "of": of,
        "contested_by": "a",
        "recorded_by": "post 8 (unsigned)",
        "rests_on": "a note",
    }
    name = content_id("contest", canonical(body).decode())
    return Entry(kind=Kind.CONTEST, author="post 8 (unsigned)", body={**body, "contest_id": name})


def in_segments(journal: Path) -> None:
    """Lay the journal's lines out in segments of a few lines."""
    lines = [line for path in sorted(journal.iterdir()) for line in path.read_bytes().splitlines(True)]
    for path in journal.iterdir():
        path.unlink()
    for start in range(0, len(lines), LINES):
        first = int(lines[start].split(b" ")[0])
        (journal / f"{first:010}.lines").write_bytes(b"".join(lines[start : start + LINES]))


@pytest.fixture
def mission(tmp_path: Path) -> Folder:
    folder = init(
        tmp_path / "m", Plan(name="Abreast", agreements=(), replay=True, seed=b"abreast"), by="Ada", at=AT
    )
    for day in range(12):
        words = [fact(f"note {day}.{n}", f"post {n % 3} (unsigned)") for n in range(14)]
        odd = fact(f'note "{day}"\\ é' if day % 2 else f'note "{day}"\\', "post 9 (unsigned)")
        folder.journal.append([*words, odd], at=AT + timedelta(hours=day))
    known = str(fact("note 3.1", "post 1 (unsigned)").body["fact_id"])
    wrong = fact("no words of this id")
    folder.journal.append([contest(known), contest("0" * 32)], at=AT + timedelta(days=1))
    for entry in (
        replace(wrong, body={**wrong.body, "rests_on": "others"}),
        replace(fact("another's"), author="post 8 (unsigned)"),
        fact("signed?", "post 5"),
        fact("a kind", kind="none"),
        fact("and more", more="words"),
        fact("sound again"),
    ):
        replace(folder.journal, admits=None).append([entry], at=AT + timedelta(days=1))
    folder.journal.pad(320, at=AT + timedelta(days=1))
    folder.journal.append([fact("the last")], at=AT + timedelta(days=1))
    others = Item(salt=bytes(32), raw=b'{"rests_on":7}')
    told = [apart(f"told {n}", f"post {n % 2} (unsigned)") for n in range(20)]
    again = [apart("told again", item=told[3].words), apart("told again", "post 0 (unsigned)", told[3].words)]
    strange = [apart("others' é"), *(apart(f"others' {n}", item=others) for n in range(3))]
    away = replace(apart("astray"), rests_on=())
    replace(folder.journal, admits=None).append([*told, *again, *strange, away], at=AT + timedelta(days=2))
    for name in (told[5], told[6]):
        folder.vault.erase(name.rests_on[0])
    folder.vault.path(told[7].rests_on[0]).chmod(0o644)
    folder.vault.path(told[7].rests_on[0]).write_bytes(b"altered")
    in_segments(folder.journal.lines)
    return folder


def said(folder: Folder, how: str) -> tuple[object, list[str]]:
    """Return what is said of a record, read one line at a time, in runs, or in runs by two processes."""
    head, journal = folder.journal.head(), folder.journal.lines
    leaves, steps = _leaves(folder.journal.folder, head, ()), list[str]()
    again = partial(lines_of, journal, leaves=leaves)
    with closing(scan(journal, head.size, leaves, processes=2 if how == "abreast" else 1, few=0)) as lines:
        single = (one for met in lines for one in (again(met) if isinstance(met, Run) else (met,)))
        told = said_by(
            folder.journal.folder,
            single if how == "singly" else lines,
            again=again,
            key=folder.journal.key,
            left=frozenset({320}),
            step=steps.append,
        )
    return told, steps


def nothing(_: list[Path]) -> None:
    """Leave the record as it is."""


def a_line_gone(paths: list[Path]) -> None:
    paths[4].write_bytes(b"".join(paths[4].read_bytes().splitlines(True)[1:]))


def the_last_line_gone(paths: list[Path]) -> None:
    paths[5].write_bytes(b"".join(paths[5].read_bytes().splitlines(True)[:-1]))


def a_word_changed(paths: list[Path]) -> None:
    paths[6].write_bytes(paths[6].read_bytes().replace(b"note", b"rote", 1))


def a_segment_gone(paths: list[Path]) -> None:
    paths[7].unlink()


def a_line_twice(paths: list[Path]) -> None:
    first = paths[8].read_bytes().splitlines(True)[0]
    paths[7].write_bytes(paths[7].read_bytes() + first)


def lines_that_were_not_acknowledged(paths: list[Path]) -> None:
    paths[-1].write_bytes(paths[-1].read_bytes() * 2)


def a_folder_in_its_place(paths: list[Path]) -> None:
    paths[3].unlink()
    paths[3].mkdir()


@pytest.mark.parametrize(
    "broken",
    [
        *(nothing, a_line_gone, the_last_line_gone, a_word_changed, a_segment_gone, a_line_twice),
        *(lines_that_were_not_acknowledged, a_folder_in_its_place),
    ],
)
def test_runs_and_processes_change_no_word_of_what_is_said(
    broken: Callable[[list[Path]], None], mission: Folder
) -> None:
    broken([segment.path for segment in segments(mission.journal.lines)])
    singly = said(mission, "singly")
    assert said(mission, "in runs") == singly
    assert said(mission, "abreast") == singly


def test_words_of_facts_in_runs_are_held_to_their_items(mission: Folder) -> None:
    told, _ = said(mission, "in runs")
    assert isinstance(told, Said)
    records = {record.seq: record for record in mission.journal.replay()}
    first = next(r.seq for r in records.values() if r.words and r.kind is Kind.FACT)
    lost = [f"vault/{name[:2]}/{name[2:]}" for name in (records[first + n].words or "" for n in (5, 6, 7))]
    lines = [remark.line for remark in told.remarks if "vault/" in remark.where or "words are" in remark.what]
    assert [line for line in lines if "altered" in line or "its bytes" in line] == [
        f"broken: {lost[2]}: its bytes are not those that were kept"
    ]
    missing = [(lost[0], first + 5), (lost[1], first + 6)]
    assert [line for line in lines if "is missing" in line] == sorted(
        f"broken: {where}: is missing, and record {seq} rests on it" for where, seq in missing
    )
    of_words = [line for line in lines if "words are" in line]
    assert [line.partition(": its ")[2] for line in of_words] == [
        "words are an item that it does not rest on",
        "words are not those that were taken out of it: restore the record from a copy",
    ]
    wrong = next(line for line in of_words if "taken out" in line).split(": ")[1]
    path, _, number = wrong.rpartition(":")
    named = (mission.path / path).read_bytes().splitlines()[int(number) - 1]
    assert b'"seq":%d' % (first + 23) in named  # the first of three that have these words


def test_most_of_a_long_record_is_runs(mission: Folder) -> None:
    head = mission.journal.head()
    lines = list(scan(mission.journal.lines, head.size, _leaves(mission.journal.folder, head, ())))
    assert sum(met.count for met in lines if isinstance(met, Run)) > 180


@given(
    notes=st.lists(st.text(max_size=30), min_size=1, max_size=5),
    times=st.lists(st.integers(0, 3), min_size=5, max_size=5),
)
def test_what_is_in_a_run_is_a_fact_with_the_id_of_its_words(notes: list[str], times: list[int]) -> None:
    lines = []
    for seq, (note, hour) in enumerate(zip(notes, times, strict=False)):
        entry = fact(note)
        record = Record(
            seq=seq,
            recorded_at=AT + timedelta(hours=hour),
            kind=entry.kind,
            author=entry.author,
            written=entry.body,
            rests_on=(),
            schema=1,
            index=seq,
            salt=bytes(32),
        )
        lines.append((f"a:{seq + 1}", Line(index=seq, salt=bytes(32), raw=record.raw)))
    out = list(gathered(lines))
    runs = [met for met in out if isinstance(met, Run)]
    plain = [note for note in notes[: len(lines)] if note.isascii()]
    assert sum(run.count for run in runs) == len(plain)
    ids = b"".join(ids for run in runs for ids in run.ids.values())
    assert ids.hex() == "".join(str(fact(note).body["fact_id"]) for note in plain)
    assert all(run.last.recorded_at >= run.first.recorded_at for run in runs)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.binary(min_size=16, max_size=16), st.booleans())))
def test_who_recorded_a_fact_is_found_among_any_number(added: list[tuple[str, bytes, bool]]) -> None:
    known, there = KnownFacts(), dict[bytes, str]()
    for author, name, asked in added:
        if there.setdefault(name, author) == author:
            known.add(author, name)
        if asked:
            assert known.recorder(name.hex()) == there[name]
    assert all(known.recorder(name.hex()) == author for name, author in there.items())
    assert known.recorder("f" * 31) is None


def died(_: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def test_a_process_that_dies_is_one_clear_error() -> None:
    with pytest.raises(InputError, match="ended too soon"), abreast(died, [1, 2, 3], 2) as found:
        list(found)


def test_what_is_found_comes_in_order_and_no_process_is_left() -> None:
    with abreast(hex, range(50), 2) as found:
        assert list(found) == [hex(n) for n in range(50)]
    assert not multiprocessing.active_children()
    stopped = abreast(hex, range(50), 2)
    assert next(stopped.__enter__()) == "0x0"
    stopped.__exit__(None, None, None)
    assert not multiprocessing.active_children()
