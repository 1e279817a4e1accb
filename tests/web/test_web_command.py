"""`trucewatch serve` as it is typed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from trucewatch.cli.main import run

TYPED = [sys.executable, "-c", "from trucewatch.cli.main import main; main()"]
WAIT_S = 120.0  # a busy machine is no fault; a server that hangs is killed


def test_the_command_refuses_an_address_that_others_reach(walked: Path) -> None:
    assert run(["serve", "--mission", str(walked / "exercise"), "--host", "0.0.0.0", "--port", "0"]) == 3


def test_the_command_refuses_what_is_no_mission(tmp_path: Path) -> None:
    assert run(["serve", "--mission", str(tmp_path)]) == 2


def announced(said: Path, server: subprocess.Popen[bytes]) -> str:
    """Return where a server says that it is, once it has said so."""
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until and server.poll() is None:
        found = [word for word in said.read_text().split() if word.startswith("http://")]
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError(f"it did not say where it is: {said.read_text()!r}, {server.poll()}")


def test_it_answers_at_once_where_it_says_and_to_be_told_to_stop_is_no_fault(
    walked: Path, tmp_path: Path
) -> None:
    said = tmp_path / "said"
    command = [*TYPED, "serve", "--port", "0", "--mission", str(walked / "guarantees")]
    with said.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as server:
        try:
            where = announced(said, server)
            with httpx.Client(timeout=WAIT_S) as kept:  # a connection that is held open keeps no server alive
                assert kept.get(f"{where}guarantees").status_code == 200
                server.send_signal(signal.SIGTERM)
                assert server.wait(WAIT_S) == 0
        finally:
            server.kill()
