"""`trucewatch guarantee`: what was promised, on which conditions, what changed, and what is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

import click

from trucewatch.cli.asking import as_viewer, asked
from trucewatch.cli.asking import shown as may_see
from trucewatch.cli.ledger_page import LedgerPage
from trucewatch.cli.options import (
    DAY,
    as_json,
    as_known,
    cleared,
    for_audience,
    in_mission,
    moment,
    nothing,
    put,
    say,
    warn,
)
from trucewatch.cli.pledged import clocks as clock_lines
from trucewatch.cli.pledged import given, graph, instrument, stands, without_lines
from trucewatch.errors import InputError
from trucewatch.guarantee.difference import difference, tensions
from trucewatch.guarantee.limits import limit_tensions
from trucewatch.guarantee.sentences import paragraph, sentence
from trucewatch.guarantee.without import without
from trucewatch.mission.access import Action
from trucewatch.mission.clock import now
from trucewatch.mission.content import organisations, phrases
from trucewatch.mission.for_audience import cases_for, known_for
from trucewatch.mission.known import Known, known
from trucewatch.mission.pledges import clocks_for, ledger_at
from trucewatch.mission.walk import cases_of
from trucewatch.model.decision import Case
from trucewatch.model.gate import audience_of
from trucewatch.model.instrument import Instrument
from trucewatch.model.saying import reading_order
from trucewatch.model.standing import Guarantees, Standing
from trucewatch.model.vocabulary import Audience
from trucewatch.report.sayings import tongue
from trucewatch.report.tellings import Teller
from trucewatch.report.words import Language, words


@click.command("guarantee", short_help="Say what was promised, on which conditions, and what changed.")
@click.option("--valid-at", type=moment, default=None, metavar="TIME", help="The moment; without it, now.")
@click.option(
    "--diff", type=(DAY, DAY), default=None, metavar="T1 T2", help="What changed between two dates."
)
@click.option(
    "--why", default=None, metavar="ID", help="The conditions of one statement, and the records behind them."
)
@click.option(
    "--without", "without_", default=None, metavar="CODE", help="What would fail if this actor withdrew."
)
@click.option(
    "--clocks", "clocks_", is_flag=True, help="The clocks: with --audience body or guarantor, in exercises."
)
@click.option("--timeline", is_flag=True, help="With -o: what was said and recorded over time.")
@click.option(
    "-o",
    "out",
    default=None,
    metavar="FILE",
    help="FILE.html: the board, with --clocks the clocks on it; with --diff, --why, --without or --timeline a"
    " page of that. Board, timeline and --without also .json, .csv.",
)
@click.option(
    "--language", type=click.Choice([each.value for each in Language]), default="en", show_default=True
)
@in_mission
@as_viewer
@as_known
@for_audience
@as_json
def command(
    valid_at: datetime | None,
    diff: tuple[datetime, datetime] | None,
    why: str | None,
    without_: str | None,
    clocks_: bool,
    timeline: bool,
    out: str | None,
    language: str,
    folder: str,
    known_at: datetime | None,
    audience: str,
    json_: bool,
) -> None:
    """Say how each statement's conditions stand; only a record says that one is in force, done or broken.

    A replay is read at its own last moment, anything else now.
    """
    if clocks_:
        asked(folder, Action.SEE_CLOCKS, "guarantee/clocks")
    else:
        may_see(folder, Action.SEE_CASE, "guarantee")
    record = known(folder, known_at=known_at)
    wanted = audience_of(audience) if clocks_ or out is not None else cleared(audience, record)
    warn(record)
    at = valid_at or known_at or (record.known_at if record.mission.replay else now())
    spoken = Language(language)
    file = LedgerPage(record=record, at=at, audience=wanted, language=spoken, out=out) if out else None
    if clocks_:
        _clocks(record, at, wanted, json_=json_)
        if file is not None:
            click.echo(put(file.board(), file.out), err=True)
        return
    if diff is not None:
        days = (diff[0].date(), diff[1].date())
        _difference(
            known_for(record, wanted), cases_for(record, wanted), days, at, wanted, spoken, json_=json_
        )
        if file is not None:
            click.echo(put(file.changes(*days), file.out), err=True)
        return
    if file is not None:
        click.echo(put(_page(file, why=why, without_=without_, timeline=timeline), file.out), err=True)
        return
    shown, cases = known_for(record, wanted), cases_for(record, wanted)
    _told(shown, cases, at, wanted, why=why, without_=without_, json_=json_)


def _page(file: LedgerPage, *, why: str | None, without_: str | None, timeline: bool) -> bytes:
    """Return the file that was asked for; the board when nothing else was."""
    if timeline:
        return file.timeline()
    if without_ is not None:
        return file.if_withdrawn(without_)
    found = None if why is None else _named(ledger_at(file.record, cases_of(file.record), at=file.at), why)
    return file.why(found) if isinstance(found, Standing) else file.board()


def _told(
    record: Known,
    cases: Sequence[Case],
    at: datetime,
    audience: Audience,
    *,
    why: str | None,
    without_: str | None,
    json_: bool,
) -> None:
    names = actor_names(record)
    ledger = ledger_at(record, cases, at=at)
    first = [f"as of {at.isoformat()}"]
    whole: dict[str, object] = {"valid_at": at, "known_at": record.known_at}
    if without_ is not None:
        told = without(ledger, without_)
        say(json_, record.mark(audience), [*first, *without_lines(told, names)], {**whole, "without": told})
        return
    found = None if why is None else _named(ledger, why)
    if isinstance(found, Instrument):
        lines = instrument(found, names)
        say(json_, record.mark(audience), [*first, *lines], {**whole, "instrument": found})
        return
    standings = ledger.standings if found is None else (found, *_awaited(ledger, found))
    limits = limit_tensions(ledger.standings)
    lines = graph(ledger, found, limits, names) if found else (x for s in standings for x in stands(s, names))
    rest = [*given(ledger), *_count(record)] if found is None else []
    if found is not None:
        whole["limits"] = [t for t in limits if found.statement in (t.limited, t.beside)]
    kept = (
        ("instruments", "support", "hubs", "requirements", "annotations")
        if found is None
        else ("annotations",)
    )
    whole |= {"standings": standings, "facts": ledger.facts} | {name: getattr(ledger, name) for name in kept}
    say(json_, record.mark(audience), [*first, *lines, *rest], whole)


def _clocks(record: Known, at: datetime, audience: Audience, *, json_: bool) -> None:
    found = clocks_for(record, cases_of(record), at=at, audience=audience)
    lines = [
        f"as of {at.isoformat()}",
        *clock_lines(found),
        *nothing(found, "no instrument on record states a clock"),
    ]
    whole = {"valid_at": at, "known_at": record.known_at, "clocks": found}
    say(json_, record.mark(audience), lines, whole)


def _difference(
    record: Known,
    cases: Sequence[Case],
    days: tuple[date, date],
    at: datetime,
    audience: Audience,
    language: Language,
    *,
    json_: bool,
) -> None:
    earlier, later = days
    changes = sorted(
        difference(record.statements, earlier=earlier, later=later), key=lambda c: reading_order(c.actor)
    )
    found = (*tensions(record.statements, earlier), *tensions(record.statements, later))
    codes = {code for s in record.statements for code in s.actors}
    own = phrases([pack.name for pack in record.packs], language.value)
    spoken = words(language)
    said = tongue(spoken, codes, organisations=organisations(), phrases=own)
    teller = Teller(spoken=spoken, organisations=organisations(), phrases=own)
    told = [paragraph(change, later=later).said(said) for change in changes]
    apart = [
        f"{spoken.day(one.stated_on)}: {sentence(one).running(said)}; {sentence(other).running(said)}."
        for one, other in found
    ]
    standings = ledger_at(record, cases, at=at).standings
    limits = limit_tensions([s for s in standings if s.statement.stated_on <= later])
    lines = [
        *told,
        *(f"{spoken.gettext('On one day, two views')}, {two}" for two in apart),
        *(
            f"{spoken.gettext('Beside a stated limit')}: {teller.plainly(t.because, record.clock.zone)}."
            for t in limits
        ),
        *nothing(told, "no statement on record was made or changed between the two days"),
    ]
    whole = {"earlier": earlier, "later": later, "changes": changes, "tensions": found, "limits": limits}
    say(json_, record.mark(audience), lines, whole)


def actor_names(record: Known) -> Mapping[str, str]:
    """Return the English names of the actors in the mission's statements, by code."""
    spoken, own = words(Language.ENGLISH), organisations()
    return {code: spoken.actor(code, own) for s in record.statements for code in s.actors}


def _named(ledger: Guarantees, name: str) -> Standing | Instrument:
    """Return the statement or instrument that ID or PACK/ID names."""
    for standing in ledger.standings:
        said = standing.statement
        if name in (said.statement_id, f"{said.pack}/{said.statement_id}"):
            return standing
    for found in ledger.instruments:
        if name in (found.instrument_id, f"{found.pack}/{found.instrument_id}"):
            return found
    raise InputError(f"there is no statement {name!r}, nor an instrument: `trucewatch guarantee` lists them")


def _awaited(ledger: Guarantees, standing: Standing) -> tuple[Standing, ...]:
    """Return the statements that a statement waits for, and those that they wait for."""
    wanted = {state.awaits for state in standing.conditions}
    names = {f"{s.statement.pack}/{s.statement.statement_id}": s for s in ledger.standings}
    found = [names[name] for name in sorted(w for w in wanted if w in names)]
    return tuple(x for s in found for x in (s, *_awaited(ledger, s)))


def _count(record: Known) -> Iterator[str]:
    if not record.statements:
        yield "the mission has no statements: name packs in trucewatch.toml, or `init --pack NAME`"
