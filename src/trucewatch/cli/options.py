"""What verbs share: their options, and how they say what they found.

Rules:
- with --json a verb prints one JSON object, which bears its stamp; else the stamp is the first line;
- output goes where the user said, and the path is printed;
- an audience is asked of the one gate before anything is made for it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import click

from trucewatch.errors import InputError
from trucewatch.mission.clock import now
from trucewatch.mission.files import STDIN, object_text, write_whole
from trucewatch.mission.known import Known, differing
from trucewatch.model.gate import audience_of, project
from trucewatch.model.instants import moment
from trucewatch.model.tables import WEATHER
from trucewatch.model.vocabulary import Audience

DAY = click.DateTime(["%Y-%m-%d"])
Verb = TypeVar("Verb", bound=Callable[..., object])


def in_mission(verb: Verb) -> Verb:
    """Add --mission."""
    return click.option(
        "--mission",
        "folder",
        default=".",
        envvar="TRUCEWATCH_MISSION",
        metavar="DIR",
        help="The mission's folder.",
    )(verb)


def as_json(verb: Verb) -> Verb:
    """Add --json."""
    return click.option("--json", "json_", is_flag=True, help="Print one JSON object.")(verb)


def as_known(verb: Verb) -> Verb:
    """Add --known-at."""
    return click.option(
        "--known-at",
        type=moment,
        metavar="TIME",
        default=None,
        help="What the record held then; without it, all it holds.",
    )(verb)


def by_whom(verb: Verb) -> Verb:
    """Add --by and --at, for verbs that write."""
    named = click.option(
        "--by",
        default="operator",
        envvar="TRUCEWATCH_NAME",
        metavar="NAME",
        help="Who records it (unsigned).",
    )
    timed = click.option(
        "--at", type=moment, metavar="TIME", default=None, help="When, in a mission made with --replay only."
    )
    return timed(named(verb))


def for_audience(verb: Verb) -> Verb:
    """Add --audience."""
    return click.option("--audience", default="internal", metavar="WHO", help="For whom it is made.")(verb)


def cleared(audience: str, at: datetime | None = None) -> Audience:
    """Return the audience; raises RefusedError when nothing may leave to it."""
    wanted = audience_of(audience)
    project(WEATHER.empty(), wanted, at or now())
    return wanted


def say(json_: bool, mark: str, lines: Iterable[str], whole: Mapping[str, object]) -> None:
    """Print `lines` under the stamp, or `whole` as one JSON object with it."""
    if json_:
        click.echo(object_text({"stamp": mark, **whole}))
    else:
        click.echo("\n".join([mark, *lines]))


def warn(record: Known) -> None:
    """Say on stderr what in the folder is not what the record holds."""
    for name in differing(record):
        click.echo(
            f"trucewatch: {name} was changed and is not recorded yet: the recorded one is used", err=True
        )
    torn = record.folder.journal.torn_bytes()
    if torn:
        click.echo(
            f"trucewatch: the record ends in {torn} bytes of an entry that was never acknowledged: left out",
            err=True,
        )


def put(raw: bytes, where: str) -> str:
    """Write `raw` to a file or, for "-", to standard output; return the path to print."""
    if where == STDIN:
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
    else:
        write_whole(Path(where), raw)
    return where


def columns(rows: Sequence[Sequence[object]]) -> list[str]:
    """Return rows as lines with aligned columns; None is an empty cell."""
    texts = [["" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)] if texts else []
    return [
        "  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in texts
    ]


def ending(where: str, known: Iterable[str]) -> str:
    """Return the file name's ending; raises InputError when it is not one of `known`."""
    suffix = Path(where).suffix.lstrip(".").lower()
    if suffix not in known:
        raise InputError(f"the name must end in {', '.join('.' + k for k in known)}", where=where)
    return suffix
