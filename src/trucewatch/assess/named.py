"""What an agreement's conditions may name: its zones, lines, parties, clock and days.

Rules:
- a name that is not declared is refused with the nearest one;
- a line is no zone and a zone is no line;
- days are counted from a D-day by a clock; a template that has not taken effect may count them before it has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from trucewatch.assess.block import Block, meant
from trucewatch.model.agreement import Mapped
from trucewatch.model.areas import NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The names that the front matter declares."""

    mapped: Mapping[str, Mapped]
    parties: frozenset[str]
    clock: ZoneInfo | None
    d_day: datetime | None
    waits: bool  # it has no start yet: days may be counted from a D-day that is not yet known

    def zone(self, block: Block, key: str) -> str:
        """Return the zone or ISO 3166-2 area that `key` names."""
        name = block.needed(key)
        if name in NAMES:
            return name
        if name in self.mapped and self.mapped[name].is_line:
            raise block.fault(f"{name!r} is a line and no zone; name a zone", key)
        if name not in self.mapped:
            zones = [zone.name for zone in self.mapped.values() if not zone.is_line]
            mend = meant(name, [*zones, *NAMES], "declare it under [[zones]]")
            raise block.fault(f"no zone is named {name!r}; {mend}", key)
        return name

    def line(self, block: Block, key: str, *, shared: bool = False) -> str:
        """Return the line that `key` names; `shared`: or the name that two lines share but for -a and -b."""
        name = block.needed(key)
        found = self.mapped.get(name)
        if shared and found is None and {f"{name}-a", f"{name}-b"} <= set(self.mapped):
            return self.own_lines(block, key)
        if found is None:
            lines = [line.name for line in self.mapped.values() if line.is_line]
            mend = meant(name, lines, "declare it under [[lines]]")
            raise block.fault(f"no line is named {name!r}; {mend}", key)
        if not found.is_line:
            raise block.fault(f"{name!r} is a zone and no line; name a line", key)
        return name

    def own_lines(self, block: Block, key: str) -> str:
        """Return the name under which each party's own line is found: `X` for `X-a` and `X-b`, or one for both."""
        name = block.needed(key)
        lines = {line.name: line for line in self.mapped.values() if line.is_line}
        if name in lines and f"{name}-a" not in lines and f"{name}-b" not in lines:
            if lines[name].measured_by is None:
                return name
            raise block.fault(
                f"side = 'own' needs each party's line, and {name!r} is {lines[name].measured_by}'s alone; "
                f"declare {name}-a and {name}-b",
                key,
            )
        for party in ("A", "B"):
            own = f"{name}-{party.lower()}"
            if own not in lines:
                raise block.fault(
                    f"side = 'own' needs each party's line, and there is no {own!r}; declare {name}-a and "
                    f"{name}-b under [[lines]], or {name} for both",
                    key,
                )
            if lines[own].measured_by != party:
                raise block.fault(
                    f"side = 'own': {own!r} is not measured_by {party}; mend its [[lines]]", key
                )
        return name

    def party(self, block: Block, key: str) -> None:
        """Refuse a party code that is not declared."""
        code = block.needed(key)
        if code in ("A", "B") and code not in self.parties:
            raise block.fault(
                f"{key} is {code}, and no party has that code; declare it under [[parties]]", key
            )

    def counts(self, block: Block, key: str) -> None:
        """Refuse days where there is nothing to count them from."""
        if self.d_day is None and not self.waits:
            raise block.fault(
                f"{key} counts days, and there is no D-day; write d_day in the front matter", key
            )
        if self.clock is None:
            raise block.fault(
                f"{key} counts days, and by no clock; write clock = 'Europe/Kyiv' in the front matter", key
            )

    def start_of(self, day: int) -> datetime | None:
        """Return when the day counted from D-day begins, in UTC; None when D-day is not yet known."""
        if self.d_day is None or self.clock is None:
            return None
        local: date = self.d_day.astimezone(self.clock).date() + timedelta(days=day)
        return datetime.combine(local, time(0), self.clock).astimezone(UTC)


def clock_of(block: Block, key: str) -> ZoneInfo | None:
    """Return the time zone that `key` names, or None when it is absent."""
    name = block.text(key)
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as unknown:
        raise block.fault(
            f"{key} is {name!r}, no time zone; write one such as 'Europe/Kyiv'", key
        ) from unknown
