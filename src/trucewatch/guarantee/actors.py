"""Who can be an actor: states by ISO 3166, organisations and unnamed groups by shipped codes.

Rules:
- a state is its ISO 3166-1 alpha-2 code; a code that is neither assigned nor ours is refused, not guessed;
- an organisation's code is two letters of the user-assigned range (XA to XZ), or EU or UN;
- an unnamed group is its organisation's code and how many it is said to be ("XX-26"), kept apart from
  every named member; fictional actors of exercises are one capital letter.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

from trucewatch.errors import InputError

_ALPHA_2 = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT
BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH
ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT
HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS
LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI
NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG
SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG
UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
STATES = frozenset(_ALPHA_2.split())
_ORGANISATION = re.compile(r"X[A-Z]|EU|UN")
_GROUP = re.compile(r"X[A-Z]-[1-9][0-9]*")
_FICTIONAL = re.compile(r"[A-Z]")


def is_group(code: str) -> bool:
    """Say whether `code` stands for so many unnamed members rather than for one actor."""
    return _GROUP.fullmatch(code) is not None


def is_actor(code: str, *, exercise: bool = False) -> bool:
    """Say whether `code` can be an actor; one letter only in an exercise."""
    known = code in STATES or _ORGANISATION.fullmatch(code) is not None or is_group(code)
    return known or (exercise and _FICTIONAL.fullmatch(code) is not None)


def read_organisations(text: str) -> Mapping[str, str]:
    """Return the names of a TOML table of organisations, by code."""
    where = "organisations.toml"
    try:
        tables: Mapping[str, object] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise InputError(f"not TOML: {fault}", where=where) from fault
    named: dict[str, str] = {}
    for code, name in tables.items():
        if not isinstance(name, str) or not name:
            raise InputError(f"{code}: give a name as a text", where=where)
        if code in STATES or not is_actor(code, exercise=True):
            raise InputError(f"{code} is not an organisation's code: use XA to XZ, or X?-NUMBER", where=where)
        named[code] = name
    return named
