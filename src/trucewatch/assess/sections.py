"""The clauses of a Markdown text as they stand: heading, words and block.

Rules:
- a clause is a heading `## ID Title`, its words and a ```toml block; other headings are prose;
- words that are a comment alone are none;
- what stands twice is refused, and so are two blocks in one clause, a block that is not closed, words below it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from trucewatch.assess.block import FILE, fault

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
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


def says_something(words: str) -> bool:
    """Say whether `words` hold more than comments, which no reader of the page sees."""
    return bool(_COMMENT.sub("", words).strip())


def lines_of(text: str) -> list[str]:
    """Return the lines of `text` as TOML and editors count them: a line or paragraph separator ends none."""
    return text.replace("\r\n", "\n").split("\n")


def read_sections(text: str, *, after: int = 0, file: str = FILE) -> tuple[Section, ...]:
    """Return the clauses that stand below line `after`, in order; raises AgreementError."""
    lines = lines_of(text)
    starts = [at for at in range(after, len(lines)) if lines[at].startswith("## ")]
    sections = []
    for start, end in itertools.pairwise([*starts, len(lines)]):
        heading = _HEADING.match(lines[start])
        if heading is None:
            if any(line.strip() == "```toml" for line in lines[start:end]):
                raise fault(
                    "a block, and no clause of it; a clause's heading is `## ID Title`, such as `## AM-3 Any fire`",
                    start + 1,
                    file=file,
                )
            continue
        sections.append(_section(lines[:end], start, file, heading["code"], heading["title"].strip()))
    seen: dict[str, int] = {}
    for section in sections:
        if section.code in seen:
            raise fault(
                f"clause {section.code} stands twice, first on line {seen[section.code]}; rename one",
                section.line,
                file=file,
            )
        seen[section.code] = section.line
    return tuple(sections)


def _section(lines: Sequence[str], start: int, file: str, code: str, title: str) -> Section:
    end = len(lines)
    fences = [at for at in range(start + 1, end) if lines[at].strip() == "```toml"]
    if len(fences) > 1:
        raise fault(f"clause {code} has two blocks; keep one", fences[1] + 1, file=file)
    opened = fences[0] if fences else end
    closed = next((at for at in range(opened + 1, end) if lines[at].strip() == "```"), None)
    if fences and closed is None:
        raise fault(f"the block of clause {code} is not closed; end it with ```", opened + 1, file=file)
    below = [at for at in range((closed or end) + 1, end) if lines[at].strip()]
    if below:
        raise fault(f"clause {code} has words below its block; write them above it", below[0] + 1, file=file)
    return Section(
        code=code,
        title=title,
        words="\n".join(lines[start + 1 : opened]).strip(),
        line=start + 1,
        toml="\n".join(lines[opened + 1 : closed]) if fences else None,
        toml_line=opened + 2,
    )
