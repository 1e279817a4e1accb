"""`trucewatch case`: cases listed, shown, and moved from an allegation to the follow-up of a remedy."""

from __future__ import annotations

import click

from trucewatch.cli.alleging import allege_
from trucewatch.cli.docket import docket_, inquire, join, list_, open_, show, triage
from trucewatch.cli.hearing import appeal, find, reopen, reply, retract
from trucewatch.cli.marks import mark, marks, unseal
from trucewatch.cli.noticing import due_, notices_
from trucewatch.cli.packs import pack
from trucewatch.cli.ruling import close, deliberate, determine, dissent, follow_up, remedy, vote

command = click.Group(
    "case",
    help="Cases: alleged, inquired into, found by a verifier, replied to by both parties, ruled on by a body.",
    short_help="List, show and move cases.",
    commands=(
        *(list_, docket_, due_, notices_, show, open_, allege_, triage, join, inquire),
        *(mark, marks, unseal, pack),
        *(find, reply, appeal, retract, reopen),
        *(deliberate, vote, dissent, determine, remedy, follow_up, close),
    ),
)
