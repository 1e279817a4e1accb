"""Where a passphrase comes from: a file, a descriptor, or whoever sits at the terminal.

Rules:
- it is never an argument, which every user of the machine could read, nor a variable with the words in it;
- `TRUCEWATCH_PASSPHRASE_FILE` names a file of mode 0600, whose first line it is;
- `TRUCEWATCH_PASSPHRASE_FD` is an open descriptor, from which each passphrase that is asked for takes a line;
- `TRUCEWATCH_NEW_PASSPHRASE_FILE` names such a file with the words that another passphrase is changed to;
- without either it is asked for at the terminal; where there is none, that is refused.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.keyring import opened_key
from trucewatch.mission.keys import read_secret

FILE, DESCRIPTOR = "TRUCEWATCH_PASSPHRASE_FILE", "TRUCEWATCH_PASSPHRASE_FD"
NEW_FILE = "TRUCEWATCH_NEW_PASSPHRASE_FILE"


def signing_key(path: str) -> SignerKey:
    """Return the key in the file `path`, asking for its passphrase when it is sealed."""
    return opened_key(Path(path), passphrase)


def passphrase(name: str) -> str:
    """Return the passphrase of the key that bears `name`."""
    return _passphrase(f"passphrase of {name}", twice=False)


def new_passphrase(name: str) -> str:
    """Return a passphrase for the new key that bears `name`, typed twice at a terminal."""
    return _passphrase(f"a passphrase for {name}", twice=True)


def changed_passphrase(name: str) -> str:
    """Return the passphrase that `name`'s is changed to, typed twice at a terminal."""
    if NEW_FILE in os.environ:
        return _first_line(read_secret(Path(os.environ[NEW_FILE])))
    return new_passphrase(name)


def _passphrase(asked: str, *, twice: bool) -> str:
    if FILE in os.environ:
        return _first_line(read_secret(Path(os.environ[FILE])))
    if DESCRIPTOR in os.environ:
        return _first_line(_line(os.environ[DESCRIPTOR]))
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise RefusedError(
            f"{asked} is needed, and there is no terminal to ask at: set {FILE} or {DESCRIPTOR}"
        )
    return str(click.prompt(asked, hide_input=True, confirmation_prompt=twice, err=True))


def _line(descriptor: str) -> bytes:
    """Return what the descriptor gives up to the end of a line, and no byte beyond it."""
    line = b""
    try:
        while not line.endswith(b"\n") and (byte := os.read(int(descriptor), 1)):
            line += byte
    except (ValueError, OSError) as fault:
        raise InputError(f"{descriptor!r} is not an open descriptor", where=DESCRIPTOR) from fault
    return line


def _first_line(raw: bytes) -> str:
    line = raw.split(b"\n", 1)[0].removesuffix(b"\r")
    try:
        return line.decode()
    except UnicodeDecodeError as fault:
        raise InputError("the passphrase is not UTF-8: save its file as UTF-8") from fault
