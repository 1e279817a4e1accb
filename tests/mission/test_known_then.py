"""Yesterday's page as it was known then: what comes later changes today's, and never that one."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from trucewatch.mission.config import SOURCES_FILE
from trucewatch.mission.content import archive, organisations
from trucewatch.mission.deeds import record_fact
from trucewatch.mission.folder import Folder, Plan, init, settle
from trucewatch.mission.intake import ingest
from trucewatch.mission.reporting import day_of
from trucewatch.mission.walk import walk
from trucewatch.model.statement import FactKind
from trucewatch.report.html import html
from trucewatch.report.machine import to_csv, to_json
from trucewatch.report.words import Language

DAY = date(2016, 10, 29)
MADE = datetime(2016, 10, 1, tzinfo=UTC)
THEN = datetime(2016, 10, 29, 20, tzinfo=UTC)
LATER = datetime(2016, 11, 2, 9, tzinfo=UTC)
PLAN = Plan(name="donbas", agreements=("minsk-2015",), packs=("coalition",), replay=True)
AGREEMENT = "agreements/minsk-2015/agreement.md"


@pytest.fixture(scope="module")
def mission(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A mission of the shipped reports, all but October's last ten, with a ceasefire on record."""
    place = tmp_path_factory.mktemp("then")
    folder = init(place / "m", PLAN, by="ann", at=MADE)
    whole = archive("osce-smm-2016-observations.csv").splitlines(keepends=True)
    of_day = [n for n, line in enumerate(whole) if b"2016-10-29T" in line or b"2016-10-28T" in line]
    for name, lines in (("early.csv", whole[: of_day[4]]), ("late.csv", [whole[0], *whole[of_day[4] :]])):
        (place / name).write_bytes(b"".join(lines))
    list(ingest(folder, "smm", [place / "early.csv"], by="ann", at=THEN - timedelta(hours=2)))
    record_fact(
        folder,
        kind=FactKind.CEASEFIRE_IN_FORCE,
        holds=True,
        from_utc=MADE,
        by="ann",
        on="an order",
        at=THEN - timedelta(hours=1),
    )
    return folder


def page(folder: Path, known_at: datetime | None) -> tuple[bytes, ...]:
    made = day_of(walk(folder, known_at=known_at, day=DAY))
    pages = [
        html(made, language, organisations()).encode() for language in (Language.ENGLISH, Language.ARABIC)
    ]
    return (*pages, to_json(made), to_csv(made))


@pytest.fixture(scope="module")
def before(mission: Folder) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """The page as known then, and as known to all that is on record, before anything else comes."""
    return page(mission.path, THEN), page(mission.path, None)


def late_observation(folder: Folder) -> None:
    (taken,) = ingest(folder, "smm", [folder.path.parent / "late.csv"], by="ann", at=LATER)
    assert taken.accepted


def late_fact(folder: Folder) -> None:
    record_fact(
        folder, kind=FactKind.WAR_OVER, holds=True, from_utc=MADE, by="ann", on="a late word", at=LATER
    )


def contested_fact(folder: Folder) -> None:
    record_fact(
        folder,
        kind=FactKind.CEASEFIRE_IN_FORCE,
        holds=True,
        from_utc=MADE,
        by="ann",
        on="an order",
        contested_by=("B",),
        at=LATER,
    )


def changed_profile(folder: Folder) -> None:
    path = folder.path / SOURCES_FILE
    path.write_text(path.read_text("utf-8").replace('watches = "post hours"', 'watches = "unknown"'), "utf-8")
    assert settle(folder, by="ann", at=LATER) == (SOURCES_FILE,)


def changed_agreement(folder: Folder) -> None:
    path = folder.path / AGREEMENT
    text = path.read_text("utf-8")
    wanted = next(line for line in text.splitlines() if line.startswith("version"))
    path.write_text(text.replace(wanted, 'version = "later"'), "utf-8")
    assert settle(folder, by="ann", at=LATER) == ("minsk-2015",)


def changed_mission(folder: Folder) -> None:
    path = folder.path / "trucewatch.toml"
    path.write_text(path.read_text("utf-8").replace('cut = "19:30"', 'cut = "07:00"'), "utf-8")
    assert settle(folder, by="ann", at=LATER) == ("trucewatch.toml",)


CHANGES = (late_observation, late_fact, contested_fact, changed_profile, changed_agreement, changed_mission)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_comes_later_changes_todays_page_and_not_the_one_as_known_then(
    mission: Folder,
    before: tuple[tuple[bytes, ...], tuple[bytes, ...]],
    tmp_path: Path,
    change: Callable[[Folder], None],
) -> None:
    shutil.copytree(mission.path.parent, tmp_path / "c")
    folder = Folder(path=tmp_path / "c" / "m")
    then, today = before
    change(folder)
    assert page(folder.path, THEN) == then
    assert page(folder.path, None) != today


PLACES = [
    {"TZ": "UTC", "LANG": "C", "PYTHONHASHSEED": "0", "POLARS_MAX_THREADS": "1"},
    {"TZ": "Asia/Tokyo", "LANG": "fi_FI.UTF-8", "PYTHONHASHSEED": "7", "POLARS_MAX_THREADS": "2"},
    {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "1", "POLARS_MAX_THREADS": "3"},
]

ONE_AFTER_ANOTHER = """
import json, sys
from trucewatch.cli.main import main
for verb in json.loads(sys.argv[1]):
    sys.argv = ["trucewatch", *verb]
    try:
        main()
    except SystemExit as ended:
        if ended.code:
            raise
"""


def test_the_same_record_gives_the_same_bytes_anywhere(mission: Folder, tmp_path: Path) -> None:
    shutil.copytree(mission.path.parent, tmp_path / "c")
    folder = Folder(path=tmp_path / "c" / "m")
    late_observation(folder)
    found = set()
    for n, environment in enumerate(PLACES):
        there = tmp_path / f"place {n}" / ("deep/" * n) / "m"
        shutil.copytree(folder.path, there)
        outs = [there.parent / f"day.{ending}" for ending in ("html", "json", "csv")]
        exported = [there.parent / name for name in ("incidents.csv", "links.parquet", "assessments.csv")]
        verbs = [
            ["report", DAY.isoformat(), "-o", ",".join(map(str, outs)), "--language", "nb"],
            *(["export", out.stem, "-o", str(out)] for out in exported),
        ]
        subprocess.run(
            [sys.executable, "-c", ONE_AFTER_ANOTHER, json.dumps(verbs)],
            env={**os.environ, **environment},
            cwd=there,
            check=True,
            capture_output=True,
            timeout=120,
        )
        found.add(tuple(out.read_bytes() for out in (*outs, *exported)))
    assert len(found) == 1
