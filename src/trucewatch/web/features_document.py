"""The definition of the features' API, in OpenAPI 3.0, as clients read it to learn what they may filter by.

Rules:
- it names every parameter that is known, and no other is.
"""

from __future__ import annotations

from collections.abc import Mapping

from trucewatch.model.vocabulary import Phenomenon

Said = Mapping[str, object]


def document(root: str, collections: Mapping[str, str]) -> Said:
    """Return the definition of a server at `root`, with the titles of its collections."""
    paths: dict[str, Said] = {
        "/": {"get": _get("The way in", "application/json")},
        "/conformance": {"get": _get("What it conforms to", "application/json")},
        "/collections": {"get": _get("The collections", "application/json")},
    }
    for name, title in collections.items():
        path = f"/collections/{name}"
        paths[path] = {"get": _get(title, "application/json")}
        paths[f"{path}/items"] = {"get": {**_get(title, "application/geo+json"), "parameters": _parameters()}}
        feature = {"name": "featureId", "in": "path", "required": True, "schema": {"type": "string"}}
        paths[f"{path}/items/{{featureId}}"] = {
            "get": {**_get(title, "application/geo+json"), "parameters": [feature]}
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Trucewatch, as released", "version": "1"},
        "servers": [{"url": root}],
        "paths": paths,
    }


def _get(summary: str, media_type: str) -> Said:
    ok = {"description": summary, "content": {media_type: {"schema": {"type": "object"}}}}
    return {"summary": summary, "responses": {"200": ok, "400": {"description": "not understood"}}}


def _parameters() -> list[Said]:
    def one(name: str, schema: Said, said: str, **more: object) -> Said:
        return {"name": name, "in": "query", "required": False, "description": said, "schema": schema, **more}

    number: Said = {"type": "number"}
    return [
        one(
            "bbox",
            {"type": "array", "minItems": 4, "maxItems": 6, "items": number},
            "west, south, east, north in degrees",
            style="form",
            explode=False,
        ),
        one("datetime", {"type": "string"}, "a moment, or two with a stroke between"),
        one("limit", {"type": "integer", "minimum": 1, "default": 100}, "how many at once"),
        one("cursor", {"type": "string"}, "where the list goes on"),
        one(
            "phenomenon", {"type": "string", "enum": [kind.value for kind in Phenomenon]}, "what was observed"
        ),
        one("area_id", {"type": "string"}, "the area, when only an area is known"),
    ]
