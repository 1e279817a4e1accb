"""`trucewatch release`: what leaves to an audience, by two names."""

from __future__ import annotations

import click

from trucewatch.cli.releasing import approve_, dry_run_, list_, propose_, publish_, retract_, show_
from trucewatch.cli.row_proofs import check_, prove_

command = click.Group(
    "release",
    help="What leaves to an audience: proposed by one person, approved by another, published, retracted.",
    short_help="Propose, approve, publish and retract what leaves to an audience.",
    commands=(list_, propose_, show_, dry_run_, approve_, publish_, retract_, prove_, check_),
)
