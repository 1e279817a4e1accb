"""10,000 open cases: listed, filtered, opened, queued and moved from the read model, beside the fold over the whole record.

Rules:
- each case is recorded as people's moves are, in a mission of its own, in several states and from several sides;
- what the read model gives is first held equal to what the fold gives;
- prints milliseconds (median and worst of 20), peak memory and the goals; changes nothing outside its own folder.
"""

import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from trucewatch.decide.docket import Lane, docket
from trucewatch.mission.case_list import Wanted, case_in, counted, every_case, listed, waiting
from trucewatch.mission.deeds import body_of, record_move
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.known import known
from trucewatch.mission.views_cases import cases_at_hand
from trucewatch.mission.walk import cases_of
from trucewatch.model.decision import CaseState, Move, MoveKind, Role
from trucewatch.model.vocabulary import Verdict

GOAL_MS, MOVE_GOAL_MS = 100.0, 500.0
START = datetime(2027, 3, 2, tzinfo=UTC)
RECORDED = START + timedelta(days=60)
PAGE = 200


def moves(number: int) -> Iterator[Move]:
    """Yield the moves of one case: up to a finding and a reply, as many as its number says."""
    at = START + timedelta(minutes=7 * number)
    party = ("A", "B", None)[number % 3]
    steps = (
        (MoveKind.OPEN, Role.PARTY if party else Role.ANALYST, f"Source {number % 40}"),
        (MoveKind.TRIAGE, Role.ANALYST, f"Desk {number % 6}"),
        (MoveKind.INQUIRE, Role.VERIFIER, f"Verifier {number % 9}"),
        (MoveKind.FIND, Role.VERIFIER, f"Verifier {number % 9}"),
        (MoveKind.REPLY, Role.PARTY, "Liaison of A"),
    )
    for step, (kind, role, by) in enumerate(steps[: 1 + number % 5]):
        opening = kind is MoveKind.OPEN
        yield Move(
            move_id=f"{number}-{step}",
            case_id=f"case-{number:05d}",
            kind=kind,
            by=f"{by} (unsigned)",
            role=role,
            at=at + timedelta(hours=step),
            words="Fire fell in the zone." * 4,
            party=party if opening else "A" if kind is MoveKind.REPLY else None,
            incident_id=f"i{number}" if opening else None,
            clause_id="exercise-line/EX-1" if opening else None,
            verdict=list(Verdict)[number % 3] if opening else None,
        )


def made(path: Path, cases: int) -> Folder:
    plan = Plan(name="m", agreements=("exercise-line",), zone="UTC", exercise=True, replay=True)
    folder = init(path, plan, by="ann", at=START)
    entries = [
        Entry(kind=Kind.MOVE, author=move.by, body=body_of(move)) for n in range(cases) for move in moves(n)
    ]
    folder.journal.append(entries, at=RECORDED)
    print(f"{cases:,} cases, {len(entries):,} moves recorded")
    return folder


def timed(name: str, doing: Callable[[], object], *, goal: float | None = GOAL_MS, times: int = 20) -> float:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        doing()
        took.append((time.perf_counter() - start) * 1000)
    middle, worst = statistics.median(took), max(took)
    said = "" if goal is None else f"   goal under {goal:g} ms"
    print(f"{name:<58} {middle:9.1f} ms  worst {worst:9.1f} ms{said}")
    return middle


def at_hand(folder: Folder, asked: Callable[..., object]) -> Callable[[], object]:
    """Return a question as a page asks it: the read model opened, brought up to date, asked and closed."""

    def ask() -> object:
        with closing(cases_at_hand(folder)) as connection:
            return asked(connection)

    return ask


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(cases: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = made(Path(place) / "m", cases)
        start, before = time.perf_counter(), peak()
        cases_at_hand(folder).close()
        print(
            f"read model made: {time.perf_counter() - start:.1f} s, peak {peak():.0f} MiB (of it {before:.0f} before)"
        )
        print(f"  views.sqlite: {(folder.path / 'views.sqlite').stat().st_size / 2**20:.1f} MiB")
        found = Wanted(state=CaseState.FOUND, side=Lane.B)
        whole = timed("every case listed", at_hand(folder, listed))
        timed(
            f"a page of {PAGE} listed, with how many there are",
            at_hand(folder, lambda c: (listed(c, most=PAGE), counted(c))),
        )
        part = timed("filtered by state and side", at_hand(folder, lambda c: listed(c, found)))
        timed(
            "filtered by verdict", at_hand(folder, lambda c: listed(c, Wanted(verdict=Verdict.INDETERMINATE)))
        )
        timed("filtered by owner", at_hand(folder, lambda c: listed(c, Wanted(owner="Desk 1 (unsigned)"))))
        one = timed("one opened", at_hand(folder, lambda c: case_in(c, f"case-{cases // 2:05d}")))
        timed("the docket, every lane whole", at_hand(folder, waiting))
        print(f"peak {peak():.0f} MiB")
        slow = timed(
            "peer: the record read and folded, for any of these",
            lambda: cases_of(known(folder.path)),
            goal=None,
            times=3,
        )
        print(
            f"list {slow / whole:.0f}, filter {slow / part:.0f}, open {slow / one:.0f} times as fast as the fold"
        )
        fold = cases_of(known(folder.path))
        with closing(cases_at_hand(folder)) as connection:
            print(
                f"the same cases: {every_case(connection) == fold}; the same docket: {waiting(connection) == docket(fold)}"
            )
        del fold
        move = timed(
            "one move recorded, followed and read back", moved(folder, cases), goal=MOVE_GOAL_MS, times=10
        )
        print(f"a fold of the whole record beside it: {slow / move:.0f} times as long; peak {peak():.0f} MiB")


def moved(folder: Folder, cases: int) -> Callable[[], object]:
    """Return what records one more move, each time of another case, and reads the case back as the command does."""
    waiting = iter(range(0, cases, 5))

    def move() -> object:
        name = f"case-{next(waiting):05d}"
        step = Move(
            move_id="",
            case_id=name,
            kind=MoveKind.TRIAGE,
            by="",
            role=Role.ANALYST,
            at=RECORDED,
            words="Taken up.",
        )
        record_move(folder, step, by="Desk 9", at=RECORDED)
        with closing(cases_at_hand(folder)) as connection:
            return case_in(connection, name)

    return move


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
