"""A file of observations that belongs to no mission: what cannot be is refused in one line."""

from pathlib import Path

import pytest

from trucewatch.cli.main import program
from trucewatch.errors import InputError
from trucewatch.mission.exporting import read_observations

HEADER = "source_id,means,phenomenon,from_utc,to_utc,sensitivity,lon,lat,sigma_m,count_min,count_max"
GOOD = "a,heard,explosion,2026-01-01T00:00:00.000000Z,2026-01-01T01:00:00.000000Z,public,38,48,100,1,2"
FEATURES = (
    '{"features": [{"properties": {"source_id": "a"}, "geometry": {"type": "Point", "coordinates": []}}]}'
)


def test_a_sound_file_is_fused(run_here, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(f"{HEADER}\n{GOOD}\n", "utf-8")
    told = run_here("fuse", "o.csv", "--learn", "--page", "p.html", cwd=tmp_path).stdout
    assert "1 incident, 0 pairs weighed" in told
    assert "no profile, so nothing is known of their errors but what rows say: a" in told
    assert "nothing was learned: too few incidents" in told
    assert "<svg" in (tmp_path / "p.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (("--day", "2026-01-01"), "--day and --known-at are of a mission"),
        (("--links", "l.geojson"), "l.geojson: links have no place"),
        (("-o", "x.txt"), "x.txt: the name must end in"),
        (("--page", "p.pdf"), "p.pdf: the name of a page must end in .html"),
    ],
)
def test_what_cannot_be_asked_of_a_file_is_refused_before_the_work(
    asked: tuple[str, ...], words: str
) -> None:
    with pytest.raises(InputError) as met:
        program.main(["fuse", "none.csv", *asked], standalone_mode=False)
    assert words in str(met.value)


def test_pages_and_profiles_of_a_file_are_not_asked_of_a_mission() -> None:
    with pytest.raises(InputError, match="name it, as in"):
        program.main(["fuse", "--page", "p.html"], standalone_mode=False)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (".000000Z", "", 'from_utc has "2026-01-01T00:00:00" for a time: write it with its zone'),
        (",100,", ",NaN,", "sigma_m has a number that is none, in row 2: leave empty"),
        ("explosion", "", "phenomenon may not be empty: it is in row 2"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_column_and_how_to_mend_it(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    (tmp_path / "o.csv").write_text(f"{HEADER}\n{GOOD}\n{GOOD.replace(old, new)}\n", "utf-8")
    with pytest.raises(InputError) as met:
        read_observations(str(tmp_path / "o.csv"))
    assert words in str(met.value)


def test_a_column_that_every_row_must_have_is_named(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("source_id,means\na,heard\n", "utf-8")
    with pytest.raises(InputError, match=r"phenomenon may not be empty: give it in every row"):
        read_observations(str(tmp_path / "o.csv"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("T01:00", "T00:00:00.000000Z,2025-12-31T01:00", "o.csv"),
        ("2026-01-01T01", "2025-01-01T01", "o.csv: row 2: it ends before it starts"),
        (",38,", ",999,", "row 2: lon is not in degrees"),
        (",48,", ",-91,", "row 2: lat is not in degrees"),
        (",100,", ",-5,", "row 2: an error below zero"),
        (",1,2", ",3,2", "row 2: the least count is more than the most"),
        (",38,", ",NaN,", "a number that is none"),
        ("explosion", "boom", "'boom' is not one of"),
        ("2026-01-01T01", "noon", "o.csv"),
    ],
)
def test_what_cannot_be_is_refused(run_here, tmp_path: Path, old: str, new: str, words: str) -> None:
    (tmp_path / "o.csv").write_text(f"{HEADER}\n{GOOD}\n{GOOD.replace(old, new)}\n", "utf-8")
    told = run_here("fuse", "o.csv", cwd=tmp_path)
    assert (told.returncode, told.stdout, len(told.stderr.splitlines())) == (2, "", 1)
    assert words in told.stderr


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("deep.geojson", b"[" * 100_000),
        ("cut.geojson", b'{"features": ['),
        ("empty.geojson", b""),
        ("nowhere.geojson", FEATURES.encode()),
        ("cut.parquet", b"PAR1"),
        ("empty.csv", b""),
        ("cut.csv", b'a,b\n"1,2\n'),
        ("wide.csv", "source_id\nа\n".encode("utf-16")),
    ],
)
def test_what_is_no_table_of_observations_is_refused(run_here, tmp_path: Path, name: str, raw: bytes) -> None:
    (tmp_path / name).write_bytes(raw)
    told = run_here("fuse", name, cwd=tmp_path)
    assert (told.returncode, told.stdout, len(told.stderr.splitlines())) == (2, "", 1)
    assert told.stderr.startswith(f"trucewatch: {name}: ")


def test_a_mission_is_not_made_inside_a_file(run_here, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"")
    told = run_here("init", "f", "--agreement", "minsk-2015", cwd=tmp_path)
    assert (told.returncode, told.stderr) == (
        2,
        "trucewatch: f/trucewatch.toml: cannot be written: File exists\n",
    )
