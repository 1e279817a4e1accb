"""An agreement's folder, read and checked: its text, its shapes, its examples, its translations.

Rules:
- what cannot be read stops the checking; all else is found, each with its line;
- zones.geojson is optional: names without a shape then say why they are unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from trucewatch.assess.findings import findings
from trucewatch.assess.markdown import read_agreement
from trucewatch.assess.said import said
from trucewatch.assess.translation import NAMED, translation_findings
from trucewatch.assess.zones import match_shapes, read_shapes
from trucewatch.mission.examples import Tried, examples_of
from trucewatch.mission.files import read_text
from trucewatch.model.agreement import Agreement, Clause
from trucewatch.model.finding import Finding
from trucewatch.model.shapes import NO_SHAPES, Shapes


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What an agreement's folder holds, and what was found."""

    agreement: Agreement
    shapes: Shapes
    tried: tuple[Tried, ...]
    findings: tuple[Finding, ...]

    @property
    def stands(self) -> bool:
        """Whether every example came out as expected and nothing grave was found."""
        return all(one.as_expected for one in self.tried) and not any(one.grave for one in self.findings)


def read_folder(folder: Path) -> tuple[Agreement, Shapes]:
    """Return the agreement in `folder` and its shapes; raises AgreementError."""
    agreement = read_agreement(read_text(folder / "agreement.md"), name=folder.resolve().name)
    zones = folder / "zones.geojson"
    shapes = read_shapes(read_text(zones)) if zones.exists() else NO_SHAPES
    match_shapes(agreement, shapes)
    return agreement, shapes


def check_agreement(folder: Path) -> Checked:
    """Return what `folder` holds and what is found in it; raises AgreementError when it cannot be read."""
    agreement, shapes = read_folder(folder)
    tried = examples_of(folder, agreement, shapes)
    found = list(findings(agreement, shapes, [one.example for one in tried if one.example]))
    for file in sorted(folder.glob("agreement.*.md")):
        if NAMED.fullmatch(file.name):
            found += translation_findings(agreement, read_text(file), file=file.name)
    return Checked(agreement=agreement, shapes=shapes, tried=tried, findings=tuple(found))


def plain_agreement(agreement: Agreement) -> Mapping[str, object]:
    """Return the agreement as plain values, its conditions as they are written."""
    return {
        "name": agreement.name,
        "title": agreement.title,
        "version": agreement.version,
        "status": agreement.status,
        "starts": agreement.starts,
        "ends": agreement.ends,
        "ends_words": agreement.ends_words,
        "exercise": agreement.exercise,
        "parties": agreement.parties,
        "procedure": agreement.procedure,
        "zones_and_lines": agreement.mapped,
        "left_open": agreement.left_open,
        "choices": agreement.choices,
        "clauses": [_plain(clause) for clause in agreement.clauses],
    }


def _plain(clause: Clause) -> Mapping[str, object]:
    return {
        "clause_id": clause.clause_id,
        "title": clause.title,
        "line": clause.line,
        "act": clause.act,
        "words": clause.words,
        "phenomena": sorted(clause.phenomena),
        "trajectories": sorted(clause.trajectories),
        "readings": [reading.name for reading in clause.readings],
        "starts": clause.starts,
        "ends": clause.ends,
        "when": None if clause.when is None else said(clause.when),
        "excepts": clause.excepts,
        "needs": clause.needs,
        "must_be_shown_by": clause.must_be_shown_by,
        "stage_of": clause.stage_of,
        "left_open": clause.left_open,
    }
