"""Working copies: made from the vault, never in it, and with their provenance beside them."""

import hashlib
import json
import stat
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner

from trucewatch.cli.main import program
from trucewatch.mission.erasing import erase
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.intake import batches, ingest
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.quarantine import quarantine_entry
from trucewatch.mission.verify import verify

EXIF = b"\xff\xe1\x00\x10Exif\x00\x00GPS 48 38"[:18]
SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\x00\x34\xff\xd9"
PHOTOGRAPH = b"\xff\xd8" + EXIF + SCAN
FIRES = b"latitude,longitude,acq_date\n48.4,38.2,2026-01-01\n"
PATROL = (
    b"report,from,to,position,position_lat,position_lon,means,phenomenon,count,weapon,trajectory,"
    b"distance_min_km,distance_max_km,directions,heading,held_by,remarks\n"
    b"P-1,2026-01-02T08:15,2026-01-02T08:40,Post 4,48.5,37.9,heard,explosion,4,,undetermined,4,8,NNW,,,\n"
)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


@pytest.fixture
def held(tmp_path: Path, files: Path) -> Folder:
    """A mission with a photograph, a published source's file and a patrol's."""
    folder = init(tmp_path / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    for source, name, raw in (
        ("patrol", "crater.jpg", PHOTOGRAPH),
        ("firms-dates", "f.csv", FIRES),
        ("patrol", "p.csv", PATROL),
    ):
        (files / name).write_bytes(raw)
        list(ingest(folder, source, [files / name], by="ann"))
    return folder


def named(folder: Folder, file: str) -> str:
    return next(batch.evidence for batch in batches(folder.journal.replay()) if batch.file == file)


def run(folder: Folder, *words: str) -> tuple[int, str]:
    ended = CliRunner().invoke(program, ["record", "copy", *words, "--mission", str(folder.path)])
    return ended.exit_code, ended.output if ended.exception is None else str(ended.exception)


def test_a_copy_as_it_is_has_the_bytes_and_says_what_it_was_made_from(held: Folder, files: Path) -> None:
    name, out = named(held, "crater.jpg"), files / "copy.jpg"
    code, output = run(held, name, "-o", str(out))
    assert (code, output.splitlines()[0]) == (0, "INTERNAL")
    assert "a working copy, 36 bytes, as it is" in output
    assert out.read_bytes() == PHOTOGRAPH
    told = json.loads((files / "copy.jpg.provenance.json").read_text("utf-8"))
    batch = next(r for r in held.journal.replay() if name in r.rests_on)
    assert told["stamp"] == "INTERNAL"
    assert told["made_from"] | {"recorded_at": ""} == {
        "log": held.journal.key.name,
        "vault": name,
        "record": batch.seq,
        "leaf": batch.index,
        "kind": "batch",
        "author": "patrol",
        "recorded_at": "",
        "source": "patrol",
        "file": "crater.jpg",
    }
    assert (told["how"], told["form"], told["stripped"]) == ("as it is", None, [])
    digest = hashlib.sha256(PHOTOGRAPH).hexdigest()
    assert told["copy"] == {"file": "copy.jpg", "bytes": len(PHOTOGRAPH), "sha256": digest}
    assert told["made_by"] == f"trucewatch {version('trucewatch')}"


def test_metadata_is_stripped_in_the_copy_and_stays_in_the_vault(held: Folder, files: Path) -> None:
    name, out = named(held, "crater.jpg"), files / "copy.jpg"
    kept = held.vault.path(name)
    before = (kept.read_bytes(), stat.S_IMODE(kept.stat().st_mode), kept.stat().st_mtime_ns)
    code, output = run(held, name, "-o", str(out), "--strip-metadata")
    assert (code, "APP1: 1 removed, 18 bytes" in output) == (0, True)
    assert out.read_bytes() == b"\xff\xd8" + SCAN
    told = json.loads((files / "copy.jpg.provenance.json").read_text("utf-8"))
    assert (told["how"], told["form"]) == ("metadata stripped", "JPEG")
    assert told["stripped"] == [{"what": "APP1", "pieces": 1, "bytes": 18}]
    assert told["copy"]["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert (kept.read_bytes(), stat.S_IMODE(kept.stat().st_mode), kept.stat().st_mtime_ns) == before
    assert verify(held.path).exit_code == 0


def test_what_is_no_picture_is_not_stripped_and_nothing_is_written(held: Folder, files: Path) -> None:
    code, line = run(held, named(held, "f.csv"), "-o", str(files / "copy.csv"), "--strip-metadata")
    assert (code, "is no JPEG and no PNG" in line, "\n" in line) == (1, True, False)
    assert not list(files.glob("copy*"))
    assert run(held, named(held, "f.csv"), "-o", str(files / "copy.csv"))[0] == 0
    assert (files / "copy.csv").read_bytes() == FIRES


@pytest.mark.parametrize(
    "where", ["copy.jpg", "vault/copy.jpg", "new/copy.jpg", "../m/copy.jpg", "../link/x"]
)
def test_no_copy_is_written_inside_the_mission(held: Folder, files: Path, where: str) -> None:
    (held.path.parent / "link").symlink_to(held.path / "record")
    before = sorted(held.path.rglob("*"))
    _, line = run(held, named(held, "crater.jpg"), "-o", str(held.path / where))
    assert "lies in the mission's folder" in line
    assert sorted(held.path.rglob("*")) == before


def test_a_copy_in_place_of_a_link_into_the_vault_leaves_the_vault_as_it_was(
    held: Folder, files: Path
) -> None:
    name, out = named(held, "crater.jpg"), files / "copy.jpg"
    out.symlink_to(held.vault.path(name))
    assert run(held, name, "-o", str(out), "--strip-metadata")[0] == 0
    assert not out.is_symlink()
    assert held.vault.get(name) == PHOTOGRAPH


def test_a_copy_leaves_through_the_gate_or_not_at_all(held: Folder, files: Path) -> None:
    name = named(held, "crater.jpg")
    assert (
        "nothing may leave to 'party:A'"
        in run(held, name, "-o", str(files / "x"), "--audience", "party:A")[1]
    )
    patrol = next(b for b in batches(held.journal.replay()) if b.file == "p.csv")
    assert patrol.accepted == 1
    for item in (patrol.evidence, patrol.rows):
        assert "holds what the gate keeps back" in run(held, item, "-o", str(files / "x"))[1]
    assert not (files / "x").exists()


def test_what_is_kept_apart_is_not_copied_unread(held: Folder, files: Path) -> None:
    name = held.vault.put(PATROL)
    held.journal.append([quarantine_entry("patrol", "p.csv", name)])
    assert "is kept apart and was not read" in run(held, name, "-o", str(files / "x"))[1]


def test_what_no_record_rests_on_or_was_erased_has_no_copy(held: Folder, files: Path) -> None:
    loose, name = held.vault.put(b"loose"), named(held, "crater.jpg")
    for wanted in (loose, "ab" * 32, "../../etc/passwd", name[:10]):
        assert "is no item that a record rests on" in run(held, wanted, "-o", str(files / "x"))[1]
    erase(held, [name], by="ann", why="A witness asked")
    assert "was erased, and a tombstone says so" in run(held, name, "-o", str(files / "x"))[1]
    assert not (files / "x").exists()


def test_an_altered_item_is_not_copied(held: Folder, files: Path) -> None:
    name = named(held, "crater.jpg")
    held.vault.path(name).chmod(0o644)
    held.vault.path(name).write_bytes(held.vault.path(name).read_bytes() + b"!")
    assert "restore the vault" in run(held, name, "-o", str(files / "x"))[1]


def test_a_document_is_copied_and_names_who_recorded_it(held: Folder, files: Path) -> None:
    name = held.vault.put(b"The parties agree.")
    entry = Entry(kind=Kind.DOCUMENT, author="ann (unsigned)", body={"x": 1}, rests_on=(name,))
    held.journal.append([entry])
    assert run(held, name, "-o", str(files / "d.txt"), "--json")[0] == 0
    told = json.loads((files / "d.txt.provenance.json").read_text("utf-8"))["made_from"]
    assert (told["kind"], told["source"], told["file"]) == ("document", "ann (unsigned)", None)


def test_a_copy_goes_to_a_file_of_its_own(held: Folder, files: Path) -> None:
    name = named(held, "crater.jpg")
    assert "provenance beside it" in run(held, name, "-o", "-")[1]
    assert "is a folder" in run(held, name, "-o", str(files))[1]
