"""`trucewatch check`: an agreement or a source's file, without recording anything."""

from __future__ import annotations

from pathlib import Path

import click

from trucewatch.cli.ingest import refused_words
from trucewatch.cli.options import as_json, in_mission, nothing, say
from trucewatch.errors import ConfigError, InputError
from trucewatch.mission.beginning import begin_agreement
from trucewatch.mission.checking import Checked, check_agreement, plain_agreement
from trucewatch.mission.comparing import Compared, compare
from trucewatch.mission.config import SOURCES_FILE, read_sources
from trucewatch.mission.content import profiles_text
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
@click.option("--new", is_flag=True, help="Write an agreement to start from into DIR, which is new or empty.")
@click.option(
    "--diff", "other", default=None, metavar="OTHER", help="Say how DIR differs from the earlier OTHER."
)
@click.option(
    "--on", default=None, metavar="FILE", help="With --diff: incidents (.parquet, .csv) to assess under both."
)
@as_json
@click.pass_context
def agreement(
    context: click.Context, directory: str, new: bool, other: str | None, on: str | None, json_: bool
) -> None:
    """Read the agreement in DIR, say what it holds and leaves open, work its examples, and find what to mend."""
    if (new and other) or (on and not other):
        raise InputError("--new stands alone, and --on goes with --diff: leave one out")
    if new:
        written = [str(path) for path in begin_agreement(Path(directory))]
        say(json_, stamp(Audience.INTERNAL), [f"wrote {path}" for path in written], {"written": written})
    elif other:
        found = compare(Path(directory), Path(other), on=on)
        _compared(found, json_)
        context.exit(1 if found.changelog else 0)
    else:
        checked = check_agreement(Path(directory))
        _checked(checked, json_)
        context.exit(0 if checked.stands else 1)


def _checked(checked: Checked, json_: bool) -> None:
    read = checked.agreement
    lines = [
        f"{read.title} ({read.version}): {len(read.clauses)} clauses, {len(read.parties)} parties",
        *(f"  {c.clause_id}: {c.title} [{c.act.value}]" for c in read.clauses),
        *(f"  left open: {words}" for words in read.left_open),
        *(f"  to choose: {words}" for words in read.choices),
        *(f"  example {one.file}: {one.told}" for one in checked.tried),
        *nothing(
            checked.tried, "  no worked example stands beside it: examples/*.toml shows what its clauses mean"
        ),
        *(
            f"  {'MEND' if one.grave else 'look'} {one.file}:{one.line}: {one.words}"
            for one in checked.findings
        ),
    ]
    examples = [{"file": one.file, "as_expected": one.as_expected, "told": one.told} for one in checked.tried]
    whole = {"agreement": plain_agreement(read), "examples": examples, "findings": checked.findings}
    say(json_, stamp(Audience.INTERNAL, exercise=read.exercise), lines, whole)


def _compared(found: Compared, json_: bool) -> None:
    after, before = found.after, found.before
    lines = [
        f"{after.title} ({after.version}) beside {before.title} ({before.version})",
        *(f"  {one.words}" for one in found.amendments),
        *nothing(found.amendments, "  nothing differs"),
        *(
            f"  reaches {one.of} from {one.from_utc or 'ever'} to {one.to_utc or 'ever'}"
            for one in found.reaches
        ),
        *(f"  changelog: {words}" for words in found.changelog),
        *(f"  {clause}: {n} from {old} to {now}" for clause, old, now, n in found.counts()),
    ]
    if found.moved is not None:
        lines += nothing(found.moved["clause"].to_list(), "  no assessment differs")
    whole = {
        "before": {"name": before.name, "version": before.version},
        "after": {"name": after.name, "version": after.version},
        "amendments": [
            {"of": one.of, "field": one.field, "before": one.before, "after": one.after, "words": one.words}
            for one in found.amendments
        ],
        "reaches": found.reaches,
        "changelog": found.changelog,
        "counts": [
            {"clause": clause, "before": old, "after": now, "n": n} for clause, old, now, n in found.counts()
        ],
        "assessments": None if found.moved is None else found.moved.to_dicts(),
    }
    say(json_, stamp(Audience.INTERNAL, exercise=after.exercise), lines, whole)


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
