"""The grammar of one language as its file has it.

Rules:
- every word list and phrase is data; the engine knows no word of any language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """What grammar.toml of one language says."""


def grammar(table: Mapping[str, object], where: str) -> Grammar:
    """Return the grammar in `table`; a wrong entry is refused with `where` and its key."""
    return Grammar()
