"""A record that somebody hands over: pipes, devices, endless files and forged lines are named, and none is waited for."""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner
from golden_record import COSIGNERS, MADE, key_of

from trucewatch.cli.main import program
from trucewatch.errors import InputError, RefusedError
from trucewatch.log.note import signed_note
from trucewatch.log.policy import Policy
from trucewatch.log.witness import Request
from trucewatch.mission.authors import author
from trucewatch.mission.cosigning import Cosigner, cosign, shown_by
from trucewatch.mission.folder import Folder
from trucewatch.mission.journal import Kind, utc_text
from trucewatch.mission.lines import Line
from trucewatch.mission.lock import locked
from trucewatch.mission.publishing import publish
from trucewatch.mission.segments import extend, tail
from trucewatch.mission.verify import Verified, verify
from trucewatch.mission.verify_remarks import Gravity
from trucewatch.model.canonical import Json, canonical

SEGMENT = "record/journal/0000000000.lines"
PLACES = (
    "record/checkpoint",
    "record/log.vkey",
    SEGMENT,
    "record/tile/0/000",
    "record/tile/1/000.p/4",
    "record/tile/entries/001",
    "record/published/768",
    "vault",
)
LATER = MADE + timedelta(days=1)


def blamed(found: Verified) -> frozenset[str]:
    broken = (remark.where for remark in found.remarks if remark.gravity is Gravity.BROKEN)
    return frozenset(re.sub(r":\d+$", "", where) for where in broken)


def alone_blames(alone: ModuleType, folder: Path) -> frozenset[str]:
    found = alone.Verifier(folder, alone.Policy((folder / "policy").read_bytes()))
    found.run([])
    return frozenset(re.sub(r":\d+$", "", where) for where, _ in found.faults)


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def device(path: Path) -> None:
    path.unlink()
    path.symlink_to("/dev/zero")


def endless(path: Path) -> None:
    path.chmod(0o644)
    os.truncate(path, 1 << 36)


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


# A file of the vault may be as long as it likes: it is hashed piece by piece.
PUT = [(put, place) for put in (pipe, device, folder, endless) for place in PLACES]
PUT.remove((endless, "vault"))


@pytest.mark.parametrize(("put", "place"), PUT)
def test_a_pipe_a_device_and_a_file_without_end_are_named_and_not_waited_for(
    put: Callable[[Path], None], place: str, copied: Path, policy: Policy, alone: ModuleType
) -> None:
    path = copied / place
    if place == "vault":
        path = copied / "vault" / next(iter(_items(copied)))
    name = path.relative_to(copied).as_posix()
    put(path)
    assert name in blamed(verify(copied, policy=policy))
    assert name in alone_blames(alone, copied)


def _items(copied: Path) -> list[str]:
    return [p.relative_to(copied / "vault").as_posix() for p in (copied / "vault").rglob("*") if p.is_file()]


def test_a_lock_that_is_a_link_is_not_followed_into_another_file(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("keep me", "utf-8")
    (tmp_path / ".lock").symlink_to(tmp_path / "precious")
    with pytest.raises(InputError, match="cannot be written"), locked(tmp_path / ".lock", "somebody"):
        raise AssertionError
    assert (tmp_path / "precious").read_text("utf-8") == "keep me"


def put_in(folder: Folder, **fields: Json) -> None:
    """Append a record with these fields past every check, as whoever has the log's key can."""
    journal = folder.journal
    whole: dict[str, Json] = {
        "seq": len(tuple(journal.replay())),
        "recorded_at": utc_text(LATER),
        "kind": "torn",
        "author": "trucewatch",
        "body": {"bytes": 1, "sha256": "x"},
        "rests_on": [],
        "schema": 1,
    }
    line = Line(index=journal.head().size, salt=bytes(32), raw=canonical({**whole, **fields}))
    extend(tail(journal.lines, line.index), [line])
    assert folder.signer
    journal.store.append(list(line.leaves()), signer=folder.signer)


FACT: dict[str, Json] = {
    "agreement": None,
    "body": None,
    "contested_by": [],
    "fact_id": "f",
    "from_utc": "2027-01-01T00:00:00.000000Z",
    "holds": True,
    "kind": "ceasefire_in_force",
    "recorded_by": "x (unsigned)",
    "rests_on": "a note",
}
X = "x (unsigned)"
WIDE = "Ａnalyst  N. (unsigned)"


@pytest.mark.parametrize(
    "fields",
    [
        {"seq": True},
        {"more": "than records have"},
        {"recorded_at": "2027-03-01T13:00:00.000000+01:00"},
        {"recorded_at": "2027-99-01T13:00:00.000000Z"},
        {"recorded_at": "2027-02-28T12:00:00.000000Z"},
        {"body": []},
        {"rests_on": "ab"},
        {"rests_on": [1]},
        {"signed": None},
        {"author": X},
        {"kind": "fact", "author": WIDE, "body": {**FACT, "recorded_by": WIDE}},
        {"kind": "fact", "author": " (unsigned)", "body": {**FACT, "recorded_by": " (unsigned)"}},
        {"kind": "fact", "author": X, "body": {**FACT, "recorded_by": "y (unsigned)"}},
        {"kind": "status", "author": X, "body": {"recorded_by": "Chair C."}},
        {"kind": "mission", "author": X, "body": {"name": "trucewatch.toml", "text": "name ="}},
        {"kind": "tombstone", "author": X, "body": {"name": 1, "why": "w"}},
        {"kind": "tombstone", "author": X, "body": {"name": "ab" * 32, "why": "nobody signed for this"}},
    ],
)
def test_a_record_that_no_version_would_write_is_named_by_both_verifiers(
    fields: dict[str, Json], mission: Folder, policy: Policy, alone: ModuleType
) -> None:
    put_in(mission, **fields)
    found = verify(mission.path, policy=policy)
    assert (found.exit_code, blamed(found)) == (4, {SEGMENT})
    assert alone_blames(alone, mission.path) == {SEGMENT}


def test_record_time_that_runs_back_is_named_by_both(
    mission: Folder, policy: Policy, alone: ModuleType
) -> None:
    last = list(mission.journal.replay())[-1].recorded_at
    put_in(mission, recorded_at=utc_text(last))
    assert blamed(verify(mission.path, policy=policy)) == alone_blames(alone, mission.path) == frozenset()
    put_in(mission, recorded_at=utc_text(last - timedelta(microseconds=1)))
    found = verify(mission.path, policy=policy)
    assert blamed(found) == alone_blames(alone, mission.path) == {SEGMENT}
    assert any("record time runs back here" in one.what for one in found.remarks)


def test_a_record_dated_before_a_checkpoint_that_had_left_is_named(mission: Folder, policy: Policy) -> None:
    publish(mission, at=MADE + timedelta(hours=6))
    put_in(mission, recorded_at=utc_text(MADE + timedelta(hours=5, minutes=59)))
    found = verify(mission.path, policy=policy)
    assert (found.exit_code, blamed(found)) == (4, {SEGMENT})
    assert any("is dated back: it stands after the checkpoint at 1536" in one.what for one in found.remarks)


def test_a_record_dated_when_a_checkpoint_left_or_later_is_sound(mission: Folder, policy: Policy) -> None:
    publish(mission, at=MADE + timedelta(hours=6))
    put_in(mission, recorded_at=utc_text(MADE + timedelta(hours=6)))
    assert verify(mission.path, policy=policy).exit_code == 0


def test_a_checkpoint_of_a_size_that_is_no_ticks_is_told(mission: Folder, policy: Policy) -> None:
    store = mission.journal.store
    assert mission.signer
    raw = signed_note(store.checkpoint_at(300).text, [mission.signer]).raw
    (mission.path / "record" / "published" / "300").write_bytes(raw)
    found = verify(mission.path, policy=policy)
    told = [one.where for one in found.remarks if one.gravity is Gravity.DIFFERS]
    assert (found.exit_code, told) == (1, ["record/published/300"])
    shutil.copy(mission.path / "record/published/300", mission.path / "record/published/checkpoint")
    ended = CliRunner().invoke(program, ["record", "verify", str(mission.path)])
    assert (ended.exit_code, "no tick of the record's clock has 300 leaves" in ended.output) == (1, True)


def test_a_first_request_with_a_proof_from_nothing_is_refused_and_kept(
    mission: Folder, tmp_path: Path
) -> None:
    own = Cosigner(state=tmp_path / "state", signer=COSIGNERS["A"])
    note = (mission.path / "record" / "published" / "checkpoint").read_bytes()
    request = tmp_path / "request"
    request.write_bytes(Request(old=0, path=(bytes(32),), checkpoint=note).raw)
    reply = cosign(own, shown_by(request), at=datetime(2027, 3, 1, tzinfo=UTC), log=mission.journal.key)
    assert not reply.cosigned
    assert reply.evidence is not None
    assert (reply.evidence / "shown").read_bytes() == note


def test_an_empty_segment_beyond_the_log_blames_no_other(copied: Path, policy: Policy) -> None:
    (copied / "record" / "journal" / "0000009999.lines").write_bytes(b"")
    assert blamed(verify(copied, policy=policy)) == frozenset()


def test_what_a_person_signed_and_was_held_back_is_not_recorded_after_what_they_signed_later(
    mission: Folder, policy: Policy, alone: ModuleType
) -> None:
    before = author(mission.journal, by="", key=key_of(2))
    text = (mission.path / "sources.toml").read_text("utf-8")
    bodies: list[dict[str, Json]] = [
        {"name": "sources.toml", "text": f"{text}\n# {words}\n"} for words in ("as it was", "as it is")
    ]
    once = before.entry(Kind.SOURCE, bodies[0])
    mission.journal.append([once], at=LATER)
    withheld = author(mission.journal, by="", key=key_of(2)).entry(Kind.SOURCE, bodies[0])
    put_in(mission)
    mission.journal.append(
        [author(mission.journal, by="", key=key_of(2)).entry(Kind.SOURCE, bodies[1])], at=LATER
    )
    for again, why in ((once, "it was signed once"), (withheld, "it was held back")):
        with pytest.raises(RefusedError, match=why):
            mission.journal.append([again], at=LATER)
    replace(mission.journal, admits=None).append([withheld], at=LATER)
    found = verify(mission.path, policy=policy)
    assert (found.exit_code, blamed(found)) == (4, {SEGMENT})
    assert any("it was held back" in one.what for one in found.remarks)
    assert alone_blames(alone, mission.path) == {SEGMENT}
