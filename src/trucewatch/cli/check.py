"""`trucewatch check`: an agreement or a source's file, without recording anything."""

from __future__ import annotations

from pathlib import Path

import click

from trucewatch.assess.markdown import read_agreement
from trucewatch.cli.ingest import refused_words
from trucewatch.cli.options import as_json, in_mission, nothing, say
from trucewatch.errors import ConfigError
from trucewatch.mission.config import SOURCES_FILE, read_sources
from trucewatch.mission.content import profiles_text
from trucewatch.mission.examples import examples_of
from trucewatch.mission.files import read_text, read_whole
from trucewatch.mission.folder import opened
from trucewatch.mission.known import known
from trucewatch.mission.nearest import suggestion
from trucewatch.mission.screening import screen, source_named
from trucewatch.model.gate import stamp
from trucewatch.model.vocabulary import Audience


@click.group("check", short_help="Check an agreement or a source's file, and record nothing.")
def command() -> None:
    """Check what would be recorded, and record nothing."""


@command.command("agreement")
@click.argument("directory", metavar="DIR")
@as_json
@click.pass_context
def agreement(context: click.Context, directory: str, json_: bool) -> None:
    """Read the agreement in DIR, say what it holds and leaves open, and work its examples."""
    place = Path(directory)
    read = read_agreement(read_text(place / "agreement.md"), name=place.resolve().name)
    worked = examples_of(place, read)
    lines = [
        f"{read.title} ({read.version}): {len(read.clauses)} clauses, {len(read.parties)} parties",
        *(f"  {c.clause_id}: {c.title} [{c.act.value}]" for c in read.clauses),
        *(f"  left open: {words}" for words in read.left_open),
        *(f"  example {one.file}: {one.told}" for one in worked),
        *nothing(worked, "  no worked example stands beside it: examples/*.toml shows what its clauses mean"),
    ]
    whole = {"agreement": read, "examples": worked}
    say(json_, stamp(Audience.INTERNAL, exercise=read.exercise), lines, whole)
    context.exit(0 if all(one.as_expected for one in worked) else 1)


@command.command("source")
@click.argument("name")
@click.argument("file")
@in_mission
@as_json
@click.pass_context
def source(context: click.Context, name: str, file: str, folder: str, json_: bool) -> None:
    """Read FILE as source NAME would, with the mission's profile or, outside a mission, the shipped one."""
    inside = (Path(folder) / "record").exists()
    text = read_text(opened(folder).path / SOURCES_FILE) if inside else profiles_text()
    profiles = read_sources(text)
    if name not in profiles:
        raise ConfigError(
            f"there is no source {name!r}{suggestion(name, list(profiles))}: {', '.join(profiles)}"
        )
    mission = known(folder) if inside else None
    area = mission.mission.area if mission else None
    read = screen(read_whole(file), source_named(profiles[name].format or name), profiles[name], area)
    lines = [
        f"{file}: {read.accepted.height} rows would be accepted, {len(read.refused)} refused",
        *(f"  {refused_words(refusal)}" for refusal in read.refused),
        *(f"  note: {note}" for note in read.notes),
    ]
    whole = {
        "file": file,
        "accepted": read.accepted.height,
        "refused": [{"row": r.row, "column": r.column, "reason": r.reason} for r in read.refused],
        "notes": read.notes,
    }
    say(json_, mission.mark() if mission else stamp(Audience.INTERNAL), lines, whole)
    context.exit(1 if read.refused else 0)
