"""`person account`: who signs in on this machine's pages, with which passphrase and which authenticator."""

from __future__ import annotations

import click

from trucewatch.cli.options import as_json, in_mission, say
from trucewatch.cli.passphrases import changed_passphrase, new_passphrase, passphrase, signing_key
from trucewatch.errors import InputError, RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.access import Action, may
from trucewatch.mission.accounts import accounts_of
from trucewatch.mission.asking import viewer_of
from trucewatch.mission.clock import now
from trucewatch.mission.enrolling import roll_of
from trucewatch.mission.folder import Folder, opened
from trucewatch.mission.invitations import folded
from trucewatch.mission.known import known
from trucewatch.mission.one_time import secret_text

OWN_KEY = click.option(
    "--key",
    type=signing_key,
    required=True,
    envvar="TRUCEWATCH_KEY",
    metavar="FILE",
    help="Your key.",
)


@click.group("account", short_help="Sign in on pages: add, passphrase, end.")
def account() -> None:
    """Accounts lie on this machine, in accounts.sqlite: they are in no record and in no bundle."""


@account.command("add")
@in_mission
@OWN_KEY
@as_json
def add(folder: str, key: SignerKey, json_: bool) -> None:
    """Make the account of the person whose key it is; what the authenticator takes is shown once."""
    accounts = accounts_of(opened(folder))
    person = accounts.roll().holder(key.verifier)
    name = key.name if person is None else person.name
    made = accounts.add(key, new_passphrase(name), at=now())
    secret = secret_text(made.secret)
    lines = [
        f"{name} has an account here; type this into an authenticator, it is not shown again:",
        f"secret {secret}",
        f"address {made.address}",
    ]
    whole = {"person": made.person, "name": name, "secret": secret, "address": made.address}
    say(json_, known(folder).mark(), lines, whole)


@account.command("passphrase")
@click.argument("name")
@in_mission
@as_json
def change(name: str, folder: str, json_: bool) -> None:
    """Change the passphrase of NAME's account; every session of it ends."""
    accounts = accounts_of(opened(folder))
    before = passphrase(name)
    accounts.passphrase(name, before, changed_passphrase(name), at=now())
    say(
        json_,
        known(folder).mark(),
        [f"{name} has a new passphrase, and is signed out everywhere"],
        {"name": name},
    )


@account.command("end")
@click.argument("name")
@in_mission
@OWN_KEY
@as_json
def end(name: str, folder: str, key: SignerKey, json_: bool) -> None:
    """End NAME's account, its sessions and tokens: one's own, or as an administrator anybody's."""
    mission = opened(folder)
    own_or_administrators(mission, name, key)
    ended = accounts_of(mission).end(name)
    say(json_, known(folder).mark(), [f"{ended} has no account here any more"], {"name": ended})


def own_or_administrators(mission: Folder, name: str, key: SignerKey) -> None:
    """Raise RefusedError unless the key is that of `name`, or of somebody who keeps accounts."""
    viewer = viewer_of(mission, roll_of(mission), key=key, token=None, at=now())
    ruling = may(viewer, Action.ACCOUNTS, at=now())
    if folded(viewer.name) != folded(name) and not ruling.allowed:
        raise RefusedError(ruling.why)


def person_of(mission: Folder, key: SignerKey) -> str:
    """Return the id of the person whose key this is."""
    viewer = viewer_of(mission, roll_of(mission), key=key, token=None, at=now())
    if viewer.person is None:
        raise InputError("this key is nobody's here")
    return viewer.person
