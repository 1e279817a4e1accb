"""How pages are looked at in Chromium: sizes, shades and languages, what axe finds, and a keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from playwright.sync_api import Browser, Page
from served import Live

from trucewatch.web.route import Route

WAIT_MS = 60_000  # a busy machine is no fault
WIDE, NARROW = (1440, 900), (390, 844)
GRAVE = {"serious", "critical"}  # as axe calls it
# Each width with each shade and each language, each shade with each language.
VIEWS = {"en": ((WIDE, "light"), (NARROW, "dark")), "ar": ((NARROW, "light"), (WIDE, "dark"))}
MOST_TABS = 400
FOCUSED = "document.activeElement.matches(%r)"
OUTLINED = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
OUT_OF_REACH = """[...document.querySelectorAll(
  'a[href],button,input:not([type=hidden]),select,textarea,summary,[onclick],[role=button],[tabindex]')]
  .filter(e => e.checkVisibility() && !e.disabled && e.tabIndex !== 0).map(e => e.outerHTML.slice(0, 160))"""
AXE = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .map(v => [v.impact, v.id, v.nodes[0].html.slice(0, 160)])"""


def axe_text() -> str:
    """Return axe-core, which a package of the developers' tools ships."""
    found = find_spec("axe_core_python")
    assert found
    assert found.origin
    return Path(found.origin).with_name("axe.min.js").read_text("utf-8")


def grave(page: Page) -> list[tuple[str, str]]:
    """Return what axe finds serious or critical on a page as it stands."""
    if not page.evaluate("!!window.axe"):
        page.evaluate(axe_text())
    return [(name, html) for impact, name, html in page.evaluate(AXE) if impact in GRAVE]


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


def pattern(route: Route) -> re.Pattern[str]:
    """Return what the addresses of a route's page look like."""
    return re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(route.path)))


@dataclass(frozen=True, kw_only=True)
class Task:
    """Something that somebody does on a page, by keyboard alone: where Tab leads, what is pressed there, where it ends."""

    page: str  # the name of its route
    what: str
    at: str
    steps: tuple[
        tuple[str, str], ...
    ]  # a selector that Tab is pressed until, and the keys or {text} pressed there
    ends: str  # a part of the address


def walked_by_keys(page: Page, steps: Sequence[tuple[str, str]]) -> None:
    """Press Tab until each step's control has the focus, seen to have it, and then its keys."""
    for selector, keys in steps:
        for _ in range(MOST_TABS):
            if page.evaluate(FOCUSED % selector):
                break
            page.keyboard.press("Tab")
        assert page.evaluate(FOCUSED % selector), f"Tab does not lead to {selector} on {page.url}"
        assert page.evaluate(OUTLINED), f"{selector} does not show that it has the focus"
        if keys.startswith("{"):
            page.keyboard.type(keys[1:-1])
        else:
            page.keyboard.press(keys)
