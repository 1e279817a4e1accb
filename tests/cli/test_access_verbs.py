"""Accounts, tokens, overrides and who saw what, as they are typed; an administrator is shown no case by any verb."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.mission.accounts import accounts_of
from trucewatch.mission.deeds import record_move
from trucewatch.mission.enrolling import add, add_oneself, invitation
from trucewatch.mission.folder import Folder, Plan, init, opened
from trucewatch.mission.invitations import Part, answer
from trucewatch.mission.keyring import keep
from trucewatch.mission.known import known
from trucewatch.mission.one_time import code_at, step_of
from trucewatch.mission.packing import all_files, site_files
from trucewatch.mission.seen import FILE, looks
from trucewatch.model.decision import Move, MoveKind, Role

Door = Callable[..., subprocess.CompletedProcess[str]]
WORDS, OTHER = "blue lorry, thin ice", "grey harbour, low sun"
CANARY = "canary-of-the-case-6f1c"
PEOPLE = {
    "Ada": Part.ADMINISTRATOR,
    "Ann": Part.ANALYST,
    "Vic": Part.VERIFIER,
    "Liv": Part.LIAISON_A,
    "Cho": Part.COMMISSION,
    "Aud": Part.AUDITOR,
}
KEYS = {
    name: SignerKey(name=name.lower(), kind=KeyKind.ED25519, seed=bytes([n + 1]) * 32)
    for n, name in enumerate(PEOPLE)
}


@pytest.fixture
def mission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folder:
    folder = init(
        tmp_path / "m", Plan(name="m", agreements=("exercise-line",), zone="UTC", exercise=True), by="x"
    )
    add_oneself(folder, "Ada", [Part.ADMINISTRATOR], key=KEYS["Ada"])
    for name in list(PEOPLE)[1:]:
        add(folder, answer(invitation(folder, name, [PEOPLE[name]]), KEYS[name]), by="", key=KEYS["Ada"])
    for name, key in KEYS.items():
        keep(tmp_path / f"{name}.key", key, None)
    for name, words in (("words", WORDS), ("new", OTHER)):
        (tmp_path / name).write_text(f"{words}\n")
        (tmp_path / name).chmod(0o600)
    monkeypatch.setenv("TRUCEWATCH_PASSPHRASE_FILE", str(tmp_path / "words"))
    monkeypatch.setenv("TRUCEWATCH_NEW_PASSPHRASE_FILE", str(tmp_path / "new"))
    opening = Move(
        move_id="",
        case_id="case-1",
        kind=MoveKind.OPEN,
        by="",
        role=Role.ANALYST,
        at=datetime.now(UTC),
        words=CANARY,
        incident_id="i1",
        clause_id="exercise-line/EX-1",
    )
    record_move(folder, opening, by="", key=KEYS["Ann"])
    return folder


@pytest.fixture
def typed(mission: Folder, run_here: Door) -> Callable[..., subprocess.CompletedProcess[str]]:
    return lambda *words: run_here(*words, cwd=mission.path)


def key(name: str) -> tuple[str, str]:
    return "--key", f"../{name}.key"


def until(hours: float) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


def test_an_account_is_made_signs_in_changes_and_ends(typed: Door, mission: Folder) -> None:
    made = json.loads(typed("person", "account", "add", *key("Vic"), "--json").stdout)
    assert made["address"].startswith("otpauth://totp/m.")
    secret = _bytes_of(made["secret"])
    now = datetime.now(UTC)
    accounts = accounts_of(mission)
    session = accounts.sign_in("Vic", WORDS, code_at(secret, step_of(now)), now)
    assert session.viewer.parts == {Part.VERIFIER}
    changed = typed("person", "account", "passphrase", "Vic")
    assert (changed.returncode, WORDS in changed.stdout + changed.stderr) == (0, False)
    assert accounts.session(session.token, now) is None
    refused = typed("person", "account", "end", "Vic", *key("Ann"))
    assert (refused.returncode, "administrator" in refused.stderr) == (3, True)
    assert typed("person", "account", "end", "Vic", *key("Ada")).returncode == 0
    assert typed("person", "account", "end", "Vic", *key("Ada")).returncode == 2


def _bytes_of(text: str) -> bytes:

    return base64.b32decode(text + "=" * (-len(text) % 8))


def test_accounts_are_in_no_bundle_and_who_saw_what_is_in_the_backup_alone(
    typed: Door, mission: Folder
) -> None:
    typed("person", "account", "add", *key("Vic"))
    typed("case", "show", "case-1", *key("Vic"))
    assert (mission.path / "accounts.sqlite").exists()
    assert not [path for path in all_files(mission.path) if path.name.startswith("accounts")]
    assert mission.path / FILE in all_files(mission.path)
    assert not [path for path in site_files(mission.path) if path.name in (FILE, "accounts.sqlite")]


def test_a_token_opens_what_it_was_made_for_until_it_is_ended(typed: Door, tmp_path: Path) -> None:
    made = json.loads(
        typed(
            *("person", "token", "add", "notebook", "--scope", "see_case", "--until", until(24)),
            *("-o", "../token", *key("Vic"), "--json"),
        ).stdout
    )
    assert (tmp_path / "token").stat().st_mode & 0o777 == 0o600
    assert typed("case", "show", "case-1", "--token", "../token").returncode == 0
    listing = typed("case", "list", "--token", "../token")
    assert (listing.returncode, "was not made to search" in listing.stderr) == (3, True)
    token_id = made["token"]["token_id"]
    shown = typed("person", "token", "list", *key("Vic"))
    assert token_id in shown.stdout
    assert (tmp_path / "token").read_text().strip() not in shown.stdout
    assert typed("person", "token", "end", token_id, *key("Ann")).returncode == 3
    assert typed("person", "token", "end", token_id, *key("Vic")).returncode == 0
    assert typed("case", "show", "case-1", "--token", "../token").returncode == 3


READING = (
    ("case", "list"),
    ("case", "show", "case-1"),
    ("case", "docket"),
    ("export", "incidents", "-o", "out.csv"),
    ("report", "2027-03-01", "-o", "out.html"),
    ("assess",),
    ("cover",),
    ("fuse",),
    ("record", "copy", "0" * 64, "-o", "../out"),
    ("release", "prove", "release-1", "--row", "x", "-o", "../out"),
    ("person", "seen"),
)
MOVING = (
    ("case", "triage", "case-1", "--words", "x"),
    ("case", "inquire", "case-1", "--role", "verifier", "--words", "x"),
    ("case", "find", "case-1", "--words", "x"),
    ("case", "close", "case-1", "--words", "x"),
    ("case", "retract", "case-1", "--words", "x"),
    ("case", "reply", "case-1", "--party", "A", "--words", "x"),
)


@pytest.mark.parametrize("verb", [*READING, *MOVING])
def test_an_administrator_is_shown_no_case_by_any_verb(typed: Door, verb: tuple[str, ...]) -> None:
    for who in (key("Ada"), ()):
        if verb in MOVING and not who:
            continue
        told = typed(*verb, *who)
        assert (told.returncode, CANARY in told.stdout + told.stderr) == (3, False), told.stderr


def test_an_administrators_token_shows_no_case_either(typed: Door) -> None:
    typed(
        *("person", "token", "add", "t", "--scope", "see_case", "--scope", "search", "--until", until(24)),
        *("-o", "../token", *key("Ada")),
    )
    for verb in READING:
        told = typed(*verb, "--token", "../token")
        assert (told.returncode, CANARY in told.stdout + told.stderr) == (3, False), told.stderr


def test_whoever_may_see_a_case_is_shown_it_and_a_party_reads_it_on_the_pages(typed: Door) -> None:
    for name in ("Ann", "Vic", "Cho", "Aud"):
        told = typed("case", "show", "case-1", *key(name))
        assert (told.returncode, CANARY in told.stdout) == (0, True), told.stderr
    told = typed("case", "show", "case-1", *key("Liv"))
    assert (told.returncode, "party:A" in told.stderr, CANARY in told.stdout) == (3, True, False)


def test_each_look_is_written_down_and_an_auditor_alone_reads_it(typed: Door, mission: Folder) -> None:
    typed("case", "show", "case-1", *key("Vic"))
    typed("case", "show", "case-1", *key("Ada"))
    typed("case", "list", "--owner", CANARY, *key("Vic"))
    typed("export", "incidents", "-o", "-", *key("Vic"))
    assert typed("person", "seen", *key("Vic")).returncode == 3
    told = json.loads(typed("person", "seen", "--json", *key("Aud")).stdout)
    rows = [(one["name"], one["action"], one["item"], one["allowed"]) for one in told["seen"]]
    assert rows == [
        ("Vic", "see_case", "case-1", True),
        ("Ada", "see_case", "case-1", False),
        ("Vic", "search", "cases", True),
        ("Vic", "see_case", "export", True),
        ("Vic", "see_audit", "access.log", False),
        ("Aud", "see_audit", "access.log", True),
    ]
    assert CANARY not in (mission.path / FILE).read_text()
    later = typed("person", "seen", "--after", told["last"], *key("Aud"))
    assert later.stdout.count("see_audit") == 1
    kept = (mission.path / FILE).read_text().splitlines(keepends=True)
    (mission.path / FILE).write_text("".join([kept[0], *kept[2:]]))
    broken = typed("person", "seen", *key("Aud"))
    assert (broken.returncode, "altered" in broken.stderr) == (4, True)
    (mission.path / FILE).write_text("".join(kept[:3]))
    assert len(list(looks(mission.path))) == 3
    cut = typed("person", "seen", "--after", told["last"], *key("Aud"))
    assert (cut.returncode, "cut off" in cut.stderr) == (4, True)


def test_why_somebody_may_is_said_with_the_records_that_it_stands_on(typed: Door) -> None:
    told = typed("person", "why", "Vic", "--may", "find", "--item", "case-1")
    assert "may find case-1: Vic is verifier, who may find" in told.stdout
    assert "Ada added Vic (verifier)" in told.stdout
    told = typed("person", "why", "Ada", "--item", "case-1")
    assert "may not see case case-1: Ada is administrator" in told.stdout
    whole = json.loads(typed("person", "why", "--may", "see_report", "--json").stdout)
    assert (whole["allowed"], whole["audience"]) == (True, "public")
    assert typed("person", "why", "Zed").returncode == 2


def test_an_override_is_said_aloud_and_printed_in_the_report_and_by_the_verifier(
    typed: Door, mission: Folder
) -> None:
    given = typed(
        *("person", "override", "Ann", "--part", "verifier", "--why", "Vic is ill", "--until", until(6)),
        *key("Cho"),
    )
    assert (given.returncode, given.stderr.count("EMERGENCY OVERRIDE")) == (0, 1), given.stderr
    looked = typed("case", "show", "case-1", *key("Ann"))
    assert "EMERGENCY OVERRIDE: Ann is verifier until" in looked.stderr
    assert "EMERGENCY OVERRIDE" in typed("person", "why", "Ann").stdout
    assert "an emergency override gave Ann the part of verifier" in typed("record", "verify").stdout
    today = known(mission.path).clock.day_of(datetime.now(UTC))  # whose cut may have passed already
    for day in (today, today + timedelta(days=1)):
        done = typed("report", f"{day:%Y-%m-%d}", "-o", "out.html,out.json", *key("Ann"))
        assert done.returncode == 0, done.stderr
        page = (mission.path / "out.html").read_text("utf-8")
        assert "Emergency override" in page
        assert "Vic is ill" in page
        told = json.loads((mission.path / "out.json").read_text("utf-8"))
        assert [one["part"] for one in told["lent"]] == ["verifier"]
    refused = typed(
        *("person", "override", "Ann", "--part", "verifier", "--why", "x", "--until", until(25)), *key("Cho")
    )
    assert (refused.returncode, "within 24 hours" in refused.stderr) == (3, True)


def test_approving_ones_own_work_is_refused_by_policy(typed: Door) -> None:
    typed("person", "override", "Ann", "--part", "verifier", "--why", "ill", "--until", until(6), *key("Cho"))
    own = typed("case", "find", "case-1", "--words", "as I said", *key("Ann"))
    assert (own.returncode, "whoever opened the case may not verify it" in own.stderr) == (3, True)


def test_without_a_terminal_no_passphrase_is_asked_for(typed: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRUCEWATCH_PASSPHRASE_FILE")
    told = typed("person", "account", "add", *key("Vic"))
    assert (told.returncode, "no terminal" in told.stderr) == (3, True)


def test_a_mission_whose_people_have_no_roles_asks_nobody(run_here: Door, tmp_path: Path) -> None:
    folder = init(tmp_path / "old", Plan(name="m", agreements=("exercise-line",), exercise=True), by="x")
    for verb in (("case", "list"), ("cover",)):
        assert run_here(*verb, cwd=folder.path).returncode == 0
    assert not (opened(folder.path).path / FILE).exists()


MISSION_S_OWN = (
    ("record", "prove", "0", "-o", "../p"),
    ("record", "rebuild"),
    ("record", "pack", "-o", "../x.tar"),
    ("guarantee",),
    ("fact", "list"),
    ("release", "list"),
)


@pytest.mark.parametrize("verb", MISSION_S_OWN, ids=" ".join)
def test_what_holds_cases_is_opened_for_nobody_who_is_not_shown_them(
    typed: Door, mission: Folder, verb: tuple[str, ...]
) -> None:
    for who in ((), key("Ada")):
        refused = typed(*verb, *who)
        assert (refused.returncode, CANARY in refused.stdout) == (3, False), refused.stderr
    assert not [path for path in mission.path.parent.iterdir() if path.name in ("p", "x.tar")]
    assert [look.allowed for look in looks(mission.path)] == [False, False]


def test_an_analyst_opens_it_and_that_is_written_down(typed: Door, mission: Folder) -> None:
    for verb in MISSION_S_OWN[1:]:
        done = typed(*verb, *key("Ann"))
        assert done.returncode == 0, done.stderr
    assert "wait for the next one" in typed(*MISSION_S_OWN[0], *key("Ann")).stderr
    items = [(look.item, look.allowed) for look in looks(mission.path)]
    assert items == [
        *(("record/rebuild", True), ("record/pack", True), ("guarantee", True), ("facts", True)),
        *(("releases", True), ("record/0", True)),
    ]


def test_a_backup_is_the_administrator_s_and_nobody_else_s(typed: Door, mission: Folder) -> None:
    for who in ((), key("Ann"), key("Vic")):
        assert typed("backup", "-o", "../b.tar", *who).returncode == 3
    assert typed("backup", "-o", "../b.tar", *key("Ada")).returncode == 0
    assert (mission.path.parent / "b.tar").exists()


def test_a_party_alleges_by_command_and_is_told_where_it_stands_and_nothing_of_the_missions_own(
    typed: Door,
) -> None:
    when = ("--from", "2026-03-01T10:00Z", "--to", "2026-03-01T11:00Z", "--place", "EXERCISE: the ford")
    told = typed("case", "allege", *when, "--party", "A", "--words", "EXERCISE: fire", *key("Liv"))
    assert told.returncode == 0, told.stderr
    assert re.fullmatch(r"EXERCISE · INTERNAL\ncase-[0-9a-f]{8}: opened\n", told.stdout)
    pack = typed("case", "pack", "case-1", "-o", "p.json", *key("Liv"))
    assert (pack.returncode, CANARY in pack.stdout + pack.stderr) == (3, False)
    assert typed("case", "pack", "case-1", "-o", "p.json", *key("Ada")).returncode == 3
