"""Compile the kernels that fusing calls, by fusing a small simulated world, so that several processes find them made.

Rules:
- what is compiled is kept where Numba keeps it, beside the code or in the user's cache; nothing else is kept;
- run it with `python tools/kernels.py`; it is done in a few seconds when they are compiled already.
"""

from trucewatch.fuse.compiled import few
from trucewatch.fuse.fuse import fuse
from trucewatch.simulate.observed import observe
from trucewatch.simulate.preset import preset
from trucewatch.simulate.world import world


def main() -> None:
    """Fuse what a small truce's sources report, compiled."""
    seen = observe(world(preset("small"), seed=1))
    with few(0):
        fuse(seen.observations, seen.declared)


if __name__ == "__main__":
    main()
