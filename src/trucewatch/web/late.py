"""What a reader must know before reading on: a feed is late, the record is not cosigned, a clock is off.

Rules:
- nothing is late in a replay or an exercise: their time is not ours;
- a source is late when nothing of it was recorded for longer than twice the time between two of its own;
- a clock is off when the record's last moment lies in the future.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from trucewatch.mission.known import Known
from trucewatch.mission.policy import checkpoint_of
from trucewatch.report.terms import mark

UNCOSIGNED = timedelta(hours=24)
OFF = timedelta(seconds=120)
GRACE = timedelta(hours=1)  # for the first checkpoint that should have left and did not


class Why(StrEnum):
    """What a banner tells of."""

    CLOCK = "clock"
    CHECKPOINT = "checkpoint"
    COSIGNATURE = "cosignature"
    FEED = "feed"


TEXTS = {
    Why.CLOCK: mark("A clock is off: the record's last entry lies %(hours)s ahead of this machine's time."),
    Why.CHECKPOINT: mark("The record's last checkpoint is %(hours)s old, and a later one is due."),
    Why.COSIGNATURE: mark(
        "Nobody has cosigned the record for %(hours)s: it proves less until somebody does."
    ),
    Why.FEED: mark("Nothing has come from %(name)s for %(hours)s: it is late."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeds:
    """When each source was last heard of, and how often it should be."""

    heard: Mapping[str, datetime]
    every: Mapping[str, timedelta]


NO_FEEDS = Feeds(heard={}, every={})
"""For whoever may not know of sources."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """One line above every page."""

    why: Why
    since: timedelta
    name: str = ""

    @property
    def text(self) -> str:
        """The sentence, to be filled in."""
        return TEXTS[self.why]

    @property
    def hours(self) -> float:
        """For how long, in hours."""
        return round(self.since.total_seconds() / 3600, 1)


def banners(record: Known, feeds: Feeds, now: datetime) -> tuple[Banner, ...]:
    """Return what is late or off at the present moment."""
    if record.mission.replay or record.mission.exercise:
        return ()
    ahead = record.known_at - now
    if ahead > OFF:
        return (Banner(why=Why.CLOCK, since=ahead),)
    return (*_record(record, now), *_late(feeds, now))


def _record(record: Known, now: datetime) -> tuple[Banner, ...]:
    published = checkpoint_of(record.folder, at=now)
    if published is None:
        begun = next(record.folder.journal.replay()).recorded_at
        return (Banner(why=Why.COSIGNATURE, since=now - begun),) if now - begun > UNCOSIGNED else ()
    found = []
    missed = published.published_at + timedelta(minutes=record.mission.record.every_minutes)
    if published.late and now - missed > GRACE:
        found.append(Banner(why=Why.CHECKPOINT, since=published.age))
    last = max((at for _, at in published.cosigned), default=published.published_at)
    if now - last > UNCOSIGNED:
        found.append(Banner(why=Why.COSIGNATURE, since=now - last))
    return tuple(found)


def _late(feeds: Feeds, now: datetime) -> tuple[Banner, ...]:
    return tuple(
        Banner(why=Why.FEED, since=now - at, name=name)
        for name, at in sorted(feeds.heard.items())
        if name in feeds.every and now - at > 2 * feeds.every[name]
    )
