"""A page on paper: the same page, as a PDF, and the same page gives the same bytes.

Rules:
- nothing is fetched: a page that asks for a file is an error here, as it is in a browser;
- drawings get the page's own rules for them, in the colours of paper: the engine styles no drawing from outside it;
- what the engine does not know, such as a halo behind letters, is left out rather than drawn wrongly; a font in
  one word is said in its parts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from trucewatch.errors import InputError

_SHEET = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_PALETTE = re.compile(r"(--[\w-]+):([^;}]+)")
_USE = re.compile(r"var\((--[\w-]+)\)")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_DRAWN = re.compile(r"\b(?:fill|stroke|opacity|letter-spacing|font)\b")
_FONT = re.compile(r"\bfont:(italic )?(\d+ )?([\d.]+(?:px|rem|pt))(?:/[\d.]+)? ([^;]+)")
_HALO = "paint-order"
_PAINTED = re.compile(r"(?:^|;)(?:paint-order|stroke[\w-]*):[^;]*")


def pdf(page: str) -> bytes:
    """Return a page of ours as a PDF; raises InputError for one that asks for anything outside it."""
    style = f"<style>{drawing_style(''.join(_SHEET.findall(page)))}</style>"
    whole = re.sub(r"(<svg\b[^>]*>)", lambda found: found[1] + style, page)
    nothing = URLFetcher(allowed_protocols=(), fail_on_errors=True)
    try:
        raw: bytes = HTML(string=whole, url_fetcher=nothing).write_pdf()
    except FatalURLFetchingError as fault:
        raise InputError(f"a page that is printed asks for nothing outside it: {fault}") from fault
    return raw


def drawing_style(sheet: str) -> str:
    """Return the rules of a style sheet that drawings use, each colour as it is on paper."""
    plain, paper = _at_rules(sheet)
    colours = dict(_PALETTE.findall(_root(plain))) | dict(_PALETTE.findall(_root(paper)))
    return "".join(
        f"{selector.strip()}{{{_resolved(_without_halo(stated), colours)}}}"
        for selector, stated in _RULE.findall(plain)
        if _DRAWN.search(stated) and ":" not in selector
    )


def _at_rules(sheet: str) -> tuple[str, str]:
    """Return the rules that always hold, and those of print alone."""
    always, printed, at = [], [], 0
    for found in re.finditer(r"@media([^{]+)\{", sheet):
        if found.start() < at:
            continue
        always.append(sheet[at : found.start()])
        at = _closing(sheet, found.end())
        if found[1].strip() == "print":
            printed.append(sheet[found.end() : at - 1])
    return "".join([*always, sheet[at:]]), "".join(printed)


def _closing(sheet: str, at: int) -> int:
    """Return where the block that opened before `at` has been closed."""
    depth = 1
    while depth:
        depth += {"{": 1, "}": -1}.get(sheet[at], 0)
        at += 1
    return at


def _root(rules: str) -> str:
    return "".join(stated for selector, stated in _RULE.findall(rules) if ":root" in selector)


def _without_halo(stated: str) -> str:
    return _PAINTED.sub("", stated).lstrip(";") if _HALO in stated else stated


def _resolved(stated: str, colours: Mapping[str, str]) -> str:
    parts = _FONT.sub(_font, stated)
    return _USE.sub(lambda found: colours.get(found[1], "inherit"), parts)


def _font(found: re.Match[str]) -> str:
    style, weight = found[1] or "normal", found[2] or "400"
    return (
        f"font-style:{style.strip()};font-weight:{weight.strip()};font-size:{found[3]};font-family:{found[4]}"
    )
