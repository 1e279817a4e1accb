"""The files that pages are made of: what the package holds, by name, and nothing else.

Rules:
- a name is looked up in what is there, never joined to a path;
- the style of a served page is that of the report, and then the shell's own.
"""

from __future__ import annotations

from importlib import resources

from trucewatch.web.asked import NOT_HERE, Answer, Ask, Sent

TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "mjs": "text/javascript",
    "json": "application/json",
    "geojson": "application/geo+json",
    "svg": "image/svg+xml",
    "png": "image/png",
    "woff2": "font/woff2",
    "pbf": "application/x-protobuf",
    "txt": "text/plain",
}
STYLE = "style.css"


def static_file(ask: Ask) -> Answer:
    """Return a file of the package by its name and, when it has one, its folder."""
    name = ask.named["file"]
    kind = TYPES.get(name.rpartition(".")[2])
    raw = _style() if name == STYLE else _file(ask.named.get("folder", ""), name)
    return NOT_HERE if raw is None or kind is None else Sent(raw=raw, media_type=kind, lasting=True)


def _file(folder: str, name: str) -> bytes | None:
    entries = {entry.name: entry for entry in resources.files("trucewatch.web").joinpath("static").iterdir()}
    if folder:
        inner = entries.get(folder)
        entries = {one.name: one for one in inner.iterdir()} if inner is not None and inner.is_dir() else {}
    found = entries.get(name)
    return found.read_bytes() if found is not None and found.is_file() else None


def _style() -> bytes:
    report = resources.files("trucewatch.report").joinpath("templates", STYLE)
    own = resources.files("trucewatch.web").joinpath("static", "shell.css")
    return report.read_bytes() + own.read_bytes()
