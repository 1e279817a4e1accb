"""Every step of a release, from wherever it stands, by everybody who had a part in it: as the one table says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from trucewatch.mission.access import OF_KIND, TABLE
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.people import Roll
from trucewatch.mission.release_rules import (
    LEGAL_STEPS,
    STEPS,
    Before,
    Proposal,
    Release,
    Releases,
    ReleaseState,
    Withheld,
    release_step,
)
from trucewatch.model.canonical import Json
from trucewatch.model.vocabulary import Audience

AT = datetime(2027, 3, 2, tzinfo=UTC)
PAGE = Path(__file__).resolve().parents[2] / "docs/reference/roles.md"
POLICY: dict[str, object] = {"k_origins": 2}
PEOPLE = {"Proposer": Before.PROPOSED, "Author": Before.HAD_A_HAND, "Other": None}
PROPOSAL = Proposal(
    release_id="release-1",
    audience=Audience.PUBLIC,
    from_utc=AT,
    to_utc=AT.replace(day=3),
    at=AT,
    policy=POLICY,
    files={},
    withheld=Withheld(root="", size=0, item="0" * 64),
    cases=("c1",),
    recorded_by="Proposer (unsigned)",
)
MADE = Release(
    proposal=PROPOSAL, digest="d", seq=1, state=ReleaseState.PROPOSED, proposed_by="Proposer (unsigned)"
)


def standing(state: ReleaseState | None) -> Releases:
    made = {} if state is None else {"release-1": replace(MADE, state=state)}
    return Releases(made=made, policies={"public": POLICY}, hands={"c1": frozenset({"author"})})


def step(kind: Kind, name: str) -> Entry:
    who = f"{name} (unsigned)"
    body: dict[str, Json] = {
        "release_id": "release-1",
        "proposal": "d",
        "recorded_by": who,
        "why": "EXERCISE",
    }
    if kind is Kind.RELEASE_PROPOSED:
        body = {
            "release_id": "release-1",
            "audience": "public",
            "policy": {"k_origins": 2},
            "files": {},
            "from_utc": "2027-03-02T00:00:00Z",
            "to_utc": "2027-03-03T00:00:00Z",
            "at": "2027-03-02T00:00:00Z",
            "cases": ["c1"],
            "recorded_by": who,
            "withheld": {"root": "", "size": 0, "item": "0" * 64},
        }
    return Entry(kind=kind, author=who, body=body, rests_on=("0" * 64,))


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_every_step_from_every_state_by_everybody_is_as_the_table_says(kind: Kind) -> None:
    for state, (name, did) in product((None, *ReleaseState), PEOPLE.items()):
        leads = LEGAL_STEPS.get((state, kind))
        after, why = release_step(standing(state), step(kind, name), Roll(), seq=2, at=AT)
        allowed = leads is not None and did not in leads[1]
        assert (why is None) == allowed, (state, kind, name, why)
        if leads is not None and allowed:
            assert after.made["release-1"].state is leads[0]
        else:
            assert after == standing(state)
            assert why


def test_the_table_of_steps_is_printed_and_names_the_parts() -> None:
    text = PAGE.read_text("utf-8")
    for (state, kind), (after, not_whose) in LEGAL_STEPS.items():
        parts = ", ".join(sorted(TABLE[OF_KIND[kind]]))
        whose = ", ".join(sorted(not_whose)) or "nobody"
        row = f"| {state.value if state else 'none'} | {kind.value.replace('_', ' ')} | {parts} | {whose} | {after.value} |"
        assert row in text, row
