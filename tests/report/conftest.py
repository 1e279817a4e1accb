"""Real days, from the published files to the report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from trucewatch.cover.cover import cover
from trucewatch.fuse.fuse import fuse
from trucewatch.ingest import alerts, claims, smm, smm_totals
from trucewatch.mission.content import basemap
from trucewatch.model.canonical import with_ids
from trucewatch.model.instants import Clock
from trucewatch.model.source import Parse, SourceProfile
from trucewatch.model.tables import ASSESSMENTS, CONTROL, WEATHER
from trucewatch.model.vocabulary import FIRE, Audience, Means, Phenomenon
from trucewatch.report.daily import Day, daily

KYIV = ZoneInfo("Europe/Kyiv")
CLOCK = Clock(zone=KYIV)
NOW = datetime(2026, 1, 6, 16, tzinfo=UTC)


def profile(
    source_id: str,
    means: Means,
    *,
    watches: str | None = None,
    origin: str | None = None,
    detects: Mapping[Phenomenon, float] = {},
) -> SourceProfile:
    return SourceProfile(
        origin=origin,
        detects=detects,
        source_id=source_id,
        means=means,
        zone=KYIV,
        published=True,
        watches=watches,
        affiliation="third",
        says="Its rows cannot say what nobody saw.",
    )


PROFILES = {
    "smm": profile("smm", Means.HEARD, watches="post hours", detects=dict.fromkeys(FIRE, 0.5)),
    "firms-dates": profile("firms-dates", Means.IMAGED, watches="passes"),
    "ucdp-ged": profile("ucdp-ged", Means.TOLD),
    "viina": profile("viina", Means.TOLD),
    "alerts-official": profile("alerts-official", Means.TOLD, origin="independent"),
    "alerts-volunteer": profile("alerts-volunteer", Means.TOLD, origin="alerts-official"),
    "smm-totals": profile("smm-totals", Means.TOLD),
    "alerts": profile("alerts", Means.TOLD, watches="continuous"),
    "claims": profile("claims", Means.TOLD),
}
PARSERS: Mapping[str, Parse] = {
    "smm": smm.SOURCE.parse,
    "smm-totals": smm_totals.SOURCE.parse,
    "alerts": alerts.SOURCE.parse,
    "alerts-official": alerts.SOURCE.parse,
    "alerts-volunteer": alerts.SOURCE.parse,
    "claims": claims.SOURCE.parse,
}


def rows_of(files: Mapping[str, Path]) -> pl.DataFrame:
    parts = []
    for name, path in files.items():
        screened = PARSERS[name](path.read_bytes(), PROFILES[name])
        assert not screened.refused
        parts.append(with_ids(screened.accepted))
    return pl.concat(parts)


def report(day: date, observations: pl.DataFrame, audience: Audience = Audience.INTERNAL) -> Day:
    fused = fuse(observations, PROFILES)
    days = [CLOCK.day(day - timedelta(days=back)) for back in reversed(range(14))]
    areas = basemap()
    coverage = cover(observations, PROFILES, WEATHER.empty(), CONTROL.empty(), areas=areas, days=days)
    return daily(
        day=day,
        clock=CLOCK,
        mission="The SMM's published reports",
        observations=observations,
        fused=fused,
        coverage=coverage,
        assessments=ASSESSMENTS.empty(),
        areas=areas,
        audience=audience,
        at=NOW,
        known_at=NOW,
        replay=True,
        profiles=PROFILES,
    )


@pytest.fixture(scope="session")
def october(shared: Path) -> pl.DataFrame:
    folder = shared / "data" / "donbas-2016"
    return rows_of(
        {"smm": folder / "osce_smm_observations.csv", "smm-totals": folder / "osce_smm_counts.csv"}
    )


@pytest.fixture(scope="session")
def the_29th(october: pl.DataFrame) -> Day:
    return report(date(2016, 10, 29), october)


@pytest.fixture(scope="session")
def the_31st(october: pl.DataFrame) -> Day:
    return report(date(2016, 10, 31), october)


@pytest.fixture(scope="session")
def summer(shared: Path) -> pl.DataFrame:
    return rows_of({"smm-totals": shared / "data" / "donbas-2020" / "osce_smm_counts.csv"})


@pytest.fixture(scope="session")
def easter(shared: Path) -> Day:
    folder = shared / "data" / "truces-2025"
    files = {"alerts": folder / "alerts_oblast_merged.parquet", "claims": folder / "party_claims.csv"}
    return report(date(2025, 4, 20), rows_of(files))


@pytest.fixture(scope="session")
def report_of() -> Callable[..., Day]:
    return report


@pytest.fixture(scope="session")
def rows() -> Callable[..., pl.DataFrame]:
    return rows_of
