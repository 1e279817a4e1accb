"""An agreement as literate Markdown: front matter, and clauses with their words above a TOML block.

Rules:
- front matter stands between two lines of +++; a clause is a heading `## ID Title`, words, a ```toml block;
- a clause without words or without its block is refused; so is what stands twice;
- every error names its line and how to mend it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from trucewatch.assess.among import cross_check, staged
from trucewatch.assess.block import Block, fault, read_block
from trucewatch.assess.clauses import clauses_of
from trucewatch.assess.front import read_front
from trucewatch.model.agreement import Agreement

_HEADING = re.compile(r"^##[ \t]+(?P<code>[A-Z][A-Z0-9]*(?:-[A-Za-z0-9]+)+)[ \t]*(?P<title>.*)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A clause as it stands in the file: its code, title, words, and its TOML with the first line's number."""

    code: str
    title: str
    words: str
    line: int
    toml: str | None
    toml_line: int


def read_agreement(text: str, *, name: str) -> Agreement:
    """Return the agreement in `text`, the agreement.md of the folder `name`.

    Raises AgreementError, `where` being agreement.md:LINE.
    """
    lines = text.splitlines()
    front, after = _front(lines)
    agreement, named, readings = read_front(front, name=name)
    sections = _sections(lines, after)
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


def _sections(lines: Sequence[str], after: int) -> tuple[Section, ...]:
    starts = [at for at in range(after, len(lines)) if lines[at].startswith("## ")]
    sections = []
    for start, end in itertools.pairwise([*starts, len(lines)]):
        heading = _HEADING.match(lines[start])
        if heading is None:
            if any(line.strip() == "```toml" for line in lines[start:end]):
                raise fault(
                    "a block, and no clause of it; a clause's heading is `## ID Title`, such as `## AM-3 Any fire`",
                    start + 1,
                )
            continue
        sections.append(_section(lines, start, end, heading["code"], heading["title"].strip()))
    seen: dict[str, int] = {}
    for section in sections:
        if section.code in seen:
            raise fault(
                f"clause {section.code} stands twice, first on line {seen[section.code]}; rename one",
                section.line,
            )
        seen[section.code] = section.line
    return tuple(sections)


def _section(lines: Sequence[str], start: int, end: int, code: str, title: str) -> Section:
    fences = [at for at in range(start + 1, end) if lines[at].strip() == "```toml"]
    if len(fences) > 1:
        raise fault(f"clause {code} has two blocks; keep one", fences[1] + 1)
    opened = fences[0] if fences else end
    closed = next((at for at in range(opened + 1, end) if lines[at].strip() == "```"), None)
    if fences and closed is None:
        raise fault(f"the block of clause {code} is not closed; end it with ```", opened + 1)
    return Section(
        code=code,
        title=title,
        words="\n".join(lines[start + 1 : opened]).strip(),
        line=start + 1,
        toml="\n".join(lines[opened + 1 : closed]) if fences else None,
        toml_line=opened + 2,
    )


def _block(section: Section) -> Block:
    if section.toml is None:
        raise fault(f"clause {section.code} has no ```toml block; write one below its words", section.line)
    return read_block(section.toml, line=section.toml_line, holder=f"clause {section.code}")
