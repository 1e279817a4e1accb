"""Who may do what: every part by every action, tokens that only narrow, and a page that says the same."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import combinations, product
from pathlib import Path

import pytest

from trucewatch.decide.moves import LEGAL
from trucewatch.mission.access import (
    EVERYBODY,
    NOBODY_SIGNED_IN,
    OF_MOVE,
    OF_TOKENS,
    TABLE,
    Action,
    Through,
    Viewer,
    audience_of_viewer,
    may,
    words_of,
)
from trucewatch.mission.invitations import Part
from trucewatch.model.decision import Role
from trucewatch.model.vocabulary import Audience

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/roles.md"
AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
CASE_CONTENT = set(OF_MOVE.values()) | {
    Action.SEE_CASE,
    Action.SEE_ODDS,
    Action.SEE_SOURCE,
    Action.SEE_RECORD,
    Action.SEE_CLOCKS,
    Action.SEARCH,
    Action.EXPORT,
    Action.UNMASK,
}


def viewer(*parts: Part, name: str = "Ann") -> Viewer:
    return Viewer(person="p1", name=name, parts=frozenset(parts), through=Through.KEY)


def printed() -> dict[str, str]:
    rows = re.findall(r"^\| ([a-z ]+) \| ([a-zA-Z:, ]+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    return {action: parts for action, parts in rows if action in {words_of(a) for a in Action}}


def test_a_part_may_do_what_the_printed_page_says_and_nothing_else() -> None:
    said = printed()
    for action, part in product(Action, Part):
        ruling = may(viewer(part), action)
        named = said[words_of(action)]
        assert ruling.allowed == (named == "everybody" or part.value in named.split(", ")), (action, part)
        assert ruling.why.startswith("Ann is ") or action in EVERYBODY
        assert words_of(action) in ruling.why


def test_every_action_has_its_row_and_nobody_signed_in_sees_what_was_released_only() -> None:
    assert TABLE.keys() == set(Action)
    allowed = {action for action in Action if may(NOBODY_SIGNED_IN, action).allowed}
    assert allowed == EVERYBODY
    assert audience_of_viewer(NOBODY_SIGNED_IN) is Audience.PUBLIC


def test_an_administrator_has_no_part_in_any_case() -> None:
    for action in CASE_CONTENT:
        assert not may(viewer(Part.ADMINISTRATOR), action).allowed
    assert audience_of_viewer(viewer(Part.ADMINISTRATOR)) is Audience.PUBLIC


def test_whoever_may_make_a_move_by_the_table_of_moves_may_by_the_table_of_parts() -> None:
    as_role = {
        Role.ANALYST: {Part.ANALYST},
        Role.VERIFIER: {Part.VERIFIER},
        Role.BODY: {Part.COMMISSION},
        Role.PARTY: {Part.LIAISON_A, Part.LIAISON_B},
        Role.PUBLIC: set(),
    }
    for (_, kind), (roles, _) in LEGAL.items():
        for role in roles:
            assert as_role.get(role, set()) <= TABLE[OF_MOVE[kind]], (kind, role)


def test_whoever_speaks_for_a_party_is_shown_its_projection_whatever_else_they_are() -> None:
    for part in set(Part) - {Part.LIAISON_A, Part.LIAISON_B}:
        assert audience_of_viewer(viewer(part, Part.LIAISON_A)) is Audience.PARTY_A
        assert audience_of_viewer(viewer(part, Part.LIAISON_B)) is Audience.PARTY_B
    assert audience_of_viewer(viewer(Part.LIAISON_A, Part.LIAISON_B)) is Audience.PUBLIC


def test_no_second_part_takes_away_what_a_first_one_allows() -> None:
    for one, other in combinations(Part, 2):
        for action in Action:
            both = may(viewer(one, other), action).allowed
            assert both == (may(viewer(one), action).allowed or may(viewer(other), action).allowed)


def token(*scopes: Action, areas: frozenset[str] | None = None, until: datetime | None = None) -> Viewer:
    return Viewer(
        person="p1",
        name="Ann",
        parts=frozenset({Part.ANALYST}),
        through=Through.TOKEN,
        scopes=frozenset(scopes),
        areas=areas,
        until=until,
    )


@pytest.mark.parametrize(
    ("made", "action", "area", "after_h", "allowed"),
    [
        (token(Action.SEE_CASE), Action.SEE_CASE, None, 0, True),
        (token(Action.SEE_CASE), Action.SEE_SOURCE, None, 0, False),
        (token(Action.SEE_AUDIT), Action.SEE_AUDIT, None, 0, False),  # more than its person may
        (token(), Action.SEE_RELEASED, None, 0, False),
        (token(Action.SEE_CASE, areas=frozenset({"UA-14"})), Action.SEE_CASE, "UA-14", 0, True),
        (token(Action.SEE_CASE, areas=frozenset({"UA-14"})), Action.SEE_CASE, "UA-09", 0, False),
        (token(Action.SEE_CASE, areas=frozenset({"UA-14"})), Action.SEE_CASE, None, 0, False),
        (token(Action.SEE_CASE, until=AT), Action.SEE_CASE, None, -1, True),
        (token(Action.SEE_CASE, until=AT), Action.SEE_CASE, None, 0, False),
    ],
)
def test_a_token_only_narrows(
    made: Viewer, action: Action, area: str | None, after_h: int, *, allowed: bool
) -> None:
    ruling = may(made, action, area=area, at=AT + timedelta(hours=after_h))
    assert (ruling.allowed, bool(ruling.why)) == (allowed, True)


def test_no_token_is_made_for_a_move() -> None:
    assert not OF_TOKENS & set(OF_MOVE.values())
