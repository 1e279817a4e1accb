"""The read model: made, deleted at will, of one schema, and its owner's alone."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from trucewatch.mission.folder import Folder
from trucewatch.mission.views import FILE, Built, built, micros, moment_of, note_built, opened, writing
from trucewatch.model.vocabulary import Audience

AT = datetime(2026, 1, 6, 18, 30, 0, 123456, tzinfo=UTC)
MADE = Built(known_at=AT, size=12)


def test_it_says_of_what_it_was_made_and_for_whom(tmp_path: Path) -> None:
    connection = opened(Folder(path=tmp_path))
    with writing(connection):
        note_built(connection, "incidents", Audience.INTERNAL, MADE)
    connection.close()
    connection = opened(Folder(path=tmp_path))
    assert built(connection, "incidents", Audience.INTERNAL) == (MADE,)
    assert built(connection, "incidents", Audience.PUBLIC) == ()
    assert built(connection, "cases", Audience.INTERNAL) == ()
    connection.close()


def test_its_owner_alone_may_read_it(tmp_path: Path) -> None:
    opened(Folder(path=tmp_path)).close()
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("ruin", ["text", "schema"])
def test_what_cannot_be_used_is_begun_anew(tmp_path: Path, ruin: str) -> None:
    connection = opened(Folder(path=tmp_path))
    note_built(connection, "incidents", Audience.INTERNAL, MADE)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    if ruin == "text":
        (tmp_path / FILE).write_bytes(b"no database, " * 400)
    connection = opened(Folder(path=tmp_path))
    assert built(connection, "incidents", Audience.INTERNAL) == ()
    connection.close()


def _half(connection: sqlite3.Connection) -> None:
    with writing(connection):
        note_built(connection, "incidents", Audience.INTERNAL, MADE)
        assert 1 // 0


def test_half_of_a_change_is_none(tmp_path: Path) -> None:
    connection = opened(Folder(path=tmp_path))
    with pytest.raises(ZeroDivisionError):
        _half(connection)
    assert built(connection, "incidents", Audience.INTERNAL) == ()
    connection.close()


def test_a_moment_is_kept_to_the_microsecond() -> None:
    assert moment_of(micros(AT)) == AT
