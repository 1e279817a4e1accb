"""`trucewatch key`: make keys, answer invitations, sign files, and manage the keys of sources."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from trucewatch.cli.masked import custodian, mask_, unmask
from trucewatch.cli.options import as_json, as_known, by_whom, columns, in_mission, put, say
from trucewatch.cli.passphrases import new_passphrase, signing_key
from trucewatch.errors import InputError
from trucewatch.log.keys import SignerKey, VerifierKey
from trucewatch.mission.batch_notes import ENDING, sign_batch
from trucewatch.mission.config import SOURCE_NAME
from trucewatch.mission.enrolling import add_source_key, revoke_source_key, roll_of
from trucewatch.mission.files import object_text, read_whole
from trucewatch.mission.folder import opened
from trucewatch.mission.invitations import answer as answered
from trucewatch.mission.invitations import key_name
from trucewatch.mission.keyring import keep, new_key, place_of_person, place_of_source, public_half
from trucewatch.mission.known import known
from trucewatch.mission.people import source_key_text
from trucewatch.model.plain import plain

OWN = click.option(
    "--key",
    type=signing_key,
    required=True,
    envvar="TRUCEWATCH_KEY",
    metavar="FILE",
    help="The key that signs.",
)


@click.group(
    "key",
    short_help="Make, show, revoke and list keys; answer invitations; sign files.",
    commands={"custodian": custodian, "mask": mask_, "unmask": unmask},
)
def command() -> None:
    """Keys: private halves stay outside the mission, public halves and their ends are records."""


@command.command("make")
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--source", default=None, metavar="SOURCE", help="A key that signs a source's files, plain.")
@click.option("--plain", "bare", is_flag=True, help="Without a passphrase: for scripts.")
@click.option("-o", "out", default=None, metavar="FILE", help="Where it goes; without it, among your keys.")
@as_json
def make(name: str | None, source: str | None, bare: bool, out: str | None, json_: bool) -> None:
    """Make a key for NAME, sealed by a passphrase, and print its public half."""
    if (name is None) == (source is None):
        raise InputError("give the NAME of whom the key is for, or --source SOURCE")
    if source is not None and not SOURCE_NAME.fullmatch(source):
        raise InputError(f"{source!r} is no name of a source: letters, digits, '.', '_' and '-', at most 64")
    made = new_key(source or key_name(name or ""))
    place = Path(out) if out else place_of_source(source) if source else place_of_person(name or "")
    keep(place, made, None if bare or source else new_passphrase(made.name))
    _shown(json_, place, made.verifier)


@command.command("show")
@click.argument("file")
@as_json
def show(file: str, json_: bool) -> None:
    """Show the public half of the key in FILE, without its passphrase."""
    _shown(json_, Path(file), public_half(Path(file)))


@command.command("answer")
@click.argument("invitation")
@click.option("-o", "out", required=True, metavar="FILE", help='Where the answer goes ("-": stdout).')
@OWN
@as_json
def answer(invitation: str, out: str, key: SignerKey, json_: bool) -> None:
    """Answer the invitation in a file with your public key, signed with it."""
    where = put(answered(read_whole(invitation), key), out)
    lines = [f"wrote {where}: send it back", f"key {key.verifier.key_id.hex()}  {key.verifier.text}"]
    _said(json_, lines, {"answer": where, "key": key.verifier.text})


@command.command("sign-batch")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@OWN
@as_json
def sign(files: tuple[str, ...], key: SignerKey, json_: bool) -> None:
    """Sign files of a source: each gets a FILE.sig beside it."""
    made = [put(sign_batch(read_whole(file), key), f"{file}{ENDING}") for file in files]
    _said(json_, [f"wrote {where}" for where in made], {"source": key.name, "signatures": made})


@command.command("add")
@click.argument("source")
@click.argument("public", metavar="KEY")
@in_mission
@by_whom
@as_json
def add(
    source: str, public: str, folder: str, by: str, key: SignerKey | None, at: datetime | None, json_: bool
) -> None:
    """Record KEY (ed25519:...) as one more that signs the files of SOURCE."""
    add_source_key(opened(folder), source, public, by=by, key=key, at=at)
    _listed(folder, None, json_)


@command.command("revoke")
@click.argument("source")
@click.argument("public", metavar="KEY")
@click.option("--why", required=True, metavar="WORDS", help="Why the key is valid no longer.")
@in_mission
@by_whom
@as_json
def revoke(
    source: str,
    public: str,
    why: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Record that KEY (ed25519:...) signs the files of SOURCE no longer."""
    revoke_source_key(opened(folder), source, public, why=why, by=by, key=key, at=at)
    _listed(folder, None, json_)


@command.command("list")
@in_mission
@as_known
@as_json
def list_(folder: str, known_at: datetime | None, json_: bool) -> None:
    """List the keys of the mission's sources; `trucewatch person list` lists those of persons."""
    _listed(folder, known_at, json_)


def _listed(folder: str, known_at: datetime | None, json_: bool) -> None:
    record = known(folder, known_at=known_at)
    roll = roll_of(record.folder, known_at=known_at)
    held = [(source, one) for source in sorted(roll.sources) for one in roll.sources[source]]
    rows = [
        [
            source,
            source_key_text(one.key),
            f"from record {one.from_seq}",
            "valid" if one.until_seq is None else f"until record {one.until_seq}: {one.why}",
        ]
        for source, one in held
    ]
    whole = [
        {
            "source": source,
            "key": source_key_text(one.key),
            "from_record": one.from_seq,
            "until_record": one.until_seq,
            "by": one.by,
            "why": one.why,
        }
        for source, one in held
    ]
    say(json_, record.mark(), columns(rows) or ["no source here has a key"], {"keys": whole})


def _shown(json_: bool, place: Path, key: VerifierKey) -> None:
    lines = [
        str(place),
        f"key {key.key_id.hex()}  {key.text}",
        f'of a source, in sources.toml: key = "{source_key_text(key)}"',
    ]
    whole = {
        "file": str(place),
        "key": key.text,
        "key_id": key.key_id.hex(),
        "source_key": source_key_text(key),
    }
    _said(json_, lines, whole)


def _said(json_: bool, lines: list[str], whole: Mapping[str, object]) -> None:
    """Print what is of no mission, and so bears no stamp."""
    click.echo("\n".join(map(plain, object_text(whole).splitlines() if json_ else lines)))
