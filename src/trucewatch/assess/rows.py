"""What was weighed, as rows of ASSESSMENTS.

Rules:
- millions of rows have few kinds of evidence and few sets of reasons: each is worked out once and looked up;
- an id is the incident's with the first eight digits of what stands for clause, version and reading;
- rows are made in the order of their incidents' ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from trucewatch.assess.asked import Asked, Odds
from trucewatch.assess.columns import Columns, Ints
from trucewatch.assess.conditions import Weighed, ceiling
from trucewatch.assess.held import LIKELY, Flags, bit, reasons
from trucewatch.assess.objections import objections
from trucewatch.model.agreement import Agreement, Clause, Reading, WhyNot
from trucewatch.model.canonical import content_id
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import ASSESSMENTS
from trucewatch.model.vocabulary import Ceiling, Subject, Truth, Verdict

VERDICTS = (Verdict.APPARENT_BREACH, Verdict.INDETERMINATE)
_PLACE, _TIME, _EVIDENCE = 40, 41, 42  # bits of a row's key above those of its reasons
UNSET = ("area_id", "from_utc", "to_utc")  # of incidents: the incident has them
EVIDENCE = ("means", "source_ids", "phenomenon", "n_origins", "lead")
"""What an objection to an assessment rests on, besides its reasons, place and time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The kinds of evidence there are, and which each incident has."""

    kinds: pl.DataFrame  # EVIDENCE, ceiling
    of: Ints  # row of `kinds`, one an incident


def evidence_of(asked: Asked, profiles: Mapping[str, SourceProfile]) -> Evidence:
    """Return the kinds of evidence: means, sources, phenomenon, one origin or more, and whom the odds point to."""
    frame = asked.columns.frame.with_columns(_lead(asked.odds))
    told = frame.select(
        *(pl.col(name).list.join("\n").alias(f"{name}_key") for name in ("means", "source_ids")),
        pl.col("phenomenon").alias("kind_key"),
        pl.col("n_origins").fill_null(1).clip(upper_bound=2).alias("origins_key"),
        pl.col("lead").alias("lead_key"),
    )
    keys = told.columns
    first = told.with_row_index("row").group_by(keys, maintain_order=True).agg(pl.col("row").first())
    numbered = first.with_row_index("nth")
    of = told.join(numbered, on=keys, how="left", nulls_equal=True, maintain_order="left")["nth"]
    kinds = frame.select(EVIDENCE)[first["row"].to_numpy()]
    return Evidence(
        kinds=kinds.with_columns(ceiling(profiles).alias("ceiling")), of=of.to_numpy().astype(np.int64)
    )


def _lead(odds: Odds) -> pl.Series:
    """Return the party that an incident is likely of, by its code; null where neither is."""
    leads = np.zeros(len(odds.p_open), dtype=np.int64)
    for nth, p in enumerate(odds.p_party.values(), start=1):
        leads[p >= LIKELY] = nth
    return pl.Series("lead", [None, *odds.p_party], pl.String).gather(leads)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The verdict on each incident in a clause's scope, and why it is no more."""

    at: Ints
    verdict: Ints  # index in VERDICTS
    why: Ints  # bits


def judge(weighed: Weighed, opened: Flags, evidence: Evidence) -> Judged:
    """Return verdicts: an apparent breach where all holds, no exception is open and the evidence may carry it."""
    at = weighed.at
    reported = (evidence.kinds["ceiling"] == Ceiling.REPORTED.value).to_numpy()[evidence.of[at]]
    alone = (evidence.kinds["n_origins"].fill_null(1) <= 1).to_numpy()[evidence.of[at]]
    why = weighed.whole.why.copy()
    for met, reason in (
        (opened, WhyNot.EXCEPTION_OPEN),
        (reported, WhyNot.THERMAL_OR_TEXT_ONLY),
        (alone, WhyNot.SINGLE_ORIGIN),
    ):
        why |= np.where(met, bit(reason), 0)
    apparent = (weighed.whole.truth == int(Truth.YES)) & ~opened & ~reported
    return Judged(at=at, verdict=np.where(apparent, 0, 1), why=why)


def rows_of(
    judged: Judged,
    weighed: Weighed,
    evidence: Evidence,
    columns: Columns,
    clause: Clause,
    reading: Reading,
    agreement: Agreement,
    profiles: Mapping[str, SourceProfile],
) -> pl.DataFrame:
    """Return the assessments of one clause under one reading."""
    made = content_id("incident", clause.clause_id, agreement.version, reading.name)[:8]
    lookup = _lookup(judged, weighed, evidence, agreement, profiles)
    whole = pl.DataFrame(
        {
            "incident_id": columns.frame["incident_id"].gather(judged.at),
            "verdict": pl.Series([v.value for v in VERDICTS]).gather(judged.verdict),
            "why_not": lookup["why_not"],
            "p_breach": pl.Series(weighed.whole.probability(), nan_to_null=True),
            "ceiling": lookup["ceiling"],
            "objections": lookup["objections"],
        }
    )
    same = {
        "clause_id": clause.clause_id,
        "agreement_version": agreement.version,
        "reading": reading.name,
        "subject": Subject.INCIDENT.value,
    }
    unset = [pl.lit(None, ASSESSMENTS.schema[name]).alias(name) for name in UNSET]
    own = (pl.col("incident_id") + f"-{made}").alias("assessment_id")
    named = [pl.lit(word).alias(name) for name, word in same.items()]
    return whole.with_columns(own, *named, *unset).select(ASSESSMENTS.schema.names())


def _lookup(
    judged: Judged,
    weighed: Weighed,
    evidence: Evidence,
    agreement: Agreement,
    profiles: Mapping[str, SourceProfile],
) -> pl.DataFrame:
    """Return why_not, ceiling and objections of each row, worked out once for all rows that are alike."""
    key = judged.why | evidence.of[judged.at] << _EVIDENCE
    for name, place in (("place", _PLACE), ("time", _TIME)):
        if name in weighed.parts:
            key |= (weighed.parts[name].truth == int(Truth.UNKNOWN)).astype(np.int64) << place
    alike, which = _alike(key)
    bits, nth = np.unique(alike & ((1 << _PLACE) - 1), return_inverse=True)
    why = pl.Series("why_not", [reasons(each) for each in bits.tolist()], pl.List(pl.String)).gather(nth)
    kinds = evidence.kinds[alike >> _EVIDENCE].with_columns(
        why,
        *(
            pl.Series(f"t_{name}", np.where(alike >> place & 1, int(Truth.UNKNOWN), int(Truth.YES)))
            for name, place in (("place", _PLACE), ("time", _TIME))
        ),
    )
    worked = kinds.select("why_not", "ceiling", objections(agreement.parties, profiles).alias("objections"))
    return pl.DataFrame([column.gather(which) for column in worked.iter_columns()])


def _alike(keys: Ints) -> tuple[Ints, Ints]:
    """Return the different `keys` as they come, and which of them each is."""
    every = pl.DataFrame({"key": keys})
    first = every.unique("key", keep="first", maintain_order=True).with_row_index("nth")
    which = every.join(first, on="key", how="left", maintain_order="left")["nth"]
    return first["key"].to_numpy(), which.to_numpy().astype(np.int64)
