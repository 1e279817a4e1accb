"""What was asked, and what is answered: the two nouns that every page stands between.

Rules:
- a page is a function from what was asked to an answer, and knows neither sockets nor headers;
- what was asked bears who asks and which projection they get: a page shows that audience's, and no raw rows;
- a page, its JSON and its CSV are one answer, at one address with three endings and the same filters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from trucewatch.errors import InputError
from trucewatch.log.keys import SignerKey
from trucewatch.mission.access import Viewer
from trucewatch.mission.known import Known
from trucewatch.model.answered import Answered
from trucewatch.model.told import Told
from trucewatch.model.vocabulary import Audience
from trucewatch.report.drawn import Drawn
from trucewatch.report.words import Language, Words
from trucewatch.web.holding import Held, Holding
from trucewatch.web.moments import moment_given, read_day
from trucewatch.web.people import People


class Method(StrEnum):
    """How something is asked."""

    GET = "GET"
    POST = "POST"


class Ending(StrEnum):
    """In which form it is wanted: what an address ends in."""

    HTML = ""
    JSON = ".json"
    CSV = ".csv"
    GEOJSON = ".geojson"
    PARQUET = ".parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request, read and checked."""

    holding: Holding  # the mission, and what is held of its record
    viewer: Viewer
    audience: Audience  # the projection that the viewer gets
    held: Held  # what the record holds at the moment that was asked for
    now: datetime
    language: Language
    spoken: Words
    ending: Ending
    path: str  # without its ending
    named: Mapping[str, str]  # of the path
    query: Mapping[str, str]
    form: Mapping[str, str]
    session: str | None = None  # the cookie's
    people: People | None = None  # who can sign in
    place: str = ""  # where it comes from, as far as that is known
    local: bool = False  # no accounts: whoever reads the folder asks
    origin: str = ""  # of this server, as it was asked for: what an absolute address begins with
    headers: Mapping[str, str] = field(default_factory=dict)  # by names in small letters
    raw: bytes = b""  # the body, where it is lines of JSON

    @property
    def record(self) -> Known:
        """What the record holds at the moment that was asked for."""
        return self.held.record

    @property
    def stamp(self) -> str:
        """The marks that everything made for whoever asks bears."""
        return self.record.mark(self.audience)

    @property
    def person(self) -> SignerKey | None:
        """The key that whoever asks unlocked when they signed in."""
        if self.people is None or self.session is None:
            return None
        return self.people.accounts.key(self.session, self.now)

    @property
    def valid_at(self) -> datetime:
        """The moment that the ledger is read for: a replay's last moment, anything else's present one."""
        if "valid_at" in self.query:
            return moment_given(self.query["valid_at"])
        if "known_at" in self.query or self.record.mission.replay:
            return self.record.known_at
        return self.now

    def day(self, name: str) -> date | None:
        """Return a date of the query, None when it is not there; InputError when it is no date."""
        text = self.query.get(name, "")
        return read_day(text) if text else None


Lazy = Callable[[], bytes]
Link = Callable[[str, str], str]  # a kind of thing and its name: where it has its page


def _nothing() -> bytes:
    raise InputError(Told(Answered.NO_FORM))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page and its twins; each form is made when it is wanted."""

    title: str
    drawn: Callable[[Link], Drawn]
    json: Lazy
    csv: Lazy = _nothing
    links: Mapping[str, str] = field(default_factory=dict)  # what stands beside it, such as the day before


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """Bytes as they are."""

    raw: bytes
    media_type: str
    file_name: str = ""  # kept as a file of this name, when there is one
    lasting: bool = False  # the same for everybody, as long as this version is installed


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Look there instead, perhaps as somebody else."""

    where: str
    session: str | None = None  # a new session's cookie; "" ends it


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """It could not be done: RFC 9457."""

    status: int
    title: str
    detail: str


Answer = Page | Sent | Moved | Problem
NOT_HERE = Problem(status=404, title="Not here", detail=Told(Answered.NOT_HERE))
