"""How far a weapon carries: the distances from which its fire can have come.

Rules:
- figures are the greatest ranges of common types as manufacturers and manuals print them, rounded up; they say
  who *could*, and a wider one only leaves more open;
- without a class the kind of sound or sight bounds it; without that, the widest is taken;
- nothing fires from nearer than a twentieth of its range in this reckoning.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from trucewatch.model.vocabulary import Phenomenon
from trucewatch.model.weapon import WeaponClass

WIDEST_M = 40_000.0
NEAREST = 0.05  # of the greatest range

RANGE_M: Mapping[WeaponClass, float] = MappingProxyType(
    {
        WeaponClass.SMALL_ARMS: 2_000.0,
        WeaponClass.MACHINE_GUN: 4_000.0,
        WeaponClass.GRENADE_LAUNCHER: 2_500.0,
        WeaponClass.ANTI_TANK: 9_000.0,
        WeaponClass.ANTI_AIRCRAFT: 6_000.0,
        WeaponClass.MORTAR: 9_500.0,
        WeaponClass.TANK: 10_000.0,
        WeaponClass.ARMOURED_VEHICLE: 7_000.0,
        WeaponClass.ARTILLERY: 30_000.0,
        WeaponClass.MLRS: 40_000.0,
        WeaponClass.HEAVY_MLRS: 120_000.0,
        WeaponClass.TACTICAL_MISSILE: 300_000.0,
    }
)
"""The greatest range of each class whose fire has one, metres."""

CALIBRES_M = (
    (WeaponClass.MORTAR, 83.0, 4_500.0),
    (WeaponClass.MORTAR, 121.0, 7_500.0),
    (WeaponClass.ARTILLERY, 101.0, 12_000.0),
    (WeaponClass.ARTILLERY, 123.0, 22_000.0),
    (WeaponClass.MLRS, 123.0, 40_000.0),
)
"""Class, calibre up to but not including (mm), greatest range (m); the first that fits is taken."""

KINDS_M: Mapping[Phenomenon, float] = MappingProxyType(
    {
        Phenomenon.SHOT: 2_000.0,
        Phenomenon.BURST: 4_000.0,
        Phenomenon.FLARE: 2_000.0,
        Phenomenon.MUZZLE_FLASH: WIDEST_M,
        Phenomenon.PROJECTILE: WIDEST_M,
    }
)
"""Where no class is known: by what was heard or seen."""


def reach_m() -> pl.Expr:
    """Return the greatest range of each row of INCIDENTS, metres; from `weapon`, `calibre_max_mm`, `phenomenon`."""
    classes = {name.value: metres for name, metres in RANGE_M.items()}
    kinds = {name.value: metres for name, metres in KINDS_M.items()}
    by_calibre = [
        pl.when((pl.col("weapon") == name.value) & (pl.col("calibre_max_mm") < below)).then(pl.lit(metres))
        for name, below, metres in CALIBRES_M
    ]
    return pl.coalesce(
        *by_calibre,
        pl.col("weapon").replace_strict(classes, default=None, return_dtype=pl.Float64),
        pl.col("phenomenon").replace_strict(kinds, default=WIDEST_M, return_dtype=pl.Float64),
    )
