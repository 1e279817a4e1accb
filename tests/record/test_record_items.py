"""Which words facts rest on is kept in columns, and the vault is read by folders: nothing is lost by it."""

import hashlib
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.mission.personal import NOT_HERE
from trucewatch.mission.verify_items import ITEM, Items, among
from trucewatch.mission.verify_lines import JOURNAL
from trucewatch.mission.verify_shelves import SOUND, WORDS, are_words, shelf, shelves

NAMES = st.sampled_from(
    [bytes([first, 0, last]) + bytes(28) + b"\0" for first in (0, 7) for last in range(4)]
)


@given(st.lists(st.lists(NAMES, min_size=1, max_size=6), max_size=6))
def test_of_an_item_the_first_record_is_kept_and_where_it_stands(runs: list[list[bytes]]) -> None:
    items, first, seq = Items(), dict[bytes, tuple[int, str]](), 5
    for number, run in enumerate(runs):
        words: dict[bytes, int] = {}
        for nth, name in enumerate(run):
            words.setdefault(name, nth)
            first.setdefault(name, (seq + nth, f"record/journal/{number:010}.lines:{2 + nth}"))
        items.add(f"record/journal/{number:010}.lines:2", seq, words)
        seq += len(run) + 1
    for byte in range(256):
        needed = items.under(byte)
        raw = needed.names.tobytes()
        names = [raw[at : at + 32] for at in range(0, len(raw), 32)]
        assert names == sorted(name for name in first if name[0] == byte)
        kept = [(n, items.place(JOURNAL, n)) for n in needed.numbers.tolist()]
        assert kept == [first[name] for name in names]


@given(st.lists(NAMES, max_size=6), st.lists(NAMES, max_size=6))
def test_names_are_sought_among_sorted_ones(names: list[bytes], others: list[bytes]) -> None:
    def row(of: list[bytes]) -> np.ndarray[tuple[int], np.dtype[np.bytes_]]:
        return np.frombuffer(b"".join(of), dtype=ITEM)

    assert among(row(names), row(sorted(others))).tolist() == [name in others for name in names]


def test_words_of_a_fact_are_one_member_spelled_in_the_one_way() -> None:
    assert are_words(b'{"rests_on":"a note"}')
    assert are_words('{"rests_on":"Ввечері"}'.encode())
    for other in (
        b'{"rests_on":""}',
        b'{"rests_on":7}',
        b'{"rests_on":"a" }',
        b'{"rests_on":"a","x":1}',
        b"{}",
    ):
        assert not are_words(other)
    assert not are_words(b'{"rests_on":"%b"}' % NOT_HERE.encode())


def kept(vault: Path, raw: bytes) -> str:
    name = hashlib.sha256(raw).hexdigest()
    (vault / name[:2]).mkdir(parents=True, exist_ok=True)
    (vault / name[:2] / name[2:]).write_bytes(raw)
    return name


def test_folders_are_read_alike_by_one_process_and_by_several(tmp_path: Path) -> None:
    vault, salt = tmp_path / "vault", bytes(32)
    words, other = kept(vault, salt + b'{"rests_on":"a note"}'), kept(vault, salt + b"rows")
    long = kept(vault, salt + b'{"rests_on":"%b"}' % (b"long " * (1 << 18)))
    broken = kept(vault, salt + b"broken")
    (vault / broken[:2] / broken[2:]).write_bytes(b"others")
    (vault / words[:2] / "odd").write_bytes(b"")
    (vault / words[:2] / "deep").mkdir()
    (vault / words[:2] / "deep" / "er").write_bytes(b"")
    (vault / "loose").write_bytes(b"")
    (vault / "zz").symlink_to(vault / words[:2])
    with shelves(vault, 1) as one:
        alone = list(one)
    with shelves(vault, 2, many=0) as two:
        assert list(two) == alone
    flags = {
        each.names[at * 32 : at * 32 + 32].hex(): flag for each in alone for at, flag in enumerate(each.flags)
    }
    assert flags == {words: SOUND | WORDS, other: SOUND, long: SOUND | WORDS, broken: 0}
    assert [name for each in alone for name in each.strange] == [
        *(f"{words[:2]}/{name}" for name in ("deep/er", "odd")),
        "loose",
        "zz",
    ]
    assert shelf(vault, "loose").strange == ["loose"]
