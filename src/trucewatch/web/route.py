"""One row of the table of routes, and what every row may be asked.

Rules:
- a route has its name, path, method, what somebody must be allowed to do, and what it shows;
- a path names its parts in braces; its last part may be followed by an ending;
- `action` None is for what shows nothing of a mission: signing in, and the files that pages are made of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from trucewatch.mission.access import Action
from trucewatch.web.asked import Answer, Ask, Ending, Method

HTML, JSON, CSV = Ending.HTML, Ending.JSON, Ending.CSV
GEOJSON, PARQUET = Ending.GEOJSON, Ending.PARQUET
PAGE, LIST = (HTML, JSON), (HTML, JSON, CSV)
SMALL_BODY, LARGE_BODY = 64 * 1024, 4 * 1024 * 1024  # bytes
COMMON: Mapping[str, str] = MappingProxyType(
    {
        "lang": "the language, by its code",
        "valid_at": "the moment that conditions are read for, with its offset",
        "known_at": "what the record held at this moment, with its offset",
        "audience": "in a mission without accounts: for whom it is shown",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One row."""

    name: str
    path: str
    shows: str
    answers: Callable[[Ask], Answer]
    action: Action | None
    method: Method = Method.GET
    endings: tuple[Ending, ...] = PAGE
    asks: Mapping[str, str] = field(default_factory=dict)  # names of its own in the query, and what each is
    largest_body: int = SMALL_BODY
    group: str = ""  # the part of the site it stands in, for the bar at the top
    takes_lines: bool = False  # its body is lines of JSON, sent by a program
    whole_name: bool = False  # its last part may hold a dot: it is a file's name, and has no ending

    @property
    def known_names(self) -> frozenset[str]:
        """The names that its query may have."""
        return frozenset({*self.asks, *COMMON})
