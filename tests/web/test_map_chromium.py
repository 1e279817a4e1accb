"""The situation in a real browser: it moves, its time and table follow, and nothing is asked of another host."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from looks import grave
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
TABLE = "#rows > .scroll:first-child tbody"

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


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One page for all that is done on the map: a browser that draws by software is slow to begin."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    made = context.new_page()
    made.set_default_timeout(WAIT_MS)
    yield made
    context.close()


class Noted:
    """What a page complained of, and what it asked for."""

    def __init__(self, page: Page) -> None:
        self.faults: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("request", lambda request: self.asked.append(request.url))


@pytest.fixture(scope="module")
def noted(tab: Page) -> Noted:
    return Noted(tab)


def gone_to(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("[data-ready=yes]")


@pytest.fixture
def page(tab: Page, noted: Noted, live: Live) -> Iterator[Page]:
    noted.faults.clear()
    noted.asked.clear()
    gone_to(tab, f"{live.address}/situation")
    yield tab
    assert noted.faults == []
    assert [url for url in noted.asked if not url.startswith((live.address, "blob:", "data:"))] == []


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
    """Return what is told once the table is that of the address."""
    until(page, lambda: page.url.endswith(page.get_attribute("main", "data-shown") or "nothing"))
    return page.inner_text("#told")


def test_the_map_takes_the_drawings_place(page: Page) -> None:
    assert page.is_visible("#map canvas")
    assert not page.is_visible("#drawn")
    assert matched(page) == INTERNAL
    assert page.locator(".area-label").count() > 0


def test_the_arrow_keys_move_the_map_and_the_table_follows(page: Page) -> None:
    page.focus("#map canvas")
    for _ in range(3):
        page.keyboard.press("+")
        page.wait_for_timeout(350)
    page.keyboard.press("ArrowRight")
    until(page, lambda: "bbox=" in page.url)
    until(page, lambda: matched(page) < INTERNAL)
    page.wait_for_timeout(500)
    told = settled(page)
    gone_to(page, page.url)
    assert page.inner_text("#told") == told


def test_a_filter_chosen_by_keys_asks_map_and_table_alike(page: Page) -> None:
    page.focus("#filters [name=kind]")
    page.keyboard.type("shots")
    until(page, lambda: matched(page) < INTERNAL)
    assert "kind=shot" in page.url
    assert {row.inner_text().split("\n")[0] for row in page.locator(f"{TABLE} td:nth-child(2)").all()} == {
        "shots"
    }


def test_the_time_is_brushed_by_keys(page: Page) -> None:
    page.focus("#brush-from")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    until(page, lambda: "from=" in page.url)
    until(page, lambda: matched(page) < INTERNAL)
    assert page.locator(f"{TABLE} tr").count() <= matched(page)


def test_the_browser_holds_little(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"] / 2**20
    assert used < HEAP_MIB


def test_layers_are_put_on_by_key_or_click_and_stand_in_the_address(page: Page) -> None:
    assert not page.is_visible(".of-coverage")
    page.focus("#filters [name=coverage]")
    page.keyboard.press("Space")
    until(page, lambda: "coverage=yes" in page.url)
    until(page, lambda: page.is_visible(".of-coverage"))
    page.check("#filters [name=sectors]")
    until(page, lambda: page.is_visible("#too-many"))
    page.select_option("#filters [name=kind]", "shot")
    until(page, lambda: not page.is_visible("#too-many"))
    page.uncheck("#filters [name=coverage]")
    until(page, lambda: "coverage" not in page.url)


@pytest.mark.parametrize(("width", "language"), [(1440, "en"), (390, "ar")])
def test_it_is_looked_at(tab: Page, live: Live, tmp_path: Path, width: int, language: str) -> None:
    pictures = Path(os.environ.get("TRUCEWATCH_PICTURES", tmp_path))
    tab.set_viewport_size({"width": width, "height": 900})
    gone_to(tab, f"{live.address}/situation?coverage=yes&sectors=yes&kind=shot&lang={language}")
    met = []
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        tab.wait_for_timeout(400)
        met += grave(tab)
        tab.screenshot(path=pictures / f"situation-{width}-{language}-{scheme}.png")
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert tab.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr")
    tab.emulate_media(color_scheme="light")
    tab.set_viewport_size({"width": 1440, "height": 1000})
    assert met == []


def test_without_a_script_the_page_is_whole(live: Live, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    made = context.new_page()
    made.goto(f"{live.address}/situation?kind=uav")
    assert made.is_visible("#drawn svg")
    assert made.locator(f"{TABLE} tr").count() == 50
    made.check("[name=coverage]")
    made.click("#filters button")
    assert "coverage=yes" in made.url
    assert made.locator("#drawn path.watch").count() == 3
    made.click("text=Earlier ones")
    for asked in ("page=2", "kind=uav", "coverage=yes"):
        assert asked in made.url
    context.close()


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Visitor:
    return Visitor(app(strewn(tmp_path_factory.mktemp("asked") / "m")))


def test_the_same_address_gives_the_same_view(visitor: Visitor) -> None:
    where = "/situation?bbox=36,47,38,48.5&kind=shot&from=2026-03-03T03:00:00Z"
    assert visitor.get(where).headers["etag"] == visitor.get(where).headers["etag"]


def test_the_form_says_what_the_address_asks_and_drops_nothing(visitor: Visitor) -> None:
    page = visitor.get("/situation?kind=shot,uav&area=UA-14&p_max=0.9&bbox=36,47,38,48.5").text
    assert '<option value="shot,uav" selected>' in page
    for name, value in (("area", "UA-14"), ("p_max", "0.9"), ("bbox", "36,47,38,48.5")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page


def test_a_window_has_at_most_so_many_and_counts_what_has_no_place_by_area(visitor: Visitor) -> None:
    told = visitor.get("/situation/window.json").json()
    assert told["matched"] == INTERNAL
    assert told["areas"] == {"UA-14": INTERNAL // 10}
    assert len(told["incidents"]["row"]) == INTERNAL - INTERNAL // 10
    assert sum(told["bars"]["counts"]) == INTERNAL


NEAR = "bbox=37,47.5,37.6,48"


def test_directions_are_drawn_as_sectors_while_they_are_few(visitor: Visitor) -> None:
    assert visitor.get(f"/situation/window.json?{NEAR}").json()["sectors"] == []
    near = visitor.get(f"/situation/window.json?{NEAR}&sectors=yes").json()
    assert len(near["sectors"]) == len(near["incidents"]["row"]) > 0
    for (ring,) in near["sectors"]:
        assert ring[0] == ring[-1]
    assert visitor.get("/situation/window.json?sectors=yes").json()["sectors"] is None
    page = visitor.get(f"/situation?{NEAR}&sectors=yes").text
    assert page.count('class="sector"') == len(near["sectors"]) + 1  # and the legend's
    assert page.count("90° ± 20°") == len(near["sectors"])
    assert len(visitor.get(f"/situation.json?{NEAR}&sectors=yes").json()["sectors"]) == len(near["sectors"])


def test_what_was_watched_is_drawn_and_told_in_the_table(visitor: Visitor) -> None:
    ground = visitor.get("/situation/ground.geojson").json()
    assert ground["coverage"] == {"UA-14": "watched", "UA-23": "not_watched", "UA-65": "unknown"}
    assert "url(#situation-not_watched)" not in visitor.get("/situation").text
    page = visitor.get("/situation?coverage=yes").text
    for state in ("watched", "not_watched", "unknown"):
        assert f"url(#situation-{state})" in page
    for said in ("access denied", "not known whether it was watched", "at least 9 h"):
        assert said in page


def test_nobody_outside_sees_coverage_or_directions_that_were_not_released(visitor: Visitor) -> None:
    ground = visitor.get("/situation/ground.geojson?audience=public").json()
    assert ground["coverage"] == {}


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
