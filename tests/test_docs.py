"""The documentation is true: its commands print what it shows, its reference is the program's, its pages stay home."""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
import reference
from pictures import LARGEST_BYTES, PICTURES, Picture, shoot
from PIL import Image

from trucewatch.cli import main

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
FENCE = re.compile(r"^```(\w+)(?: +title=\"([^\"]+)\")?[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"[|&;<>$`*?~(){}\n\\]")  # what the shell would take for its own
QUOTED = re.compile(r"'[^']*'|\"[^\"$`\\]*\"")  # what the shell leaves as it is
EXIT = '; echo "exit $?"'
WORD_OF = re.compile(r"\$\(([^()$]+)\)")  # one word, which a test puts in as bash does
FOLLOWED = (
    "tutorial.md",
    "tutorial-case.md",
    "how-to/add-a-source.md",
    "how-to/file-a-patrol-form.md",
    "how-to/follow-a-guarantee.md",
    "how-to/notebook.md",
    "how-to/check-an-assessment.md",
    "how-to/people-and-keys.md",
    "how-to/accounts-and-roles.md",
    "how-to/read-a-document.md",
    "how-to/release-a-day.md",
    "how-to/run-an-exercise.md",
    "how-to/verify-a-record.md",
)


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command that a page tells its reader to type, and the lines it says will follow."""

    typed: str
    shown: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """Lines of Python that a page has its reader run, and what it says they print."""

    typed: str
    shown: tuple[str, ...]


def steps(text: str) -> Iterator[Command | Cell | tuple[str, str]]:
    """Yield what a page has its reader do, in order: commands, cells of Python, and files to save by name."""
    fences = FENCE.findall(text)
    for (kind, title, body), (after, _, printed) in zip(fences, [*fences[1:], ("", "", "")], strict=True):
        if title:
            yield title, body
        elif kind == "python":
            yield Cell(typed=body, shown=tuple(printed.rstrip("\n").split("\n")) if after == "text" else ())
        elif kind == "console":
            for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                typed, *shown = part.rstrip("\n").split("\n")
                yield Command(typed=typed, shown=tuple(shown))


def as_shown(shown: tuple[str, ...]) -> re.Pattern[str]:
    """Return what output must match: a line of "..." is any lines, "…" in a line any text."""
    lines = [r"(?:.*\n)*?" if line.strip() == "..." else _line(line) for line in shown]
    return re.compile("".join(lines))


def _line(line: str) -> str:
    return ".*?".join(re.escape(part) for part in line.split("…")) + r"\n"


def typed(command: str, folder: Path, home: Path, exported: Mapping[str, str]) -> str:
    """Return what the real program prints for `command` in `folder`, both streams as a terminal shows them."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "NO_COLOR": "1", "COLUMNS": "200"}
    bare, after = (command.removesuffix(EXIT), command.endswith(EXIT))
    environment |= exported
    bare = WORD_OF.sub(lambda found: _piped(found[1], folder, environment).strip(), bare)
    each = [_own(part) for part in bare.split(" && ")]
    if not all(each):
        return _in_shell(command, folder, environment) if after else _piped(bare, folder, environment)
    printed, code = "", 0
    for words in filter(None, each):
        assert not code, f"$ {command}\n{printed}"
        more, _, code = _in_here(words, folder, environment)
        printed += more
    assert after or code in (0, 1), f"$ {command}\n{printed}"
    return f"{printed}exit {code}\n" if after else printed


def _own(part: str) -> list[str] | None:
    """Return the words after `trucewatch`, or None when it is not that program alone that is asked."""
    if SHELL.search(QUOTED.sub("", part)) or not part.startswith("trucewatch "):
        return None
    return shlex.split(part)[1:]


def _piped(command: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Return what `command` prints, with the program in this interpreter where it begins or ends a pipe."""
    first, _, rest = command.partition(" | ")
    begins, ends = _own(first), _own(rest)
    if begins and rest and "trucewatch" not in rest:
        out, said, code = _in_here(begins, folder, environment, apart=True)
        assert code in (0, 1), f"$ {command}\n{said}"
        return said + _in_shell(rest, folder, environment, given=out)
    if ends and "trucewatch" not in first:
        given = _in_shell(first, folder, environment)
        out, _, code = _in_here(ends, folder, environment, given=given)
        assert code in (0, 1), f"$ {command}\n{out}"
        return out
    return _in_shell(command, folder, environment)


def _in_shell(command: str, folder: Path, environment: Mapping[str, str], *, given: str = "") -> str:
    """Return what bash prints for `command`, to which `given` comes."""
    run = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=environment,
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode in (0, 1), f"$ {command}\n{run.stdout}"
    return run.stdout


def _in_here(
    words: list[str], folder: Path, environment: Mapping[str, str], *, given: str = "", apart: bool = False
) -> tuple[str, str, int]:
    """Return what the program prints, what it says on stderr where that is kept `apart`, and its exit code.

    It is run in this interpreter, which is the same and starts at once.
    """
    out, kept = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True), dict(os.environ)
    said = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) if apart else out
    os.environ.clear()
    os.environ.update(environment)
    before = sys.stdin
    try:
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8") as sys.stdin,
            contextlib.chdir(folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(said),
        ):
            sys.stdin.write(given)
            sys.stdin.seek(0)
            code = main.run(words)
    finally:
        sys.stdin = before
        os.environ.clear()
        os.environ.update(kept)
    out.seek(0)
    said.seek(0)
    printed = out.read()
    return printed, said.read() if apart else "", code


def run_cell(cell: Cell, folder: Path, names: dict[str, object]) -> str:
    """Return what a cell prints in `folder`; `names` are those of the cells before it."""
    out = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out):
        exec(compile(cell.typed, "cell", "exec"), names)
    return out.getvalue()


def follow(page: Path, folder: Path) -> int:
    """Do what `page` says in `folder`, hold it to what it shows, and return how many commands it had."""
    count, home, exported, names = 0, folder, dict[str, str](), dict[str, object]()
    for step in steps(page.read_text("utf-8")):
        if isinstance(step, tuple):
            saved = folder / step[0]
            saved.write_text((saved.read_text("utf-8") if saved.exists() else "") + step[1], "utf-8")
            continue
        count += 1
        if isinstance(step, Cell):
            printed = run_cell(step, folder, names)
            assert not step.shown or as_shown(step.shown).fullmatch(printed), f"{step.typed}\n{printed}"
            continue
        if step.typed.startswith("cd "):
            folder = folder / step.typed.removeprefix("cd ")
            continue
        if step.typed.startswith("export "):
            name, _, value = step.typed.removeprefix("export ").partition("=")
            exported[name] = value.replace("$HOME", str(home))
            continue
        printed = typed(step.typed, folder, home, exported)
        if step.shown:
            assert as_shown(step.shown).fullmatch(printed), (
                f"$ {step.typed}\n{printed}\nbut {page.name} shows {step.shown}"
            )
    return count


@pytest.mark.parametrize("page", FOLLOWED)
def test_a_page_followed_word_for_word_shows_what_it_says(page: str, tmp_path: Path) -> None:
    assert follow(DOCS / page, tmp_path) >= 2
    for picture in (one for one in PICTURES if one.page == page):
        kept = Path(os.environ.get("TRUCEWATCH_PICTURES", tmp_path)) / picture.name
        shoot(tmp_path / picture.made, kept, wide=picture.wide, high=picture.high)
        looked_at(kept, picture)
        looked_at(DOCS / "images" / picture.name, picture)


def looked_at(path: Path, picture: Picture) -> None:
    """Hold a picture to its size, and to showing something."""
    assert path.stat().st_size <= LARGEST_BYTES
    with Image.open(path) as image:
        assert image.size == (picture.wide, picture.high)
        shades = image.convert("L").histogram()
    assert sum(count > 0 for count in shades) >= 32, f"{path.name} has hardly a shade"
    assert max(shades) < 0.97 * sum(shades), f"{path.name} is blank"


def test_the_documentation_shows_exactly_the_pictures_that_are_made() -> None:
    shown = {
        (page.parent / name).resolve()
        for page in (ROOT / "README.md", *DOCS.rglob("*.md"))
        for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page.read_text("utf-8"))
    }
    assert shown == {DOCS / "images" / picture.name for picture in PICTURES}
    assert {path.name for path in (DOCS / "images").iterdir()} == {picture.name for picture in PICTURES}
    assert {picture.page for picture in PICTURES} <= set(FOLLOWED)


def test_a_page_that_shows_something_else_is_caught(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        '```csv title="a.csv"\nx\n```\n\n```console\n$ cat a.csv; echo 1.5 s\nx\n… s\n```\n', "utf-8"
    )
    (tmp_path / "one").mkdir()
    assert follow(page, tmp_path / "one") == 1
    page.write_text("```console\n$ echo seen\nunseen\n```\n", "utf-8")
    with pytest.raises(AssertionError, match=r"but page\.md shows"):
        follow(page, tmp_path)


def test_the_reference_is_the_programs_own() -> None:
    kept = {path.name: path.read_text("utf-8") for path in (DOCS / "reference").iterdir()}
    made = reference.pages()
    stale = sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name))
    assert stale == [], "run: python tools/reference.py"


def test_the_reference_names_every_column_verb_and_error() -> None:
    made = reference.pages()
    assert "| **`observation_id`** | String |" in made["tables.md"]
    assert "## trucewatch init" in made["verbs.md"]
    assert "| `IntegrityError` | 4 |" in made["errors.md"]


def test_every_decision_is_in_the_index_and_names_what_was_refused() -> None:
    index = (DOCS / "decisions" / "index.md").read_text("utf-8")
    for record in sorted((DOCS / "decisions").glob("0*.md")):
        assert f"({record.name})" in index
        assert "## What we refused\n\n- **" in record.read_text("utf-8"), record.name


class Loads(HTMLParser):
    """What a browser fetches by itself when it opens a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        quiet = {"canonical", "alternate", "next", "prev"}
        if tag == "link" and known.get("rel") not in quiet:
            self.found.append(known.get("href") or "")
        elif tag != "a":
            self.found += [known[name] or "" for name in ("src", "srcset", "poster", "data") if name in known]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation as built, strictly."""
    built = tmp_path_factory.mktemp("site")
    command = [
        sys.executable,
        "-m",
        "mkdocs",
        "build",
        "--strict",
        "-q",
        "-f",
        str(ROOT / "mkdocs.yml"),
        "-d",
        str(built),
    ]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return built


def test_no_page_of_the_documentation_loads_anything_from_elsewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 10
    for page in pages:
        loads = Loads()
        loads.feed(page.read_text("utf-8"))
        assert [address for address in loads.found if re.match(r"(?i)(\w+:)?//", address)] == [], page


def test_no_style_of_the_documentation_loads_anything_from_elsewhere(site: Path) -> None:
    for style in [*site.rglob("*.css"), *site.rglob("*.html")]:
        assert (
            re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^'\")]+", style.read_text("utf-8")) == []
        ), style
