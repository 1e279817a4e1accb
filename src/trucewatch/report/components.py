"""The columns of the board, and whose voice a statement on it is.

Rules:
- a component is one that a document names; what names none has a column of its own.
"""

from __future__ import annotations

from enum import StrEnum


class Component(StrEnum):
    """The parts of the guarantees, in the order of the Paris Declaration; what names none is apart."""

    MONITORING = "monitoring"
    SUPPORT = "support"
    FORCE = "force"
    ATTACK = "attack"
    COOPERATION = "cooperation"
    NONE_NAMED = "none_named"


class Voice(StrEnum):
    """Whose word it is, and which way it goes."""

    OWN = "own"
    CLAIMED = "claimed"
    REFUSED = "refused"
    PUT_OFF = "put_off"
