"""One language's files as frozen values: its grammar, its amounts, its dates, its names.

Rules:
- a language is a folder of TOML that a linguist can extend: grammar.toml, amounts.toml, dates.toml, actors.toml;
- a wrong entry is refused with its file and key, never skipped.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

from trucewatch.errors import ConfigError
from trucewatch.read.actor_words import ActorWords, actor_words
from trucewatch.read.amounts import AmountWords, amount_words
from trucewatch.read.dates import DateWords, date_words
from trucewatch.read.grammar import Grammar, grammar


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """What the reader knows of one language."""

    code: str  # ISO 639-1: en, nb, fi
    grammar: Grammar
    amounts: AmountWords
    dates: DateWords
    actors: ActorWords


def tongue(code: str, files: Mapping[str, bytes]) -> Tongue:
    """Return the language in `files`, named as in content/languages/CODE/; raises ConfigError."""
    return Tongue(
        code=code,
        grammar=grammar(_table(code, files, "grammar.toml"), f"languages/{code}/grammar.toml"),
        amounts=amount_words(_table(code, files, "amounts.toml"), f"languages/{code}/amounts.toml"),
        dates=date_words(_table(code, files, "dates.toml"), f"languages/{code}/dates.toml"),
        actors=actor_words(_table(code, files, "actors.toml"), f"languages/{code}/actors.toml"),
    )


def _table(code: str, files: Mapping[str, bytes], name: str) -> Mapping[str, object]:
    where = f"languages/{code}/{name}"
    if name not in files:
        raise ConfigError(f"the language {code!r} has no {name}; add the file", where=where)
    try:
        return tomllib.loads(files[name].decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"not TOML in UTF-8: {error}", where=where) from error
