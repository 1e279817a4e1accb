"""The days' reports of a release: of the tables that leave, as pages and for machines.

Rules:
- they are made from what leaves and from nothing else, and pass the gate once more on their way;
- a report whose sums or counts do not hold is refused before any of its bytes are kept;
- each day has its own, in English; whoever holds the tables makes them in another language;
- a picture leaves as a copy without its metadata, under a number that is not its name in the vault.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from trucewatch.mission.content import organisations, phrases
from trucewatch.mission.for_audience import shown_in
from trucewatch.mission.reporting import day_shown, faults_of, refuse_unsound
from trucewatch.mission.stripping import strip
from trucewatch.mission.walk import CHART_DAYS, Walk
from trucewatch.model.vocabulary import Audience
from trucewatch.report.html import html
from trucewatch.report.machine import to_csv, to_json
from trucewatch.report.words import Language


def reports_of(
    walk: Walk,
    tables: Mapping[str, pl.DataFrame],
    audience: Audience,
    first: date,
    last: date,
    cases: frozenset[str] = frozenset(),
) -> Mapping[str, tuple[bytes, None]]:
    """Return each day's report by the name of its file; to the public it tells of these cases and no others."""
    own = phrases((pack.name for pack in walk.known.packs), Language.ENGLISH.value)
    told = cases if audience is Audience.PUBLIC else None
    files: dict[str, tuple[bytes, None]] = {}
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        days = tuple(walk.known.clock.day(day - timedelta(days=back)) for back in reversed(range(CHART_DAYS)))
        of_day = replace(walk, day=day, days=days, at=days[-1].end)
        made = day_shown(of_day, shown_in(of_day, audience, tables, told), audience)
        refuse_unsound(faults_of(of_day, made))
        name = f"report-{day.isoformat()}"
        files[f"{name}.html"] = (html(made, Language.ENGLISH, organisations(), own).encode(), None)
        files[f"{name}.json"] = (to_json(made), None)
        files[f"{name}.csv"] = (to_csv(made), None)
    return files


def pictures_of(raws: Mapping[str, bytes]) -> Mapping[str, tuple[bytes, None]]:
    """Return pictures without their metadata, by the name of their file; InputError when one is no whole picture."""
    files: dict[str, tuple[bytes, None]] = {}
    for name, raw in raws.items():
        made = strip(raw)
        files[f"picture-{name}.{made.form.lower()}"] = (made.raw, None)
    return files
