"""OGC API Features, Part 1 (Core, GeoJSON, OpenAPI 3.0), over what was released and nothing else.

Rules:
- whoever may see more inside sees here what was released to the public, and a party what was released to it;
- filters act on released rows only: the place that is compared is the place that is given;
- a parameter that is not known, or cannot be read, is refused with 400, as the standard has it;
- links are whole addresses of this server, by the name it was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

import msgspec
import polars as pl

from trucewatch.errors import InputError
from trucewatch.mission.query import Query, moment_in, query_of, window_of
from trucewatch.mission.views_incidents import View
from trucewatch.model.answered import Answered
from trucewatch.model.formats import features
from trucewatch.model.tables import INCIDENTS, OBSERVATIONS, Column, Table
from trucewatch.model.told import Told
from trucewatch.model.vocabulary import Audience
from trucewatch.web.asked import NOT_HERE, Answer, Ask, Sent
from trucewatch.web.features_document import document
from trucewatch.web.listing import MOST, limit_of, one_of, part_of

ROOT = "/ogc"
GEOJSON_TYPE, JSON_TYPE = "application/geo+json", "application/json"
OPENAPI_TYPE = "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CORE = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf"
STAMP = Column(name="stamp", dtype=pl.String, meaning="the stamp that every feature bears")
CONFORMS = (f"{CORE}/core", f"{CORE}/geojson", f"{CORE}/oas30")


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One collection: a released table."""

    name: str
    title: str
    description: str
    table: Table
    key: str


COLLECTIONS: Mapping[str, Collection] = {
    one.name: one
    for one in (
        Collection(
            name="incidents",
            title="Incidents, as released",
            description="The observations judged to be one event; a place is given with its precision, or only its area.",
            table=INCIDENTS,
            key="incident_id",
        ),
        Collection(
            name="observations",
            title="Observations, as released",
            description="One thing, reported once, by one source.",
            table=OBSERVATIONS,
            key="observation_id",
        ),
    )
}


def landing(ask: Ask) -> Answer:
    """Return the way in."""
    links = [
        _link(ask, "", "self", "this document"),
        _link(ask, "/api", "service-desc", "the definition of this API", OPENAPI_TYPE),
        _link(ask, "/conformance", "conformance", "what it conforms to"),
        _link(ask, "/collections", "data", "its collections"),
    ]
    told = {
        "title": ask.record.mission.name,
        "description": f"{_stamp(ask)}: what was released of this mission",
        "links": links,
    }
    return _json(told)


def conformance(_ask: Ask) -> Answer:
    """Return what it conforms to."""
    return _json({"conformsTo": CONFORMS})


def definition(ask: Ask) -> Answer:
    """Return the definition in OpenAPI 3.0."""
    raw = msgspec.json.encode(document(ask.origin + ROOT, {c.name: c.title for c in COLLECTIONS.values()}))
    return Sent(raw=raw, media_type=OPENAPI_TYPE)


def collections(ask: Ask) -> Answer:
    """Return the collections."""
    links = [_link(ask, "/collections", "self", "this document")]
    return _json({"links": links, "collections": [_collection(ask, one) for one in COLLECTIONS.values()]})


def collection(ask: Ask) -> Answer:
    """Return one collection."""
    found = COLLECTIONS.get(ask.named["collection"])
    return NOT_HERE if found is None else _json(_collection(ask, found))


def items(ask: Ask) -> Answer:
    """Return features of a collection."""
    found = COLLECTIONS.get(ask.named["collection"])
    if found is None:
        return NOT_HERE
    query, most = _query(ask), limit_of(_clamped(ask.query))
    part = part_of(ask, _view(ask), found.table, query, most=most)
    told_of = _features(ask, found, part.rows)
    path = f"/collections/{found.name}/items"
    asked = {name: value for name, value in ask.query.items() if name != "cursor"}
    links = [
        _link(
            ask,
            f"{path}?{urlencode(ask.query)}" if ask.query else path,
            "self",
            "this document",
            GEOJSON_TYPE,
        ),
        _link(ask, f"/collections/{found.name}", "collection", found.title),
    ]
    if part.cursor is not None:
        onward = f"{path}?{urlencode({**asked, 'cursor': part.cursor})}"
        links.append(_link(ask, onward, "next", "the next features", GEOJSON_TYPE))
    told: dict[str, object] = {
        "type": "FeatureCollection",
        "stamp": _stamp(ask),
        "timeStamp": ask.now,
        "numberReturned": len(told_of),
        "links": links,
        "features": told_of,
    }
    if part.matched is not None:
        told["numberMatched"] = part.matched
    return Sent(raw=msgspec.json.encode(told), media_type=GEOJSON_TYPE)


def item(ask: Ask) -> Answer:
    """Return one feature."""
    found = COLLECTIONS.get(ask.named["collection"])
    if found is None:
        return NOT_HERE
    row = one_of(ask, _view(ask), found.table, ask.named["feature"])
    if row.is_empty():
        return NOT_HERE
    (feature,) = _features(ask, found, row)
    own = f"/collections/{found.name}/items/{quote(ask.named['feature'], safe='')}"
    links = [
        _link(ask, own, "self", "this document", GEOJSON_TYPE),
        _link(ask, f"/collections/{found.name}", "collection", found.title),
    ]
    return Sent(raw=msgspec.json.encode({**feature, "links": links}), media_type=GEOJSON_TYPE)


def _clamped(query: Mapping[str, str]) -> Mapping[str, str]:
    """Return the query with a limit that is too large made the largest there is, as the standard has it."""
    text = query.get("limit", "")
    large = text.isascii() and text.isdigit() and int(text[:9]) > MOST
    return {**query, "limit": str(MOST)} if large else query


def _audience(ask: Ask) -> Audience:
    return Audience.PUBLIC if ask.audience is Audience.INTERNAL else ask.audience


def _view(ask: Ask) -> View:
    return ask.holding.view(ask.held, _audience(ask))


def _stamp(ask: Ask) -> str:
    return ask.record.mark(_audience(ask))


def _json(told: Mapping[str, object]) -> Sent:
    return Sent(raw=msgspec.json.encode(told), media_type=JSON_TYPE)


def _link(ask: Ask, path: str, rel: str, title: str, media_type: str = JSON_TYPE) -> Mapping[str, str]:
    return {"href": f"{ask.origin}{ROOT}{path}", "rel": rel, "type": media_type, "title": title}


def _features(ask: Ask, of: Collection, rows: pl.DataFrame) -> list[dict[str, object]]:
    drawn = {name: msgspec.Raw(raw) for name, raw in ask.holding.outlines(ask.held).items()}
    stamped = pl.lit(_stamp(ask)).alias("stamp")
    marked = replace(of.table, columns=(*of.table.columns, STAMP))
    found = features(marked, rows.with_columns(stamped), drawn)
    return [{**one, "id": name} for one, name in zip(found, rows[of.key], strict=True)]


def _collection(ask: Ask, one: Collection) -> Mapping[str, object]:
    path = f"/collections/{one.name}"
    told: dict[str, object] = {
        "id": one.name,
        "title": one.title,
        "description": f"{one.description} {_stamp(ask)}",
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            _link(ask, path, "self", one.title),
            _link(ask, f"{path}/items", "items", one.title, GEOJSON_TYPE),
        ],
    }
    bounds = [round(float(edge), 6) for edge in _view(ask).columns.bounds]
    if bounds[0] == bounds[0]:
        told["extent"] = {"spatial": {"bbox": [bounds], "crs": CRS84}}
    return told


def _query(ask: Ask) -> Query:
    """Return what a request for features asks; InputError for what cannot be read."""
    words = {"phenomenon": "kind", "area_id": "area"}
    named = {words[name]: ask.query[name] for name in words if name in ask.query}
    found = query_of(named.items())
    if "bbox" in ask.query:
        found = replace(found, window=window_of(ask.query["bbox"].split(",")))
    if "datetime" in ask.query:
        found = _within(found, ask.query["datetime"])
    return found


def _within(query: Query, text: str) -> Query:
    """Return the query in a time as RFC 3339 and the standard spell it: a moment, or two with a stroke, ".." open."""
    start, stroke, end = text.partition("/")
    if not stroke:
        return query_of([*query.address, ("from", start), ("to", start)])
    if start in ("", "..") and end in ("", ".."):
        raise InputError(Told(Answered.BOTH_OPEN))
    first = None if start in ("", "..") else moment_in(start, "datetime")
    last = None if end in ("", "..") else moment_in(end, "datetime")
    if first is not None and last is not None and last < first:
        raise InputError(Told(Answered.DATETIME_TURNED))
    return replace(query, from_utc=first, to_utc=last)
