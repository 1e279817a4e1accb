"""The board: actors by what they undertook of each component, how firmly, on what, and since when.

Rules:
- an actor's own undertaking and a claim about it never share a line nor a count: the claim says whose words it is;
- a refusal and what is put off stand on the board as much as a promise does;
- a number of unnamed members has a row of its own, and is filled with nobody;
- in force, done, withdrawn and broken are printed from records, and are never worked out;
- places of hubs and forces are no part of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from trucewatch.model.instrument import Instrument, InstrumentClause
from trucewatch.model.response import ClockStanding
from trucewatch.model.saying import reading_order
from trucewatch.model.standing import Aggregate, Guarantees, Standing
from trucewatch.model.statement import Modality, Statement, StatementKind
from trucewatch.model.support import HubStage, HubStanding, RequirementStanding, SupportLine, SupportStage
from trucewatch.model.vocabulary import Truth
from trucewatch.report.components import Component, Voice
from trucewatch.report.drawn import Drawn
from trucewatch.report.head import Head
from trucewatch.report.html import environment
from trucewatch.report.span import Span
from trucewatch.report.words import NO_NAMES, Language, words

PUT_OFF = frozenset({Modality.DEFERS, Modality.TOO_EARLY, Modality.WILL_NOT})
SHOWN = frozenset({StatementKind.COMMITMENT, StatementKind.CLAIM_ABOUT, StatementKind.REFUSAL})

NOTHING_FALLS: Mapping[str, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One statement on the board."""

    standing: Standing
    voice: Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one actor undertook of one component."""

    component: Component
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One actor."""

    code: str
    cells: tuple[Cell, ...]  # one for each component of the board
    falls_with: tuple[str, ...] = ()  # what others said that would fail if it withdrew, by "PACK/ID"

    @property
    def claimed_only(self) -> bool:
        """Whether all of it is others' words."""
        return all(told.voice is Voice.CLAIMED for cell in self.cells for told in cell.told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How the conditions of what actors undertook in their own words stand, and how much is not that."""

    own: int
    met: int
    not_met: int
    unknown: int
    unconditional: int
    claimed: int
    refused: int
    put_off: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """An instrument, and the clauses of its last version."""

    instrument: Instrument
    clauses: tuple[InstrumentClause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertakings:
    """The page."""

    head: Head
    components: tuple[Component, ...]
    rows: tuple[Row, ...]
    tally: Tally
    owed: tuple[Standing, ...]  # promises of time, the oldest first
    aggregates: tuple[Aggregate, ...]
    positions: tuple[Standing, ...]
    papers: tuple[Paper, ...]
    support: tuple[SupportLine, ...]
    hubs: tuple[HubStanding, ...]
    requirements: tuple[RequirementStanding, ...]
    clocks: tuple[ClockStanding, ...]


def undertakings(
    *,
    guarantees: Guarantees,
    aggregates: Sequence[Aggregate],
    clocks: Sequence[ClockStanding] = (),
    falls_with: Mapping[str, tuple[str, ...]] = NOTHING_FALLS,
    head: Head,
) -> Undertakings:
    """Return the board; `falls_with` has by actor what of others would fail if it withdrew."""
    told = [Told(standing=s, voice=voice) for s in guarantees.standings if (voice := voice_of(s.statement))]
    present = {_component(t.standing.statement) for t in told}
    components = tuple(c for c in Component if c in present)
    return Undertakings(
        head=head,
        components=components,
        rows=_rows(told, components, falls_with),
        tally=_tally(told),
        owed=tuple(sorted((s for s in guarantees.standings if s.owed), key=_oldest)),
        aggregates=tuple(aggregates),
        positions=tuple(s for s in guarantees.standings if _is_view(s.statement)),
        papers=tuple(_paper(instrument) for instrument in guarantees.instruments),
        support=guarantees.support,
        hubs=guarantees.hubs,
        requirements=guarantees.requirements,
        clocks=tuple(clocks),
    )


def voice_of(statement: Statement) -> Voice | None:
    """Return how a statement stands on the board; None for views, demands, meetings and papers."""
    if statement.kind is StatementKind.CLAIM_ABOUT:
        return Voice.CLAIMED
    if statement.kind is StatementKind.REFUSAL:
        return Voice.REFUSED
    if statement.kind is StatementKind.POSITION and statement.modality in PUT_OFF:
        return Voice.PUT_OFF
    return Voice.OWN if statement.kind is StatementKind.COMMITMENT else None


def _is_view(statement: Statement) -> bool:
    views = (StatementKind.POSITION, StatementKind.DEMAND, StatementKind.OPEN_ITEM)
    return statement.kind in views and voice_of(statement) is None


def _component(statement: Statement) -> Component:
    return Component(statement.component) if statement.component else Component.NONE_NAMED


def _rows(
    told: Sequence[Told], components: Sequence[Component], falls_with: Mapping[str, tuple[str, ...]]
) -> tuple[Row, ...]:
    by_actor: dict[str, dict[Component, list[Told]]] = {}
    for each in told:
        for code in each.standing.statement.actors:
            cells = by_actor.setdefault(code, {})
            cells.setdefault(_component(each.standing.statement), []).append(_of(each, code))
    return tuple(
        Row(code=code, cells=_cells(by_actor[code], components), falls_with=falls_with.get(code, ()))
        for code in sorted(by_actor, key=reading_order)
    )


def _of(told: Told, code: str) -> Told:
    """Return a statement as it stands for one of its actors: who speaks for one makes no promise of another."""
    others = told.voice is Voice.OWN and told.standing.statement.speaks_for != code
    return replace(told, voice=Voice.CLAIMED) if others else told


def _cells(cells: Mapping[Component, Sequence[Told]], components: Sequence[Component]) -> tuple[Cell, ...]:
    return tuple(Cell(component=c, told=tuple(sorted(cells.get(c, ()), key=_latest))) for c in components)


def _latest(told: Told) -> tuple[bool, int, str]:
    """Own words first, then the latest."""
    return (told.voice is Voice.CLAIMED, told.standing.age_days, told.standing.statement.statement_id)


def _oldest(standing: Standing) -> tuple[int, str]:
    return (-standing.age_days, standing.statement.statement_id)


def _tally(told: Sequence[Told]) -> Tally:
    voices = [t.voice for t in told]
    states = [t.standing.met for t in told if t.voice is Voice.OWN]
    return Tally(
        own=len(states),
        met=states.count(Truth.YES),
        not_met=states.count(Truth.NO),
        unknown=states.count(Truth.UNKNOWN),
        unconditional=states.count(None),
        claimed=voices.count(Voice.CLAIMED),
        refused=voices.count(Voice.REFUSED),
        put_off=voices.count(Voice.PUT_OFF),
    )


def _paper(instrument: Instrument) -> Paper:
    clauses = instrument.versions[-1].clauses if instrument.versions else ()
    return Paper(instrument=instrument, clauses=clauses)


def undertakings_html(
    page: Undertakings,
    language: Language = Language.ENGLISH,
    organisations: Mapping[str, str] = NO_NAMES,
    phrases: Mapping[str, str] = NO_NAMES,
    links: Mapping[str, str] = NO_NAMES,
) -> str:
    """Return the board as one self-contained page; `links` has by actor the page of what fails without it."""
    return undertakings_drawn(page, links).html(environment(words(language), organisations, phrases))


def undertakings_drawn(page: Undertakings, links: Mapping[str, str] = NO_NAMES) -> Drawn:
    """Return the board for a shell to show."""
    told: Mapping[str, object] = {
        "page": page,
        "mark": page.head.stamp,
        "component": Component,
        "links": links,
        "stages": tuple(SupportStage),
        "hub_stages": tuple(HubStage),
        "span": lambda quantity: Span(least=quantity.least, most=quantity.most),
        "span_of": lambda least, most: Span(least=least, most=most),
    }
    return Drawn(template="board.html", told=told)
