"""An agreement as its signatories wrote it: parties, clauses, readings, and what the text leaves open.

Rules:
- a clause keeps its words beside what the program makes of them;
- where the text is open, each way to read it is a `Reading` with a name, and none is chosen in silence;
- a clause that forbids or requires something says of what: one without phenomena is refused at reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trucewatch.model.condition import Condition
from trucewatch.model.vocabulary import Phenomenon, Trajectory


class OpenBecause(StrEnum):
    """Why a reading has no areas."""

    TEXT_SILENT = "text_silent"
    LINE_UNKNOWN = "line_unknown"  # the text names a line that no public source gives


class Act(StrEnum):
    """What a clause does."""

    FORBIDDEN = "forbidden"
    REQUIRED = "required"
    PERMITTED = "permitted"
    EXCEPTION = "exception"
    PROCEDURE = "procedure"  # who monitors, decides, informs: nothing to assess an incident by
    ACTIVATION = "activation"  # when guarantees take effect


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A party under the agreement's own term for it."""

    code: str  # A or B, neutral, inside the program
    term: str  # the agreement's word
    self_designation: str  # its own word for itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read where a clause applies."""

    name: str
    words: str  # the reading in a sentence
    area_ids: tuple[str, ...] | None  # None: anywhere, or for the reason in `open_because`
    open_because: OpenBecause | None = None  # only without areas
    anywhere: bool = False  # the place is left to the clause's conditions

    @property
    def unknown(self) -> OpenBecause:
        """Why its place is not known: as declared, else that the text is silent."""
        return self.open_because or OpenBecause.TEXT_SILENT


class Effect(StrEnum):
    """What an open exception makes of the act it excepts."""

    PERMITTED = "permitted"
    FORBIDDEN = "forbidden"  # an exception from an exception


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A zone or a line that the agreement names; its shapes stand in zones.geojson under its name."""

    name: str
    words: str  # what it is, in a sentence
    is_line: bool
    measured_by: str | None = None  # of a line: the party that measures from it; None: both
    unknown: str | None = None  # why no coordinates are given; None: they are
    line: int = 0  # where it stands in agreement.md


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidToEnd:
    """Somebody's word that the agreement ended; from the earliest such day on its effect is disputed."""

    by: str
    at: datetime  # UTC
    words: str
    source_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """How it is decided; None and empty: the text does not say."""

    body: str | None = None
    quorum: int | None = None
    reply_days: int | None = None
    standard_of_proof: str | None = None
    exception_shown_by: str | None = None
    on_silence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a version changed: which clauses, and which period's assessments may differ by it."""

    version: str
    words: str
    clauses: tuple[str, ...]
    from_utc: datetime | None
    to_utc: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annex:
    """A paper that belongs to the agreement."""

    name: str
    words: str
    source_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One clause: its words, and what the program makes of them."""

    clause_id: str  # agreement/clause, as in tcg-2020/AM-3
    title: str
    words: str  # Markdown, in our own words or as the user quotes his text
    act: Act
    phenomena: frozenset[Phenomenon]
    trajectories: frozenset[Trajectory]  # empty: any
    readings: tuple[Reading, ...]  # at least one for a clause that forbids, requires or permits
    starts: datetime | None  # UTC; None: the agreement's own
    ends: datetime | None
    excepts: tuple[str, ...]  # clauses an exception takes effect against
    needs: tuple[str, ...]  # what an exception rests on, all of it, each as a sentence
    must_be_shown_by: str | None  # who must show an exception; None: the text does not say
    source_urls: tuple[str, ...]
    left_open: tuple[str, ...]  # what the clause does not decide, each as a sentence
    line: int  # where it stands in agreement.md
    when: Condition | None = None  # what else must hold; None: nothing
    priority: int = 1  # of an exception: the lowest open one decides
    effect: Effect = Effect.PERMITTED  # of an exception
    stage_of: str | None = None  # the clause of which this is one stage
    starts_day: int | None = None  # as counted from D-day, where the text counts so
    ends_day: int | None = None  # the last day


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body of the agreement or of a guarantee."""

    name: str
    stands_on: str  # the instrument
    members: tuple[str, ...]  # empty: seats were not published
    powers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A dated agreement."""

    name: str  # its folder
    title: str
    version: str
    status: str  # what it is: agreed, declared by one side, proposed, exercise
    starts: datetime | None  # UTC; None: it has not taken effect, or waits for a fact
    ends: datetime | None
    ends_words: str  # what is said of its end
    languages: tuple[str, ...]  # authentic ones; empty: not known
    parties: tuple[Party, ...]
    bodies: tuple[Body, ...]
    clauses: tuple[Clause, ...]
    standard_of_proof: str | None  # None: the text does not say
    source_urls: tuple[str, ...]
    left_open: tuple[str, ...]
    exercise: bool = False
    mapped: tuple[Mapped, ...] = ()  # zones and lines by name
    ends_said: tuple[SaidToEnd, ...] = ()
    d_day: datetime | None = None  # UTC: D+0 is its calendar day by `clock`; None: not yet known
    clock: str | None = None  # the time zone that days are counted by; None: the text does not say
    procedure: Procedure = Procedure()
    annexes: tuple[Annex, ...] = ()
    changes: tuple[Change, ...] = ()
    choices: tuple[str, ...] = ()  # of a template: what its parties must still choose

    def clause(self, clause_id: str) -> Clause:
        """Return the clause `clause_id`; KeyError when there is none."""
        return {c.clause_id: c for c in self.clauses}[clause_id]


class Objection(StrEnum):
    """What a party could most strongly hold against an assessment; the report has a sentence for each."""

    SINGLE_ORIGIN = "single_origin"
    NOT_SEEN_WHO = "not_seen_who"  # nobody saw who fired
    PLACE_UNSURE = "place_unsure"
    TIME_UNSURE = "time_unsure"
    REPLY_UNDER_EXCEPTION = "reply_under_exception"
    EXERCISE_POSSIBLE = "exercise_possible"
    SOURCE_AFFILIATED = "source_affiliated"
    NATURAL_CAUSE = "natural_cause"  # a fire that war did not light
    TEXT_OPEN = "text_open"
    CLAIM_ONLY = "claim_only"
    EXCEPTION_NOT_SHOWN = "exception_not_shown"  # it was relied on, and nobody showed that it held
    HELD_TO_REPORTED = "held_to_reported"  # several may tell the same, and the rule carries it no further
    FEW_WATCHED = "few_watched"  # one origin, where hardly anybody could watch
    UNDERSTATED = "understated"  # what was seen points more clearly than the odds say


class WhyNot(StrEnum):
    """What stands in the way of more than a verdict says, or what an area's or obligation's verdict rests on."""

    KIND_UNSURE = "kind_unsure"
    TRAJECTORY_UNKNOWN = "trajectory_unknown"
    TIME_STRADDLES = "time_straddles"
    PLACE_STRADDLES = "place_straddles"
    PLACE_UNKNOWN = "place_unknown"
    MAY_NOT_BE_REAL = "may_not_be_real"
    TEXT_SILENT = "text_silent"
    LINE_UNKNOWN = "line_unknown"  # the text names a line that no public source gives
    END_DISPUTED = "end_disputed"  # after a day on which somebody said that it ended
    CONDITION_UNKNOWN = (
        "condition_unknown"  # the evidence does not tell whether a condition of the clause holds
    )
    EXCEPTION_OPEN = "exception_open"
    THERMAL_OR_TEXT_ONLY = "thermal_or_text_only"
    SINGLE_ORIGIN = "single_origin"
    TOTAL_ONLY = "total_only"  # a source's total: neither what each item was nor where
    NOTHING_SEEN = "nothing_seen"  # somebody watched and saw nothing of it
    NOBODY_WATCHED = "nobody_watched"
    NOT_WATCHED = "not_watched"
    DENIED = "denied"
    JAMMED = "jammed"
    CLOUDED = "clouded"
    WATCH_UNKNOWN = "watch_unknown"  # nobody knows whether it was watched


class Basis(StrEnum):
    """What the odds of an attribution rest on."""

    DIRECTION = "direction_of_fire"
    NO_DIRECTION = "no_direction"  # nobody stated where it flew, or the lines are not known
    OWN_WORD = "own_word"  # a party said that it was its own act
    NOTIFIED = "notified_exercise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One condition of a trace, with its value and what it rests on, in words."""

    condition: str
    value: int  # a vocabulary.Truth
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Every condition that led to an assessment, in the order asked."""

    assessment_id: str
    steps: tuple[Step, ...]
