"""The API's definition in OpenAPI 3.1, made from the table of routes and the tables' declarations.

Rules:
- what is described is what is served: a route without a description cannot be, nor one that is not a route;
- a column is described with its unit and meaning, and is null where it is not known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version

import polars as pl

from trucewatch.model.tables import TEXTS, Column, Table
from trucewatch.model.vocabulary import Audience, Phenomenon, Verdict
from trucewatch.report.words import Language
from trucewatch.web.asked import Ending, Method
from trucewatch.web.files import TYPES
from trucewatch.web.route import COMMON, Route

Said = Mapping[str, object]
PROBLEM = "application/problem+json"
WORD = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_:./-]{0,40}$"}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
MOMENT = {"type": "string", "pattern": "^20[0-9]{2}-0[1-9]-[12][0-9]T[01][0-9]:[0-5][0-9]:[0-5][0-9]Z$"}
DAY = {"type": "string", "pattern": "^20[0-9]{2}-0[1-9]-[12][0-9]$"}


def _words(word: Said) -> Said:
    return {"type": "array", "items": word, "minItems": 1, "maxItems": 20}


def _enum(words: Sequence[str]) -> Said:
    return {"type": "string", "enum": list(words)}


SCHEMAS: Mapping[str, Said] = {
    "bbox": {
        "type": "array",
        "minItems": 4,
        "maxItems": 4,
        "prefixItems": [
            {"type": "number", "minimum": -180, "maximum": 180},
            {"type": "number", "minimum": -90, "maximum": 0},
            {"type": "number", "minimum": -180, "maximum": 180},
            {"type": "number", "minimum": 0, "maximum": 90},
        ],
        "items": {"type": "number"},
    },
    "from": MOMENT,
    "to": MOMENT,
    "kind": _words(_enum(list(Phenomenon))),
    "verdict": _words(_enum(list(Verdict))),
    "clause": _words(WORD),
    "source": _words(WORD),
    "area": _words(WORD),
    "p_min": SHARE,
    "p_max": SHARE,
    "limit": {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 100},
    "cursor": {"type": "string", "pattern": "^[A-Za-z0-9_-]{4,60}$"},
    "lang": _enum([each.value for each in Language]),
    "valid_at": MOMENT,
    "known_at": MOMENT,
    "audience": _enum(list(Audience)),
    "state": WORD,
    "side": WORD,
    "outcome": WORD,
    "owner": WORD,
}


def document(routes: Sequence[Route], tables: Mapping[str, Table]) -> Said:
    """Return the definition of `routes`; `tables` are those whose rows a route gives, by its name."""
    paths: dict[str, dict[str, Said]] = {}
    for route in routes:
        for ending in route.endings:
            told = _operation(route, ending, tables.get(route.name))
            paths.setdefault(route.path + ending.value, {})[route.method.value.lower()] = told
    token = {"type": "http", "scheme": "bearer", "description": "a token that its person made on their page"}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Trucewatch",
            "version": version("trucewatch"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": token},
            "schemas": {"Problem": _problem(), **{table.name: _row(table) for table in tables.values()}},
        },
    }


def _operation(route: Route, ending: Ending, table: Table | None) -> Said:
    named = re.findall(r"{(\w+)}", route.path)
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in named
    ]
    for name, meaning in {**route.asks, **COMMON}.items():
        array = SCHEMAS[name]["type"] == "array"
        form = {"style": "form", "explode": False} if array else {}
        parameters.append(
            {"name": name, "in": "query", "description": meaning, "schema": SCHEMAS[name], **form}
        )
    told: dict[str, object] = {
        "operationId": route.name + ending.value.replace(".", "-"),
        "summary": route.shows,
        "parameters": parameters,
        "responses": {
            "200": {"description": route.shows, "content": _content(route, ending, table)},
            "304": {"description": "what was asked for is as the ETag given has it"},
            "default": {
                "description": "it could not be done (RFC 9457)",
                "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        },
    }
    if route.takes_lines:
        line = {"schema": {"type": "string"}}
        told["requestBody"] = {"required": True, "content": {"application/x-ndjson": line}}
        key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200}}
        told["parameters"] = [*parameters, key]
    return told


def _content(route: Route, ending: Ending, table: Table | None) -> Said:
    if ending in TYPES:
        return {TYPES[ending].partition(";")[0]: {}}
    if route.method is Method.POST:
        return {"application/x-ndjson": {}}
    if "proofs" in route.path:
        return {"text/plain": {}}
    if table is None:
        return {"application/json": {"schema": {"type": "object"}}}
    row: Said = {"$ref": f"#/components/schemas/{table.name}"}
    if "{" in route.path:
        return {"application/json": {"schema": row}}
    whole = {
        "type": "object",
        "required": ["stamp", "known_at", "items", "cursor", "next", "matched"],
        "properties": {
            "stamp": {"type": "string"},
            "known_at": {"type": "string", "format": "date-time"},
            "items": {"type": "array", "items": row},
            "matched": {"type": ["integer", "null"]},
            "cursor": {"type": ["string", "null"]},
            "next": {"type": ["string", "null"]},
        },
    }
    return {"application/json": {"schema": whole}}


def _row(table: Table) -> Said:
    return {
        "type": "object",
        "description": table.meaning,
        "required": [column.name for column in table.columns],
        "properties": {column.name: _column(column) for column in table.columns},
    }


def _column(column: Column) -> Said:
    if column.dtype == TEXTS:
        kind: dict[str, object] = {"type": ["array", "null"], "items": {"type": "string"}}
    elif isinstance(column.dtype, pl.Datetime):
        kind = {"type": ["string", "null"], "format": "date-time"}
    elif column.dtype == pl.Float64:
        kind = {"type": ["number", "null"]}
    elif column.dtype == pl.Boolean:
        kind = {"type": ["boolean", "null"]}
    else:
        kind = {"type": ["string" if column.dtype == pl.String else "integer", "null"]}
    unit = f" [{column.unit}]" if column.unit else ""
    return {**kind, "description": column.meaning + unit}


def _problem() -> Said:
    texts = {key: {"type": "string"} for key in ("type", "title", "detail", "instance")}
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {**texts, "status": {"type": "integer"}},
    }
