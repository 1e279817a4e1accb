"""Signing in: what opens an account, what slows a guesser, and what a stolen session or token is worth."""

from __future__ import annotations

import base64
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import extract_parameters

from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.mission.access import Action, Through, may
from trucewatch.mission.account_store import FILE, opened_accounts
from trucewatch.mission.accounts import IDLE, LONGEST, WRONG, Accounts, accounts_of
from trucewatch.mission.attempts import FREE_OF_NAME, wait_after
from trucewatch.mission.enrolling import add, add_oneself, invitation, revoke
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.invitations import Part, answer
from trucewatch.mission.one_time import STEP_S, code_at, secret_text, step_of, step_taken
from trucewatch.mission.passwords import NOBODYS, hashed, matches
from trucewatch.mission.tokens import add_token, end_token, tokens_of, viewer_of_token

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
WORDS = "blue lorry, thin ice"
OTHER = "grey harbour, low sun"


def key(name: str, seed: int) -> SignerKey:
    return SignerKey(name=name, kind=KeyKind.ED25519, seed=bytes([seed]) * 32)


ADA, BO = key("ada", 1), key("bo", 2)


@pytest.fixture(scope="module")
def mission(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    place = tmp_path_factory.mktemp("mission") / "m"
    folder = init(place, Plan(name="Line", agreements=("exercise-line",), exercise=True), by="ann")
    add_oneself(folder, "Ada", [Part.ADMINISTRATOR], key=ADA)
    add(folder, answer(invitation(folder, "Bo Dahl", [Part.VERIFIER]), BO), by="", key=ADA)
    return folder


@pytest.fixture(scope="module")
def made(mission: Folder, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """The accounts' file with Bo in it, and what his authenticator took."""
    accounts = replace(accounts_of(mission), path=tmp_path_factory.mktemp("accounts") / FILE)
    enrolled = accounts.add(BO, WORDS, at=AT)
    with sqlite3.connect(accounts.path) as store:
        store.execute("PRAGMA journal_mode = DELETE")
    return accounts.path.read_bytes(), enrolled.secret


@pytest.fixture
def accounts(mission: Folder, made: tuple[bytes, bytes], tmp_path: Path) -> Accounts:
    path = tmp_path / FILE
    path.touch(mode=0o600)
    path.write_bytes(made[0])
    return replace(accounts_of(mission), path=path, unlocked={})


@pytest.fixture
def secret(made: tuple[bytes, bytes]) -> bytes:
    return made[1]


def code(secret: bytes, at: datetime) -> str:
    return code_at(secret, step_of(at))


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, shown: str) -> None:
    """RFC 6238, appendix B, for SHA-1; six digits are the last six of its eight."""
    assert code_at(b"12345678901234567890", seconds // STEP_S) == shown[-6:]


def test_a_code_counts_a_step_early_or_late_and_no_step_counts_again() -> None:
    secret, now = b"12345678901234567890", step_of(AT)
    for off, counts in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        taken = step_taken(secret, code_at(secret, now + off), AT, after=0)
        assert taken == (now + off if counts else None)
    assert step_taken(secret, code_at(secret, now), AT, after=now) is None
    assert base64.b32decode(secret_text(secret)) == secret


@pytest.mark.usefixtures("as_shipped")
def test_passphrases_are_hashed_with_argon2id_at_the_cost_that_is_said() -> None:
    for kept in (hashed(WORDS), NOBODYS):
        found = extract_parameters(kept)
        assert (found.type.name, found.memory_cost, found.time_cost, found.parallelism) == (
            "ID",
            65_536,
            3,
            4,
        )
        assert (found.salt_len, found.hash_len) == (16, 32)
    assert hashed(WORDS) != hashed(WORDS)
    assert matches(hashed("ångström, two"), "a\u030angstro\u0308m, two")
    assert not matches(NOBODYS, "")


@pytest.mark.parametrize(
    "words", ["", "short", "aaaaaaaaaaaaaaaa", "Bo Dahl likes snow", "BO  DAHL, his boat"]
)
def test_a_passphrase_that_is_easily_guessed_is_refused(accounts: Accounts, words: str) -> None:
    with pytest.raises(RefusedError):
        accounts.add(BO, words, at=AT)


def test_whoever_signs_in_is_whom_the_record_says_and_holds_their_key(
    accounts: Accounts, secret: bytes
) -> None:
    session = accounts.sign_in("bo  DAHL", WORDS, code(secret, AT), AT)
    viewer = accounts.session(session.token, AT + timedelta(minutes=5))
    assert viewer is not None
    assert (viewer.name, viewer.parts, viewer.through) == ("Bo Dahl", {Part.VERIFIER}, Through.SESSION)
    assert may(viewer, Action.FIND, at=AT).allowed
    assert accounts.key(session.token, AT) == BO


def test_a_key_is_in_the_memory_of_one_process_only(accounts: Accounts, secret: bytes) -> None:
    session = accounts.sign_in("Bo Dahl", WORDS, code(secret, AT), AT)
    later = replace(accounts, unlocked={})
    assert later.session(session.token, AT) is not None
    assert later.key(session.token, AT) is None
    kept = b"".join(path.read_bytes() for path in accounts.path.parent.glob(f"{FILE}*"))
    assert BO.seed not in kept
    assert BO.private_text.encode() not in kept
    assert WORDS.encode() not in kept
    assert session.token.encode() not in kept
    assert session.token not in repr(session)


def test_the_file_is_its_owners_alone_and_no_other_is_opened(accounts: Accounts) -> None:
    for path in accounts.path.parent.glob(f"{FILE}*"):
        assert path.stat().st_mode & 0o077 == 0
    accounts.path.chmod(0o640)
    with pytest.raises(RefusedError, match="chmod 600"):
        accounts.session("x", AT)


def test_there_is_no_account_and_no_passphrase_that_was_not_made(tmp_path: Path, mission: Folder) -> None:
    empty = replace(accounts_of(mission), path=tmp_path / FILE)
    for name in ("admin", "Ada", "operator", ""):
        for words in ("", "admin", "password", "trucewatch"):
            with pytest.raises(RefusedError):
                empty.sign_in(name, words, "000000", AT)


def test_a_code_that_was_used_opens_nothing_again(accounts: Accounts, secret: bytes) -> None:
    shown = code(secret, AT)
    accounts.sign_in("Bo Dahl", WORDS, shown, AT)
    with pytest.raises(RefusedError, match=WRONG):
        accounts.sign_in("Bo Dahl", WORDS, shown, AT + timedelta(seconds=1))
    later = AT + timedelta(seconds=STEP_S)
    assert accounts.sign_in("Bo Dahl", WORDS, code(secret, later), later)


def test_what_is_wrong_is_not_told_apart(accounts: Accounts, secret: bytes) -> None:
    good = code(secret, AT)
    for name, words, shown in (
        ("Nobody", WORDS, good),
        ("Bo Dahl", OTHER, good),
        ("Bo Dahl", WORDS, "123456" if good != "123456" else "654321"),
    ):
        with pytest.raises(RefusedError) as refused:
            accounts.sign_in(name, words, shown, AT)
        assert refused.value.message == WRONG


@pytest.mark.parametrize("name", ["Bo Dahl", "Nobody"])
def test_guessing_is_slowed_and_then_stopped_for_a_while(
    accounts: Accounts, secret: bytes, name: str
) -> None:
    at = AT
    for _ in range(FREE_OF_NAME):
        with pytest.raises(RefusedError, match=WRONG):
            accounts.sign_in(name, OTHER, "000000", at)
    with pytest.raises(RefusedError, match="too many wrong answers"):
        accounts.sign_in(name, WORDS, code(secret, at), at)
    at += wait_after(FREE_OF_NAME)
    with pytest.raises(RefusedError, match=WRONG):
        accounts.sign_in(name, OTHER, "000000", at)
    with pytest.raises(RefusedError, match="too many wrong answers"):
        accounts.sign_in(name, OTHER, "000000", at + wait_after(FREE_OF_NAME))


def test_a_day_of_guessing_is_fewer_than_a_hundred_and_ten_guesses() -> None:
    spent, guesses = timedelta(0), 0
    while spent < timedelta(days=1):
        guesses += 1
        spent += wait_after(guesses)
    assert guesses < 110


def test_a_right_answer_clears_the_slate(accounts: Accounts, secret: bytes) -> None:
    for _ in range(FREE_OF_NAME - 1):
        with pytest.raises(RefusedError):
            accounts.sign_in("Bo Dahl", OTHER, "000000", AT)
    accounts.sign_in("Bo Dahl", WORDS, code(secret, AT), AT)
    with opened_accounts(accounts.path) as store:
        assert store.execute("SELECT count(*) FROM attempts").fetchone()[0] == 0


def test_each_signing_in_makes_a_new_session_and_none_is_taken_from_outside(
    accounts: Accounts, secret: bytes
) -> None:
    assert accounts.session("chosen-by-somebody-else", AT) is None
    one = accounts.sign_in("Bo Dahl", WORDS, code(secret, AT), AT)
    later = AT + timedelta(minutes=1)
    two = accounts.sign_in("Bo Dahl", WORDS, code(secret, later), later)
    assert one.token != two.token
    assert len(two.token) >= 43


def test_a_session_that_was_stolen_is_worth_nothing_after_its_owner_signs_out(
    accounts: Accounts, secret: bytes
) -> None:
    session = accounts.sign_in("Bo Dahl", WORDS, code(secret, AT), AT)
    accounts.sign_out(session.token)
    assert accounts.session(session.token, AT) is None
    assert accounts.key(session.token, AT) is None
    assert accounts.unlocked == {}


def test_a_key_that_nobody_uses_any_more_is_forgotten_when_the_next_signs_in(
    accounts: Accounts, secret: bytes
) -> None:
    accounts.sign_in("Bo Dahl", WORDS, code(secret, AT), AT)
    later = AT + IDLE
    accounts.sign_in("Bo Dahl", WORDS, code(secret, later), later)
    assert len(accounts.unlocked) == 1


@pytest.mark.parametrize("after", [IDLE, LONGEST])
def test_a_session_ends_when_nobody_uses_it_and_in_the_end_anyhow(
    accounts: Accounts, secret: bytes, after: timedelta
) -> None:
    session, at = accounts.sign_in("Bo Dahl", WORDS, code(secret, AT), AT), AT
    while after == LONGEST and at + IDLE < AT + LONGEST:
        at += IDLE - timedelta(minutes=5)
        assert accounts.session(session.token, at) is not None
    assert accounts.session(session.token, AT + after) is None
    assert accounts.unlocked == {}


def test_a_new_passphrase_ends_every_session_and_opens_the_same_key(
    accounts: Accounts, secret: bytes
) -> None:
    session = accounts.sign_in("Bo Dahl", WORDS, code(secret, AT), AT)
    accounts.passphrase("Bo Dahl", WORDS, OTHER, at=AT)
    assert accounts.session(session.token, AT) is None
    later = AT + timedelta(minutes=1)
    with pytest.raises(RefusedError):
        accounts.sign_in("Bo Dahl", WORDS, code(secret, later), later)
    again = accounts.sign_in("Bo Dahl", OTHER, code(secret, later), later)
    assert accounts.key(again.token, later) == BO


def test_an_ended_account_signs_nobody_in_and_its_key_is_gone(accounts: Accounts, secret: bytes) -> None:
    session = accounts.sign_in("Bo Dahl", WORDS, code(secret, AT), AT)
    assert accounts.end("bo dahl") == "Bo Dahl"
    assert accounts.session(session.token, AT) is None
    with pytest.raises(InputError):
        accounts.end("Bo Dahl")


def test_whose_key_was_ended_in_the_record_is_signed_out_and_his_tokens_with_him(
    tmp_path: Path,
) -> None:
    folder = init(tmp_path / "m", Plan(name="Line", agreements=("exercise-line",), exercise=True), by="ann")
    add_oneself(folder, "Ada", [Part.ADMINISTRATOR], key=ADA)
    bo = add(folder, answer(invitation(folder, "Bo Dahl", [Part.VERIFIER]), BO), by="", key=ADA)
    accounts = accounts_of(folder)
    enrolled = accounts.add(BO, WORDS, at=AT)
    session = accounts.sign_in("Bo Dahl", WORDS, code(enrolled.secret, AT), AT)
    token = add_token(
        accounts,
        bo.person_id,
        label="notebook",
        scopes={Action.SEE_CASE},
        areas=None,
        until=AT + timedelta(days=30),
        at=AT,
    )
    assert viewer_of_token(accounts, token.secret, AT) is not None
    revoke(folder, "Bo Dahl", why="he left", key=ADA)
    assert accounts.session(session.token, AT) is None
    assert viewer_of_token(accounts, token.secret, AT) is None
    later = AT + timedelta(minutes=1)
    with pytest.raises(RefusedError, match="not in the record"):
        accounts.sign_in("Bo Dahl", WORDS, code(enrolled.secret, later), later)


def test_only_an_invitation_makes_an_account_and_each_makes_one(mission: Folder, tmp_path: Path) -> None:
    accounts = replace(accounts_of(mission), path=tmp_path / FILE)
    asked = invitation(mission, "Cy Ek", [Part.ANALYST])
    joined = accounts.join(asked, WORDS, at=AT)
    with pytest.raises(RefusedError, match="answered already"):
        accounts.join(asked, OTHER, at=AT)
    with pytest.raises(RefusedError, match="not in the record"):
        accounts.sign_in("Cy Ek", WORDS, code(joined.secret, AT), AT)
    with pytest.raises(RefusedError, match="nobody's in the record"):
        accounts.add(key("mallory", 9), WORDS, at=AT)
    assert joined.answer is not None
    add(mission, joined.answer, by="", key=ADA)
    later = AT + timedelta(minutes=1)
    session = accounts.sign_in("Cy Ek", WORDS, code(joined.secret, later), later)
    assert session.viewer.parts == {Part.ANALYST}


def test_a_token_has_scopes_areas_and_an_end_and_its_secret_is_not_kept(accounts: Accounts) -> None:
    bo = accounts.roll().named("Bo Dahl")
    assert bo is not None
    made = add_token(
        accounts,
        bo.person_id,
        label="map",
        scopes={Action.SEE_INCIDENTS},
        areas={"UA-14"},
        until=AT + timedelta(days=1),
        at=AT,
    )
    viewer = viewer_of_token(accounts, made.secret, AT)
    assert viewer is not None
    assert (viewer.through, viewer.parts) == (Through.TOKEN, {Part.VERIFIER})
    assert may(viewer, Action.SEE_INCIDENTS, area="UA-14", at=AT).allowed
    assert not may(viewer, Action.SEE_INCIDENTS, area="UA-09", at=AT).allowed
    assert not may(viewer, Action.SEE_CASE, area="UA-14", at=AT).allowed
    assert not may(viewer, Action.FIND, area="UA-14", at=AT).allowed
    assert viewer_of_token(accounts, made.secret, AT + timedelta(days=1)) is None
    assert viewer_of_token(accounts, made.secret + "x", AT) is None
    kept = b"".join(path.read_bytes() for path in accounts.path.parent.glob(f"{FILE}*"))
    assert made.secret.encode() not in kept
    end_token(accounts, made.token.token_id, at=AT)
    assert viewer_of_token(accounts, made.secret, AT) is None
    assert [token.ended_at for token in tokens_of(accounts, bo.person_id)] == [AT]


@pytest.mark.parametrize(
    ("scopes", "days"),
    [(set(), 1), ({Action.FIND}, 1), ({Action.SEE_CASE}, 0), ({Action.SEE_CASE}, 367), ({Action.UNMASK}, 1)],
)
def test_no_token_is_made_for_a_move_for_nothing_or_for_ever(
    accounts: Accounts, scopes: set[Action], days: int
) -> None:
    bo = accounts.roll().named("Bo Dahl")
    assert bo is not None
    with pytest.raises(RefusedError):
        add_token(
            accounts,
            bo.person_id,
            label="x",
            scopes=scopes,
            areas=None,
            until=AT + timedelta(days=days),
            at=AT,
        )
