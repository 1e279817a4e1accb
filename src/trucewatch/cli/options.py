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

from trucewatch.cli.extras import WHERE, WROTE_AT
from trucewatch.cli.passphrases import signing_key
from trucewatch.errors import InputError, TimeError
from trucewatch.mission.authors import NOBODY
from trucewatch.mission.files import STDIN, object_text, write_whole
from trucewatch.mission.folder import Folder, Texts, unrecorded
from trucewatch.mission.known import Known
from trucewatch.model.gate import audience_of, may_have
from trucewatch.model.instants import moment as read_moment
from trucewatch.model.plain import plain
from trucewatch.model.policy import INTERNAL_ONLY
from trucewatch.model.vocabulary import Audience

YEARS = (1900, 2199)  # both included, as sources read them
Verb = TypeVar("Verb", bound=Callable[..., object])


class Day(click.DateTime):
    """A reporting day that a report can be of."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the day; click's usage error when it is none, or of no year that a report can be of."""
        day = super().convert(value, param, ctx)
        if not YEARS[0] <= day.year <= YEARS[1]:
            self.fail(f"{day.date()}: the year is not between {YEARS[0]} and {YEARS[1]}", param, ctx)
        return day


DAY = Day()


def moment(text: str) -> datetime:
    """Return the time that `text` gives with its offset; raises TimeError for any other."""
    try:
        return read_moment(text)
    except TimeError as fault:
        if "no zone" not in fault.message:
            raise
        raise TimeError(f"{text!r} has no zone: give the offset, as in 2026-01-06T18:00+02:00") from fault


def in_mission(verb: Verb) -> Verb:
    """Add --mission."""
    return click.option(
        "--mission",
        "folder",
        default=".",
        envvar="TRUCEWATCH_MISSION",
        metavar="DIR",
        callback=_noting(WHERE),
        help="The mission's folder.",
    )(verb)


def _noting(what: str) -> Callable[[click.Context, click.Parameter, object], object]:
    """Return what keeps an option's value for when the verb has ended."""

    def note(context: click.Context, _parameter: click.Parameter, value: object) -> object:
        context.meta[what] = value
        return value

    return note


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
    """Add --by, --key and --at, for verbs that write."""
    named = click.option(
        "--by",
        default="",
        envvar="TRUCEWATCH_NAME",
        metavar="NAME",
        callback=_name,
        help="Who records it (unsigned); with --key, its owner.",
    )
    signed = click.option(
        "--key",
        type=signing_key,
        default=None,
        envvar="TRUCEWATCH_KEY",
        metavar="FILE",
        is_eager=True,
        help="Sign it as the person whose key this is.",
    )
    timed = click.option(
        "--at",
        type=moment,
        metavar="TIME",
        default=None,
        callback=_noting(WROTE_AT),
        help="When, in a mission made with --replay only.",
    )
    return timed(signed(named(verb)))


def _name(ctx: click.Context, _param: click.Parameter, value: str) -> str:
    return value or ("" if ctx.params.get("key") else NOBODY)


def for_audience(verb: Verb) -> Verb:
    """Add --audience."""
    return click.option("--audience", default="internal", metavar="WHO", help="For whom it is made.")(verb)


def cleared(audience: str, record: Known) -> Audience:
    """Return the audience; raises RefusedError when the mission has no policy for it, and so nothing may leave."""
    wanted = audience_of(audience)
    may_have(wanted, record.policies.get(wanted, INTERNAL_ONLY))
    return wanted


def say(json_: bool, mark: str, lines: Iterable[str], whole: Mapping[str, object]) -> None:
    """Print `lines` under the stamp, or `whole` as one JSON object with it."""
    said = object_text({"stamp": mark, **whole}).splitlines() if json_ else [mark, *lines]
    click.echo("\n".join(map(plain, said)))


def warn(record: Known) -> None:
    """Say on stderr what in the folder is not what the record holds."""
    warn_of(record.folder, record.texts)


def warn_of(folder: Folder, texts: Texts) -> None:
    """Say on stderr what in a folder is not as the recorded `texts`, and what was never acknowledged."""
    for name in unrecorded(folder, texts):
        click.echo(
            f"trucewatch: {plain(name)} was changed and is not recorded yet: the recorded one is used",
            err=True,
        )
    torn = folder.journal.torn_bytes()
    if torn:
        click.echo(
            f"trucewatch: the record ends in {torn} bytes of an entry that was never acknowledged: left out",
            err=True,
        )


def nothing(rows: Sequence[object], instead: str) -> list[str]:
    """Return the line to print when there is no row, else none."""
    return [] if rows else [instead]


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
