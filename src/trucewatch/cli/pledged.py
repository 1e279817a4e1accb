"""The ledger's lines for a terminal: where statements stand, the graph behind one, clocks, what if."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from trucewatch.guarantee.sentences import sentence
from trucewatch.guarantee.versions import drafting
from trucewatch.model.instrument import ClauseTurn, Instrument
from trucewatch.model.response import ClockStanding
from trucewatch.model.standing import ConditionState, Guarantees, LimitTension, Standing, Without
from trucewatch.model.statement import Fact
from trucewatch.model.support import RequirementStanding
from trucewatch.model.undertaking import DueState
from trucewatch.model.vocabulary import Truth

MET = {Truth.YES: "met", Truth.NO: "not met", Truth.UNKNOWN: "unknown"}
Names = Mapping[str, str]


def head(standing: Standing, names: Names) -> str:
    """Return a statement in one line, with the state of its conditions and what records say of it."""
    said = standing.statement
    state = "no condition stated" if standing.met is None else f"conditions {MET[standing.met]}"
    status = f"; {standing.status.value.replace('_', ' ')} by record" if standing.status else ""
    return f"{said.statement_id}  {said.stated_on}  {sentence(said).text(names)}  [{state}{status}]"


def stands(standing: Standing, names: Names) -> Iterator[str]:
    """Yield a statement, and what it promised by when."""
    yield head(standing, names)
    yield from _owed(standing)


def graph(
    ledger: Guarantees, standing: Standing, limits: Sequence[LimitTension], names: Names, *, indent: str = ""
) -> Iterator[str]:
    """Yield a statement with its conditions, the records behind each, what it waits for and stands beside."""
    yield indent + head(standing, names)
    by_key = {f"{s.statement.pack}/{s.statement.statement_id}": s for s in ledger.standings}
    facts = {fact.fact_id: fact for fact in ledger.facts}
    for state in standing.conditions:
        yield f"{indent}  {MET[state.met]}: “{state.condition.as_written}”: {state.because}"
        yield from (f"{indent}    {line}" for line in _records(state, facts))
        if state.awaits in by_key:
            yield from graph(ledger, by_key[state.awaits], limits, names, indent=f"{indent}    ")
    if indent:
        return
    yield from (f"  waits for {awaited}" for awaited in standing.waits_for)
    yield from _owed(standing)
    yield from _said_of(standing)
    beside = (t for t in limits if standing.statement in (t.limited, t.beside))
    yield from (f"  beside a stated limit: {t.because}" for t in beside)


def _records(state: ConditionState, facts: Mapping[str, Fact]) -> Iterator[str]:
    for name in state.fact_ids:
        fact = facts.get(name)
        if fact is None:
            yield f"determination {name}"
        else:
            so = "so" if fact.holds else "not so"
            whose = f" of {fact.whose}" if fact.whose else ""
            since = fact.from_utc.isoformat(timespec="minutes")
            yield f"fact {name}: {fact.kind.value}{whose} {so} from {since}, {fact.recorded_by}, on {fact.rests_on!r}"
    for r in state.counts_as:
        target = r.trigger.value if r.trigger else repr(r.words)
        scope = "/".join(filter(None, (r.pack, r.statement_id))) or "all"
        yield (
            f"counts-as {r.counts_as_id}: {r.kind.value} as {target} for {scope},"
            f" {r.recorded_by}, on {r.rests_on!r}"
        )
    for c in state.contests:
        yield f"contest {c.contest_id}: {c.contested_by} contests {c.of}, {c.recorded_by}, {c.rests_on!r}"


def _owed(standing: Standing) -> Iterator[str]:
    owed = standing.owed
    if owed is None:
        return
    words, day, days = f"“{owed.due.as_written}”", owed.due.on, owed.days
    if owed.state is DueState.DUE:
        yield f"  due {day}, in {days} days: {words} ({owed.due.reading})"
    elif owed.state is DueState.OVERDUE:
        yield f"  overdue by {days} days since {day}: {words} ({owed.due.reading})"
    elif owed.state is DueState.CLOSED:
        yield f"  closed by a record: {words}"
    else:
        yield f"  {days} days old: {words} ({owed.due.reading})"


def _said_of(standing: Standing) -> Iterator[str]:
    if standing.expired:
        yield f"  it was said to hold until {standing.statement.expires}, which has passed"
    if standing.body is not None:
        yield f"  the {standing.body} is the body named for it"
    for status in (*standing.statuses, *standing.not_counted):
        since = status.from_utc.isoformat(timespec="minutes")
        who = status.for_actor or f"the {status.body}"
        counts = "" if status in standing.statuses else ", who may not say so: it does not count"
        yield (
            f"  status {status.status_id}: {status.kind.value} from {since} for {who}{counts},"
            f" {status.recorded_by}, on {status.rests_on!r}"
        )


def given(ledger: Guarantees) -> Iterator[str]:
    """Yield what was given and asked: hubs, support, requirements."""
    for hub in ledger.hubs:
        others = "; only others say so" if hub.said_by_others_only else ""
        withheld = "; its place is on file and withheld" if hub.hub.place_on_file else ""
        who = ", ".join(hub.hub.actors)
        yield f"hub {hub.hub.hub_id}  {who}: {hub.hub.what}: {hub.stage.value} since {hub.since}{others}{withheld}"
    for line in ledger.support:
        stages = (line.promised, line.allocated, line.delivered, line.verified)
        told = ", ".join(
            f"{s.stage.value} {s.quantity.as_written if s.quantity else 'not stated'}" for s in stages if s
        )
        yield f"support {line.line}  {line.actor}: {told}"
    for standing in ledger.requirements:
        yield from _requirement(standing)


def _requirement(standing: RequirementStanding) -> Iterator[str]:
    asked = standing.requirement
    wanted = asked.quantity.as_written if asked.quantity else "how much is not stated"
    yield f"requirement {asked.requirement_id}  {asked.what}: {wanted}"
    for p in standing.pledged:
        most = "and over" if p.most is None else f"to {p.most:,}"
        unsaid = f"; {len(p.not_stated)} state no number" if p.not_stated else ""
        ids = ", ".join(p.statement_ids)
        yield f"  {p.rung.value}, {p.modality.value}: {p.least:,} {most} ({ids}){unsaid}"
    apart = (("claimed", standing.claimed), ("refused", standing.refused), ("withdrawn", standing.withdrawn))
    yield from (f"  {word}, not counted: {', '.join(ids)}" for word, ids in apart if ids)


def clocks(standings: tuple[ClockStanding, ...]) -> Iterator[str]:
    """Yield the clocks, each step with its hour and the record that it was taken."""
    for standing in standings:
        clock = standing.clock
        yield f"clock {clock.clock_id}  {clock.title}: {standing.because}"
        for step in standing.steps:
            ends = step.ends_utc.isoformat(timespec="minutes") if step.ends_utc else "no hour"
            record = f", status {step.status_id}" if step.status_id else ""
            yield f"  {step.step.step_id}  {step.step.what}: {ends}: {step.state.value.replace('_', ' ')}{record}"
        yield "  it advises: every step is a person's record, and nothing follows by itself"


def without_lines(told: Without, names: Names) -> Iterator[str]:
    """Yield what would fail if an actor withdrew."""
    yield f"a question, not a record: what fails if {names.get(told.actor, told.actor)} withdraws"
    yield from (f"its own:  {head(s, names)}" for s in told.own)
    for fallen in told.fallen:
        yield f"fails:    {head(fallen.standing, names)}"
        yield from (f"          {step}" for step in fallen.because)
    for before, after in told.requirements:
        yield f"toward {before.requirement.requirement_id}: {_sums(before)} now, {_sums(after)} then"
    yield from (f"hub:      {h.hub.hub_id}, {h.stage.value}" for h in told.hubs)
    yield from (f"support:  {line.line}" for line in told.support)
    yield from (f"claimed:  {head(s, names)}" for s in told.claimed)
    if not (told.own or told.fallen or told.claimed):
        yield "nothing on record is its own, waits for it, or is said of it"


def _sums(standing: RequirementStanding) -> str:
    sums = (
        f"{p.least:,}{'+' if p.most is None else f' to {p.most:,}'} {p.modality.value}"
        for p in standing.pledged
    )
    return "; ".join(sums) or "nothing"


def instrument(found: Instrument, names: Names) -> Iterator[str]:
    """Yield an instrument: who signed, how it binds, its versions and what changed between them."""
    signed = ", ".join(names.get(code, code) for code in found.signatories) or "signatories not published"
    binds = found.binding.value.replace("_", " ")
    yield f"{found.instrument_id}  {found.title} ({found.kind.value.replace('_', ' ')}): {signed}; binding: {binds}"
    yield from ([f"  read as: {found.correction}"] if found.correction else [])
    for version in found.versions:
        yield f"  {version.version}, {version.state.value}, {version.dated}: {len(version.clauses)} clauses"
    for earlier, later, changes in drafting(found):
        yield f"  from {earlier.version} to {later.version}:"
        for change in changes:
            if change.turn is not ClauseTurn.SAME:
                yield f"    {change.clause_id}: {change.turn.value.replace('_', ' ')}"
                yield from ([f"      - {change.before.words}"] if change.before else [])
                yield from ([f"      + {change.after.words}"] if change.after else [])
