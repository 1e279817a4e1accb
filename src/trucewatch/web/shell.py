"""The shell that every served page stands in: its style, the bar of pages, the moment, the banners, the language.

Rules:
- a page's own words and drawings are those of the report: the same templates, in another shell;
- no script and no style stands in a page; what a page needs is served beside it;
- the shell says who asks, for whom it is shown, as of when, and what is late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader

from trucewatch.mission.access import Action, may
from trucewatch.mission.content import organisations, phrases
from trucewatch.mission.emergency import telling
from trucewatch.model.gate import stamp
from trucewatch.report.html import environment
from trucewatch.report.html import phrases as small_sentences
from trucewatch.report.terms import mark
from trucewatch.report.words import Language, words
from trucewatch.web.asked import Ask, Ending, Page, Problem
from trucewatch.web.holding import Kept
from trucewatch.web.late import NO_FEEDS, Banner, banners
from trucewatch.web.said import in_reach, said

NAMES: Mapping[str, str] = {
    "en": "English",
    "fr": "Français",
    "uk": "Українська",
    "ru": "Русский",
    "ar": "العربية",
    "nb": "Norsk",
    "fi": "Suomi",
}
KEPT_NAMES = ("lang", "known_at", "valid_at", "audience")  # what goes along from page to page
BAR: Sequence[tuple[str, str, str]] = (
    ("guarantees", "/guarantees", mark("Guarantees")),
    ("days", "/days", mark("Day")),
    ("situation", "/situation", mark("Situation")),
    ("cases", "/cases", mark("Cases")),
    ("agreements", "/agreements", mark("Agreements")),
    ("sources", "/sources", mark("Sources")),
    ("record", "/record", mark("Record")),
)
TITLES = (
    *(
        mark("Not here"),
        mark("Not for you"),
        mark("Refused by policy"),
        mark("Not understood"),
        mark("Not in this way"),
    ),
    *(mark("Not this host"), mark("Too large"), mark("Too slow"), mark("Our fault")),
    mark("Another request"),
    *(mark("The record is not what it was"), mark("The mission cannot be read")),
)
"""Every title that a problem has."""
TABS: Mapping[str, Sequence[tuple[str, str, str]]] = {
    "days": (
        ("day", "/days", mark("Day")),
        ("releases", "/releases", mark("Releases")),
    ),
    "guarantees": (
        ("board", "/guarantees", mark("Who undertook what")),
        ("graph", "/guarantees/conditions", mark("What waits for what")),
        ("changes", "/guarantees/changes", mark("What changed")),
        ("timeline", "/guarantees/timeline", mark("Over time")),
    ),
    "sources": (
        ("sources", "/sources", mark("Sources")),
        ("marks", "/sources/marks", mark("Marks on a simulated truce")),
    ),
    "record": (
        ("record", "/record", mark("Record")),
        ("quotes", "/record/quotes", mark("Check a quoted figure")),
        ("audit", "/audit", mark("Who saw what")),
    ),
}
PLACES: Mapping[str, str] = {
    "incident": "/incidents/{}",
    "case": "/cases/{}",
    "clause": "/agreements/{1}#{2}",
    "source": "/sources/{}",
    "statement": "/guarantees/statements/{}",
    "day": "/days/{}",
    "without": "/guarantees/without/{}",
    "record": "/record/entries/{}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the shell knows beside the page: where it stands and what its forms bear."""

    ask: Ask
    group: str
    route: str
    endings: tuple[Ending, ...]
    token: str
    bar: tuple[str, ...]  # the groups that have a route

    def address(self, path: str, **more: str) -> str:
        """Return an address with the language and the moments that go along."""
        kept = {name: self.ask.query[name] for name in KEPT_NAMES if self.ask.query.get(name)}
        pairs = {**kept, **{name: value for name, value in more.items() if value}}
        path, _, anchor = path.partition("#")
        path, _, own = path.partition("?")
        asked = "&".join(filter(None, (own, urlencode(pairs))))
        return f"{path}{'?' if asked else ''}{asked}{'#' if anchor else ''}{anchor}"

    def twin(self, ending: str) -> str:
        """Return this page's address with another ending and the same filters."""
        asked = urlencode(dict(self.ask.query))
        return f"{self.ask.path}{ending}{'?' if asked else ''}{asked}"

    def in_language(self, code: str) -> str:
        """Return this page's address in another language."""
        return f"{self.ask.path}?{urlencode({**self.ask.query, 'lang': code})}"

    def link(self, kind: str, name: str) -> str:
        """Return where a thing has its page, nothing when this site has none; `name` may end in ?day=DAY."""
        if kind not in PLACES:
            return ""
        name, _, day = name.partition("?day=")
        first, _, rest = name.partition("/")
        path = PLACES[kind].format(
            quote(name, safe="/" if kind == "statement" else ""), quote(first, safe=""), quote(rest, safe="")
        )
        return self.address(path, day=day)


def painted(environments: Kept[Environment], around: Around, page: Page) -> str:
    """Return a page in its shell."""
    drawn = page.drawn(around.link)
    env = _environment(environments, around.ask)
    told = {"mark": _stamp(around.ask), **drawn.told, **_shell(around, page.title, page.links)}
    return env.get_template(drawn.template).render(told)


def painted_problem(environments: Kept[Environment], around: Around, problem: Problem) -> str:
    """Return what could not be done as a page."""
    env = _environment(environments, around.ask)
    told = {"mark": _stamp(around.ask), "problem": problem, "detail": said(problem.detail, around.ask.spoken)}
    told |= {"in_reach": in_reach(problem.detail, around.ask.spoken), **_shell(around, problem.title, {})}
    return env.get_template("problem.html").render(told)


def _stamp(ask: Ask) -> str:
    mission = ask.record.mission
    return stamp(ask.audience, exercise=mission.exercise, replay=mission.replay)


def _shell(around: Around, title: str, links: Mapping[str, str]) -> dict[str, object]:
    ask = around.ask
    feeds = ask.holding.feeds(ask.held) if may(ask.viewer, Action.SEE_SOURCE).allowed else NO_FEEDS
    late: tuple[Banner, ...] = banners(ask.record, feeds, ask.now) if "known_at" not in ask.query else ()
    return {
        "ask": ask,
        "at": around.address,
        "link": around.link,
        "twin": around.twin,
        "in_language": around.in_language,
        "languages": {each.value: NAMES[each.value] for each in Language},
        "bar": [row for row in BAR if row[0] in around.bar],
        "group": around.group,
        "route": around.route,
        "tabs": TABS.get(around.group, ()),
        "endings": [e.value for e in around.endings if e is not Ending.HTML],
        "csrf": around.token,
        "page_title": title,
        "page_links": links,
        "banners": late,
        "aloud": () if ask.local or not ask.viewer.parts else telling(ask.holding.roll().overrides, ask.now),
        **small_sentences(ask.spoken),
    }


def _environment(environments: Kept[Environment], ask: Ask) -> Environment:
    packs = tuple(pack.name for pack in ask.record.packs)

    def make() -> Environment:
        own = phrases(packs, ask.language.value)
        env = environment(words(ask.language), organisations(), own, [PackageLoader("trucewatch.web")])
        env.globals["link"] = None
        spoken = words(ask.language)
        env.filters["said"] = lambda message: said(message, spoken)
        env.filters["in_reach"] = lambda message: in_reach(message, spoken)
        return env

    return environments.get((ask.language, packs), make)


def bare_problem(problem: Problem) -> str:
    """Return a problem as a page where nothing of the mission can be read."""
    return (
        environment(words(Language.ENGLISH), shells=[PackageLoader("trucewatch.web")])
        .get_template("bare.html")
        .render(problem=problem)
    )
