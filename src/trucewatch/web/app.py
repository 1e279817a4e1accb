"""The application: the table of routes, each answered by one function, behind one door.

Rules:
- a route that is not in the table cannot exist, and one that is there twice is an error;
- pages are made in threads, for they compute; what waits on the network computes nothing;
- what nobody foresaw is our fault: it is told to who runs the server, and to who asked without its trace.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment
from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

from trucewatch.errors import InputError
from trucewatch.mission.clock import Now, now
from trucewatch.mission.folder import Folder
from trucewatch.model.answered import Answered
from trucewatch.model.told import Told
from trucewatch.web.asked import NOT_HERE, Method, Problem
from trucewatch.web.asking import SESSION, VISIT, host_allowed
from trucewatch.web.door import Door, Incoming, Reply
from trucewatch.web.fields import BODY_S, read_body
from trucewatch.web.guard import guarded
from trucewatch.web.holding import Holding, Kept
from trucewatch.web.people import people_of
from trucewatch.web.route import Route
from trucewatch.web.routes import ROUTES

Asked = Request[None, None, State]
ENVIRONMENTS = 16
VISITS = re.compile(r"[0-9a-f]{32}")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
HEADERS = (
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "host",
    "if-none-match",
    "origin",
    "sec-fetch-site",
)
HEADERS_OF_API = ("idempotency-key",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where it is served: the port, and the names by which it may be asked for."""

    port: int = 8600
    names: tuple[str, ...] = LOOPBACK
    secure: bool = False  # behind a proxy that speaks TLS: cookies go to it only so
    body_s: float = BODY_S  # how long a whole body may take

    @property
    def hosts(self) -> tuple[str, ...]:
        """What a browser names in Host and Origin."""
        return (*self.names, *(f"{name}:{self.port}" for name in self.names))


def door_of(holding: Holding, place: Place, *, clock: Now = now) -> Door:
    """Return the door to what is held of a mission."""
    environments: Kept[Environment] = Kept(ENVIRONMENTS)
    return Door(
        holding=holding,
        people=people_of(holding),
        hosts=place.hosts,
        secret=secrets.token_bytes(32),
        clock=clock,
        environments=environments,
    )


def app(
    folder: Folder,
    place: Place | None = None,
    *,
    clock: Now = now,
    routes: Sequence[Route] = ROUTES,
    door: Door | None = None,
) -> Litestar:
    """Return the application that serves a mission, through `door` when there is one already."""
    where = place or Place()
    door = door or door_of(Holding(folder), where, clock=clock)
    glue = Glue(door=door, place=where, routes=routes)
    return Litestar(
        [glue.answering(route) for route in routes],
        before_send=[guarded],
        exception_handlers={HTTPException: glue.not_routed, Exception: glue.our_fault},
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,
        debug=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Glue:
    """What stands between the network and the door."""

    door: Door
    place: Place
    routes: Sequence[Route] = ()

    def answering(self, route: Route) -> HTTPRouteHandler:
        """Return a route as the library wants it."""

        async def answer(request: Asked) -> Response[bytes]:
            return await self.let_in(route, request)

        return HTTPRouteHandler(
            paths_of(route),
            http_method=route.method.value,
            name=route.name,
            status_code=200,
            include_in_schema=False,
        )(answer)

    async def let_in(self, route: Route, request: Asked) -> Response[bytes]:
        """Return the answer to a request on a route."""
        incoming = self._incoming(request)
        if not host_allowed(request.headers.get("host", ""), self.place.names):
            problem = Problem(status=421, title="Not this host", detail=Told(Answered.NOT_THIS_HOST))
            return self._sent(self.door.problem(incoming, problem), request, incoming)
        try:
            raw = await self._body(route, request)
        except InputError as fault:
            problem = Problem(status=413, title="Too large", detail=fault.message)
            return self._sent(self.door.problem(incoming, problem), request, incoming)
        except TimeoutError:
            problem = Problem(status=408, title="Too slow", detail=Told(Answered.TOO_SLOW))
            return self._sent(self.door.problem(incoming, problem), request, incoming)
        made = await asyncio.to_thread(
            self.door.answered, route, self._incoming(request, incoming.visit, raw)
        )
        return self._sent(made, request, incoming)

    async def _body(self, route: Route, request: Asked) -> bytes:
        if route.method is Method.GET:
            return b""
        return await read_body(request.stream(), most=route.largest_body, within_s=self.place.body_s)

    def not_routed(self, request: Asked, fault: HTTPException) -> Response[bytes]:
        """Return the answer to what is on no route, or not in this way."""
        problem = NOT_HERE
        if fault.status_code == 405:
            problem = Problem(status=405, title="Not in this way", detail=Told(Answered.NOT_SO_ASKED))
        elif fault.status_code != 404:
            problem = Problem(
                status=fault.status_code, title="Not understood", detail=Told(Answered.NO_REQUEST)
            )
        incoming = self._incoming(request)
        sent = self._sent(self.door.problem(incoming, problem), request, incoming)
        if fault.status_code == 405:
            sent.headers["allow"] = ", ".join(self._methods(request.url.path))
        return sent

    def _methods(self, path: str) -> list[str]:
        """Return in which ways an address is asked."""
        found = {
            route.method.value
            for route in self.routes
            for known in paths_of(route)
            if re.fullmatch(re.sub(r"\\\{\w+:str\\\}", "[^/]+", re.escape(known)), path)
        }
        return sorted(found)

    def our_fault(self, request: Asked, fault: Exception) -> Response[bytes]:
        """Return that we erred; what happened goes to who runs the server."""
        traceback.print_exception(fault, file=sys.stderr)
        problem = Problem(status=500, title="Our fault", detail=Told(Answered.OUR_FAULT))
        incoming = self._incoming(request)
        return self._sent(self.door.problem(incoming, problem), request, incoming)

    def _incoming(self, request: Asked, visit: str = "", raw: bytes = b"") -> Incoming:
        given = request.cookies.get(VISIT, "")
        return Incoming(
            path=request.url.path,
            named={name: str(value) for name, value in request.path_params.items()},
            query=tuple(request.query_params.multi_items()),
            headers={name: request.headers.get(name, "") for name in (*HEADERS, *HEADERS_OF_API)},
            session=request.cookies.get(SESSION),
            place=request.client.host if request.client else "",
            visit=visit or (given if VISITS.fullmatch(given) else secrets.token_hex(16)),
            raw=raw,
            scheme="https" if self.place.secure else "http",
        )

    def _sent(self, made: Reply, request: Asked, incoming: Incoming) -> Response[bytes]:
        response = Response(
            content=made.raw, status_code=made.status, media_type=made.media_type, headers=dict(made.headers)
        )
        if made.session is not None:
            self._cookie(response, SESSION, made.session)
        if request.cookies.get(VISIT) != incoming.visit and made.media_type.startswith("text/html"):
            self._cookie(response, VISIT, incoming.visit)
        return response

    def _cookie(self, response: Response[bytes], name: str, value: str) -> None:
        response.set_cookie(
            name,
            value,
            httponly=True,
            samesite="strict",
            secure=self.place.secure,
            path="/",
            max_age=None if value else 0,
        )


def paths_of(route: Route) -> list[str]:
    """Return the addresses of a route: its last part, when it is a name, takes the endings itself."""
    path = re.sub(r"\{(\w+)\}", r"{\1:str}", route.path)
    if path.endswith("}") or route.path == "/":
        return [path]
    return [path + ending.value for ending in route.endings]
