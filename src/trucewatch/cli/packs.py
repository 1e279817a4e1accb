"""`case pack`: what a finding rests on, as a page and as JSON."""

from __future__ import annotations

from datetime import datetime

import click

from trucewatch.cli.asking import as_viewer
from trucewatch.cli.moving import A_CASE
from trucewatch.cli.options import as_json, as_known, ending, for_audience, in_mission, put, say, warn
from trucewatch.cli.walking import walk_told
from trucewatch.mission.clock import now
from trucewatch.mission.finding_pack import case_of, finding_pack, spoken_in
from trucewatch.mission.known import known
from trucewatch.model.gate import audience_of
from trucewatch.report.finding_pack import pack_html, pack_json
from trucewatch.report.words import Language

ENDINGS = ("html", "json")


@click.command("pack", short_help="Write a case's finding pack.")
@A_CASE
@click.option("-o", "outs", multiple=True, metavar="FILE", help="FILE.html or .json; several with commas.")
@click.option(
    "--language",
    type=click.Choice([each.value for each in Language]),
    default=None,
    help="Without it, the first language of the case's procedure.",
)
@in_mission
@as_viewer
@as_known
@for_audience
@as_json
def pack(
    case_id: str,
    outs: tuple[str, ...],
    language: str | None,
    folder: str,
    known_at: datetime | None,
    audience: str,
    json_: bool,
) -> None:
    """Write what a finding in CASE rests on: clause, incident, evidence, odds, objections, marks, what is missing."""
    wanted = audience_of(audience)
    paths = [path for out in outs for path in out.split(",") if path] or [f"{case_id}.html"]
    endings = {path: ending(path, ENDINGS) for path in paths}
    record = known(folder, known_at=known_at)
    warn(record)
    at = record.known_at if record.mission.replay or known_at is not None else now()
    walked = walk_told(record)
    made = finding_pack(walked, case_id, at=at, audience=wanted)
    known_ones = {each.value for each in Language}
    first = next((word for word in spoken_in(record, case_of(walked, case_id)) if word in known_ones), "en")
    written = [
        put(
            pack_html(made, Language(language or first)).encode() if kind == "html" else pack_json(made), path
        )
        for path, kind in endings.items()
    ]
    say(json_, record.mark(wanted), written, {"case": case_id, "missing": made.missing, "files": written})
