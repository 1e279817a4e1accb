"""Every kind of page in a real browser: axe finds nothing and every word is legible; desk and phone, light and dark."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Generator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from trucewatch.mission.content import organisations, phrases
from trucewatch.mission.demo import demo
from trucewatch.mission.known import known
from trucewatch.mission.ledger_pages import if_withdrawn_of, reasons_of
from trucewatch.mission.pledges import ledger_at
from trucewatch.mission.walk import cases_of
from trucewatch.report.if_withdrawn import if_withdrawn_html
from trucewatch.report.reasons import reasons_html
from trucewatch.report.words import Language

PAGES = (
    *("index", "board", "guarantees", "timeline", "without-US", "why", "without-G", "exercise"),
    *("exercise-day", "exercise-board-after", "totals-2020", "patrols-2016-10-29", "patrols-2020-08-20"),
)
ALIKE = {"exercise-board-before", "patrols-2016-10-31"}  # of a kind with one of these
VIEWS = ((1280, False), (390, True))  # width in px, and whether by night
AT = datetime(2027, 3, 10, tzinfo=UTC)
FOUND = os.environ.get("TRUCEWATCH_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
Look = Callable[..., Mapping[str, object]]
MEASURE = """() => {
const rgb = text => (text.match(/[0-9.]+/g) || []).map(Number);
const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
  .reduce((sum, c, n) => sum + c * [.2126, .7152, .0722][n], 0);
const contrast = (one, other) => { const [a, b] = [light(one), light(other)].sort((x, y) => y - x); return (a + .05) / (b + .05) };
const ground = element => { for (let e = element; e; e = e.parentElement) {
  const c = rgb(getComputedStyle(e).backgroundColor); if (c.length === 3) return c } return [255, 255, 255] };
const words = [];
for (const w = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); w.nextNode();) {
  const e = w.currentNode.parentElement;
  if (w.currentNode.data.trim() && e.checkVisibility() && !e.closest('script,style,title')) words.push(e) }
const poor = [...new Set(words)].map(e => {
  const s = getComputedStyle(e), drawn = e.closest('svg'), size = parseFloat(s.fontSize);
  const halo = drawn && s.stroke !== 'none' && parseFloat(s.strokeWidth) >= 3;
  const found = contrast(rgb(drawn ? s.fill : s.color), halo ? rgb(s.stroke) : ground(drawn || e));
  return [e.textContent.slice(0, 60), found, size >= 24 || (size >= 18.66 && s.fontWeight >= 700) ? 3 : 4.5] })
  .filter(([_, found, least]) => found < least);
return axe.run(document, {resultTypes: ['violations']}).then(r => ({poor, measured: words.length,
  violations: r.violations.map(v => [v.id, v.nodes.map(n => n.target.join(' '))])})) }
"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The text of axe-core: a file of one's own, or the one that a package of the developers' tools ships."""
    own = os.environ.get("TRUCEWATCH_AXE")
    found = importlib.util.find_spec("axe_core_python")
    if own is None and (found is None or found.origin is None):
        pytest.skip("axe-core is not here: pip install axe-core-python, or set TRUCEWATCH_AXE to axe.min.js")
    return Path(own or Path(str(found and found.origin)).with_name("axe.min.js")).read_text("utf-8")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's pages, one statement's reasons, and what fails without one actor, in Norwegian."""
    folder = tmp_path_factory.mktemp("accessible") / "walk"
    demo(folder, say=lambda _: None, language=Language.NORWEGIAN)
    record = known(folder / "missions" / "exercise")
    own = phrases((pack.name for pack in record.packs), "nb")
    standings = ledger_at(record, cases_of(record), at=AT).standings
    (found,) = [s for s in standings if s.statement.statement_id == "X004"]
    why = reasons_html(reasons_of(record, found, at=AT), Language.NORWEGIAN, organisations(), own)
    asked = if_withdrawn_of(record, "G", at=AT)
    (folder / "why.html").write_text(why, "utf-8")
    text = if_withdrawn_html(asked, Language.NORWEGIAN, organisations(), own)
    (folder / "without-G.html").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def look(axe: str) -> Generator[Look, None, None]:
    """Open a page in one browser that all share, with no network, and measure it."""
    if FOUND is None:
        pytest.skip("there is no Chromium: install it, or name it in TRUCEWATCH_CHROMIUM")
    flags = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"]
    with sync_playwright() as made:
        browser = made.chromium.launch(executable_path=FOUND, args=flags)

        def measured(file: Path, view: tuple[int, bool] = VIEWS[0]) -> Mapping[str, object]:
            width, dark = view
            page = browser.new_page(
                viewport={"width": width, "height": 2000},
                color_scheme="dark" if dark else "light",
                bypass_csp=True,
            )
            page.goto(file.resolve().as_uri())
            page.add_script_tag(content=axe)
            told: Mapping[str, object] = page.evaluate(MEASURE)
            page.close()
            return told

        yield measured
        browser.close()


@pytest.fixture(scope="module")
def made_in_arabic(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's pages in Arabic, from right to left."""
    folder = tmp_path_factory.mktemp("arabic") / "walk"
    demo(folder, say=lambda _: None, language=Language.ARABIC)
    return folder


@pytest.mark.parametrize("view", VIEWS, ids=["desk-light", "phone-dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_nothing_that_keeps_a_reader_out(
    name: str, view: tuple[int, bool], made: Path, look: Look
) -> None:
    told = look(made / f"{name}.html", view)
    assert (told["violations"], told["poor"]) == ([], [])
    assert told["measured"]


@pytest.mark.parametrize("view", VIEWS, ids=["desk-light", "phone-dark"])
@pytest.mark.parametrize("name", ["board", "timeline", "exercise", "exercise-day", "totals-2020"])
def test_a_page_from_right_to_left_has_nothing_that_keeps_a_reader_out(
    name: str, view: tuple[int, bool], made_in_arabic: Path, look: Look
) -> None:
    page = made_in_arabic / f"{name}.html"
    assert '<html lang="ar" dir="rtl">' in page.read_text("utf-8")
    told = look(page, view)
    assert (told["violations"], told["poor"]) == ([], [])
    assert told["measured"]


def test_every_kind_of_page_of_the_demo_is_looked_at(made: Path) -> None:
    assert {page.stem for page in made.glob("*.html")} == set(PAGES) | ALIKE


def test_what_keeps_a_reader_out_is_found(tmp_path: Path, look: Look) -> None:
    bad = (
        "<!DOCTYPE html><html lang='en'><title>x</title><body><main><h1>x</h1><p style='color:#bbb'>pale</p>"
        "<svg><text y='20' style='fill:#ddd'>pale</text></svg></main></body></html>"
    )
    file = tmp_path / "bad.html"
    file.write_text(bad, "utf-8")
    told = look(file)
    violations, poor = told["violations"], told["poor"]
    assert isinstance(violations, list)
    assert isinstance(poor, list)
    assert "color-contrast" in {name for name, _ in violations}
    assert [text for text, _, _ in poor] == ["pale", "pale"]
