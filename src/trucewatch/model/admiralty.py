"""Marks of trust after the Admiralty system: how reliable a source is, and how credible what it says in this case.

Rules:
- reliability is A to E, and F when it cannot be judged; credibility is 1 to 5, and 6 when it cannot be judged (STANAG 2511);
- a mark is one person's, of one item, on one scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreeing:
    """How far two people who marked the same items blind to one another agree on a scale."""

    scale: Scale
    pairs: int
    alike: int  # pairs with the same grade
    kappa: float | None  # weighted by squared distance; None: chance alone would give as much
