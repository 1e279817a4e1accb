"""What the verbs of `case` share: a move that is made, recorded, and told by where it left its case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime

import click

from trucewatch.cli.asking import sees_whole
from trucewatch.cli.options import Verb, as_json, by_whom, columns, in_mission, say
from trucewatch.errors import InputError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.case_list import case_in
from trucewatch.mission.clock import now
from trucewatch.mission.deeds import record_move
from trucewatch.mission.folder import opened
from trucewatch.mission.following import standing
from trucewatch.mission.views_cases import FAMILY, cases_at_hand, marks
from trucewatch.model.decision import Case, Move, MoveKind, Remedy, Role
from trucewatch.model.gate import stamp
from trucewatch.model.vocabulary import Audience

A_CASE = click.argument("case_id", metavar="CASE")
A_PARTY = click.Choice(["A", "B"])


def recording(verb: Verb) -> Verb:
    """Add what every verb that moves a case takes: the case, where, by whom, how it is printed."""
    return A_CASE(in_mission(by_whom(as_json(verb))))


def wording(why: str) -> Callable[[Verb], Verb]:
    """Return what adds --words, whose help is `why`."""
    return click.option("--words", required=True, metavar="WORDS", help=why)


def plain_move(
    name: str, kind: MoveKind, roles: Sequence[Role], *, help_: str, why: str, party: bool = False
) -> click.Command:
    """Return a verb for a move that states nothing but its words and, where a party may make it, whose it is."""

    @click.command(name, help=help_, short_help=help_)
    @click.option(
        "--role",
        type=click.Choice([role.value for role in roles]),
        default=roles[0].value,
        show_default=True,
        help="In what capacity.",
        hidden=len(roles) == 1,
    )
    @click.option("--party", type=A_PARTY, default=None, help="For which party.", hidden=not party)
    @wording(why)
    @recording
    def verb(
        case_id: str,
        words: str,
        role: str,
        party: str | None,
        folder: str,
        by: str,
        key: SignerKey | None,
        at: datetime | None,
        json_: bool,
    ) -> None:
        move = move_of(kind, case_id, Role(role), words, at=at, party=party)
        recorded(folder, move, by=by, key=key, at=at, json_=json_)

    return verb


def move_of(
    kind: MoveKind, case_id: str, role: Role, words: str, *, at: datetime | None, party: str | None = None
) -> Move:
    """Return a move without its id and author, at `at` or now."""
    moment = at or now()
    return Move(move_id="", case_id=case_id, kind=kind, by="", role=role, at=moment, words=words, party=party)


def recorded(
    folder: str, move: Move, *, by: str, key: SignerKey | None, at: datetime | None, json_: bool
) -> None:
    """Record a move and print where it left its case."""
    stands(folder, record_move(opened(folder), move, by=by, key=key, at=at), json_)


def stands(folder: str, move: Move, json_: bool) -> None:
    """Print where a move left its case."""
    mission = opened(folder)
    with closing(cases_at_hand(mission)) as desk:
        case, (exercise, replay) = case_in(desk, move.case_id), marks(desk)
        roll = standing(desk, FAMILY, mission.journal.key).roll
    mark = stamp(Audience.INTERNAL, exercise=exercise, replay=replay)
    if sees_whole(mission, roll):
        say(json_, mark, lines(case), {"case": case})
        return
    bare = {"case_id": case.case_id, "state": case.state, "move_id": move.move_id}
    say(json_, mark, [f"{case.case_id}: {case.state.value}"], {"case": bare})


def found(cases: Sequence[Case], case_id: str) -> Case:
    """Return the case of this id; raises InputError when there is none."""
    for case in cases:
        if case.case_id == case_id:
            return case
    raise InputError(f"there is no case {case_id!r}: `trucewatch case list` lists them")


def lines(case: Case) -> Iterator[str]:
    """Yield a case in words: where it stands, its moves, what was decided, who dissents, what is due."""
    yield f"{case.case_id}: {case.state.value}, under {case.clause_id}, incident {case.incident_id}"
    if case.joined_to is not None:
        yield f"joined to {case.joined_to}"
    yield from columns(
        [[f"{m.at:%Y-%m-%d %H:%M}Z", m.kind.value, m.by, m.role.value, m.words] for m in case.moves]
    )
    for made in case.earlier:
        yield f"earlier, no longer standing: {made.body}: {made.outcome.value} ({made.standard_of_proof})"
    if case.determination is not None:
        made = case.determination
        yield f"determined by {made.body}: {made.outcome.value} ({made.standard_of_proof})"
    for dissent in case.dissents:
        seat = f", {dissent.seat}" if dissent.seat else ""
        yield f"dissent of {dissent.by}{seat}: {dissent.words}"
    for remedy in case.remedies:
        yield _remedy(remedy)


def _remedy(remedy: Remedy) -> str:
    due = f", due {remedy.due_utc:%Y-%m-%d %H:%M}Z" if remedy.due_utc else ""
    owner = f"{remedy.owner}: " if remedy.owner else ""
    if remedy.done_utc is None:
        return f"remedy: {owner}{remedy.words}{due}; not shown to be done"
    late = " (late)" if remedy.late else ""
    rests = ", ".join(remedy.evidence)
    return f"remedy: {owner}{remedy.words}{due}; done {remedy.done_utc:%Y-%m-%d %H:%M}Z{late}, on {rests}"
