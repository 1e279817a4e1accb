"""Bundles and backups: a mission in one file and back, and nothing else that a file may try."""

import io
import os
import tarfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from golden_record import MADE, key_of

from trucewatch.cli.main import program
from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.log.note import read_note, signed_note
from trucewatch.log.policy import Policy
from trucewatch.mission.folder import Folder
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.keyring import keep
from trucewatch.mission.packing import all_files, pack, site_files, unpack
from trucewatch.mission.seen import FILE
from trucewatch.mission.verify import verify

TORN = Entry(kind=Kind.TORN, author="trucewatch", body={"bytes": 1, "sha256": "x"})


@pytest.fixture
def bundle(mission: Folder, tmp_path: Path) -> Path:
    assert mission.signer
    pack(mission.path, site_files, tmp_path / "site.tar", mission.signer)
    return tmp_path / "site.tar"


def files(folder: Path) -> dict[str, bytes]:
    found = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def test_what_is_packed_is_unpacked_byte_for_byte_and_verifies(
    bundle: Path, mission: Folder, tmp_path: Path, policy: Policy
) -> None:
    found = unpack(bundle, tmp_path / "site", logs=policy.logs)
    here = {path.relative_to(mission.path).as_posix() for path in site_files(mission.path)}
    assert files(tmp_path / "site") == {n: raw for n, raw in files(mission.path).items() if n in here}
    assert {one.path for one in found.files} == here
    assert {"record/checkpoint", "trucewatch.toml"} <= here
    assert found.key == mission.journal.key
    assert verify(tmp_path / "site", policy=policy).exit_code == 0
    with tarfile.open(bundle) as tar:
        names = tar.getnames()
    assert names[0] == "manifest"
    assert (
        oct((tmp_path / "site" / next(n for n in names if n.startswith("vault/"))).stat().st_mode)[-3:]
        == "444"
    )


def test_the_same_mission_is_packed_into_the_same_bytes(
    bundle: Path, mission: Folder, tmp_path: Path
) -> None:
    assert mission.signer
    pack(mission.path, site_files, tmp_path / "again.tar", mission.signer)
    assert (tmp_path / "again.tar").read_bytes() == bundle.read_bytes()


def test_a_bundle_that_another_log_signed_is_refused(bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="no known key signed this note"):
        unpack(bundle, tmp_path / "site", logs=[key_of(3).verifier])
    assert unpack(bundle, tmp_path / "site", logs=()).key is None


def test_no_byte_of_a_bundle_is_free(bundle: Path, tmp_path: Path, policy: Policy) -> None:
    raw = bundle.read_bytes()
    whole = unpack(bundle, tmp_path / "whole", logs=policy.logs)
    sound = files(tmp_path / "whole")
    assert len(sound) == len(whole.files)
    for place in range(100, len(raw), len(raw) // 60):
        bundle.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        try:
            unpack(bundle, tmp_path / "site", logs=policy.logs)
        except (IntegrityError, InputError):
            assert not (tmp_path / "site").exists()
            continue
        assert files(tmp_path / "site") == sound  # only padding of the tar was met
        for path in sorted((tmp_path / "site").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        (tmp_path / "site").rmdir()


def made(path: Path, signer: SignerKey, lines: str, members: list[tuple[tarfile.TarInfo, bytes]]) -> Path:
    """Write a bundle whose manifest says `lines`, signed, and that holds `members`."""
    note = signed_note(f"trucewatch bundle v1\n{signer.name}\n{lines}", [signer]).raw
    with tarfile.open(path, "w") as tar:
        for member, raw in [(tarfile.TarInfo("manifest"), note), *members]:
            member.size = member.size or len(raw)
            tar.addfile(member, io.BytesIO(raw))
    return path


EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def link(kind: bytes, to: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo("record/checkpoint")
    member.type, member.linkname = kind, to
    return member


@pytest.mark.parametrize(
    ("lines", "members", "why"),
    [
        (f"{EMPTY} 0 ../out\n", [(tarfile.TarInfo("../out"), b"")], "is no plain path"),
        (f"{EMPTY} 0 /etc/out\n", [(tarfile.TarInfo("/etc/out"), b"")], "is no plain path"),
        (f"{EMPTY} 0 record/../../out\n", [(tarfile.TarInfo("record/../../out"), b"")], "is no plain path"),
        (f"{EMPTY} 0 record\\out\n", [(tarfile.TarInfo("record\\out"), b"")], "is no plain path"),
        (f"{EMPTY} 0 record/checkpoint\n", [(link(tarfile.SYMTYPE, "/etc/passwd"), b"")], "not a plain file"),
        (f"{EMPTY} 0 record/checkpoint\n", [(link(tarfile.LNKTYPE, "/etc/passwd"), b"")], "not a plain file"),
        (f"{EMPTY} 0 record/checkpoint\n", [(link(tarfile.CHRTYPE, ""), b"")], "not a plain file"),
        (f"{EMPTY} 0 record/checkpoint\n", [(tarfile.TarInfo("record/checkpoint"), b"x")], "of 0 bytes"),
        (f"{EMPTY} 1 record/checkpoint\n", [(tarfile.TarInfo("record/checkpoint"), b"x")], "is not what its"),
        (f"{EMPTY} 0 a\n", [], "a is due, and nothing is there"),
        (f"{EMPTY} 0 a\n", [(tarfile.TarInfo("b"), b"")], "a is due, and 'b' is there"),
        ("", [(tarfile.TarInfo("b"), b"")], "holds more than its manifest lists"),
        (f"{EMPTY} 0 a\n{EMPTY} 0 a\n", [], "is not one of this version"),
        (f"{EMPTY} 999999999999999 a\n", [], "would be more than 1,000 bytes"),
        ("something\n", [], "its manifest cannot be read"),
    ],
)
def test_a_path_that_leads_out_a_link_and_a_bomb_are_refused(
    lines: str, members: list[tuple[tarfile.TarInfo, bytes]], why: str, mission: Folder, tmp_path: Path
) -> None:
    assert mission.signer
    bad = made(tmp_path / "bad.tar", mission.signer, lines, members)
    with pytest.raises(IntegrityError, match=why):
        unpack(bad, tmp_path / "site", logs=[mission.signer.verifier], most_bytes=1000)
    assert not (tmp_path / "site").exists()
    assert sorted(p.name for p in tmp_path.iterdir() if p.name != "keys") == ["bad.tar", "mission"]


def test_nothing_is_written_over(bundle: Path, mission: Folder, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    with pytest.raises(InputError, match="is there already"):
        unpack(bundle, tmp_path / "site", logs=())
    assert mission.signer
    with pytest.raises(InputError, match="is there already"):
        pack(mission.path, site_files, bundle, mission.signer)


def test_what_is_no_bundle_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(b"no tar at all" * 100)
    with pytest.raises(IntegrityError, match="is no whole tar"):
        unpack(tmp_path / "x.tar", tmp_path / "site", logs=())
    with pytest.raises(InputError, match="cannot be unpacked"):
        unpack(tmp_path / "nowhere.tar", tmp_path / "site", logs=())


def test_a_bundle_has_no_private_key_and_no_lock(mission: Folder, bundle: Path) -> None:
    assert b"PRIVATE" not in bundle.read_bytes()
    assert ".lock" not in {path.name for path in all_files(mission.path)}


@pytest.fixture
def run(mission: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str]]:
    signer = mission.signer
    assert signer
    key = Path(os.environ["TRUCEWATCH_KEYS"]) / f"{signer.name}.key"
    key.write_text(f"{signer.private_text}\n", "utf-8")
    key.chmod(0o600)
    keep(tmp_path / "analyst.key", key_of(1), None)
    monkeypatch.setenv("TRUCEWATCH_KEY", str(tmp_path / "analyst.key"))

    def call(*words: str) -> tuple[int, str]:
        ended = CliRunner().invoke(program, [*words])
        return ended.exit_code, ended.output + str(ended.exception or "")

    return call


def test_the_drill_a_mission_is_lost_restored_and_goes_on(
    run: Callable[..., tuple[int, str]], mission: Folder, tmp_path: Path
) -> None:
    (mission.path / "pages").mkdir()
    (mission.path / "pages" / "day.html").write_text("a page", "utf-8")
    before = {name: raw for name, raw in files(mission.path).items() if name != ".lock"}
    policy = tmp_path / "policy"
    policy.write_bytes((mission.path / "policy").read_bytes())
    assert run("backup", str(mission.path), "-o", str(tmp_path / "backup.tar"))[0] == 0
    lost = mission.path.rename(tmp_path / "lost")
    words = ("restore", str(tmp_path / "backup.tar"), "-o", str(mission.path), "--policy", str(policy))
    code, output = run(*words)
    assert (code, "authenticated: the policy's quorum" in output) == (0, True)
    assert {name: raw for name, raw in files(mission.path).items() if name != FILE} == before
    assert FILE in files(mission.path)
    assert lost.exists()
    text = (mission.path / "policy").read_text("utf-8")
    assert text == policy.read_text("utf-8")
    code, output = run("fact", "list", "--mission", str(mission.path))
    assert code == 0


def test_a_record_that_is_broken_is_not_packed(
    run: Callable[..., tuple[int, str]], mission: Folder, tmp_path: Path
) -> None:
    item = next(path for path in (mission.path / "vault").rglob("*") if path.is_file())
    item.unlink()
    code, output = run("record", "pack", str(mission.path), "-o", str(tmp_path / "x.tar"))
    assert (code != 0, "is broken, and is not packed" in output) == (True, True)


def test_the_verbs_pack_for_a_closed_site_and_unpack_there(
    run: Callable[..., tuple[int, str]], mission: Folder, tmp_path: Path
) -> None:
    out, site = str(tmp_path / "x.tar"), str(tmp_path / "site")
    assert "signed by golden-record-1." in run("record", "pack", str(mission.path), "-o", out)[1]
    words = ("record", "unpack", out, "-o", site)
    code, output = run(*words, "--policy", str(mission.path / "policy"))
    assert (code, "signed by a log that the policy knows" in output) == (0, True)
    assert "is there already" in run(*words)[1]
    assert run("record", "verify", site)[0] == 0


def test_the_key_that_packs_is_the_logs_own(mission: Folder, bundle: Path) -> None:
    with tarfile.open(bundle) as tar:
        held = tar.extractfile("manifest")
        note = read_note(held.read() if held else b"")
    assert mission.signer
    assert [line.name for line in note.signatures] == [mission.signer.name]
    assert replace(mission.signer, seed=bytes(32)).verifier != mission.journal.key


def test_what_is_packed_is_chosen_while_nobody_else_can_write(mission: Folder, tmp_path: Path) -> None:
    def chosen(root: Path) -> tuple[Path, ...]:
        with pytest.raises(RefusedError, match="is being written by packing"):
            replace(mission.journal, wait_s=0.1).append([TORN], at=MADE + timedelta(days=1))
        return site_files(root)

    assert mission.signer
    pack(mission.path, chosen, tmp_path / "one.tar", mission.signer)
    replace(mission.journal, wait_s=0.1).append([TORN], at=MADE + timedelta(days=1))


def test_a_link_in_a_mission_is_refused_and_not_left_out(mission: Folder, tmp_path: Path) -> None:
    assert mission.signer
    (mission.path / "vault").rename(tmp_path / "elsewhere")
    (mission.path / "vault").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="is a link or no plain file"):
        pack(mission.path, site_files, tmp_path / "one.tar", mission.signer)
    assert not (tmp_path / "one.tar").exists()


@pytest.mark.parametrize("first", [b"PRIVATE+KEY+ada+00000000+x\n", b"trucewatch sealed key v1\nada\n"])
def test_a_private_key_in_a_mission_is_refused_and_not_backed_up(
    first: bytes, mission: Folder, tmp_path: Path
) -> None:
    assert mission.signer
    (mission.path / "ada.key").write_bytes(first)
    with pytest.raises(RefusedError, match="is a private key, and no bundle has one"):
        pack(mission.path, all_files, tmp_path / "one.tar", mission.signer)
    pack(mission.path, site_files, tmp_path / "site.tar", mission.signer)


def test_a_header_that_asks_for_more_than_there_is_memory_is_refused(tmp_path: Path) -> None:
    path, member = tmp_path / "bomb.tar", tarfile.TarInfo("manifest")
    member.type, member.size = tarfile.XHDTYPE, 1 << 40
    path.write_bytes(member.tobuf())
    os.truncate(path, 1 << 41)
    with pytest.raises(IntegrityError, match="is no whole tar"):
        unpack(path, tmp_path / "out", logs=())
