"""`trucewatch fuse`: observations into incidents, of a mission or of one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

import click

from trucewatch.cli.asking import by_token
from trucewatch.cli.options import DAY, as_json, as_known, by_whom, columns, in_mission, put, say, warn
from trucewatch.cli.walking import told, walk_told
from trucewatch.errors import InputError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.config import read_sources
from trucewatch.mission.exporting import write_table
from trucewatch.mission.files import STDIN, read_text
from trucewatch.mission.folder import Folder, opened
from trucewatch.mission.fusing import FusedFile, check_names, fused_file, page_of
from trucewatch.mission.known import known
from trucewatch.mission.learning import choose, confusions_of, learned_from, record_learned
from trucewatch.model.gate import stamp
from trucewatch.model.learned import LearnedConfusion, LearnedProfiles, Profiling
from trucewatch.model.vocabulary import Audience

SHOWN = ("incident_id", "from_utc", "phenomenon", "count_min", "count_max", "n_observations", "n_origins")


@click.command("fuse", short_help="Turn observations into incidents, of a mission or of one file.")
@click.argument("file", required=False)
@click.option("--sources", default=None, metavar="FILE", help="Profiles, as in sources.toml, for FILE.")
@click.option(
    "-o", "out", default=None, metavar="FILE", help="Incidents: .csv, .parquet or .geojson; - is stdout."
)
@click.option("--links", default=None, metavar="FILE", help="Links: .csv or .parquet.")
@click.option(
    "--page", default=None, metavar="FILE", help="Of FILE: a page of diagnostics with plots: .html."
)
@click.option(
    "--day",
    type=DAY,
    default=None,
    metavar="DAY",
    help="Of a mission: this reporting day and the one before it.",
)
@click.option(
    "--learn",
    is_flag=True,
    help="Print what the observations show of their sources beside what they declare; of FILE, use it too.",
)
@click.option("--record", "kept", is_flag=True, help="With --learn, of a mission: record it as a version.")
@click.option(
    "--use",
    default=None,
    metavar="ID",
    help="Of a mission: record that this learned version is used from here on, or `declared`.",
)
@click.option("--why", default="", metavar="WORDS", help="With --use: the reason.")
@in_mission
@by_token
@as_known
@by_whom
@as_json
def command(
    file: str | None,
    sources: str | None,
    out: str | None,
    links: str | None,
    page: str | None,
    day: datetime | None,
    learn: bool,
    kept: bool,
    use: str | None,
    why: str,
    folder: str,
    known_at: datetime | None,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Turn the observations of FILE, or of the mission, into incidents.

    A mission fuses by its sources.toml until a person chooses what was learned, with --use.
    """
    _refuse_mixed(file, learn=learn, kept=kept, use=use)
    _refuse_apart(file, sources=sources, page=page, then=day or known_at)
    check_names(out, links, page)
    learned: Sequence[Mapping[str, object]] = ()
    confused: Sequence[LearnedConfusion] = ()
    versions: list[str] = []
    if file is None:
        if learn or use is not None:
            _profiles(opened(folder), kept=kept, use=use, why=why, who=(by, key, at), json_=json_)
            return
        record = known(folder, known_at=known_at)
        warn(record)
        versions = _used(record.profiling)
        fused, mark = walk_told(record, day=day.date() if day else None).fused, record.mark()
    else:
        profiles = {} if sources is None else read_sources(read_text(sources), where=sources)
        with told(f"reading {file}") as step:
            matched = fused_file(file, profiles, learning=learn, step=step)
        fused, mark, versions = matched.fused, stamp(Audience.INTERNAL), _taken(matched)
        if matched.learned is not None:
            learned, confused = matched.learned.table.to_dicts(), confusions_of(matched.learned.confused)
        if page is not None:
            put(page_of(matched, mark=mark), page)
    asked = [("incidents", fused.incidents, out), ("links", fused.links, links)]
    written = [] if page is None else [page]
    for name, frame, where in asked:
        if where is not None:
            raw = write_table(name, frame, where, mark=mark)
            written.append(where)
            if where == STDIN:
                put(raw, where)
    if STDIN in written:
        return
    many, weighed = fused.incidents.height, fused.links.height
    summed = f"{many} incident{'s' * (many != 1)}, {weighed} pair{'s' * (weighed != 1)} weighed"
    rows = [] if written else columns([list(SHOWN), *fused.incidents.select(SHOWN).rows()])
    whole = {"incidents": many, "links": weighed, "files": written}
    say(
        json_,
        mark,
        [summed, *versions, *written, *_beside(learned), *_confused(confused), *rows],
        {
            **whole,
            "learned": learned,
            "confused": [{**asdict(one), "disagrees": one.disagrees} for one in confused],
            "sources": versions,
            "rows": [] if written else fused.incidents.to_dicts(),
        },
    )


def _refuse_mixed(file: str | None, *, learn: bool, kept: bool, use: str | None) -> None:
    if file is not None and (kept or use is not None):
        raise InputError("--record and --use are of a mission: leave FILE out")
    if (kept and not learn) or (learn and use is not None):
        raise InputError("--record goes with --learn; --use chooses, afterwards, what was recorded")


def _refuse_apart(file: str | None, *, sources: str | None, page: str | None, then: datetime | None) -> None:
    if file is not None and then is not None:
        raise InputError("--day and --known-at are of a mission: leave them out, or FILE")
    if file is None and (sources or page):
        raise InputError("--sources and --page are of a file: name it, as in `trucewatch fuse FILE`")


def _taken(matched: FusedFile) -> list[str]:
    """Return what a reader would not see: sources without a profile, and that nothing could be learned."""
    named = ", ".join(matched.undeclared)
    lines = [f"no profile, so nothing is known of their errors but what rows say: {named}"] if named else []
    if matched.learned is not None and matched.learned.table.is_empty():
        lines.append("nothing was learned: too few incidents are told of by more than one source")
    return lines


def _profiles(
    folder: Folder,
    *,
    kept: bool,
    use: str | None,
    why: str,
    who: tuple[str, SignerKey | None, datetime | None],
    json_: bool,
) -> None:
    """Show or record what is learned of a mission's sources, or record which profiles are used."""
    by, key, at = who
    if use is not None:
        chosen = choose(folder, use, why=why, by=by, key=key, at=at)
        told = "what is declared" if chosen.use is None else f"the learned version {chosen.use[:8]}"
        lines = [f"from here on the mission fuses and assesses by {told}", f"because: {chosen.why}"]
        say(json_, known(folder.path).mark(), lines, {"choice": chosen})
        return
    version = record_learned(folder, by=by, key=key, at=at) if kept else learned_from(folder)
    name = (
        f"recorded as {version.learned_id[:8]}; --use {version.learned_id[:8]} uses it"
        if kept
        else "not recorded"
    )
    far = [f"{one.source_id} {one.name}" for one in version.disagreeing]
    say(json_, known(folder.path).mark(), [*_version(version), name], {"learned": version, "disagrees": far})


def _version(version: LearnedProfiles) -> list[str]:
    """Return a learned version as lines: what was learned beside what was declared."""
    rows = [
        {"source_id": f.source_id, "field": f.field.value, "declared": f.declared, "learned": f.learned,
         "incidents": f.incidents, "disagrees": f.disagrees}
        for f in version.figures
    ]  # fmt: skip
    from_what = f"learned from {version.observations:,} observations, beside record {version.beside}"
    return [from_what, *_beside(rows), *_confused(version.confused)]


def _used(profiling: Profiling) -> list[str]:
    """Return which profiles a mission fuses by, where any were learned, and how far they are from each other."""
    if not profiling.versions:
        return []
    last, chosen = profiling.versions[-1], profiling.chosen
    apart = len(last.disagreeing)
    used = (
        "as declared"
        if chosen is None
        else f"as learned in {chosen.learned_id[:8]}, chosen by {_chooser(profiling)}"
    )
    lines = [f"sources are taken {used}"]
    if apart:
        lines.append(
            f"{last.learned_id[:8]} disagrees with what is declared in {apart} of {len(last.whole)} figures:"
        )
        lines += [
            f"  {one.source_id} {one.name}: declared {one.declared:g}, learned {one.learned:g}"
            for one in last.disagreeing
        ]
    return lines


def _chooser(profiling: Profiling) -> str:
    return "" if profiling.choice is None else profiling.choice.recorded_by


def _beside(learned: Sequence[Mapping[str, object]]) -> list[str]:
    """Return what was learned of each source as lines, beside what it declares."""
    if not learned:
        return []
    named = ("source_id", "field", "declared", "learned", "incidents")
    cells = [[row[name] for name in named] for row in learned]
    marks = ["DISAGREES" if row["disagrees"] else "" for row in learned]
    return columns([[*named, ""], *([*cell, mark] for cell, mark in zip(cells, marks, strict=True))])


def _confused(confused: Sequence[LearnedConfusion]) -> list[str]:
    """Return which kinds sources were found to take for which, as lines."""
    if not confused:
        return []
    heads = ["source_id", "meant", "said", "declared", "learned", ""]
    cells = [
        [f.source_id, f.meant.value, f.said.value, f.declared, f.learned, "DISAGREES" if f.disagrees else ""]
        for f in confused
    ]
    return ["kinds taken for one another, as shares of what was meant:", *columns([heads, *cells])]
