"""Source profiles that were learned from observations, as they are on record, and which profiles are used.

Rules:
- what was learned stands beside what was declared then, and on how many incidents it rests;
- learning changes nothing: what a source declares is used until a person chooses what was learned, with a reason,
  and again once a person chooses what is declared;
- what is learned takes the place of the same fields of the same sources, and of nothing else; of a kind that a source
  takes for others, all its shares are learned together, and 0 is too seldom to be counted;
- a version without confused kinds is one that was recorded before they were, or that learned none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Phenomenon

DISAGREES = 1.5  # times as much, or as little, as was declared
LEAST_APART = 0.02  # of the shares of confused kinds: below that a few reports decide
MOST_SHARES = 1.001  # of all that one kind is taken for, with what rounding adds
KINDS = tuple(Phenomenon)


class LearnedField(StrEnum):
    """What can be learned of a source."""

    POSITION_SIGMA_M = "position_sigma_m"
    TIME_SIGMA_S = "time_sigma_s"
    TIME_LAG_MEDIAN_S = "time_lag_median_s"
    FALSE_SHARE = "false_share"
    ALONE = "alone"
    REPEATS = "repeats"


POSITIVE = frozenset({LearnedField.POSITION_SIGMA_M, LearnedField.TIME_SIGMA_S})
SHARES = frozenset({LearnedField.FALSE_SHARE, LearnedField.ALONE, LearnedField.REPEATS})


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedFigure:
    """One thing that was learned of one source."""

    source_id: str
    field: LearnedField
    declared: float | None  # None: it was not
    learned: float
    incidents: int  # that it rests on

    @property
    def disagrees(self) -> bool:
        """Whether it is far from what was declared."""
        return _apart(self.declared, self.learned)

    @property
    def name(self) -> str:
        """What it is of the source."""
        return self.field.value

    @property
    def possible(self) -> bool:
        """Whether it is a number that such a field may have."""
        if self.field in SHARES:
            return 0 <= self.learned <= 1
        return self.learned > 0 if self.field in POSITIVE else abs(self.learned) < float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedConfusion:
    """How often one source was found to say one kind of another."""

    source_id: str
    meant: Phenomenon
    said: Phenomenon
    declared: float | None  # None: it was not
    learned: float  # share of what was meant

    @property
    def disagrees(self) -> bool:
        """Whether it is far from what was declared."""
        far = self.declared is not None and abs(self.learned - self.declared) >= LEAST_APART
        return far and _apart(self.declared, self.learned)

    @property
    def name(self) -> str:
        """What it is of the source."""
        return f"{self.meant.value} said to be {self.said.value}"

    @property
    def possible(self) -> bool:
        """Whether it is a share, of another kind."""
        return self.meant is not self.said and 0 <= self.learned <= 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedProfiles:
    """A version of what the observations of a mission show of their sources."""

    learned_id: str
    beside: int  # the record with the sources.toml that it was learned beside
    through: int  # the last record that it was learned from
    observations: int
    figures: tuple[LearnedFigure, ...]
    recorded_by: str
    confused: tuple[LearnedConfusion, ...] = ()

    @property
    def whole(self) -> tuple[LearnedFigure | LearnedConfusion, ...]:
        """Return all that was learned."""
        return (*self.figures, *self.confused)

    @property
    def disagreeing(self) -> tuple[LearnedFigure | LearnedConfusion, ...]:
        """Return what is far from what was declared."""
        return tuple(one for one in self.whole if one.disagrees)

    @property
    def confusing(self) -> Mapping[str, Mapping[Phenomenon, Mapping[Phenomenon, float]]]:
        """Return by source what it takes for what, as a profile has it."""
        found: dict[str, dict[Phenomenon, dict[Phenomenon, float]]] = {}
        for one in sorted(self.confused, key=lambda one: KINDS.index(one.said)):
            meant = found.setdefault(one.source_id, {}).setdefault(one.meant, {})
            if one.learned > 0:
                meant[one.said] = one.learned
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChoice:
    """A person's choice of the profiles that a mission fuses and assesses by."""

    choice_id: str
    use: str | None  # the id of what was learned; None: what is declared
    why: str
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Profiling:
    """What is on record of a mission's source profiles."""

    declared: Mapping[str, SourceProfile]
    versions: Sequence[LearnedProfiles] = ()  # in the order in which they were recorded
    choice: ProfileChoice | None = None  # the last; None: what is declared was never left

    @property
    def chosen(self) -> LearnedProfiles | None:
        """Return the version that is used, None when what is declared is."""
        wanted = None if self.choice is None else self.choice.use
        return next((one for one in self.versions if one.learned_id == wanted), None)

    @property
    def used(self) -> Mapping[str, SourceProfile]:
        """Return the profiles to fuse and assess by."""
        chosen = self.chosen
        return self.declared if chosen is None else with_learned(self.declared, chosen)


def with_learned(
    declared: Mapping[str, SourceProfile], version: LearnedProfiles
) -> Mapping[str, SourceProfile]:
    """Return the declared profiles with what was learned in its place."""
    found: dict[str, dict[LearnedField, float]] = {}
    for figure in version.figures:
        found.setdefault(figure.source_id, {})[figure.field] = figure.learned
    confusing = version.confusing
    return {
        name: replace(
            _with(profile, found.get(name, {})), confuses={**profile.confuses, **confusing.get(name, {})}
        )
        for name, profile in declared.items()
    }


def share_of(profile: SourceProfile | None, meant: Phenomenon, said: Phenomenon) -> float | None:
    """Return how often a profile declares that one kind is said of another; None when it does not."""
    return None if profile is None else profile.confuses.get(meant, {}).get(said)


def figure_of(profile: SourceProfile | None, field: LearnedField) -> float | None:
    """Return what a profile declares of a field; None when it does not."""
    if profile is None:
        return None
    return {
        LearnedField.POSITION_SIGMA_M: profile.position_sigma_m,
        LearnedField.TIME_SIGMA_S: profile.time_sigma_s,
        LearnedField.TIME_LAG_MEDIAN_S: profile.time_lag_median_s,
        LearnedField.FALSE_SHARE: profile.false_share,
        LearnedField.ALONE: profile.alone,
        LearnedField.REPEATS: profile.repeats,
    }[field]


def _apart(declared: float | None, learned: float) -> bool:
    return bool(declared) and not 1 / DISAGREES <= learned / (declared or 1.0) <= DISAGREES


def _with(profile: SourceProfile, found: Mapping[LearnedField, float]) -> SourceProfile:
    def value(field: LearnedField) -> float | None:
        return found.get(field, figure_of(profile, field))

    return replace(
        profile,
        position_sigma_m=value(LearnedField.POSITION_SIGMA_M),
        time_sigma_s=value(LearnedField.TIME_SIGMA_S),
        time_lag_median_s=value(LearnedField.TIME_LAG_MEDIAN_S),
        false_share=value(LearnedField.FALSE_SHARE),
        alone=value(LearnedField.ALONE),
        repeats=value(LearnedField.REPEATS),
    )
