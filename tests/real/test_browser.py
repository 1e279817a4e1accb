"""A browser opens the day's page with no network, and nothing on it asks for any."""

import os
import re
import struct
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

OUTSIDE = re.compile(r"(?i)^\s*(\w+:)?//")
FETCHED = ("src", "srcset", "poster", "data", "background", "formaction", "manifest", "ping")


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `trucewatch demo` makes: every kind of page there is."""
    folder = tmp_path_factory.mktemp("demo")
    program = str(Path(sys.executable).parent / "trucewatch")
    environment = {**os.environ, "NO_COLOR": "1"}
    run = subprocess.run(
        [program, "demo", "walk"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    return folder / "walk"


@pytest.fixture(scope="module")
def page(walk: Path) -> Path:
    """The real page of 29 October 2016."""
    return walk / "patrols-2016-10-29.html"


class Resources(HTMLParser):
    """What a page would fetch, and the styles and scripts inside it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self.found += [known[name] for name in FETCHED if name in known]
        if tag in ("link", "image", "use", "base"):
            self.found += [known[name] for name in ("href", "xlink:href") if name in known]
        self.inside.append(known.get("style", ""))

    def handle_data(self, data: str) -> None:
        if self.lasttag in ("style", "script"):
            self.inside.append(data)


def _asked(html: str) -> list[str]:
    """Return the addresses outside the page that it would ask for."""
    resources = Resources()
    resources.feed(html)
    styled = re.findall(r"(?:url\(|@import)\s*['\"]?([^'\")\s]+)", "\n".join(resources.inside))
    scripted = re.findall(
        r"(?:fetch|import|XMLHttpRequest|sendBeacon|WebSocket)\s*\(", "\n".join(resources.inside)
    )
    return [address for address in [*resources.found, *styled] if OUTSIDE.match(address)] + scripted


@pytest.mark.parametrize(
    "planted",
    [
        '<img src="https://tiles.example/1.png">',
        '<link rel="stylesheet" href="//cdn.example/a.css">',
        "<style>@import 'https://fonts.example/x';</style>",
        '<div style="background: url(http://x.example/y)"></div>',
        "<script>fetch('/x')</script>",
    ],
)
def test_a_planted_request_is_seen(planted: str) -> None:
    assert _asked(f"<p>fine <a href='https://osce.org/'>report</a></p>{planted}")
    assert not _asked("<p>fine <a href='https://osce.org/'>report</a></p>")


def test_no_page_asks_anybody_for_anything(walk: Path) -> None:
    asked = {page.name: _asked(page.read_text("utf-8")) for page in walk.rglob("*.html")}
    assert len(asked) >= 7
    assert {name: addresses for name, addresses in asked.items() if addresses} == {}


def test_every_page_forbids_itself_everything_but_its_own_style(walk: Path) -> None:
    for page in walk.rglob("*.html"):
        assert "default-src 'none'" in page.read_text("utf-8"), page.name


def test_every_page_bears_its_stamp(walk: Path) -> None:
    for page in walk.rglob("*.html"):
        marks = "EXERCISE" if page.name.startswith("exercise") else "INTERNAL"
        assert marks in page.read_text("utf-8"), page.name


def test_a_browser_shows_the_days_page(page: Path, chromium: Callable[..., object]) -> None:
    rendered = chromium(page)
    assert "INTERNAL" in rendered.dom  # type: ignore[attr-defined]
    assert "<svg" in rendered.dom  # type: ignore[attr-defined]
    assert "<table" in rendered.dom  # type: ignore[attr-defined]
    picture = rendered.screenshot.read_bytes()  # type: ignore[attr-defined]
    assert struct.unpack(">II", picture[16:24]) == (1280, 2000)
    assert len(picture) > 20_000


def test_a_telephones_width_cuts_nothing_off(
    walk: Path, tmp_path: Path, chromium: Callable[..., object]
) -> None:
    script = (
        "<script>document.title = document.documentElement.scrollWidth + ' of ' + innerWidth</script></body>"
    )
    for page in sorted(walk.glob("*.html")):
        probe = tmp_path / page.name
        bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text("utf-8"))
        probe.write_text(bare.replace("</body>", script), "utf-8")
        rendered = chromium(probe, width=500)
        title = re.search(r"<title>(\d+) of (\d+)</title>", rendered.dom)  # type: ignore[attr-defined]
        assert title, page.name
        assert int(title[1]) <= int(title[2]), page.name
