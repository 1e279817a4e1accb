"""Errors that somebody must act on. The world's imperfections are values, never errors.

    TrucewatchError
    ├── InputError           a file or value from outside cannot be used: mend it and send it again
    │   ├── TimeError        a time without a zone, or an interval that ends before it starts
    │   └── PlaceError       a place that is not lon, lat in degrees, or lies outside the mission's area
    ├── ConfigError          trucewatch.toml or sources.toml is not right
    ├── AgreementError       an agreement cannot be read as one
    ├── RefusedError         policy refuses: the move or the audience is not allowed
    └── IntegrityError       the record or the vault is not what it was

Rules:
- the message says what was met and how to mend it, in one line;
- facts are attributes: `where` names file, line or row when there is one;
- `exit_code` is what a command ends with (2 usage, 3 refused by policy, 4 integrity broken).
"""

from __future__ import annotations


class TrucewatchError(Exception):
    """Somebody must act; `str()` is one line, `where` is the file, line or row when known."""

    exit_code = 2

    def __init__(self, message: str, *, where: str | None = None) -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.message = message
        self.where = where


class InputError(TrucewatchError):
    """A file or a value from outside cannot be used."""


class TimeError(InputError):
    """A time has no zone, or an interval ends before it starts."""


class PlaceError(InputError):
    """A place is not lon, lat in degrees, or lies outside the mission's area."""


class ConfigError(TrucewatchError):
    """A mission's configuration is not right."""


class AgreementError(TrucewatchError):
    """An agreement cannot be read as one."""


class RefusedError(TrucewatchError):
    """Policy refuses the move or the audience."""

    exit_code = 3


class IntegrityError(TrucewatchError):
    """The record or the vault is not what it was."""

    exit_code = 4
