"""A piece of TOML inside an agreement, read key by key with the line each key stands on.

Rules:
- an unknown key is refused, with the nearest known one;
- a value of another type than the key's is refused; a time without offset is refused;
- what is absent stays absent: no default is read into an agreement.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from trucewatch.errors import AgreementError

_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A TOML table: its keys, its source, where that starts, and what it belongs to."""

    keys: Mapping[str, object]
    source: str
    line: int  # of the first line of `source`
    holder: str  # "clause AM-3", for messages

    def fault(self, message: str, key: str | None = None) -> AgreementError:
        """Return the error that says `message`, at the line of `key` when it has one."""
        return fault(f"{self.holder}: {message}", self.at(key) if key else self.line)

    def at(self, key: str) -> int:
        """Return the line on which `key` stands, or the block's first."""
        name = re.escape(key)
        found = re.search(rf"^[ \t]*(\[+[ \t]*)?{name}[ \t]*(=|\]+)", self.source, re.MULTILINE)
        return self.line + (self.source.count("\n", 0, found.start()) if found else 0)

    def only(self, known: Sequence[str]) -> None:
        """Refuse a key that is not among `known`."""
        for key in self.keys:
            if key not in known:
                near = difflib.get_close_matches(key, known, n=1)
                mend = f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(known)}"
                raise self.fault(f"unknown key {key!r}; {mend}", key)

    def text(self, key: str) -> str | None:
        """Return a text, or None when it is absent."""
        value = self.keys.get(key)
        if value is not None and not (isinstance(value, str) and value.strip()):
            raise self.fault(f"{key} is not a text; write {key} = '...' or leave it out", key)
        return value if isinstance(value, str) else None

    def needed(self, key: str) -> str:
        """Return a text that must be there."""
        value = self.text(key)
        if value is None:
            raise self.fault(f"{key} is missing; write {key} = '...'", key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty when absent."""
        value = self.keys.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.fault(f"{key} is not a list of texts; write {key} = ['...']", key)
        return tuple(value)

    def moment(self, key: str) -> datetime | None:
        """Return a time in UTC, or None when it is absent."""
        value = self.keys.get(key)
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self.fault(f"{key} is not a time with its offset, such as 2020-07-27T00:01:00+03:00", key)
        return value.astimezone(UTC)

    def flag(self, key: str) -> bool:
        """Return a yes or no; absent is no."""
        value = self.keys.get(key, False)
        if not isinstance(value, bool):
            raise self.fault(f"{key} is not true or false", key)
        return value

    def number(self, key: str) -> float | None:
        """Return a number, or None when it is absent."""
        value = self.keys.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fault(f"{key} is not a number", key)
        return float(value)

    def tables(self, key: str) -> tuple[Block, ...]:
        """Return the tables of `[[key]]`, none when absent."""
        value = self.keys.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.fault(f"{key} is not a list of tables; write [[{key}]]", key)
        marks = [
            m.start() for m in re.finditer(rf"^[ \t]*\[\[[ \t]*{key}[ \t]*\]\]", self.source, re.MULTILINE)
        ]
        starts = marks if len(marks) == len(value) else [0] * len(value)
        return tuple(
            Block(
                keys=item,
                source=self.source[start:],
                line=self.line + self.source.count("\n", 0, start),
                holder=f"{self.holder}, {key}",
            )
            for item, start in zip(value, starts, strict=True)
        )


def fault(message: str, line: int) -> AgreementError:
    """Return the error that says `message` at `line` of an agreement."""
    return AgreementError(message, where=f"agreement.md:{line}")


def read_block(source: str, *, line: int, holder: str) -> Block:
    """Return the TOML in `source`, whose first line is `line` of the file."""
    try:
        keys = tomllib.loads(source)
    except tomllib.TOMLDecodeError as broken:
        met = _AT_LINE.search(str(broken))
        at = line + (int(met[1]) - 1 if met and met[1] else source.count("\n"))
        said = _AT_LINE.sub("", str(broken)).strip()
        raise fault(f"{holder}: not TOML: {said}; mend the block", at) from broken
    return Block(keys=keys, source=source, line=line, holder=holder)
