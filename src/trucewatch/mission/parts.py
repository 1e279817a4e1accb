"""A person's own parts change in the record: asked for by one, given by a second, withdrawn by one.

Rules:
- who asks and who gives is the table's to say; a part of a case, a release or the mission itself takes both, and
  neither is the person who gets it; to observe takes one;
- who may ask or give withdraws too, and everybody may lay down a part of their own;
- an administrator has no part in any case beside it, and whoever speaks for a party has no other part at all;
- it counts from its record on: what somebody did before, in a part that they then had, stays legal.
"""

from __future__ import annotations

from datetime import datetime

from trucewatch.mission.access import TABLE, Action
from trucewatch.mission.invitations import Part
from trucewatch.mission.people import Person, RoleBody, RoleDeed, Roll

BY_ONE = frozenset({Part.OBSERVER, Part.SENSOR})
"""Parts that a single name gives: they see what they sent themselves, and nothing else."""

ALONE = frozenset({Part.ADMINISTRATOR, Part.LIAISON_A, Part.LIAISON_B})
"""Parts that nobody is given beside another."""


def waits(said: RoleBody) -> bool:
    """Return whether a grant still needs a second name."""
    return said.part not in BY_ONE and said.asked is None


def why_not_changed(roll: Roll, said: RoleBody, *, signer: Person | None, at: datetime | None) -> str | None:
    """Return why a change of somebody's part is none, None when it is one."""
    person = roll.persons.get(said.person)
    if signer is None or person is None:
        return "a part is changed by a person with a key, of a person who is here"
    if not said.why.strip():
        return "a part is given and withdrawn for a reason: say it"
    held = roll.parts(signer.person_id, at) if at is not None else frozenset(signer.roles)
    asks = bool(held & TABLE[Action.ASK_PART] or set(roll.enrolled_by) & held)
    gives = bool(held & TABLE[Action.CONFIRM_PART])
    if said.deed is RoleDeed.WITHDRAW:
        return _not_withdrawn(person, said, own=person is signer, may=asks or gives)
    if said.part in person.roles:
        return f"{person.name} is {said.part.value} already"
    if person.current is None:
        return f"{person.name} has no valid key"
    if person.person_id == signer.person_id:
        return "nobody gives a part to themselves: two names, and neither is the one who gets it"
    if (person.roles or ()) and (said.part in ALONE or ALONE & set(person.roles)):
        return f"{person.name} is {' and '.join(person.roles)}: nobody is {said.part.value} beside that"
    if said.asked is None:
        return None if asks else _for(signer, Action.ASK_PART)
    return _not_confirmed(roll, said, signer, may=gives)


def _not_withdrawn(person: Person, said: RoleBody, *, own: bool, may: bool) -> str | None:
    if said.part not in person.roles:
        return f"{person.name} is not {said.part.value}"
    return None if own or may else "a part is withdrawn by whoever may give it, or laid down by its owner"


def _not_confirmed(roll: Roll, said: RoleBody, signer: Person, *, may: bool) -> str | None:
    asked = roll.asked.get(said.asked or -1)
    if asked is None or (asked.person, asked.part) != (said.person, said.part):
        return f"record {said.asked} asked for no such part that is still to be given"
    if asked.by == signer.name:
        return f"{signer.name} asked for it: another person gives it"
    return None if may else _for(signer, Action.CONFIRM_PART)


def _for(signer: Person, action: Action) -> str:
    return (
        f"{signer.name} is {' and '.join(signer.roles) or 'nothing'} here, and to {action.value.replace('_', ' ')}"
        f" is for these alone: {', '.join(sorted(TABLE[action]))}"
    )
