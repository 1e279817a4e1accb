"""The sources: what each contributed to the day, with whom it is affiliated, what it cannot say.

Rules:
- a field that a profile does not declare is *not declared*, never a default;
- a kind or region that nobody watched is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trucewatch.model.agreement import Agreement
from trucewatch.model.vocabulary import FIRE, Means, Phenomenon
from trucewatch.report.scene import Scene, touching


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributor:
    """One source and its part in the day."""

    source_id: str
    means: Means | None
    rows_today: int
    rows_in_record: int
    refused: int | None  # None: not given
    affiliation: str | None
    reliability: str | None
    watches: str | None
    licence: str | None
    says: str | None


def contributors(scene: Scene, refused: Mapping[str, int]) -> tuple[Contributor, ...]:
    """Return every source of the record or the profiles, by name."""
    today = touching(scene.observations, scene.interval)["source_id"].value_counts()
    record = scene.observations["source_id"].value_counts()
    rows_today, rows = dict(today.iter_rows()), dict(record.iter_rows())
    found = []
    for name in sorted({*rows, *scene.profiles}):
        profile = scene.profiles.get(name)
        found.append(
            Contributor(
                source_id=name,
                means=profile.means if profile else None,
                rows_today=rows_today.get(name, 0),
                rows_in_record=rows.get(name, 0),
                refused=refused.get(name),
                affiliation=profile.affiliation if profile else None,
                reliability=profile.reliability if profile else None,
                watches=profile.watches if profile else None,
                licence=profile.licence if profile else None,
                says=profile.says if profile else None,
            )
        )
    return tuple(found)


def nobody_watches(scene: Scene, agreements: Sequence[Agreement]) -> tuple[Phenomenon, ...]:
    """Return the kinds that the agreements speak of and no source here detects or has ever told of."""
    asked = {p for a in agreements for c in a.clauses for p in c.phenomena}
    seen = {Phenomenon(str(p)) for p in scene.observations["phenomenon"].unique()}
    declared = {p for profile in scene.profiles.values() for p in profile.detects}
    known = seen | declared | (FIRE if seen & FIRE else frozenset())
    return tuple(sorted(asked - known))


def unwatched_regions(scene: Scene, agreements: Sequence[Agreement], watched: set[str]) -> tuple[str, ...]:
    """Return the regions that some reading of the agreements covers and nobody is known to have watched."""
    covered = {
        area for a in agreements for c in a.clauses for r in c.readings if r.area_ids for area in r.area_ids
    }
    return tuple(sorted((covered & set(scene.areas.ids)) - watched))
