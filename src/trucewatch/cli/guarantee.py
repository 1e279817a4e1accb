"""`trucewatch guarantee`: what was promised, on which conditions, what changed, and what is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

import click

from trucewatch.cli.options import (
    DAY,
    as_json,
    as_known,
    cleared,
    ending,
    for_audience,
    in_mission,
    moment,
    nothing,
    put,
    say,
    warn,
)
from trucewatch.errors import InputError
from trucewatch.guarantee.difference import difference
from trucewatch.guarantee.sentences import change_sentences, sentence
from trucewatch.mission.clock import now
from trucewatch.mission.content import organisations
from trucewatch.mission.known import Known, known
from trucewatch.mission.pledges import ledger_at
from trucewatch.mission.reporting import promises_of
from trucewatch.mission.walk import cases_of
from trucewatch.model.standing import Change, Guarantees, Standing
from trucewatch.model.vocabulary import Audience, Truth
from trucewatch.report.guarantees import promises_html
from trucewatch.report.words import Language, words

MET = {Truth.YES: "met", Truth.NO: "not met", Truth.UNKNOWN: "unknown"}


@click.command("guarantee", short_help="Say what was promised, on which conditions, and what changed.")
@click.option("--valid-at", type=moment, default=None, metavar="TIME", help="The moment; without it, now.")
@click.option(
    "--diff", type=(DAY, DAY), default=None, metavar="T1 T2", help="What changed between two dates."
)
@click.option(
    "--why", default=None, metavar="ID", help="The conditions of one statement, and the records behind them."
)
@click.option("-o", "out", default=None, metavar="FILE", help="With --diff: FILE.html, a page of it.")
@click.option(
    "--language", type=click.Choice([each.value for each in Language]), default="en", show_default=True
)
@in_mission
@as_known
@for_audience
@as_json
def command(
    valid_at: datetime | None,
    diff: tuple[datetime, datetime] | None,
    why: str | None,
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
    wanted = cleared(audience)
    record = known(folder, known_at=known_at)
    warn(record)
    at = valid_at or known_at or (record.known_at if record.mission.replay else now())
    if diff is not None:
        _difference(record, diff[0].date(), diff[1].date(), wanted, json_=json_)
        if out is not None:
            _page(record, diff[0].date(), diff[1].date(), at, wanted, out, Language(language))
        return
    names = actor_names(record)
    ledger = ledger_at(record, cases_of(record), at=at)
    standings = ledger.standings if why is None else (_named(ledger, why),)
    stands = [line for s in standings for line in _stands(s, names, full=why is not None)]
    whole = {"valid_at": at, "known_at": record.known_at, "standings": standings, "facts": ledger.facts}
    say(json_, record.mark(wanted), [f"as of {at.isoformat()}", *stands, *_count(record)], whole)


def _difference(record: Known, earlier: date, later: date, audience: Audience, *, json_: bool) -> None:
    changes = difference(record.statements, earlier=earlier, later=later)
    told = list(_changed(changes, later, actor_names(record)))
    lines = [*told, *nothing(told, "no statement on record was made or changed between the two days")]
    say(json_, record.mark(audience), lines, {"earlier": earlier, "later": later, "changes": changes})


def _page(
    record: Known,
    earlier: date,
    later: date,
    at: datetime,
    audience: Audience,
    out: str,
    language: Language,
) -> None:
    ending(out, ("html",))
    page = promises_of(record, earlier=earlier, later=later, valid_at=at, audience=audience)
    click.echo(put(promises_html(page, language, organisations()).encode(), out), err=True)


def actor_names(record: Known) -> Mapping[str, str]:
    """Return the English names of the actors in the mission's statements, by code."""
    spoken, own = words(Language.ENGLISH), organisations()
    return {code: spoken.actor(code, own) for s in record.statements for code in s.actors}


def _named(ledger: Guarantees, statement_id: str) -> Standing:
    for standing in ledger.standings:
        if standing.statement.statement_id == statement_id:
            return standing
    raise InputError(f"there is no statement {statement_id!r}: `trucewatch guarantee` lists them")


def _changed(changes: tuple[Change, ...], later: date, names: Mapping[str, str]) -> Iterator[str]:
    for change in changes:
        for part in change_sentences(change, later=later):
            yield f"{part.kind.value:9}  {part.text(names)}"


def _stands(standing: Standing, names: Mapping[str, str], *, full: bool) -> Iterator[str]:
    said = standing.statement
    state = "no condition stated" if standing.met is None else f"conditions {MET[standing.met]}"
    yield f"{said.statement_id}  {said.stated_on}  {sentence(said).text(names)}  [{state}]"
    for condition in standing.conditions if full else ():
        facts = f" (facts {', '.join(condition.fact_ids)})" if condition.fact_ids else ""
        yield f"  {MET[condition.met]}: “{condition.condition.as_written}”: {condition.because}{facts}"
    if full or said.undated:
        yield from (f"  waits for {awaited}" for awaited in standing.waits_for)
        yield from ([f"  {standing.age_days} days old: “{said.undated}”"] if said.undated else [])


def _count(record: Known) -> Iterator[str]:
    if not record.statements:
        yield "the mission has no statements: name packs in trucewatch.toml, or `init --pack NAME`"
