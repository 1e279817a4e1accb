"""Whoever holds every release against every other finds no monitor, and no party's weapon, closer than they were told.

The attacker here knows the program, the policies and how far a monitor can hear; reads all that was released
to anybody, day by day as it came; intersects and subtracts it; and does not know where anything truly happened. What
somebody learns who does know, because they fired, is measured in the last test, as the decision on it says.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.mission.folder import Plan, init
from trucewatch.mission.projecting import Projected, projected
from trucewatch.mission.walk import Walk, walk
from trucewatch.model.areas import NAMES, Areas, areas_from
from trucewatch.model.geodesy import METRES_PER_DEGREE, Sector, place_in_sector
from trucewatch.model.grid import cell_centres, cell_edges, side_of
from trucewatch.model.outside import renamed
from trucewatch.model.policy import FORCES, LEAVING, Policy
from trucewatch.model.snapped import snapped_rows
from trucewatch.model.suppressing import suppressed
from trucewatch.model.tables import INCIDENTS, OBSERVATIONS
from trucewatch.model.vocabulary import Audience, Phenomenon

AT = datetime(2026, 6, 1, tzinfo=UTC)
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
HEARD_M = 15_000.0  # farther than any monitor here hears
SOUTH, NORTH, WEST, EAST = 47.7, 48.5, 37.2, 38.4
AUDIENCES = (Audience.PUBLIC, Audience.PARTY_A, Audience.PARTY_B, Audience.BODY, Audience.GUARANTOR)
POLICIES: Mapping[Audience, Policy] = {
    audience: Policy(
        audience=audience,
        naming=b"secret",
        k_origins=1,
        least_count=3,
        delay=timedelta(hours=1 + n),
        delays={},
        grid_m=9_000 if n % 2 else 18_000,
        tables=LEAVING | {"observations"},
    )
    for n, audience in enumerate(AUDIENCES)
}
# A zone on each side of a line, larger than a cell, and one that is smaller, which nobody is told by.
ZONES = {
    "west": (37.2, 47.7, 37.8, 48.5),
    "east": (37.8, 47.7, 38.4, 48.5),
    "yard": (37.81, 48.01, 37.83, 48.02),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One report of one monitor."""

    monitor: int
    bearing_deg: float
    far_m: float
    phenomenon: Phenomenon = Phenomenon.EXPLOSION
    trajectory: str | None = "incoming"
    hour: int = 0
    count: int = 4


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """The walk over a mission in which nothing was observed, with the zones of this page."""
    folder = init(tmp_path_factory.mktemp("i") / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    found = walk(folder.path)
    boxes = tuple(shapely.box(*edges) for edges in ZONES.values())
    iso = [(n, o) for n, o in zip(found.areas.ids, found.areas.outlines, strict=True) if n in NAMES]
    ids, outlines = (*(n for n, _ in iso), *ZONES), (*(o for _, o in iso), *boxes)
    return replace(found, areas=areas_from(ids, outlines))


def observed(monitors: Sequence[tuple[float, float]], reports: Sequence[Heard]) -> pl.DataFrame:
    """Return the observations of monitors, their ids by place in `reports` and nothing else."""
    rows = []
    for n, heard in enumerate(reports):
        lon, lat = monitors[heard.monitor]
        own = heard.phenomenon in (Phenomenon.MOVEMENT_DENIED, Phenomenon.NOTHING)
        sector = Sector(bearing_deg=heard.bearing_deg, halfwidth_deg=11.25)
        there = place_in_sector(
            lon=lon, lat=lat, sector=sector, nearest_m=500, farthest_m=heard.far_m, observer_sigma_m=100
        )
        start = FIRST + timedelta(hours=heard.hour)
        rows.append(
            {
                "observation_id": f"{n:032x}",
                "source_id": f"post-{heard.monitor}",
                "means": "heard",
                "phenomenon": heard.phenomenon.value,
                "trajectory": heard.trajectory,
                "from_utc": start,
                "to_utc": start + timedelta(minutes=5),
                "sensitivity": "restricted",
                "lon": lon if own else there.lon,
                "lat": lat if own else there.lat,
                "observer_lon": lon,
                "observer_lat": lat,
                "bearing_deg": heard.bearing_deg,
                "major_m": there.major_m,
                "minor_m": there.minor_m,
                "azimuth_deg": there.azimuth_deg,
                "distance_min_m": 500.0,
                "distance_max_m": heard.far_m,
                "count_min": heard.count,
                "count_max": heard.count,
            }
        )
    return OBSERVATIONS.conform(pl.DataFrame(rows, infer_schema_length=None))


def fused(observations: pl.DataFrame, groups: Iterable[Sequence[int]]) -> pl.DataFrame:
    """Return incidents whose members are rows of `observations`."""
    rows = []
    for n, group in enumerate(groups):
        members = observations[list(group)]
        first = members.row(0, named=True)
        rows.append(
            {
                **{
                    name: first[name]
                    for name in ("from_utc", "to_utc", "phenomenon", "trajectory", "count_min", "count_max")
                },
                "incident_id": f"{n:032x}",
                "lon": members["lon"].mean(),
                "lat": members["lat"].mean(),
                "major90_m": first["major_m"],
                "minor90_m": first["minor_m"],
                "azimuth_deg": first["azimuth_deg"],
                "p_real": 0.9,
                "p_phenomenon": 0.9,
                "n_origins": len(group),
                "n_observations": len(group),
                "means": ["heard"],
                "source_ids": members["source_id"].unique().sort().to_list(),
                "observations": members["observation_id"].sort().to_list(),
            }
        )
    return INCIDENTS.conform(pl.DataFrame(rows, infer_schema_length=None))


def leaves(
    base: Walk, observations: pl.DataFrame, incidents: pl.DataFrame, at: datetime = AT
) -> Mapping[Audience, Projected]:
    shown = replace(base, observations=observations, fused=replace(base.fused, incidents=incidents))
    return {audience: projected(shown, policy, at=at) for audience, policy in POLICIES.items()}


inside = st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
reports = st.builds(
    Heard,
    monitor=st.integers(0, 1),
    bearing_deg=st.sampled_from([n * 22.5 for n in range(16)]),
    far_m=st.sampled_from((1_500.0, 3_000.0, 6_000.0, 12_000.0)),
    phenomenon=st.sampled_from(
        (
            Phenomenon.EXPLOSION,
            Phenomenon.BURST,
            Phenomenon.MOVEMENT_DENIED,
            Phenomenon.NOTHING,
            Phenomenon.WEAPON,
        )
    ),
    trajectory=st.sampled_from(("incoming", "undetermined", "outgoing", None)),
    hour=st.integers(0, 200),
)


def within(cell: tuple[float, float, float, float], share: tuple[float, float]) -> tuple[float, float]:
    return cell[0] + (cell[2] - cell[0]) * share[0], cell[1] + (cell[3] - cell[1]) * share[1]


@settings(max_examples=15)
@given(st.lists(reports, min_size=1, max_size=6), st.lists(inside, min_size=4, max_size=4))
def test_a_monitor_anywhere_in_its_cell_gives_the_same_releases(
    empty: Walk, heard: list[Heard], shares: list[tuple[float, float]]
) -> None:
    """What a monitor reports, from wherever in its smallest cell, leaves as the same bytes to everybody."""
    cells = [cell_edges(37.55, 48.1, 9_000), cell_edges(38.05, 47.95, 9_000)]
    here, there = (
        [within(c, s) for c, s in zip(cells, pair, strict=True)] for pair in (shares[:2], shares[2:])
    )
    groups = [[n] for n in range(len(heard))]
    forces = [h for h in heard if h.phenomenon is Phenomenon.WEAPON or h.trajectory != "incoming"]
    told = []
    for places in (here, there):
        rows = observed(places, heard)
        told.append(leaves(empty, rows, fused(rows, groups)))
    for audience in AUDIENCES:
        for name, frame in told[0][audience].items():
            other = told[1][audience][name]
            if name in ("incidents", "observations", "tallies") and forces:
                # by area: which area a weapon lies in is told, and that is of the weapon
                frame, other = (f.drop("area_id").sort(f.drop("area_id").columns[:2]) for f in (frame, other))
                if name == "tallies":
                    continue
            assert frame.equals(other, null_equal=True), (audience, name)


class Attacker:
    """Who keeps every place at which a monitor could still stand."""

    def __init__(self) -> None:
        step = side_of(9_000) / METRES_PER_DEGREE / 4
        lon, lat = np.meshgrid(np.arange(WEST, EAST, step), np.arange(SOUTH, NORTH, step))
        self.lon, self.lat = lon.ravel(), lat.ravel()
        self.left = np.ones(len(self.lon), dtype=bool)

    def hears(self, frame: pl.DataFrame, policy: Policy, areas: Areas) -> None:
        """A monitor of these rows hears into each of their cells, and stands in the areas of what befell itself."""
        for row in frame.iter_rows(named=True):
            if row["lon"] is not None:
                west, south, east, north = cell_edges(row["lon"], row["lat"], policy.grid_m)
                away_x = np.maximum(np.maximum(west - self.lon, self.lon - east), 0) * np.cos(
                    np.radians(self.lat)
                )
                away_y = np.maximum(np.maximum(south - self.lat, self.lat - north), 0)
                self.left &= np.hypot(away_x, away_y) * METRES_PER_DEGREE <= HEARD_M + 7_250
            elif row["area_id"] is not None and row["phenomenon"] == Phenomenon.MOVEMENT_DENIED.value:
                outline = areas.outline(row["area_id"])
                if outline is not None:
                    self.left &= shapely.intersects_xy(
                        outline.buffer(side_of(9_000) / METRES_PER_DEGREE), self.lon, self.lat
                    )

    def whole_cells(self) -> set[tuple[float, float]]:
        """The cells of the smallest grid of which every point is still possible."""
        x, y = cell_centres(self.lon, self.lat, 9_000)
        by_cell: dict[tuple[float, float], bool] = {}
        for a, b, possible in zip(x, y, self.left, strict=True):
            by_cell[a, b] = by_cell.get((a, b), True) and bool(possible)
        return {cell for cell, all_of_it in by_cell.items() if all_of_it}


def test_who_intersects_every_release_keeps_a_whole_cell_and_the_right_one_is_among_them(empty: Walk) -> None:
    random = np.random.default_rng(20260301)
    monitors = [(37.6123, 48.0771), (38.0519, 48.2203), (37.9007, 47.9099)]
    kinds = (Phenomenon.EXPLOSION, Phenomenon.BURST, Phenomenon.MOVEMENT_DENIED, Phenomenon.SHOT)
    heard = [
        Heard(
            monitor=int(random.integers(3)),
            bearing_deg=float(random.integers(16) * 22.5),
            far_m=float(random.choice((1_500, 3_000, 6_000, 12_000))),
            phenomenon=kinds[int(random.choice(4, p=(0.5, 0.2, 0.1, 0.2)))],
            trajectory=str(random.choice(("incoming", "undetermined"))),
            hour=int(random.integers(24 * 10)),
            count=int(random.integers(1, 30)),
        )
        for _ in range(400)
    ]
    rows = observed(monitors, heard)
    incidents = fused(rows, [[n] for n in range(len(heard))])
    mine = {m: Attacker() for m in range(3)}
    before: dict[Audience, pl.DataFrame] = {}
    for day in range(1, 14):  # as it came, day by day: what is new in each release is of that day
        for audience, tables in leaves(empty, rows, incidents, FIRST + timedelta(days=day)).items():
            frame, policy = tables["incidents"], POLICIES[audience]
            fresh = (
                frame
                if audience not in before
                else frame.join(before[audience], on="incident_id", how="anti")
            )
            before[audience] = frame
            # the worst case: somebody who knows which monitor each row is of, though no release tells
            own = names_of(incidents, heard, policy)
            for monitor, attacker in mine.items():
                ids = [name for name, whose in own.items() if whose == monitor]
                attacker.hears(fresh.filter(pl.col("incident_id").is_in(ids)), policy, empty.areas)
    for monitor, attacker in mine.items():
        x, y = cell_centres(*(np.array([axis]) for axis in monitors[monitor]), 9_000)
        assert (x[0], y[0]) in attacker.whole_cells(), monitor
        assert len(attacker.whole_cells()) >= 1


def heard_from(monitor: tuple[float, float], there: tuple[float, float], n: int) -> Heard:
    """Return what a monitor that makes no mistake reports of what happened somewhere: a sixteenth of the compass and a bracket."""
    east = (there[0] - monitor[0]) * METRES_PER_DEGREE * np.cos(np.radians(monitor[1]))
    north = (there[1] - monitor[1]) * METRES_PER_DEGREE
    far = next(m for m in (1_500.0, 3_000.0, 6_000.0, 12_000.0, 24_000.0) if np.hypot(east, north) <= m)
    bearing = float(np.round(np.degrees(np.arctan2(east, north)) / 22.5) * 22.5 % 360)
    return Heard(monitor=n, bearing_deg=bearing, far_m=far)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_who_fired_and_knows_where_learns_more_than_the_cell_and_the_decision_says_so(seed: int) -> None:
    """The worst case: one source, one monitor, no error but rounding, and the true place of each of twenty shots."""
    random = np.random.default_rng(seed)
    west, south, east, north = cell_edges(37.6123, 48.0771, 9_000)
    shares = (np.arange(8) + 0.5) / 8
    possible = [(west + (east - west) * x, south + (north - south) * y) for x in shares for y in shares]
    mine = possible[int(random.integers(len(possible)))]
    ways = zip(random.uniform(0, 2 * np.pi, 20), random.uniform(1_000, 10_000, 20), strict=True)
    fired = [
        (
            mine[0] + far * np.sin(way) / METRES_PER_DEGREE / np.cos(np.radians(mine[1])),
            mine[1] + far * np.cos(way) / METRES_PER_DEGREE,
        )
        for way, far in ways
    ]
    told = [heard_from(place, shot, n) for n, place in enumerate(possible) for shot in fired]
    left = snapped_rows(observed(possible, told), 9_000)
    cells = np.array(cell_centres(left["lon"].to_numpy(), left["lat"].to_numpy(), 9_000))
    by_place = cells.reshape(2, len(possible), len(fired))
    truth = by_place[:, [possible.index(mine)], :]
    same = (by_place == truth).all(axis=0)
    assert same[possible.index(mine)].all()
    assert same[:, :20].all(axis=1).mean() < 0.25  # a whole cell would be 1


def names_of(incidents: pl.DataFrame, heard: Sequence[Heard], policy: Policy) -> Mapping[str, int]:
    from_gate = incidents.select("incident_id")
    names = renamed(from_gate, policy)["incident_id"].to_list()
    return {name: heard[n].monitor for n, name in enumerate(names)}


def test_all_that_a_party_may_see_places_a_weapon_no_better_than_its_zone(empty: Walk) -> None:
    places = [(37.82, 48.015), (37.5, 48.1), (38.2, 47.8)]  # the first in the small yard too
    heard = [
        *(
            Heard(monitor=m, bearing_deg=0, far_m=1_500, phenomenon=kind, trajectory=None, hour=n)
            for m in range(3)
            for n, kind in enumerate(sorted(FORCES))
        ),
        *(Heard(monitor=m, bearing_deg=90, far_m=3_000, trajectory="outgoing", hour=m) for m in range(3)),
        *(
            Heard(
                monitor=m,
                bearing_deg=90,
                far_m=3_000,
                phenomenon=Phenomenon.MUZZLE_FLASH,
                trajectory=None,
                hour=m,
            )
            for m in range(3)
        ),
    ]
    rows = observed(places, heard)
    told = leaves(empty, rows, fused(rows, [[n] for n in range(len(heard))]))
    seen = [
        told[audience][table]
        for audience in (Audience.PUBLIC, Audience.PARTY_A)
        for table in ("incidents", "observations")
    ]
    assert sum(frame.height for frame in seen) > 0
    cell = side_of(18_000) ** 2
    for frame in seen:
        for row in frame.iter_rows(named=True):
            assert (row["lon"], row["lat"]) == (None, None)
            outline = empty.areas.outline(row["area_id"])
            assert outline is not None
            assert outline.area * METRES_PER_DEGREE**2 * np.cos(np.radians(48)) >= min(
                cell, side_of(9_000) ** 2
            )
            assert row["area_id"] != "yard"
            assert (row.get("bearing_deg"), row.get("calibre_min_mm"), row.get("text")) == (None, None, None)
    assert not set(told[Audience.PUBLIC]["incidents"]["phenomenon"]) & {kind.value for kind in FORCES}
    assert told[Audience.PARTY_A]["assessments"].filter(pl.col("incident_id").is_not_null()).is_empty()


@given(st.lists(st.integers(1, 12), min_size=1, max_size=5), st.integers(3, 6))
def test_a_sum_never_gives_back_a_small_number(numbers: list[int], least: int) -> None:
    """Whoever knows the rule, the numbers that are told and the sum cannot tell a small number from another small one."""
    out, whole = suppressed(numbers, least)
    hidden = [at for at, withheld in enumerate(out) if withheld]
    shown = [None if withheld else number for number, withheld in zip(numbers, out, strict=True)]
    for at in hidden:
        possible = set()
        for small in itertools.product(range(1, least), repeat=len(hidden)):
            other = list(numbers)
            for place, value in zip(hidden, small, strict=True):
                other[place] = value
            masked, without_sum = suppressed(other, least)
            again = [None if withheld else number for number, withheld in zip(other, masked, strict=True)]
            if again == shown and without_sum == whole and (whole or sum(other) == sum(numbers)):
                possible.add(other[at])
        assert possible == set(range(1, least))
