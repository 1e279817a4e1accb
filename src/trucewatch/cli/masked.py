"""`key custodian`, `key mask`, `key unmask`: the identity of a sensitive source, sealed, and opened by two."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from trucewatch.cli.asking import aloud
from trucewatch.cli.options import as_json, in_mission, moment, put, say
from trucewatch.cli.passphrases import signing_key
from trucewatch.errors import InputError
from trucewatch.log.keys import SignerKey
from trucewatch.log.twofold import MOST_BYTES
from trucewatch.mission.access import Action, Ruling, Viewer
from trucewatch.mission.asking import viewer_of
from trucewatch.mission.clock import now
from trucewatch.mission.enrolling import roll_of
from trucewatch.mission.files import STDIN, read_whole
from trucewatch.mission.folder import Folder, opened
from trucewatch.mission.keys import write_secret
from trucewatch.mission.known import known
from trucewatch.mission.masking import become_custodian, begin_unmasking, end_unmasking, loud, mask
from trucewatch.mission.seen import note

SIGNED = click.option(
    "--key",
    type=signing_key,
    required=True,
    envvar="TRUCEWATCH_KEY",
    metavar="FILE",
    help="Sign it as the person whose key this is.",
)
AT = click.option(
    "--at", type=moment, metavar="TIME", default=None, help="When, in a mission made with --replay only."
)


@click.command("custodian", short_help="Record that you keep halves of what is sealed.")
@in_mission
@SIGNED
@AT
@as_json
def custodian(folder: str, key: SignerKey, at: datetime | None, json_: bool) -> None:
    """Record that you keep halves of what is sealed: your key opens them, and there is no other file to keep."""
    person = become_custodian(opened(folder), key=key, at=at)
    say(
        json_,
        known(folder).mark(),
        [f"{person.name} keeps halves of what is sealed"],
        {"person": person.person_id},
    )


@click.command("mask", short_help="Seal the identity of a sensitive source, for any two custodians.")
@click.argument("source")
@click.argument("file", metavar="FILE")
@click.option(
    "--for", "names", multiple=True, required=True, metavar="NAME", help="A custodian; repeat: two or more."
)
@in_mission
@SIGNED
@AT
@as_json
def mask_(
    source: str,
    file: str,
    names: tuple[str, ...],
    folder: str,
    key: SignerKey,
    at: datetime | None,
    json_: bool,
) -> None:
    """Seal what FILE says of who SOURCE is ("-": standard input); remove FILE yourself afterwards."""
    words = read_whole(file, longest_bytes=MOST_BYTES)
    number = mask(opened(folder), source, words, names, key=key, at=at)
    lines = [f"record {number}: the identity of {source} is sealed for any two of {', '.join(names)}"]
    say(json_, known(folder).mark(), lines, {"source": source, "record": number, "custodians": names})


@click.group("unmask", short_help="Open a sealed identity: two custodians, one after the other.")
def unmask() -> None:
    """Open a sealed identity: one custodian begins and hands over a half, another ends it within a day."""


@unmask.command("begin")
@click.argument("source")
@click.option("--with", "other", required=True, metavar="NAME", help="The other custodian.")
@click.option("--why", required=True, metavar="WORDS", help="Why it must be known.")
@click.option("-o", "out", required=True, metavar="FILE", help="Where the half goes, for the other alone.")
@in_mission
@SIGNED
@AT
@as_json
def begin(
    source: str, other: str, why: str, out: str, folder: str, key: SignerKey, at: datetime | None, json_: bool
) -> None:
    """Begin to open the identity of SOURCE: it is recorded, and the half goes to the other custodian."""
    mission = opened(folder)
    made = begin_unmasking(mission, source, other, why=why, key=key, at=at)
    _seen(mission, key, source)
    aloud([loud(source, made.by, made.other, why)])
    _kept(made.raw, out)
    lines = [f"record {made.record}: send {out} to {made.other}, who answers within a day"]
    say(json_, known(folder).mark(), lines, {"record": made.record, "file": out})


@unmask.command("end")
@click.argument("half", metavar="HALF")
@click.option("-o", "out", required=True, metavar="FILE", help='Where the identity goes ("-": stdout).')
@in_mission
@SIGNED
@AT
@as_json
def end(half: str, out: str, folder: str, key: SignerKey, at: datetime | None, json_: bool) -> None:
    """Open the identity of which HALF was handed over: it is recorded first."""
    mission = opened(folder)
    shown = end_unmasking(mission, read_whole(half, longest_bytes=MOST_BYTES), key=key, at=at)
    _seen(mission, key, shown.source)
    aloud([loud(shown.source, *shown.by, shown.why)])
    if out == STDIN:
        put(shown.words, out)
        return
    _kept(shown.words, out)
    say(
        json_,
        known(folder).mark(),
        [f"record {shown.record}: wrote {out}"],
        {"record": shown.record, "file": out},
    )


def _seen(mission: Folder, key: SignerKey, source: str) -> None:
    viewer: Viewer = viewer_of(mission, roll_of(mission), key=key, token=None, at=now())
    ruling = Ruling(allowed=True, why="one of two custodians, as the record says")
    note(mission.path, viewer, Action.UNMASK, source, ruling, at=now())


def _kept(raw: bytes, out: str) -> None:
    if out == STDIN:
        put(raw, out)
    elif not write_secret(Path(out), raw):
        raise InputError("is there already, and is not written over: choose another name", where=out)
