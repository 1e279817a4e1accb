"""Write the JSON Schemas of an agreement's TOML into docs/schema/, from the tables that the reader refuses by.

Rules:
- `schemas()` gives front matter, a clause's block and a worked example, by file name; the same tables give the same bytes;
- `tests/assess/test_agreement_schema.py` fails when docs/schema is not what this would write;
- run it with `python tools/agreement_schema.py` after a change to a key or a condition.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from trucewatch.assess.example_keys import DRAWN_LINE, DRAWN_ZONE, EXAMPLE
from trucewatch.assess.forms import Form, Key, Leaf
from trucewatch.assess.keys import CLAUSE, FRONT
from trucewatch.assess.leaves import LEAVES

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "schema"
CONDITION: dict[str, object] = {"$ref": "#/definitions/condition"}
PLACE = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
MOMENT: dict[str, object] = {"type": "string", "format": "date-time"}
COUNTED: dict[str, object] = {"type": "string", "pattern": "^D[+-][0-9]{1,5}$"}
PLAIN: Mapping[Form, dict[str, object]] = {
    Form.MOMENT: MOMENT,
    Form.DAY: {"anyOf": [MOMENT, COUNTED]},
    Form.FLAG: {"type": "boolean"},
    Form.CONDITION: CONDITION,
    Form.CONDITIONS: {"type": "array", "items": CONDITION},
    Form.PLACES: {"type": "array", "items": PLACE},
}


def schemas() -> dict[str, bytes]:
    """Return each schema by the name it is published under."""
    zones = {
        "zone": {"additionalProperties": table(DRAWN_ZONE)},
        "line": {"additionalProperties": table(DRAWN_LINE)},
    }
    example = table(EXAMPLE)
    for name, inner in zones.items():
        example["properties"][name] |= inner  # type: ignore[index]
    whole = {
        "agreement.schema.json": table(FRONT) | {"title": "The front matter of an agreement"},
        "clause.schema.json": table(CLAUSE)
        | {
            "title": "The block of a clause",
            "definitions": {"condition": {"anyOf": [of_leaf(leaf) for leaf in LEAVES]}},
        },
        "example.schema.json": example | {"title": "A worked example of an agreement"},
    }
    return {
        name: (
            json.dumps(
                {"$schema": "http://json-schema.org/draft-07/schema#", **schema}, indent=2, sort_keys=True
            )
            + "\n"
        ).encode()
        for name, schema in whole.items()
    }


def table(keys: Iterable[Key]) -> dict[str, object]:
    """Return the schema of a table of `keys`."""
    listed = list(keys)
    return {
        "type": "object",
        "properties": {key.name: of_key(key) for key in listed},
        "required": [key.name for key in listed if key.needed],
        "additionalProperties": False,
    }


def of_leaf(leaf: Leaf) -> dict[str, object]:
    """Return the schema of one kind of condition."""
    heads = [{"required": [key.name]} for key in leaf.heads]
    return {**table(leaf.keys), "description": leaf.says, ("allOf" if leaf.whole else "anyOf"): heads}


def of_key(key: Key) -> dict[str, object]:
    """Return the schema of one key's value."""
    said: dict[str, object] = {"description": key.says}
    words: dict[str, object] = {"enum": list(key.words)} if key.words else {}
    if key.link:
        words = {"pattern": "^https?://"}
    filled: dict[str, object] = {"minItems": 1} if key.filled else {}
    match key.form:
        case Form.TEXT:
            return said | {"type": "string", "minLength": 1} | words
        case Form.TEXTS:
            return said | filled | {"type": "array", "items": {"type": "string", "minLength": 1} | words}
        case Form.NUMBER | Form.WHOLE:
            bounds = {
                "minimum": key.least,
                "maximum": key.most,
                "exclusiveMinimum": key.above,
                "exclusiveMaximum": key.below,
            }
            kind = "integer" if key.form is Form.WHOLE else "number"
            return said | {"type": kind} | {name: n for name, n in bounds.items() if n is not None}
        case Form.TABLE:
            return said | (table(key.inner) if key.inner else {"type": "object"})
        case Form.TABLES:
            return said | {"type": "array", "items": table(key.inner)}
        case _:
            return said | filled | PLAIN[key.form]


if __name__ == "__main__":
    for name, raw in schemas().items():
        (FOLDER / name).write_bytes(raw)
        print(FOLDER / name)
