"""Small drawings as text: elements with their attributes escaped, numbers short and stable.

Rules:
- colours live in the page's style sheet, as classes: light, dark and print each have their own;
- shape and text say what colour says.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape


def short(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def element(name: str, content: Markup | str = "", **attributes: str | float) -> Markup:
    """Return one element; an underscore ends a name that is Python's own, one inside it is a dash."""
    parts = []
    for key, value in attributes.items():
        text = short(value) if isinstance(value, float | int) else value
        parts.append(f' {key.rstrip("_").replace("_", "-")}="{escape(text)}"')
    inner = escape(content)
    return Markup(f"<{name}{''.join(parts)}>{inner}</{name}>" if inner else f"<{name}{''.join(parts)}/>")


def together(parts: Iterable[Markup]) -> Markup:
    """Return `parts` one after the other."""
    return Markup("\n").join(parts)


def text(x: float, y: float, words: str, class_: str = "t", anchor: str = "middle") -> Markup:
    """Return a line of text."""
    return element("text", words, x=x, y=y, class_=class_, text_anchor=anchor)


def lines(x: float, y: float, words: Iterable[str], class_: str = "t", anchor: str = "middle") -> Markup:
    """Return lines of text below one another, 15 units apart, the last of them at `y`."""
    rows = tuple(words)
    first = y - 15 * (len(rows) - 1)
    return together(text(x, first + 15 * at, row, class_, anchor) for at, row in enumerate(rows))


def drawing(content: Markup, *, width: int, height: int, title: str, prefix: str) -> Markup:
    """Return a drawing with its title for readers who cannot see it; `prefix` makes its ids its own."""
    defs = Markup(
        f'<defs><pattern id="{escape(prefix)}-hatch" width="7" height="7" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><line x1="0" y1="0" x2="0" y2="7" class="hatch-line"/></pattern></defs>'
    )
    inner = element("title", title) + defs + content
    return element(
        "svg", inner, viewBox=f"0 0 {width} {height}", role="img", xmlns="http://www.w3.org/2000/svg"
    )
