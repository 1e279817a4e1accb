"""Recording an emergency override.

Rules:
- whoever gives it signs; it is refused at the door when it is none (`emergency`);
- it begins now, and ends when it says, within 24 hours.
"""

from __future__ import annotations

from datetime import datetime

from trucewatch.errors import InputError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.authors import author
from trucewatch.mission.clock import now
from trucewatch.mission.enrolling import roll_of
from trucewatch.mission.folder import Folder, mission_of, recorded, settle, writing_moment
from trucewatch.mission.invitations import Part, folded
from trucewatch.mission.journal import Kind, utc_text
from trucewatch.mission.people import Override


def record_override(
    folder: Folder,
    name: str,
    part: Part,
    *,
    why: str,
    until: datetime,
    key: SignerKey,
    by: str = "",
    at: datetime | None = None,
) -> Override:
    """Record that `name` is given `part` until a moment, and return the override."""
    writing_moment(mission_of(recorded(folder.journal.replay())).replay, at)
    settle(folder, by=by, key=key, at=at)
    person = roll_of(folder).named(name)
    if person is None:
        raise InputError(f"nobody here is called {folded(name)!r}")
    body = {
        "person": person.person_id,
        "part": part.value,
        "why": why,
        "from_utc": utc_text(at or now()),
        "until_utc": utc_text(until),
    }
    folder.journal.append([author(folder.journal, by=by, key=key).entry(Kind.OVERRIDE, body)], at=at)
    return roll_of(folder).overrides[-1]
