"""No determination, reply, dissent or remedy is written for a real incident anywhere in what ships."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from trucewatch.mission.content import agreement_files

ROOT = Path(__file__).resolve().parents[2]
CONTENT = ROOT / "src" / "trucewatch" / "content"
DECIDING = re.compile(
    r"trucewatch case (reply|appeal|deliberate|vote|dissent|determine|remedy|follow-up)\b|breach_by_[AB]|breach_by_both"
)
RECORDED = re.compile(r'"kind": ?"(reply|vote|dissent|determine|remedy|follow_up|appeal)"')
REAL = re.compile(r"\b(tcg-2020|minsk-2015|addendum-2015|easter-2025|paris-2026|disengagement-2016)\b")
PAGES = sorted(path for path in (ROOT / "docs").rglob("*.md") if "reference" not in path.parts)


def shipped() -> list[Path]:
    endings = {".toml", ".json", ".geojson", ".md", ".csv", ".jsonl", ".txt"}
    return sorted(path for path in CONTENT.rglob("*") if path.suffix in endings)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_that_decides_a_case_is_of_an_exercise(page: Path) -> None:
    text = page.read_text("utf-8")
    if not DECIDING.search(text):
        return
    for command in re.findall(r"^\$ trucewatch init .*$", text, re.MULTILINE):
        assert "--exercise" in command, command
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        if DECIDING.search(block):
            assert "EXERCISE" in block or "exit 3" in block, block
            assert not REAL.search(block), block


def test_nothing_that_ships_holds_a_move_of_a_body_or_a_party() -> None:
    assert len(shipped()) > 50
    for path in shipped():
        text = path.read_text("utf-8")
        assert not RECORDED.search(text), path
        if path.suffix in (".toml", ".json"):
            assert not _decides(tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)), path


def _decides(value: object) -> bool:
    """Say whether anything in a file bears what only a move of a body or a party bears."""
    if isinstance(value, dict):
        return bool({"outcome", "standard_of_proof", "breach_utc"} <= value.keys()) or any(
            map(_decides, value.values())
        )
    return any(map(_decides, value)) if isinstance(value, list) else False


def test_only_exercises_carry_a_case_beyond_the_assessment_in_the_programs_own_examples() -> None:
    for path in sorted((ROOT / "src" / "trucewatch" / "mission").glob("*.py")):
        text = path.read_text("utf-8")
        if "Outcome." in text and "MoveKind.DETERMINE" in text and "Plan(" in text:
            assert "exercise=True" in text, path


def test_agreements_of_exercises_say_so() -> None:
    for name in ("exercise-line", "maritime-exercise", "air-exercise"):
        assert b"exercise = true" in agreement_files(name)["agreement.md"]
