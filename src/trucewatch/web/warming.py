"""What is made before the first reader comes, so that the first page is as quick as the next.

Rules:
- what a page is made of is made as for the page itself, and held where the page looks for it;
- what cannot be made is told to whoever asks for it, and keeps nobody from the rest;
- nobody has looked at anything: where people sign in, no restricted page is opened for it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from trucewatch.errors import TrucewatchError
from trucewatch.mission.picturing import picture
from trucewatch.mission.query import Query
from trucewatch.model.vocabulary import Audience
from trucewatch.web.asked import Method
from trucewatch.web.door import Door, Incoming
from trucewatch.web.route import Route
from trucewatch.web.routes import ROUTES

FIRST_PAGES = ("/", "/days", "/situation", "/situation/window.json", "/situation/ground.geojson")
SIGNING_IN = ("/sign-in",)
VISIT = "0" * 32


def warmed(door: Door, told: Callable[[str], None]) -> None:
    """Make what the first pages show; `told` is given the name of each step."""
    holding = door.holding
    with suppress(TrucewatchError):
        held = holding.known(None)
        holding.feeds(held)
        told("making the last day's report")
        for day in holding.days(held)[-1:]:
            holding.day(held, day, Audience.INTERNAL)
        told("reading the incidents")
        view = holding.view(held, Audience.INTERNAL)
        picture(view.columns, view.grid, Query(), holding.areas(held))
    told("drawing the first pages")
    for path in FIRST_PAGES if door.people.local else SIGNING_IN:
        _opened(door, path)


def _opened(door: Door, path: str) -> None:
    """Answer a page as if somebody asked for it, and go where it leads; a problem is an answer too."""
    for route in ROUTES:
        named = _named(route, path)
        if route.method is Method.GET and named is not None:
            headers = {"host": door.hosts[0]}
            asked = Incoming(path=path, named=named, query=(), headers=headers, session=None, visit=VISIT)
            onward = dict(door.answered(route, asked).headers).get("location", "")
            return _opened(door, onward.partition("?")[0]) if onward else None
    return None


def _named(route: Route, path: str) -> dict[str, str] | None:
    """Return the parts of a path that have names in a route, None when it is another's."""
    last = route.endings[0].value if "{" not in route.path else ""
    known, given = (route.path + last).split("/"), path.split("/")
    if len(known) != len(given):
        return None
    both = list(zip(known, given, strict=True))
    if any(part != own and not part.startswith("{") for part, own in both):
        return None
    return {part.strip("{}"): own for part, own in both if part.startswith("{")}
