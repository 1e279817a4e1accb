"""`trucewatch record`: verified, proved, checked, cosigned, rebuilt and packed."""

from __future__ import annotations

import click

from trucewatch.cli.bundling import pack_, rebuild_, unpack_, verifier
from trucewatch.cli.copying import copy_
from trucewatch.cli.cosigning import accept_, checkpoint, cosign_, cosigner, policy
from trucewatch.cli.erasing import erase_
from trucewatch.cli.verifying import check_, prove_, verify_

command = click.Group(
    "record",
    help="Verify the record, prove what stands in it, cosign it, recompute it, pack it.",
    short_help="Verify, prove, cosign, rebuild and pack the record.",
    commands=(
        *(verify_, prove_, check_),
        *(policy, checkpoint, cosigner, cosign_, accept_),
        *(rebuild_, pack_, unpack_, verifier),
        *(copy_, erase_),
    ),
)
