"""How a verb that shows what is restricted asks who is asking: a key, or the file of a token.

Rules:
- where people have roles, what is not for everybody is shown to whoever shows who they are, and is written down;
- what a verb prints is the mission's own: who is shown a projection (a party, a guarantor) reads it on the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import click

from trucewatch.cli.passphrases import signing_key
from trucewatch.errors import RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.access import Action, Viewer, audience_of_viewer, may
from trucewatch.mission.asking import shown_to, viewer_of
from trucewatch.mission.clock import now
from trucewatch.mission.folder import Folder, opened
from trucewatch.mission.keys import read_secret
from trucewatch.mission.people import Roll
from trucewatch.mission.rightful import held_to_roles
from trucewatch.model.plain import plain
from trucewatch.model.vocabulary import Audience

Verb = TypeVar("Verb", bound=Callable[..., object])
KEY, TOKEN = "trucewatch.viewers_key", "trucewatch.viewers_token"
WHOLE = frozenset({Audience.INTERNAL, Audience.BODY})


def as_viewer(verb: Verb) -> Verb:
    """Add --key and --token, by which a reading verb is told who asks."""
    return click.option(
        "--key",
        type=signing_key,
        default=None,
        envvar="TRUCEWATCH_KEY",
        metavar="FILE",
        expose_value=False,
        callback=_keeping(KEY),
        help="Who asks, by their key, where people have roles.",
    )(by_token(verb))


def by_token(verb: Verb) -> Verb:
    """Add --token alone, to a verb that takes a key to sign with."""
    return click.option(
        "--token",
        type=_token,
        default=None,
        envvar="TRUCEWATCH_TOKEN_FILE",
        metavar="FILE",
        expose_value=False,
        callback=_keeping(TOKEN),
        help="Who asks, by the file of a token.",
    )(verb)


def shown(folder: Path | str, action: Action, item: str) -> None:
    """Raise RefusedError unless whoever asks is shown `item`; say aloud which overrides hold."""
    viewer = asked(folder, action, item)
    if viewer is not None and audience_of_viewer(viewer) not in WHOLE:
        raise RefusedError(
            f"{viewer.name} is shown what is for {audience_of_viewer(viewer).value}, and this is the mission's own:"
            " read it on the pages"
        )


def asked(folder: Path | str, action: Action, item: str) -> Viewer | None:
    """Return who asks, None where nobody has a part; RefusedError unless `action` is theirs, whatever they are shown."""
    context = click.get_current_context()
    key, token = context.meta.get(KEY) or context.params.get("key"), context.meta.get(TOKEN)
    viewer, overrides = shown_to(
        opened(folder),
        action,
        item,
        at=now(),
        key=key if isinstance(key, SignerKey) else None,
        token=token if isinstance(token, str) else None,
    )
    aloud(overrides)
    return viewer


def sees_whole(folder: Folder, roll: Roll) -> bool:
    """Return whether whoever signs is shown the mission's own cases: who is not is told where their own move left its case."""
    if not held_to_roles(roll):
        return True
    at, key = now(), click.get_current_context().params.get("key")
    viewer = viewer_of(folder, roll, key=key if isinstance(key, SignerKey) else None, token=None, at=at)
    return may(viewer, Action.SEE_CASE, at=at).allowed and audience_of_viewer(viewer) in WHOLE


def aloud(lines: Iterable[str]) -> None:
    """Say something on stderr that nobody may miss."""
    for line in lines:
        click.echo(f"trucewatch: {plain(line)}", err=True)


def _keeping(where: str) -> Callable[[click.Context, click.Parameter, object], object]:
    def keep(context: click.Context, _parameter: click.Parameter, value: object) -> object:
        context.meta[where] = value
        return value

    return keep


def _token(path: str) -> str:
    return read_secret(Path(path)).decode("utf-8", "replace").split("\n", 1)[0].strip()
