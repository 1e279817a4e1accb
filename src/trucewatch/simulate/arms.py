"""Weapons by class: calibre, reach, scatter, and what one looks and sounds like when it is fired.

Rules:
- reach and scatter are round figures for a world that is like one, not a weapon's data sheet;
- what is heard of small arms is the muzzle, what is heard of heavy ones is where they burst.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from trucewatch.model.geodesy import Floats
from trucewatch.model.vocabulary import Phenomenon
from trucewatch.model.weapon import WeaponClass
from trucewatch.simulate.draws import Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """One kind of weapon."""

    weapon: WeaponClass
    calibre_mm: float | None
    words: str  # what a witness who knows would write
    share: float  # of engagements
    reach_m: float
    deep_m: float  # how far behind the other side's line it mostly lands
    scatter_m: float
    kinds: tuple[tuple[Phenomenon, float], ...]
    rounds: float  # of one event, in the mean
    limit_m: float  # how far behind its own line it must be withdrawn; 0: not at all

    @property
    def direct(self) -> bool:
        """What is heard of it is the muzzle."""
        return self.weapon in (WeaponClass.SMALL_ARMS, WeaponClass.MACHINE_GUN)


_BOOM = ((Phenomenon.EXPLOSION, 1.0),)


def _arm(
    weapon: WeaponClass,
    calibre_mm: float | None,
    words: str,
    numbers: tuple[float, float, float, float, float, float],
    kinds: tuple[tuple[Phenomenon, float], ...] = _BOOM,
) -> Arm:
    share, reach, deep, scatter, rounds, limit = numbers
    return Arm(
        weapon=weapon,
        calibre_mm=calibre_mm,
        words=words,
        share=share,
        reach_m=reach,
        deep_m=deep,
        scatter_m=scatter,
        rounds=rounds,
        limit_m=limit,
        kinds=kinds,
    )


_SMALL = ((Phenomenon.SHOT, 0.35), (Phenomenon.BURST, 0.65))
ARMS = (
    _arm(WeaponClass.SMALL_ARMS, 7.62, "small arms", (0.16, 1_800, 250, 120, 5, 0), _SMALL),
    _arm(
        WeaponClass.MACHINE_GUN,
        12.7,
        "heavy machine gun",
        (0.14, 3_000, 500, 200, 6, 0),
        ((Phenomenon.BURST, 1.0),),
    ),
    _arm(WeaponClass.GRENADE_LAUNCHER, 30.0, "automatic grenade launcher", (0.12, 2_500, 400, 150, 6, 0)),
    _arm(WeaponClass.MORTAR, 82.0, "mortar", (0.2, 4_500, 800, 250, 4, 0)),
    _arm(WeaponClass.MORTAR, 120.0, "120 mm mortar", (0.14, 7_500, 1_500, 300, 4, 15_000)),
    _arm(WeaponClass.TANK, 125.0, "tank", (0.06, 4_500, 800, 200, 2.5, 15_000)),
    _arm(WeaponClass.ARTILLERY, 122.0, "howitzer", (0.06, 15_000, 3_500, 400, 4, 25_000)),
    _arm(WeaponClass.ARTILLERY, 152.0, "152 mm howitzer", (0.04, 20_000, 5_000, 450, 4, 25_000)),
    _arm(
        WeaponClass.MLRS,
        122.0,
        "multiple launch rocket system",
        (0.02, 20_000, 6_000, 700, 12, 35_000),
        ((Phenomenon.EXPLOSION, 0.85), (Phenomenon.PROJECTILE, 0.15)),
    ),
    _arm(
        WeaponClass.UAV,
        None,
        "UAV",
        (0.06, 12_000, 2_500, 60, 1.3, 0),
        ((Phenomenon.EXPLOSION, 0.85), (Phenomenon.AIRBURST, 0.15)),
    ),
)
CLASSES = tuple(arm.weapon.value for arm in ARMS)
WORDS = tuple(arm.words for arm in ARMS)
LIMITED = tuple(at for at, arm in enumerate(ARMS) if arm.limit_m > 0)


def of(index: Ints, number: Callable[[Arm], float | None]) -> Floats:
    """Return the `number` of each of the arms at `index`; NaN where it has none."""
    values = [number(arm) for arm in ARMS]
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)[index]
