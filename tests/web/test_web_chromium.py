"""Each page in Chromium: wide and narrow, light and dark, left to right and right to left, by keyboard, and with axe."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from datetime import date
from pathlib import Path

import pytest
from looks import (
    NARROW,
    OUT_OF_REACH,
    VIEWS,
    WAIT_MS,
    WIDE,
    Seen,
    Task,
    grave,
    opened,
    pattern,
    walked_by_keys,
)
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright
from served import WORDS, Live, Peopled

from trucewatch.mission.clock import now
from trucewatch.mission.folder import settle
from trucewatch.mission.invitations import Part
from trucewatch.mission.one_time import code_at, step_of
from trucewatch.mission.releases import propose
from trucewatch.model.vocabulary import Audience
from trucewatch.web.asked import Ending, Method
from trucewatch.web.route import Route
from trucewatch.web.routes import ROUTES

FOUND = os.environ.get("TRUCEWATCH_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PICTURES = os.environ.get(
    "TRUCEWATCH_PICTURES"
)  # a folder for what was looked at; none: no pictures are kept
OF_EXERCISE = (
    "/guarantees/conditions",
    "/guarantees/statements/exercise-ab/X001",
    "/days/2027-03-02",
    "/cases",
    "/cases/{case}",
    "/cases/{case}/pack",
    "/incidents/{incident}",
    "/releases",
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
    "/api/v1/explorer",
    "/nothing",
)
OF_GUARANTEES = (
    "/guarantees",
    "/guarantees/changes",
    "/guarantees/timeline",
    "/guarantees/without/US",
    "/agreements",
)
OF_PEOPLE = ("/cases/{case}", "/releases", "/releases/{release}", "/account")
ELSEWHERE = {"situation"}  # test_map_chromium looks at it, with the map drawn
PROGRAMS = ("/api/", "/ogc")  # what is there answers programs, but for the explorer
NO_PAGES = {
    "front",
    "days",
    "situation-row",
    "proof",
    "static",
    "static-folder",
}  # lead elsewhere, or are files


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


class Looks:
    """One page for all that is looked at: a new one takes longer than what it shows."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.made: tuple[Page, Seen] | None = None
        self.names: dict[str, str] = {}

    def at(self, live: Live, path: str) -> tuple[Page, Seen]:
        """Return a page that was gone to."""
        if self.made is None:
            self.made = opened(self.browser, live, path, WIDE, dark=False)
            return self.made
        page, seen = self.made
        seen.own = live.address
        seen.outside.clear()
        seen.complaints.clear()
        page.goto(live.address + path, wait_until="load")
        return page, seen

    def named(self, live: Live, path: str) -> str:
        """Return a path with the names of a case and of an incident in it."""
        if "{" not in path:
            return path
        if not self.names:
            page, _ = self.at(live, "/cases")
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
    for language, views in VIEWS.items():
        page, seen = looks.at(live, in_language(where, language))
        wrong: list[object] = []
        for size, shade in views:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.emulate_media(color_scheme=shade)  # type: ignore[arg-type]
            if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
                wrong.append((size, "wider than its window"))
            wrong += [(size, shade, *one) for one in grave(page)]
            name = path.strip("/").replace("/", "-").partition("?")[0]
            kept(page, f"{name}-{size[0]}-{language}-{shade}")
        if page.evaluate("document.documentElement.dir") != ("rtl" if language == "ar" else "ltr"):
            wrong.append("written the other way")
        if page.locator("h1").count() != 1:
            wrong.append("not one heading")
        wrong += [("no key leads to", one) for one in page.evaluate(OUT_OF_REACH)]
        wrong += [*seen.outside, *(one for one in seen.complaints if "404" not in one)]
        met += [(where, language, one) for one in wrong]
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


@pytest.fixture(scope="module")
def at_the_desk(browser: Browser, live_peopled: Live, peopled: Peopled) -> Generator[Looks, None, None]:
    """A releaser, signed in, with a release that somebody proposed."""
    folder, keys = peopled.folder, {part: one.key for part, one in peopled.people.items()}
    settings = folder.path / "trucewatch.toml"
    settings.write_text(settings.read_text("utf-8") + "\n[release.public]\n", "utf-8")
    settle(folder, by="", key=keys[Part.ADMINISTRATOR])
    day = date(2027, 3, 2)
    made = propose(folder, Audience.PUBLIC, first=day, last=day, by="", key=keys[Part.RELEASER])
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{live_peopled.address}/sign-in?next=/account")
    who = peopled.people[Part.RELEASER]
    typed = (("name", who.name), ("passphrase", WORDS), ("code", code_at(who.secret, step_of(now()))))
    walked_by_keys(page, [(f"input[name={name}]", f"{{{text}}}") for name, text in typed])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_peopled.address}/account")
    found = Looks(browser)
    found.made = page, Seen(page, live_peopled.address)
    found.names = {"case": peopled.case, "release": made.proposal.release_id}
    yield found
    context.close()


@pytest.mark.parametrize("path", OF_PEOPLE)
def test_a_page_for_somebody_signed_in_is_whole_at_each_width_shade_and_direction(
    path: str, at_the_desk: Looks, live_peopled: Live
) -> None:
    assert faults(at_the_desk, live_peopled, path) == []


def pages_for_people() -> dict[str, Route]:
    for_people = [r for r in ROUTES if not r.path.startswith(PROGRAMS) or r.name == "api-explorer"]
    return {r.name: r for r in for_people if r.method is Method.GET and Ending.HTML in r.endings}


def test_every_page_of_the_table_of_routes_is_looked_at() -> None:
    paths = [path.partition("?")[0] for path in (*OF_EXERCISE, *OF_GUARANTEES, *OF_PEOPLE)]
    pages = pages_for_people()
    looked_at = {name for name, r in pages.items() if any(pattern(r).fullmatch(path) for path in paths)}
    assert set(pages) - looked_at == ELSEWHERE | NO_PAGES


def focused(page: Page) -> str:
    found = page.evaluate("(document.activeElement.getAttribute('href') || document.activeElement.tagName)")
    return str(found)


def to(page: str, what: str, where: str, *steps: tuple[str, str], ends: str) -> Task:
    return Task(page=page, what=what, at=where, steps=steps, ends=ends)


SHOW = ("form.row button:not(footer *)", "Enter")
ROWS = "#list tbody a[href^='/cases/']"
EXERCISE_TASKS = (
    to("board", "ask what would fail without somebody", "/guarantees", ("a[href^='/guarantees/without/']", "Enter"), ends="/guarantees/without/"),
    to("graph", "ask why a statement stands so", "/guarantees/conditions", ("a[href*='/statements/']", "Enter"), ends="/guarantees/statements/"),
    to("statement", "go back to the board", "/guarantees/statements/exercise-ab/X001", ("a[href='/guarantees']", "Enter"), ends="/guarantees"),
    to("day", "turn to the day before", "/days/2027-03-02", ("a[rel=prev]", "Enter"), ends="/days/2027-03-01"),
    to("day", "open an incident", "/days/2027-03-02", ("a[href^='/incidents/']", "Enter"), ends="/incidents/"),
    to("incident", "open why it is one event, and its record", "/incidents/{incident}", ("main summary", "Enter"), ("a[href^='/record/entries/']", "Enter"), ends="/record/entries/"),
    to("cases", "filter", "/cases", ("select[name=state]", "{remedy}"), SHOW, ends="state=remedy_set"),
    to("cases", "open one", "/cases", (ROWS, "Enter"), ends="/cases/case-"),
    to("case", "open what a finding rests on", "/cases/{case}", ("a[href$='/pack']", "Enter"), ends="/cases/{case}/pack"),
    to("pack", "go back to the case", "/cases/{case}/pack", ("a[href='/cases/{case}']", "Enter"), ends="/cases/{case}"),
    to("agreement", "see its zones on a date", "/agreements/exercise-line", ("input[name=on]", "{03022027}"), SHOW, ends="on=2027-03-02"),
    to("examples", "go to the clause of one", "/agreements/exercise-line/examples", ("main a[href$='#EX-1']", "Enter"), ends="/agreements/exercise-line#EX-1"),
    to("sources", "open one", "/sources", ("main a[href='/sources/patrol']", "Enter"), ends="/sources/patrol"),
    to("source", "go back to all", "/sources/patrol", ("a[href='/sources']", "Enter"), ends="/sources"),
    to("marks", "choose another truce", "/sources/marks", ("input[name=seed]", "{0}"), ("form.row button:not(footer *)", "Tab"), ends="/sources/marks"),
    to("record", "check a proof", "/record", ("textarea[name=proof]", "{no proof}"), ("form[action='/record/check'] button", "Enter"), ends="/record/check"),
    to("entry", "go back to the record", "/record/entries/3", ("a[href='/record']", "Enter"), ends="/record"),
    to("quotes", "check a quoted figure", "/record/quotes", ("input[name=day]", "{03022027}"), ("input[name=number]", "{3}"), SHOW, ends="day=2027-03-02&number=3"),
    to("audit", "read it to its end", "/audit", ("footer a[href='/account']", "Enter"), ends="/account"),
    to("api-explorer", "ask it", "/api/v1/explorer", ("#api-sources summary", "Enter"), ("#api-sources button", "Enter"), ends="/api/v1/explorer"),
    to("every", "see it as of another moment", "/cases", ("footer summary", "Enter"), ("input[name=valid_at]", "{2027-03-06T18:00+02:00}"), ("footer form button", "Enter"), ends="valid_at=2027"),
    to("every", "read it in another language", "/cases", (".tongues summary", "Enter"), (".tongues a[lang=fi]", "Enter"), ends="lang=fi"),
    to("every", "skip to the page", "/cases", ("a.skip", "Enter"), ends="/cases#top"),
)  # fmt: skip
GUARANTEES_TASKS = (
    to("changes", "choose two dates", "/guarantees/changes", ("input[name=earlier]", "{09042025}"), ("input[name=later]", "{01062026}"), SHOW, ends="earlier=2025-09-04&later=2026-01-06"),
    to("timeline", "read its table", "/guarantees/timeline", ("main .scroll", "ArrowDown"), ends="/guarantees/timeline"),
    to("without", "ask it of somebody else", "/guarantees/without/US", ("a[href='/guarantees']", "Enter"), ends="/guarantees"),
    to("agreements", "open one", "/agreements", ("main a[href='/agreements/minsk-2015']", "Enter"), ends="/agreements/minsk-2015"),
)  # fmt: skip
DESK_TASKS = (
    to("account", "read what one may see", "/account", ("main .scroll", "ArrowDown"), ends="/account"),
    to("releases", "propose a day", "/releases", ("select[name=audience]", "{pub}"), ("input[name=first]", "{03012027}"), ("input[name=last]", "{03012027}"), ("form[action='/releases/propose'] button", "Enter"), ends="/releases/release-"),
    to("release", "come to the button that approves it", "/releases/{release}", ("form[action$='/approve'] button, main form button", "Tab"), ends="/releases/{release}"),
)  # fmt: skip
# Done by keyboard in tests of their own: signing in and out below, the situation with its map in test_map_chromium.
BY_THEMSELVES = {"sign-in", "situation"}


def done(page: Page, live: Live, names: dict[str, str], task: Task) -> list[str]:
    """Return what is in the way of a task, by keyboard alone."""
    page.goto(live.address + task.at.format(**names), wait_until="load")
    steps = [(selector.replace("{case}", names.get("case", "")), keys) for selector, keys in task.steps]
    try:
        walked_by_keys(page, steps)
        whole, ends = task.ends[0] == "/" and task.ends[-1] not in "/-", task.ends.format(**names)
        page.wait_for_url(lambda url: url == live.address + ends if whole else ends in url)
    except (AssertionError, Error) as fault:
        return [f"{task.page}, {task.what}: {fault} ({page.url})"]
    return []


def test_every_task_of_a_page_is_done_by_keyboard_alone(
    looks: Looks, at_the_desk: Looks, live_exercise: Live, live_guarantees: Live, live_peopled: Live
) -> None:
    looks.named(live_exercise, "/cases/{case}")
    page, _ = looks.at(live_exercise, "/cases")
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    met = [one for task in EXERCISE_TASKS for one in done(page, live_exercise, looks.names, task)]
    met += [one for task in GUARANTEES_TASKS for one in done(page, live_guarantees, looks.names, task)]
    desk, _ = at_the_desk.at(live_peopled, "/account")
    met += [one for task in DESK_TASKS for one in done(desk, live_peopled, at_the_desk.names, task)]
    assert met == [], "\n".join(met)


def test_every_page_of_the_table_of_routes_has_a_task() -> None:
    tasks = (*EXERCISE_TASKS, *GUARANTEES_TASKS, *DESK_TASKS)
    assert {task.page for task in tasks} - {"every"} | BY_THEMSELVES == set(pages_for_people()) - NO_PAGES


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
    assert grave(page) == []
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{live_peopled.address}/sign-in")
    page.goto(f"{live_peopled.address}/record")
    assert page.locator("h1").inner_text() == "Not for you"
    assert not seen.outside
    page.close()
