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
from trucewatch.web.door import Door, Incoming
from trucewatch.web.routes import ROUTES

FIRST_PAGES = ("board", "situation", "situation-window", "situation-ground")
SIGNING_IN = ("sign-in",)
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
            if door.people.local:
                _opened(door, "day", {"day": day.isoformat()})
    with suppress(TrucewatchError):
        told("reading the incidents")
        view = holding.view(held, Audience.INTERNAL)
        picture(view.columns, view.grid, Query(), holding.areas(held))
    told("drawing the first pages")
    for name in FIRST_PAGES if door.people.local else SIGNING_IN:
        _opened(door, name, {})


def _opened(door: Door, name: str, named: dict[str, str]) -> None:
    """Answer a page as if somebody asked for it; a problem is an answer too."""
    route = next(route for route in ROUTES if route.name == name)
    path = route.path.format(**named) + route.endings[0].value
    headers = {"host": door.hosts[0]}
    door.answered(
        route, Incoming(path=path, named=named, query=(), headers=headers, session=None, visit=VISIT)
    )
