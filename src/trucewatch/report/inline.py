"""A drawing inside somebody else's page, such as a notebook's: with its own style, no script, and nothing fetched.

Rules:
- the rules of the report's style sheet that drawings use come along, and reach nothing outside the drawing;
- the drawing is light whatever the page is: it stands on its own card.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources

from markupsafe import Markup

from trucewatch.report.drawn import Drawn

_SCOPE = ".trucewatch"
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_DRAWN = re.compile(r"\b(?:fill|stroke|opacity|letter-spacing|font)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A drawing that a notebook shows."""

    svg: Markup
    words: str  # what stands above it

    def _repr_html_(self) -> str:
        return inline(self.svg, self.words)


def pictured(drawn: Drawn, words: str) -> Picture:
    """Return the drawing of a page as a picture."""
    svg = drawn.told["drawn"]
    return Picture(svg=svg if isinstance(svg, Markup) else Markup(""), words=words)


def inline(drawing: Markup, words: str = "") -> str:
    """Return a drawing, and perhaps words above it, as a piece of HTML that stands for itself."""
    above = Markup("<p>{}</p>").format(words) if words else Markup("")
    return f'<div class="{_SCOPE[1:]}"><style>{_style()}</style>{above}<div class="drawing">{drawing}</div></div>'


def _style() -> str:
    """Return the style sheet's rules for drawings, each for this piece alone."""
    sheet = resources.files("trucewatch.report").joinpath("templates/style.css").read_text("utf-8")
    plain = _without_at_rules(sheet)
    own = f"{_SCOPE}{{max-width:62rem;background:#fff;color:#1c2126;padding:.5rem}}{_SCOPE} svg{{width:100%;height:auto}}"
    found = [own]
    for selectors, stated in _RULE.findall(plain):
        if ":root" in selectors:
            found.append(f"{_SCOPE}{{{stated}}}")
        elif _DRAWN.search(stated) and ":" not in selectors and "@" not in selectors:
            each = ",".join(f"{_SCOPE} {one.strip()}" for one in selectors.split(","))
            found.append(f"{each}{{{stated}}}")
    return "".join(found)


def _without_at_rules(sheet: str) -> str:
    """Return a style sheet without what holds only in print, in the dark, or on narrow screens."""
    kept, at = [], 0
    for found in re.finditer(r"@media[^{]+\{", sheet):
        if found.start() < at:
            continue
        kept.append(sheet[at : found.start()])
        depth, at = 1, found.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(sheet[at], 0)
            at += 1
    return "".join([*kept, sheet[at:]])
