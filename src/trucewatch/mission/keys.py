"""Private keys at rest: the log's, which writes a mission's record, outside every mission's folder.

Rules:
- keys lie in `$TRUCEWATCH_KEYS`, or else in `~/.config/trucewatch/keys`; the folder is its owner's alone;
- a log's key is `ORIGIN.key`, mode 0600, one line as a signer key is written, without a passphrase: it is
  the operator's, and every append needs it; reading a record needs none;
- a file is written beside its place with its mode, synced, then linked: a key is never written over;
- a key that others may read is refused, and no error quotes a key.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import KEY_BYTES, KeyKind, SignerKey, check_name, signer_key
from trucewatch.mission.files import sync_folder

PLACE = "TRUCEWATCH_KEYS"
OTHERS = stat.S_IRWXG | stat.S_IRWXO
LONGEST_BYTES = 1 << 12


def key_folder() -> Path:
    """Return where private keys lie on this machine."""
    named = os.environ.get(PLACE)
    return Path(named) if named else Path.home() / ".config" / "trucewatch" / "keys"


def log_key_path(origin: str) -> Path:
    """Return where the key of the log `origin` lies, or would; InputError when it is no origin."""
    check_name(origin)
    if "/" in origin or origin.startswith("."):
        raise InputError(f"{origin!r} cannot name a key's file: it has a slash, or begins with a dot")
    return key_folder() / f"{origin}.key"


def make_log_key(origin: str, *, seed: bytes | None = None) -> SignerKey:
    """Make the key of the log `origin`, keep it and return it; RefusedError when another lies there.

    `seed` is given where the same bytes are wanted on every machine: in exercises and replays.
    """
    path = log_key_path(origin)
    key = SignerKey(name=origin, kind=KeyKind.ED25519, seed=seed or os.urandom(KEY_BYTES))
    if not write_secret(path, f"{key.private_text}\n".encode()) and log_key(origin) != key:
        raise RefusedError("a key of this name lies there already, and is not written over", where=str(path))
    return key


def log_key(origin: str) -> SignerKey:
    """Return the key of the log `origin`; RefusedError when it is not on this machine."""
    path = log_key_path(origin)
    if not path.exists():
        raise RefusedError(
            "the key that writes this record is not here: bring the file from the machine that made the"
            f" mission, or set {PLACE} to the folder that holds it",
            where=str(path),
        )
    key = plain_key(path)
    if key.name != origin or key.kind is not KeyKind.ED25519:
        raise RefusedError(f"this is a key of {key.name}, and {origin} is needed", where=str(path))
    return key


def plain_key(path: Path) -> SignerKey:
    """Return the signer key that stands plainly in `path`, which nobody but its owner may read."""
    raw = read_secret(path)
    try:
        return signer_key(raw.decode().removesuffix("\n"))
    except (InputError, UnicodeDecodeError):
        raise InputError(
            "is not one line with a signer key: restore it from a copy", where=str(path)
        ) from None


def read_secret(path: Path) -> bytes:
    """Return the bytes of a file of secrets; RefusedError when others than its owner may read it."""
    try:
        with path.open("rb") as held:
            if os.fstat(held.fileno()).st_mode & OTHERS:
                raise RefusedError("others may read this key: run `chmod 600` on it", where=str(path))
            return held.read(LONGEST_BYTES)
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror}", where=str(path)) from fault


def write_secret(path: Path, raw: bytes) -> bool:
    """Write `raw` to `path` for its owner alone; return whether it did, or a file lay there before."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(raw)
            out.flush()
            os.fsync(out.fileno())
        os.link(beside, path)
        sync_folder(path.parent)
    except FileExistsError:
        return False
    except OSError as fault:
        raise InputError(f"cannot be written: {fault.strerror}", where=str(path)) from fault
    finally:
        with suppress(OSError):
            beside.unlink()
    return True
