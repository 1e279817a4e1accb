"""The door: who asks, whether they may, what exactly was asked, and only then the page.

Rules:
- the one table of rights is asked before anything is read for a page; a refusal gives its reason in words;
- what could not be done is a problem (RFC 9457) for machines and a page for people, and never a trace;
- an answer bears a strong ETag of its bytes; whoever has them already gets none;
- a twin is the same answer in another form: it says no more and no less.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from jinja2 import Environment

from trucewatch.errors import InputError, IntegrityError, RefusedError, TrucewatchError
from trucewatch.mission.access import RESTRICTED, may
from trucewatch.mission.clock import Now
from trucewatch.mission.seen import note
from trucewatch.model.answered import Answered
from trucewatch.model.told import Told
from trucewatch.report.words import Language, Words, words
from trucewatch.web.asked import NOT_HERE, Answer, Ask, Ending, Method, Moved, Page, Problem, Sent
from trucewatch.web.asking import (
    Asker,
    check_form,
    check_lines,
    form_token,
    language_of,
    moment_of,
    nobody,
    read_query,
    shown_as,
    viewer_as,
)
from trucewatch.web.fields import read_form
from trucewatch.web.holding import Holding, Kept
from trucewatch.web.people import People
from trucewatch.web.route import Route
from trucewatch.web.routes import GROUPS
from trucewatch.web.said import in_reach, said
from trucewatch.web.shell import Around, bare_problem, painted, painted_problem

TOKEN = "csrf"  # the field of a form that bears its token
NO_CACHE = ("cache-control", "private, no-cache")
KEPT_SHORTLY = ("cache-control", "public, max-age=300")
TYPES: Mapping[Ending, str] = {
    Ending.HTML: "text/html",
    Ending.JSON: "application/json",
    Ending.CSV: "text/csv",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A request as it came."""

    path: str
    named: Mapping[str, str]  # the parts of the path that have names
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]  # by names in small letters
    session: str | None
    visit: str
    place: str = ""  # where it comes from, as far as that is known
    raw: bytes = b""
    scheme: str = "http"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer as it leaves."""

    status: int
    raw: bytes
    media_type: str
    headers: tuple[tuple[str, str], ...] = ()
    session: str | None = None  # a new session's cookie; "" ends it


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where every request comes in."""

    holding: Holding
    people: People
    hosts: tuple[str, ...]  # with their ports, as a browser names this server
    secret: bytes
    clock: Now
    environments: Kept[Environment]

    def answered(self, route: Route, incoming: Incoming) -> Reply:
        """Return the answer to a request on a route."""
        at = self.clock()
        ending = _ending(route, incoming)
        asker = nobody()
        try:
            asker = self.people.asker(incoming.session, incoming.headers.get("authorization", ""), at)
            if ending is None:
                return self._refused(route, incoming, asker, at, NOT_HERE)
            ask = self._ask(route, incoming, asker, ending, at)
            return self._replied(route, ask, incoming, self._answer(route, ask, incoming))
        except TrucewatchError as fault:
            return self._refused(route, incoming, asker, at, _problem(fault))

    def problem(self, incoming: Incoming, problem: Problem) -> Reply:
        """Return a problem that was met before there was a route."""
        return self._refused(None, incoming, nobody(), self.clock(), problem)

    def _ask(self, route: Route, incoming: Incoming, asker: Asker, ending: Ending, at: datetime) -> Ask:
        query = read_query(incoming.query, route.known_names)
        moment_of(query, "valid_at")
        language = language_of(query, incoming.headers.get("accept-language", ""))
        named = {name: value.removesuffix(ending.value) for name, value in incoming.named.items()}
        audience = shown_as(asker, query)
        return Ask(
            holding=self.holding,
            viewer=viewer_as(asker, audience),
            audience=audience,
            held=self.holding.known(moment_of(query, "known_at")),
            now=at,
            language=language,
            spoken=words(language),
            ending=ending,
            path=incoming.path.removesuffix(ending.value),
            named=named,
            query=query,
            form={},
            session=asker.session,
            people=self.people,
            place=incoming.place,
            local=asker.local,
            origin=f"{incoming.scheme}://{incoming.headers.get('host', '')}",
            headers=incoming.headers,
        )

    def _answer(self, route: Route, ask: Ask, incoming: Incoming) -> Answer:
        if route.action is not None:
            ruling = may(ask.viewer, route.action, at=ask.now)
            if route.action in RESTRICTED and not ask.local:
                note(self.holding.folder.path, ask.viewer, route.action, _item(ask), ruling, at=ask.now)
            if not ruling.allowed:
                return Problem(status=403, title="Not for you", detail=ruling.why)
        if route.method is not Method.POST:
            return route.answers(ask)
        if route.takes_lines:
            check_lines(ask.session, incoming.headers, hosts=self.hosts)
            return route.answers(replace(ask, raw=incoming.raw))
        fields = read_form(incoming.raw, incoming.headers.get("content-type", ""))
        check_form(
            self._token(ask.session, incoming.visit),
            fields.pop(TOKEN, ""),
            origin=incoming.headers.get("origin", ""),
            fetched=incoming.headers.get("sec-fetch-site", ""),
            hosts=self.hosts,
        )
        return route.answers(replace(ask, form=fields))

    def _token(self, session: str | None, visit: str) -> str:
        return form_token(self.secret, session=session, visit=visit)

    def _around(self, route: Route | None, ask: Ask, incoming: Incoming) -> Around:
        return Around(
            ask=ask,
            group=route.group if route else "",
            route=route.name if route else "",
            endings=route.endings if route else (),
            token=self._token(ask.session, incoming.visit),
            bar=GROUPS,
        )

    def _replied(self, route: Route, ask: Ask, incoming: Incoming, answer: Answer) -> Reply:
        if isinstance(answer, Problem):
            return self._as_problem(route, ask, incoming, answer)
        if isinstance(answer, Moved):
            return Reply(
                status=303,
                raw=b"",
                media_type="text/plain",
                headers=(("location", answer.where), NO_CACHE),
                session=answer.session,
            )
        if isinstance(answer, Sent):
            named = (
                (("content-disposition", f'attachment; filename="{answer.file_name}"'),)
                if answer.file_name
                else ()
            )
            kept = KEPT_SHORTLY if answer.lasting else NO_CACHE
            return _tagged(answer.raw, answer.media_type, (*named, kept), incoming)
        raw = self._formed(route, ask, incoming, answer)
        varies = ("vary", "Accept-Language, Cookie, Authorization")
        return _tagged(raw, TYPES[ask.ending], (NO_CACHE, varies), incoming)

    def _formed(self, route: Route, ask: Ask, incoming: Incoming, page: Page) -> bytes:
        if ask.ending is Ending.JSON:
            return page.json()
        if ask.ending is Ending.CSV:
            return page.csv()
        return painted(self.environments, self._around(route, ask, incoming), page).encode()

    def _refused(
        self, route: Route | None, incoming: Incoming, asker: Asker, at: datetime, problem: Problem
    ) -> Reply:
        """Return a problem where what was asked could not be read: in a shell that was not asked for."""
        if _machine(incoming):
            return _for_machines(incoming, problem, words(_wished(incoming)))
        try:
            language = _wished(incoming)
            ask = Ask(
                holding=self.holding,
                viewer=asker.viewer,
                audience=asker.audience,
                held=self.holding.known(None),
                now=at,
                language=language,
                spoken=words(language),
                ending=Ending.HTML,
                path=incoming.path,
                named={},
                query={},
                form={},
                session=asker.session,
                people=self.people,
                local=asker.local,
            )
            return self._as_problem(route, ask, incoming, problem)
        except TrucewatchError as fault:
            return _for_people(problem, bare_problem(_problem(fault)))

    def _as_problem(self, route: Route | None, ask: Ask, incoming: Incoming, problem: Problem) -> Reply:
        if ask.ending is not Ending.HTML or _machine(incoming):
            return _for_machines(incoming, problem, ask.spoken)
        return _for_people(
            problem, painted_problem(self.environments, self._around(route, ask, incoming), problem)
        )


def _wished(incoming: Incoming) -> Language:
    """Return the language that a refused request asked for, as far as it can be told."""
    given = {name: value for name, value in incoming.query if name == "lang"}
    known = {name: value for name, value in given.items() if value in set(Language)}
    return language_of(known, incoming.headers.get("accept-language", ""))


def _item(ask: Ask) -> str:
    """Return what somebody looks at, as it is written down: what a page names, else the page."""
    return next(iter(ask.named.values()), ask.path.strip("/"))


def _ending(route: Route, incoming: Incoming) -> Ending | None:
    """Return the ending of an address, None when its route has no such form."""
    last = incoming.path.rpartition("/")[2]
    given = next((e for e in Ending if e is not Ending.HTML and last.endswith(e.value)), Ending.HTML)
    if given in route.endings:
        return given
    return Ending.HTML if route.whole_name else None


def _tagged(raw: bytes, media_type: str, headers: tuple[tuple[str, str], ...], incoming: Incoming) -> Reply:
    tag = f'"{hashlib.sha256(raw).hexdigest()[:32]}"'
    given = {one.strip() for one in incoming.headers.get("if-none-match", "").split(",")}
    named = (*headers, ("etag", tag))
    if tag in given or f"W/{tag}" in given:
        return Reply(status=304, raw=b"", media_type=media_type, headers=named)
    return Reply(status=200, raw=raw, media_type=media_type, headers=named)


def _machine(incoming: Incoming) -> bool:
    last = incoming.path.rpartition("/")[2]
    twin = any(last.endswith(e.value) for e in Ending if e is not Ending.HTML)
    accepts = incoming.headers.get("accept", "")
    return (
        twin or incoming.path.startswith(("/api/", "/ogc/")) or ("json" in accepts and "html" not in accepts)
    )


def _for_machines(incoming: Incoming, problem: Problem, spoken: Words) -> Reply:
    """Return a problem as RFC 9457 has it, its words in the language that was asked for."""
    told = {
        "type": "about:blank",
        "title": spoken.gettext(problem.title),
        "status": problem.status,
        "detail": said(problem.detail, spoken),
        "instance": incoming.path,
    }
    raw = json.dumps(told, ensure_ascii=False).encode()
    known = spoken.language.value if in_reach(problem.detail, spoken) else f"{spoken.language.value}, en"
    return Reply(
        status=problem.status,
        raw=raw,
        media_type="application/problem+json",
        headers=(("cache-control", "no-store"), ("content-language", known)),
    )


def _for_people(problem: Problem, page: str) -> Reply:
    headers = (("cache-control", "no-store"),)
    return Reply(status=problem.status, raw=page.encode(), media_type=TYPES[Ending.HTML], headers=headers)


def _problem(fault: TrucewatchError) -> Problem:
    """Return what a fault is to who asked; where it lies on this machine is not theirs to know."""
    if isinstance(fault, RefusedError):
        return Problem(status=403, title="Refused by policy", detail=fault.message)
    if isinstance(fault, IntegrityError):
        return Problem(
            status=503,
            title="The record is not what it was",
            detail=Told(Answered.RECORD_CHANGED),
        )
    if isinstance(fault, InputError):
        return Problem(status=400, title="Not understood", detail=fault.message)
    return Problem(status=503, title="The mission cannot be read", detail=Told(Answered.NOT_CONFIGURED))
