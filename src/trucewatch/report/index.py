"""The first page of a folder of pages: what there is, and what to look at first.

Rules:
- a link goes to a file beside it; nothing leaves the folder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trucewatch.report.html import environment
from trucewatch.report.words import Language, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One page: its file beside the index, its title, and what to look for in it."""

    href: str
    title: str
    look_for: str
    stamp: str


def index_html(
    *, title: str, lead: str, links: Sequence[Link], stamp: str, language: Language = Language.ENGLISH
) -> str:
    """Return the index, self-contained; `title`, `lead` and each link's words are messages or plain text."""
    spoken = words(language)
    env = environment(spoken)
    return env.get_template("index.html").render(
        title=spoken.gettext(title), lead=spoken.gettext(lead), links=links, mark=stamp
    )
