"""`trucewatch backup`: see `bundling`, which packs and unpacks."""

from __future__ import annotations

from trucewatch.cli.bundling import backup

command = backup
