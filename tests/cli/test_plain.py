"""What a terminal is shown: no character of somebody else's moves its cursor or turns its lines round."""

import json
from pathlib import Path

import pytest

from trucewatch.mission.folder import Plan, init
from trucewatch.model.plain import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Горлівка · 3 км", "Горлівка · 3 км"),
        ("مرصد", "مرصد"),
        ("😀", "😀"),
        ("a\x1b[31mb", "a\\u001b[31mb"),
        ("a\u202eb\u2066c", "a\\u202eb\\u2066c"),
        ("a\nb\tc\x7f\x85", "a\\u000ab\\u0009c\\u007f\\u0085"),
    ],
)
def test_control_and_direction_marks_stand_as_their_code(text: str, shown: str) -> None:
    assert plain(text) == shown


def test_json_says_the_same_with_its_marks_escaped() -> None:
    whole = {"name": "a\u202eb\x85c"}
    shown = plain(json.dumps(whole, ensure_ascii=False))
    assert shown.isprintable()
    assert json.loads(shown) == whole


EVIL = "a\u202eb\x1b[2J.csv"


def test_no_verb_prints_a_raw_control_character(run_here, tmp_path: Path) -> None:
    init(tmp_path / "m", Plan(name=EVIL, agreements=("minsk-2015",)), by="ann")
    (tmp_path / "m" / EVIL).write_bytes(
        b"latitude,longitude,acq_date,satellite\n48.4,38.2,2026-01-01,\x1b[31m\n"
    )
    for verb in (
        ("ingest", "firms-dates", EVIL),
        ("ingest", "firms-dates", EVIL, "--json"),
        ("check", "source", "firms-dates", EVIL),
        ("fact", "war_over", "--from", "2026-01-01T00:00Z", "--on", EVIL, "--by", EVIL),
        ("guarantee", "--json"),
        ("fuse", "--json"),
        ("fuse", EVIL),
        ("case", "show", EVIL),
        ("cover", EVIL),
        ("cover", "--mission", EVIL),
        ("report", "2026-01-01", "-o", EVIL.replace(".csv", ".json")),
    ):
        told = run_here(*verb, cwd=tmp_path / "m")
        assert told.returncode in (0, 1, 2), told.stderr
        for line in (told.stdout + told.stderr).splitlines():
            assert line.isprintable(), (verb, line)
