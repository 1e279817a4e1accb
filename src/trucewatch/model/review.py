"""What people decide about proposals: documents that were read, and a review of each proposal.

Rules:
- a proposal that a person accepts, as it is or mended, becomes a statement of the record; one that is
  rejected stays on record as such, with the reason;
- the last review of a proposal stands;
- a mended proposal keeps what was proposed beside what it was mended to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from trucewatch.model.statement import Statement


class Verdict(StrEnum):
    """What a person decided about a proposal."""

    ACCEPTED = "accepted"
    MENDED = "mended"  # accepted, with fields that the person gave
    REJECTED = "rejected"


class Engine(StrEnum):
    """Who proposed it."""

    RULES = "rules"  # the deterministic reader
    ENDPOINT = "endpoint"  # a language model that the user configured


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Prose that statements were taken from, as it is on record."""

    document: str  # what statements name it by: its name in the vault; in records of schema 1 the SHA-256 of its bytes
    item: str  # its name in the vault
    file: str  # its name when it was read
    language: str
    publisher: str
    published: date

    @property
    def title(self) -> str:
        """What statements call it."""
        return f"{self.publisher}, {self.published}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A person's decision about one proposal."""

    proposal_id: str
    document: str
    verdict: Verdict
    engine: Engine
    proposal: Mapping[str, object]  # as it was proposed
    mends: Mapping[str, str]  # by field, as the person wrote them
    reason: str | None = None  # why it was rejected
    statement_id: str | None = None  # None: it was rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """A statement's words in their document, with the words before and after."""

    statement: Statement
    before: str
    words: str
    after: str
