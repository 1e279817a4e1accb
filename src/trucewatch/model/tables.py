"""The tables, each declared once: its columns with dtype, unit and meaning.

Rules:
- times are UTC with microseconds; intervals are half open;
- places are degrees WGS 84; lengths are metres; azimuths are degrees clockwise from true north;
- null is *not known* or *not stated*, never zero;
- a table that reaches a step has exactly its columns, in order (`conform`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from trucewatch.errors import InputError
from trucewatch.model.vocabulary import (
    Ceiling,
    CountingRule,
    Means,
    Phenomenon,
    Sensitivity,
    Subject,
    Trajectory,
    Verdict,
    Watch,
)
from trucewatch.model.weapon import WeaponClass

UTC = pl.Datetime("us", "UTC")
TEXTS = pl.List(pl.String)
Dtype = pl.DataType | type[pl.DataType]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: what it is called, holds and means; `words` is its closed list when it has one."""

    name: str
    dtype: Dtype
    meaning: str
    unit: str = ""
    words: type[StrEnum] | None = None
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table's declaration; `schema_number` rises when a column changes."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    schema_number: int = 1

    @property
    def schema(self) -> pl.Schema:
        """The Polars schema, in column order."""
        return pl.Schema({c.name: c.dtype for c in self.columns})

    def empty(self) -> pl.DataFrame:
        """Return the table with no rows."""
        return pl.DataFrame(schema=self.schema)

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return `frame` with exactly this table's columns: missing ones null, others refused.

        Raises InputError for a column that is not declared, a required one with nulls, a word outside
        its closed list, or a number that is not finite.
        """
        here, declared = frozenset(frame.columns), [c.name for c in self.columns]
        unknown = [name for name in frame.columns if name not in declared]
        if unknown:
            known = ", ".join(declared)
            raise InputError(
                f"{self.name} has no column {unknown[0]!r}: rename it or leave it out; its columns are {known}"
            )
        try:
            whole = frame.select(
                (pl.col(c.name) if c.name in here else pl.lit(None)).cast(c.dtype).alias(c.name)
                for c in self.columns
            )
        except pl.exceptions.PolarsError as fault:
            raise InputError(f"{self.name}: a column has another type than declared: {fault}") from fault
        for c in self.columns:
            self._check(whole[c.name], c)
        return whole

    def _check(self, values: pl.Series, column: Column) -> None:
        if column.required and values.null_count():
            none = values.is_null()
            here = "give it in every row" if none.all() else f"it is in row {_first(none)}"
            raise InputError(f"{self.name}.{column.name} may not be empty: {here}")
        if column.dtype == pl.Float64 and not values.is_finite().all():
            at = _first(~values.is_finite())
            raise InputError(
                f"{self.name}.{column.name} has a number that is none, in row {at}: leave empty what is not known"
            )
        if column.words is None or values.null_count() == len(values):
            return
        strange = set(values.drop_nulls().unique()) - set(column.words)
        if strange:
            raise InputError(
                f"{self.name}.{column.name}: {min(strange)!r} is not one of {', '.join(column.words)}"
            )


def _first(true: pl.Series) -> int:
    """Return the first row, from 1, of which something is true."""
    return int(true.fill_null(False).arg_max() or 0) + 1


def _text(name: str, meaning: str, words: type[StrEnum] | None = None, *, required: bool = False) -> Column:
    return Column(name=name, dtype=pl.String, meaning=meaning, words=words, required=required)


def _time(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name=name, dtype=UTC, meaning=meaning, unit="UTC", required=required)


def _number(name: str, unit: str, meaning: str) -> Column:
    return Column(name=name, dtype=pl.Float64, meaning=meaning, unit=unit)


def _count(name: str, meaning: str) -> Column:
    return Column(name=name, dtype=pl.Int64, meaning=meaning, unit="1")


def _texts(name: str, meaning: str) -> Column:
    return Column(name=name, dtype=TEXTS, meaning=meaning)


OBSERVATIONS = Table(
    name="observations",
    meaning="One thing, reported once, by one source.",
    columns=(
        _text("observation_id", "content id: 32 hexadecimal digits", required=True),
        _text("source_id", "the source's name in sources.toml", required=True),
        _text("means", "how the source came to know", Means, required=True),
        _text("phenomenon", "what was observed", Phenomenon, required=True),
        _text("trajectory", "where a shot was in its flight", Trajectory),
        _time("from_utc", "start of the interval in which it happened", required=True),
        _time("to_utc", "end of that interval, exclusive", required=True),
        _number(
            "widened_s",
            "s",
            "how far from_utc and to_utc were each moved out because clock times are assumed",
        ),
        _time("reported_utc", "when the source had it"),
        _number("lon", "deg", "place: WGS 84 longitude"),
        _number("lat", "deg", "place: WGS 84 latitude"),
        _number("sigma_m", "m", "standard deviation of the place, per axis"),
        _number("major_m", "m", "standard deviation along the major axis of the place's ellipse"),
        _number("minor_m", "m", "standard deviation along its minor axis"),
        _number("azimuth_deg", "deg", "azimuth of the major axis, clockwise from north"),
        _number("observer_lon", "deg", "where the observer was: longitude"),
        _number("observer_lat", "deg", "where the observer was: latitude"),
        _number("bearing_deg", "deg", "true bearing from the observer to the middle of the sector"),
        _number("bearing_halfwidth_deg", "deg", "half the sector's width"),
        _number("distance_min_m", "m", "assessed distance from the observer, at least"),
        _number("distance_max_m", "m", "assessed distance from the observer, at most"),
        _text("area_id", "ISO 3166-2 or a zone's id, when only an area is known"),
        _number("heading_deg", "deg", "direction of flight"),
        _number("altitude_m", "m", "height above ground"),
        _count("count_min", "how many, at least; null: not stated"),
        _count("count_max", "how many, at most; null: no upper bound stated"),
        _text("weapon", "the weapon, in the source's words"),
        _number("calibre_mm", "mm", "calibre"),
        _text("held_by", "who held the observer's place, in the source's own words"),
        _text("told_by", "who claims it"),
        _text("reliability", "of the source: A to F (Admiralty)"),
        _count("credibility", "of the item: 1 to 6 (Admiralty)"),
        _text("origin", "what it was copied from: the same origin counts once"),
        _text("evidence", "the vault's name of the bytes it came from: SHA-256 over a salt and them"),
        _count("row", "its row in those bytes, the first after the header is 1"),
        _text("sensitivity", "who may see it", Sensitivity, required=True),
        _text("text", "the words as given"),
    ),
    schema_number=2,
)

INCIDENTS = Table(
    name="incidents",
    meaning="The observations judged to be one event.",
    columns=(
        _text("incident_id", "made from the smallest member's id", required=True),
        _time("from_utc", "start of the interval in which it happened", required=True),
        _time("to_utc", "end of that interval, exclusive", required=True),
        _number("lon", "deg", "centre of the 90 % ellipse: longitude; null when only an area is known"),
        _number("lat", "deg", "centre of the 90 % ellipse: latitude"),
        _number("major90_m", "m", "semi-major axis of the 90 % ellipse"),
        _number("minor90_m", "m", "semi-minor axis of the 90 % ellipse"),
        _number("azimuth_deg", "deg", "azimuth of the major axis, clockwise from north"),
        _text("area_id", "ISO 3166-2 or a zone's id, when only an area is known"),
        _text("phenomenon", "the likeliest kind", Phenomenon, required=True),
        _number("p_phenomenon", "1", "probability of that kind"),
        _text("trajectory", "where the shot was in its flight, when its observations agree", Trajectory),
        _number(
            "heading_deg", "deg", "direction of flight: the middle of the sector that its observations name"
        ),
        _number(
            "heading_halfwidth_deg", "deg", "half that sector's width, with half a compass point of error"
        ),
        _number("altitude_min_m", "m", "height above ground, the least of its observations"),
        _number("altitude_max_m", "m", "height above ground, the greatest of its observations"),
        _text("weapon", "the class of weapon, when its observations agree on one", WeaponClass),
        _number("calibre_min_mm", "mm", "calibre, the least that its observations name"),
        _number("calibre_max_mm", "mm", "calibre, the greatest that its observations name"),
        _count("count_min", "how many, at least: the largest of the posts' lower bounds"),
        _count("count_max", "how many, at most: the sum over the posts; null: no upper bound"),
        _count(
            "count_min90",
            "how many, by how far those who count err: least of the 90 % range; null: not known",
        ),
        _count("count_max90", "greatest of that range"),
        _number("p_real", "1", "probability that something happened of which no other incident tells"),
        _count("n_observations", "observations in it"),
        _count("n_origins", "independent origins in it"),
        _texts("means", "the means of its observations, sorted"),
        _texts("source_ids", "the sources of its observations, sorted"),
        _texts("told_by", "who claims it, sorted; empty unless every observation in it is told"),
        _texts("observations", "ids of its observations, sorted"),
    ),
    schema_number=3,
)

COUNTS = Table(
    name="counts",
    meaning="An incident's size under each counting rule.",
    columns=(
        _text("incident_id", "the incident", required=True),
        _text("rule", "the counting rule", CountingRule, required=True),
        _count("count_min", "at least; null with count_max null: not computable"),
        _count("count_max", "at most; null: no upper bound"),
    ),
)

LINKS = Table(
    name="links",
    meaning="Why two observations are, or are not, taken for one event: bits that add up.",
    columns=(
        Column(name="left", dtype=pl.UInt32, meaning="row number of one observation", required=True),
        Column(name="right", dtype=pl.UInt32, meaning="row number of the other", required=True),
        _number("weight", "bit", "log2 P(pair | one event) / P(pair | two events): the sum of the parts"),
        _number("w_time", "bit", "part of the times"),
        _number("w_place", "bit", "part of the places"),
        _number("w_kind", "bit", "part of the kinds"),
        _number("w_source", "bit", "part of the sources: repeats, common origin, detection"),
        _number("w_density", "bit", "part of the local density of unrelated events"),
        Column(name="joined", dtype=pl.Boolean, meaning="the two are in one incident", required=True),
    ),
)

WEATHER = Table(
    name="weather",
    meaning="Cloud over an area on a day, as its source gives it.",
    columns=(
        _text("area_id", "ISO 3166-2", required=True),
        Column(name="day", dtype=pl.Date, meaning="the source's calendar day", required=True),
        _number("cloud", "1", "mean cloud cover, 0 to 1"),
        _text("source_id", "the source's name", required=True),
    ),
)

CONTROL = Table(
    name="control",
    meaning="Who held a place, as a dated claim of a source.",
    columns=(
        _text("place_id", "geonames:ID or the source's own name of the place", required=True),
        _time("from_utc", "from when the claim holds", required=True),
        _text("held_by", "the holder, in the source's own words", required=True),
        _text("source_id", "who says so", required=True),
    ),
)

COVERAGE = Table(
    name="coverage",
    meaning="What could have been seen, by whom, when.",
    columns=(
        _text("area_id", "ISO 3166-2 or a zone's id", required=True),
        _time("from_utc", "start", required=True),
        _time("to_utc", "end, exclusive", required=True),
        _text(
            "phenomenon", "what kind of thing was watched for; null: all that the source detects", Phenomenon
        ),
        _text("source_id", "who watched", required=True),
        _text("state", "what could have been seen", Watch, required=True),
        _number("hours", "h", "length of the union of the watched intervals within from and to"),
        Column(name="lower_bound", dtype=pl.Boolean, meaning="hours are at least so many", required=True),
        _text("held_by", "who held the observers' places, in the source's own words"),
    ),
)

ASSESSMENTS = Table(
    name="assessments",
    meaning="Clause by incident, the machine's reasoned view; never a violation.",
    columns=(
        _text(
            "assessment_id",
            "of an incident its id, a hyphen and the first 8 digits of the content id of clause, version and "
            "reading; of an obligation or an area a content id: 32 hexadecimal digits",
            required=True,
        ),
        _text("incident_id", "the incident; null for an obligation or an area"),
        _text("clause_id", "agreement/clause", required=True),
        _text("agreement_version", "the version of the agreement's text", required=True),
        _text("reading", "which reading of an open text it follows; null: the text is clear"),
        _text("subject", "what it is of", Subject, required=True),
        _text("area_id", "the area, when the subject is one"),
        _time("from_utc", "start of the period, when the subject is an area or an obligation"),
        _time("to_utc", "its end, exclusive"),
        _text("verdict", "the verdict", Verdict, required=True),
        _texts("why_not", "what stands in the way of more, sorted"),
        _number(
            "p_breach",
            "1",
            "probability that the clause's conditions hold, given that it was real; null when its bounds are apart",
        ),
        _text("ceiling", "how far the evidence alone may carry it", Ceiling, required=True),
        _texts("objections", "the strongest objection open to each party, as PARTY: code"),
    ),
    schema_number=2,
)

ATTRIBUTIONS = Table(
    name="attributions",
    meaning="Whose an incident may be: odds for analysts and verifiers, never a finding.",
    columns=(
        _text("incident_id", "the incident", required=True),
        _number("p_a", "1", "probability that it is party A's, beyond what is alike for both"),
        _number("p_b", "1", "probability that it is party B's, beyond what is alike for both"),
        _number("p_third", "1", "probability that it is a third's"),
        _number("p_accident", "1", "probability that it was an accident"),
        _number("p_exercise", "1", "probability that it was an exercise"),
        _number("p_unattributed", "1", "probability that it is a party's, and nothing tells which"),
        _texts("could", "the parties from whose side it can have come"),
        _texts("because", "what the odds rest on"),
    ),
)

TABLES: Sequence[Table] = (
    OBSERVATIONS,
    INCIDENTS,
    COUNTS,
    LINKS,
    WEATHER,
    CONTROL,
    COVERAGE,
    ASSESSMENTS,
)
