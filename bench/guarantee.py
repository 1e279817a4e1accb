"""10,000 statements with 50,000 conditions at 1,000 dates, beside the slow and obvious reading.

Rules:
- conditions are of every sort: triggers of several agreements and of named parties, bodies'
  determinations, days, alternatives, and other statements in chains;
- the slow reading (tests/guarantee/slow_ledger.py) is run on a sample of statements and dates, and every
  state of it must be the engine's; its seconds for the whole are reckoned from the sample;
- prints seconds, peak memory and the goal; changes nothing.
"""

import random
import resource
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from trucewatch.guarantee.guarantee import guarantee
from trucewatch.guarantee.states import NONE_STATED, NOT_SAID, states
from trucewatch.model.annotation import Annotations, Contest, CountsAs, Status, StatusKind, Withdrawal
from trucewatch.model.decision import Determination, Outcome
from trucewatch.model.statement import (
    Fact,
    FactKind,
    Modality,
    Rung,
    StatedCondition,
    Statement,
    StatementKind,
)

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "guarantee"))
from slow_ledger import slow_states

GOAL_S = 5.0
STATEMENTS, CONDITIONS, DATES, FACTS = 10_000, 5, 1_000, 5_000
START = datetime(2026, 1, 1, tzinfo=UTC)
AGREEMENTS = [None, *(f"agreement-{n}" for n in range(20))]
PARTIES = [None, *("FR", "GB", "DE", "US", "UA")]
BODIES = [f"Commission {n}" for n in range(10)]
PERSONS = [f"Person {n} (unsigned)" for n in range(8)]
TRIGGERS = [kind for kind in FactKind if kind not in (FactKind.BREACH_DETERMINED, FactKind.ATTACK_DETERMINED)]


def condition(n: int, dice: random.Random) -> StatedCondition:
    sort = dice.random()
    either = dice.choice([None, None, None, "one of these"])
    if sort < 0.75:
        trigger = dice.choice(TRIGGERS)
        whose = (
            dice.choice(PARTIES) if trigger in (FactKind.BACKER_BACKS, FactKind.PARLIAMENT_APPROVED) else None
        )
        return StatedCondition(
            as_written="x", trigger=trigger, agreement=dice.choice(AGREEMENTS), whose=whose, either=either
        )
    if sort < 0.85:
        return StatedCondition(
            as_written="x", trigger=FactKind.BREACH_DETERMINED, by_body=dice.choice(BODIES), either=either
        )
    if sort < 0.93 or n == 0:
        day = (START + timedelta(days=dice.randrange(1000))).date()
        return StatedCondition(as_written="x", trigger=None, on=day, either=either)
    other = f"S{dice.randrange(max(0, n - 500), n)}"
    return StatedCondition(as_written="x", trigger=None, awaits=other, either=either)


def statement(n: int, dice: random.Random) -> Statement:
    return Statement(
        statement_id=f"S{n}",
        kind=StatementKind.COMMITMENT,
        actors=("G",),
        said_by="Envoy",
        action="send",
        what="sensors",
        modality=Modality.WILL,
        rung=Rung.STATEMENT,
        conditions=tuple(condition(n, dice) for _ in range(CONDITIONS)),
        stated_on=date(2025, 12, 1) + timedelta(days=dice.randrange(100)),
        place=None,
        domains=(),
        quantity=None,
        component=None,
        undated=None,
        language="en",
        quote=None,
        document="D",
        source="D",
        pack="bench",
        exercise=True,
    )


def fact(n: int, dice: random.Random) -> Fact:
    return Fact(
        fact_id=f"F{n}",
        kind=dice.choice(TRIGGERS),
        holds=dice.random() < 0.8,
        from_utc=START + timedelta(minutes=dice.randrange(1000 * 1440)),
        recorded_by=dice.choice(PERSONS),
        rests_on="a letter",
        agreement=dice.choice(AGREEMENTS),
        whose=dice.choice(PARTIES),
    )


def determination(n: int, dice: random.Random) -> Determination:
    return Determination(
        case_id=f"C{n}",
        body=dice.choice(BODIES),
        outcome=dice.choice(list(Outcome)),
        clause_id=f"{dice.choice(AGREEMENTS[1:])}/1",
        at=START + timedelta(minutes=dice.randrange(1000 * 1440)),
        standard_of_proof="reasonable grounds",
        by=PERSONS[0],
        words="",
        move_id=f"M{n}",
    )


def annotations(dice: random.Random) -> Annotations:
    pairs = [dice.sample(TRIGGERS, 2) for _ in range(40)]
    return Annotations(
        counts_as=tuple(
            CountsAs(
                counts_as_id=f"R{n}",
                kind=kind,
                trigger=trigger,
                words=None,
                pack="bench",
                statement_id=f"S{dice.randrange(STATEMENTS)}" if n % 2 else None,
                recorded_by=dice.choice(PERSONS),
                rests_on="a reading",
            )
            for n, (kind, trigger) in enumerate(pairs)
        ),
        contests=tuple(
            Contest(
                contest_id=f"K{n}",
                of=f"F{dice.randrange(FACTS)}" if n % 2 else f"R{n}",
                contested_by="B",
                recorded_by=PERSONS[1],
                rests_on="x",
            )
            for n in range(40)
        ),
        withdrawals=tuple(
            Withdrawal(
                withdrawal_id=f"W{n}",
                of=f"F{dice.randrange(FACTS)}",
                recorded_by=dice.choice(PERSONS),
                rests_on="x",
            )
            for n in range(200)
        ),
        statuses=tuple(
            Status(
                status_id=f"T{n}",
                of=f"bench/S{dice.randrange(STATEMENTS)}",
                kind=dice.choice(list(StatusKind)),
                from_utc=START + timedelta(minutes=dice.randrange(1000 * 1440)),
                for_actor="G",
                body=None,
                recorded_by=PERSONS[2],
                rests_on="x",
            )
            for n in range(300)
        ),
    )


def peak_mib() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)


def main() -> int:
    dice = random.Random(20260106)
    said = [statement(n, dice) for n in range(STATEMENTS)]
    facts = [fact(n, dice) for n in range(FACTS)]
    made = [determination(n, dice) for n in range(500)]
    notes = annotations(dice)
    moments = [START + timedelta(days=n, hours=12) for n in range(DATES)]

    start = time.perf_counter()
    told = states(said, facts, made, moments, annotations=notes)
    seconds = time.perf_counter() - start
    shares = {t: round(float((told.met == t).mean()), 2) for t in np.unique(told.met)}
    print(
        f"{STATEMENTS:,} statements, {STATEMENTS * CONDITIONS:,} conditions, {DATES:,} dates: {seconds:.2f} s"
    )
    print(f"(goal: under {GOAL_S:.0f} s), peak {peak_mib():,.0f} MiB; shares by state {shares}")

    start = time.perf_counter()
    ledger = guarantee(said, facts, made, at=moments[-1], annotations=notes)
    print(
        f"the ledger of one moment with its reasons: {time.perf_counter() - start:.2f} s, {len(ledger.standings):,}"
    )

    sample, dates = [s for s in said if not any(c.awaits for c in s.conditions)][:100], moments[::100]
    rows = {key: row for row, key in enumerate(told.keys)}
    start, differ = time.perf_counter(), 0
    for moment in dates:
        column = moments.index(moment)
        for key, value in slow_states(sample, facts, made, notes, moment).items():
            code = NONE_STATED if value is None else NOT_SAID if value == "not said" else int(value)
            differ += int(told.met[rows[key], column]) != code
    slow = time.perf_counter() - start
    whole = slow * STATEMENTS * DATES / (len(sample) * len(dates))
    print(
        f"the slow reading: {slow:.1f} s for {len(sample) * len(dates):,} states, about {whole / 3600:,.0f} h for all"
    )
    print(f"{differ} of them differ (goal: 0)")
    return int(seconds > GOAL_S or differ > 0)


if __name__ == "__main__":
    sys.exit(main())
