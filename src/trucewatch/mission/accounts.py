"""Accounts: people who are in the record sign in here, and their key is unlocked while they are.

Rules:
- nobody signs up: an account is that of a person whom the record has, or whom an invitation of the log's key asks;
- it holds the person's signing key, sealed by their passphrase; it is good while that key is theirs in the record,
  so that whoever ends the key ends account, sessions and tokens with it;
- signing in makes a new session each time, whatever was shown before; its secret is nowhere but with its owner;
- a key that was unlocked is in this process's memory only: after a new start people sign in again to sign;
- what a viewer may do comes from the record alone (`Roll.parts`).
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from os import urandom
from pathlib import Path

from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import SignerKey, VerifierKey
from trucewatch.log.note import open_note
from trucewatch.log.sealed import NONCE_BYTES, SALT_BYTES, read_sealed, seal, unseal
from trucewatch.mission.access import Through, Viewer
from trucewatch.mission.account_store import (
    FILE,
    Account,
    account_named,
    account_of,
    digest_of,
    drop_account,
    keep_account,
    micros,
    moment_of,
    opened_accounts,
)
from trucewatch.mission.attempts import admit_attempt, right_attempt, wrong_attempt
from trucewatch.mission.enrolling import roll_of
from trucewatch.mission.folder import Folder
from trucewatch.mission.invitations import answer, folded, key_name, read_invitation
from trucewatch.mission.keyring import new_key
from trucewatch.mission.one_time import SECRET_BYTES, address, step_taken
from trucewatch.mission.passwords import NOBODYS, check, hashed, matches
from trucewatch.mission.people import Person, Roll
from trucewatch.mission.roll import person_id

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)
SECRET_OF_SESSION_BYTES = 32
WRONG = "the name, the passphrase or the code is not right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somebody who has just signed in."""

    token: str = field(repr=False)  # the secret that the browser keeps
    viewer: Viewer
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A new account, and what its owner's authenticator takes: it is shown once."""

    person: str
    secret: bytes = field(repr=False)
    address: str = field(repr=False)
    answer: bytes | None = None  # to an invitation: whoever invited adds it to the record


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The accounts of a mission, and the keys that are unlocked in this process."""

    path: Path
    log: VerifierKey
    roll: Callable[[], Roll]  # who is in the record now
    unlocked: dict[str, SignerKey] = field(default_factory=dict, repr=False)  # by a session's digest

    def add(self, key: SignerKey, passphrase: str, *, at: datetime) -> Enrolled:
        """Make the account of the person whose key this is, in the place of the one they had."""
        person = self.roll().holder(key.verifier)
        if person is None or not _current(person, key.verifier.text):
            raise RefusedError("this key is nobody's in the record: an account is for a person who is there")
        return self._kept(person.person_id, person.name, key, passphrase, at)

    def join(self, invitation: bytes, passphrase: str, *, at: datetime) -> Enrolled:
        """Make the account of whoever was invited, with a new key, and the answer that adds them to the record.

        Until that answer is recorded the account signs nobody in. An invitation makes one account.
        """
        asked = read_invitation(open_note(invitation, [self.log]).text)
        if asked.origin != self.log.name or self.roll().named(asked.name) is not None:
            raise RefusedError("this invitation is into another mission, or was answered already")
        key = new_key(key_name(asked.name))
        with opened_accounts(self.path) as store:
            try:
                store.execute("INSERT INTO answered VALUES(?)", [asked.nonce])
            except sqlite3.IntegrityError:
                raise RefusedError("this invitation was answered already: ask for another") from None
        made = self._kept(person_id(asked, key.verifier), asked.name, key, passphrase, at)
        return replace(made, answer=answer(invitation, key))

    def sign_in(self, name: str, passphrase: str, code: str, at: datetime, *, place: str = "") -> Session:
        """Return a new session; RefusedError when an answer is wrong, or too many were.

        `place` is where it comes from, as far as that is known.
        """
        with opened_accounts(self.path) as store:
            admit_attempt(store, name, place, at)
            wrong_attempt(store, name, place, at)  # counted first, so that many at once are counted too
            account = account_named(store, name)
        right = matches(NOBODYS if account is None else account.words, passphrase)
        if account is None or not right:
            raise RefusedError(WRONG)
        person = self._person(account)
        with opened_accounts(self.path) as store:
            if not _code_taken(store, account, code, at):
                raise RefusedError(WRONG)
            if person is None:
                raise RefusedError("your key is not in the record, or no longer: ask whoever invited you")
            key = unseal(read_sealed(account.sealed), passphrase)
            token = secrets.token_urlsafe(SECRET_OF_SESSION_BYTES)
            until = at + LONGEST
            over = [micros(at), micros(at - IDLE)]
            store.execute("DELETE FROM sessions WHERE until_us <= ? OR seen_us <= ?", over)
            going = {row["digest"] for row in store.execute("SELECT digest FROM sessions")}
            row = [digest_of(token), account.person, micros(at), micros(until)]
            store.execute("INSERT INTO sessions VALUES(?, ?, ?, ?)", row)
            right_attempt(store, name, place, at)
        for ended in self.unlocked.keys() - going:
            self.unlocked.pop(ended, None)
        self.unlocked[digest_of(token)] = key
        return Session(token=token, viewer=_viewer(self.roll(), person, at, until), until=until)

    def session(self, token: str, at: datetime) -> Viewer | None:
        """Return who has this session, None when there is none, or no more."""
        digest = digest_of(token)
        with opened_accounts(self.path) as store:
            row = store.execute("SELECT * FROM sessions WHERE digest = ?", [digest]).fetchone()
            if row is None:
                self.unlocked.pop(digest, None)
                return None
            seen, until = moment_of(row["seen_us"]), moment_of(row["until_us"])
            account = account_of(store, row["person"])
            person = None if account is None else self._person(account)
            if person is None or at >= until or at - seen >= IDLE:
                store.execute("DELETE FROM sessions WHERE digest = ?", [digest])
                self.unlocked.pop(digest, None)
                return None
            if at - seen >= TOUCH_EVERY:
                store.execute("UPDATE sessions SET seen_us = ? WHERE digest = ?", [micros(at), digest])
        return _viewer(self.roll(), person, at, until)

    def key(self, token: str, at: datetime) -> SignerKey | None:
        """Return the key that this session unlocked, None when it did not, or is over."""
        return self.unlocked.get(digest_of(token)) if self.session(token, at) else None

    def sign_out(self, token: str) -> None:
        """End a session, and forget its key."""
        digest = digest_of(token)
        self.unlocked.pop(digest, None)
        with opened_accounts(self.path) as store:
            store.execute("DELETE FROM sessions WHERE digest = ?", [digest])

    def passphrase(self, name: str, before: str, after: str, *, at: datetime, place: str = "") -> None:
        """Change a passphrase; every session of its account ends."""
        with opened_accounts(self.path) as store:
            admit_attempt(store, name, place, at)
            wrong_attempt(store, name, place, at)
            account = account_named(store, name)
        right = matches(NOBODYS if account is None else account.words, before)
        if account is None or not right:
            raise RefusedError(WRONG)
        key = unseal(read_sealed(account.sealed), before)
        changed = replace(account, words=_words(after, account.name), sealed=_sealed(key, after))
        with opened_accounts(self.path) as store:
            keep_account(store, changed, at)
            right_attempt(store, name, place, at)

    def end(self, name: str) -> str:
        """Forget an account and its sessions, and return whose it was; their tokens end too."""
        with opened_accounts(self.path) as store:
            account = account_named(store, name)
            if account is None:
                raise InputError(f"nobody called {folded(name)!r} has an account")
            drop_account(store, account.person)
            store.execute("DELETE FROM tokens WHERE person = ?", [account.person])
        return account.name

    def _kept(self, person: str, name: str, key: SignerKey, passphrase: str, at: datetime) -> Enrolled:
        secret = urandom(SECRET_BYTES)
        account = Account(
            person=person,
            name=name,
            key=key.verifier.text,
            words=_words(passphrase, name),
            secret=secret,
            step=0,
            sealed=_sealed(key, passphrase),
        )
        with opened_accounts(self.path) as store:
            keep_account(store, account, at)
        return Enrolled(
            person=person, secret=secret, address=address(secret, name=name, mission=self.log.name)
        )

    def _person(self, account: Account) -> Person | None:
        """Return whose account it is, while its key is theirs in the record."""
        person = self.roll().persons.get(account.person)
        return person if person is not None and _current(person, account.key) else None


def accounts_of(folder: Folder) -> Accounts:
    """Return the accounts of a mission, which read the record each time they are asked who somebody is."""
    return Accounts(path=folder.path / FILE, log=folder.journal.key, roll=lambda: roll_of(folder))


def _current(person: Person, key: str) -> bool:
    return person.current is not None and person.current.text == key


def _viewer(roll: Roll, person: Person, at: datetime, until: datetime) -> Viewer:
    return Viewer(
        person=person.person_id,
        name=person.name,
        parts=roll.parts(person.person_id, at),
        through=Through.SESSION,
        until=until,
    )


def _code_taken(store: sqlite3.Connection, account: Account, code: str, at: datetime) -> bool:
    """Take a code's step, so that none counts twice, and return whether it counted."""
    step = step_taken(account.secret, code.strip(), at, after=account.step)
    if step is None:
        return False
    taken = "UPDATE accounts SET step = ? WHERE person = ? AND step < ?"
    return store.execute(taken, [step, account.person, step]).rowcount == 1


def _words(passphrase: str, name: str) -> str:
    check(passphrase, name)
    return hashed(passphrase)


def _sealed(key: SignerKey, passphrase: str) -> bytes:
    return seal(key, passphrase, salt=urandom(SALT_BYTES), nonce=urandom(NONCE_BYTES)).raw
