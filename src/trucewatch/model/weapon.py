"""Classes of weapons, as agreements on withdrawal divide them.

Rules:
- the classes are a closed list; words that are in no table are of no class, and nothing is guessed.
"""

from __future__ import annotations

from enum import StrEnum


class WeaponClass(StrEnum):
    """What kind of weapon it is."""

    SMALL_ARMS = "small_arms"
    MACHINE_GUN = "machine_gun"  # heavy machine guns, on a mount
    GRENADE_LAUNCHER = "grenade_launcher"
    ANTI_TANK = "anti_tank"  # guns and guided missiles
    ANTI_AIRCRAFT = "anti_aircraft"
    MORTAR = "mortar"
    TANK = "tank"
    ARMOURED_VEHICLE = "armoured_vehicle"
    ARTILLERY = "artillery"  # guns and howitzers
    MLRS = "mlrs"  # multiple rocket launchers
    HEAVY_MLRS = "heavy_mlrs"  # Uragan, Smerch, Tornado-S and their like
    TACTICAL_MISSILE = "tactical_missile"
    MINE = "mine"
    UAV = "uav"
    AIRCRAFT = "aircraft"
    SHIP = "ship"
