"""`trucewatch init`: a new mission."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from trucewatch.cli.options import as_json, by_whom, say
from trucewatch.errors import ConfigError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.content import shipped
from trucewatch.mission.folder import UKRAINE, Plan, init
from trucewatch.model.gate import stamp
from trucewatch.model.vocabulary import Audience


@click.command("init", short_help="Make a mission's folder.")
@click.argument("directory", metavar="DIR")
@click.option(
    "--agreement",
    "agreements",
    multiple=True,
    metavar="NAME",
    help="An agreement that ships; repeat for more.",
)
@click.option(
    "--pack", "packs", multiple=True, metavar="NAME", help="A statements pack that ships; repeat for more."
)
@click.option("--name", default=None, help="The mission's name; without it, the folder's.")
@click.option("--zone", default="Europe/Kyiv", show_default=True, help="The mission's time zone.")
@click.option(
    "--area",
    nargs=4,
    type=float,
    default=UKRAINE,
    show_default=True,
    metavar="W S E N",
    help="Degrees WGS 84.",
)
@click.option("--exercise", is_flag=True, help="Stamp everything EXERCISE.")
@click.option("--replay", is_flag=True, help="Stamp everything REPLAY, and let verbs that write take --at.")
@by_whom
@as_json
def command(
    directory: str,
    agreements: tuple[str, ...],
    packs: tuple[str, ...],
    name: str | None,
    zone: str,
    area: tuple[float, float, float, float],
    exercise: bool,
    replay: bool,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Make a mission in DIR and record its configuration."""
    if not agreements:
        raise ConfigError(f"name an --agreement: there are {', '.join(shipped('agreements'))}")
    plan = Plan(
        name=name or Path(directory).resolve().name,
        agreements=agreements,
        packs=packs,
        zone=zone,
        area=area,
        exercise=exercise,
        replay=replay,
    )
    folder = init(directory, plan, by=by, key=key, at=at)
    mark = stamp(Audience.INTERNAL, exercise=exercise, replay=replay)
    lines = [
        f"made {folder.path}",
        f"next: trucewatch ingest SOURCE FILE --mission {folder.path}",
    ]
    whole = {"mission": str(folder.path), "name": plan.name, "agreements": agreements, "packs": packs}
    say(json_, mark, lines, whole)
