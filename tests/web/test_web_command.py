"""`trucewatch serve` as it is typed."""

from __future__ import annotations

from pathlib import Path

from trucewatch.cli.main import run


def test_the_command_refuses_an_address_that_others_reach(walked: Path) -> None:
    assert run(["serve", "--mission", str(walked / "exercise"), "--host", "0.0.0.0", "--port", "0"]) == 3


def test_the_command_refuses_what_is_no_mission(tmp_path: Path) -> None:
    assert run(["serve", "--mission", str(tmp_path)]) == 2
