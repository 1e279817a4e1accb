"""Two actors that change names change places and nothing else: board, difference, timeline, what fails without one.

Actors stand in a stated order, by their codes: but for that order each page of the exchanged record is the page
of the record with the names exchanged, to the byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

import pytest

from trucewatch.guarantee.aggregate import aggregates
from trucewatch.guarantee.clocks import clocks_at
from trucewatch.guarantee.difference import difference, tensions
from trucewatch.guarantee.graph import key_of
from trucewatch.guarantee.guarantee import guarantee
from trucewatch.guarantee.limits import limit_tensions
from trucewatch.guarantee.pack import read_pack
from trucewatch.guarantee.sentences import paragraph
from trucewatch.guarantee.without import without
from trucewatch.mission.content import organisations
from trucewatch.model.annotation import Annotations, Status, StatusKind
from trucewatch.model.decision import Determination, Outcome
from trucewatch.model.instants import Clock
from trucewatch.model.pack import Pack
from trucewatch.model.standing import Guarantees
from trucewatch.model.statement import Fact, FactKind, Modality, Statement
from trucewatch.model.vocabulary import Audience
from trucewatch.report.guarantees import promises, promises_html
from trucewatch.report.head import Head, head
from trucewatch.report.if_withdrawn import IfWithdrawn, if_withdrawn_csv, if_withdrawn_html
from trucewatch.report.ledger_rows import board_csv, board_json, timeline_csv, timeline_json
from trucewatch.report.timeline import timeline, timeline_html
from trucewatch.report.undertakings import undertakings, undertakings_html

AT = datetime(2027, 4, 2, 12, tzinfo=UTC)
FIRST, AGAIN = date(2025, 1, 1), date(2026, 6, 1)
CLOCK = Clock(zone=ZoneInfo("Europe/Kyiv"))
BODY = "Special Commission (exercise)"
PACK = resources.files("trucewatch").joinpath("content/statements/exercise-ab/statements.toml")
WORD = re.compile(r"\b[GH]\b")  # a name, which stands alone
OTHER = {"G": "H", "H": "G"}


def exchanged(text: str) -> str:
    """Return a text with the two names exchanged."""
    return WORD.sub(lambda found: OTHER[found[0]], text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A record, and the ledger that follows."""

    pack: Pack
    statements: Sequence[Statement]
    made: Sequence[Determination]
    notes: Annotations
    ledger: Guarantees
    head: Head


def told(name: Mapping[str, str]) -> Told:
    """Return the exercise's record in which `name` says who is who."""
    text = WORD.sub(lambda found: name[found[0]], PACK.read_text("utf-8"))
    pack = read_pack(text, pack="exercise-ab")
    again = [replace(s, statement_id=f"{s.statement_id}b", stated_on=AGAIN) for s in pack.statements]
    again[2] = replace(again[2], modality=Modality.MAY)
    again[3] = replace(again[3], what="food to the force", matter="food")
    statements = (*pack.statements, *again)
    facts = tuple(
        Fact(
            fact_id=f"f{at}",
            kind=kind,
            holds=True,
            from_utc=AT - timedelta(days=at + 1),
            recorded_by=f"Envoy of {name[who]} (unsigned)",
            rests_on="EXERCISE",
            whose=name[who],
            contested_by=(name[OTHER[who]],) if at == 1 else (),
        )
        for at, (kind, who) in enumerate(
            (
                (FactKind.CEASEFIRE_IN_FORCE, "G"),
                (FactKind.TRUCE_CONCLUDED, "H"),
                (FactKind.BACKER_BACKS, "G"),
                (FactKind.PARLIAMENT_APPROVED, "H"),
            )
        )
    )
    made = (
        Determination(
            case_id="case-1",
            body=BODY,
            outcome=Outcome.BREACH_BY_A,
            words="EXERCISE",
            clause_id="exercise-line/EX-1",
            by="Chair",
            at=AT - timedelta(days=1),
            move_id="m1",
            standard_of_proof="reasonable grounds",
            breach_utc=AT - timedelta(days=2),
        ),
    )
    status = Status(
        status_id="s1",
        of="exercise-ab/X001",
        kind=StatusKind.IN_FORCE,
        from_utc=AT - timedelta(hours=6),
        for_actor=name["G"],
        body=None,
        recorded_by=f"Envoy of {name['G']} (unsigned)",
        rests_on="EXERCISE",
    )
    notes = Annotations(statuses=(status,))
    return Told(
        pack=pack,
        statements=statements,
        made=made,
        notes=notes,
        ledger=guarantee(statements, facts, made, at=AT, annotations=notes, packs=[pack]),
        head=head(
            mission="E", clock=CLOCK, at=AT, known_at=AT, audience=Audience.BODY, exercise=True, replay=True
        ),
    )


ONE, TWO = told({"G": "G", "H": "H"}), told({"G": "H", "H": "G"})


def board(of: Told) -> tuple[str, bytes, bytes]:
    found = without(of.ledger, "G"), without(of.ledger, "H")
    page = undertakings(
        guarantees=of.ledger,
        aggregates=aggregates(of.statements, on=AT.date()),
        clocks=clocks_at(of.pack.clocks, of.made, of.notes, at=AT),
        falls_with={w.actor: tuple("/".join(key_of(f.standing.statement)) for f in w.fallen) for w in found},
        head=of.head,
    )
    html = undertakings_html(page, organisations=organisations())
    return html, board_json(page), board_csv(page, organisations())


def over_time(of: Told) -> tuple[str, bytes, bytes]:
    page = timeline(guarantees=of.ledger, determinations=of.made, head=of.head)
    html = timeline_html(page, organisations=organisations())
    return html, timeline_json(page), timeline_csv(page)


def changes(of: Told) -> str:
    found = difference(of.statements, earlier=FIRST, later=AGAIN)
    page = promises(
        mission="E",
        changes=found,
        paragraphs={change.actor: paragraph(change, later=AGAIN) for change in found},
        tensions=(*tensions(of.statements, FIRST), *tensions(of.statements, AGAIN)),
        limits=limit_tensions(of.ledger.standings),
        aggregates=aggregates(of.statements, on=AGAIN),
        guarantees=of.ledger,
        earlier=FIRST,
        later=AGAIN,
        clock=CLOCK,
        audience=Audience.INTERNAL,
        known_at=AT,
        exercise=True,
    )
    return promises_html(page, organisations=organisations())


def lines(text: str) -> list[str]:
    """Return a page's lines without its drawing, in an order that knows no names."""
    return sorted(re.sub(r"<svg.*?</svg>", "", text, flags=re.S).splitlines())


def actors(text: str) -> list[str]:
    """Return each actor's own part of a page, in the page's order."""
    return re.findall(r'<article class="card actor".*?</article>', text, re.S)


def test_the_board_is_mirrored_to_the_byte() -> None:
    (html, plain, table), (other, theirs, rows) = board(ONE), board(TWO)
    assert lines(exchanged(html)) == lines(other)
    assert [exchanged(part) for part in actors(html)] == actors(other)[::-1]
    assert sorted(exchanged(table.decode()).splitlines()) == sorted(rows.decode().splitlines())
    mine, his = json.loads(exchanged(plain.decode())), json.loads(theirs)
    mine["rows"].reverse()
    assert mine == his


def test_the_timeline_is_mirrored_to_the_byte() -> None:
    (html, plain, table), (other, theirs, rows) = over_time(ONE), over_time(TWO)
    undrawn = [re.sub(r"<svg.*?</svg>", "", page, flags=re.S) for page in (exchanged(html), other)]
    assert undrawn[0] == undrawn[1]
    assert (exchanged(table.decode()), exchanged(plain.decode())) == (rows.decode(), theirs.decode())


def test_the_lanes_change_places_and_nothing_else() -> None:
    def drawn(page: str) -> list[tuple[str, str]]:
        (svg,) = re.findall(r'<svg[^>]*role="img".*?</svg>', page, re.S)
        return sorted(re.findall(r'class="(mark-[a-z-]+)"><title>([^<]*)</title>', svg))

    one, two = over_time(ONE)[0], over_time(TWO)[0]
    assert drawn(exchanged(one)) == drawn(two) != []


def test_the_difference_is_mirrored_to_the_byte() -> None:
    html, other = changes(ONE), changes(TWO)
    assert lines(exchanged(html)) == lines(other)
    assert [exchanged(part) for part in actors(html)] == actors(other)[::-1]
    assert len(actors(html)) == 2


@pytest.mark.parametrize("actor", ["G", "H"])
def test_what_fails_without_one_is_what_fails_without_the_other(actor: str) -> None:
    one = IfWithdrawn(head=ONE.head, told=without(ONE.ledger, actor))
    two = IfWithdrawn(head=TWO.head, told=without(TWO.ledger, OTHER[actor]))
    assert exchanged(if_withdrawn_html(one, organisations=organisations())) == if_withdrawn_html(
        two, organisations=organisations()
    )
    assert exchanged(if_withdrawn_csv(one).decode()) == if_withdrawn_csv(two).decode()


def test_the_two_records_differ_and_twice_exchanged_is_the_first() -> None:
    assert board(ONE) != board(TWO)
    assert exchanged(exchanged(board(ONE)[0])) == board(ONE)[0]
