"""`trucewatch fact`: somebody's record that something is so, and what others record about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import click

from trucewatch.cli.asking import as_viewer, shown
from trucewatch.cli.options import Verb, as_json, as_known, by_whom, in_mission, moment, nothing, say
from trucewatch.log.keys import SignerKey
from trucewatch.mission.access import Action
from trucewatch.mission.deeds import record_fact
from trucewatch.mission.folder import opened
from trucewatch.mission.known import known
from trucewatch.mission.pledges import (
    record_contest,
    record_counts_as,
    record_notice,
    record_status,
    record_withdrawal,
)
from trucewatch.model.annotation import StatusKind
from trucewatch.model.condition import Stated
from trucewatch.model.notice import Notice
from trucewatch.model.statement import FactKind

KINDS = click.Choice([kind.value for kind in FactKind])
STATED = click.Choice([stated.value for stated in Stated])
STATUSES = click.Choice([kind.value for kind in StatusKind])
A_FACT = "KIND"


def recording(*, on: str) -> Callable[[Verb], Verb]:
    """Return what adds the options of every verb that records: --on, whose help is `on`, where, by whom, how."""
    rests_on = click.option("--on", required=True, metavar="WORDS", help=on)
    return lambda verb: rests_on(in_mission(by_whom(as_json(verb))))


class Facts(click.Group):
    """What can be recorded of facts; a word that is none of its verbs is the kind of a fact."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take options that come before the kind as the fact's own."""
        options = bool(args) and args[0].startswith("-") and args[0] not in ("-h", "--help")
        return super().parse_args(ctx, [A_FACT, *args] if options else args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the verb, or for a kind of fact the verb that records one."""
        if args[0] in self.commands:
            return super().resolve_command(ctx, args)
        return A_FACT, self.commands[A_FACT], args


@click.group("fact", cls=Facts, short_help="Record that something is so, from when, by whom, on what.")
def command() -> None:
    """Record that something is so, and what others say of such a record.

    `trucewatch fact KIND --from TIME --on WORDS` records a fact of that kind; `trucewatch fact KIND --help`
    says more. Nothing that was recorded is ever changed: it is contested, or withdrawn by its recorder.
    """


@command.command(A_FACT, short_help="Record that KIND is so from a moment on.")
@click.argument("kind", type=KINDS, metavar="KIND")
@click.option("--from", "from_utc", type=moment, required=True, metavar="TIME", help="Since when it is so.")
@click.option("--not", "denied", is_flag=True, help="It is not so.")
@click.option("--agreement", default=None, metavar="NAME", help="The agreement it is about.")
@click.option("--body", default=None, metavar="NAME", help="The body that found it.")
@click.option(
    "--whose", default=None, metavar="CODE", help="Whose signature, parliament or backing it is of."
)
@click.option("--contested-by", multiple=True, metavar="NAME", help="Who contests it; repeat for more.")
@recording(on="What it rests on.")
def fact(
    kind: str,
    from_utc: datetime,
    on: str,
    denied: bool,
    agreement: str | None,
    body: str | None,
    whose: str | None,
    contested_by: tuple[str, ...],
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Record that KIND is so from a moment on: one of the triggers that guarantees wait for."""
    made = record_fact(
        opened(folder),
        kind=FactKind(kind),
        holds=not denied,
        from_utc=from_utc,
        by=by,
        on=on,
        agreement=agreement,
        body=body,
        contested_by=contested_by,
        whose=whose,
        key=key,
        at=at,
    )
    so = "so" if made.holds else "not so"
    line = f"recorded: {kind} is {so} from {from_utc.isoformat()}, by {made.recorded_by}, on {on!r}"
    say(json_, known(folder).mark(), [line, f"fact {made.fact_id}"], {"fact": made})


@command.command("list")
@in_mission
@as_viewer
@as_known
@as_json
def listed(folder: str, known_at: datetime | None, json_: bool) -> None:
    """List the facts on record, with what was recorded about them; steps of clocks are not in it."""
    shown(folder, Action.SEE_CASE, "facts")
    record = known(folder, known_at=known_at)
    notes = record.annotations.without_steps
    facts = [
        f"{f.fact_id[:8]}  {f.kind.value} {'so' if f.holds else 'not so'} from {f.from_utc.isoformat()}"
        f"  {f.recorded_by}, on {f.rests_on!r}"
        for f in record.facts
    ]
    read = [
        f"{r.counts_as_id[:8]}  {r.kind.value} counts as {r.trigger.value if r.trigger else repr(r.words)}"
        f" for {'/'.join(filter(None, (r.pack, r.statement_id))) or 'all'}  {r.recorded_by}, on {r.rests_on!r}"
        for r in notes.counts_as
    ]
    contests = [
        f"{c.contest_id[:8]}  {c.contested_by} contests {c.of[:8]}, {c.rests_on!r}" for c in notes.contests
    ]
    statuses = [
        f"{s.status_id[:8]}  {s.of} is {s.kind.value} from {s.from_utc.isoformat()}"
        f"  for {s.for_actor or s.body}, {s.recorded_by}, on {s.rests_on!r}"
        for s in notes.statuses
    ]
    taken = [
        f"{w.withdrawal_id[:8]}  {w.recorded_by} withdraws {w.of[:8]}, {w.rests_on!r}"
        for w in notes.withdrawals
    ]
    notices = [
        f"{n.record[:8]}  {n.by} states{' not' if n.denies else ''} {n.stated.value}"
        f"  {n.from_utc.isoformat()} to {n.to_utc.isoformat()}{_of(n)}, {n.recorded_by}, on {n.rests_on!r}"
        for n in notes.notices
    ]
    lines = [*facts, *read, *contests, *statuses, *notices, *taken]
    whole = {"facts": record.facts, "annotations": notes}
    say(json_, record.mark(), [*lines, *nothing(lines, "no fact is on record")], whole)


def _of(notice: Notice) -> str:
    """Return what a notice is of: whose act, where, which exception, which incident."""
    place = (
        f"within {notice.radius_m:g} m of {notice.lon:g} {notice.lat:g}"
        if notice.lon is not None and notice.lat is not None and notice.radius_m is not None
        else notice.area_id
    )
    said = {
        "of party": notice.party,
        "at": place,
        "under": notice.clause_id,
        "of incident": notice.incident_id,
    }
    return "".join(f", {word} {what}" for word, what in said.items() if what)


@command.command("counts-as")
@click.argument("kind", type=KINDS, metavar="KIND")
@click.argument("trigger", type=KINDS, metavar="TRIGGER", required=False)
@click.option("--words", default=None, metavar="WORDS", help="A condition's words that name no trigger.")
@click.option("--statement", default=None, metavar="ID", help="For this statement only.")
@click.option("--pack", default=None, metavar="NAME", help="For the statements of this pack only.")
@recording(on="Why it is read so.")
def counts_as(
    kind: str,
    trigger: str | None,
    words: str | None,
    statement: str | None,
    pack: str | None,
    on: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Record somebody's reading: a fact of KIND counts as TRIGGER, or meets a condition's own WORDS."""
    made = record_counts_as(
        opened(folder),
        kind=FactKind(kind),
        trigger=FactKind(trigger) if trigger else None,
        words=words,
        statement=statement,
        pack=pack,
        by=by,
        on=on,
        key=key,
        at=at,
    )
    scope = "/".join(filter(None, (made.pack, made.statement_id))) or "all statements"
    line = (
        f"recorded: {kind} counts as {trigger or repr(words)} for {scope}, by {made.recorded_by}, on {on!r}"
    )
    say(json_, known(folder).mark(), [line, f"counts-as {made.counts_as_id}"], {"counts_as": made})


@command.command("contest")
@click.argument("of", metavar="ID")
@click.option("--contested-by", required=True, metavar="NAME", help="Who does not accept it.")
@recording(on="Why.")
def contest(
    of: str,
    contested_by: str,
    on: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Record that somebody does not accept the fact, or the counts-as, whose id begins with ID."""
    made = record_contest(opened(folder), of=of, contested_by=contested_by, by=by, on=on, key=key, at=at)
    line = f"recorded: {contested_by} contests {made.of[:8]}, by {made.recorded_by}, {on!r}"
    say(json_, known(folder).mark(), [line, f"contest {made.contest_id}"], {"contest": made})


@command.command("withdraw")
@click.argument("of", metavar="ID")
@recording(on="Why.")
def withdraw(
    of: str, on: str, folder: str, by: str, key: SignerKey | None, at: datetime | None, json_: bool
) -> None:
    """Take back one's own fact, counts-as, contest or status, whose id begins with ID."""
    made = record_withdrawal(opened(folder), of=of, by=by, on=on, key=key, at=at)
    line = f"recorded: {made.recorded_by} withdraws {made.of[:8]}, {on!r}"
    say(json_, known(folder).mark(), [line, f"withdrawal {made.withdrawal_id}"], {"withdrawal": made})


@command.command("status")
@click.argument("of", metavar="ID")
@click.argument("kind", type=STATUSES, metavar="STATUS")
@click.option("--from", "from_utc", type=moment, required=True, metavar="TIME", help="Since when it is so.")
@click.option("--for", "for_actor", default=None, metavar="CODE", help="The actor that says so of its own.")
@click.option("--body", default=None, metavar="NAME", help="The body that says so.")
@recording(on="What it rests on.")
def status(
    of: str,
    kind: str,
    from_utc: datetime,
    for_actor: str | None,
    body: str | None,
    on: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Record that statement ID is in_force, done, withdrawn or broken, or that CLOCK/STEP is done."""
    made = record_status(
        opened(folder),
        of=of,
        kind=StatusKind(kind),
        from_utc=from_utc,
        for_actor=for_actor,
        body=body,
        by=by,
        on=on,
        key=key,
        at=at,
    )
    who = for_actor or f"the {body}"
    line = f"recorded: {made.of} is {kind} from {from_utc.isoformat()} for {who}, by {made.recorded_by}, on {on!r}"
    say(json_, known(folder).mark(), [line, f"status {made.status_id}"], {"status": made})


@command.command("notice")
@click.argument("stated", type=STATED, metavar="STATED")
@click.option("--stated-by", required=True, metavar="NAME", help="Who states it: A, B, or another by name.")
@click.option("--stated-at", type=moment, required=True, metavar="TIME", help="When it was stated.")
@click.option(
    "--from", "from_utc", type=moment, required=True, metavar="TIME", help="The period it speaks of."
)
@click.option("--to", "to_utc", type=moment, required=True, metavar="TIME", help="The end of that period.")
@click.option("--party", type=click.Choice(["A", "B"]), default=None, help="Whose act it speaks of.")
@click.option("--area", default=None, metavar="ID", help="The area or zone it speaks of.")
@click.option(
    "--place", type=(float, float, float), default=None, metavar="LON LAT METRES", help="The place."
)
@click.option("--clause", default=None, metavar="AGREEMENT/ID", help="The exception that is relied on.")
@click.option("--incident", default=None, metavar="ID", help="The one incident it speaks of.")
@click.option("--not", "denies", is_flag=True, help="It states the opposite.")
@recording(on="What it was read in.")
def notice(
    stated: str,
    stated_by: str,
    stated_at: datetime,
    from_utc: datetime,
    to_utc: datetime,
    party: str | None,
    area: str | None,
    place: tuple[float, float, float] | None,
    clause: str | None,
    incident: str | None,
    denies: bool,
    on: str,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Record what somebody states of incidents: an order, a warning, a notice, an exception relied on.

    It says that it was stated, not that it is true; assessments weigh it as their clauses say.
    """
    lon, lat, radius_m = place or (None, None, None)
    given = Notice(
        stated=Stated(stated),
        record="",
        by=stated_by,
        at=stated_at,
        from_utc=from_utc,
        to_utc=to_utc,
        party=party,
        area_id=area,
        lon=lon,
        lat=lat,
        radius_m=radius_m,
        clause_id=clause,
        incident_id=incident,
        denies=denies,
        rests_on=on,
    )
    made = record_notice(opened(folder), given, by=by, key=key, at=at)
    line = (
        f"recorded: {stated_by} states{' not' if denies else ''} {stated}, by {made.recorded_by}, on {on!r}"
    )
    say(json_, known(folder).mark(), [line, f"notice {made.record}"], {"notice": made})
