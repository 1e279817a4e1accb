"""Codes that count once: the second thing that signing in asks for (RFC 6238 on RFC 4226).

Rules:
- SHA-1, six digits, thirty seconds: what every authenticator takes when nothing else is said (RFC 6238 §1.2);
- a code counts one step early or late (RFC 6238 §5.2), and no step counts again once one was taken;
- codes are compared without telling by time how much of one was right.
"""

from __future__ import annotations

import hmac
from base64 import b32encode
from datetime import datetime
from urllib.parse import quote

SECRET_BYTES = 20  # RFC 4226 §4 R6
STEP_S = 30
DIGITS = 6
EARLY_OR_LATE = 1  # steps


def code_at(secret: bytes, step: int) -> str:
    """Return the code of `step` (RFC 4226 §5.3)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    at = mac[-1] & 0xF
    number = int.from_bytes(mac[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(at: datetime) -> int:
    """Return the step that a moment lies in."""
    return int(at.timestamp()) // STEP_S


def step_taken(secret: bytes, code: str, at: datetime, *, after: int) -> int | None:
    """Return the step that `code` is of, at `at`; None when it is of none that counts after the step `after`."""
    middle = step_of(at)
    found = None
    for step in range(middle - EARLY_OR_LATE, middle + EARLY_OR_LATE + 1):
        same = hmac.compare_digest(code_at(secret, step).encode(), code.encode())
        found = step if same and step > after else found
    return found


def secret_text(secret: bytes) -> str:
    """Return a secret as people type it into an authenticator."""
    return b32encode(secret).decode().rstrip("=")


def address(secret: bytes, *, name: str, mission: str) -> str:
    """Return the address that an authenticator takes from a picture or a file."""
    label = quote(f"{mission}:{name}", safe="")
    return f"otpauth://totp/{label}?secret={secret_text(secret)}&issuer={quote(mission, safe='')}"
