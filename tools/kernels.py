"""Compile the kernels that fusing calls, by walking one exercise, so that several processes find them made.

Rules:
- what is compiled is kept where Numba keeps it, beside the code or in the user's cache; nothing else is kept;
- run it with `python tools/kernels.py`; it is done in a few seconds when they are compiled already.
"""

import tempfile
from pathlib import Path

from trucewatch.mission.drill import drill


def main() -> None:
    """Walk an exercise in a folder that is removed afterwards."""
    with tempfile.TemporaryDirectory() as made:
        drill(Path(made) / "exercise", Path(made) / "files")


if __name__ == "__main__":
    main()
