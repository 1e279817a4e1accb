"""The house: each rule is a fact of this project, and catches an offender planted in a tree of its own."""

import ast
import tomllib
from pathlib import Path

import house
import pytest

ROOT = Path(__file__).resolve().parent.parent
HOUSE = house.HOUSE


def test_every_room_has_its_floor() -> None:
    assert not house.strangers(HOUSE)


def test_imports_go_down_only() -> None:
    assert not house.imports_up(HOUSE)


def test_rooms_on_one_floor_do_not_see_each_other() -> None:
    assert not house.imports_sideways(HOUSE)


def test_imports_stand_at_the_top_of_the_module_and_nowhere_else() -> None:
    assert not house.imports_not_at_top(HOUSE)


def test_imports_name_their_module_in_full() -> None:
    assert not house.imports_relative(HOUSE)


def test_simulate_knows_the_model_only() -> None:
    assert not house.simulate_knows_more_than_model(HOUSE)


def test_the_core_has_no_hands() -> None:
    assert not house.core_with_hands(HOUSE)


def test_the_log_knows_the_errors_only_and_its_store_alone_has_files() -> None:
    assert not house.log_stands_alone(HOUSE)


def test_one_file_alone_looks_at_a_clock() -> None:
    assert not house.asks_for_the_time(HOUSE)


def test_each_room_uses_its_own_libraries_only() -> None:
    assert not house.libraries_out_of_place(HOUSE)


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert not house.circles(HOUSE)


def test_packages_say_one_sentence_and_hold_no_code() -> None:
    assert not house.init_with_code(HOUSE)


def test_no_name_is_on_the_banned_list() -> None:
    assert not house.banned_names(HOUSE)


def test_the_core_knows_the_type_of_everything() -> None:
    assert not house.any_in_core(HOUSE)


def test_every_function_says_what_it_returns() -> None:
    assert not house.returns_untyped(HOUSE)


def test_only_the_door_of_a_face_catches_every_exception() -> None:
    assert not house.catches_everything(HOUSE)


def test_there_are_at_most_twelve_errors_to_learn() -> None:
    assert not house.too_many_errors(HOUSE)


def test_every_error_is_drawn_in_one_file() -> None:
    assert not house.errors_elsewhere(HOUSE)


def test_files_are_short_enough_to_read() -> None:
    assert not house.long_files(HOUSE)


def test_functions_are_short_enough_to_read() -> None:
    assert not house.long_functions(HOUSE)


def test_everything_public_says_what_it_is() -> None:
    assert not house.public_without_docstring(HOUSE)


def test_every_module_of_the_core_says_the_rules_it_keeps() -> None:
    assert not house.core_without_rules(HOUSE)


def test_no_function_passes_on_what_it_does_not_name() -> None:
    assert not house.kwargs_passed_through(HOUSE)


def test_what_is_held_never_changes() -> None:
    assert not house.dataclasses_that_change(HOUSE)


def test_importing_does_no_work() -> None:
    assert not house.work_at_import(HOUSE)


def test_nothing_is_remembered_between_calls() -> None:
    assert not house.caches_and_globals(HOUSE)


def test_the_core_never_waits() -> None:
    assert not house.waits_in_core(HOUSE)


def test_content_holds_no_code() -> None:
    assert not house.code_in_content(HOUSE)


def test_no_file_names_a_registry_or_one_machine() -> None:
    assert not house.addresses(ROOT)


def test_no_test_pretends() -> None:
    assert not house.tests_that_pretend(ROOT / "tests")


def test_every_test_is_named_for_a_fact() -> None:
    assert not house.tests_without_a_sentence(ROOT / "tests")


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert len(names) == len(set(names))


def test_every_declared_source_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    modules = {module.name for module in HOUSE.modules}
    declared = project["entry-points"]["trucewatch.sources"].values()
    assert [point for point in declared if point.partition(":")[0] not in modules] == []


def test_every_rule_has_an_offender() -> None:
    tree = ast.parse(Path(house.__file__).read_text("utf-8"))
    rules = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and [ast.unparse(a.annotation) for a in node.args.args if a.annotation] == ["House"]
        and not node.name.startswith("_")
    }
    assert rules == {rule for rule, _, _ in OFFENDERS}


DOC = '"""A module.\n\nRules:\n- it keeps one.\n"""\n'
CLEAN = {
    "__init__.py": '"""The package."""\n',
    "errors.py": DOC + 'class BadError(Exception):\n    """Somebody must act."""\n',
    "model/__init__.py": '"""The nouns."""\n',
    "model/noun.py": DOC
    + "from dataclasses import dataclass\n\nimport polars as pl\n\n"
    + '@dataclass(frozen=True, slots=True, kw_only=True)\nclass Noun:\n    """A noun."""\n    frame: pl.DataFrame\n',
    "fuse/fuse.py": DOC
    + "from trucewatch.model.noun import Noun\n\n"
    + 'def fuse(noun: Noun) -> Noun:\n    """Return the noun."""\n    return noun\n',
    "cover/cover.py": DOC + "WATCHED = 1\n",
    "log/tree.py": DOC + "from trucewatch.errors import BadError\n\nimport cryptography\n\nMET = BadError\n",
    "log/store.py": DOC
    + "import os\nfrom pathlib import Path\n\nfrom trucewatch.log.tree import MET\n\n"
    + 'def kept(path: Path) -> bytes:\n    """Return the bytes."""\n    return path.read_bytes()\n',
    "mission/clock.py": DOC
    + "from datetime import UTC, datetime\n\n"
    + 'def now() -> datetime:\n    """Return the moment."""\n    return datetime.now(UTC)\n',
    "cli/main.py": DOC
    + 'import click\n\ndef main() -> None:\n    """Run."""\n'
    + "    try:\n        click.echo()\n    except Exception:\n        raise\n",
}
BODY = '    """Do it."""\n'
OFFENDERS: list[tuple[str, str, str]] = [
    ("strangers", "attic/old.py", ""),
    ("imports_up", "model/noun.py", "from trucewatch.fuse.fuse import fuse\n"),
    ("imports_up", "fuse/fuse.py", "import trucewatch.mission.clock\n"),
    ("imports_sideways", "cover/cover.py", "from trucewatch.fuse import fuse\n"),
    ("imports_not_at_top", "fuse/fuse.py", f"def f() -> None:\n{BODY}    import json\n"),
    ("imports_not_at_top", "fuse/fuse.py", "if TYPE_CHECKING:\n    import json\n"),
    ("imports_relative", "fuse/fuse.py", "from . import links\n"),
    ("simulate_knows_more_than_model", "simulate/world.py", "from trucewatch.fuse.fuse import fuse\n"),
    ("core_with_hands", "fuse/fuse.py", "import os\n"),
    ("core_with_hands", "fuse/fuse.py", "from time import sleep\n"),
    ("core_with_hands", "model/noun.py", "def f(name: str) -> str:\n    return open(name).read()\n"),
    ("core_with_hands", "log/tree.py", "import os\n"),
    ("log_stands_alone", "log/tree.py", "from trucewatch.model.noun import Noun\n"),
    ("log_stands_alone", "log/store.py", "from trucewatch.model import noun\n"),
    ("log_stands_alone", "log/tree.py", "import trucewatch\n"),
    ("log_stands_alone", "log/tree.py", "from pathlib import Path\n"),
    ("log_stands_alone", "log/store.py", "import socket\n"),
    ("log_stands_alone", "log/store.py", "from time import sleep\n"),
    ("log_stands_alone", "log/tree.py", f"def f(path: T) -> bytes:\n{BODY}    return path.read_bytes()\n"),
    ("libraries_out_of_place", "log/tree.py", "import polars\n"),
    ("libraries_out_of_place", "fuse/fuse.py", "from cryptography import x509\n"),
    ("asks_for_the_time", "mission/journal.py", "from datetime import datetime\nNOW = datetime.now\n"),
    ("asks_for_the_time", "cli/day.py", "import datetime\nDAY = datetime.date.today()\n"),
    ("asks_for_the_time", "mission/journal.py", "from time import monotonic\n"),
    ("libraries_out_of_place", "fuse/fuse.py", "import click\n"),
    ("libraries_out_of_place", "errors.py", "import numpy as np\n"),
    ("circles", "model/noun.py", "from trucewatch.model import verb\n"),
    ("init_with_code", "model/__init__.py", '"""Nouns."""\nfrom trucewatch.model.noun import Noun\n'),
    ("banned_names", "fuse/fuse.py", f"def score(pair: int) -> int:\n{BODY}    return pair\n"),
    ("banned_names", "fuse/fuse.py", "class SourceManager:\n    pass\n"),
    ("banned_names", "fuse/fuse.py", f"def f(raw_data: int) -> int:\n{BODY}    return raw_data\n"),
    ("banned_names", "fuse/utils.py", ""),
    ("any_in_core", "fuse/fuse.py", "from typing import Any\nX: Any = 1\n"),
    ("any_in_core", "fuse/fuse.py", "import typing\nX: typing.Any = 1\n"),
    ("returns_untyped", "fuse/fuse.py", f"def f(a: int):\n{BODY}"),
    (
        "catches_everything",
        "cli/main.py",
        "def f() -> None:\n    try:\n        f()\n    except:\n        pass\n",
    ),
    (
        "catches_everything",
        "fuse/fuse.py",
        "def f() -> None:\n    try:\n        f()\n    except (OSError, Exception):\n        pass\n",
    ),
    ("too_many_errors", "errors.py", "".join(f"class E{n}(Exception):\n    pass\n" for n in range(13))),
    ("errors_elsewhere", "fuse/fuse.py", "class FuseError(ValueError):\n    pass\n"),
    ("long_files", "fuse/fuse.py", "A = 1\n" * 400),
    ("long_functions", "fuse/fuse.py", "def f() -> None:\n" + "    a = 1\n" * 31),
    ("public_without_docstring", "fuse/fuse.py", "def f() -> None:\n    pass\n"),
    (
        "public_without_docstring",
        "fuse/fuse.py",
        'class Kept:\n    """Kept."""\n    def f(self) -> None:\n        pass\n',
    ),
    ("core_without_rules", "fuse/links.py", ""),
    ("kwargs_passed_through", "fuse/fuse.py", "def f(**rest: int) -> None:\n    f(**rest)\n"),
    ("dataclasses_that_change", "fuse/fuse.py", "@dataclass(frozen=True)\nclass Pair:\n    a: int\n"),
    (
        "dataclasses_that_change",
        "fuse/fuse.py",
        "@dataclass(slots=True, kw_only=True)\nclass Pair:\n    a: int\n",
    ),
    ("dataclasses_that_change", "fuse/fuse.py", "@dataclass\nclass _Growing:\n    a: int\n"),
    ("work_at_import", "fuse/fuse.py", "print(1)\n"),
    ("work_at_import", "fuse/fuse.py", "for n in range(3):\n    A = n\n"),
    ("caches_and_globals", "fuse/fuse.py", "from functools import lru_cache\n"),
    ("caches_and_globals", "fuse/fuse.py", "def f() -> None:\n    global A\n    A = 1\n"),
    ("waits_in_core", "fuse/fuse.py", "async def f() -> None:\n    pass\n"),
    ("code_in_content", "content/rules.py", ""),
]


def _tree(root: Path, files: dict[str, str]) -> house.House:
    for where, source in files.items():
        path = root / where
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, "utf-8")
    return house.House(root)


@pytest.mark.parametrize(("rule", "where", "source"), OFFENDERS)
def test_a_planted_offender_is_caught(rule: str, where: str, source: str, tmp_path: Path) -> None:
    check: house.Rule = getattr(house, rule)
    files = {**CLEAN, "model/verb.py": DOC + "from trucewatch.model.noun import Noun\n"}
    assert check(_tree(tmp_path / "clean", files)) == []
    before = "" if where.endswith("__init__.py") or not source else files.get(where, DOC)
    assert check(_tree(tmp_path / "planted", {**files, where: before + source}))


@pytest.mark.parametrize(
    "line",
    ["see https://py" + "pi.org/project/x", "cd /wor" + "k/main", "--index" + "-url x", "/roo" + "t/.cache"],
)
def test_a_planted_address_is_caught(line: str, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text("fine: https://www.osce.org/\n", "utf-8")
    assert house.addresses(tmp_path) == []
    (tmp_path / "docs" / "page.md").write_text(f"fine\n{line}\n", "utf-8")
    assert house.addresses(tmp_path) == ["docs/page.md:2"]


def test_a_planted_mock_and_a_test_without_a_sentence_are_caught(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text("from unittest" + ".mock import Mock\ndef test_x(): ...\n", "utf-8")
    assert house.tests_that_pretend(tmp_path) == ["test_x.py"]
    assert house.tests_without_a_sentence(tmp_path) == ["test_x.py test_x"]
