"""The keys under which programs sent lines: which bytes each stood for first, beyond the server's own life.

Rules:
- a key is its sender's and its source's: of both and of the bytes only a SHA-256 is kept, beside the accounts;
- a key counts for a week; older ones, and more than a sender's newest so many, are forgotten;
- two who send under one key at once are told of one first: it is written before the lines are taken in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from trucewatch.mission.account_store import FILE, micros, opened_accounts
from trucewatch.mission.folder import Folder

COUNTS = timedelta(days=7)
MOST = 10_000  # keys of one sender
REQUESTS = """
CREATE TABLE IF NOT EXISTS requests(
  sender TEXT NOT NULL, key TEXT NOT NULL, bytes TEXT NOT NULL, at_us INTEGER NOT NULL, PRIMARY KEY (sender, key)
) STRICT, WITHOUT ROWID
"""
FORGET = """
DELETE FROM requests WHERE at_us <= ? OR (sender = ? AND key NOT IN (
  SELECT key FROM requests WHERE sender = ? ORDER BY at_us DESC, key LIMIT ?))
"""


def first_sent(
    folder: Folder, digest: str, *, person: str, source: str, key: str, at: datetime, most: int = MOST
) -> str:
    """Return the digest of what was sent first under a key that still counts; `digest` when nothing was."""
    sender, named = _digest(person), _digest(f"{source}\x00{key}")
    since = micros(at - COUNTS)
    with opened_accounts(folder.path / FILE) as store:
        store.execute(REQUESTS)
        asked = "SELECT bytes FROM requests WHERE sender = ? AND key = ? AND at_us > ?"
        found = store.execute(asked, [sender, named, since]).fetchone()
        if found is not None:
            return str(found["bytes"])
        store.execute(
            "INSERT OR REPLACE INTO requests VALUES(?, ?, ?, ?)", [sender, named, digest, micros(at)]
        )
        store.execute(FORGET, [since, sender, sender, most])
    return digest


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
