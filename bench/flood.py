"""30,000 allegations in a day by one side: how long the other side's wait, before and after.

Rules:
- all are recorded as people's moves, in one mission, and queued by the read model as the desk sees them;
- the desk takes one a turn from the start; waits are in turns, so that no clock is in them;
- prints medians of both sides and the goal; changes nothing outside its own folder.
"""

import statistics
import sys
import tempfile
import time
from collections import deque
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from trucewatch.decide.docket import Lane, taken
from trucewatch.mission.case_list import waiting
from trucewatch.mission.deeds import body_of
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.views_cases import cases_at_hand
from trucewatch.model.decision import Move, MoveKind, Role

START = datetime(2027, 3, 2, tzinfo=UTC)
USUAL, PEOPLE, GOAL = 200, 7, 1.10


def filed(folder: Folder, party: str, count: int) -> None:
    """Record `count` allegations of one party, spread over a day and over its people."""
    moves = [
        Move(
            move_id=f"{party}{number}",
            case_id=f"case-{party}-{number:05d}",
            kind=MoveKind.OPEN,
            by=f"Liaison {number % PEOPLE} of {party} (unsigned)",
            role=Role.PARTY,
            at=START + timedelta(days=1) / count * number,
            words="Fire fell in the zone.",
            party=party,
            incident_id=f"{party}{number}",
            clause_id="exercise-line/EX-1",
        )
        for number in range(count)
    ]
    entries = [Entry(kind=Kind.MOVE, author=move.by, body=body_of(move)) for move in moves]
    folder.journal.append(entries, at=START + timedelta(days=2))


def waits(folder: Folder) -> dict[Lane, list[int]]:
    """Return the turns that each allegation waits, lane by lane."""
    with closing(cases_at_hand(folder)) as connection:
        lanes = {lane: deque(held) for lane, held in waiting(connection).items()}
    found: dict[Lane, list[int]] = {lane: [] for lane in Lane}
    turn = 0
    while any(lanes.values()):
        one = taken(lanes, turn)
        if one is not None:
            lanes[one.lane].popleft()
            found[one.lane].append(turn)
        turn += 1
    return found


def main(flood: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        plan = Plan(name="m", agreements=("exercise-line",), zone="UTC", exercise=True, replay=True)
        folder = init(Path(place) / "m", plan, by="ann", at=START)
        filed(folder, "B", USUAL)
        quiet = statistics.median(waits(folder)[Lane.B])
        start = time.perf_counter()
        filed(folder, "A", flood)
        recorded = time.perf_counter() - start
        start = time.perf_counter()
        after = waits(folder)
        told = time.perf_counter() - start
        print(
            f"{flood:,} allegations by A in a day, {USUAL} by B: recorded in {recorded:.1f} s, queued in {told:.1f} s"
        )
        flooded = statistics.median(after[Lane.B])
        print(
            f"median wait of B: {quiet:g} turns before, {flooded:g} after: {flooded / quiet - 1:+.1%} (goal at most +10 %)"
        )
        print(f"median wait of A: {statistics.median(after[Lane.A]):g} turns")
        assert flooded <= GOAL * quiet


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000)
