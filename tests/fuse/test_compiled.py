"""Kernels are compiled when they are called, and no sooner."""

import subprocess
import sys

from trucewatch.fuse.compiled import kernel

ASKED = "import sys; from trucewatch.cli.record import command; sys.exit('numba' in sys.modules)"


@kernel
def doubled(x: int) -> int:
    """Return twice `x`."""
    return 2 * x


@kernel
def quadrupled(x: int) -> int:
    """Return four times `x`, by another kernel."""
    return doubled(doubled(x))


def test_verifying_a_record_does_not_wait_for_a_compiler() -> None:
    assert subprocess.run([sys.executable, "-c", ASKED], check=False).returncode == 0


def test_a_kernel_calls_another() -> None:
    assert quadrupled(3) == 12
