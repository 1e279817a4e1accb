"""The schemas that editors use are what the reader refuses by, and are kept fresh."""

import json
from pathlib import Path

import agreement_schema
import pytest

from trucewatch.assess.leaves import LEAVES

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schema"
SCHEMAS = agreement_schema.schemas()


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_published_schema_is_what_the_tool_writes(name: str) -> None:
    assert (FOLDER / name).read_bytes() == SCHEMAS[name], "run python tools/agreement_schema.py"


def test_each_kind_of_condition_is_known_by_its_heads_alone() -> None:
    heads = [key.name for leaf in LEAVES for key in leaf.heads]
    assert len(heads) == len(set(heads))
    assert not set(heads) & {key.name for leaf in LEAVES for key in leaf.also}


def test_a_key_that_is_not_known_is_refused_in_every_table() -> None:
    tables = [one for raw in SCHEMAS.values() for one in objects(json.loads(raw))]
    assert len(tables) > 30
    assert all(one["additionalProperties"] is False for one in tables if "properties" in one)


def objects(schema: object) -> list[dict[str, object]]:
    if isinstance(schema, list):
        return [one for part in schema for one in objects(part)]
    if not isinstance(schema, dict):
        return []
    own = [schema] if schema.get("type") == "object" else []
    return own + [one for part in schema.values() for one in objects(part)]
