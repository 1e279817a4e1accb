"""What `serve` holds of a mission: frozen values, made anew when its record has grown.

Rules:
- nothing is kept that does not follow from the record; what is held is named by the record it was made from;
- two who ask for one thing at one time wait for one making of it;
- at most so many values are held: the one not asked for longest is let go.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Generic, TypeVar

from trucewatch.mission.enrolling import roll_of
from trucewatch.mission.examples import Tried, examples_of
from trucewatch.mission.exercising import exercise
from trucewatch.mission.folder import Folder
from trucewatch.mission.grounds import outlines_in_lists
from trucewatch.mission.heard import days_observed, every, last_heard
from trucewatch.mission.known import Known, known
from trucewatch.mission.people import Roll
from trucewatch.mission.reporting import day_of
from trucewatch.mission.showing import shown_of
from trucewatch.mission.views_incidents import View, view_of
from trucewatch.mission.walk import Walk, areas_known, shapes_of, walk_from
from trucewatch.model.agreement import Agreement
from trucewatch.model.areas import Areas
from trucewatch.model.marks import Marks
from trucewatch.model.vocabulary import Audience
from trucewatch.report.daily import Day
from trucewatch.web.late import Feeds

V = TypeVar("V")
Print = tuple[tuple[str, int, int], ...]
RECORDS, WALKS, DAYS = 8, 6, 32
SMALLEST = "small"  # the preset that a page is made of
VIEWS = 4


class Kept(Generic[V]):
    """A few values by their names, the one not asked for longest let go first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, Future[V]] = OrderedDict()
        self._lock = Lock()

    def get(self, name: Hashable, make: Callable[[], V]) -> V:
        """Return the value of `name`, made by whoever asks first; what failed is made again by the next."""
        while True:
            promised, first = self._promised(name)
            if first:
                return self._kept(name, promised, make)
            try:
                return promised.result()
            except CancelledError:
                continue

    def _promised(self, name: Hashable) -> tuple[Future[V], bool]:
        with self._lock:
            found = self._made.get(name)
            promised = self._made[name] = found or Future()
            self._made.move_to_end(name)
            while len(self._made) > self._most:
                self._made.popitem(last=False)
        return promised, found is None

    def _kept(self, name: Hashable, promised: Future[V], make: Callable[[], V]) -> V:
        try:
            made = make()
            promised.set_result(made)
            return made
        finally:
            if not promised.done():
                with self._lock:
                    self._made.pop(name, None)
                promised.cancel()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What a record held at a moment, and the name of that state of it."""

    name: Hashable
    record: Known
    latest: bool = True  # all that is recorded, and not an earlier moment of it


class Holding:
    """A mission that is served."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self._records: Kept[Known] = Kept(RECORDS)
        self._walks: Kept[Walk] = Kept(WALKS)
        self._days: Kept[Day] = Kept(DAYS)
        self._lists: Kept[tuple[date, ...]] = Kept(RECORDS)
        self._rolls: Kept[Roll] = Kept(1)
        self._feeds: Kept[Feeds] = Kept(RECORDS)
        self._views: Kept[View] = Kept(VIEWS)
        self._tried: Kept[tuple[Tried, ...]] = Kept(VIEWS)
        self._marks: Kept[Marks] = Kept(VIEWS)
        self._areas: Kept[Areas] = Kept(VIEWS)
        self._outlines: Kept[Mapping[str, bytes]] = Kept(VIEWS)

    @property
    def grown(self) -> Print:
        """What tells one state of the record from a later one."""
        record = self.folder.path / "record"
        lines = sorted((record / "journal").glob("*"))[-1:]
        return tuple(map(_print, (record / "checkpoint", record / "published" / "latest", *lines)))

    def roll(self) -> Roll:
        """Return who is in the record now."""
        return self._rolls.get(self.grown, lambda: roll_of(self.folder))

    def known(self, known_at: datetime | None) -> Held:
        """Return what the record holds at a moment, now when there is none."""
        name = (self.grown, known_at)
        made = self._records.get(name, lambda: known(self.folder.path, known_at=known_at))
        return Held(name=name, record=made, latest=known_at is None)

    def feeds(self, held: Held) -> Feeds:
        """Return when each source was last heard of."""
        return self._feeds.get(
            held.name, lambda: Feeds(heard=last_heard(held.record), every=every(held.record))
        )

    def walk(self, held: Held, day: date | None = None) -> Walk:
        """Return the walk over a day, or over all that was observed."""
        return self._walks.get((held.name, day), lambda: walk_from(held.record, day=day))

    def view(self, held: Held, audience: Audience) -> View:
        """Return the read model of incidents for an audience, made when it is not there."""

        def made() -> View:
            show = partial(shown_of, held.record, audience, lambda: self.walk(held))
            return view_of(held.record, audience, show, latest=held.latest)

        return self._views.get((held.name, audience), made)

    def days(self, held: Held) -> tuple[date, ...]:
        """Return the reporting days on which anything was observed."""
        return self._lists.get(held.name, lambda: days_observed(held.record))

    def examples(self, held: Held, agreement: Agreement) -> tuple[Tried, ...]:
        """Return an agreement's worked examples, worked anew when a file of them has changed."""
        folder = self.folder.path / "agreements" / agreement.name
        files = tuple(map(_print, sorted((folder / "examples").glob("*.toml"))))
        shapes = shapes_of(held.record, agreement)
        return self._tried.get(
            (held.name, agreement.name, files), lambda: examples_of(folder, agreement, shapes)
        )

    def marks(self, seed: int) -> Marks:
        """Return the marks on the smallest simulated truce of a seed."""
        return self._marks.get(seed, lambda: exercise(SMALLEST, seed=seed).marks)

    def areas(self, held: Held) -> Areas:
        """Return the areas of the basemap and the zones of the mission's agreements."""
        return self._areas.get(held.name, lambda: areas_known(held.record))

    def outlines(self, held: Held) -> Mapping[str, bytes]:
        """Return the areas' outlines as each row of a list bears them."""
        return self._outlines.get(held.name, lambda: outlines_in_lists(self.areas(held)))

    def day(self, held: Held, day: date, audience: Audience) -> Day:
        """Return the report of a day for an audience; raises RefusedError when it may have nothing."""
        name = (held.name, day, audience)
        return self._days.get(name, lambda: day_of(self.walk(held, day), audience=audience))


def _print(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except FileNotFoundError:
        return (path.name, 0, 0)
    return (path.name, found.st_mtime_ns, found.st_size)
