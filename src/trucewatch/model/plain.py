"""Text that others wrote, as a terminal or a page may show it: nothing moves the cursor or turns the line round.

Rules:
- control characters (C0, C1) and those that change the direction of writing stand as their code;
- the code is JSON's escape, so that a JSON text says the same with it as before.
"""

from __future__ import annotations

CONTROLS = (
    *range(0x20),
    *range(0x7F, 0xA0),
    *(0x061C, 0x200E, 0x200F, 0x2028, 0x2029),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    *range(0xD800, 0xE000),
)
ESCAPES = {code: f"\\u{code:04x}" for code in CONTROLS}
IN_TEXT = {code: escape for code, escape in ESCAPES.items() if chr(code) not in "\t\n\r"}


def plain(line: str) -> str:
    """Return one line as a terminal may show it."""
    return line.translate(ESCAPES)


def plain_text(text: str) -> str:
    """Return a text of lines as a page may show it: line ends and tabs stay."""
    return text.translate(IN_TEXT)
