"""An invitation into a mission, and the answer to it: no private key ever reaches the mission.

Rules:
- an invitation is a note signed by the log's key, of five lines: `trucewatch invitation v1`, the log's
  origin, the person's name, their roles joined by a space or `-`, and a nonce of 32 hexadecimal digits;
- an answer is a note signed by the invited person's key, of three lines: `trucewatch answer v1`, the
  base64 of the invitation's bytes, and the verifier key: whoever signed it holds the private half;
- a name of one or more words has one spelling here, NFKC with single spaces; names that differ only in
  letter case, spaces or width are one name.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.keys import KeyKind, SignerKey, VerifierKey, verifier_key
from trucewatch.log.note import open_note, read_note, signed_note
from trucewatch.log.spelling import spelled, unspelled
from trucewatch.model.plain import plain

INVITATION = "trucewatch invitation v1"
ANSWER = "trucewatch answer v1"
LONGEST_NAME = 80
RESERVED = frozenset({"operator", "trucewatch"})
_NONCE = re.compile(r"[0-9a-f]{32}")


class Part(StrEnum):
    """What somebody is in a mission for: written down, and asked where the mission says who may enrol."""

    OBSERVER = "observer"
    SENSOR = "sensor"
    ANALYST = "analyst"
    VERIFIER = "verifier"
    RELEASER = "releaser"
    LIAISON_A = "liaison:A"
    LIAISON_B = "liaison:B"
    COMMISSION = "commission"
    GUARANTOR = "guarantor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Who is asked into which mission, as what."""

    origin: str
    name: str
    roles: tuple[Part, ...]
    nonce: str

    @property
    def text(self) -> str:
        """The text that the log's key signs."""
        roles = " ".join(self.roles) or "-"
        return f"{INVITATION}\n{self.origin}\n{self.name}\n{roles}\n{self.nonce}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An invitation, and the key with which the invited person will sign."""

    invitation: bytes
    key: VerifierKey

    @property
    def text(self) -> str:
        """The text that the invited person's key signs."""
        return f"{ANSWER}\n{spelled(self.invitation)}\n{self.key.text}\n"


def person_name(text: str) -> str:
    """Return a person's name in its one spelling; InputError when it can be nobody's."""
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    if not 0 < len(name) <= LONGEST_NAME or plain(name) != name or not any(map(str.isalpha, name)):
        raise InputError(f"{text[:LONGEST_NAME]!r} is no name: letters, at most {LONGEST_NAME} characters")
    if folded(name) in RESERVED or name.endswith(")"):
        raise InputError(f"{name!r} is a name that records use otherwise: choose another")
    return name


def folded(name: str) -> str:
    """Return what two spellings of one name have in common."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def key_name(name: str) -> str:
    """Return a person's name as a key bears it: without spaces and plus signs."""
    return "-".join(folded(person_name(name)).replace("+", " ").split())


def invite(invitation: Invitation, log: SignerKey) -> bytes:
    """Return the invitation's file."""
    return signed_note(invitation.text, [log]).raw


def answer(invitation: bytes, key: SignerKey) -> bytes:
    """Return the file that answers an invitation's, signed by `key`."""
    read_invitation(read_note(invitation).text)
    return signed_note(Answer(invitation=invitation, key=key.verifier).text, [key]).raw


def read_invitation(text: str) -> Invitation:
    """Return the invitation that a note's text is, whoever signed it; InputError when it is none."""
    lines = text.split("\n")
    if len(lines) != 6 or lines[0] != INVITATION or lines[5] or not _NONCE.fullmatch(lines[4]):
        raise InputError(f"an invitation is five lines: {INVITATION}, origin, name, roles, nonce")
    try:
        roles = tuple(Part(word) for word in lines[3].split(" ")) if lines[3] != "-" else ()
    except ValueError:
        raise InputError(f"the roles are {', '.join(Part)}, and {lines[3][:60]!r} is written") from None
    found = Invitation(origin=lines[1], name=person_name(lines[2]), roles=roles, nonce=lines[4])
    if found.text != text:
        raise InputError(f"the name {lines[2][:LONGEST_NAME]!r} is not in its one spelling")
    return found


def read_answer(raw: bytes, log: VerifierKey) -> tuple[Invitation, VerifierKey]:
    """Return what an answer's file says: an invitation into the mission of `log`, and a key.

    Raises InputError when it is none, IntegrityError when the key did not sign it or the log's key did
    not sign the invitation.
    """
    lines = read_note(raw).text.split("\n")
    if len(lines) != 4 or lines[0] != ANSWER or lines[3]:
        raise InputError(f"an answer is three lines: {ANSWER}, an invitation, a verifier key")
    key = verifier_key(lines[2])
    if key.kind is not KeyKind.ED25519:
        raise InputError(f"{key.name} is not a key that signs notes")
    open_note(raw, [key])
    found = read_invitation(open_note(unspelled(lines[1]), [log]).text)
    if found.origin != log.name:
        raise IntegrityError(f"the invitation is into {found.origin}, and this is {log.name}")
    return found, key
