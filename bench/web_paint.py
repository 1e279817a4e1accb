"""How soon a page is there in a real browser, the first time it is asked for, and what the map holds in it.

Usage: python bench/web_paint.py [--demo DIR] [--big MISSION] [--chromium PATH]

The demo's missions are served one after the other by a program that has just begun, with no read model left of an
earlier one; each page is opened in a window of its own, whose store is empty. First paint is the browser's own
first-contentful-paint, from when it began to ask. `--big` names the mission that bench/web.py made with --folder: on it
the map is moved and the browser's heap is read after that.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

OURS = [sys.executable, "-c", "from trucewatch.cli.main import main; main()"]
PAGES = ("/", "/days", "/situation", "/cases")
DRAWN_BY_SOFTWARE = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
FIRST_BYTE = "performance.getEntriesByType('navigation')[0].responseStart"


@contextmanager
def served(mission: Path) -> Iterator[tuple[str, float]]:
    """Serve a mission and give its address, and how many seconds it took to say it."""
    begun = time.perf_counter()
    command = [*OURS, "serve", "--port", "0", "--mission", str(mission)]
    made = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert made.stdout is not None
    try:
        words = (word for line in made.stdout for word in line.split())
        where = next(word for word in words if word.startswith("http://"))
        yield where.rstrip("/"), time.perf_counter() - begun
    finally:
        made.terminate()
        made.wait(30)


def painted(browser: Browser, where: str, path: str) -> dict[str, object]:
    """Return when a page's first byte came and when anything of it was painted, in milliseconds."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(where + path, wait_until="load")
    until = time.monotonic() + 60
    while page.evaluate(FIRST_PAINT) is None and time.monotonic() < until:
        page.wait_for_timeout(50)
    first, paint = page.evaluate(FIRST_BYTE), page.evaluate(FIRST_PAINT)
    context.close()
    return {"page": path, "first_byte_ms": round(first), "first_paint_ms": paint and round(paint)}


def heap_mib(page: Page) -> float:
    """Return what a page's script holds, once what it let go is taken away."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 2**20


def moved(browser: Browser, where: str) -> dict[str, object]:
    """Return what the map holds when it was opened, and after it was moved and looked closer at."""
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.set_default_timeout(120_000)
    page.goto(f"{where}/situation")
    page.wait_for_selector("[data-ready=yes]")
    begun = heap_mib(page)
    page.focus("#map canvas")
    for key in ["+", "ArrowRight"] * 5 + ["-", "ArrowLeft"] * 5:
        page.keyboard.press(key)
        page.wait_for_timeout(700)
    found = {"what": "heap of the map", "begun_mib": round(begun, 1), "moved_mib": round(heap_mib(page), 1)}
    page.close()
    return found


def say(found: dict[str, object]) -> None:
    print(json.dumps({**found, "load": round(os.getloadavg()[0], 1)}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--demo")
    parser.add_argument("--big")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as player:
        demo = Path(said.demo or Path(scratch) / "demo")
        if not demo.exists():
            subprocess.run([*OURS, "demo", str(demo)], check=True, stdout=subprocess.DEVNULL)
        browser = player.chromium.launch(executable_path=said.chromium, args=DRAWN_BY_SOFTWARE)
        painted(browser, "data:text/html,", "<p>a browser that has begun</p>")
        for mission in sorted((demo / "missions").iterdir()):
            for left in mission.glob("views.sqlite*"):
                left.unlink()
            with served(mission) as (where, took):
                say({"what": f"{mission.name} served", "seconds": round(took, 2)})
                for path in PAGES:
                    say({"what": mission.name, **painted(browser, where, path)})
        if said.big:
            with served(Path(said.big)) as (where, took):
                say({"what": "a million served", "seconds": round(took, 2)})
                say(moved(browser, where))
        browser.close()


if __name__ == "__main__":
    main()
