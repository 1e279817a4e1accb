"""The most memory that a program held while something ran, for benchmarks; Linux only, 0 elsewhere."""

import os
import threading
from pathlib import Path


def rss_mib() -> float:
    """Return what this program holds in memory now."""
    pages = Path("/proc/self/statm")
    return int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20 if pages.exists() else 0.0


class Peak:
    """The most memory that was held while it watched, and what was held before."""

    def __enter__(self) -> "Peak":
        self.first = self.most = rss_mib()
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)
        self._watch.start()
        return self

    def _look(self) -> None:
        while not self._ended.wait(0.005):
            self.most = max(self.most, rss_mib())

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watch.join()
        self.most = max(self.most, rss_mib())
