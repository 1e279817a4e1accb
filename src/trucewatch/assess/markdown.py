"""An agreement as literate Markdown: front matter, and clauses with their words above a TOML block.

Rules:
- front matter stands between two lines of +++; a clause is a heading `## ID Title`, words, a ```toml block;
- a clause without words or without its block is refused; so is what stands twice;
- every error names its line and how to mend it.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from trucewatch.assess.among import cross_check, staged
from trucewatch.assess.block import Block, fault, read_block
from trucewatch.assess.clauses import clauses_of
from trucewatch.assess.front import read_front
from trucewatch.assess.sections import Section, lines_of, read_sections
from trucewatch.model.agreement import Agreement


def read_agreement(text: str, *, name: str) -> Agreement:
    """Return the agreement in `text`, the agreement.md of the folder `name`.

    Raises AgreementError, `where` being agreement.md:LINE.
    """
    lines = lines_of(text)
    front, after = _front(lines)
    agreement, named, readings = read_front(front, name=name)
    sections = read_sections(text, after=after)
    if not sections:
        raise fault(
            "no clause; write a heading such as `## AM-1 No fire`, its words and its block", after + 1
        )
    clauses = [
        clauses_of(
            _block(section),
            clause_id=f"{name}/{section.code}",
            title=section.title,
            words=section.words,
            line=section.line,
            readings=readings,
            named=named,
        )
        for section in sections
    ]
    whole = replace(agreement, clauses=staged(tuple(itertools.chain(*clauses))))
    cross_check(whole)
    return whole


def _front(lines: Sequence[str]) -> tuple[Block, int]:
    if not lines or lines[0].strip() != "+++":
        raise fault("no front matter; start the file with a line of +++, the agreement's TOML, and +++", 1)
    for at, line in enumerate(lines[1:], start=1):
        if line.strip() == "+++":
            return read_block("\n".join(lines[1:at]), line=2, holder="front matter"), at + 1
    raise fault("the front matter is not closed; end it with a line of +++", 1)


def _block(section: Section) -> Block:
    if section.toml is None:
        raise fault(f"clause {section.code} has no ```toml block; write one below its words", section.line)
    return read_block(section.toml, line=section.toml_line, holder=f"clause {section.code}")
