"""`trucewatch serve`: the pages, the map and the API of a mission."""

from __future__ import annotations

import click

from trucewatch.cli.options import as_json, in_mission, say
from trucewatch.cli.walking import told
from trucewatch.mission.folder import opened
from trucewatch.mission.known import known
from trucewatch.web.app import door_of
from trucewatch.web.holding import Holding
from trucewatch.web.serving import address, listening, serve
from trucewatch.web.warming import warmed


@click.command("serve", short_help="Serve the pages, the map and the API.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8600, show_default=True, help="0: any that is free."
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS")
@click.option(
    "--name", "names", multiple=True, metavar="NAME", help="A name that a proxy in front is asked for by."
)
@click.option(
    "--behind-tls",
    is_flag=True,
    help="A proxy in front speaks TLS: another address than the loopback may be.",
)
@in_mission
@as_json
def command(port: int, host: str, names: tuple[str, ...], behind_tls: bool, folder: str, json_: bool) -> None:
    """Serve the mission on this machine's own address until it is stopped."""
    mission = opened(folder)
    mark = known(folder).mark()
    address(host, port, names, behind_tls=behind_tls)
    made = listening(host, port)
    bound = int(made.getsockname()[1])
    place = address(host, bound, names, behind_tls=behind_tls)
    door = door_of(Holding(mission), place)
    with told("reading the record") as step:
        warmed(door, step)
    own = f"[{host}]" if ":" in host else host
    where = f"http://{own}:{bound}/"
    say(json_, mark, [f"{where}  (stop it with Ctrl-C)"], {"address": where, "port": bound})
    serve(mission, place, door, made)
