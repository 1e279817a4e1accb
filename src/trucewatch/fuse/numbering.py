"""Numbers for sources, posts, words and codes of reports, in the order in which they come.

Rules:
- a number once given stays, so that what is reckoned by it stays too;
- a post is what `reports` takes for one: a source, and its observer's place to four digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from trucewatch.fuse.kinds import TRAJECTORIES
from trucewatch.fuse.likely import likely_of, pair_nats, prior_of
from trucewatch.fuse.reports import Ints, Reports
from trucewatch.model.geodesy import Floats
from trucewatch.model.source import SourceProfile

KINDS_AT = 1_000
NOWHERE = 1e9


class Numbering:
    """The numbers of sources, posts, words and codes, as they came, and how likely each code makes what was meant."""

    def __init__(self, sources: Mapping[str, SourceProfile]) -> None:
        self.sources = sources
        self.profiles: list[SourceProfile | None] = []
        self.prior = prior_of()
        self.likely = np.zeros((0, len(self.prior)))
        self.pair_nats = np.zeros((0, 0))
        self._names: dict[str, int] = {}
        self._posts: dict[tuple[int, float, float], int] = {}
        self._words: dict[str | None, int] = {None: 0}
        self._codes: dict[int, int] = {}
        self._told: list[bool] = []

    def numbers_of(self, names: Sequence[str]) -> list[int]:
        """Return the number of each source."""
        known = self._names
        for name in set(names) - known.keys():
            known[name] = len(known)
            self.profiles.append(self.sources.get(name))
        return [known[name] for name in names]

    def words_of(self, words: Sequence[str | None]) -> Ints:
        """Return a number for each word, 0 for none."""
        known = self._words
        for word in set(words) - known.keys():
            known[word] = len(known)
        return np.array([known[word] for word in words], dtype=np.int64)

    def posts(self, source: Ints, lon: Floats, lat: Floats) -> Ints:
        """Return the number of each report's post: its source, and its observer's place where that is known."""
        lon, lat = np.round(lon, 4) + 0.0, np.round(lat, 4) + 0.0
        nowhere = np.isnan(lon) | np.isnan(lat)
        lon, lat = np.where(nowhere, NOWHERE, lon), np.where(nowhere, NOWHERE, lat)
        known, places = self._posts, list(zip(source.tolist(), lon.tolist(), lat.tolist(), strict=True))
        for place in set(places) - known.keys():
            known[place] = len(known)
        return np.array([known[place] for place in places], dtype=np.int64)

    def codes(self, reports: Reports, source: Ints) -> Ints:
        """Return the code of each report, whose source has the number `source`."""
        ways = len(TRAJECTORIES)
        own = ((source * KINDS_AT + reports.kind) * ways + reports.trajectory) * 2 + reports.told
        met, at = np.unique(own, return_inverse=True)
        rows: list[Floats] = []
        for one in met.tolist():
            if one in self._codes:
                continue
            self._codes[one] = len(self._codes)
            self._told.append(bool(one % 2))
            kind, way, source = one // 2 // ways % KINDS_AT, one // 2 % ways, one // 2 // ways // KINDS_AT
            rows.append(np.round(likely_of(kind, way, self.profiles[source], self.prior), 12))
        if rows:
            self.likely = np.concatenate([self.likely, np.stack(rows)])
            self.pair_nats = pair_nats(self.likely, np.array(self._told), self.prior)
        found = [self._codes[one] for one in met.tolist()]
        numbers: Ints = np.array(found, dtype=np.int64)[at.reshape(-1)]
        return numbers
