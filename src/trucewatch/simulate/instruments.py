"""The kinds of source in a simulated world, and the truth about each: what it can see and how it errs.

Rules:
- these numbers make the reports; the true profile is made of them, the declared one may be wrong;
- probabilities are of one event in reach of one post on watch, or of the whole source when it has no posts;
- `false_share` is of the source's rows, `repeats` of its reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from trucewatch.model.vocabulary import Means


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One source as it truly is; `sigma_m` is per axis, `None` where each row has its own."""

    source_id: str
    means: Means
    affiliation: str
    reliability: str
    says: str
    p_heavy: float  # explosions and whatever bursts
    p_light: float  # shots and bursts of small arms
    p_weapon: float  # a weapon that stands in the open
    sigma_s: float
    sigma_m: float
    false_share: float
    repeats: float
    lag_s: float  # median
    reach_m: float | None = None  # of heavy fire; None: everywhere
    light_reach_m: float | None = None
    watches: str = "continuous"


def _told(
    source_id: str, affiliation: str, reliability: str, says: str, numbers: tuple[float, ...]
) -> Instrument:
    p_heavy, p_light, sigma_s, sigma_m, false_share, repeats, lag_s = numbers
    return Instrument(
        source_id=source_id,
        means=Means.TOLD,
        affiliation=affiliation,
        reliability=reliability,
        says=says,
        p_heavy=p_heavy,
        p_light=p_light,
        p_weapon=0.0,
        sigma_s=sigma_s,
        sigma_m=sigma_m,
        false_share=false_share,
        repeats=repeats,
        lag_s=lag_s,
        watches="unknown",
    )


ACOUSTIC = Instrument(
    source_id="acoustic",
    means=Means.DETECTED,
    affiliation="joint",
    reliability="B",
    says="simulated arrays of microphones: they place a bang and do not know whose it was",
    p_heavy=0.6,
    p_light=0.1,
    p_weapon=0.0,
    sigma_s=4.0,
    sigma_m=220.0,
    false_share=0.1,
    repeats=0.15,
    lag_s=60.0,
    reach_m=14_000.0,
    light_reach_m=3_000.0,
)
SEISMIC = Instrument(
    source_id="seismic",
    means=Means.DETECTED,
    affiliation="third",
    reliability="B",
    says="a simulated seismic network: large explosions only, placed coarsely",
    p_heavy=0.26,
    p_light=0.0,
    p_weapon=0.0,
    sigma_s=8.0,
    sigma_m=800.0,
    false_share=0.1,
    repeats=0.08,
    lag_s=1_800.0,
)
PATROL = Instrument(
    source_id="patrol",
    means=Means.HEARD,
    affiliation="joint",
    reliability="B",
    says="simulated patrols: they hear, see little by night, and do not see who fired",
    p_heavy=0.62,
    p_light=0.55,
    p_weapon=0.25,
    sigma_s=90.0,
    sigma_m=100.0,
    false_share=0.06,
    repeats=0.15,
    lag_s=40_000.0,
    reach_m=9_000.0,
    light_reach_m=4_500.0,
    watches="post hours",
)
CAMERA = Instrument(
    source_id="camera",
    means=Means.RECORDED,
    affiliation="joint",
    reliability="A",
    says="simulated cameras on fixed bearings: a good direction, a poor distance",
    p_heavy=0.65,
    p_light=0.3,
    p_weapon=0.05,
    sigma_s=3.0,
    sigma_m=30.0,
    false_share=0.04,
    repeats=0.12,
    lag_s=30_000.0,
    reach_m=6_000.0,
    light_reach_m=3_000.0,
)
THERMAL = Instrument(
    source_id="thermal",
    means=Means.IMAGED,
    affiliation="third",
    reliability="B",
    says="a simulated satellite: heat at the hour of its pass, from whatever burns",
    p_heavy=0.05,
    p_light=0.0,
    p_weapon=0.0,
    sigma_s=0.0,
    sigma_m=400.0,
    false_share=0.3,
    repeats=0.15,
    lag_s=9_000.0,
    watches="passes",
)
OPTICAL = Instrument(
    source_id="optical",
    means=Means.IMAGED,
    affiliation="third",
    reliability="A",
    says="a simulated satellite: craters and weapons seen between two clear passes",
    p_heavy=0.03,
    p_light=0.0,
    p_weapon=0.5,
    sigma_s=0.0,
    sigma_m=25.0,
    false_share=0.05,
    repeats=0.03,
    lag_s=40_000.0,
    watches="passes",
)
DRONE = Instrument(
    source_id="drone",
    means=Means.IMAGED,
    affiliation="joint",
    reliability="A",
    says="simulated drones: what they film is sure, and they film little",
    p_heavy=0.75,
    p_light=0.5,
    p_weapon=0.8,
    sigma_s=15.0,
    sigma_m=50.0,
    false_share=0.03,
    repeats=0.1,
    lag_s=7_200.0,
    watches="post hours",
)
CLAIMS_A = _told(
    "claims-A",
    "party:A",
    "D",
    "what A states in this exercise, mostly about B",
    (0.11, 0.07, 300.0, 1_600.0, 0.18, 0.06, 15_000.0),
)
CLAIMS_B = _told(
    "claims-B",
    "party:B",
    "D",
    "what B states in this exercise, mostly about A",
    (0.11, 0.07, 300.0, 1_600.0, 0.18, 0.06, 15_000.0),
)
NEWS_HARBOUR = _told(
    "news-harbour",
    "public",
    "C",
    "a simulated newsroom: late, by settlement, it repeats what a party claims",
    (0.03, 0.01, 3_600.0, 3_000.0, 0.1, 0.1, 30_000.0),
)
NEWS_COAST = _told(
    "news-coast",
    "public",
    "C",
    "a simulated newsroom: late, by settlement, it repeats the other one",
    (0.02, 0.005, 3_600.0, 3_000.0, 0.1, 0.1, 50_000.0),
)
CODED = _told(
    "coded",
    "third",
    "C",
    "a simulated coded event set: by day and settlement",
    (0.035, 0.01, 0.0, 4_500.0, 0.05, 0.02, 600_000.0),
)
PUBLIC = _told(
    "public",
    "public",
    "E",
    "simulated posts of the public: quick, unsure, many alike",
    (0.08, 0.05, 150.0, 1_200.0, 0.25, 0.15, 900.0),
)
EVERY = (
    *(ACOUSTIC, SEISMIC, PATROL, CAMERA, THERMAL, OPTICAL, DRONE),
    *(CLAIMS_A, CLAIMS_B, NEWS_HARBOUR, NEWS_COAST, CODED, PUBLIC),
)
INSTRUMENTS: Mapping[str, Instrument] = MappingProxyType({one.source_id: one for one in EVERY})
