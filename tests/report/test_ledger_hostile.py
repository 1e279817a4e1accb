"""Hostile words in a pack: no page, table or object of the ledger runs them, and places and clocks stay in."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest

from trucewatch.mission.content import organisations
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.known import known
from trucewatch.mission.ledger_pages import board_of, if_withdrawn_of, reasons_of, timeline_of
from trucewatch.mission.pledges import record_status
from trucewatch.model.annotation import StatusKind
from trucewatch.model.vocabulary import Audience
from trucewatch.report.if_withdrawn import if_withdrawn_csv, if_withdrawn_html, if_withdrawn_json
from trucewatch.report.ledger_rows import board_csv, board_json, timeline_csv, timeline_json
from trucewatch.report.reasons import reasons_html
from trucewatch.report.timeline import timeline_html
from trucewatch.report.undertakings import undertakings_html

MADE = datetime(2027, 2, 28, 12, tzinfo=UTC)
AT = datetime(2027, 3, 3, tzinfo=UTC)
PACK = r"""
title = "Hostile"
exercise = true
[[document]]
name = "=cmd|calc"
stated_on = 2025-01-01
language = "en"
source = "EXERCISE"
[[statement]]
id = "H1"
kind = "commitment"
actor = "G"
speaks_for = "G"
said_by = "=HYPERLINK(1)"
action = "+send"
what = "<script>alert(1)</script> \u202eevil \u001b[31mred"
modality = "will"
component = "force"
place = "-1+1"
undated = "@SUM(A1)"
document = "=cmd|calc"
quote = "<img src=x onerror=alert(1)>"
condition = [{ as_written = "<svg/onload=1> \u202e", trigger = "war_over" }, { as_written = "=2" }]
[[hub]]
id = "HH"
actor = "G"
host = "A"
what = "hub"
step = [{ stage = "announced", document = "=cmd|calc", statement = "H1" }]
[[place]]
of = "HH"
exact_place = "CANARY mill"
exact_lon = 33.98765
exact_lat = 48.12345
[[clock]]
id = "CK"
title = "TICKING"
body = "Special Commission (exercise)"
actor = ["G"]
confirmed = true
source = "EXERCISE"
note = "TICKING"
step = [{ id = "s1", what = "TICKING", within_hours = 24 }]
"""


@pytest.fixture
def hostile(tmp_path: Path) -> Folder:
    plan = Plan(
        name="exercise", agreements=("exercise-line",), packs=("exercise-ab",), exercise=True, replay=True
    )
    folder = init(tmp_path / "m", plan, by="Ada", at=MADE)
    (folder.path / "statements" / "hostile").mkdir(parents=True)
    (folder.path / "statements" / "hostile" / "statements.toml").write_text(PACK, encoding="utf-8")
    table = folder.path / "trucewatch.toml"
    named = table.read_text(encoding="utf-8").replace('["exercise-ab"]', '["exercise-ab", "hostile"]')
    table.write_text(named, encoding="utf-8")
    record_status(
        folder,
        of="H1",
        kind=StatusKind.IN_FORCE,
        from_utc=MADE,
        for_actor="G",
        body=None,
        by="=Eve <b>",
        on="<script>1</script>",
        at=MADE,
    )
    return folder


def outputs(folder: Folder, audience: Audience) -> dict[str, bytes]:
    record = known(folder.path)
    board = board_of(record, at=AT, audience=audience)
    made = {
        "board.html": undertakings_html(board, organisations=organisations()).encode(),
        "board.json": board_json(board),
        "board.csv": board_csv(board, organisations()),
    }
    if audience is not Audience.INTERNAL:
        return made
    line = timeline_of(record, at=AT)
    asked = if_withdrawn_of(record, "G", at=AT)
    (standing,) = [
        t.standing
        for row in board.rows
        for c in row.cells
        for t in c.told
        if t.standing.statement.statement_id == "H1"
    ]
    return made | {
        "timeline.html": timeline_html(line).encode(),
        "timeline.json": timeline_json(line),
        "timeline.csv": timeline_csv(line),
        "without.html": if_withdrawn_html(asked, organisations=organisations()).encode(),
        "without.json": if_withdrawn_json(asked),
        "without.csv": if_withdrawn_csv(asked),
        "why.html": reasons_html(reasons_of(record, standing, at=AT)).encode(),
    }


def test_hostile_words_run_nowhere(hostile: Folder) -> None:
    for audience in (Audience.INTERNAL, Audience.BODY):
        for name, raw in outputs(hostile, audience).items():
            text = raw.decode()
            assert "\x1b" not in text, name
            assert "\u202e" not in text, name
            if name.endswith(".html"):
                assert not any(
                    tag in text for tag in ("<script>alert", "<script>1", "<img src=x", "<svg/onload")
                )
            if name.endswith(".csv"):
                cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
                assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))], name


def test_a_places_name_and_degrees_leave_in_nothing(hostile: Folder) -> None:
    for audience in (Audience.INTERNAL, Audience.BODY, Audience.GUARANTOR):
        for name, raw in outputs(hostile, audience).items():
            assert not any(each in raw.decode() for each in ("CANARY", "33.98765", "48.12345")), name


def test_a_clock_leaves_for_the_body_and_guarantors_only(hostile: Folder) -> None:
    assert not [n for n, raw in outputs(hostile, Audience.INTERNAL).items() if b"TICKING" in raw]
    assert b"TICKING" in outputs(hostile, Audience.BODY)["board.html"]
