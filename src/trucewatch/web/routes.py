"""THE table of routes: what is not in it cannot be asked for.

Rules:
- a route has one row: its name, path, method, what somebody must be allowed to do, and what it shows;
- a path names its parts in braces; its last part may be followed by an ending;
- `action` None is for what shows nothing of a mission: signing in, and the files that pages are made of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from trucewatch.mission.access import Action
from trucewatch.web.asked import Answer, Ask, Ending, Method
from trucewatch.web.pages_agreements import agreement_page, agreements_page, examples_page
from trucewatch.web.pages_cases import case_page, cases_page, move_page
from trucewatch.web.pages_days import day_page, days_page, incident_page
from trucewatch.web.pages_guarantees import (
    board_page,
    changes_page,
    front_page,
    graph_page,
    reasons_page,
    timeline_page,
    without_page,
)
from trucewatch.web.pages_people import (
    account_page,
    audit_page,
    drop_token,
    make_token,
    sign_in,
    sign_in_page,
    sign_out,
)
from trucewatch.web.pages_record import check_page, entry_page, proof_file, quote_page, record_page
from trucewatch.web.pages_sources import source_page, sources_page
from trucewatch.web.situation import (
    INCIDENTS_ASKED,
    ground,
    map_window,
    outlines,
    row_page,
    situation_page,
)
from trucewatch.web.static import static_file

HTML, JSON, CSV = Ending.HTML, Ending.JSON, Ending.CSV
GEOJSON, PARQUET = Ending.GEOJSON, Ending.PARQUET
PAGE, LIST = (HTML, JSON), (HTML, JSON, CSV)
SMALL_BODY, LARGE_BODY = 64 * 1024, 4 * 1024 * 1024  # bytes
COMMON: Mapping[str, str] = MappingProxyType(
    {
        "lang": "the language, by its code",
        "valid_at": "the moment that conditions are read for, with its offset",
        "known_at": "what the record held at this moment, with its offset",
        "audience": "in a mission without accounts: for whom it is shown",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One row."""

    name: str
    path: str
    shows: str
    answers: Callable[[Ask], Answer]
    action: Action | None
    method: Method = Method.GET
    endings: tuple[Ending, ...] = PAGE
    asks: Mapping[str, str] = field(default_factory=dict)  # names of its own in the query, and what each is
    largest_body: int = SMALL_BODY
    group: str = ""  # the part of the site it stands in, for the bar at the top
    takes_lines: bool = False  # its body is lines of JSON, sent by a program
    whole_name: bool = False  # its last part may hold a dot: it is a file's name, and has no ending

    @property
    def known_names(self) -> frozenset[str]:
        """The names that its query may have."""
        return frozenset({*self.asks, *COMMON})


_DATES = {"earlier": "the earlier date", "later": "the later date"}

ROUTES: tuple[Route, ...] = (
    Route(
        name="static",
        path="/static/{file}",
        shows="the style, the script and the fonts of pages",
        answers=static_file,
        action=None,
        endings=(HTML,),
        whole_name=True,
    ),
    Route(
        name="static-folder",
        path="/static/{folder}/{file}",
        shows="the same, of the map",
        answers=static_file,
        action=None,
        endings=(HTML,),
        whole_name=True,
    ),
    Route(
        name="front",
        path="/",
        shows="the way to the guarantees",
        answers=front_page,
        action=None,
        endings=(HTML,),
    ),
    Route(
        name="board",
        path="/guarantees",
        shows="who undertook what",
        answers=board_page,
        action=Action.SEE_GUARANTEES,
        endings=LIST,
        group="guarantees",
    ),
    Route(
        name="changes",
        path="/guarantees/changes",
        shows="what changed between two dates",
        answers=changes_page,
        action=Action.SEE_GUARANTEES,
        asks=_DATES,
        group="guarantees",
    ),
    Route(
        name="graph",
        path="/guarantees/conditions",
        shows="what waits for what, drawn",
        answers=graph_page,
        action=Action.SEE_GUARANTEES,
        group="guarantees",
    ),
    Route(
        name="timeline",
        path="/guarantees/timeline",
        shows="what was said and recorded over time",
        answers=timeline_page,
        action=Action.SEE_GUARANTEES,
        endings=LIST,
        group="guarantees",
    ),
    Route(
        name="without",
        path="/guarantees/without/{actor}",
        shows="what would fail if one withdrew",
        answers=without_page,
        action=Action.SEE_GUARANTEES,
        endings=LIST,
        group="guarantees",
    ),
    Route(
        name="statement",
        path="/guarantees/statements/{pack}/{statement}",
        shows="why a statement stands as it does",
        answers=reasons_page,
        action=Action.SEE_GUARANTEES,
        group="guarantees",
    ),
    Route(
        name="days",
        path="/days",
        shows="the way to the last day",
        answers=days_page,
        action=Action.SEE_REPORT,
        endings=(HTML,),
        asks={"day": "the reporting day"},
        group="days",
    ),
    Route(
        name="day",
        path="/days/{day}",
        shows="the report of a day",
        answers=day_page,
        action=Action.SEE_REPORT,
        endings=LIST,
        group="days",
    ),
    Route(
        name="incident",
        path="/incidents/{incident}",
        shows="one incident, and everything it stands on",
        answers=incident_page,
        action=Action.SEE_INCIDENTS,
        asks={"day": "the reporting day whose walk made it"},
        group="days",
    ),
    Route(
        name="cases",
        path="/cases",
        shows="the docket and the cases",
        answers=cases_page,
        action=Action.SEE_CASE,
        endings=LIST,
        asks={
            "state": "where a case stands",
            "side": "whose allegation: A, B or common",
            "outcome": "what was determined",
            "owner": "who of the desk has it",
        },
        group="cases",
    ),
    Route(
        name="case",
        path="/cases/{case}",
        shows="one case with all its moves",
        answers=case_page,
        action=Action.SEE_CASE,
        group="cases",
    ),
    Route(
        name="move",
        path="/cases/{case}/moves",
        shows="records a move in a case",
        answers=move_page,
        action=Action.SEE_CASE,
        method=Method.POST,
        endings=(HTML,),
        largest_body=LARGE_BODY,
        group="cases",
    ),
    Route(
        name="situation",
        path="/situation",
        shows="incidents on a map, in time and as a table",
        answers=situation_page,
        action=Action.SEE_INCIDENTS,
        endings=(HTML, JSON, CSV, GEOJSON, PARQUET),
        asks={**INCIDENTS_ASKED, "page": "which page of the table"},
        group="situation",
    ),
    Route(
        name="situation-window",
        path="/situation/window",
        shows="what the map shows of a window: incidents, or bins where they are many",
        answers=map_window,
        action=Action.SEE_INCIDENTS,
        endings=(JSON,),
        asks=INCIDENTS_ASKED,
    ),
    Route(
        name="situation-ground",
        path="/situation/ground",
        shows="zones and lines as somebody claims them, and the hours watched by area",
        answers=ground,
        action=Action.SEE_INCIDENTS,
        endings=(GEOJSON,),
        asks=INCIDENTS_ASKED,
    ),
    Route(
        name="situation-outlines",
        path="/situation/outlines",
        shows="the outlines under every map",
        answers=outlines,
        action=None,
        endings=(GEOJSON,),
    ),
    Route(
        name="situation-row",
        path="/situation/rows/{row}",
        shows="the way from a row of the map to its incident",
        answers=row_page,
        action=Action.SEE_INCIDENTS,
        endings=(HTML,),
    ),
    Route(
        name="agreements",
        path="/agreements",
        shows="the agreements",
        answers=agreements_page,
        action=Action.SEE_RELEASED,
        group="agreements",
    ),
    Route(
        name="agreement",
        path="/agreements/{agreement}",
        shows="an agreement's text beside its clauses, and its zones on a day",
        answers=agreement_page,
        action=Action.SEE_RELEASED,
        endings=LIST,
        asks={"on": "the day that zones are shown for"},
        group="agreements",
    ),
    Route(
        name="examples",
        path="/agreements/{agreement}/examples",
        shows="an agreement's worked examples",
        answers=examples_page,
        action=Action.SEE_RELEASED,
        group="agreements",
    ),
    Route(
        name="sources",
        path="/sources",
        shows="the sources",
        answers=sources_page,
        action=Action.SEE_SOURCE,
        endings=LIST,
        group="sources",
    ),
    Route(
        name="source",
        path="/sources/{source}",
        shows="one source: declared, learned, refused",
        answers=source_page,
        action=Action.SEE_SOURCE,
        group="sources",
    ),
    Route(
        name="record",
        path="/record",
        shows="the checkpoint, its age, its cosigners and the last entries",
        answers=record_page,
        action=Action.SEE_RECORD,
        endings=LIST,
        group="record",
    ),
    Route(
        name="entry",
        path="/record/entries/{entry}",
        shows="one entry of the record",
        answers=entry_page,
        action=Action.SEE_RECORD,
        group="record",
    ),
    Route(
        name="proof",
        path="/record/proofs/{entry}",
        shows="the proof of an entry",
        answers=proof_file,
        action=Action.SEE_RECORD,
        endings=(HTML,),
        group="record",
    ),
    Route(
        name="check",
        path="/record/check",
        shows="checks a proof",
        answers=check_page,
        action=Action.SEE_RECORD,
        method=Method.POST,
        endings=(HTML,),
        largest_body=LARGE_BODY,
        group="record",
    ),
    Route(
        name="quotes",
        path="/record/quotes",
        shows="checks a quoted figure",
        answers=quote_page,
        action=Action.SEE_REPORT,
        asks={"day": "the reporting day", "number": "the number that was quoted"},
        group="record",
    ),
    Route(
        name="sign-in",
        path="/sign-in",
        shows="the form to sign in",
        answers=sign_in_page,
        action=None,
        asks={"next": "where to go then"},
    ),
    Route(
        name="sign-in-sent",
        path="/sign-in",
        shows="signs somebody in",
        answers=sign_in,
        action=None,
        method=Method.POST,
        endings=(HTML,),
    ),
    Route(
        name="sign-out",
        path="/sign-out",
        shows="ends a session",
        answers=sign_out,
        action=None,
        method=Method.POST,
        endings=(HTML,),
    ),
    Route(
        name="account",
        path="/account",
        shows="what whoever asks may see, and why, and their tokens",
        answers=account_page,
        action=None,
    ),
    Route(
        name="token",
        path="/account/tokens",
        shows="makes a token",
        answers=make_token,
        action=None,
        method=Method.POST,
        endings=(HTML,),
    ),
    Route(
        name="token-end",
        path="/account/tokens/end",
        shows="ends a token",
        answers=drop_token,
        action=None,
        method=Method.POST,
        endings=(HTML,),
    ),
    Route(
        name="audit",
        path="/audit",
        shows="who saw what",
        answers=audit_page,
        action=Action.SEE_AUDIT,
        endings=LIST,
        group="record",
    ),
)

GROUPS: tuple[str, ...] = tuple(dict.fromkeys(route.group for route in ROUTES if route.group))
