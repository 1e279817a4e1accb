"""A day on paper: the same page as a PDF, byte for byte on two runs, with a manifest of what was written."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from trucewatch.cli.main import run
from trucewatch.cli.report import told
from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.note import open_note
from trucewatch.mission.folder import Plan, init
from trucewatch.mission.intake import ingest
from trucewatch.mission.known import known
from trucewatch.mission.manifest import report_manifest
from trucewatch.mission.publishing import publish
from trucewatch.report.lint import Fault, Rule

HEADER = "report,from,to,position,position_lat,position_lon,means,phenomenon,count,weapon,trajectory,distance_min_km,distance_max_km,directions,heading,held_by,remarks"
ROWS = (
    "r1,2026-03-01T10:00,2026-03-01T10:15,Post 3,48.17,37.71,heard,explosion,3,,undetermined,1.2,4.3,NNE,,,words",
    "r2,2026-03-01T11:02,2026-03-01T11:17,Post 4,48.18,37.73,seen,explosion,1,,undetermined,1.0,2.0,E,,,words",
)
PRINT = "import sys; from trucewatch.cli.main import run; sys.exit(run(sys.argv[1:]))"


@pytest.fixture(scope="module")
def mission(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exercise with a day of two reports."""
    place = tmp_path_factory.mktemp("printed")
    folder = init(place / "m", Plan(name="m", agreements=("minsk-2015",), exercise=True), by="ann")
    (place / "p.csv").write_text("\n".join((HEADER, *ROWS, "")), "utf-8")
    ingest(folder, "patrol", [place / "p.csv"], by="ann")
    return folder.path


@pytest.fixture(scope="module")
def printed(mission: Path) -> tuple[Path, ...]:
    """The day printed by two programs, the second with a manifest."""
    pytest.importorskip("weasyprint", reason="weasyprint is not here: install the extra `pdf`")
    for n in ("1", "2"):
        asked = ["report", "2026-03-01", "-o", f"{n}.pdf,{n}.json", "--manifest", f"{n}.manifest"]
        made = subprocess.run(
            [sys.executable, "-c", PRINT, *asked],
            cwd=mission,
            env={**os.environ, "NO_COLOR": "1", "TZ": ("UTC", "Asia/Tokyo")[int(n) - 1]},
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
    return mission / "1.pdf", mission / "2.pdf"


def test_two_runs_print_the_same_bytes(printed: tuple[Path, ...]) -> None:
    first, second = (path.read_bytes() for path in printed)
    assert first.startswith(b"%PDF-")
    assert first == second


def test_a_printed_map_has_its_colours(printed: tuple[Path, ...]) -> None:
    pdfium = pytest.importorskip("pypdfium2", reason="pypdfium2 is not here: install the group `dev`")
    document = pdfium.PdfDocument(printed[0])
    told = "".join(page.get_textpage().get_text_range() for page in document)
    assert "EXERCISE" in told
    coloured = 0
    for page in document:
        shades = page.render(scale=0.5).to_numpy().astype(int)
        assert (shades.max(axis=2) < 60).mean() < 0.2, "a drawing lost its colours, and is black"
        coloured += int((shades.max(axis=2) - shades.min(axis=2) > 8).sum())
    assert coloured > 1000


def test_the_manifest_names_each_file_by_its_digest(printed: tuple[Path, ...]) -> None:
    place = printed[0].parent
    said = json.loads((place / "1.manifest").read_text("utf-8"))
    assert said["stamp"] == "EXERCISE · INTERNAL"
    assert set(said["files"]) == {"1.pdf", "1.json"}
    for name, file in said["files"].items():
        raw = (place / name).read_bytes()
        assert file == {"sha256": hashlib.sha256(raw).hexdigest(), "bytes": len(raw)}
    assert said["checkpoint"] is None


def test_the_manifest_has_the_checkpoint_that_left_signed_by_the_log(tmp_path: Path) -> None:
    begun = datetime(2027, 3, 1, tzinfo=UTC)
    plan = Plan(name="m", agreements=("exercise-line",), replay=True, seed=b"manifest")
    folder = init(tmp_path / "m", plan, by="ann", at=begun)
    publish(folder, at=begun + timedelta(hours=6), through=begun + timedelta(hours=6))
    said = json.loads(report_manifest(known(folder.path), begun.date(), stamp="", files={}))
    note = open_note(said["checkpoint"].encode(), [folder.journal.key])
    assert note.text.split("\n")[0] == folder.journal.key.name
    assert said["log"] == folder.journal.key.text


def test_a_report_is_linted_first_and_lint_alone_writes_nothing(
    mission: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["report", "2026-03-01", "--lint", "--mission", str(mission)]) == 0
    assert capsys.readouterr().out.splitlines() == ["EXERCISE · INTERNAL", "nothing in it fails"]
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_fit_is_said_and_what_does_not_add_up_is_not_written(
    capsys: pytest.CaptureFixture[str],
) -> None:
    odd = Fault(rule=Rule.PLACE, where="observations/p/1", said="its words name x")
    told([odd])
    assert capsys.readouterr().err == "trucewatch: place: observations/p/1: its words name x\n"
    with pytest.raises(IntegrityError, match="it is not written"):
        told([odd, Fault(rule=Rule.SUM, where="figures/UA-14/explosion/raw", said="3 is printed")])
    assert "sum: figures/UA-14/explosion/raw: 3 is printed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("sheet", "drawn"),
    [
        (":root{--a:#111}.land{fill:var(--a)}", ".land{fill:#111}"),
        (":root{--a:#111}@media print{:root{--a:#222}}.land{fill:var(--a)}", ".land{fill:#222}"),
        ("@media (prefers-color-scheme:dark){:root{--a:#eee}}:root{--a:#111}.x{stroke:var(--a)}", ".x{stroke:#111}"),
        ("svg .l{paint-order:stroke;stroke:#fff;fill:#000}", "svg .l{fill:#000}"),
        (
            "svg .n{font:600 13px Arial}",
            "svg .n{font-style:normal;font-weight:600;font-size:13px;font-family:Arial}",
        ),
        ("p{margin:0}", ""),
    ],
)  # fmt: skip
def test_drawings_get_the_pages_rules_in_the_colours_of_paper(sheet: str, drawn: str) -> None:
    printing = pytest.importorskip("trucewatch.mission.printing", reason="the extra `pdf` is not installed")
    assert printing.drawing_style(sheet) == drawn


def test_a_page_that_asks_for_a_file_is_not_printed() -> None:
    printing = pytest.importorskip("trucewatch.mission.printing", reason="the extra `pdf` is not installed")
    with pytest.raises(InputError, match="asks for nothing outside it"):
        printing.pdf("<html><body><img src='file:///etc/passwd'></body></html>")
