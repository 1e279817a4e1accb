"""What a verifier's finding rests on, on one page: the same reasons for both parties, evidence as each may have it.

Rules:
- likelihood and analytic confidence stand apart, in the words of ICD 203, and never in one sentence;
- marks of trust stand here when two people have given both, with how far the mission's pairs agree;
- what is missing is said; so is the share that each party may not see, which alone supports no determination;
- outside the mission an incident is what the gate lets through, and nobody's name stands beside a move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trucewatch.model.admiralty import Agreeing, Mark
from trucewatch.model.agreement import Objection
from trucewatch.model.decision import Case, Move, MoveKind
from trucewatch.model.explained import Unseen
from trucewatch.model.instants import Clock
from trucewatch.model.published import Published
from trucewatch.model.vocabulary import Ceiling, Phenomenon
from trucewatch.report.assessed import Assessed
from trucewatch.report.drawn import Drawn
from trucewatch.report.drawn_map import map_svg
from trucewatch.report.html import environment, phrases
from trucewatch.report.incident import IncidentPage
from trucewatch.report.machine import as_text, marked
from trucewatch.report.span import Span
from trucewatch.report.terms import mark
from trucewatch.report.watching import Watched
from trucewatch.report.words import NO_NAMES, Language, Words, words

MANY_ORIGINS, SEVERAL = 3, 2


class Level(StrEnum):
    """How far the sourcing and the reasoning carry a judgement (ICD 203, D.6.e.2): apart from its likelihood."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Other(StrEnum):
    """What else it may have been."""

    ACCIDENT = "accident"
    EXERCISE = "exercise"
    THIRD = "third"
    NOTHING = "nothing"


class Missing(StrEnum):
    """What the pack lacks."""

    INCIDENT = "incident"
    SECOND_ORIGIN = "second_origin"
    PLACE = "place"
    COUNT = "count"
    COVERAGE = "coverage"
    INQUIRY = "inquiry"
    FINDING = "finding"
    REPLY_A = "reply_A"
    REPLY_B = "reply_B"
    MARKS = "marks"
    EVIDENCE = "evidence"


LEVELS: Mapping[Level, str] = {
    Level.LOW: mark("Analytic confidence: low"),
    Level.MODERATE: mark("Analytic confidence: moderate"),
    Level.HIGH: mark("Analytic confidence: high"),
}
OTHERS: Mapping[Other, str] = {
    Other.ACCIDENT: mark("an accident"),
    Other.EXERCISE: mark("an exercise"),
    Other.THIRD: mark("the act of somebody who is no party"),
    Other.NOTHING: mark("that nothing happened, or that another incident tells of it"),
}
MISSING: Mapping[Missing, str] = {
    Missing.INCIDENT: mark(
        "an incident that the reports are judged to be: the case stands on an allegation alone"
    ),
    Missing.SECOND_ORIGIN: mark("a second independent origin"),
    Missing.PLACE: mark("a place"),
    Missing.COUNT: mark("how many"),
    Missing.COVERAGE: mark("how long anybody watched there that day"),
    Missing.INQUIRY: mark("an inquiry: a visit, an interview"),
    Missing.FINDING: mark("a verifier's finding"),
    Missing.REPLY_A: mark("the reply of party A"),
    Missing.REPLY_B: mark("the reply of party B"),
    Missing.MARKS: mark("marks of trust by two people, for each item"),
    Missing.EVIDENCE: mark("bytes of the evidence that were erased or are not here"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """How one file of evidence came, and what became of it."""

    source_id: str
    evidence: str  # the vault's name of the bytes as received
    record: int
    recorded_at: datetime
    recorded_by: str
    signed: bool  # by its source
    here: bool  # in the vault, and not erased


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """An incident as somebody outside may have it."""

    kind: Phenomenon
    start: datetime
    end: datetime
    region: str | None
    count: Span
    p_real: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Something else that it may have been, and how likely that is."""

    what: Other
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingPack:
    """The page."""

    mission: str
    stamp: str
    exercise: bool
    clock: Clock
    at: datetime
    known_at: datetime
    published: Published | None
    case: Case
    said: tuple[Move, ...]  # allegation, inquiries, findings and replies, in their order
    incident: IncidentPage | None  # None: outside the mission, or there is none
    outline: Outline | None  # None: the audience may have nothing of it
    assessed: Assessed | None
    level: Level
    origins: int
    affiliations: int
    alternatives: tuple[Alternative, ...]
    custody: tuple[Custody, ...]
    watched: tuple[Watched, ...]
    marks: tuple[Mark, ...]
    agreement: tuple[Agreeing, ...]
    unseen: tuple[Unseen, ...]
    missing: tuple[Missing, ...]


def level_of(*, origins: int, affiliations: int, assessed: Assessed | None) -> Level:
    """Return how far the sourcing carries the judgement: by independent origins, their sides, and what is open."""
    views = assessed.views if assessed else ()
    carried = any(view.ceiling is Ceiling.APPARENT for view in views)
    if origins < SEVERAL or not carried:
        return Level.LOW
    clear = any(not view.why_not for view in views)
    return Level.HIGH if origins >= MANY_ORIGINS and affiliations >= SEVERAL and clear else Level.MODERATE


def missing(
    case: Case,
    *,
    outline: Outline | None,
    placed: bool,
    origins: int,
    watched: Sequence[Watched],
    marks_in: bool,
    custody: Sequence[Custody],
) -> tuple[Missing, ...]:
    """Return what the pack lacks, in the order in which it is told."""
    done = {move.kind for move in case.moves}
    found = [number for number, move in enumerate(case.moves) if move.kind is MoveKind.FIND]
    heard = {m.party for m in case.moves[found[-1] if found else 0 :] if m.kind is MoveKind.REPLY}
    lacks = {
        Missing.INCIDENT: case.incident_id is None,
        Missing.SECOND_ORIGIN: origins < SEVERAL,
        Missing.PLACE: not placed,
        Missing.COUNT: outline is None or (outline.count.least is None and outline.count.most is None),
        Missing.COVERAGE: not any(w.hours is not None for w in watched),
        Missing.INQUIRY: MoveKind.INQUIRE not in done,
        Missing.FINDING: MoveKind.FIND not in done,
        Missing.REPLY_A: "A" not in heard,
        Missing.REPLY_B: "B" not in heard,
        Missing.MARKS: not marks_in,
        Missing.EVIDENCE: any(not one.here for one in custody),
    }
    return tuple(what for what, so in lacks.items() if so)


def pack_drawn(pack: FindingPack, spoken: Words) -> Drawn:
    """Return the page for a shell to show."""
    sheet = pack.incident.sheet if pack.incident else None
    told: dict[str, object] = {
        "pack": pack,
        "mark": pack.stamp,
        "map_svg": map_svg(sheet, spoken) if sheet else "",
        "level_words": spoken.gettext(LEVELS[pack.level]),
        "other_words": {other: spoken.gettext(said) for other, said in OTHERS.items()},
        "missing_words": {what: spoken.gettext(said) for what, said in MISSING.items()},
        "objections": _objections(pack),
    }
    more: Mapping[str, object] = phrases(spoken)
    return Drawn(template="finding_pack.html", told={**told, **more})


def _objections(pack: FindingPack) -> list[tuple[str, Objection | str]]:
    """Return the strongest objection open to each party, each once."""
    views = pack.assessed.views if pack.assessed else ()
    return sorted({(heard.party, heard.objection) for view in views for heard in view.objections})


def pack_html(pack: FindingPack, language: Language = Language.ENGLISH) -> str:
    """Return the pack as one self-contained page."""
    spoken = words(language)
    return pack_drawn(pack, spoken).html(environment(spoken, NO_NAMES, NO_NAMES))


def pack_json(pack: FindingPack) -> bytes:
    """Return everything the page says."""
    return as_text(marked(pack, pack.stamp))
