"""Every colour of the pages is legible on every surface it may stand on, by day and by night (WCAG 2.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

import trucewatch.report.html as room

STYLE = (Path(room.__file__).parent / "templates" / "style.css").read_text("utf-8")
TEXT, GRAPHIC = 4.5, 3.0  # WCAG 2.2 §1.4.3 and §1.4.11, level AA
WORDS = ("ink", "soft", "accent", "second", "mark")
SURFACES = ("paper", "card", "land", "sea", "accent-soft", "second-soft")


def palettes() -> Mapping[str, Mapping[str, str]]:
    """Return the colours by name, of light, of dark and of paper; those left out of one are light's."""
    light, dark, printed = (
        dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{3,6})", block))
        for block in re.findall(r":root\{([^}]*)\}", STYLE)
    )
    return {"light": light, "dark": light | dark, "print": light | printed}


def luminance(colour: str) -> float:
    """Return the relative luminance of an sRGB colour (WCAG 2.2)."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [("#000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ffffff", "#ffffff", 1.0)],
)
def test_contrast_is_as_the_standard_has_it(one: str, other: str, told: float) -> None:
    assert round(contrast(one, other), 2) == told


@pytest.mark.parametrize("name", ["light", "dark", "print"])
def test_words_are_legible_on_every_surface(name: str) -> None:
    colours = palettes()[name]
    poor = {
        (word, surface): round(found, 2)
        for word in WORDS
        for surface in SURFACES
        if (found := contrast(colours[word], colours[surface])) < TEXT
    }
    assert poor == {}
    assert contrast(colours["paper"], colours["ink"]) >= TEXT  # the bar that bears the stamp


FAMILIES = (
    (".place.fire", ".place.thermal", ".place.told", ".place.other"),
    (".mark-own", ".mark-claimed", ".mark-refused", ".mark-put-off"),
    (".bar.own", ".bar.derived", ".bar.several", ".gap"),
    (".recorded", ".decided", ".open"),
)


def stated(selector: str) -> Mapping[str, str]:
    """Return what the style says of a class, that of its first name included."""
    rules = {
        one.strip(): said
        for named, said in re.findall(r"([^{}]+)\{([^{}]*)\}", STYLE)
        for one in named.split(",")
    }
    names = (selector.rsplit(".", 1)[0], selector) if selector.count(".") > 1 else (selector,)
    pairs = [pair.split(":", 1) for name in names for pair in rules.get(name, "").split(";") if pair]
    return {key.strip(): value for key, value in pairs}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family[0])
def test_what_differs_in_a_drawing_differs_in_grey_too(family: tuple[str, ...]) -> None:
    drawn = []
    for selector in family:
        said = stated(selector)
        hollow = said.get("fill", "") in ("none", "var(--card)")
        drawn.append((hollow, said.get("stroke-dasharray", "whole"), said.get("stroke-width")))
    assert len(set(drawn)) == len(family), dict(zip(family, drawn, strict=True))


@pytest.mark.parametrize("name", ["light", "dark", "print"])
def test_lines_that_mean_something_are_seen_on_every_surface(name: str) -> None:
    colours = palettes()[name]
    poor = {s: round(c, 2) for s in SURFACES if (c := contrast(colours["line"], colours[s])) < GRAPHIC}
    assert poor == {}
