"""Each page in Chromium: wide and narrow, light and dark, left to right and right to left, by keyboard, and with axe."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from served import WORDS, Live, Peopled

from trucewatch.mission.clock import now
from trucewatch.mission.invitations import Part
from trucewatch.mission.one_time import code_at, step_of

FOUND = os.environ.get("TRUCEWATCH_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PICTURES = os.environ.get(
    "TRUCEWATCH_PICTURES"
)  # a folder for what was looked at; none: no pictures are kept
WAIT_MS = 15_000
WIDE, NARROW = (1440, 900), (390, 844)
OF_EXERCISE = (
    "/guarantees/conditions",
    "/days/2027-03-02",
    "/cases",
    "/cases/{case}",
    "/cases/{case}/pack",
    "/incidents/{incident}",
    "/agreements/exercise-line",
    "/agreements/exercise-line/examples",
    "/sources",
    "/sources/patrol",
    "/sources/marks",
    "/record",
    "/record/entries/3",
    "/record/quotes?day=2027-03-02&number=3",
    "/account",
    "/sign-in",
    "/audit",
    "/nothing",
)
OF_GUARANTEES = ("/guarantees", "/guarantees/changes", "/guarantees/timeline", "/guarantees/without/US")
# Pages that have drawings or wide tables are seen in all four ways, the others in the two that have every width, shade and direction.
FULL = ("/days/2027-03-02", "/cases/{case}", "/incidents/{incident}", "/guarantees", "/guarantees/changes")
# What axe calls serious or critical is none of ours.
GRAVE = {"serious", "critical"}
ONLY_FAULTS = {"resultTypes": ["violations"]}  # to list what is well takes more than half of the time


@pytest.fixture(scope="module")
def chromium() -> Generator[Playwright, None, None]:
    if FOUND is None:
        pytest.skip("there is no Chromium: install it, or name it in TRUCEWATCH_CHROMIUM")
    with sync_playwright() as made:
        yield made


@pytest.fixture(scope="module")
def browser(chromium: Playwright) -> Generator[Browser, None, None]:
    made = chromium.chromium.launch(executable_path=FOUND, args=["--no-sandbox", "--disable-gpu"])
    yield made
    made.close()


class Seen:
    """What a page asked for and complained of, at a server's own address."""

    def __init__(self, page: Page, own: str) -> None:
        self.own = own
        self.outside: list[str] = []
        self.complaints: list[str] = []
        page.on(
            "request",
            lambda asked: self.outside.append(asked.url) if not asked.url.startswith(self.own) else None,
        )
        page.on("pageerror", lambda fault: self.complaints.append(str(fault)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda asked: (self.complaints.append(asked.message), asked.dismiss()))


def opened(
    browser: Browser, live: Live, path: str, size: tuple[int, int], *, dark: bool
) -> tuple[Page, Seen]:
    scheme = "dark" if dark else "light"
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce"
    )
    page.set_default_timeout(WAIT_MS)
    seen = Seen(page, live.address)
    page.goto(live.address + path, wait_until="load")
    return page, seen


class Looks:
    """One page a shade, for all that is looked at: a new one takes longer than what it shows."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.made: dict[bool, tuple[Page, Seen]] = {}
        self.names: dict[str, str] = {}

    def at(self, live: Live, path: str, size: tuple[int, int], *, dark: bool) -> tuple[Page, Seen]:
        """Return a page that was looked at in a size and a shade."""
        if dark not in self.made:
            self.made[dark] = opened(self.browser, live, path, size, dark=dark)
            return self.made[dark]
        page, seen = self.made[dark]
        seen.own = live.address
        seen.outside.clear()
        seen.complaints.clear()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(live.address + path, wait_until="load")
        return page, seen

    def named(self, live: Live, path: str) -> str:
        """Return a path with the names of a case and of an incident in it."""
        if "{" not in path:
            return path
        if not self.names:
            page, _ = self.at(live, "/cases", WIDE, dark=False)
            case = page.locator("#list tbody a[href^='/cases/']").first.get_attribute("href") or ""
            page.goto(f"{live.address}{case}")
            incident = page.locator("a[href^='/incidents/']").first.get_attribute("href") or ""
            self.names["case"] = case.removeprefix("/cases/")
            self.names["incident"] = incident.removeprefix("/incidents/")
        return path.format(**self.names)


@pytest.fixture(scope="module")
def looks(browser: Browser) -> Looks:
    return Looks(browser)


def kept(page: Page, name: str) -> None:
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def faults(looks: Looks, live: Live, path: str) -> list[object]:
    """Return what is wrong with a page, in whichever way it is looked at."""
    where, met = looks.named(live, path), []
    two = ((WIDE, False, "en"), (NARROW, True, "ar"))
    rest = ((NARROW, False, "en"), (WIDE, True, "ar")) if path in FULL else ()
    for size, dark, language in (*two, *rest):
        page, seen = looks.at(live, in_language(where, language), size, dark=dark)
        wrong: list[object] = [*seen.outside, *(one for one in seen.complaints if "404" not in one)]
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            wrong.append("wider than its window")
        if page.evaluate("document.documentElement.dir") != ("rtl" if language == "ar" else "ltr"):
            wrong.append("written the other way")
        if page.locator("h1").count() != 1:
            wrong.append("not one heading")
        if (size, language) in ((WIDE, "en"), (NARROW, "ar")):
            found = Axe().run(page, options=ONLY_FAULTS)["violations"]
            wrong += [(one["id"], one["nodes"][0]["html"][:160]) for one in found if one["impact"] in GRAVE]
        met += [(where, size, dark, language, one) for one in wrong]
        name = path.strip("/").replace("/", "-").partition("?")[0]
        kept(page, f"{name}-{size[0]}-{language}-{'dark' if dark else 'light'}")
    return met


@pytest.mark.parametrize("path", OF_EXERCISE)
def test_a_page_of_an_exercise_is_whole_at_each_width_shade_and_direction(
    path: str, looks: Looks, live_exercise: Live
) -> None:
    assert faults(looks, live_exercise, path) == []


@pytest.mark.parametrize("path", OF_GUARANTEES)
def test_a_page_of_guarantees_is_whole_at_each_width_shade_and_direction(
    path: str, looks: Looks, live_guarantees: Live
) -> None:
    assert faults(looks, live_guarantees, path) == []


def test_the_day_of_real_reports_is_whole_at_each_width_shade_and_direction(
    looks: Looks, live_patrols: Live
) -> None:
    assert faults(looks, live_patrols, "/days/2016-10-31") == []


def focused(page: Page) -> str:
    found = page.evaluate("(document.activeElement.getAttribute('href') || document.activeElement.tagName)")
    return str(found)


def test_everything_is_reached_by_keyboard(browser: Browser, live_exercise: Live) -> None:
    page, _ = opened(browser, live_exercise, "/cases", WIDE, dark=False)
    page.keyboard.press("Tab")
    assert focused(page) == "#top"
    page.keyboard.press("Enter")
    assert page.url.endswith("#top")
    page.goto(f"{live_exercise.address}/cases")
    met = []
    for _ in range(60):
        page.keyboard.press("Tab")
        met.append(focused(page))
        shown = page.evaluate(
            "getComputedStyle(document.activeElement).outlineStyle !== 'none' || document.activeElement === document.body"
        )
        assert shown, met[-1]
    wanted = {"/guarantees", "/record", "SUMMARY", "SELECT", "BUTTON"}
    assert wanted <= set(met)
    assert any(one.startswith("/cases/") for one in met)
    page.close()


def test_a_filter_is_set_and_a_case_opened_by_keyboard_alone(browser: Browser, live_exercise: Live) -> None:
    page, _ = opened(browser, live_exercise, "/cases", WIDE, dark=False)
    page.locator("select[name=state]").focus()
    page.keyboard.type("remedy")
    page.locator("main form button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**state=remedy_set**")
    page.locator("#list tbody th a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/case-*")
    assert page.locator("h1").count() == 1
    page.close()


def test_a_proof_is_checked_by_keyboard_alone(browser: Browser, live_exercise: Live) -> None:
    page, _ = opened(browser, live_exercise, "/record", NARROW, dark=True)
    page.locator("textarea[name=proof]").focus()
    page.keyboard.type("no proof")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/record/check")
    page.locator("[role=status] .bad").wait_for()
    assert page.locator("[role=status] .bad").inner_text()
    page.close()


def test_pages_are_whole_without_a_script(browser: Browser, live_exercise: Live) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    for path in ("/guarantees", "/days/2027-03-02", "/cases", "/record"):
        page.goto(live_exercise.address + path)
        assert page.locator("h1").count() == 1
        assert page.locator("nav a").count() > 3
    page.goto(f"{live_exercise.address}/days/2027-03-02")
    page.locator("a[rel=prev]").click()
    assert page.url.endswith("/days/2027-03-01")
    context.close()


def test_the_dates_of_a_difference_are_chosen_in_the_page(browser: Browser, live_guarantees: Live) -> None:
    page, _ = opened(browser, live_guarantees, "/guarantees/changes", WIDE, dark=False)
    page.locator("input[name=earlier]").fill("2025-09-04")
    page.locator("input[name=later]").fill("2026-01-06")
    page.get_by_role("button", name="Show what changed").click()
    page.wait_for_url("**earlier=2025-09-04**")
    assert "September 4, 2025" in page.locator("h1").inner_text()
    page.close()


def test_a_page_prints_without_its_bar(browser: Browser, live_exercise: Live) -> None:
    page, _ = opened(browser, live_exercise, "/days/2027-03-02", WIDE, dark=False)
    page.emulate_media(media="print")
    assert not page.locator("header.bar").is_visible()
    assert not page.locator("nav.turnpage").is_visible()
    assert page.locator("h1").is_visible()
    page.close()


def test_somebody_signs_in_looks_and_signs_out_in_the_page(
    browser: Browser, live_peopled: Live, peopled: Peopled
) -> None:
    page, seen = opened(browser, live_peopled, "/sign-in?next=/record", NARROW, dark=False)
    person = peopled.people[Part.AUDITOR]
    page.locator("input[name=name]").fill(person.name)
    page.locator("input[name=passphrase]").fill(WORDS)
    page.locator("input[name=code]").fill(code_at(person.secret, step_of(now())))
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_peopled.address}/record")
    assert page.locator("h1").inner_text() == "Record"
    assert page.evaluate("document.cookie") == ""
    assert not [
        one["id"] for one in Axe().run(page, options=ONLY_FAULTS)["violations"] if one["impact"] in GRAVE
    ]
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{live_peopled.address}/sign-in")
    page.goto(f"{live_peopled.address}/record")
    assert page.locator("h1").inner_text() == "Not for you"
    assert not seen.outside
    page.close()
