"""How well marked passages are read: precision, recall, and what was invented.

A proposal is right when a marked statement, or one that is marked as also fine, agrees with it in kind, actors, modality,
negation (of undertakings), bounds of quantity and set of triggers, and stands in the same clause. A marked statement is found when a right
proposal stands in its clause. Run it on the shown passages alone: `python tests/read/scoring.py en nb fi`;
`nb-second` is the file of that name.
"""

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from reader import reading

from trucewatch.model.proposal import Proposal

PASSAGES = Path(__file__).parent / "passages"
UNDERTAKINGS = frozenset({"commitment", "refusal", "claim_about"})


@dataclass
class Marks:
    proposed: int = 0
    right: int = 0
    expected: int = 0
    found: int = 0
    invented: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / self.proposed if self.proposed else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.expected if self.expected else 1.0


def clause_of(passage: dict, marked: dict) -> tuple[int, int]:
    start = passage["text"].find(marked["quote"])
    assert start >= 0, (passage["id"], marked["quote"])
    return start, start + len(marked["quote"])


def characters(text: str, proposal: Proposal) -> tuple[int, int]:
    raw = text.encode()
    return len(raw[: proposal.start].decode()), len(raw[: proposal.end].decode())


def same_clause(one: tuple[int, int], other: tuple[int, int]) -> bool:
    common = min(one[1], other[1]) - max(one[0], other[0])
    return common * 2 >= min(one[1] - one[0], other[1] - other[0])


def triggers(proposal: Proposal) -> set[str]:
    return {condition.trigger.value if condition.trigger else "other" for condition in proposal.conditions}


def differences(proposal: Proposal, marked: dict) -> list[str]:
    quantity = proposal.quantity
    bounds = (quantity.least, quantity.most) if quantity else None
    wanted = marked["quantity"]
    pairs = [
        ("kind", proposal.kind.value, marked["kind"]),
        ("actor", sorted(proposal.actors), sorted(marked["actor"])),
        ("modality", proposal.modality.value, marked["modality"]),
        ("quantity", bounds, (wanted["min"], wanted["max"]) if wanted else None),
        ("triggers", sorted(triggers(proposal)), sorted(marked["triggers"])),
    ]
    if marked["kind"] in UNDERTAKINGS:
        pairs.append(("negated", proposal.negated, marked["negated"]))
    return [f"{name}: {got} for {want}" for name, got, want in pairs if got != want]


def inventions(text: str, proposal: Proposal, allowed: set[str]) -> list[str]:
    """Return the actors that no marked statement names, and the numbers and dates that do not stand in the text."""
    found = [f"actor {code}" for code in proposal.actors if code not in allowed]
    if proposal.quantity and proposal.quantity.as_written not in text:
        found.append(f"number {proposal.quantity.as_written}")
    if proposal.when and proposal.when.as_written not in text:
        found.append(f"date {proposal.when.as_written}")
    return found


def score_passage(passage: dict, marks: Marks) -> None:
    proposals = reading(
        passage["text"],
        language=passage["language"],
        published=passage["published"],
        publisher=passage.get("publisher"),
    ).proposals
    everything = [*passage["expected"], *passage["also_fine"]]
    allowed = {code for marked in everything for code in marked["actor"]}
    right: list[tuple[int, int]] = []
    for proposal in proposals:
        place = characters(passage["text"], proposal)
        near = [m for m in everything if same_clause(place, clause_of(passage, m))]
        misses = [differences(proposal, marked) for marked in near]
        marks.proposed += 1
        if any(not miss for miss in misses):
            marks.right += 1
            right.append(place)
        else:
            why = "; ".join(min(misses, key=len)) if misses else "nothing marked here"
            marks.failures.append(f"{passage['id']} wrong: {why} | {proposal.quote}")
        marks.invented += [
            f"{passage['id']} {what}" for what in inventions(passage["text"], proposal, allowed)
        ]
    for marked in passage["expected"]:
        marks.expected += 1
        if any(same_clause(place, clause_of(passage, marked)) for place in right):
            marks.found += 1
        else:
            kind = f"{marked['kind']} {marked['actor']} {marked['modality']}"
            marks.failures.append(f"{passage['id']} missed: {kind} | {marked['quote']}")


def score(path: Path) -> Marks:
    marks = Marks()
    for line in path.read_text("utf-8").splitlines():
        score_passage(json.loads(line), marks)
    return marks


def report(name: str, marks: Marks) -> str:
    head = (
        f"{name}: precision {marks.precision:.3f} ({marks.right} of {marks.proposed}), "
        f"recall {marks.recall:.3f} ({marks.found} of {marks.expected}), invented {len(marks.invented)}"
    )
    return "\n".join([head, *(f"  {line}" for line in [*marks.failures, *marks.invented])])


if __name__ == "__main__":
    for asked in sys.argv[1:] or ["en", "nb", "fi"]:
        name = asked if "-" in asked else f"{asked}-shown"
        print(report(name, score(PASSAGES / f"{name}.jsonl")))
