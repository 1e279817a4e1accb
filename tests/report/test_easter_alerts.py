"""20 April 2025 beside the 39 days before it, and the claims of both sides."""

from __future__ import annotations

from trucewatch.report.alerts import DayKind
from trucewatch.report.daily import Day
from trucewatch.report.html import html


def test_which_day_counts_is_said_each_with_its_own_median(easter: Day) -> None:
    (alerts,) = easter.alerts
    assert {b.by: (b.alerts, b.median_before, b.days_before) for b in alerts.beside} == {
        DayKind.MISSION: (5, 36, 39),
        DayKind.UTC_DATE: (6, 35, 39),
        DayKind.LOCAL_DATE: (1, 35, 39),
    }
    assert len(alerts.observation_ids) == 5


def test_alerts_that_nobody_ended_are_listed_as_end_unknown(easter: Day) -> None:
    (alerts,) = easter.alerts
    assert len(alerts.end_unknown) >= 1
    assert set(alerts.end_unknown_regions) == {"UA-12"}
    assert "End unknown" in html(easter)


def test_claims_stand_side_by_side_with_cumulative_and_subset_marked(easter: Day) -> None:
    said = {(c.told_by, c.category, c.count.least): c for c in easter.claims}
    assert {c.told_by for c in easter.claims} == {"Russia", "Ukraine"}
    heavy = next(c for key, c in said.items() if "heavy weapons" in key[1] and key[2] == 713)
    drones = next(c for key, c in said.items() if "FPV" in key[1] and key[2] == 673)
    assert heavy.subset
    assert drones.cumulative
    page = html(easter)
    assert "What these sources cannot decide" in page
    assert "Side by side and not added" in page


def test_a_claim_is_no_total_and_no_incident(easter: Day) -> None:
    assert easter.series == ()
    assert easter.incidents == ()
