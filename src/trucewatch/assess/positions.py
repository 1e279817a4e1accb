"""On which line each key, table and list item of a TOML text stands; tomllib reads it and does not say.

Rules:
- the text has been read by tomllib before: here nothing is refused;
- a path is the keys and places from the root, as in ("stages", 0, "when", "all", 1, "zone").
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Path = tuple[str | int, ...]
_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r\n]+|\#[^\n]*)
      | (?P<text>\"\"\"(?:\\.|[^\\])*?\"{3,5}|'''.*?'{3,5}|\"(?:\\.|[^\"\\\n])*\"|'[^'\n]*')
      | (?P<mark>\[\[|\]\]|[\[\]{}=,])
      | (?P<bare>[^\s\[\]{}=,\#"']+)""",
    re.VERBOSE | re.DOTALL,
)


def positions(source: str) -> Mapping[Path, int]:
    """Return the line of each path in `source`, the first line being 0; a double mark is split where it closes two lists."""
    reading = _Reading(source)
    reading.whole()
    return reading.found


class _Reading:
    """A walk over the tokens of one text."""

    def __init__(self, source: str) -> None:
        self.tokens: list[tuple[str, int]] = []
        self.found: dict[Path, int] = {}
        self.next = 0
        depth, line, at = 0, 0, 0
        while at < len(source):
            met = _TOKEN.match(source, at)
            if met is None:
                return
            token, start = met[0], line
            if token in ("[[", "]]") and (depth or not self._heads(source, at)):
                token = token[0]
            line, at = line + token.count("\n"), at + len(token)
            if met["skip"] is None:
                self.tokens.append((token, start))
                depth += (token in "[{") - (token in "]}") if len(token) == 1 else 0

    @staticmethod
    def _heads(source: str, at: int) -> bool:
        """Whether the line up to `at` holds no value, so that brackets there name tables."""
        return "=" not in source[source.rfind("\n", 0, at) + 1 : at]

    def whole(self) -> None:
        """Walk the headers and the keys under each."""
        under: Path = ()
        counts: dict[Path, int] = {}
        while self.next < len(self.tokens):
            token, line = self.tokens[self.next]
            if token in ("[", "[["):
                self.next += 1
                under = self._header(self._key(), counts, line, many=token == "[[")
            else:
                self._pair(under)

    def _header(self, parts: Path, counts: dict[Path, int], line: int, *, many: bool) -> Path:
        under: Path = ()
        for part in parts[:-1]:
            under = (*under, part)
            self.found.setdefault(under, line)
            under = (*under, counts[under] - 1) if under in counts else under
        under = (*under, parts[-1])
        if many:
            self.found.setdefault(under, line)
            counts[under] = counts.get(under, 0) + 1
            under = (*under, counts[under] - 1)
        self.found[under] = line
        return under

    def _key(self) -> Path:
        """Read a key up to and with the mark that ends it: its parts."""
        parts: list[str] = []
        while self.next < len(self.tokens):
            token, _ = self.tokens[self.next]
            self.next += 1
            if token in ("=", "]", "]]"):
                break
            parts += [token[1:-1]] if token[0] in "\"'" else [part for part in token.split(".") if part]
        return tuple(parts)

    def _pair(self, under: Path) -> None:
        line = self.tokens[self.next][1]
        path = (*under, *self._key())
        self.found[path] = line
        self._value(path)

    def _value(self, path: Path) -> None:
        if self.next >= len(self.tokens):
            return
        token, line = self.tokens[self.next]
        self.next += 1
        if token == "[":
            self._items(path)
        elif token == "{":
            while self._goes_on("}"):
                self._pair(path)
        elif self.next < len(self.tokens) and token[0] not in "\"'":
            later, there = self.tokens[self.next]  # a date and a time with a space between them
            self.next += there == line and re.match(r"\d\d:", later) is not None

    def _items(self, path: Path) -> None:
        nth = 0
        while self._goes_on("]"):
            self.found[*path, nth] = self.tokens[self.next][1]
            self._value((*path, nth))
            nth += 1

    def _goes_on(self, closing: str) -> bool:
        """Step over commas; whether another item stands before `closing`, which is stepped over too."""
        while self.next < len(self.tokens) and self.tokens[self.next][0] == ",":
            self.next += 1
        over = self.next >= len(self.tokens) or self.tokens[self.next][0] == closing
        self.next += over
        return not over
