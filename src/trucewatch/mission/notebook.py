"""A mission in a notebook: its tables as Polars frames, a map and a timeline as pictures that stand in the page.

Rules:
- it is the walk and nothing more: a table here has the rows of `trucewatch export` as whoever reads the folder has them;
- a picture is one piece of HTML with its own style: no script, nothing fetched, and a stamp above it;
- what is known to its area only marks the area: never a dot.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from trucewatch.mission.content import organisations, phrases
from trucewatch.mission.folder import UKRAINE
from trucewatch.mission.ledger_pages import timeline_of
from trucewatch.mission.walk import Walk
from trucewatch.model.vocabulary import FIRE, Means, Phenomenon
from trucewatch.report.drawn_bars import bars_svg
from trucewatch.report.drawn_situation import Edges, Ellipse, Ground, situation_svg
from trucewatch.report.inline import Picture, pictured
from trucewatch.report.timeline import timeline_drawn
from trucewatch.report.words import Language, Words, words

MOST_DRAWN = 5000
BARS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A mission as known at a moment, over a day or all that was observed."""

    walk: Walk

    @property
    def stamp(self) -> str:
        """The marks that everything made from it bears."""
        return self.walk.known.mark()

    @property
    def observations(self) -> pl.DataFrame:
        """One thing, reported once, by one source."""
        return self.walk.observations

    @property
    def incidents(self) -> pl.DataFrame:
        """The observations judged to be one event."""
        return self.walk.fused.incidents

    @property
    def counts(self) -> pl.DataFrame:
        """Each incident's size under each counting rule."""
        return self.walk.fused.counts

    @property
    def links(self) -> pl.DataFrame:
        """How much speaks for two observations being one event; `left` and `right` are row numbers of `observations`."""
        return self.walk.fused.links

    @property
    def coverage(self) -> pl.DataFrame:
        """What could have been seen."""
        return self.walk.coverage

    @property
    def assessments(self) -> pl.DataFrame:
        """Clause by incident, the machine's view."""
        return self.walk.assessments

    @property
    def statements(self) -> pl.DataFrame:
        """What was said, by whom, and how its conditions stand at `at`."""
        rows = [
            {
                "statement_id": f"{s.statement.pack}/{s.statement.statement_id}",
                "stated_on": s.statement.stated_on,
                "actors": list(s.statement.actors),
                "said_by": s.statement.said_by,
                "kind": s.statement.kind.value,
                "modality": s.statement.modality.value,
                "action": s.statement.action,
                "what": s.statement.what,
                "conditions_met": None if s.met is None else s.met.name.lower(),
                "quote": s.statement.quote,
            }
            for s in self.walk.guarantees.standings
        ]
        texts = dict.fromkeys(rows[0] if rows else (), pl.String())
        return pl.DataFrame(
            rows, schema_overrides=texts | {"stated_on": pl.Date(), "actors": pl.List(pl.String)}
        )

    def map(self, language: str = "en") -> Picture:
        """Return the incidents on the outlines of areas, each as its 90 % ellipse; the largest 5,000 of them."""
        spoken, frame = words(Language(language)), self.incidents
        placed = frame.filter(pl.col("lon").is_not_null() & pl.col("lat").is_not_null())
        drawn = placed.sort("major90_m", "incident_id", descending=[True, False], nulls_last=True)
        unplaced = frame.filter(pl.col("lon").is_null() & pl.col("area_id").is_not_null())
        ground = Ground(
            areas=self.walk.areas, counts=dict(unplaced["area_id"].value_counts().iter_rows()), claims=()
        )
        told = pl.col("means").list.eval(pl.element() == Means.TOLD.value).list.all()
        shown = drawn.head(MOST_DRAWN).with_columns(told=told & (pl.col("means").list.len() > 0))
        ellipses = [_ellipse(row) for row in shown.iter_rows(named=True)]
        svg = situation_svg(
            _window(placed, self.walk.known.mission.area or UKRAINE), ellipses, (), ground, spoken
        )
        return Picture(svg=svg, words=self._above(spoken))

    def timeline(self, language: str = "en") -> Picture:
        """Return what was said, recorded and decided over time, or, where nobody said anything, when incidents began."""
        spoken, record = words(Language(language)), self.walk.known
        if not self.walk.guarantees.standings:
            return self.bars(language)
        own = phrases((pack.name for pack in record.packs), language)
        page = timeline_of(record, at=self.walk.at)
        return pictured(timeline_drawn(page, spoken, organisations(), own), self._above(spoken))

    def bars(self, language: str = "en") -> Picture:
        """Return how many incidents begin when."""
        spoken, moments = words(Language(language)), self.incidents["from_utc"].drop_nulls().sort()
        first = moments[0] if len(moments) else datetime(1970, 1, 1, tzinfo=UTC)
        last = moments[-1] if len(moments) else first
        step = max((last - first) / BARS, timedelta(minutes=1))
        counted = [0] * BARS
        for at in moments:
            counted[min(int((at - first) / step), BARS - 1)] += 1
        zone = self.walk.known.clock.zone
        svg = bars_svg(counted, (0.0, 1.0), spoken.gettext("How many incidents begin when"))
        return Picture(
            svg=svg, words=f"{self._above(spoken)} · {spoken.interval(first, first + step * BARS, zone)}"
        )

    def _above(self, spoken: Words) -> str:
        known = self.walk.known
        return f"{self.stamp} · {known.mission.name} · {spoken.moment(known.known_at, known.clock.zone)}"

    def _repr_html_(self) -> str:
        names = ("observations", "incidents", "coverage", "assessments", "statements")
        sizes = [(name, getattr(self, name).height) for name in names]
        row = "".join(f"<td><b>{size:,}</b> {name}</td>" for name, size in sizes)
        return f"<table><tr>{row}</tr></table>{self.map()._repr_html_()}{self.timeline()._repr_html_()}"


def _ellipse(row: dict[str, float | str]) -> Ellipse:
    kind, told = Phenomenon(str(row["phenomenon"])), bool(row["told"])
    heat = "thermal" if kind is Phenomenon.THERMAL else "other"
    family = "told" if told else "fire" if kind in FIRE else heat
    major, minor = float(row["major90_m"] or 0), float(row["minor90_m"] or 0)
    return Ellipse(
        lon=float(row["lon"]),
        lat=float(row["lat"]),
        major90_m=major,
        minor90_m=minor or major,
        azimuth_deg=float(row["azimuth_deg"] or 0),
        family=family,
    )


def _window(placed: pl.DataFrame, area: Edges) -> Edges:
    """Return the edges of what is placed with a margin, or the mission's own area where nothing is."""
    if placed.is_empty():
        return area
    lon, lat = placed["lon"].to_numpy(), placed["lat"].to_numpy()
    west, east, south, north = float(lon.min()), float(lon.max()), float(lat.min()), float(lat.max())
    wide, high = max(east - west, 0.1) * 0.1, max(north - south, 0.1) * 0.1
    return west - wide, south - high, east + wide, north + high
