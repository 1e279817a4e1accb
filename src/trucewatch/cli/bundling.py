"""`record rebuild`, `pack`, `unpack` and `verifier`, and the verbs `backup` and `restore`."""

from __future__ import annotations

from pathlib import Path

import click

from trucewatch.cli.asking import as_viewer, asked, shown
from trucewatch.cli.options import as_json, nothing, put, say
from trucewatch.cli.verifying import A_POLICY, policy_in
from trucewatch.cli.walking import told
from trucewatch.errors import IntegrityError
from trucewatch.mission.access import Action
from trucewatch.mission.content import verifier_text
from trucewatch.mission.enrolling import roll_of
from trucewatch.mission.files import read_text
from trucewatch.mission.folder import opened
from trucewatch.mission.invitations import Part
from trucewatch.mission.keys import log_key
from trucewatch.mission.known import known
from trucewatch.mission.packing import MOST_BYTES, Bundle, all_files, pack, site_files, unpack
from trucewatch.mission.rebuilding import differing, read_rebuilt, rebuild
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_remarks import Gravity
from trucewatch.model.gate import stamp
from trucewatch.model.vocabulary import Audience

GIB = 1 << 30
A_BUNDLE = click.option(
    "-o", "--out", required=True, metavar="FILE", help="Where the bundle goes: a new file."
)
A_FOLDER = click.option(
    "-o", "--out", required=True, metavar="DIR", help="Where the mission goes: a new folder."
)
A_BOUND = click.option(
    "--most-gib", type=int, default=MOST_BYTES // GIB, show_default=True, help="More than this is refused."
)


@click.command("rebuild", short_help="Recompute everything from the record, and print its digests.")
@click.argument("directory", metavar="[DIR]", default=".", envvar="TRUCEWATCH_MISSION")
@click.option(
    "--against", default=None, metavar="FILE", help="A list to compare with; a difference ends with 1."
)
@click.option("-o", "--out", default=None, metavar="FILE", help="Where the list goes.")
@as_viewer
@as_json
@click.pass_context
def rebuild_(
    context: click.Context, directory: str, against: str | None, out: str | None, json_: bool
) -> None:
    """Recompute every table, case, guarantee and day's report in DIR from its record alone."""
    shown(directory, Action.SEE_CASE, "record/rebuild")
    with told("rebuilding") as step:
        made = rebuild(Path(directory), step=step)
    other = None if against is None else differing(made, read_rebuilt(read_text(against)))
    if out is not None:
        put(made.text.encode(), out)
    lines = [
        *(made.text.splitlines() if out is None and against is None else []),
        *([f"wrote {out}: {len(made.digests)} digests"] if out is not None else []),
        *(f"differs: {name}" for name in other or ()),
        *([] if other is None else nothing(other, f"the same: all {len(made.digests)} outputs")),
    ]
    whole = {"of": made.of, "digests": made.digests, "differing": other}
    say(json_, known(directory).mark(), lines, whole)
    context.exit(1 if other else 0)


@click.command("pack", short_help="Write record, vault and configuration to one signed file.")
@click.argument("directory", metavar="[DIR]", default=".", envvar="TRUCEWATCH_MISSION")
@A_BUNDLE
@as_viewer
@as_json
def pack_(directory: str, out: str, json_: bool) -> None:
    """Pack what a closed site needs of the mission in DIR: its record, its vault and its configuration."""
    shown(directory, Action.EXPORT, "record/pack")
    _packed(directory, out, json_, everything=False)


@click.command("unpack", short_help="Write a signed bundle to a new folder.")
@click.argument("file", metavar="FILE")
@A_FOLDER
@A_POLICY
@A_BOUND
@as_json
def unpack_(file: str, out: str, policy: str | None, most_gib: int, json_: bool) -> None:
    """Unpack the bundle FILE; with a policy, a log that it knows must have signed it."""
    bundle = _unpacked(file, out, policy, most_gib)
    said = "signed by a log that the policy knows" if bundle.key else "not authenticated: no policy was given"
    lines = [f"wrote {out}: {len(bundle.files):,} files of {bundle.origin}, {said}"]
    say(
        json_,
        stamp(Audience.INTERNAL),
        lines,
        {"folder": out, "origin": bundle.origin, "files": len(bundle.files)},
    )


@click.command("verifier", short_help="Write the verifier that stands alone, one file of Python.")
@click.option("-o", "--out", required=True, metavar="FILE", help="Where it goes.")
def verifier(out: str) -> None:
    """Write the single-file verifier: the standard library and `cryptography`, and nothing of this program."""
    put(verifier_text().encode(), out)
    click.echo(f"wrote {out}: python {out} DIR --policy FILE")


@click.command("backup", short_help="Write a whole mission to one signed file.")
@click.argument("directory", metavar="[DIR]", default=".", envvar="TRUCEWATCH_MISSION")
@A_BUNDLE
@as_viewer
@as_json
def backup(directory: str, out: str, json_: bool) -> None:
    """Write every file of the mission in DIR to one file. Private keys are not in it: they lie elsewhere."""
    if any(Part.ADMINISTRATOR in person.roles for person in roll_of(opened(directory)).persons.values()):
        asked(directory, Action.BACK_UP, "backup")
    else:
        shown(directory, Action.EXPORT, "backup")
    _packed(directory, out, json_, everything=True)


@click.command("restore", short_help="Write a backup to a new folder, and verify its record.")
@click.argument("file", metavar="FILE")
@A_FOLDER
@A_POLICY
@A_BOUND
@as_json
@click.pass_context
def restore(
    context: click.Context, file: str, out: str, policy: str | None, most_gib: int, json_: bool
) -> None:
    """Restore the backup FILE and verify its record; one that is broken ends with 4, and stays to be looked at."""
    bundle = _unpacked(file, out, policy, most_gib)
    with told("verifying") as step:
        found = verify(Path(out), policy=policy_in(policy), step=step)
    lines = [
        f"wrote {out}: {len(bundle.files):,} files of {bundle.origin}",
        *(remark.line for remark in found.remarks if remark.gravity is not Gravity.NOTED),
        found.verdict,
    ]
    whole = {"folder": out, "files": len(bundle.files), "verdict": found.verdict}
    say(json_, stamp(Audience.INTERNAL), lines, whole)
    context.exit(found.exit_code)


def _packed(directory: str, out: str, json_: bool, *, everything: bool) -> None:
    held = opened(directory)
    mark = known(directory).mark()
    signer = log_key(held.journal.key.name)
    found = verify(held.path)
    if found.exit_code == int(Gravity.BROKEN):
        raise IntegrityError(
            "the record is broken, and is not packed: see `trucewatch record verify`", where=directory
        )
    bundle = pack(held.path, all_files if everything else site_files, Path(out), signer)
    size = sum(one.size for one in bundle.files)
    lines = [f"wrote {out}: {len(bundle.files):,} files, {size:,} bytes, signed by {bundle.origin}"]
    say(json_, mark, lines, {"file": out, "files": len(bundle.files), "bytes": size})


def _unpacked(file: str, out: str, policy: str | None, most_gib: int) -> Bundle:
    known_logs = policy_in(policy)
    logs = () if known_logs is None else known_logs.logs
    return unpack(Path(file), Path(out), logs=logs, most_bytes=most_gib * GIB)
