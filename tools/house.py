"""The house's rules: who stands on which floor, who may know whom, and the habits that every file keeps.

Rules:
- every rule is a function from a tree of files to the offences met in it, each as "file:line what";
- `tests/test_house.py` holds the project to them, and shows that each catches an offender.
"""

import ast
import re
import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STEPS = ("ingest", "read", "fuse", "cover", "assess", "decide", "guarantee", "report", "simulate")
FLOORS = dict.fromkeys(STEPS, 3) | {
    "__init__": 1,
    "errors": 1,
    "model": 2,
    "log": 2,
    "mission": 4,
    "web": 5,
    "api": 5,
    "cli": 6,
}
CORE = frozenset(room for room, floor in FLOORS.items() if floor <= 3)
COMMON = frozenset({"polars", "numpy", "numba", "shapely", "pyproj"})
LIBRARIES = {
    **dict.fromkeys(STEPS, COMMON),
    "fuse": COMMON | {"numba"},
    "read": COMMON | {"lingua", "sentencex", "simplemma", "dateparser", "babel"},
    "model": frozenset({"polars", "numpy", "shapely", "rfc8785"}),
    "log": frozenset({"cryptography"}),
    "report": COMMON | {"jinja2", "markupsafe", "babel"},
    "mission": COMMON | {"msgspec", "httpx", "argon2", "weasyprint"},
    "web": frozenset({"litestar", "uvicorn", "jinja2", "markupsafe", "msgspec", "babel", "polars", "numpy"}),
    "api": COMMON,
    "cli": frozenset({"click", "rich"}),
}
HANDS = frozenset(
    {"os", "socket", "sqlite3", "time", "random", "logging", "pathlib", "subprocess", "shutil", "tempfile"}
    | {"threading", "multiprocessing", "asyncio", "secrets", "glob", "http", "urllib", "ftplib", "smtplib"}
)
CLOCK, DOOR, STORE = "mission/clock.py", "cli/main.py", "log/store.py"
ALONE = "content/verifier/verify.py"  # a program that is copied out: no module of ours
STORE_HANDS = frozenset({"os", "pathlib", "shutil"})
ON_FILES = frozenset(
    {"open", "read_bytes", "read_text", "write_bytes", "write_text", "mkdir", "unlink", "rename", "iterdir"}
    | {"glob", "rglob", "exists", "is_file", "is_dir", "stat", "touch", "rmdir"}
)
BANNED = frozenset(
    {"score", "confidence", "manager", "handler", "helper", "utils", "service", "base", "data", "info"}
    | {"process"}
)
ASKS_TIME = re.compile(
    r"(^|\.)((datetime|date)\.(now|utcnow|today)"
    r"|time\.(time|time_ns|monotonic|monotonic_ns|perf_counter|perf_counter_ns|localtime|gmtime))$"
)
# Written in halves, so that this file does not hold what it looks for.
ADDRESS = re.compile(
    "|".join(
        half + other
        for half, other in (
            *(("/wor", "k/"), ("/roo", "t/"), ("/tmp/", "tw"), ("/opt/p", "ypi"), ("py", r"pi\.org")),
            *(("pythonhosted", r"\.org"), ("index", "-url"), ("--find", "-links"), ("npm", r"js\.org")),
            ("/sim", "ple/"),
        )
    )
)
KEPT = (
    *("src", "tests", "docs", "bench", "tools", ".ci", "check.py", "pyproject.toml", "mkdocs.yml"),
    *("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"),
    *("requirements.txt", "requirements-dev.txt"),
)
NOT_TEXT = frozenset({".png", ".parquet", ".pyc", ".mo", ".woff2", ".gz"})
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, kw_only=True)
class Module:
    """One Python file of a tree."""

    where: str  # its path from the tree's root, such as model/tables.py
    source: str
    tree: ast.Module

    @property
    def room(self) -> str:
        return self.where.split("/")[0].removesuffix(".py")

    @property
    def name(self) -> str:
        inside = self.where.removesuffix(".py").removesuffix("__init__").rstrip("/")
        return ".".join(("trucewatch", *filter(None, inside.split("/"))))

    @property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        return [node for node in ast.walk(self.tree) if isinstance(node, FUNCTIONS)]

    @property
    def classes(self) -> list[ast.ClassDef]:
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef)]

    @property
    def imports(self) -> Iterator[tuple[str, ast.stmt]]:
        """Every name that is imported, wherever the import stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((f"{'.' * node.level}{node.module or ''}.{a.name}", node) for a in node.names)


@dataclass(frozen=True)
class House:
    """All Python files under one folder."""

    root: Path

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        paths = [path for path in sorted(self.root.rglob("*.py")) if path != self.root / ALONE]
        sources = {path: path.read_text("utf-8") for path in paths}
        return tuple(
            Module(where=path.relative_to(self.root).as_posix(), source=text, tree=ast.parse(text))
            for path, text in sources.items()
        )

    def known(self, target: str) -> str | None:
        """The module that an imported name belongs to, None when it is not ours."""
        names = {module.name for module in self.modules}
        while target and target not in names:
            target = target.rpartition(".")[0]
        return target or None


HOUSE = House(ROOT / "src" / "trucewatch")
Rule = Callable[[House], list[str]]


def _at(module: Module, node: ast.AST, what: str = "") -> str:
    return f"{module.where}:{getattr(node, 'lineno', 0)} {what}".rstrip()


def _rooms_met(house: House) -> Iterator[tuple[Module, ast.stmt, str]]:
    for module in house.modules:
        for target, node in module.imports:
            parts = target.split(".")
            if parts[0] == "trucewatch":
                yield module, node, parts[1] if parts[1] in FLOORS else "__init__"


def strangers(house: House) -> list[str]:
    return [m.where for m in house.modules if m.room not in FLOORS and m.where != "__main__.py"]


def imports_up(house: House) -> list[str]:
    met = _rooms_met(house)
    return [_at(m, n, room) for m, n, room in met if FLOORS[room] > FLOORS.get(m.room, 9)]


def imports_sideways(house: House) -> list[str]:
    met = _rooms_met(house)
    return [_at(m, n, r) for m, n, r in met if r != m.room and FLOORS[r] == FLOORS.get(m.room, 9)]


def imports_not_at_top(house: House) -> list[str]:
    return [_at(m, n, t) for m in house.modules for t, n in m.imports if n not in m.tree.body]


def imports_relative(house: House) -> list[str]:
    return [_at(m, n, t) for m in house.modules for t, n in m.imports if t.startswith(".")]


def simulate_knows_more_than_model(house: House) -> list[str]:
    met = [(m, n, room) for m, n, room in _rooms_met(house) if m.room == "simulate"]
    return [_at(m, n, room) for m, n, room in met if room not in ("simulate", "model", "errors")]


def core_with_hands(house: House) -> list[str]:
    core = [m for m in house.modules if m.room in CORE and m.where != STORE]
    found = [_at(m, n, t) for m in core for t, n in m.imports if t.split(".")[0] in HANDS]
    opened = [(m, n) for m in core for n in ast.walk(m.tree) if isinstance(n, ast.Call)]
    return found + [_at(m, n) for m, n in opened if ast.unparse(n.func) in ("open", "print", "input")]


def log_stands_alone(house: House) -> list[str]:
    """The log can be lifted out: it knows the errors only, and its store alone has hands, for files."""
    log = [m for m in house.modules if m.room == "log"]
    ours = [(m, n, t) for m in log for t, n in m.imports if t.split(".")[0] == "trucewatch"]
    known = re.compile(r"trucewatch\.(log|errors)\.")
    hands = [(m, n, t) for m in log for t, n in m.imports if t.split(".")[0] in HANDS]
    calls = [(m, n) for m in log for n in ast.walk(m.tree) if isinstance(n, ast.Call)]
    files = [(m, n) for m, n in calls if isinstance(n.func, ast.Attribute) and n.func.attr in ON_FILES]
    return (
        [_at(m, n, t) for m, n, t in ours if not known.match(t)]
        + [_at(m, n, t) for m, n, t in hands if m.where != STORE or t.split(".")[0] not in STORE_HANDS]
        + [_at(m, n, ast.unparse(n.func)) for m, n in files if m.where != STORE]
    )


def asks_for_the_time(house: House) -> list[str]:
    others = [m for m in house.modules if m.where != CLOCK]
    asked = [(m, n) for m in others for n in ast.walk(m.tree) if isinstance(n, ast.Attribute)]
    return [_at(m, n) for m, n in asked if ASKS_TIME.search(ast.unparse(n))] + [
        _at(m, n, t) for m in others for t, n in m.imports if ASKS_TIME.search(t)
    ]


def libraries_out_of_place(house: House) -> list[str]:
    ours = sys.stdlib_module_names | {"trucewatch", ""}
    met = [(m, n, t.split(".")[0]) for m in house.modules for t, n in m.imports]
    return [_at(m, n, t) for m, n, t in met if t not in ours and t not in LIBRARIES.get(m.room, ())]


def circles(house: House) -> list[str]:
    edges = {m.name: {house.known(t) for t, _ in m.imports} - {None, m.name} for m in house.modules}
    edges = {name: seen - {"trucewatch"} for name, seen in edges.items()}
    while leaves := [name for name, seen in edges.items() if not seen & edges.keys()]:
        edges = {name: seen for name, seen in edges.items() if name not in leaves}
    return sorted(edges)


def init_with_code(house: House) -> list[str]:
    inits = [m for m in house.modules if m.where.endswith("__init__.py")]
    return [m.where for m in inits if len(m.tree.body) != 1 or ast.get_docstring(m.tree) is None]


def _names(module: Module) -> Iterator[tuple[ast.AST, str]]:
    yield module.tree, module.where.split("/")[-1].removesuffix(".py")
    for node in ast.walk(module.tree):
        if isinstance(node, (ast.ClassDef, *FUNCTIONS)):
            yield node, node.name
        elif isinstance(node, ast.arg):
            yield node, node.arg


def banned_names(house: House) -> list[str]:
    parts = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
    met = [(m, n, name) for m in house.modules for n, name in _names(m)]
    return [_at(m, n, name) for m, n, name in met if BANNED & {p.lower() for p in parts.findall(name)}]


def any_in_core(house: House) -> list[str]:
    core = [(m, n) for m in house.modules if m.room in CORE for n in ast.walk(m.tree)]
    named = [(m, n) for m, n in core if isinstance(n, ast.Name) and n.id == "Any"]
    return [_at(m, n) for m, n in named] + [
        _at(m, n) for m, n in core if isinstance(n, ast.Attribute) and n.attr == "Any"
    ]


def returns_untyped(house: House) -> list[str]:
    return [_at(m, f, f.name) for m in house.modules for f in m.functions if f.returns is None]


def catches_everything(house: House) -> list[str]:
    catches = [(m, n) for m in house.modules for n in ast.walk(m.tree) if isinstance(n, ast.ExceptHandler)]
    wide = re.compile(r"\b(Base)?Exception\b")
    return [_at(m, n) for m, n in catches if n.type is None] + [
        _at(m, n) for m, n in catches if n.type and wide.search(ast.unparse(n.type)) and m.where != DOOR
    ]


def _errors(house: House) -> list[tuple[Module, ast.ClassDef]]:
    faults = re.compile(r"(Error|Exception)\b")
    every = [(m, c) for m in house.modules for c in m.classes]
    return [(m, c) for m, c in every if any(faults.search(ast.unparse(base)) for base in c.bases)]


def too_many_errors(house: House) -> list[str]:
    found = [_at(m, c, c.name) for m, c in _errors(house)]
    return found if len(found) > 12 else []


def errors_elsewhere(house: House) -> list[str]:
    return [_at(m, c, c.name) for m, c in _errors(house) if m.where != "errors.py"]


def long_files(house: House) -> list[str]:
    lines = {m.where: m.source.count("\n") + 1 for m in house.modules}
    found = [f"{where} {length}" for where, length in lines.items() if length > 400]
    middle = statistics.median(lines.values())
    return found + ([f"the median is {middle}"] if middle > 130 else [])


def long_functions(house: House) -> list[str]:
    every = [(m, f, (f.end_lineno or f.lineno) - f.lineno + 1) for m in house.modules for f in m.functions]
    lengths = sorted(length for _, _, length in every) or [0]
    if lengths[int(0.95 * len(lengths))] <= 30:
        return []
    return [_at(m, f, f"{f.name} {length}") for m, f, length in every if length > 30]


def public_without_docstring(house: House) -> list[str]:
    found = [m.where for m in house.modules if ast.get_docstring(m.tree) is None]
    for module in house.modules:
        kept = [module.tree, *(c for c in module.classes if not c.name.startswith("_"))]
        public = [n for p in kept for n in p.body if isinstance(n, (ast.ClassDef, *FUNCTIONS))]
        public = [n for n in public if not n.name.startswith("_")]
        found += [_at(module, n, n.name) for n in public if ast.get_docstring(n) is None]
    return found


def core_without_rules(house: House) -> list[str]:
    told = {m.where: ast.get_docstring(m.tree) or "" for m in house.modules if m.room in CORE}
    plain = re.compile(r"^Rules\b.*:\n- ", re.MULTILINE | re.DOTALL)
    return [where for where, text in told.items() if "__init__" not in where and not plain.search(text)]


def kwargs_passed_through(house: House) -> list[str]:
    return [
        _at(m, call)
        for m in house.modules
        for f in m.functions
        if f.args.kwarg
        for call in ast.walk(f)
        if isinstance(call, ast.Call)
        and any(k.arg is None and ast.unparse(k.value) == f.args.kwarg.arg for k in call.keywords)
    ]


def dataclasses_that_change(house: House) -> list[str]:
    """What is private to a file may grow while one function works on it; nothing that is handed on may."""
    every = [(m, c, ast.unparse(d)) for m in house.modules for c in m.classes for d in c.decorator_list]
    kept = [(m, c, d) for m, c, d in every if d.startswith(("dataclass", "dataclasses.dataclass"))]
    marks = {True: {"slots=True", "kw_only=True"}, False: {"frozen=True", "slots=True", "kw_only=True"}}
    return [
        _at(m, c, c.name) for m, c, d in kept if not all(mark in d for mark in marks[c.name.startswith("_")])
    ]


def work_at_import(house: House) -> list[str]:
    calls = [(m, n) for m in house.modules for n in m.tree.body if isinstance(n, ast.Expr)]
    loops = (ast.For, ast.While, ast.With, ast.Try, ast.AsyncFor, ast.AsyncWith)
    return [_at(m, n) for m, n in calls if isinstance(n.value, ast.Call)] + [
        _at(m, n) for m in house.modules for n in m.tree.body if isinstance(n, loops)
    ]


def caches_and_globals(house: House) -> list[str]:
    caches = re.compile(r"functools\.(cache|lru_cache|cached_property)$")
    return [_at(m, n, t) for m in house.modules for t, n in m.imports if caches.search(t)] + [
        _at(m, n) for m in house.modules for n in ast.walk(m.tree) if isinstance(n, ast.Global)
    ]


def waits_in_core(house: House) -> list[str]:
    core = [(m, n) for m in house.modules if m.room in CORE for n in ast.walk(m.tree)]
    return [_at(m, n) for m, n in core if isinstance(n, (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor))]


def code_in_content(house: House) -> list[str]:
    return [m.where for m in house.modules if m.room == "content"]


def _made(path: Path) -> bool:
    return any(part == "__pycache__" or (part.startswith(".") and part != ".ci") for part in path.parts)


def addresses(root: Path) -> list[str]:
    """Return where files of the project hold an address of a package registry or of one machine."""
    kept = [root / name for name in KEPT]
    files = [f for top in kept for f in (sorted(top.rglob("*")) if top.is_dir() else [top]) if f.is_file()]
    texts = [f for f in files if f.suffix not in NOT_TEXT and not _made(f.relative_to(root))]
    return [
        f"{file.relative_to(root)}:{number}"
        for file in texts
        for number, line in enumerate(file.read_text("utf-8", errors="replace").splitlines(), 1)
        if ADDRESS.search(line)
    ]


def tests_that_pretend(root: Path) -> list[str]:
    """Return where a test patches our own code or mocks it."""
    pretend = re.compile(r"unittest[.]mock|Magic[M]ock|monkeypatch[.]setattr")
    files = sorted(root.rglob("*.py"))
    return [file.name for file in files if pretend.search(file.read_text("utf-8"))]


def tests_without_a_sentence(root: Path) -> list[str]:
    """Return tests whose name is no fact: fewer than three words after `test_`."""
    trees = [(f, ast.parse(f.read_text("utf-8"))) for f in sorted(root.rglob("test_*.py"))]
    tests = [(f, n.name) for f, tree in trees for n in ast.walk(tree) if isinstance(n, FUNCTIONS)]
    return [f"{f.name} {n}" for f, n in tests if n.startswith("test_") and len(n.split("_")) < 4]
