"""Incidents in the read model: found by window, time and words as a plain reading of the rows would find them."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import InputError
from trucewatch.mission.cells import grid_of
from trucewatch.mission.columns import FINEST, Columns, columns_of, packed, unpacked
from trucewatch.mission.folder import Folder
from trucewatch.mission.query import Query, query_of
from trucewatch.mission.selecting import matching, selected
from trucewatch.mission.tallying import MOST, Tally, level_of, tally
from trucewatch.mission.views import Built, micros, opened
from trucewatch.mission.views_incidents import Shown, columns_on, nothing, shelve
from trucewatch.mission.views_tables import FOR_EVER, rows_by_id, rows_by_key, slice_of
from trucewatch.model.tables import ASSESSMENTS, INCIDENTS, OBSERVATIONS
from trucewatch.model.vocabulary import Phenomenon, Verdict

DAY = datetime(2026, 3, 3, tzinfo=UTC)
KINDS = [Phenomenon.EXPLOSION, Phenomenon.SHOT, Phenomenon.UAV]
VERDICTS = [Verdict.APPARENT_BREACH, Verdict.INDETERMINATE, Verdict.NO_BREACH_SHOWN]


def incidents(n: int, seed: int = 7) -> pl.DataFrame:
    """Return incidents strewn over a day; every fifth is known to its area only, every seventh has no length."""
    draw = np.random.default_rng(seed)
    start = [DAY + timedelta(seconds=int(s)) for s in draw.integers(0, 86_400, n)]
    nowhere = [at % 5 == 0 for at in range(n)]
    rows = {
        "incident_id": [f"{at:032x}" for at in range(n)],
        "from_utc": start,
        "to_utc": [when + timedelta(seconds=0 if at % 7 == 0 else 600) for at, when in enumerate(start)],
        "lon": [None if none else float(v) for none, v in zip(nowhere, draw.uniform(36, 39, n), strict=True)],
        "lat": [None if none else float(v) for none, v in zip(nowhere, draw.uniform(47, 49, n), strict=True)],
        "area_id": ["UA-14" if none else None for none in nowhere],
        "phenomenon": [KINDS[at % 3].value for at in range(n)],
        "p_real": [float(v) for v in draw.uniform(0, 1, n).round(3)],
        "n_origins": [1 + at % 3 for at in range(n)],
        "means": [["heard"]] * n,
        "source_ids": [["post-1"] if at % 2 else ["camera", "post-1"] for at in range(n)],
        "told_by": [[]] * n,
        "observations": [[f"{at:032x}"] for at in range(n)],
    }
    return INCIDENTS.conform(pl.DataFrame(rows, schema_overrides={"told_by": pl.List(pl.String)}))


def assessments(of: pl.DataFrame) -> pl.DataFrame:
    ids = of["incident_id"].to_list()
    return ASSESSMENTS.conform(
        pl.DataFrame(
            {
                "assessment_id": [f"{one}-0" for one in ids],
                "incident_id": ids,
                "clause_id": [f"tcg-2020/C-{at % 4}" for at in range(len(ids))],
                "agreement_version": ["1"] * len(ids),
                "subject": ["incident"] * len(ids),
                "verdict": [VERDICTS[at % 3].value for at in range(len(ids))],
                "why_not": [[]] * len(ids),
                "ceiling": ["apparent"] * len(ids),
                "objections": [[]] * len(ids),
            },
            schema_overrides={"why_not": pl.List(pl.String), "objections": pl.List(pl.String)},
        )
    )


FRAME = incidents(400)
JUDGED = assessments(FRAME)
COLUMNS = columns_of(FRAME, JUDGED, np.arange(400))
GRID = grid_of(COLUMNS)


def touching(_window: object) -> list[str]:
    return ["UA-14"]


def plainly(query: Query) -> set[str]:
    """Return the ids that a query asks for, by looking at one row after the other."""
    found = set()
    of = {row["incident_id"]: row for row in JUDGED.iter_rows(named=True)}
    for row in FRAME.iter_rows(named=True):
        judged = of[row["incident_id"]]
        start, end = row["from_utc"], row["to_utc"]
        good = query.p_min <= row["p_real"] <= query.p_max
        if query.window is not None and row["lon"] is not None:
            west, south, east, north = query.window
            good &= west <= row["lon"] <= east and south <= row["lat"] <= north
        if query.from_utc is not None:
            good &= end > query.from_utc or start == end == query.from_utc
        if query.to_utc is not None:
            good &= start < query.to_utc
        good &= not query.kinds or Phenomenon(row["phenomenon"]) in query.kinds
        good &= not query.clauses or judged["clause_id"] in query.clauses
        good &= not query.verdicts or Verdict(judged["verdict"]) in query.verdicts
        good &= not query.sources or bool({*row["source_ids"]} & {*query.sources})
        if good:
            found.add(row["incident_id"])
    return found


MOMENTS = st.none() | st.integers(-3600, 90_000).map(lambda s: DAY + timedelta(seconds=s))
QUERIES = st.builds(
    lambda a, b, c, d, start, end, kinds, clauses, verdicts, sources, least: Query(
        window=(min(a, b), min(c, d), max(a, b), max(c, d)),
        from_utc=start,
        to_utc=end,
        kinds=tuple(kinds),
        clauses=tuple(clauses),
        verdicts=tuple(verdicts),
        sources=tuple(sources),
        p_min=least,
    ),
    *[st.floats(35, 40)] * 2,
    *[st.floats(46, 50)] * 2,
    MOMENTS,
    MOMENTS,
    st.sets(st.sampled_from(KINDS), max_size=2),
    st.sets(st.sampled_from(["tcg-2020/C-0", "tcg-2020/C-3", "tcg-2020/no-such"]), max_size=2),
    st.sets(st.sampled_from(VERDICTS), max_size=2),
    st.sets(st.sampled_from(["camera", "post-1"]), max_size=1),
    st.sampled_from([0.0, 0.4]),
)


@settings(deadline=None, max_examples=80)
@given(QUERIES)
def test_columns_find_what_a_plain_reading_finds(query: Query) -> None:
    found = selected(COLUMNS, query, touching)
    ids = FRAME["incident_id"].to_list()
    assert {ids[COLUMNS.row[at]] for at in found} == plainly(query)
    assert (np.diff(COLUMNS.from_us[found]) >= 0).all()


def test_without_words_everything_is_asked_for() -> None:
    assert len(selected(COLUMNS, Query())) == 400


def test_a_window_over_the_antimeridian_holds_both_sides() -> None:
    both = selected(COLUMNS, Query(window=(38.5, 40.0, 36.5, 60.0)))
    lon = COLUMNS.lon[both]
    assert len(both)
    assert ((lon >= 38.5) | (lon <= 36.5)).all()


def counted(query: Query, level: int = 9, most_singly: int = 0) -> Tally:
    return tally(COLUMNS, GRID, query, touching, level=level, most_singly=most_singly)


def cells(level: int, query: Query) -> dict[tuple[int, int], int]:
    """Return the bins of a query by looking at one place after the other."""
    found: dict[tuple[int, int], int] = {}
    for at in selected(COLUMNS, query, touching):
        if COLUMNS.x[at] >= 0:
            cell = (int(COLUMNS.x[at]) >> (FINEST - level), int(COLUMNS.y[at]) >> (FINEST - level))
            found[cell] = found.get(cell, 0) + 1
    return found


def binned(found: Tally) -> dict[tuple[int, int], int]:
    assert found.bins is not None
    at = zip(found.bins.x.tolist(), found.bins.y.tolist(), strict=True)
    return dict(zip(at, found.bins.count.tolist(), strict=True))


PLACES = st.sampled_from([at for at in range(400) if at % 5])
EDGES = st.tuples(PLACES, PLACES).map(
    lambda two: Query(
        window=(
            FRAME["lon"][two[0]],
            min(FRAME["lat"][at] for at in two),
            FRAME["lon"][two[1]],
            max(FRAME["lat"][at] for at in two),
        )
    )
)
"""Windows whose edges go through places, half of them over the antimeridian."""


@settings(deadline=None, max_examples=120)
@given(QUERIES | EDGES | st.just(Query()) | st.just(Query(areas=("UA-14",))))
def test_one_pass_counts_what_the_columns_find(query: Query) -> None:
    kept, found = (
        selected(COLUMNS, query, touching),
        counted(query, level_of(query.window or (36, 47, 39, 49))),
    )
    in_place = kept[COLUMNS.x[kept] >= 0]
    by_area = len(kept) - len(in_place)
    assert found.matched == len(kept)
    assert found.areas == ((("UA-14", by_area),) if by_area else ())
    begun = COLUMNS.from_us[matching(COLUMNS, query, touching)]
    step = (begun - GRID.steps.from_us) // GRID.steps.step_us
    assert found.bars == tuple(np.bincount(step, minlength=GRID.steps.count).tolist())
    assert counted(query, most_singly=400).singly.tolist() == in_place.tolist()
    if len(in_place):
        assert found.bins is not None
        assert binned(found) == cells(found.bins.level, query)


def test_an_incident_without_a_place_is_counted_by_area_and_is_no_dot() -> None:
    found = counted(Query(), most_singly=400)
    assert found.areas == (("UA-14", 80),)
    assert len(found.singly) == 320
    assert (COLUMNS.x[COLUMNS.area >= 0] == -1).all()


def test_an_incident_of_which_not_even_an_area_is_known_is_counted_and_drawn_nowhere() -> None:
    lost = FRAME.with_columns(pl.lit(None, pl.String).alias("area_id"))
    columns = columns_of(lost, JUDGED, np.arange(400))
    grid = grid_of(columns)
    every = tally(columns, grid, Query(), touching, level=9, most_singly=400)
    assert (every.matched, len(every.singly), every.areas) == (400, 320, ())
    here = Query(window=(30, 40, 45, 55))
    assert tally(columns, grid, here, touching, level=9, most_singly=400).matched == 320
    assert len(selected(columns, here, touching)) == 320


def test_where_nothing_is_nothing_is_counted() -> None:
    columns = columns_of(FRAME.head(0), JUDGED.head(0), np.arange(0))
    found = tally(columns, grid_of(columns), Query(), touching, level=9, most_singly=400)
    assert (found.matched, found.bars, found.areas, len(found.singly)) == (0, (), (), 0)


@pytest.mark.parametrize("level", [0, 3, 9, 14, 24])
def test_bins_count_every_place_once_and_are_never_too_many(level: int) -> None:
    bins = counted(Query(), level).bins
    assert bins is not None
    assert int(bins.count.sum()) == 320
    assert len(bins.count) <= MOST
    assert bins.level <= level


def test_bins_that_are_too_many_are_made_coarser() -> None:
    found = tally(COLUMNS, GRID, Query(), touching, level=14, most_singly=0, most_bins=50)
    assert found.bins is not None
    assert len(found.bins.count) <= 50
    assert binned(found) == cells(found.bins.level, Query())


def test_a_narrower_window_is_cut_finer() -> None:
    assert level_of((36, 47, 39, 49)) < level_of((37, 48, 37.1, 48.1))


def test_columns_become_bytes_and_come_back() -> None:
    back = unpacked({name: (kind, raw) for name, kind, raw in packed(COLUMNS)})
    for name in Columns.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(back, name), getattr(COLUMNS, name))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = opened(Folder(path=tmp_path))
    shelve(connection, "internal", _made(0), _shown(FRAME))
    yield connection
    connection.close()


def _made(hour: int) -> Built:
    return Built(known_at=DAY + timedelta(days=1, hours=hour), size=hour)


def _shown(frame: pl.DataFrame) -> Shown:
    empty = nothing()
    return Shown(
        observations=empty.observations,
        incidents=frame,
        assessments=assessments(frame),
        coverage=empty.coverage,
    )


def test_rows_come_back_as_they_were(shelf: sqlite3.Connection) -> None:
    columns = columns_on(shelf, "internal")
    back = rows_by_key(shelf, INCIDENTS, columns.row.tolist())
    assert back.equals(FRAME.sort("from_utc", "incident_id"))


def test_what_has_not_changed_stays_one_row_and_what_went_has_its_end(shelf: sqlite3.Connection) -> None:
    later = pl.concat([FRAME.head(300), incidents(410).tail(10)])
    shelve(shelf, "internal", _made(1), _shown(later))
    ends = dict(shelf.execute("SELECT known_to, count(*) FROM incidents GROUP BY known_to").fetchall())
    assert ends == {FOR_EVER: 310, micros(_made(1).known_at): 100}
    assert columns_on(shelf, "internal").height == 310


def test_an_earlier_moment_has_a_shelf_of_its_own(shelf: sqlite3.Connection) -> None:
    shelve(shelf, "internal@5", _made(0), _shown(FRAME.head(5)))
    assert columns_on(shelf, "internal@5").height == 5
    assert columns_on(shelf, "internal").height == 400


def test_a_shelf_holds_nothing_of_another(shelf: sqlite3.Connection) -> None:
    assert rows_by_id(shelf, INCIDENTS, "public", FRAME["incident_id"].to_list()).is_empty()


@pytest.mark.parametrize("window", [(36.2, 47.1, 38.0, 48.5), (38.5, 40.0, 36.5, 60.0), (0.0, 0.0, 1.0, 1.0)])
def test_a_list_goes_on_until_all_were_given_once(
    shelf: sqlite3.Connection, window: tuple[float, float, float, float]
) -> None:
    query, after, given_ids = Query(window=window), None, []
    while True:
        one = slice_of(shelf, INCIDENTS, "internal", query, after=after, most=30)
        given_ids += one.rows["incident_id"].to_list()
        after = one.after
        if after is None:
            break
    found = selected(COLUMNS, query)
    ids = FRAME["incident_id"].to_list()
    assert given_ids == [ids[COLUMNS.row[at]] for at in found]


def seen(n: int) -> pl.DataFrame:
    draw = np.random.default_rng(3)
    return OBSERVATIONS.conform(
        pl.DataFrame(
            {
                "observation_id": [f"{at:032x}" for at in range(n)],
                "source_id": ["post-1"] * n,
                "means": ["heard"] * n,
                "phenomenon": ["shot"] * n,
                "from_utc": [DAY + timedelta(minutes=at) for at in range(n)],
                "to_utc": [DAY + timedelta(minutes=at + 1) for at in range(n)],
                "lon": [float(v) for v in draw.uniform(36, 39, n)],
                "lat": [float(v) for v in draw.uniform(47, 49, n)],
                "sensitivity": ["public"] * n,
            }
        )
    )


def test_a_place_on_the_very_edge_is_found_though_the_tree_holds_short_numbers(tmp_path: Path) -> None:
    connection, rows = opened(Folder(path=tmp_path)), seen(300)
    shelve(connection, "internal", _made(0), replace(nothing(), observations=rows))
    for row in rows.iter_rows(named=True):
        spot = (row["lon"], row["lat"], row["lon"], row["lat"])
        found = slice_of(connection, OBSERVATIONS, "internal", Query(window=spot), most=5)
        assert found.rows["observation_id"].to_list() == [row["observation_id"]]
    assert rows_by_key(connection, OBSERVATIONS, [3, 1])["observation_id"].to_list() == [
        f"{2:032x}",
        f"{0:032x}",
    ]
    connection.close()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"bbox": "1,2,3"}, "west,south,east,north"),
        ({"bbox": "1,2,3,91"}, "west,south,east,north"),
        ({"bbox": "1,2,nan,4"}, "west,south,east,north"),
        ({"bbox": "1,9,2,4"}, "turn them round"),
        ({"from": "yesterday"}, "no moment"),
        ({"from": "2026-01-06T10:00:00"}, "no moment"),
        ({"from": "2026-01-07", "to": "2026-01-06"}, "turn them round"),
        ({"kind": "bang"}, "knows no such word"),
        ({"p_min": "2"}, "probability"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(asked: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        query_of(asked.items())


def test_the_same_query_has_one_address() -> None:
    asked = {
        "kind": "shot,explosion",
        "bbox": "36,47,38,49",
        "from": "2026-03-03T00:00:00+02:00",
        "p_min": ".5",
    }
    query = query_of(asked.items())
    assert query_of(query.address) == query
    assert json.dumps(query.address) == json.dumps(
        [
            ["bbox", "36,47,38,49"],
            ["from", "2026-03-02T22:00:00Z"],
            ["kind", "explosion,shot"],
            ["p_min", "0.5"],
        ]
    )
