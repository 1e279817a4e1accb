"""A translation beside an agreement: the same clauses in another language, words and no blocks.

Rules:
- it is named agreement.LANGUAGE.md, and its headings bear the clauses' ids;
- the program reads the agreement alone: a translation only says to people what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from trucewatch.assess.sections import Section, read_sections, says_something
from trucewatch.model.agreement import Agreement
from trucewatch.model.finding import Fault, Finding

NAMED = re.compile(r"agreement\.([a-z]{2,3}(?:-[A-Za-z]{2,4})?)\.md")


def translation_findings(agreement: Agreement, text: str, *, file: str) -> Iterator[Finding]:
    """Yield what the translation `text` lacks, and what it has and the agreement has not."""
    found = {section.code: section for section in read_sections(text, file=file)}
    known = dict.fromkeys((c.stage_of or c.clause_id).split("/")[1] for c in agreement.clauses)
    for code in known:
        if code not in found:
            yield _finding(file, 1, f"lacks clause {code}; write `## {code} Title` and its words")
    for code, section in found.items():
        if code not in known:
            yield _finding(file, section.line, f"has clause {code}, which the agreement has not; take it out")
        yield from _words(section, file)


def _words(section: Section, file: str) -> Iterator[Finding]:
    if section.toml is not None:
        yield _finding(
            file, section.toml_line, f"clause {section.code} has a block; keep it in agreement.md alone"
        )
    if not says_something(section.words) or not section.title:
        yield _finding(file, section.line, f"clause {section.code} has no words or no title; write both")


def _finding(file: str, line: int, words: str) -> Finding:
    return Finding(fault=Fault.TRANSLATION, file=file, line=line, words=words, grave=True)
