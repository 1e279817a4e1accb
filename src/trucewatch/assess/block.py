"""A piece of TOML inside an agreement, read key by key with the line each key stands on.

Rules:
- an unknown key is refused, with the nearest known one; so is a word that is not in its closed list;
- a value of another form than the key's is refused; a time without offset is refused;
- what is absent stays absent: no default is read into an agreement.
"""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from trucewatch.assess.forms import Form, Key
from trucewatch.assess.positions import Path, positions
from trucewatch.errors import AgreementError

FILE = "agreement.md"
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")
_COUNTED = re.compile(r"D([+-]\d{1,5})")
_SHOWN = {
    Form.TEXT: "'...'",
    Form.TEXTS: "['...']",
    Form.MOMENT: "2020-07-27T00:01:00+03:00",
    Form.DAY: "'D+15'",
    Form.FLAG: "true",
    Form.NUMBER: "10",
    Form.WHOLE: "10",
    Form.CONDITION: "{ ... }",
    Form.CONDITIONS: "[{ ... }]",
    Form.TABLE: "{ ... }",
    Form.TABLES: "[{ ... }]",
    Form.PLACES: "[[20.0, 10.0], ...]",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A TOML table: its keys, where it stands, and what it belongs to."""

    keys: Mapping[str, object]
    holder: str  # "clause AM-3", for messages
    line: int  # of the first line of the text
    lines: Mapping[Path, int]  # of every path, counted from that line
    path: Path = ()
    file: str = FILE

    def fault(self, message: str, key: str | None = None) -> AgreementError:
        """Return the error that says `message`, at the line of `key` when it has one."""
        return fault(f"{self.holder}: {message}", self.at(key), file=self.file)

    def at(self, key: str | None = None) -> int:
        """Return the line on which `key` stands, or else the block."""
        path = (*self.path, key) if key else self.path
        while path and path not in self.lines:
            path = path[:-1]
        return self.line + (self.lines[path] if path else 0)

    def only(self, known: Collection[str]) -> None:
        """Refuse a key that is not among `known`."""
        for key in self.keys:
            if key not in known:
                raise self.fault(f"unknown key {key!r}; {nearest(key, known, 'the keys are')}", key)

    def fits(self, keys: Sequence[Key]) -> None:
        """Refuse what is not as `keys` say: names, forms, closed lists, ranges; and so in the tables inside."""
        self.only([key.name for key in keys])
        for key in keys:
            if key.name in self.keys:
                self._fits(key)
            elif key.needed:
                raise self.fault(f"{key.name} is missing; write {_shown(key)}", key.name)

    def _fits(self, key: Key) -> None:
        if key.form is Form.TEXT:
            self._among(key, [self.needed(key.name)])
        elif key.form is Form.TEXTS:
            self._among(key, self.texts(key.name))
        elif key.form in (Form.NUMBER, Form.WHOLE):
            self._in_range(key)
        elif key.form is Form.MOMENT:
            self.moment(key.name)
        elif key.form is Form.DAY:
            self.day(key.name)
        elif key.form is Form.FLAG:
            self.flag(key.name)
        elif key.form is not Form.PLACES:
            inside = (self.table(key.name),) if key.form in _ONE else self.tables(key.name)
            for table in inside if key.inner else ():
                table.fits(key.inner)
        if key.filled and not self.keys[key.name]:
            raise self.fault(f"{key.name} is empty; name at least one, or leave it out", key.name)

    def _among(self, key: Key, given: Sequence[str]) -> None:
        for word in given if key.words else ():
            if word not in key.words:
                raise self.fault(
                    f"{key.name} has {word!r}; {nearest(word, key.words, 'it is one of')}", key.name
                )
            if given.count(word) > 1:
                raise self.fault(f"{key.name} has {word!r} twice; keep one", key.name)
        for word in given if key.link else ():
            if not word.startswith(("https://", "http://")):
                raise self.fault(
                    f"{key.name} has {word!r}, no address of the web; write one that starts with https://",
                    key.name,
                )

    def _in_range(self, key: Key) -> None:
        number = self.number(key.name)
        if key.form is Form.WHOLE:
            self.whole(key.name)
        if number is None:
            return
        if key.least is not None and number < key.least:
            raise self.fault(f"{key.name} is {number:g}; it is {key.least:g} or more", key.name)
        if key.most is not None and number > key.most:
            raise self.fault(f"{key.name} is {number:g}; it is {key.most:g} at most", key.name)
        if key.above is not None and number <= key.above:
            raise self.fault(f"{key.name} is {number:g}; it is more than {key.above:g}", key.name)
        if key.below is not None and number >= key.below:
            raise self.fault(f"{key.name} is {number:g}; it is less than {key.below:g}", key.name)

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
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self.fault(f"{key} is not a list of texts; write {key} = ['...']", key)
        return tuple(value)

    def moment(self, key: str) -> datetime | None:
        """Return a time in UTC, or None when it is absent."""
        value = self.keys.get(key)
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self.fault(
                f"{key} is not a time with its offset; write it as in 2020-07-27T00:01:00+03:00", key
            )
        try:
            return value.astimezone(UTC)
        except OverflowError as beyond:
            raise self.fault(f"{key} is no time of any calendar; mend its year", key) from beyond

    def day(self, key: str) -> datetime | int | None:
        """Return a time in UTC, the number of a day counted from D-day, or None when it is absent."""
        value = self.keys.get(key)
        if not isinstance(value, str):
            return self.moment(key)
        met = _COUNTED.fullmatch(value)
        if met is None:
            raise self.fault(f"{key} is {value!r}; a day is written as in 'D+15', a time without quotes", key)
        return int(met[1])

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
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.fault(f"{key} is not a number; write it in digits, without quotes", key)
        return float(value)

    def whole(self, key: str) -> int | None:
        """Return a whole number, or None when it is absent."""
        value = self.keys.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.fault(f"{key} is not a whole number; write it in digits, without quotes", key)
        return value

    def _inside(self, key: str) -> str:
        return self.holder if key in ("all", "any", "not") else f"{self.holder}, {key}"

    def table(self, key: str) -> Block:
        """Return the table of `[key]`, without keys when absent."""
        value = self.keys.get(key, {})
        if not isinstance(value, dict):
            raise self.fault(f"{key} is not a table; write [{key}], or {key} = {{ ... }}", key)
        return replace(self, keys=value, path=(*self.path, key), holder=self._inside(key))

    def tables(self, key: str) -> tuple[Block, ...]:
        """Return the tables of `[[key]]`, none when absent."""
        value = self.keys.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.fault(f"{key} is not a list of tables; write [[{key}]], or {key} = [{{ ... }}]", key)
        return tuple(
            replace(self, keys=item, path=(*self.path, key, nth), holder=self._inside(key))
            for nth, item in enumerate(value)
        )


def _shown(key: Key) -> str:
    if key.words and len(key.words) < len(_SHOWN):
        return " or ".join(f"{key.name} = {word!r}" for word in key.words)
    return f"{key.name} = {_SHOWN[key.form]}"


_ONE = (Form.TABLE, Form.CONDITION)


def meant(word: str, known: Collection[str], otherwise: str) -> str:
    """Return how to mend a word that is not known: by the nearest known one, or as `otherwise` says."""
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]!r}?" if near else otherwise


def nearest(word: str, known: Collection[str], what: str) -> str:
    """Return how to mend a word that is not known: by the nearest known one, or by all of them after `what`."""
    return meant(word, known, f"{what} {', '.join(known)}")


def fault(message: str, line: int, *, file: str = FILE) -> AgreementError:
    """Return the error that says `message` at `line` of an agreement."""
    return AgreementError(message, where=f"{file}:{line}")


def read_block(source: str, *, line: int, holder: str, file: str = FILE) -> Block:
    """Return the TOML in `source`, whose first line is `line` of the file."""
    try:
        keys = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as broken:
        met = _AT_LINE.search(str(broken))
        at = line + (int(met[1]) - 1 if met and met[1] else source.count("\n"))
        said = _AT_LINE.sub("", str(broken)).strip()
        raise fault(f"{holder}: not TOML: {said}; mend the block", at, file=file) from broken
    return Block(keys=keys, line=line, lines=positions(source), holder=holder, file=file)
