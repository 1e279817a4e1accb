"""The language's page: every key and condition on it is read, and every key that is read is on it."""

import re
from pathlib import Path

import pytest

from trucewatch.assess.example_keys import DRAWN_LINE, DRAWN_ZONE, EXAMPLE
from trucewatch.assess.examples import read_example, work
from trucewatch.assess.forms import Key
from trucewatch.assess.keys import CLAUSE, FRONT
from trucewatch.assess.leaves import LEAVES
from trucewatch.assess.markdown import read_agreement
from trucewatch.assess.zones import PROPERTIES, read_shapes
from trucewatch.mission.content import basemap, beginning_files

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "agreement-language.md").read_text("utf-8")
BEGUN = beginning_files()
TEXT = BEGUN["agreement.md"].decode()
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
TABLE = PAGE[PAGE.index("| written | holds when |") : PAGE.index("`line` with `side")]
WRITTEN = [
    one
    for row in TABLE.splitlines()[2:]
    for one in re.findall(r"`(\{.*?\})`", row.split(" | ")[0])
    if "..." not in one
]


def clause(block: str) -> str:
    return TEXT[: TEXT.index("## T-4")] + f"## T-4 Title\n\nWords.\n\n```toml\n{block}```\n"


@pytest.mark.parametrize("condition", WRITTEN)
def test_a_condition_of_the_page_is_read(condition: str) -> None:
    block = f'act = "forbidden"\nphenomena = ["fire"]\nreadings = ["strip"]\nwhen = {condition}\n'
    assert read_agreement(clause(block), name="t").clause("t/T-4").when is not None


def names(keys: tuple[Key, ...]) -> set[str]:
    return {name for key in keys for name in (key.name, *names(key.inner))}


def test_every_key_that_is_read_is_on_the_page() -> None:
    said = set(re.findall(r"[a-z_]+", PAGE))
    keys = names(
        (*FRONT, *CLAUSE, *EXAMPLE, *DRAWN_LINE, *DRAWN_ZONE, *(key for leaf in LEAVES for key in leaf.keys))
    )
    assert len(WRITTEN) >= len(LEAVES) - 3
    assert (keys | set(PROPERTIES)) - said == set()


def test_the_clause_and_the_worked_example_of_the_page_are_read_and_come_out_as_they_say() -> None:
    stages, example = (block for block in BLOCKS if not block.startswith("#:"))
    agreement = read_agreement(clause(stages), name="t")
    read = read_example(example, agreement=agreement, file="page.toml")
    worked = work(read, agreement, basemap(), read_shapes(BEGUN["zones.geojson"].decode()))
    assert (worked.verdict, worked.why_not) == (read.verdict, read.why_not)
