"""The command `trucewatch`: one program, verbs.

Rules:
- a verb's room is loaded when the verb is called, and not before;
- exit codes: 0 fine, 1 something found, 2 usage, 3 refused by policy, 4 integrity broken, 70 our fault;
- an error is one line on stderr that says what was met and how to mend it.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import click

from trucewatch.cli.extras import DESK, WHERE, WROTE_AT, room
from trucewatch.errors import TrucewatchError
from trucewatch.mission.nearest import suggestion
from trucewatch.model.plain import plain

VERBS: Mapping[str, str] = MappingProxyType(
    {
        "init": "Make a mission's folder.",
        "ingest": "Take a source's files into the vault and the record.",
        "read": "Turn prose into proposed statements; a person accepts, mends or rejects each.",
        "fuse": "Turn observations into incidents, of a mission or of one file.",
        "cover": "Say what was watched, by whom, when.",
        "assess": "Set incidents against the agreement's clauses, with the trace.",
        "guarantee": "Say what was promised, on which conditions, and what changed.",
        "fact": "Record that something is so, from when, by whom, on what.",
        "case": "List, show and move cases.",
        "person": "Who has a key: add, invite, rotate, revoke, list.",
        "key": "Make, show, revoke and list keys; answer invitations; sign files.",
        "quarantine": "List and release files that came without their source's signature.",
        "report": "Write the day's report.",
        "serve": "Serve the pages, the map and the API on this machine's own address.",
        "release": "Propose, approve, publish and retract what leaves to an audience.",
        "export": "Write a table to a file, with its dictionary.",
        "record": "Verify, prove, cosign, rebuild and pack the record.",
        "backup": "Write a whole mission to one signed file.",
        "restore": "Write a backup to a new folder, and verify its record.",
        "exercise": "Make a truce with known truth, and mark a mission against it.",
        "demo": "Make and walk three missions in an empty folder.",
        "check": "Check an agreement or a source's file, and record nothing.",
    }
)
OUR_FAULT = 70  # EX_SOFTWARE of sysexits.h


class Verbs(click.Group):
    """A group whose verbs are modules of this room, loaded when called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the verbs in the order of the table."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the verb, loading its room, or None when there is no such verb."""
        if cmd_name not in VERBS:
            ctx.fail(f"there is no verb {cmd_name!r}{suggestion(cmd_name, list(VERBS))}")
        command = room(f"trucewatch.cli.{cmd_name}", cmd_name).command
        return command if isinstance(command, click.Command) else None

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of verbs without loading them."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="trucewatch")
def program() -> None:
    """What was promised for a truce, what is seen of it, and what follows."""


@program.result_callback()
def ended(_done: object) -> None:
    """Let a verb that wrote open cases again, where the mission has a desk."""
    meta = click.get_current_context().meta
    if WROTE_AT in meta and (Path(str(meta.get(WHERE, "."))) / DESK).exists():
        room("trucewatch.cli.again", "again").opened_again(str(meta[WHERE]), meta[WROTE_AT])


def main() -> None:
    """Run the program and end with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the program on `arguments` and return its exit code."""
    try:
        return int(program.main(arguments, prog_name="trucewatch", standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.ctx.get_help() if asked.ctx else "")
        return 2
    except click.ClickException as fault:
        return _said(_usage(fault), fault.exit_code)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except (KeyboardInterrupt, click.Abort):
        return _said("stopped", 130)
    except TrucewatchError as fault:
        return _said(str(fault), fault.exit_code)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  the reader has gone; nothing more can be written
        return 0
    except OSError as fault:
        return _said(f"{fault.filename or 'a file'}: {fault.strerror}: mend it and run the verb again", 2)
    except Exception as fault:
        if os.environ.get("TRUCEWATCH_DEBUG") == "1":
            traceback.print_exc()
        return _said(
            f"our fault: {type(fault).__name__}; please report it with what TRUCEWATCH_DEBUG=1 shows",
            OUR_FAULT,
        )


def _usage(fault: click.ClickException) -> str:
    context = fault.ctx if isinstance(fault, click.UsageError) else None
    asked = f"; see {context.command_path} --help" if context else ""
    return f"{' '.join(fault.format_message().split())}{asked}"


def _said(line: str, code: int) -> int:
    click.echo(f"trucewatch: {plain(' '.join(line.split()))}", err=True)
    return code
