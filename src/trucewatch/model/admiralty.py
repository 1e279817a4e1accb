"""Marks of trust after the Admiralty system: how reliable a source is, and how credible what it says in this case.

Rules:
- reliability is A to E, and F when it cannot be judged; credibility is 1 to 5, and 6 when it cannot be judged (STANAG 2511);
- a mark is one person's, of one item, on one scale; it may be sealed first, and opened when two are in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from trucewatch.model.canonical import canonical, digest
from trucewatch.model.decision import Role


class Scale(StrEnum):
    """What a mark is of."""

    RELIABILITY = "reliability"
    CREDIBILITY = "credibility"


GRADES = {Scale.RELIABILITY: "ABCDEF", Scale.CREDIBILITY: "123456"}
"""The grades of each scale, the best first; the last says that it cannot be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One person's mark of one item of a case."""

    mark_id: str
    case_id: str
    item: str  # an observation's id, or what the evidence is called
    scale: Scale
    grade: str
    recorded_by: str
    role: Role
    at: datetime
    sealed: str = ""  # what binds its giver to a grade that is not said yet (`seal`); then the grade is empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A sealed mark opened by its giver."""

    mark_id: str
    case_id: str
    grade: str
    salt: str  # hexadecimal
    recorded_by: str


def seal(mark: Mark, grade: str, salt: bytes) -> str:
    """Return what binds a mark's giver to a grade without saying it: SHA-256 over a salt and what is marked how."""
    said = [mark.case_id, mark.item, mark.scale.value, mark.role.value, grade]
    return digest(salt + canonical(said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreeing:
    """How far two people who marked the same items blind to one another agree on a scale."""

    scale: Scale
    pairs: int
    alike: int  # pairs with the same grade
    kappa: float | None  # weighted by squared distance; None: chance alone would give as much
