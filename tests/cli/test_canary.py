"""The canary crawl: what is planted in private fields is found in no output of any verb, for nobody."""

import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.intake import ingest
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.walk import walk
from trucewatch.model.canonical import with_ids
from trucewatch.model.formats import to_parquet
from trucewatch.model.tables import OBSERVATIONS
from trucewatch.model.vocabulary import Audience

DAY = "2026-03-01"
HEADER = "report,from,to,position,position_lat,position_lon,means,phenomenon,count,weapon,trajectory,distance_min_km,distance_max_km,directions,heading,held_by,remarks"
ROWS = (
    "r1,2026-03-01T10:00,2026-03-01T10:15,CANARYPOST,48.1765432,37.7123457,heard,explosion,3,,undetermined,1.2345678,4.3456789,NNE,,HOLDER-IN-WORDS,words",
    "r2,2026-03-01T10:02,2026-03-01T10:17,CANARYPOST,48.1865432,37.7323457,heard,explosion,3,,undetermined,1.2345678,4.3456789,NNE,,HOLDER-IN-WORDS,words",
    "r3,2026-03-01T12:00,2026-03-01T14:00,CANARYPOST,48.1765432,37.7123457,seen,nothing,,,,,,,,HOLDER-IN-WORDS,words",
    "r4,2026-03-01T12:30,2026-03-01T12:31,CANARYPOST,48.1765432,37.7123457,seen,movement_denied,,,,,,,,HOLDER-IN-WORDS,words",
)
SECRET = {
    "source_id": "patrol",
    "means": "seen",
    "phenomenon": "explosion",
    "from_utc": datetime(2026, 3, 1, 8, tzinfo=UTC),
    "to_utc": datetime(2026, 3, 1, 9, tzinfo=UTC),
    "lon": 38.1111237,
    "lat": 48.2222345,
    "sigma_m": 77.7777123,
    "count_min": 987654,
    "count_max": 987655,
    "weapon": "CANARYWEAPON",
    "held_by": "CANARYHELD",
    "sensitivity": "secret",
    "text": "CANARYTEXT",
    "row": 1,
}
WORDS = ("CANARY", "987654", "987655", "77.7777")
NUMBERS = (37.7123457, 48.1765432, 37.7323457, 48.1865432, 1234.5678, 4345.6789, 38.1111237, 48.2222345)
TABLES = ("observations", "incidents", "counts", "links", "weather", "control", "coverage", "assessments")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A mission of an unpublished source with a secret row, and the secret row's id."""
    place = tmp_path_factory.mktemp("canary")
    folder = init(place / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    (place / "p.csv").write_text("\n".join((HEADER, *ROWS, "")), "utf-8")
    (taken,) = ingest(folder, "patrol", [place / "p.csv"], by="ann")
    assert (taken.accepted, taken.refused) == (len(ROWS), ())
    return folder.path, _plant(folder)


def _plant(folder: Folder) -> str:
    """Record a secret row as a batch of its own."""
    given = pl.DataFrame([SECRET], schema_overrides={n: OBSERVATIONS.schema[n] for n in SECRET})
    rows = with_ids(given.with_columns(observation_id=pl.lit(""), evidence=pl.lit("ab" * 32)))
    names = [folder.vault.put(raw) for raw in (b"CANARY", to_parquet(OBSERVATIONS, rows), b"[]")]
    body = {
        "source_id": "patrol",
        "table": "observations",
        "table_schema": 1,
        "file": "s.csv",
        **dict(zip(("evidence", "rows", "refusals"), names, strict=True)),
        "accepted": 1,
        "known": 0,
        "refused": 0,
        "notes": [],
    }
    folder.journal.append([Entry(kind=Kind.BATCH, author="patrol", body=body, rests_on=tuple(names))])
    return str(rows["observation_id"][0])


def spelled(number: float) -> tuple[str, ...]:
    """Return the number's beginnings, to four decimals, cut and rounded."""
    return (f"{number:.7f}"[:-3], f"{number:.4f}")


def clean(text: str, hidden: str) -> None:
    for word in (*WORDS, hidden, *(part for number in NUMBERS for part in spelled(number))):
        assert word not in text, word


def frame_clean(frame: pl.DataFrame, hidden: str) -> None:
    for name, dtype in frame.schema.items():
        values = frame[name].drop_nulls().to_list()
        if dtype.is_float():
            assert not any(abs(value - number) < 1e-4 for value in values for number in NUMBERS), name
        else:
            clean(repr(values), hidden)


def test_no_report_tells_what_was_planted(run_here, planted: tuple[Path, str], tmp_path: Path) -> None:
    mission, hidden = planted
    for language in ("en", "nb", "fi", "uk", "ru", "fr", "ar"):
        outs = [tmp_path / f"{language}.{form}" for form in ("html", "json", "csv")]
        told = run_here("report", DAY, "-o", ",".join(map(str, outs)), "--language", language, cwd=mission)
        assert (told.returncode, told.stderr) == (0, "")
        for out in outs:
            clean(out.read_text("utf-8"), hidden)


@pytest.mark.parametrize("table", TABLES)
def test_no_export_holds_what_was_planted(
    run_here, planted: tuple[Path, str], tmp_path: Path, table: str
) -> None:
    mission, hidden = planted
    for form in ("csv", "geojson", "parquet"):
        for day in ([], ["--day", DAY]):
            out = tmp_path / f"{table}.{form}"
            assert run_here("export", table, "-o", str(out), *day, cwd=mission).returncode == 0
            if form == "parquet":
                frame_clean(pl.read_parquet(out), hidden)
            else:
                clean(out.read_text("utf-8"), hidden)
            if table == "observations":  # by area, in coverage, who held it is told
                assert b"HOLDER-IN-WORDS" not in out.read_bytes()


def test_no_verb_prints_what_was_planted(run_here, planted: tuple[Path, str], tmp_path: Path) -> None:
    mission, hidden = planted
    listed = json.loads(run_here("assess", DAY, "--json", cwd=mission).stdout)["assessments"]
    traces = [("assess", DAY, "--why", row["assessment_id"]) for row in listed if row["incident_id"]]
    assert traces
    incidents, links = str(tmp_path / "i.csv"), str(tmp_path / "l.csv")
    for verb in (
        *(
            ("cover",),
            ("cover", DAY, "--all"),
            ("assess",),
            ("assess", DAY),
            ("fuse",),
            ("fuse", "--day", DAY),
        ),
        *(("guarantee",), ("case", "list"), ("fuse", "-o", incidents, "--links", links)),
        *(("check", "source", "patrol", str(mission.parent / "p.csv")), *traces),
        ("ingest", "patrol", str(mission.parent / "p.csv")),
        *(("cover", "--mission", "x"), ("assess", "--why", "zz"), ("case", "show", "zz")),
    ):
        for told in (run_here(*verb, cwd=mission), run_here(*verb, "--json", cwd=mission)):
            clean(told.stdout + told.stderr, hidden)
    for path in (incidents, links):
        clean(Path(path).read_text("utf-8"), hidden)


def test_the_walk_itself_makes_nothing_of_a_secret_row(planted: tuple[Path, str]) -> None:
    mission, hidden = planted
    walked = walk(mission)
    assert hidden not in walked.observations["observation_id"].to_list()
    assert not any(hidden in row for row in walked.fused.incidents["observations"].to_list())


@pytest.mark.parametrize("audience", [each.value for each in Audience if each is not Audience.INTERNAL])
def test_nobody_else_gets_anything(
    run_here, planted: tuple[Path, str], tmp_path: Path, audience: str
) -> None:
    mission, _ = planted
    for verb in (
        ("report", DAY, "-o", str(tmp_path / "d.html")),
        *(("export", table, "-o", str(tmp_path / f"{table}.csv")) for table in TABLES),
        ("export", "observations", "-o", "-"),
        ("guarantee",),
    ):
        told = run_here(*verb, "--audience", audience, cwd=mission)
        assert (told.returncode, told.stdout, len(told.stderr.splitlines())) == (3, "", 1)
    assert list(tmp_path.iterdir()) == []
