"""What is found in an agreement that can be read: nothing that stops it, and something to mend or to look at.

Rules:
- a finding has its file and line, what was met, and how to mend it;
- a grave one is a mistake; another may be meant so, and a person looks at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What kind of finding it is."""

    NEVER = "never"  # a clause that can never fire
    OVERLAP = "overlap"  # two clauses that forbid the same
    GAP = "gap"  # a time in which no clause of a matter binds
    IDLE = "idle"  # a permission that permits nothing, an exception that changes nothing
    EXAMPLES = "examples"  # too few worked examples
    TRANSLATION = "translation"  # a translation that lacks a clause, or has one too many
    UNUSED = "unused"  # a name that is declared and nowhere used
    VERSION = "version"  # a changelog that does not fit the version
    CLAIM = "claim"  # a shape that does not say whose claim it is
    PARTIES = "parties"  # fewer than two parties


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding."""

    fault: Fault
    file: str
    line: int
    words: str
    grave: bool = False
