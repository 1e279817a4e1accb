"""Everything leaves through one gate, and it denies by default."""

from datetime import UTC, datetime

import polars as pl
import pytest

from trucewatch.errors import RefusedError
from trucewatch.model.gate import OBSERVER_COLUMNS, audience_of, project, stamp
from trucewatch.model.tables import COVERAGE, INCIDENTS, OBSERVATIONS
from trucewatch.model.vocabulary import Audience

AT = datetime(2016, 10, 29, 18, tzinfo=UTC)
POSITION = ("observer_lon", "observer_lat", "bearing_deg", "distance_max_m")


def _observations(*sensitivities: str) -> pl.DataFrame:
    rows = [
        {
            "observation_id": f"{n:032x}",
            "source_id": "smm",
            "means": "heard",
            "phenomenon": "explosion",
            "from_utc": AT,
            "to_utc": AT,
            "lon": 37.8,
            "observer_lon": 37.75,
            "observer_lat": 48.14,
            "bearing_deg": 90.0,
            "distance_max_m": 5000.0,
            "held_by": "NGCA",
            "sensitivity": sensitivity,
        }
        for n, sensitivity in enumerate(sensitivities)
    ]
    return OBSERVATIONS.conform(pl.DataFrame(rows))


@pytest.mark.parametrize("audience", [a for a in Audience if a is not Audience.INTERNAL])
def test_an_audience_without_a_policy_gets_nothing(audience: Audience) -> None:
    for frame in (_observations("public"), COVERAGE.empty(), pl.DataFrame()):
        with pytest.raises(RefusedError, match="nothing may leave to"):
            project(frame, audience, AT)


@pytest.mark.parametrize("name", ["", "INTERNAL", "press", "party:C"])
def test_who_is_not_known_is_no_audience(name: str) -> None:
    with pytest.raises(RefusedError, match="is not an audience; they are internal, body"):
        audience_of(name)
    assert audience_of("party:A") is Audience.PARTY_A


def test_secret_rows_do_not_leave() -> None:
    kept = project(_observations("public", "secret", "restricted"), Audience.INTERNAL, AT)
    assert kept["sensitivity"].to_list() == ["public", "restricted"]


def test_an_observer_is_found_again_only_where_its_source_published_it() -> None:
    kept = project(_observations("public", "restricted"), Audience.INTERNAL, AT)
    for column in (*POSITION, "held_by"):
        known, hidden = kept[column].is_not_null().to_list()
        assert (column, known, hidden) == (column, True, False)
    assert kept["lon"].to_list() == [37.8, 37.8]
    assert kept.columns == list(OBSERVATIONS.schema)


def test_rows_that_do_not_say_who_may_see_them_show_no_observer() -> None:
    frame = _observations("public").drop("sensitivity")
    kept = project(frame, Audience.INTERNAL, AT)
    assert all(kept[column].null_count() == kept.height for column in POSITION)
    assert kept.columns == frame.columns


def test_a_row_whose_mark_is_missing_does_not_leave() -> None:
    frame = _observations("public").with_columns(sensitivity=pl.lit(None, pl.String))
    assert project(frame, Audience.INTERNAL, AT).is_empty()


@pytest.mark.parametrize("table", [INCIDENTS, COVERAGE])
def test_tables_without_observers_leave_whole(table: object) -> None:
    empty = table.empty()  # type: ignore[attr-defined]
    assert project(empty, Audience.INTERNAL, AT).equals(empty)


def test_every_column_that_leads_to_an_observer_is_behind_the_gate() -> None:
    leads = {
        n
        for n in OBSERVATIONS.schema
        if n.startswith(("observer_", "bearing_", "distance_")) or n == "held_by"
    }
    assert leads == set(OBSERVER_COLUMNS)


def test_a_release_needs_a_moment_with_its_zone() -> None:
    with pytest.raises(RefusedError, match="zone"):
        project(_observations("public"), Audience.INTERNAL, AT.replace(tzinfo=None))


@pytest.mark.parametrize(
    ("exercise", "replay", "words"),
    [
        (False, False, "INTERNAL"),
        (True, False, "EXERCISE · INTERNAL"),
        (True, True, "EXERCISE · REPLAY · INTERNAL"),
    ],
)
def test_every_output_bears_its_marks(exercise: bool, replay: bool, words: str) -> None:
    assert stamp(Audience.INTERNAL, exercise=exercise, replay=replay) == words
