"""Attribution and assessments against the truth: the seam to the agreement's side.

Rules:
- both take the incidents with the event each stands for (`marking.stands_for`) and the tables as the
  steps publish them, joined by `incident_id`; neither knows how they were made;
- odds lean to whoever has at least one half; a right lean is to the one who truly caused it;
- what is *unattributed* counts as half each party's in the log-loss, for that is what it says;
- false attribution is by side: of the incidents that were not one party's, how many lean to it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from trucewatch.model.marks import Attributed, Judged
from trucewatch.model.vocabulary import Verdict

LEANS = 0.5
LEAST_P = 1e-4
CAUSES: Mapping[str, str] = {
    "A": "p_a",
    "B": "p_b",
    "third": "p_third",
    "accident": "p_accident",
    "exercise": "p_exercise",
}
NO_ROW = "no_row"


def attributed(stood: pl.DataFrame, attributions: pl.DataFrame) -> tuple[Attributed, ...]:
    """Return by true cause to whom the odds of `attributions` (ATTRIBUTIONS) lean."""
    odds = stood.drop_nulls("event_id").join(attributions, on="incident_id")
    odds = odds.filter(pl.col("fired_by").is_in(list(CAUSES)))
    return tuple(_attributed(odds.filter(pl.col("fired_by") == cause), cause) for cause in CAUSES)


def _attributed(part: pl.DataFrame, cause: str) -> Attributed:
    shares = part.select(list(CAUSES.values())).fill_null(0.0).to_numpy()
    open_half = part["p_unattributed"].fill_null(0.0).to_numpy() / 2
    mine = shares[:, list(CAUSES).index(cause)]
    leans, right = shares.max(axis=1, initial=0.0) >= LEANS, mine >= LEANS
    stated = mine + (open_half if cause in ("A", "B") else 0.0)
    bits = -np.log2(np.clip(stated, LEAST_P, 1.0))
    return Attributed(
        cause=cause,
        incidents=part.height,
        right=int(right.sum()),
        wrong=int((leans & ~right).sum()),
        open=int((~leans).sum()),
        log_loss=round(float(bits.mean()), 4) if part.height else None,
    )


def false_attribution(stood: pl.DataFrame, attributions: pl.DataFrame) -> dict[str, float | None]:
    """Return for each party the share of incidents that were not its own and lean to it."""
    odds = stood.drop_nulls("event_id").join(attributions, on="incident_id")
    found: dict[str, float | None] = {}
    for party in ("A", "B"):
        others = odds.filter(pl.col("fired_by") != party, pl.col("fired_by").is_in(list(CAUSES)))
        leans = others.filter(pl.col(CAUSES[party]) >= LEANS).height
        found[party] = round(leans / others.height, 4) if others.height else None
    return found


def judged(stood: pl.DataFrame, assessments: pl.DataFrame, breaches: pl.DataFrame) -> tuple[Judged, ...]:
    """Return by clause and verdict how many incidents truly were breaches.

    `assessments` has the columns ASSESSMENTS; `breaches` has `clause_id` and `event_id`, a row for each event
    that truly is a breach of that clause. An incident without a row was found to show none.
    """
    found = []
    for clause_id in sorted(set(breaches["clause_id"])):
        true = breaches.filter(pl.col("clause_id") == clause_id)["event_id"]
        rows = assessments.filter(pl.col("clause_id") == clause_id).drop_nulls("incident_id")
        verdicts = rows.select("incident_id", "verdict").unique(
            "incident_id", keep="first", maintain_order=True
        )
        met = stood.join(verdicts, on="incident_id", how="left").with_columns(
            pl.col("verdict").fill_null(NO_ROW),
            breach=pl.col("event_id").is_in(true.implode()).fill_null(value=False),
        )
        for verdict in (Verdict.APPARENT_BREACH.value, Verdict.INDETERMINATE.value, NO_ROW):
            part = met.filter(pl.col("verdict") == verdict)["breach"]
            found.append(
                Judged(
                    clause_id=clause_id, verdict=verdict, breaches=int(part.sum()), others=int((~part).sum())
                )
            )
    return tuple(found)
