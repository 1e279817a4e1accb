"""What somebody asks of incidents: a window, a time, and words; read from an address, and written into one.

Rules:
- the same query has one address, and the same address gives the same query;
- what is not asked for is not restricted; a word that nobody knows is refused with the ones that are;
- a window is west, south, east, north in degrees; one whose west is east of its east crosses the antimeridian.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from trucewatch.errors import InputError
from trucewatch.model.answered import Answered
from trucewatch.model.told import Told
from trucewatch.model.vocabulary import Phenomenon, Verdict

Window = tuple[float, float, float, float]
Word = TypeVar("Word", bound=StrEnum)
MOST_WORDS = 64
PARAMETERS = ("bbox", "from", "to", "kind", "clause", "verdict", "source", "area", "p_min", "p_max")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which incidents are asked for."""

    window: Window | None = None
    from_utc: datetime | None = None
    to_utc: datetime | None = None  # exclusive
    kinds: tuple[Phenomenon, ...] = ()
    clauses: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()  # of one of `clauses`, when these are named
    sources: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    p_min: float = 0.0  # of p_real
    p_max: float = 1.0

    @property
    def address(self) -> tuple[tuple[str, str], ...]:
        """The parameters that give it, in their order."""
        said = {
            "bbox": "" if self.window is None else ",".join(f"{edge:.6g}" for edge in self.window),
            "from": _text_of(self.from_utc),
            "to": _text_of(self.to_utc),
            "kind": ",".join(kind.value for kind in self.kinds),
            "clause": ",".join(self.clauses),
            "verdict": ",".join(verdict.value for verdict in self.verdicts),
            "source": ",".join(self.sources),
            "area": ",".join(self.areas),
            "p_min": f"{self.p_min:g}" if self.p_min > 0 else "",
            "p_max": f"{self.p_max:g}" if self.p_max < 1 else "",
        }
        return tuple((name, said[name]) for name in PARAMETERS if said[name])


def query_of(asked: Iterable[tuple[str, str]]) -> Query:
    """Return what the parameters of an address ask; others than PARAMETERS are not looked at.

    Raises InputError when one cannot be read.
    """
    words: dict[str, list[str]] = {}
    for name, value in asked:
        words.setdefault(name, []).extend(part.strip() for part in value.split(",") if part.strip())
    if max(map(len, words.values()), default=0) > MOST_WORDS:
        raise InputError(Told(Answered.TOO_MANY_WORDS, {"most": str(MOST_WORDS)}))
    start, end = _moment(words, "from"), _moment(words, "to")
    if start is not None and end is not None and end < start:
        raise InputError(Told(Answered.TURNED_ROUND))
    least, most = _share(words, "p_min", 0.0), _share(words, "p_max", 1.0)
    return Query(
        window=window_of(words["bbox"]) if words.get("bbox") else None,
        from_utc=start,
        to_utc=end,
        kinds=_listed(words, "kind", Phenomenon),
        clauses=_plain(words, "clause"),
        verdicts=_listed(words, "verdict", Verdict),
        sources=_plain(words, "source"),
        areas=_plain(words, "area"),
        p_min=least,
        p_max=most,
    )


def window_of(parts: Sequence[str]) -> Window:
    """Return west, south, east and north from their four texts, or from six with heights; InputError else."""
    try:
        edges = [float(part) for part in parts]
    except ValueError:
        edges = []
    if len(edges) == 6:
        edges = [edges[0], edges[1], edges[3], edges[4]]
    if len(edges) != 4 or not all(
        abs(edge) <= limit for edge, limit in zip(edges, (180, 90) * 2, strict=False)
    ):
        raise InputError(Told(Answered.NO_WINDOW))
    west, south, east, north = edges
    if south > north:
        raise InputError(Told(Answered.WINDOW_TURNED))
    return west, south, east, north


def moment_in(text: str, name: str) -> datetime:
    """Return a moment with its offset, or midnight UTC of a date; raises InputError."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
        if len(text) == len("2026-01-06"):
            return found.replace(tzinfo=UTC)
        if found.tzinfo is None:
            raise ValueError("no offset")
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError(Told(Answered.NO_MOMENT, {"name": name})) from None


def _moment(words: Mapping[str, Sequence[str]], name: str) -> datetime | None:
    said = words.get(name)
    return moment_in(said[-1], name) if said else None


def _share(words: Mapping[str, Sequence[str]], name: str, otherwise: float) -> float:
    said = words.get(name)
    if not said:
        return otherwise
    try:
        found = float(said[-1])
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise InputError(Told(Answered.NO_SHARE, {"name": name}))
    return found


def _listed(words: Mapping[str, Sequence[str]], name: str, known: type[Word]) -> tuple[Word, ...]:
    strange = sorted(set(words.get(name, ())) - set(known))
    if strange:
        raise InputError(Told(Answered.NO_WORD, {"name": name, "those": ", ".join(known)}))
    return tuple(sorted({known(word) for word in words.get(name, ())}))


def _plain(words: Mapping[str, Sequence[str]], name: str) -> tuple[str, ...]:
    return tuple(sorted(set(words.get(name, ()))))


def _text_of(when: datetime | None) -> str:
    return "" if when is None else when.astimezone(UTC).isoformat().replace("+00:00", "Z")
