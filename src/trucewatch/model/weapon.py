"""Classes of weapons, as agreements on withdrawal divide them, and the words that name them.

Rules:
- the classes are a closed list; words that are in no table are of no class, and nothing is guessed;
- "artillery" alone is of no class, for newsrooms call mortars and rockets so; with a calibre of a gun it is;
- a calibre that the words state comes before the one that a designation is known for;
- the longest phrase counts: an anti-tank missile is no tank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

_T = TypeVar("_T")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Weapon:
    """What words say of a weapon: its class, and its calibre in millimetres; None: they do not say."""

    weapon_class: WeaponClass | None
    calibre_mm: float | None


# Designations and plain words by class, with the calibre in mm after @ where a designation has but one. From public reference
# works (Jane's; The Military Balance, IISS) and the weapon lists of the Minsk package and its addendum of 2015.
_KNOWN: Mapping[WeaponClass, str] = {
    WeaponClass.SMALL_ARMS: (
        "small arms, small arms fire, light machine gun, rifle, assault rifle, sniper rifle, "
        "ak 74 @5.45, akm @7.62, rpk, pkm @7.62, svd @7.62"
    ),
    WeaponClass.MACHINE_GUN: (
        "heavy machine gun, hmg, heavy machine guns, dshk @12.7, dshkm @12.7, nsv @12.7, "
        "utes @12.7, kord @12.7, kpv @14.5, kpvt @14.5, m2 browning @12.7"
    ),
    WeaponClass.GRENADE_LAUNCHER: (
        "grenade launcher, automatic grenade launcher, under barrel grenade launcher, agl, "
        "ags 17 @30, ags 30 @30, mk 19 @40, rpg 7, spg 9 @73, rocket propelled grenade, rpg, "
        "gp 25 @40"
    ),
    WeaponClass.ANTI_TANK: (
        "anti tank, anti tank gun, anti tank guided missile, atgm, anti tank missile, mt 12 @100, "
        "mt 12 rapira @100, rapira @100, t 12 @100, d 44 @85, d 48 @85, kornet, fagot, konkurs, "
        "metis, stugna, stugna p, javelin, nlaw, 9k135 kornet, 9p148, 9p149, shturm s"
    ),
    WeaponClass.ANTI_AIRCRAFT: (
        "anti aircraft, anti aircraft gun, anti aircraft missile, surface to air missile, "
        "zu 23 @23, zu 23 2 @23, zsu 23 4 @23, shilka @23, s 60 @57, tunguska @30, strela 10, "
        "9k35, osa, 9k33, buk, 9k37, tor m1, 9k330, igla, pantsir, s 300, s 400, gepard, manpads"
    ),
    WeaponClass.MORTAR: (
        "mortar, mortars, mortar round, mortar fire, 2b14 podnos @82, 2b14 @82, podnos @82, "
        "2b9 @82, 2b9 vasilek @82, vasilek @82, 2b11 @120, 2s12 sani @120, 2s12 @120, 2b16 @120, "
        "molot @120, 2s4 @240, 2s4 tyulpan @240, tyulpan @240"
    ),
    WeaponClass.TANK: (
        "tank, tanks, main battle tank, tank gun, tank round, tank fire, mbt, t 54 @100, "
        "t 55 @100, t 62 @115, t 64 @125, t 64bv @125, t 72 @125, t 72b @125, t 72b3 @125, "
        "t 80 @125, t 80bvm @125, t 84 @125, t 90 @125, t 90m @125, leopard 1 @105, "
        "leopard 2 @120, abrams @120, challenger 2 @120"
    ),
    WeaponClass.ARMOURED_VEHICLE: (
        "armoured vehicle, armored vehicle, armoured combat vehicle, acv, apc, ifv, "
        "armoured personnel carrier, armored personnel carrier, infantry fighting vehicle, bmp, "
        "bmp 1 @73, bmp 2 @30, bmp 3 @100, btr, btr 60 @14.5, btr 70 @14.5, btr 80 @14.5, "
        "btr 4 @30, btr 82a @30, brdm 2 @14.5, mt lb, bmd, bmd 2 @30, bmd 4 @100, mtlb, m113, "
        "bradley @25"
    ),
    WeaponClass.ARTILLERY: (
        "artillery, howitzer, howitzers, self propelled howitzer, towed howitzer, gun howitzer, "
        "artillery piece, artillery pieces, tube artillery, artillery unknown calibre, "
        "self propelled artillery, towed artillery, artillery gun, d 30 @122, d 30 lyagushka @122, "
        "m 30 @122, 2s1 @122, 2s1 gvozdika @122, gvozdika @122, d 20 @152, ml 20 @152, 2s3 @152, "
        "2s3 akatsiya @152, akatsiya @152, akatsia @152, 2s5 @152, 2s5 giatsint s @152, 2a36 @152, "
        "2a36 giatsint b @152, giatsint @152, 2a65 @152, 2a65 msta b @152, 2s19 @152, "
        "2s19 msta s @152, msta @152, msta b @152, msta s @152, 2s7 @203, pion @203, "
        "2s7 pion @203, malka @203, 2s9 @120, 2s9 nona @120, nona @120, m777 @155, "
        "2s23 nona svk @120, m109 @155, caesar @155, krab @155, pzh 2000 @155"
    ),
    WeaponClass.MLRS: (
        "mlrs, multiple launch rocket system, multiple rocket launcher, mrl, "
        "multiple launch rocket systems, multiple rocket launchers, multiple launch rocket, "
        "bm 21 @122, bm 21 grad @122, grad @122, grad p @122, tornado g @122, 9k51 @122, "
        "9k51 grad @122, partizan @122"
    ),
    WeaponClass.HEAVY_MLRS: (
        "uragan @220, bm 27 @220, bm 27 uragan @220, 9p140 @220, 9p140 uragan @220, smerch @300, "
        "bm 30 @300, bm 30 smerch @300, 9k58 @300, 9k58 smerch @300, tornado s @300, himars @227, "
        "m142 himars @227, m270 @227, tos 1 @220, tos 1a @220, buratino @220, solntsepyok @220"
    ),
    WeaponClass.TACTICAL_MISSILE: (
        "tochka, tochka u, ss 21, 9k79, 9k79 tochka u, iskander, iskander m, ballistic missile, "
        "tactical missile, tactical missile system, scud, atacms"
    ),
    WeaponClass.MINE: (
        "mine, mines, anti tank mine, anti tank mines, anti personnel mine, anti personnel mines, "
        "tm 62, tm 62m, pfm 1, mon 50, pmn 2"
    ),
    WeaponClass.UAV: (
        "uav, drone, drones, fpv drone, unmanned aerial vehicle, orlan 10, shahed 136, shahed, "
        "geran 2, lancet, bayraktar tb2, forpost, quadcopter"
    ),
    WeaponClass.AIRCRAFT: (
        "aircraft, helicopter, fighter jet, mi 8, mi 24, mi 28, ka 52, su 24, su 25, su 34"
    ),
    WeaponClass.SHIP: ("ship, warship, patrol boat, frigate, corvette, gunboat"),
}


def _tokens(words: str) -> tuple[str, ...]:
    """Return the words apart: letters and digits that stand together, so that 122mm and 122 mm are one."""
    plain = re.sub(r"[\"'’ʼ«»“”„]", "", words.casefold())
    return tuple(re.findall(r"\d+(?:\.\d+)?(?=-?mm\b)|mm\b|[^\W_]+(?:\.\d+)?", plain.replace(",", ".")))


def _phrases() -> Iterator[tuple[tuple[str, ...], Weapon]]:
    """Yield each phrase of the table; a designation also without its spaces, as in T72."""
    for named, phrases in _KNOWN.items():
        for phrase in phrases.split(", "):
            words, _, calibre = phrase.partition(" @")
            weapon = Weapon(weapon_class=named, calibre_mm=float(calibre) if calibre else None)
            yield tuple(words.split()), weapon
            if any(c.isdigit() for c in words):
                yield (words.replace(" ", ""),), weapon


PHRASES: Mapping[tuple[str, ...], Weapon] = dict(_phrases())
_LONGEST = max(map(len, PHRASES))
_LOOSE = ("artillery",)
_LEAST_GUN_MM = 76.0  # "artillery" of less is no gun of that name


def weapon_of(words: str) -> Weapon:
    """Return what `words` say of a weapon; words of two classes, and words in no table, are of no class."""
    tokens = _tokens(words)
    stated, found = _stated_mm(tokens), dict(_found(tokens))
    calibre = _one(stated) if stated else _one({w.calibre_mm for w in found.values() if w.calibre_mm})
    named = _one({weapon.weapon_class for weapon in found.values()})
    if set(found) == {_LOOSE} and (calibre or 0) < _LEAST_GUN_MM:
        named = None
    return Weapon(weapon_class=named, calibre_mm=calibre)


def _stated_mm(tokens: tuple[str, ...]) -> set[float]:
    """Return the calibres that stand before "mm", with those that "and" or "or" joins to them."""
    numbers = [float(t) if re.fullmatch(r"[0-9]+(?:[.][0-9]+)?", t) else None for t in tokens]
    stated = set()
    for at in (at for at, token in enumerate(tokens) if token == "mm"):
        before = at - 1
        while before >= 0 and (number := numbers[before]) is not None:
            stated.add(number)
            before -= 2 if tokens[before - 1] in ("and", "or", "to") else len(tokens)
    return stated


def _found(tokens: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Weapon]]:
    """Yield each phrase of the table in `tokens` with what it says, the longest first, none inside another."""
    at = 0
    while at < len(tokens):
        lengths = range(min(_LONGEST, len(tokens) - at), 0, -1)
        length = next((n for n in lengths if tokens[at : at + n] in PHRASES), 0)
        if length:
            phrase = tokens[at : at + length]
            yield phrase, PHRASES[phrase]
        at += length or 1


def _one(values: Set[_T]) -> _T | None:
    """Return the only one of `values`; None when there are none or several."""
    return next(iter(values)) if len(values) == 1 else None
