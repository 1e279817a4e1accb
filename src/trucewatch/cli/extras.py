"""Rooms that need an extra: loaded when they are asked for, or one line that says what to install."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType, ModuleType

import click

EXTRAS: Mapping[str, str] = MappingProxyType(
    {**dict.fromkeys(("dateparser", "httpx", "lingua"), "read"), "weasyprint": "pdf"}
)


WHERE, WROTE_AT = "trucewatch.folder", "trucewatch.at"  # what a verb that wrote leaves for when it has ended
DESK = "views.sqlite"  # a mission whose folder lacks it has no case


def room(name: str, wanted_by: str) -> ModuleType:
    """Return the module `name`; click's usage error, in one line, when it needs an extra that is not installed."""
    try:
        return import_module(name)
    except ModuleNotFoundError as fault:
        extra = EXTRAS.get((fault.name or "").partition(".")[0])
        if extra is None:
            raise
        raise click.UsageError(
            f"`{wanted_by}` needs the extra {extra!r}: pip install 'trucewatch[{extra}]'"
        ) from None
    except OSError as fault:  # weasyprint loads a library of the system at import
        raise click.UsageError(f"`{wanted_by}` needs a library of the system: {fault}") from None
