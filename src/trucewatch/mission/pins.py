"""Which incidents keep their ids, and what became of the observations that those ids are of.

Rules:
- what a case was opened on, and what was published to anybody, keeps its id, whatever is observed later;
- an observation that was read anew, out of the same bytes and row by a mended profile, is another observation: the pin
  of the one is of the other, which is its heir.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from trucewatch.mission.batches import Batch, batch_of
from trucewatch.mission.folder import Folder
from trucewatch.mission.journal import Kind, Record
from trucewatch.mission.known import Known
from trucewatch.mission.release_cases import incidents_in
from trucewatch.mission.release_rules import releases_of
from trucewatch.model.decision import Move, MoveKind
from trucewatch.model.formats import from_parquet
from trucewatch.model.tables import OBSERVATIONS

SAME = ("evidence", "row", "observation_id")


def pins_of(moves: Iterable[Move]) -> tuple[str, ...]:
    """Return the incidents that a case was opened on, the oldest first: they keep their ids."""
    opened = [move for move in moves if move.kind is MoveKind.OPEN and move.incident_id is not None]
    ordered = sorted(opened, key=lambda move: (move.at, move.move_id))
    return tuple(dict.fromkeys(move.incident_id for move in ordered if move.incident_id is not None))


def pins_known(record: Known) -> tuple[str, ...]:
    """Return every incident that keeps its id: of cases, then of what was published, the oldest first."""
    return (*pins_of(record.moves), *(_published(record) if record.policies else ()))


def heirs_known(record: Known) -> Mapping[str, str]:
    """Return the observations that stand for earlier ones of the same bytes and row, by the ids of those."""
    folder, standing = record.folder, {batch.evidence: batch for batch in record.batches}
    found: dict[str, str] = {}
    for batch in _replaced(folder.journal.replay(record.known_at), standing):
        rows = _rows(folder, batch).rename({"observation_id": "former"})
        now = _rows(folder, standing[batch.evidence])
        both = rows.join(now, on=["evidence", "row"], how="inner").filter(
            pl.col("former") != pl.col("observation_id")
        )
        found |= dict(both.select("former", "observation_id").iter_rows())
    return found


def _published(record: Known) -> tuple[str, ...]:
    """Return the incidents of every release that was published, retracted or not."""
    made = releases_of(record.folder.journal.replay(record.known_at), record.folder.journal.key).made.values()
    left = sorted((one.published_at, one.seq, one) for one in made if one.published_at is not None)
    names = (sorted(incidents_in(record.folder.vault, one.proposal.withheld.item)) for _, _, one in left)
    return tuple(name for each in names for name in each)


def _replaced(records: Iterable[Record], standing: Mapping[str, Batch]) -> list[Batch]:
    """Return the batches of observations in whose place others of the same bytes stand."""
    every = [batch_of(record.body, record.seq) for record in records if record.kind is Kind.BATCH]
    return [
        batch
        for batch in every
        if batch.table == OBSERVATIONS.name
        and batch.evidence in standing
        and standing[batch.evidence].seq != batch.seq
        and standing[batch.evidence].table == batch.table
    ]


def _rows(folder: Folder, batch: Batch) -> pl.DataFrame:
    """Return which observation each row of a batch gave; none when its rows are not here."""
    empty = OBSERVATIONS.empty().select(SAME)
    if batch.rows in batch.erased or not folder.vault.holds(batch.rows):
        return empty
    return from_parquet(OBSERVATIONS, folder.vault.get(batch.rows)).select(SAME)
