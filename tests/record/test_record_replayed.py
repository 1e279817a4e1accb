"""Golden records replayed: what an older version recorded gives today what it gave then."""

import json
from pathlib import Path

import pytest

from trucewatch.mission.rebuilding import rebuild

GOLDEN = Path(__file__).resolve().parent.parent / "golden"
RECORDS = sorted(path.name for path in GOLDEN.glob("record-*") if path.is_dir())


def silent(_step: str) -> None:
    """Tell nobody."""


def test_every_golden_record_has_its_digests_beside_it() -> None:
    assert RECORDS
    assert sorted(path.name for path in GOLDEN.glob("*.rebuild.json")) == [
        f"{name}.rebuild.json" for name in RECORDS
    ]


@pytest.mark.parametrize("name", RECORDS)
def test_a_golden_record_gives_what_it_gave_when_it_was_made(name: str) -> None:
    kept = json.loads((GOLDEN / f"{name}.rebuild.json").read_text("utf-8"))
    made = rebuild(GOLDEN / name, step=silent)
    head = kept["of"].partition(" of ")[2]
    assert made.of.partition(" of ")[2] == head, "the golden record itself was altered"
    different = {
        output
        for output in kept["digests"].keys() | made.digests.keys()
        if kept["digests"].get(output) != made.digests.get(output)
    }
    assert not different, "meant? then see `A later version` in docs/decisions/0011"
