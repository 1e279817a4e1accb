"""The emergency override: somebody is given a part for a day at most, in the record, with a reason.

Rules:
- a verifier, a releaser or the body gives it, signed, to another person who has a valid key;
- it gives the part of an analyst, a verifier or a releaser, and never the body's: nobody determines by an override;
- an administrator and whoever speaks for a party are never given one;
- it begins when it is recorded and ends within 24 hours; who had another part in a case keeps it (`decide/apart`);
- while it lasts, and on the day after, it is said aloud (`telling`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from trucewatch.mission.invitations import Part
from trucewatch.mission.people import Override, OverrideBody, Person, Roll

GIVERS = frozenset({Part.VERIFIER, Part.RELEASER, Part.COMMISSION})
GIVEN = frozenset({Part.ANALYST, Part.VERIFIER, Part.RELEASER})
NEVER_GIVEN = frozenset({Part.ADMINISTRATOR, Part.LIAISON_A, Part.LIAISON_B})
LONGEST = timedelta(hours=24)


def why_not_given(
    roll: Roll, said: OverrideBody, *, signer: Person | None, at: datetime | None
) -> str | None:
    """Return why an override is none, None when it is one; `at` is when it was recorded, if it was."""
    person = roll.persons.get(said.person)
    if signer is None or not GIVERS & set(signer.roles):
        who = "nobody signed it" if signer is None else f"{signer.name} may not"
        return f"{who}: an override is signed by a person who is {' or '.join(sorted(GIVERS))}"
    if person is None or person.current is None or person.person_id == signer.person_id:
        return "an override gives a part to somebody else, who has a valid key"
    if NEVER_GIVEN & set(person.roles):
        return f"{person.name} is {' and '.join(person.roles)}: no override gives them a part in cases"
    if said.part not in GIVEN:
        return f"an override gives the part of {' or '.join(sorted(GIVEN))}, and not of {said.part.value}"
    if not said.why.strip():
        return "an override gives its reason"
    if not timedelta(0) < said.until_utc - said.from_utc <= LONGEST:
        return "an override ends within 24 hours"
    if at is not None and not timedelta(0) <= at - said.from_utc <= LONGEST:
        return "an override begins when it is recorded"
    return None


def telling(overrides: Iterable[Override], at: datetime) -> tuple[str, ...]:
    """Return the overrides that hold at a moment, each as a line that is said aloud."""
    return tuple(
        f"EMERGENCY OVERRIDE: {one.name} is {one.part.value} until {one.until_utc:%Y-%m-%d %H:%M}Z,"
        f" by {one.by}: {one.why}"
        for one in overrides
        if one.holds(at)
    )
