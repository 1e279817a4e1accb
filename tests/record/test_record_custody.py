"""The identity of a sensitive source: sealed, opened by two and never by one, each opening a record; in no output."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.spelling import spelled
from trucewatch.log.twofold import custodian_key, custodian_public, half_of, opened, shut
from trucewatch.mission.authors import author
from trucewatch.mission.enrolling import add, add_oneself, invitation, roll_of
from trucewatch.mission.erasing import erase
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.invitations import Part, answer
from trucewatch.mission.journal import Kind
from trucewatch.mission.keyring import keep
from trucewatch.mission.masking import become_custodian, begin_unmasking, end_unmasking, mask
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_remarks import Gravity
from trucewatch.model.canonical import Json

START = datetime(2027, 3, 1, 8, tzinfo=UTC)
CANARY = "Olena Canary of 14 Poplar Street, +380 00 000 00 00"
PROGRAM = Path(sys.executable).parent / "trucewatch"
PEOPLE: Mapping[str, Part] = {
    "Ada": Part.ADMINISTRATOR,
    "Ann": Part.ANALYST,
    "Vic": Part.VERIFIER,
    "Eva": Part.VERIFIER,
    "Cho": Part.COMMISSION,
    "Liv": Part.LIAISON_A,
}
KEYS = {
    name: SignerKey(name=name.lower(), kind=KeyKind.ED25519, seed=bytes([n + 1]) * 32)
    for n, name in enumerate(PEOPLE)
}


def hour(n: float) -> datetime:
    return START + timedelta(hours=n)


@pytest.fixture
def mission(tmp_path: Path) -> Folder:
    plan = Plan(name="m", agreements=("exercise-line",), zone="UTC", exercise=True, replay=True)
    folder = init(tmp_path / "m", plan, by="ann", at=START)
    add_oneself(folder, "Ada", [Part.ADMINISTRATOR], key=KEYS["Ada"], at=START)
    for name in list(PEOPLE)[1:]:
        asked = invitation(folder, name, [PEOPLE[name]])
        add(folder, answer(asked, KEYS[name]), by="", key=KEYS["Ada"], at=START)
    for name in ("Vic", "Eva", "Cho"):
        become_custodian(folder, key=KEYS[name], at=START)
    return folder


@pytest.fixture
def masked(mission: Folder) -> Folder:
    mask(mission, "witness-7", CANARY.encode(), ["Vic", "Eva", "Cho"], key=KEYS["Ann"], at=hour(1))
    return mission


def both(folder: Folder, alone: ModuleType) -> tuple[set[str], int]:
    """Return where the two verifiers find something broken, which they must agree on, and the exit code."""
    found = verify(folder.path)
    ours = {one.where for one in found.remarks if one.gravity is Gravity.BROKEN}
    theirs = alone.Verifier(folder.path, None)
    theirs.run([])
    assert {where for where, _ in theirs.faults} == ours
    return ours, found.exit_code


@given(st.binary(min_size=1, max_size=3000), st.integers(2, 5), st.integers(0, 1 << 32))
@settings(max_examples=25)
def test_any_two_custodians_open_it_and_no_two_halves_of_different_pairs_do(
    secret: bytes, count: int, seed: int
) -> None:
    random = Random(seed).randbytes
    seeds = {f"p{n}": bytes([n + 1]) * 32 for n in range(count)}
    publics = {name: custodian_public(seed) for name, seed in seeds.items()}
    made = shut(secret, publics, label="log\nwitness", random=random)
    halves = {
        (pair, name): half_of(made, pair, name, seeds[name], label="log\nwitness")
        for pair in made.halves
        for name in pair
    }
    for pair in made.halves:
        one, other = (halves[pair, name] for name in pair)
        assert opened(made, one, other, label="log\nwitness") == secret
        for (different, _), half in halves.items():
            if different != pair:
                with pytest.raises(RefusedError):
                    opened(made, one, half, label="log\nwitness")
        with pytest.raises(RefusedError):
            opened(made, one, one, label="log\nwitness")
        with pytest.raises(RefusedError):
            opened(made, one, other, label="log\nanother")
        with pytest.raises(RefusedError):
            half_of(made, pair, pair[0], seeds[pair[1]], label="log\nwitness")


def test_a_custodians_key_is_not_the_signing_key_and_the_box_tells_little_of_the_length() -> None:
    assert custodian_key(bytes(32)) != bytes(32)
    publics = {name: custodian_public(bytes([n]) * 32) for n, name in enumerate("ab")}
    sizes = {
        len(shut(b"x" * n, publics, label="", random=lambda k: bytes(range(k))).box) for n in (1, 500, 1020)
    }
    assert sizes == {1024 + 16}
    with pytest.raises(RefusedError):
        shut(b"x", {"a": publics["a"]}, label="", random=bytes)


def test_two_custodians_open_an_identity_and_each_step_is_a_record(masked: Folder, alone: ModuleType) -> None:
    handed = begin_unmasking(
        masked, "witness-7", "Cho", why="her house is to be shelled", key=KEYS["Vic"], at=hour(2)
    )
    assert CANARY.encode() not in handed.raw
    shown = end_unmasking(masked, handed.raw, key=KEYS["Cho"], at=hour(3))
    assert (shown.words.decode(), shown.by) == (CANARY, ("Vic", "Cho"))
    steps = [r for r in masked.journal.replay() if r.kind is Kind.UNMASK]
    assert [(r.author, r.body["stage"]) for r in steps] == [("Vic", "begun"), ("Cho", "opened")]
    assert both(masked, alone) == (set(), 0)
    said = [one.what for one in verify(masked.path).remarks if "identity of witness-7" in one.what]
    assert len(said) == 1
    assert "Vic and Cho opened" in said[0]


def test_nobody_opens_it_alone_or_in_anothers_place(masked: Folder) -> None:
    with pytest.raises(RefusedError, match="by two"):
        begin_unmasking(masked, "witness-7", "Vic", why="x", key=KEYS["Vic"], at=hour(2))
    with pytest.raises(RefusedError, match="by two, for a reason"):
        begin_unmasking(masked, "witness-7", "Cho", why=" ", key=KEYS["Vic"], at=hour(2))
    for name in ("Ada", "Ann", "Liv"):
        with pytest.raises(RefusedError, match=r"none of commission, verifier"):
            begin_unmasking(masked, "witness-7", "Cho", why="x", key=KEYS[name], at=hour(2))
    handed = begin_unmasking(masked, "witness-7", "Cho", why="x", key=KEYS["Vic"], at=hour(2))
    for name in ("Vic", "Eva", "Ada"):
        with pytest.raises(RefusedError):
            end_unmasking(masked, handed.raw, key=KEYS[name], at=hour(3))
    with pytest.raises(RefusedError, match="more than a day ago"):
        end_unmasking(masked, handed.raw, key=KEYS["Cho"], at=hour(27))
    end_unmasking(masked, handed.raw, key=KEYS["Cho"], at=hour(27 - 2))
    with pytest.raises(RefusedError, match="opened already"):
        end_unmasking(masked, handed.raw, key=KEYS["Cho"], at=hour(26))


def test_who_may_not_seal_does_not_and_who_keeps_nothing_is_no_custodian(mission: Folder) -> None:
    for name in ("Ada", "Liv", "Cho"):
        with pytest.raises(RefusedError, match="none of analyst, verifier"):
            mask(mission, "w", b"x", ["Vic", "Cho"], key=KEYS[name], at=hour(1))
    with pytest.raises(RefusedError, match="Liv must first record"):
        mask(mission, "w", b"x", ["Vic", "Liv"], key=KEYS["Ann"], at=hour(1))
    with pytest.raises(RefusedError, match="none of commission, verifier"):
        become_custodian(mission, key=KEYS["Liv"], at=hour(1))
    with pytest.raises(RefusedError, match="at least two"):
        mask(mission, "w", b"x", ["Vic", "Vic"], key=KEYS["Ann"], at=hour(1))
    with pytest.raises(InputError, match="was sealed here"):
        begin_unmasking(mission, "w", "Cho", why="x", key=KEYS["Vic"], at=hour(1))


def test_an_erased_box_opens_for_nobody(masked: Folder) -> None:
    (sealed,) = [r for r in masked.journal.replay() if r.kind is Kind.MASK]
    erase(masked, list(sealed.rests_on), by="", why="she asked for it", key=KEYS["Vic"], at=hour(2))
    with pytest.raises(Exception, match=r"vault|erased|gone"):
        begin_unmasking(masked, "witness-7", "Cho", why="x", key=KEYS["Vic"], at=hour(3))


ILLEGAL = {
    "by nobody who may": ("Liv", Kind.UNMASK, {"stage": "begun", "of": "mask", "other": "Cho", "why": "x"}),
    "with oneself": ("Vic", Kind.UNMASK, {"stage": "begun", "of": "mask", "other": "Vic", "why": "x"}),
    "without a reason": ("Vic", Kind.UNMASK, {"stage": "begun", "of": "mask", "other": "Cho", "why": ""}),
    "without a beginning": (
        "Cho",
        Kind.UNMASK,
        {"stage": "opened", "of": "mask", "other": "Vic", "why": "x"},
    ),
    "sealed for one": ("Ann", Kind.MASK, {"custodians": ("Vic",)}),
    "sealed by an administrator": ("Ada", Kind.MASK, {"custodians": ("Vic", "Cho")}),
    "in another's name": ("Vic", Kind.CUSTODIAN, {"person": "Cho"}),
}


@pytest.mark.parametrize("case", ILLEGAL)
def test_a_step_that_is_not_in_its_order_is_named_by_both_verifiers(
    masked: Folder, case: str, alone: ModuleType
) -> None:
    name, kind, said = ILLEGAL[case]
    roll = roll_of(masked)
    ids = {one.name: person for person, one in roll.persons.items()}
    (sealed,) = [r for r in masked.journal.replay() if r.kind is Kind.MASK]
    body: dict[str, Json] = {"source": "witness-7"} if kind is not Kind.CUSTODIAN else {}
    for field, value in said.items():
        if field == "of":
            body[field] = sealed.seq
        elif field == "custodians":
            body[field] = [ids[one] for one in value]
        else:
            body[field] = ids.get(str(value), str(value))
    if kind is Kind.CUSTODIAN:
        body["public"] = spelled(bytes(range(32)))
    rests = sealed.rests_on if kind is Kind.MASK else ()
    entry = author(masked.journal, by="", key=KEYS[name]).entry(kind, body, rests_on=rests)
    replace(masked.journal, admits=None).append([entry], at=hour(2))
    where, code = both(masked, alone)
    assert (len(where), code) == (1, 4)


@pytest.mark.parametrize("whole", [False, True])
def test_the_identity_is_in_no_file_of_the_mission_and_in_no_output(
    masked: Folder, tmp_path: Path, whole: bool
) -> None:
    if whole:
        handed = begin_unmasking(masked, "witness-7", "Cho", why="x", key=KEYS["Vic"], at=hour(2))
        end_unmasking(masked, handed.raw, key=KEYS["Cho"], at=hour(3))
    for name in ("Vic", "Ann", "Ada"):
        keep(tmp_path / f"{name}.key", KEYS[name], None)
    verbs = (
        ("record", "verify"),
        ("person", "list", "--json"),
        ("key", "list", "--json"),
        ("case", "list", "--key", "../Vic.key"),
        ("report", "2027-03-01", "-o", "out.html,out.json,out.csv", "--key", "../Ann.key"),
        ("export", "observations", "-o", "out-rows.csv", "--key", "../Ann.key"),
        ("record", "pack", "-o", "../out.bundle", "--key", "../Ann.key"),
        ("backup", "-o", "../out.backup", "--key", "../Ada.key"),
        (
            "key",
            "unmask",
            "begin",
            "witness-8",
            "--with",
            "Cho",
            "--why",
            "x",
            "-o",
            "h",
            "--key",
            "../Vic.key",
        ),
    )
    for verb in verbs:
        told = subprocess.run(
            [PROGRAM, *verb], cwd=masked.path, capture_output=True, text=True, check=False, timeout=120
        )
        assert CANARY not in told.stdout + told.stderr
    for path in (p for p in tmp_path.rglob("*") if p.is_file()):
        raw = path.read_bytes()
        assert CANARY.encode() not in raw, path
        assert b"Canary" not in raw, path
