"""Erasing: the item goes, the record says who, when and why, and everything else still reads."""

import hashlib
import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.mission.erasing import erase, erased
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.intake import Batch, batches, ingest, refusals_of, rows_of
from trucewatch.mission.journal import Kind
from trucewatch.mission.packing import all_files
from trucewatch.mission.vault import Vault
from trucewatch.mission.walk import walk
from trucewatch.model.tables import OBSERVATIONS

NEWS = (
    "row_id,datetime,lon,lat,place_name,event_type,headline,n_rows\n"
    "1,2025-04-11 10:00:00,38.2,48.41,Town,artillery,Ivan Ivanenko of 3 Lesna street was hurt,1\n"
    "2,2025-04-12 10:00:00,38.2,48.42,Town,artillery,Nobody was hurt,1\n"
    "3,2025-04-13 10:00:00,x,48.42,Town,artillery,No place,1\n"
)


@pytest.fixture
def mission(tmp_path: Path) -> Folder:
    folder = init(tmp_path / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    (tmp_path / "n.csv").write_text(NEWS, "utf-8")
    list(ingest(folder, "viina", [tmp_path / "n.csv"], by="ann"))
    return folder


def batch_of(mission: Folder) -> Batch:
    (batch,) = batches(mission.journal.replay())
    return batch


def names_of(batch: Batch) -> dict[str, str]:
    assert batch.words is not None
    return {
        "evidence": batch.evidence,
        "rows": batch.rows,
        "refusals": batch.refusals,
        "words": batch.words,
    }


def texts(mission: Folder) -> list[str | None]:
    return rows_of(mission.vault, [batch_of(mission)], OBSERVATIONS)["text"].to_list()


def rows_again(vault: Vault, batch: Batch) -> object:
    return rows_of(vault, [batch], OBSERVATIONS)


def everywhere(mission: Folder) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(mission.path.rglob("*")) if path.is_file())


def test_words_are_kept_apart_from_rows_and_put_back(mission: Folder) -> None:
    assert any("Ivan Ivanenko" in (text or "") for text in texts(mission))
    rows = mission.vault.get(batch_of(mission).rows)
    assert b"Ivanenko" not in rows


def test_a_tombstone_names_who_and_when_and_why_and_the_words_are_gone(mission: Folder) -> None:
    before = walk(mission.path)
    names = names_of(batch_of(mission))
    erase(mission, [names["evidence"], names["words"]], by="ann", why="a person's name and street")
    tombs = [record for record in mission.journal.replay() if record.kind is Kind.TOMBSTONE]
    assert [(t.author, t.body["name"], t.body["why"]) for t in tombs] == [
        ("ann (unsigned)", names[item], "a person's name and street") for item in ("evidence", "words")
    ]
    assert b"Ivanenko" not in everywhere(mission)
    assert texts(mission) == [None, None]
    after = walk(mission.path)
    made_of_words = ["text", "origin"]
    assert after.observations.drop(made_of_words).equals(before.observations.drop(made_of_words))
    assert after.observations["origin"].n_unique() == before.observations["origin"].n_unique()
    assert not set(after.observations["origin"]) & set(before.observations["origin"])


def test_what_was_erased_is_gone_from_what_was_known_before_too(mission: Folder) -> None:
    then = list(mission.journal.replay())[-1].recorded_at
    erase(mission, [names_of(batch_of(mission))["words"]], by="ann", why="privacy")
    assert walk(mission.path, known_at=then).observations["text"].to_list() == [None, None]


@pytest.mark.parametrize("item", ["evidence", "rows", "refusals", "words"])
def test_whatever_is_erased_the_record_still_reads_and_the_same_file_still_changes_nothing(
    mission: Folder, tmp_path: Path, item: str
) -> None:
    erase(mission, [names_of(batch_of(mission))[item]], by="ann", why="privacy")
    batch = batch_of(mission)
    assert rows_of(mission.vault, [batch], OBSERVATIONS).height == (0 if item == "rows" else 2)
    assert len(refusals_of(mission.vault, batch)) == (0 if item == "refusals" else 1)
    walk(mission.path)
    (again,) = ingest(mission, "viina", [tmp_path / "n.csv"], by="ann")
    assert again.recorded == (item == "evidence")
    assert item == "rows" or again.accepted == 0


@pytest.mark.parametrize("item", ["rows", "refusals", "words"])
def test_what_is_missing_without_a_tombstone_is_not_taken_for_erased(mission: Folder, item: str) -> None:
    batch = batch_of(mission)
    mission.vault.erase(names_of(batch)[item])
    read = refusals_of if item == "refusals" else rows_again
    with pytest.raises(IntegrityError, match="restore the vault"):
        read(mission.vault, batch)


def test_an_erasure_has_a_reason_and_something_to_erase(mission: Folder) -> None:
    words = names_of(batch_of(mission))["words"]
    with pytest.raises(RefusedError, match="says why"):
        erase(mission, [words], by="ann", why="  ")
    with pytest.raises(InputError, match="not in the vault"):
        erase(mission, [words, "ab" * 32], by="ann", why="privacy")
    assert mission.vault.holds(words)
    with pytest.raises(RefusedError, match="--replay"):
        erase(mission, [words], by="ann", why="privacy", at=datetime(2026, 1, 1, tzinfo=UTC))


def test_an_erasure_that_a_crash_cut_off_is_finished_by_the_same_again(mission: Folder) -> None:
    words = names_of(batch_of(mission))["words"]
    kept = mission.vault.path(words).read_bytes()
    assert erase(mission, [words], by="ann", why="privacy") == (words,)
    mission.vault.path(words).write_bytes(kept)
    assert erase(mission, [words], by="ann", why="privacy") == ()
    assert not mission.vault.holds(words)
    assert erased(mission.journal.replay()) == {words}


def test_nothing_in_the_mission_but_the_row_s_id_confirms_a_guess_at_erased_words(mission: Folder) -> None:
    guess = next(text for text in texts(mission) if text and "Ivan" in text)
    names = names_of(batch_of(mission))
    salts = {line.salt for line in mission.journal.replay()}
    erase(mission, [names["evidence"], names["words"]], by="ann", why="privacy")
    left = everywhere(mission)
    for salt in (b"", *salts):
        for raw in (guess.encode(), NEWS.encode()):
            found = hashlib.sha256(salt + raw)
            assert found.digest() not in left
            assert found.hexdigest().encode() not in left


def test_what_a_killed_writer_left_of_the_same_bytes_is_erased_too(mission: Folder, tmp_path: Path) -> None:
    names = names_of(batch_of(mission))
    twin = mission.vault.put(NEWS.encode())
    other = mission.vault.put(b"something else that nothing rests on")
    ended = subprocess.Popen(["true"])
    ended.wait()
    place = mission.vault.path(names["evidence"]).parent
    (place / f".x.{ended.pid}.part").write_bytes(NEWS.encode())
    (place / f".y.{os.getppid()}.part").write_bytes(b"of a writer that is at it")
    gone = erase(mission, [names["evidence"], names["words"]], by="ann", why="privacy")
    assert set(gone) == {names["evidence"], names["words"], twin}
    assert b"Ivanenko" not in everywhere(mission)
    assert mission.vault.holds(other)
    assert [path.name for path in place.glob(".*.part")] == [f".y.{os.getppid()}.part"]


def test_an_altered_item_can_be_erased(mission: Folder) -> None:
    evidence = names_of(batch_of(mission))["evidence"]
    mission.vault.put(NEWS.encode())
    path = mission.vault.path(evidence)
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert erase(mission, [evidence], by="ann", why="privacy") == (evidence,)


def test_the_read_model_goes_with_what_is_erased_and_no_backup_takes_it_along(mission: Folder) -> None:
    views = [mission.path / f"views.sqlite{end}" for end in ("", "-wal", "-shm")]
    for view in views:
        view.write_bytes(b"Ivan Ivanenko of 3 Lesna street was hurt")
    assert not set(views) & set(all_files(mission.path))
    erase(mission, [names_of(batch_of(mission))["words"]], by="ann", why="privacy")
    assert not any(view.exists() for view in views)


def test_with_words_go_those_of_the_same_bytes_as_they_were_read_before(
    mission: Folder, tmp_path: Path
) -> None:
    sources = mission.path / "sources.toml"
    first = batch_of(mission)
    text = sources.read_text("utf-8")
    start = text.index("[viina]")
    mended = re.sub(r'(?m)^reliability = "[A-F]"', 'reliability = "A"', text[start:], count=1)
    sources.write_text(text[:start] + mended, "utf-8")
    list(ingest(mission, "viina", [tmp_path / "n.csv"], by="ann"))
    second = batch_of(mission)
    assert first.words is not None
    assert second.words is not None
    assert second.rows != first.rows
    gone = erase(mission, [second.evidence, second.words], by="ann", why="privacy")
    assert {first.words, second.words} <= set(gone)
    assert b"Ivanenko" not in everywhere(mission)
