"""Commas, semicolons and colons that stand in the templates, as the page's language has them.

Rules:
- only what a reader reads: text between tags, and the strings ", " and "; " that join things said; never what
  stands in a tag or a style sheet;
- messages bear their own marks in the catalogues and are left as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from trucewatch.report.words import Words

MARKS: Mapping[str, Mapping[str, str]] = {
    "ar": {", ": "، ", "; ": "؛ "},
    "fr": {"; ": "\u202f; ", ": ": "\u00a0: "},
}


class Punctuation(Extension):
    """Puts a language's marks for the English ones while a template is read."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Yield the tokens of a template with the language's marks in them."""
        spoken = self.environment.globals.get("w")
        marks = MARKS.get(spoken.language.value, {}) if isinstance(spoken, Words) else {}
        page = bool(marks) and str(stream.name).endswith(".html")
        in_tag = False
        for token in stream:
            if page and token.type == "data":
                said, in_tag = in_text(token.value, marks, in_tag=in_tag)
                yield Token(token.lineno, token.type, said)
            elif page and token.type == "string" and not in_tag:
                yield Token(token.lineno, token.type, marks.get(token.value, token.value))
            else:
                yield token


def in_text(source: str, marks: Mapping[str, str], *, in_tag: bool) -> tuple[str, bool]:
    """Return a piece of a page with `marks` outside of its tags, and whether it ends within a tag."""
    parts = []
    rest = source
    while rest:
        piece, end, rest = rest.partition(">" if in_tag else "<")
        if not in_tag:
            for english, own in marks.items():
                piece = piece.replace(english, own)
        parts.append(piece + end)
        in_tag = not in_tag if end else in_tag
    return "".join(parts), in_tag
