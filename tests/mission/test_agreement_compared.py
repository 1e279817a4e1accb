"""What two versions make of the same incidents differs only where the texts say that it may."""

import itertools
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from trucewatch.errors import AgreementError, InputError
from trucewatch.mission.beginning import begin_agreement
from trucewatch.mission.comparing import compare
from trucewatch.model.tables import INCIDENTS

START = datetime(2027, 2, 26, tzinfo=UTC)
SAID = '[[ends_said]]\nby = "B"\nat = 2027-03-20T00:00:00Z\nwords = "It is over."\nsource_url = "https://example.org"\n'
CHANGES = [
    ('starts = "D+0"', 'starts = "D+3"'),
    ('starts = "D+0"', 'starts = "D+0"\nends = "D+9"'),
    ('phenomena = ["fire"]', 'phenomena = ["fire", "weapon"]'),
    ('phenomena = ["fire"]', 'phenomena = ["fire"]\nwhen = { from_day = 4, to_day = 8 }'),
    ('excepts = ["T-1"]', 'phenomena = ["weapon"]\nexcepts = ["T-1"]'),
    ('excepts = ["T-1"]', 'phenomena = ["weapon"]\nstarts = "D+5"\nends = "D+7"\nexcepts = ["T-1"]'),
    ("nearer_than_m = 15000", "nearer_than_m = 4000"),
    ('deadline = "D+15"', 'deadline = "D+10"'),
    ('{ weapon = ["tank"] }', '{ weapon = ["tank", "mortar"] }'),
    ('clock = "Europe/Kyiv"', 'clock = "Asia/Tokyo"'),
    ("d_day = 2027-03-01T00", "d_day = 2027-03-03T00"),
    ("ends_words =", "ends = 2027-03-22T00:00:00Z\nends_words ="),
    ("[[readings]]", f"{SAID}[[readings]]"),
    ('area_ids = ["strip"]', 'area_ids = ["strip", "UA-14"]'),
    ("Nobody", "No one"),
    ("nobody fires", "no one fires"),
]


@pytest.fixture(scope="module")
def incidents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One incident every nine hours for 36 days, of two kinds, at three places in turn."""
    rows = [
        {
            "incident_id": f"{nth:03d}",
            "from_utc": START + timedelta(hours=9 * nth),
            "to_utc": START + timedelta(hours=9 * nth, minutes=10),
            "lon": 20.2,
            "lat": lat,
            "major90_m": 900.0,
            "minor90_m": 900.0,
            "azimuth_deg": 0.0,
            "phenomenon": phenomenon,
            "p_phenomenon": 1.0,
            "weapon": weapon,
            "p_real": 1.0,
            "n_observations": 2,
            "n_origins": 2,
            "means": ["heard"],
            "source_ids": ["smm"],
        }
        for nth, (lat, (phenomenon, weapon)) in enumerate(
            itertools.islice(
                itertools.cycle(
                    itertools.product(
                        (10.02, 10.1, 10.15), (("explosion", None), ("weapon", "tank"), ("weapon", "mortar"))
                    )
                ),
                96,
            )
        )
    ]
    file = tmp_path_factory.mktemp("incidents") / "incidents.parquet"
    INCIDENTS.conform(pl.DataFrame(rows)).write_parquet(file)
    return file


@pytest.mark.parametrize(("old", "new"), CHANGES)
def test_an_assessment_that_differs_lies_where_its_clause_is_reached(
    old: str, new: str, incidents: Path, tmp_path: Path
) -> None:
    begin_agreement(tmp_path / "before")
    shutil.copytree(tmp_path / "before", tmp_path / "after")
    text = (tmp_path / "after" / "agreement.md").read_text("utf-8")
    (tmp_path / "after" / "agreement.md").write_text(text.replace(old, new, 1), "utf-8")
    found = compare(tmp_path / "after", tmp_path / "before", on=str(incidents))
    assert found.moved is not None
    times = dict(pl.read_parquet(incidents).select("incident_id", "from_utc").iter_rows())
    reaches = {reach.of: reach for reach in found.reaches}
    for clause, incident_id in found.moved.select("clause", "incident_id").iter_rows():
        reach, start = reaches[clause], times[incident_id]
        assert reach.from_utc is None or start + timedelta(minutes=10) > reach.from_utc
        assert reach.to_utc is None or start < reach.to_utc
    assert bool(found.reaches) == ("o one" not in new)


def test_of_two_folders_the_one_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    begin_agreement(tmp_path / "own")
    shutil.copytree(tmp_path / "own", tmp_path / "other")
    text = (tmp_path / "other" / "agreement.md").read_text("utf-8")
    (tmp_path / "other" / "agreement.md").write_text(text.replace("version =", "verison ="), "utf-8")
    with pytest.raises(AgreementError, match="unknown key 'verison'; did you mean 'version'") as refused:
        compare(tmp_path / "own", tmp_path / "other")
    assert refused.value.where == f"{tmp_path / 'other'}/agreement.md:3"


def test_incidents_that_are_none_are_refused_with_their_file(tmp_path: Path) -> None:
    begin_agreement(tmp_path / "own")
    (tmp_path / "x.csv").write_text("a,b\n1,2\n", "utf-8")
    for name, said in (
        ("x.csv", "incidents has no column"),
        ("x.geojson", "incidents are read from .parquet"),
    ):
        with pytest.raises(InputError, match=said) as refused:
            compare(tmp_path / "own", tmp_path / "own", on=str(tmp_path / name))
        assert refused.value.where == str(tmp_path / name)
