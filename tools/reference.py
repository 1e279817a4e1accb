"""Write docs/reference from the program itself: tables, verbs, errors, configuration.

Rules:
- `pages()` is the reference, by file name; the same program gives the same bytes;
- `tests/test_docs.py` fails when docs/reference is not what this would write;
- run it with `python tools/reference.py` after a change to a table, a verb, an error or a key.
"""

import inspect
import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import click

from trucewatch import errors
from trucewatch.cli.main import program
from trucewatch.decide.moves import LEGAL, words_of
from trucewatch.mission import config
from trucewatch.mission.access import (
    EVERYBODY,
    OF_KIND,
    OF_TOKENS,
    RESTRICTED,
    TABLE,
    Action,
    Viewer,
    audience_of_viewer,
)
from trucewatch.mission.access import (
    words_of as words_of_action,
)
from trucewatch.mission.invitations import Part
from trucewatch.mission.release_rules import LEGAL_STEPS
from trucewatch.model import vocabulary
from trucewatch.model.outside import NAMED
from trucewatch.model.tables import TABLES, TEXTS, Column
from trucewatch.model.tally import TALLIES

OUT = Path(__file__).resolve().parent.parent / "docs" / "reference"
MADE = "<!-- Made by tools/reference.py from the program; change the program, not this page. -->\n"
INDEX = """# Reference

Made from the program itself; a test fails when these pages are stale.

- [Moves of a case](moves.md): who may do what with a case, state by state
- [Roles](roles.md): who may do what, part by part, and what each is shown
- [Tables](tables.md): every column with its type, unit and meaning, and the closed lists of words
- [Verbs](verbs.md): the command `trucewatch`, each verb with its arguments and options
- [Errors](errors.md): what must be acted on, and exit codes
- [Configuration](configuration.md): `trucewatch.toml` and `sources.toml`, key by key, and their JSON Schemas
"""
FILES = {"mission": "trucewatch.toml", "sources": "sources.toml"}
EXITS = {
    0: "fine",
    1: "something was found: a row refused, a check that did not hold",
    2: "usage: mend it and try again",
    3: "refused by policy",
    4: "integrity broken",
    70: "our fault: please report it",
}


def pages() -> Mapping[str, str]:
    """Return each page of the reference by its file name."""
    found = {
        "index.md": INDEX,
        "tables.md": "\n".join(_tables()),
        "moves.md": "\n".join(_moves()),
        "roles.md": "\n".join(_roles()),
        "verbs.md": "\n".join(_verbs()),
        "errors.md": "\n".join(_errors()),
        "configuration.md": "\n".join(_configuration(config.schemas())),
    }
    return {name: f"{MADE}\n{text.rstrip()}\n" for name, text in found.items()}


def _grid(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    if not rows:
        return
    yield ""
    for row in (head, ("---",) * len(head), *rows):
        yield f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def _tables() -> Iterator[str]:
    yield "# Tables"
    yield ""
    yield "Parquet, CSV and GeoJSON in and out. Null is *not known* or *not stated*, never zero. A column in"
    yield "**bold** may not be empty."
    for table in (*TABLES, TALLIES):
        yield f"\n## {table.name}\n\n{table.meaning} (schema {table.schema_number})"
        rows = [_column(column) for column in table.columns]
        yield from _grid(("column", "type", "unit", "meaning"), rows)
    yield "\n## What leaves\n"
    yield "Of a row whose source is not published these columns leave to an audience with a policy, places as cells and"
    yield "times as whole steps; the others are empty. See [decision 0021](../decisions/0021-releases.md)."
    left = [(name, ", ".join(f"`{one}`" for one in sorted(columns))) for name, columns in NAMED.items()]
    yield from _grid(("table", "columns"), left)
    yield "\n## Words\n\nThe closed lists; a word outside them is refused with its row."
    for words in _vocabularies():
        yield f"\n### {words.__name__}\n\n{inspect.getdoc(words)}\n"
        yield ", ".join(f"`{word.value}`" for word in words)


def _column(column: Column) -> tuple[str, ...]:
    name = f"**`{column.name}`**" if column.required else f"`{column.name}`"
    kind = "list of String" if column.dtype == TEXTS else str(column.dtype).split("(")[0]
    words = f" ([{column.words.__name__}](#{column.words.__name__.lower()}))" if column.words else ""
    return name, kind, column.unit, column.meaning + words


def _vocabularies() -> list[type[StrEnum]]:
    met = [column.words for table in TABLES for column in table.columns if column.words]
    named = [words for words in vars(vocabulary).values() if isinstance(words, type)]
    others = sorted((words for words in met if words not in named), key=lambda words: words.__name__)
    return [
        words for words in [*named, *dict.fromkeys(others)] if words in met or words is vocabulary.Audience
    ]


def _verbs() -> Iterator[str]:
    yield "# Verbs\n\n`trucewatch VERB`. Each verb also takes `--help`. Exit codes:"
    yield from _grid(("code", "meaning"), [(str(code), words) for code, words in EXITS.items()])
    yield from _commands(program, "trucewatch", 2)


def _commands(group: click.Group, before: str, depth: int) -> Iterator[str]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None:
            continue
        path = f"{before} {name}"
        usage = " ".join([path, *command.collect_usage_pieces(click.Context(command))])
        yield f"\n{'#' * depth} {path}\n\n{inspect.cleandoc(command.help or '')}\n\n```text\n{usage}\n```"
        shown = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
        yield from _grid(("option", "takes", "meaning"), [_option(option) for option in shown])
        if isinstance(command, click.Group):
            yield from _commands(command, path, depth + 1)


def _option(option: click.Option) -> tuple[str, ...]:
    takes = "" if option.is_flag else option.make_metavar(click.Context(click.Command("x")))
    about = option.help or ""
    if option.show_default and option.default not in (None, False):
        default = option.default
        plain = " ".join(map(str, default)) if isinstance(default, tuple | list) else str(default)
        about += f" Default: {plain}."
    return ", ".join(f"`{name}`" for name in option.opts), f"`{takes}`" if takes else "", about


def _moves() -> Iterator[str]:
    yield "# Moves of a case\n"
    yield "Who may make which move in which state, and where it leads; what is not here is not legal.\n"
    rows = [
        (
            words_of(state),
            kind.value.replace("_", " "),
            ", ".join(sorted(r.value for r in roles)),
            words_of(after),
        )
        for (state, kind), (roles, after) in LEGAL.items()
    ]
    yield from _grid(("a case that is", "takes", "by", "and is then"), rows)


def _roles() -> Iterator[str]:
    yield "# Roles\n"
    yield "Who may do what. What is not marked is refused, and the refusal gives its reason: `trucewatch person why`."
    yield "A person's roles are in the record; a token, a session or a key adds none.\n"
    rows = [
        (
            words_of_action(action),
            ", ".join(sorted(TABLE[action])) if action not in EVERYBODY else "everybody",
            _noted(action),
        )
        for action in Action
    ]
    yield from _grid(("to", "is for", ""), rows)
    yield "## Whose each record is\n"
    yield "Asked under the writer's lock, by both verifiers and by every reader, once somebody has a part in cases."
    yield "Moves, marks, keys, parts and what is sealed have tables of their own.\n"
    kinds = {
        action: [k.value.replace("_", " ") for k, of in OF_KIND.items() if of is action] for action in Action
    }
    held = [(", ".join(names), words_of_action(action)) for action, names in kinds.items() if names]
    yield from _grid(("to record", "is to"), held)
    yield "## The steps of a release\n"
    yield "Author, verifier and releaser are three people: a step is not theirs who did what is named.\n"
    yield from _grid(("a release that is", "takes", "by", "not by who", "and is then"), _steps())
    yield "## What each is shown\n"
    yield "Whoever has several roles is shown the narrowest of these; whoever speaks for both parties, what is public."
    shown = [(part.value, audience_of_viewer(Viewer(parts=frozenset({part}))).value) for part in Part]
    yield from _grid(("who is", "is shown what is for"), shown)


def _steps() -> list[tuple[str, ...]]:
    return [
        (
            state.value if state else "none",
            kind.value.replace("_", " "),
            ", ".join(sorted(TABLE[OF_KIND[kind]])),
            ", ".join(sorted(not_whose)) or "nobody",
            after.value,
        )
        for (state, kind), (after, not_whose) in LEGAL_STEPS.items()
    ]


def _noted(action: Action) -> str:
    notes = {"written down": action in RESTRICTED, "a token may": action in OF_TOKENS}
    return ", ".join(note for note, holds in notes.items() if holds)


def _errors() -> Iterator[str]:
    tree = inspect.cleandoc(errors.__doc__ or "").split("\n\n")
    yield f"# Errors\n\n{tree[0]}\n\n```text\n{inspect.cleandoc(tree[1])}\n```\n"
    yield "A bad row is never an error: it is refused with its row and reason, and the rest is taken."
    every = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    rows = [(f"`{k.__name__}`", str(k.exit_code), inspect.getdoc(k) or "") for k in every]
    yield from _grid(("error", "exit code", "meaning"), rows)


def _configuration(schemas: Mapping[str, bytes]) -> Iterator[str]:
    yield "# Configuration\n\nUnknown keys are refused with a suggestion. Each file has a published JSON Schema."
    for name, text in schemas.items():
        schema = json.loads(text)
        about = "mission" if name.startswith("trucewatch") else "sources"
        yield f"\n## {FILES[about]}\n\nJSON Schema: [{name}](../schema/{name})"
        for part, declared in schema.get("$defs", {}).items():
            if "properties" not in declared:
                continue
            yield f"\n### {part}\n\n{declared.get('description', '')}"
            needed = set(declared.get("required", ()))
            rows = [
                (f"**`{key}`**" if key in needed else f"`{key}`", _kind(value), value.get("description", ""))
                for key, value in declared["properties"].items()
            ]
            yield from _grid(("key", "value", "meaning"), rows)


def _kind(value: Mapping[str, object]) -> str:
    if "$ref" in value:
        return str(value["$ref"]).rpartition("/")[2]
    if isinstance(either := value.get("anyOf"), list):
        return " or ".join(kind for one in either if (kind := _kind(one)) != "null")
    if "pattern" in value:
        return f"`{value['pattern']}`"
    return str(value.get("type", "any"))


def main() -> None:
    """Write every page of the reference."""
    OUT.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (OUT / name).write_text(text, "utf-8")
        print(OUT / name)


if __name__ == "__main__":
    main()
