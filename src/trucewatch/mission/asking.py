"""Who asks at the command line, and whether what they ask for is shown to them.

Rules:
- where nobody has a part in cases, everything is the mission's own, as it was before there were parts;
- where somebody has, whoever asks for what is restricted shows who they are, by key or token, and each look is
  written down before anything is shown (`seen`);
- whoever reads the mission's files without this program is not asked: that is the machine's to forbid.
"""

from __future__ import annotations

from datetime import datetime

from trucewatch.errors import RefusedError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.access import NOBODY_SIGNED_IN, Action, Through, Viewer, may
from trucewatch.mission.accounts import accounts_of
from trucewatch.mission.emergency import telling
from trucewatch.mission.enrolling import roll_of
from trucewatch.mission.folder import Folder
from trucewatch.mission.people import Roll
from trucewatch.mission.rightful import held_to_roles
from trucewatch.mission.seen import note
from trucewatch.mission.tokens import viewer_of_token


def viewer_of(
    folder: Folder, roll: Roll, *, key: SignerKey | None, token: str | None, at: datetime
) -> Viewer:
    """Return who asks, with their key or their token; RefusedError when either is nobody's."""
    if key is not None:
        person = roll.holder(key.verifier)
        if person is None or person.current is None or person.current.public != key.verifier.public:
            raise RefusedError("this key is nobody's in the record, or no longer")
        parts = roll.parts(person.person_id, at)
        return Viewer(person=person.person_id, name=person.name, parts=parts, through=Through.KEY)
    if token is not None:
        viewer = viewer_of_token(accounts_of(folder), token, at)
        if viewer is None:
            raise RefusedError("this token is none, or has ended: its owner makes another")
        return viewer
    return NOBODY_SIGNED_IN


def shown_to(
    folder: Folder,
    action: Action,
    item: str,
    *,
    at: datetime,
    key: SignerKey | None = None,
    token: str | None = None,
) -> tuple[Viewer | None, tuple[str, ...]]:
    """Return who is shown an item, None where nobody has a part, and what is to be said aloud of overrides.

    Raises RefusedError with the reason when it is not for them.
    """
    roll = roll_of(folder)
    if not held_to_roles(roll):
        return None, ()
    viewer = viewer_of(folder, roll, key=key, token=token, at=at)
    ruling = may(viewer, action, at=at)
    note(folder.path, viewer, action, item, ruling, at=at)
    if not ruling.allowed:
        how = "; show who you are: --key FILE or --token FILE" if viewer.person is None else ""
        raise RefusedError(f"{ruling.why}{how}")
    return viewer, telling(roll.overrides, at)
