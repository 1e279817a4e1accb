"""The day's assessments in the order a reader needs them: breaches apparent, then open, then the rest.

Rules:
- areas that share clause, verdicts, readings and reasons stand on one card with their names;
- what nobody watched or nothing was seen of is one table at the end, by clause and reason;
- a day with many has the first in full and the others in a table; the JSON and CSV hold all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trucewatch.model.areas import area_name
from trucewatch.model.vocabulary import Verdict
from trucewatch.report.assessed import Assessed, View

QUIET = frozenset({Verdict.NOT_COVERED, Verdict.NOT_SHOWN})
MANY = 60
IN_FULL = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One incident, obligation, or several areas alike, under one clause."""

    head: Assessed
    area_ids: tuple[str, ...]
    assessment_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """Areas and obligations of which a clause says no more than one verdict for one reason."""

    head: Assessed
    view: View
    area_ids: tuple[str, ...]
    assessment_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The day's assessments as a page shows them."""

    cards: tuple[Card, ...]
    brief: tuple[Card, ...]  # what is left of a day with many
    quiet: tuple[Quiet, ...]


def board(found: Sequence[Assessed]) -> Board:
    """Return `found` as a page shows them."""
    quiet = [a for a in found if {v.verdict for v in a.views} <= QUIET]
    cards = sorted(_cards([a for a in found if a not in quiet]), key=_pressing)
    full = IN_FULL if len(cards) > MANY else len(cards)
    return Board(cards=tuple(cards[:full]), brief=tuple(cards[full:]), quiet=_quiet(quiet))


def _pressing(card: Card) -> int:
    verdicts = {v.verdict for v in card.head.views}
    return 0 if Verdict.APPARENT_BREACH in verdicts else 1 if Verdict.INDETERMINATE in verdicts else 2


def _cards(found: Sequence[Assessed]) -> list[Card]:
    alike: dict[tuple[object, ...], list[Assessed]] = {}
    for at, a in enumerate(found):
        own = tuple((v.reading, v.verdict, v.why_not, v.ceiling, v.objections) for v in a.views)
        key = (a.clause_id, a.subject, own) if a.area_id else (at,)
        alike.setdefault(key, []).append(a)
    return [
        Card(
            head=same[0],
            area_ids=_areas(same),
            assessment_ids=tuple(v.assessment_id for a in same for v in a.views),
        )
        for same in alike.values()
    ]


def _areas(found: Sequence[Assessed]) -> tuple[str, ...]:
    return tuple(sorted((a.area_id for a in found if a.area_id), key=area_name))


def _quiet(found: Sequence[Assessed]) -> tuple[Quiet, ...]:
    alike: dict[tuple[object, ...], list[tuple[Assessed, View]]] = {}
    for a in found:
        for v in a.views:
            alike.setdefault((a.clause_id, v.verdict, v.why_not, v.reading or ""), []).append((a, v))
    return tuple(
        Quiet(
            head=same[0][0],
            view=same[0][1],
            area_ids=_areas([a for a, _ in same]),
            assessment_ids=tuple(v.assessment_id for _, v in same),
        )
        for same in alike.values()
    )
