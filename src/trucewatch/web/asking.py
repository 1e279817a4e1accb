"""Who asks, in which language, and of which moment: a request read into what was asked.

Rules:
- a request for another host's name is refused: a page of elsewhere must not read this one through a name;
- a session's cookie is sent to this host only, read by no script, and made anew at each sign-in;
- a form counts only with the token that its page had, and from this host;
- a mission without accounts is shown to whoever reaches this machine's own address, as to the program:
  it says so on each page; with accounts nothing is shown to who is not signed in but what was released;
- a name in the query that a page does not know is refused, so that no filter is dropped in silence.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from trucewatch.errors import InputError, RefusedError
from trucewatch.mission.access import NOBODY_SIGNED_IN, Through, Viewer, audience_of_viewer
from trucewatch.mission.invitations import Part
from trucewatch.mission.nearest import closest
from trucewatch.model.answered import Answered
from trucewatch.model.gate import audience_of
from trucewatch.model.told import Told
from trucewatch.model.vocabulary import Audience
from trucewatch.report.words import Language
from trucewatch.web.moments import moment_given

SESSION, VISIT = "trucewatch_session", "trucewatch_visit"
LOCAL = Viewer(
    name="whoever can read this folder",
    parts=frozenset({Part.ANALYST, Part.VERIFIER, Part.RELEASER, Part.AUDITOR}),
    through=Through.KEY,
)
PARTS_OF: Mapping[Audience, frozenset[Part]] = {
    Audience.BODY: frozenset({Part.COMMISSION}),
    Audience.GUARANTOR: frozenset({Part.GUARANTOR}),
    Audience.PARTY_A: frozenset({Part.LIAISON_A}),
    Audience.PARTY_B: frozenset({Part.LIAISON_B}),
    Audience.PUBLIC: frozenset(),
}
LONGEST_VALUE = 512
LINES = "application/x-ndjson"
SAFE_FETCHES = frozenset({"same-origin", "none", ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, and how it was shown."""

    viewer: Viewer
    session: str | None
    local: bool = False

    @property
    def audience(self) -> Audience:
        """The projection that they get."""
        return Audience.INTERNAL if self.local else audience_of_viewer(self.viewer)


def nobody() -> Asker:
    """Return whoever is not signed in."""
    return Asker(viewer=NOBODY_SIGNED_IN, session=None)


def whoever_reads_the_folder() -> Asker:
    """Return who asks in a mission without accounts."""
    return Asker(viewer=LOCAL, session=None, local=True)


def shown_as(asker: Asker, query: Mapping[str, str]) -> Audience:
    """Return for whom it is shown: a mission without accounts may be looked at as an audience would see it."""
    wanted = query.get("audience")
    if wanted is None:
        return asker.audience
    if not asker.local:
        raise RefusedError(Told(Answered.FOR_WHOM))
    return audience_of(wanted)


def viewer_as(asker: Asker, audience: Audience) -> Viewer:
    """Return who a page is shown to: whoever asks, or in a mission without accounts whom they look as."""
    if not asker.local or audience is Audience.INTERNAL:
        return asker.viewer
    return replace(LOCAL, parts=PARTS_OF[audience])


def host_allowed(host: str, names: Iterable[str]) -> bool:
    """Return whether a Host header names this server."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return name.lower() in {*names}


def form_token(secret: bytes, *, session: str | None, visit: str) -> str:
    """Return the token that a form of this session or visit bears."""
    return hmac.new(secret, f"{session or ''}|{visit}".encode(), hashlib.sha256).hexdigest()


def check_form(token: str, given: str, *, origin: str, fetched: str, hosts: Iterable[str]) -> None:
    """Raise RefusedError unless a form came from a page of this server."""
    if fetched not in SAFE_FETCHES:
        raise RefusedError(Told(Answered.FORM_FROM_ELSEWHERE))
    if origin and origin.partition("://")[2] not in {*hosts}:
        raise RefusedError(Told(Answered.FORM_FROM_ELSEWHERE))
    if not hmac.compare_digest(token, given):
        raise RefusedError(Told(Answered.FORM_NOT_OPEN))


def check_lines(session: str | None, headers: Mapping[str, str], *, hosts: Iterable[str]) -> None:
    """Raise RefusedError unless lines of JSON were sent by a program, and not by a page that somebody has open."""
    if session is not None:
        raise RefusedError(Told(Answered.LINES_BY_COOKIE))
    if headers.get("sec-fetch-site", "") not in SAFE_FETCHES:
        raise RefusedError(Told(Answered.LINES_FROM_ELSEWHERE))
    origin = headers.get("origin", "")
    if origin and origin.partition("://")[2] not in {*hosts}:
        raise RefusedError(Told(Answered.LINES_FROM_ELSEWHERE))
    if headers.get("content-type", "").partition(";")[0].strip().lower() != LINES:
        raise InputError(Told(Answered.LINES_OF_OTHER_TYPE, {"type": LINES}))


def read_query(pairs: Iterable[tuple[str, str]], known: frozenset[str]) -> dict[str, str]:
    """Return the query by its names; InputError for a name that is not known, twice there, or too long."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            raise InputError(Told(Answered.NOT_KNOWN, {"name": repr(name), "meant": _meant(name, known)}))
        if name in found:
            raise InputError(Told(Answered.TWICE, {"name": repr(name)}))
        if len(value) > LONGEST_VALUE or "\x00" in value:
            raise InputError(Told(Answered.TOO_LONG, {"name": repr(name), "most": str(LONGEST_VALUE)}))
        found[name] = value
    return found


def _meant(name: str, known: frozenset[str]) -> str:
    close = closest(name, sorted(known))
    return "" if close is None else Told(Answered.MEANT, {"name": repr(close)})


def moment_of(query: Mapping[str, str], name: str) -> datetime | None:
    """Return a moment of the query."""
    return moment_given(query[name]) if query.get(name) else None


def language_of(query: Mapping[str, str], header: str) -> Language:
    """Return the language that is asked for, else the one most wished for that there is, else English."""
    known = {each.value: each for each in Language}
    if "lang" in query:
        if query["lang"] not in known:
            raise InputError(
                Told(Answered.NO_LANGUAGE, {"name": repr(query["lang"]), "those": ", ".join(known)})
            )
        return known[query["lang"]]
    wished = sorted(_wishes(header), key=lambda wish: -wish[1])
    return next((known[code] for code, weight in wished if code in known and weight > 0), Language.ENGLISH)


def _wishes(header: str) -> list[tuple[str, float]]:
    found = []
    for part in header[:1000].split(","):
        name, _, weight = part.partition(";q=")
        code = name.strip().lower().partition("-")[0]
        try:
            found.append(("nb" if code in ("no", "nn") else code, float(weight) if weight else 1.0))
        except ValueError:
            continue
    return found
