"""What an act gives, by the words of a language's gives.toml.

Rules:
- an act that says it by itself needs no words, and money is what a currency counts;
- else it is the first word of the object that stands in one of the lists, and nothing when none does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from trucewatch.model.proposal import Proposal
from trucewatch.model.statement import StatementKind
from trucewatch.model.undertaking import Contribution
from trucewatch.read.fields import member, texts
from trucewatch.read.phrases import Element, element
from trucewatch.read.sentences import tokens

Gives = Mapping[Contribution, Sequence[Element]]
BY_ACT: Mapping[str, Contribution] = {
    "monitor": Contribution.MONITORING,
    "train": Contribution.TRAINING,
    "finance": Contribution.MONEY,
    "arm": Contribution.WEAPONS,
    "share intelligence": Contribution.INTELLIGENCE,
    "sanction": Contribution.SANCTIONS,
    "mediate": Contribution.MEDIATION,
}
ACTS = frozenset(
    {
        *(StatementKind.COMMITMENT, StatementKind.REFUSAL, StatementKind.CLAIM_ABOUT),
        *(StatementKind.POSITION, StatementKind.INSTRUMENT),
    }
)
CURRENCY = re.compile(r"[A-Z]{3}")


def read_gives(table: Mapping[str, object], where: str) -> Gives:
    """Return the words of gives.toml by what they are of; a wrong entry is refused with `where` and its key."""
    return {
        member(Contribution, name, name, where): tuple(
            element(word, (), first=False) for word in texts(table, name, where)
        )
        for name in table
    }


def given(proposal: Proposal, gives: Gives) -> tuple[Contribution, ...]:
    """Return what the act of a proposal gives; () when its words do not tell."""
    if proposal.kind not in ACTS:
        return ()
    if proposal.action in BY_ACT:
        return (BY_ACT[proposal.action],)
    if proposal.quantity is not None and CURRENCY.fullmatch(proposal.quantity.unit):
        return (Contribution.MONEY,)
    counted = proposal.quantity.unit if proposal.quantity is not None else ""
    for token in tokens(f"{counted} {proposal.what}"):
        for each, words in gives.items():
            if any(word.takes(token.low) for word in words):
                return (each,)
    return ()
