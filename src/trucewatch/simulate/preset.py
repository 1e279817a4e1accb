"""What a simulated world is made with: every number that shapes it, under a name.

Rules:
- a preset and a seed decide everything; the same two give the same bytes;
- the named presets from `ten_thousand` to `ten_million` have one density, 4.6 reports a kilometre and day,
  and differ in length and days; `day` and `peak` are one day of a long line;
- the shares of watch are the sides' in the order A, B: 0.5 is half as much as could be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType

from trucewatch.errors import InputError

PARTIES = ("A", "B")  # A holds what lies north of the line, B what lies south of it
REPORTS_PER_EVENT = 1.65


class Phase(StrEnum):
    """How a truce stands."""

    BEFORE = "before"
    STARTS = "starts"
    HOLDS = "holds"
    FRAYS = "frays"
    BREAKS = "breaks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A phase, up to which share of the whole time it lasts, and how much is fired in it."""

    phase: Phase
    until: float
    level: float


WHOLE_TRUCE = (
    Stretch(phase=Phase.BEFORE, until=0.1, level=1.0),
    Stretch(phase=Phase.STARTS, until=0.2, level=0.5),
    Stretch(phase=Phase.HOLDS, until=0.55, level=0.25),
    Stretch(phase=Phase.FRAYS, until=0.8, level=0.6),
    Stretch(phase=Phase.BREAKS, until=1.0, level=1.2),
)
ONE_DAY = (
    Stretch(phase=Phase.HOLDS, until=0.6, level=0.5),
    Stretch(phase=Phase.FRAYS, until=1.0, level=1.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """The numbers of a world; shares and probabilities 0 to 1."""

    name: str
    reports: int  # about how many observations the sources make of it
    length_km: float
    days: float
    stretches: tuple[Stretch, ...] = WHOLE_TRUCE
    starts: datetime = datetime(2027, 3, 1, tzinfo=UTC)
    watched: tuple[float, float] = (1.0, 1.0)  # share of watch on A's and on B's ground
    gap_m: float = 800.0  # between the two sides' lines, in the middle of its range
    zones_m: tuple[float, ...] = (7_500.0, 50_000.0)  # depths behind each side's own line
    hot_spots_per_100_km: float = 3.0
    settlements_per_100_km: float = 14.0
    p_hot: float = 0.65  # of engagements, near a hot spot
    p_reply: float = 0.5  # of engagements, that the other side answers
    p_launch: float = 0.15  # of heavy fire, that the launch is an event of its own
    p_accident: float = 0.015
    p_third: float = 0.015
    p_exercise: float = 0.03
    p_notified: float = 0.75  # of live-fire exercises, announced before
    p_withdrawn: float = 0.6  # of the weapons to be withdrawn, that were
    p_weapon_shown: float = 0.03  # of events, a weapon that stands in the open
    engagements_per_battle: float = 2.5
    events_per_engagement: float = 6.0

    @property
    def events(self) -> int:
        """About how many events there are."""
        return max(20, round(self.reports / REPORTS_PER_EVENT))

    @property
    def end_s(self) -> float:
        """Its length in seconds."""
        return self.days * 86_400.0


def _sized(name: str, reports: int, length_km: float, days: float) -> Preset:
    return Preset(name=name, reports=reports, length_km=length_km, days=days)


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        made.name: made
        for made in (
            _sized("small", 1_000, 60.0, 3.6),
            Preset(name="day", reports=3_000, length_km=1_200.0, days=1.0, stretches=ONE_DAY),
            Preset(name="peak", reports=30_000, length_km=1_200.0, days=1.0, stretches=ONE_DAY),
            _sized("ten_thousand", 10_000, 300.0, 7.2),
            _sized("hundred_thousand", 100_000, 600.0, 36.0),
            _sized("million", 1_000_000, 1_200.0, 180.0),
            _sized("ten_million", 10_000_000, 1_200.0, 1_800.0),
        )
    }
)


def preset(name: str) -> Preset:
    """Return the preset `name`; InputError when there is none."""
    if name not in PRESETS:
        raise InputError(f"there is no preset {name!r}; there are {', '.join(PRESETS)}")
    return PRESETS[name]
