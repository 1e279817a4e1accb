"""MapLibre GL as it ships: its module, worker and style from the unpacked npm package, icons as files of their own.

Usage: python tools/maplibre.py PACKAGE_FOLDER

Rules:
- nothing of its code is changed but the line that names a source map, which does not ship;
- its style's `data:` pictures become files beside it, so that a policy of `default-src 'self'` holds.
"""

import re
import sys
from pathlib import Path
from urllib.parse import unquote

STATIC = Path(__file__).resolve().parent.parent / "src" / "trucewatch" / "web" / "static" / "map"
PICTURE = re.compile(r'url\("data:image/svg\+xml;charset=utf-8,([^"]+)"\)')
SOURCE_MAP = re.compile(rb"\n//# sourceMappingURL=\S+\s*$")


def icons_apart(style: str) -> tuple[str, dict[str, str]]:
    """Return a style whose pictures are files, and the files."""
    files: dict[str, str] = {}

    def named(met: re.Match[str]) -> str:
        text = unquote(met.group(1))
        name = next((known for known, other in files.items() if other == text), f"icon-{len(files) + 1}.svg")
        files[name] = text
        return f'url("{name}")'

    return PICTURE.sub(named, style), files


def main(package: Path) -> None:
    """Copy what ships."""
    STATIC.mkdir(parents=True, exist_ok=True)
    for name in ("maplibre-gl.mjs", "maplibre-gl-worker.mjs"):
        (STATIC / name).write_bytes(SOURCE_MAP.sub(b"\n", (package / "dist" / name).read_bytes()))
    style, files = icons_apart((package / "dist" / "maplibre-gl.css").read_text("utf-8"))
    (STATIC / "maplibre-gl.css").write_text(style, "utf-8")
    for name, text in files.items():
        (STATIC / name).write_text(text, "utf-8")
    (STATIC / "maplibre-licence.txt").write_bytes((package / "LICENSE.txt").read_bytes())
    print(f"{STATIC}: {len(files)} icons, {sum(p.stat().st_size for p in STATIC.iterdir()) // 1024} KiB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
