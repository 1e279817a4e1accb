"""`trucewatch read`: prose into proposed statements, and a person's word on each."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import click

from trucewatch.cli.options import DAY, as_json, by_whom, in_mission, say
from trucewatch.errors import InputError
from trucewatch.guarantee.sentences import sentence
from trucewatch.log.keys import SignerKey
from trucewatch.mission.authors import NOBODY
from trucewatch.mission.content import organisations
from trucewatch.mission.endpoint import configured
from trucewatch.mission.folder import Folder, opened
from trucewatch.mission.known import known
from trucewatch.mission.proposing import Decision, Done, Proposed, propose, record, statement_in, tongues
from trucewatch.mission.statements import words_around
from trucewatch.model.gate import stamp
from trucewatch.model.proposal import Proposal
from trucewatch.model.proposal import as_json as reading_json
from trucewatch.model.review import Document, Engine, Verdict
from trucewatch.model.vocabulary import Audience
from trucewatch.report.words import Language, words

ALL = "all"
NUMBERS = re.compile(r"[1-9][0-9]{0,5}(-[1-9][0-9]{0,5})?")
MANY = 10_000


@click.command(
    "read", short_help="Turn prose into proposed statements; a person accepts, mends or rejects each."
)
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option("--published", type=DAY, default=None, metavar="DATE", help="When FILE was published.")
@click.option(
    "--publisher",
    default=None,
    metavar="NAME",
    help="Who published it; where that is a voice of an actor, what nobody else says is its own.",
)
@click.option("--language", default=None, metavar="CODE", help="en, nb, fi ...; without it, it is found out.")
@click.option(
    "--engine",
    type=click.Choice([each.value for each in Engine]),
    default=Engine.RULES.value,
    show_default=True,
    help="Who proposes: rules, with no network, or the language model configured under [reader].",
)
@click.option("--accept", multiple=True, metavar="N,N-N|all", help="Record these proposals as statements.")
@click.option("--reject", multiple=True, metavar="N,N-N|all", help="Record that these were rejected.")
@click.option("--because", default=None, metavar="WORDS", help="Why they are rejected.")
@click.option(
    "--mend",
    "mends",
    type=(int, str),
    multiple=True,
    metavar="N FIELD=VALUE",
    help="Record proposal N with this field mended; repeat for more.",
)
@click.option(
    "--show", default=None, metavar="ID", help="The words of a recorded statement in their document."
)
@in_mission
@by_whom
@as_json
@click.pass_context
def command(
    context: click.Context,
    files: tuple[str, ...],
    published: datetime | None,
    publisher: str | None,
    language: str | None,
    engine: str,
    accept: tuple[str, ...],
    reject: tuple[str, ...],
    because: str | None,
    mends: tuple[tuple[int, str], ...],
    show: str | None,
    folder: str,
    by: str,
    key: SignerKey | None,
    at: datetime | None,
    json_: bool,
) -> None:
    """Print what FILE... ("-" is stdin) is read to say, each proposal with the words it stands on.

    Nothing is recorded unless --accept, --mend or --reject says so, in a mission, under --by NAME.
    """
    if show is not None:
        _show(folder, show, json_=json_)
        return
    if not files:
        raise click.UsageError("name a file to read, or - for standard input")
    wanted = accept or reject or mends
    endpoint = configured(Path(folder), os.environ) if engine == Engine.ENDPOINT.value else None
    speaks = tongues()
    found = [
        propose(
            each,
            speaks,
            published=published.date() if published else None,
            language=language,
            endpoint=endpoint,
            publisher=publisher,
        )
        for each in files
    ]
    if endpoint is not None:
        click.echo(f"trucewatch: the text was sent to {endpoint.address}", err=True)
    if not wanted:
        _print(found, publisher, _mark(folder), json_=json_)
        context.exit(1 if any(one.unkept for one in found) else 0)
    if len(found) > 1:
        raise click.UsageError("decide about one file at a time: the numbers are that file's")
    if (by == NOBODY and key is None) or not publisher:
        raise click.UsageError(
            "a decision has a name, and a document a publisher: give --by NAME and --publisher NAME"
        )
    decisions = decided(len(found[0].reading.proposals), accept, reject, mends, because)
    done = record(opened(folder), found[0], decisions, publisher=publisher, by=by, key=key, at=at)
    say(json_, known(folder).mark(), list(_done(done)), {"done": done})
    context.exit(1 if any(one.asked for one in done) else 0)


def decided(
    count: int,
    accept: Sequence[str],
    reject: Sequence[str],
    mends: Sequence[tuple[int, str]],
    because: str | None,
) -> tuple[Decision, ...]:
    """Return the decisions that the options say, by number; a proposal that is mended is accepted."""
    accepted, rejected = set(_numbers(accept, count)), set(_numbers(reject, count))
    by_number: dict[int, dict[str, str]] = {}
    for number, mend in mends:
        name, sign, value = mend.partition("=")
        if not sign:
            raise click.UsageError(f"--mend {number} {mend!r} is not FIELD=VALUE")
        by_number.setdefault(number, {})[name] = value
    both = rejected & (accepted | by_number.keys())
    if both:
        raise click.UsageError(f"proposal {min(both)} is both accepted and rejected")
    if rejected and not because:
        raise click.UsageError("say why they are rejected: --because WORDS")
    taken = [
        Decision(
            number=number,
            verdict=Verdict.MENDED if number in by_number else Verdict.ACCEPTED,
            mends=by_number.get(number, {}),
        )
        for number in accepted | by_number.keys()
    ]
    left = [Decision(number=n, verdict=Verdict.REJECTED, mends={}, reason=because) for n in rejected]
    return tuple(sorted((*taken, *left), key=lambda decision: decision.number))


def _numbers(given: Sequence[str], count: int) -> Iterator[int]:
    for part in (part.strip() for each in given for part in each.split(",")):
        if part == ALL:
            yield from range(1, count + 1)
            continue
        if NUMBERS.fullmatch(part) is None:
            raise click.UsageError(f"{part[:40]!r} is no number, N-N or {ALL!r}")
        first, _, last = part.partition("-")
        yield from range(int(first), min(int(last or first), MANY) + 1)


def _mark(folder: str) -> str:
    """Return the mission's mark when there is one in `folder`, else that of a file alone."""
    return known(folder).mark() if Folder(path=Path(folder)).journal.exists else stamp(Audience.INTERNAL)


def _print(found: Sequence[Proposed], publisher: str | None, mark: str, *, json_: bool) -> None:
    objects = [_object(one) for one in found]
    whole = objects[0] if len(objects) == 1 else {"documents": objects}
    say(json_, mark, [line for one in found for line in told(one, publisher)], whole)


def _object(one: Proposed) -> Mapping[str, object]:
    plain = reading_json(one.reading)
    read = dict(plain) if isinstance(plain, Mapping) else {}
    unkept = {"engine": one.engine, "not_kept": one.unkept} if one.engine is Engine.ENDPOINT else {}
    return {**read, **unkept}


def told(one: Proposed, publisher: str | None = None) -> Iterator[str]:
    """Yield what was read as a person reads it: the words, what they say, and what is unsure."""
    reading = one.reading
    many = f"{len(reading.proposals)} proposal{'' if len(reading.proposals) == 1 else 's'}"
    yield f"{one.file}: {many} in {reading.language}, document {reading.document}"
    if one.published is None:
        yield "no publication date was given: relative dates stay as written (give --published DATE)"
    if one.house is not None:
        yield f"{one.house.name} speaks for {', '.join(one.house.codes)}: what nobody else is named as saying is its own"
    document = Document(
        document=reading.document,
        item="",
        file=one.file,
        language=reading.language,
        publisher=publisher or "",
        published=one.published or date.min,
    )
    for number, proposal in enumerate(reading.proposals, start=1):
        yield ""
        yield f"{number:3}  “{_line(proposal.quote)}”"
        yield from (f"     {line}" for line in _said(one, proposal, document))
    for missed in reading.not_understood:
        yield ""
        yield f"not understood: “{_line(missed.quote)}” ({missed.because})"
    for unkept in one.unkept:
        yield ""
        yield f"not kept: “{_line(unkept.quote)}” ({unkept.because})"
    if one.engine is Engine.ENDPOINT:
        yield f"{len(reading.proposals)} kept, {len(one.unkept)} not kept"


def _said(one: Proposed, proposal: Proposal, document: Document) -> Iterator[str]:
    found = statement_in(one, proposal, document)
    spoken, own = words(Language.ENGLISH), organisations()
    names = {code: spoken.actor(code, own) for code in proposal.actors}
    text = sentence(found.statement).text(names)
    yield f"{proposal.kind.value}: {text if proposal.actors else f'(not named){text}'}"
    yield f"said by {found.statement.said_by}, modality {proposal.modality.value}{', denied' if proposal.negated else ''}"
    for condition in proposal.conditions:
        trigger = condition.trigger.value if condition.trigger else "no trigger that is known"
        yield f"on condition: “{_line(condition.as_written)}” ({trigger})"
    if proposal.when is not None:
        yield f"date: “{proposal.when.as_written}” ({proposal.when.resolved or 'not resolved'})"
    if proposal.correction is not None:
        yield f"should read: {proposal.correction}"
    if proposal.unsure:
        yield f"unsure of: {', '.join(proposal.unsure)}"
    yield from (f"to be mended: {asked.field}, {asked.because}" for asked in found.asked)


def _done(done: Sequence[Done]) -> Iterator[str]:
    for one in done:
        name = f" {one.statement.statement_id}" if one.statement and not one.asked else ""
        state = f"{one.verdict.value}{name}" if one.recorded else f"on record already{name}"
        yield f"{one.number:3}  {'not recorded' if one.asked else state}"
        for asked in one.asked:
            yield f"     {asked.because}: --mend {one.number} {asked.field}=..."
        if one.open and not one.asked:
            yield f"     left open: {', '.join(one.open)} (--mend {one.number} {one.open[0]}=...)"


def _show(folder: str, statement_id: str, *, json_: bool) -> None:
    record = known(folder)
    for statement in record.statements:
        if statement.statement_id == statement_id:
            around = words_around(record.folder, statement)
            lines = [f"{statement.document}, bytes {statement.start} to {statement.end}", "", "", ""]
            lines[2] = _line(f"…{around.before}⟦{around.words}⟧{around.after}…")
            say(json_, record.mark(), lines[:3], {"around": around})
            return
    raise InputError(f"there is no statement {statement_id!r}: `trucewatch guarantee` lists them")


def _line(text: str) -> str:
    return " ".join(text.split())
