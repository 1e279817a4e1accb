"""What leaves a mission is salted hashes: not who wrote, nor of which source or kind, nor whether anything was written."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from trucewatch.log.store import Store
from trucewatch.mission.folder import Folder
from trucewatch.mission.lines import PADDING
from trucewatch.mission.segments import read_lines
from trucewatch.model.canonical import Json

GOLDEN = Path(__file__).resolve().parent.parent / "golden"


@pytest.fixture(scope="module")
def mission() -> Folder:
    return Folder(path=GOLDEN / "record-3")


def leaving(mission: Folder) -> bytes:
    """The bytes of everything that a cosigner or a mirror is given."""
    record = mission.path / "record"
    paths = [*(record / "tile").rglob("*"), *(record / "published").rglob("*"), record / "checkpoint"]
    return b"\n".join(path.read_bytes() for path in sorted(paths) if path.is_file())


def texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for inner in (*value, *value.values()) for text in texts(inner))
    elif isinstance(value, list | tuple):
        yield from (text for inner in value for text in texts(inner))


def test_nothing_that_a_record_says_leaves(mission: Folder) -> None:
    left, said = leaving(mission), set[str]()
    for record in mission.journal.replay():
        said |= {record.author, record.kind.value, *record.rests_on, *texts(dict(record.written))}
    said = {text for text in said if len(text) >= 4} - {mission.journal.key.name}
    assert len(said) > 200
    assert {text for text in said if text.encode() in left} == set()
    names = {name for text in said if len(text) == 64 for name in _digest(text)}
    assert [name for name in names if name in left] == []


def _digest(text: str) -> Iterator[bytes]:
    try:
        yield bytes.fromhex(text)
    except ValueError:
        return


def test_an_entry_of_the_log_is_the_digest_of_a_salt_and_a_record(mission: Folder) -> None:
    head = mission.journal.head()
    entries = list(Store(folder=mission.path / "record", key=mission.journal.key).entries())
    made, salts = [], set()
    for _, line in read_lines(mission.journal.lines, head.size):
        for index in range(line.index, line.end):
            salt, raw = line.salt, line.raw
            if line.padding:
                salt, raw = hashlib.sha256(line.salt + index.to_bytes(8, "big")).digest(), PADDING
            made.append(hashlib.sha256(salt + raw).digest())
            salts.add(salt)
    assert entries == made
    assert len(salts) == len(entries) == head.size  # no two have one salt, records and padding alike
