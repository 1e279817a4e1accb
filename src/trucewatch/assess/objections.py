"""The strongest objection open to each party, by one rule for both.

Rules:
- the party that the odds point to, and both where they point to neither, object that it is less than it seems:
  the first that holds of: an exception is open; the text does not say where, or its line is not known; all of it is
  told; every source is affiliated with the other; it is a heat spot; the place or the time is unsure; one origin
  only; nobody saw who;
- the other party objects that it is more than it seems: the exception was not shown; the text is open to another
  reading; the evidence is held to *reported*; the place or the time may as well lie inside; few could watch; the odds
  understate whose it is;
- swap the parties in the input and the output mirrors: the part counts, and not which of the two has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from trucewatch.assess.conditions import all_among
from trucewatch.model.agreement import Objection, Party, WhyNot
from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Means, Phenomenon, Truth


def objections(parties: Sequence[Party], profiles: Mapping[str, SourceProfile]) -> pl.Expr:
    """Return the list of `PARTY: code`, sorted, for rows of evidence with why_not, and `lead`: whom the odds point to."""
    codes = sorted(party.code for party in parties)
    if not codes:
        return pl.lit([], pl.List(pl.String))
    return pl.concat_list(
        pl.format(
            "{}: {}",
            pl.lit(code),
            pl.when(pl.col("lead").fill_null(code) == code)
            .then(_less(sorted(_against(code, codes, profiles))))
            .otherwise(_more()),
        )
        for code in codes
    )


def _against(code: str, codes: Sequence[str], profiles: Mapping[str, SourceProfile]) -> list[str]:
    """Return the sources affiliated with another party than `code`."""
    others = {
        word for other in codes if other != code for word in (f"party:{other}", f"supporter_of:{other}")
    }
    return [name for name, profile in profiles.items() if profile.affiliation in others]


def _less(affiliated: Sequence[str]) -> pl.Expr:
    """Return the first ground on which it is less than it seems."""
    why = pl.col("why_not")
    ladder = (
        (why.list.contains(WhyNot.EXCEPTION_OPEN.value), Objection.REPLY_UNDER_EXCEPTION),
        (
            why.list.contains(WhyNot.TEXT_SILENT.value) | why.list.contains(WhyNot.LINE_UNKNOWN.value),
            Objection.TEXT_OPEN,
        ),
        (all_among("means", [Means.TOLD.value]), Objection.CLAIM_ONLY),
        (all_among("source_ids", affiliated), Objection.SOURCE_AFFILIATED),
        (pl.col("phenomenon") == Phenomenon.THERMAL.value, Objection.NATURAL_CAUSE),
        (pl.col("t_place") == int(Truth.UNKNOWN), Objection.PLACE_UNSURE),
        (pl.col("t_time") == int(Truth.UNKNOWN), Objection.TIME_UNSURE),
        (pl.col("n_origins").fill_null(1) <= 1, Objection.SINGLE_ORIGIN),
    )
    return pl.coalesce(
        *(pl.when(condition).then(pl.lit(code.value)) for condition, code in ladder),
        pl.lit(Objection.NOT_SEEN_WHO.value),
    )


def _more() -> pl.Expr:
    """Return the first ground on which it is more than it seems."""
    why = pl.col("why_not")
    ladder = (
        (why.list.contains(WhyNot.EXCEPTION_OPEN.value), Objection.EXCEPTION_NOT_SHOWN),
        (
            why.list.contains(WhyNot.TEXT_SILENT.value) | why.list.contains(WhyNot.LINE_UNKNOWN.value),
            Objection.TEXT_OPEN,
        ),
        (why.list.contains(WhyNot.THERMAL_OR_TEXT_ONLY.value), Objection.HELD_TO_REPORTED),
        (pl.col("t_place") == int(Truth.UNKNOWN), Objection.PLACE_UNSURE),
        (pl.col("t_time") == int(Truth.UNKNOWN), Objection.TIME_UNSURE),
        (pl.col("n_origins").fill_null(1) <= 1, Objection.FEW_WATCHED),
    )
    return pl.coalesce(
        *(pl.when(condition).then(pl.lit(code.value)) for condition, code in ladder),
        pl.lit(Objection.UNDERSTATED.value),
    )
