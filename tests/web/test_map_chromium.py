"""The situation in a real browser: it moves, its time and table follow, and nothing is asked of another host."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from served import Live, Visitor, listen
from strewn import INTERNAL, strewn

from trucewatch.web.app import app

CHROMIUM = "/usr/bin/chromium"
DRAWN_BY_SOFTWARE = [
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
WAIT_MS = 120_000  # a busy machine is no fault
HEAP_MIB = 300

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"{CHROMIUM} is not installed")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = strewn(tmp_path_factory.mktemp("map") / "m")
    yield from listen(lambda place: app(folder, place))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as player:
        made = player.chromium.launch(executable_path=CHROMIUM, args=DRAWN_BY_SOFTWARE)
        yield made
        made.close()


@pytest.fixture
def page(browser: Browser, live: Live) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    made = context.new_page()
    made.set_default_timeout(WAIT_MS)
    faults: list[str] = []
    asked: list[str] = []
    made.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    made.on("pageerror", lambda fault: faults.append(str(fault)))
    made.on("request", lambda request: asked.append(request.url))
    made.goto(f"{live.address}/situation")
    made.wait_for_selector("[data-ready=yes]")
    yield made
    assert faults == []
    assert [url for url in asked if not url.startswith((live.address, "blob:", "data:"))] == []
    context.close()


def matched(page: Page) -> int:
    found = re.search(r"\d+", page.inner_text("#told"))
    assert found
    return int(found[0])


def until(page: Page, so: Callable[[], bool]) -> None:
    """Wait until it is so; the page's own policy forbids to ask it by a text of code."""
    for _ in range(WAIT_MS // 100):
        if so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come to be so")


def settled(page: Page) -> str:
    """Return what is told once it has not changed for three seconds."""
    told, same = page.inner_text("#told"), 0
    while same < 30:
        page.wait_for_timeout(100)
        now = page.inner_text("#told")
        told, same = now, same + 1 if now == told else 0
    return told


def test_the_map_takes_the_drawings_place(page: Page) -> None:
    assert page.is_visible("#map canvas")
    assert not page.is_visible("#drawn")
    assert matched(page) == INTERNAL
    assert page.locator(".area-label").count() > 0


def test_the_arrow_keys_move_the_map_and_the_table_follows(page: Page) -> None:
    page.focus("#map canvas")
    for _ in range(4):
        page.keyboard.press("+")
        page.wait_for_timeout(500)
    page.keyboard.press("ArrowRight")
    until(page, lambda: "bbox=" in page.url)
    until(page, lambda: matched(page) < INTERNAL)
    told = settled(page)
    where = page.url
    page.goto(where)
    page.wait_for_selector("[data-ready=yes]")
    assert page.inner_text("#told") == told


def test_a_filter_asks_map_and_table_alike(page: Page) -> None:
    page.select_option("#filters [name=kind]", "shot")
    until(page, lambda: matched(page) < INTERNAL)
    assert "kind=shot" in page.url
    assert {row.inner_text().split("\n")[0] for row in page.locator("#rows tbody td:nth-child(2)").all()} == {
        "shots"
    }


def test_the_time_is_brushed_by_keys(page: Page) -> None:
    page.focus("#brush-from")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    until(page, lambda: "from=" in page.url)
    until(page, lambda: matched(page) < INTERNAL)
    assert page.locator("#rows tbody tr").count() <= matched(page)


def test_the_browser_holds_little(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"] / 2**20
    assert used < HEAP_MIB


@pytest.mark.parametrize(
    ("width", "scheme"), [(1440, "light"), (390, "light"), (1440, "dark"), (390, "dark")]
)
def test_it_is_looked_at(browser: Browser, live: Live, tmp_path: Path, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    made = context.new_page()
    made.goto(f"{live.address}/situation")
    made.wait_for_selector("[data-ready=yes]", timeout=WAIT_MS)
    made.wait_for_timeout(500)
    pictures = Path(os.environ.get("TRUCEWATCH_PICTURES", tmp_path))
    made.screenshot(path=pictures / f"situation-{width}-{scheme}.png")
    assert made.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_without_a_script_the_page_is_whole(live: Live, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    made = context.new_page()
    made.goto(f"{live.address}/situation?kind=uav")
    assert made.is_visible("#drawn svg")
    assert made.locator("#rows tbody tr").count() == 50
    made.click("text=Earlier ones")
    assert "page=2" in made.url
    assert "kind=uav" in made.url
    context.close()


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    return Visitor(app(strewn(tmp_path_factory.mktemp("asked") / "m")))


def test_the_same_address_gives_the_same_view(visitor: Visitor) -> None:
    where = "/situation?bbox=36,47,38,48.5&kind=shot&from=2026-03-03T03:00:00Z"
    assert visitor.get(where).headers["etag"] == visitor.get(where).headers["etag"]


def test_a_window_has_at_most_so_many_and_counts_what_has_no_place_by_area(visitor: Visitor) -> None:
    told = visitor.get("/situation/window.json").json()
    assert told["matched"] == INTERNAL
    assert told["areas"] == {"UA-14": INTERNAL // 10}
    assert len(told["incidents"]["row"]) == INTERNAL - INTERNAL // 10
    assert sum(told["bars"]["counts"]) == INTERNAL


@pytest.mark.parametrize("ending", ["json", "csv", "geojson", "parquet"])
def test_the_situation_has_its_twins(visitor: Visitor, ending: str) -> None:
    assert visitor.get(f"/situation.{ending}?kind=shot").status_code == 200


def test_a_row_of_the_map_leads_to_its_incident_and_of_no_other_shelf(visitor: Visitor) -> None:
    rows = visitor.get("/situation/window.json").json()["incidents"]["row"]
    told = visitor.get(f"/situation/rows/{rows[0]}")
    assert (told.status_code, told.headers["location"][:11]) == (303, "/incidents/")
    others = visitor.get("/situation/window.json?audience=public").json()["incidents"]["row"]
    assert visitor.get(f"/situation/rows/{others[0]}").status_code == 404


def test_the_library_of_the_map_names_no_other_host_in_its_style(visitor: Visitor) -> None:
    style = visitor.get("/static/map/maplibre-gl.css").text
    named = re.findall(r"url\(\"?([^\")]+)", style)
    assert named
    assert [name for name in named if ":" in name] == []
    for name in set(named):
        assert visitor.get(f"/static/map/{name}").status_code == 200
    for name in ("maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-licence.txt"):
        assert visitor.get(f"/static/map/{name}").status_code == 200
