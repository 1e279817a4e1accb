"""The ledger as a table that leaves: each statement, fact and record about them, as its audience is told of it.

Rules:
- a row is one noun: what sort it is, its id, and all that is told of it as one JSON text;
- what is not in it was not released, and nobody outside is told of it.
"""

from __future__ import annotations

import polars as pl

from trucewatch.model.tables import Column, Table

LEDGER = Table(
    name="ledger",
    meaning="The ledger as it was released: a statement, a fact or a record about them a row.",
    columns=(
        Column(
            name="noun",
            dtype=pl.String,
            meaning="what it is: statement, fact, status, contest or another",
            required=True,
        ),
        Column(name="id", dtype=pl.String, meaning="its id: PACK/ID, or the record's", required=True),
        Column(name="told", dtype=pl.String, meaning="all that is told of it, as JSON", required=True),
    ),
)
