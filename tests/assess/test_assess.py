"""Incidents under clauses."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.assess.areas import assess_areas
from trucewatch.assess.assess import assess
from trucewatch.assess.markdown import read_agreement
from trucewatch.assess.why import why
from trucewatch.assess.zones import read_shapes
from trucewatch.errors import AgreementError
from trucewatch.mission.content import beginning_files
from trucewatch.model.canonical import canonical, content_id, digest
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import ASSESSMENTS, COVERAGE, INCIDENTS
from trucewatch.model.vocabulary import FIRE, Means, Phenomenon, Truth

SEEN = {"smm": SourceProfile(source_id="smm", means=Means.HEARD)}
EASTER = datetime(2025, 4, 19, 15, tzinfo=UTC)


def incident(name="i", **more):
    start = more.pop("at", datetime(2020, 8, 20, 6, tzinfo=UTC))
    row = {
        "incident_id": name,
        "from_utc": start,
        "to_utc": start + more.pop("lasts", timedelta(minutes=5)),
        "lon": 37.81,
        "lat": 48.11,
        "major90_m": 3000.0,
        "minor90_m": 1000.0,
        "azimuth_deg": 30.0,
        "phenomenon": "explosion",
        "p_phenomenon": 0.97,
        "p_real": 0.99,
        "n_origins": 2,
        "means": ["heard"],
        "source_ids": ["smm"],
        "told_by": [],
    }
    return row | more


def frame(*rows):
    return INCIDENTS.conform(pl.DataFrame(rows, schema_overrides={n: INCIDENTS.schema[n] for n in rows[0]}))


@pytest.fixture(scope="module")
def judged(agreement, regions):
    def run(*rows, under="tcg-2020", profiles=SEEN, coverage=None, **more):
        cover = COVERAGE.empty() if coverage is None else coverage
        return assess(frame(*rows), agreement(under), cover, areas=regions, profiles=profiles, **more)

    return run


def verdicts(found, reading="both-oblasts", clause="AM-3"):
    own = found.assessments.filter(pl.col("reading") == reading, pl.col("clause_id").str.ends_with(clause))
    return own.select("verdict", "why_not").rows()


def test_the_readings_of_an_open_text_stand_side_by_side(judged):
    found = judged(incident())
    assert verdicts(found) == [("apparent_breach", [])]
    assert verdicts(found, "text-does-not-say-where") == [("indeterminate", ["text_silent"])]


def test_one_origin_is_named_in_the_way_of_more(judged):
    assert verdicts(judged(incident(n_origins=1))) == [("apparent_breach", ["single_origin"])]


def test_what_is_cleared_is_counted_and_has_no_row(judged):
    found = judged(incident("a"), incident("b", lon=30.5, lat=50.4), incident("c", phenomenon="thermal"))
    assert found.assessments.filter(
        pl.col("incident_id") == "b", pl.col("reading") == "both-oblasts"
    ).is_empty()
    counts = {(c, r): n for c, r, n in found.cleared.rows()}
    assert counts["tcg-2020/AM-3", "both-oblasts"] == 1
    assert counts["tcg-2020/AM-3", "text-does-not-say-where"] == 0


@pytest.mark.parametrize(
    ("more", "why_not"),
    [
        ({"p_phenomenon": 0.5}, ["kind_unsure"]),
        ({"p_phenomenon": None}, ["kind_unsure"]),
        ({"p_real": 0.4}, ["may_not_be_real"]),
        ({"p_real": None}, ["may_not_be_real"]),
        ({"lon": None, "lat": None, "major90_m": None}, ["place_unknown"]),
        ({"major90_m": None}, ["place_unknown"]),
        ({"major90_m": 200_000.0, "minor90_m": 200_000.0}, ["place_straddles"]),
        ({"means": ["told"]}, ["thermal_or_text_only"]),
        ({"at": datetime(2020, 7, 26, 20, tzinfo=UTC), "lasts": timedelta(hours=2)}, ["time_straddles"]),
    ],
)
def test_unknown_stays_unknown(judged, more, why_not):
    assert verdicts(judged(incident(**more))) == [("indeterminate", why_not)]


def test_p_breach_is_the_product_of_its_parts_and_null_when_one_is_not_known(judged):
    found = judged(
        incident("a", p_phenomenon=0.9, at=datetime(2020, 7, 26, 20, 1, tzinfo=UTC), lasts=timedelta(hours=2))
    )
    assert found.assessments.sort("reading")["p_breach"].to_list() == [0.45, None]


@pytest.mark.parametrize("minute", [-1, -60, -60 * 24])
def test_anything_a_minute_before_the_easter_truce_is_no_breach(judged, minute):
    found = judged(
        incident(at=EASTER + timedelta(minutes=minute), lasts=timedelta(minutes=1)), under="easter-2025"
    )
    assert found.assessments.is_empty()


def test_the_first_minute_of_the_easter_truce_is_in_it(judged):
    found = judged(incident(at=EASTER, lasts=timedelta(minutes=1)), under="easter-2025")
    assert verdicts(found, "everywhere", "ET-1") == [("apparent_breach", [])]


def test_the_dense_months_of_2023_have_no_apparent_breach_of_the_easter_truce(judged):
    days = [datetime(2023, 7, 1, tzinfo=UTC) + timedelta(days=n, hours=n % 24) for n in range(123)]
    found = judged(*(incident(str(n), at=at) for n, at in enumerate(days)), under="easter-2025")
    assert found.assessments.is_empty()
    assert found.cleared["n"].to_list() == [123, 123]


@pytest.mark.parametrize("under", ["minsk-2015", "tcg-2020", "easter-2025"])
def test_thermal_text_or_a_claim_alone_never_passes_reported(under, judged):
    text = {"viina": SourceProfile(source_id="viina", means=Means.TOLD)}
    heat = {"firms": SourceProfile(source_id="firms", means=Means.IMAGED, watches="passes")}
    rows = [
        incident("told", means=["told"], source_ids=["viina"]),
        incident("claimed", means=["told"], source_ids=["viina"], told_by=["X"]),
        incident("hot", means=["imaged"], source_ids=["firms"]),
        incident("both", means=["imaged", "told"], source_ids=["firms", "viina"], n_origins=9),
    ]
    for at in (datetime(2020, 8, 20, tzinfo=UTC), EASTER + timedelta(hours=5)):
        moved = [row | {"from_utc": at, "to_utc": at + timedelta(minutes=1)} for row in rows]
        found = judged(*moved, under=under, profiles=text | heat).assessments
        assert set(found["ceiling"]) <= {"reported"}
        assert "apparent_breach" not in set(found["verdict"])


def test_a_heat_spot_is_reported_even_under_a_clause_that_lists_it(regions):
    text = """+++
title = "T"
version = "1"
status = "x"
starts = 2020-01-01T00:00:00Z
ends_words = "none"
[[readings]]
name = "wide"
words = "Wide."
area_ids = ["UA-14"]
+++
## T-1 No fires

Nothing burns.

```toml
act = "forbidden"
phenomena = ["thermal"]
readings = ["wide"]
```
"""
    own = read_agreement(text, name="t")
    row = frame(incident(phenomenon="thermal", means=["seen"], n_origins=5))
    found = assess(row, own, COVERAGE.empty(), areas=regions, profiles=SEEN).assessments
    assert found.select("verdict", "why_not", "ceiling").rows() == [
        ("indeterminate", ["thermal_or_text_only"], "reported")
    ]


def test_an_exception_is_open_when_a_party_invoked_it(judged):
    found = judged(incident(), invoked={"tcg-2020/AM-7": ("record-9",)})
    assert verdicts(found) == [("indeterminate", ["exception_open"])]
    assert set(found.assessments["objections"].to_list()[0]) == {
        "A: reply_under_exception",
        "B: reply_under_exception",
    }


@pytest.mark.parametrize(("hours", "open_"), [(-30, False), (-23, True), (0, True), (1, False)])
def test_an_exception_is_open_when_an_observation_supports_it(judged, hours, open_):
    moved = datetime(2020, 8, 20, 6, tzinfo=UTC) + timedelta(hours=hours)
    found = judged(incident(), incident("advance", phenomenon="position_change", at=moved))
    assert verdicts(found) == [("indeterminate", ["exception_open"]) if open_ else ("apparent_breach", [])]


@pytest.mark.parametrize(
    ("where", "open_"),
    [
        ({"lat": 48.11 + 0.40}, True),  # 44 km north
        ({"lat": 48.11 + 0.49}, True),  # 54 km, less both errors of 3 km
        ({"lat": 48.11 + 0.60}, False),
        ({"lon": -62.19}, False),  # 100 degrees of longitude away
        ({"lon": None, "lat": None, "major90_m": None}, True),
        ({"lat": 48.11 + 0.60, "major90_m": None}, True),
    ],
)
def test_what_supports_an_exception_is_near_in_place_or_its_place_is_not_known(judged, where, open_):
    found = judged(incident(), incident("advance", phenomenon="position_change", **where))
    assert verdicts(found) == [("indeterminate", ["exception_open"]) if open_ else ("apparent_breach", [])]


BEGUN = beginning_files()["agreement.md"].decode()
SHOWN = 'must_be_shown_by = "the party that relies on it"\n'
REPLY = '{ reply_to = ["burst"], within_h = 1, around_m = 10000 }'


@pytest.mark.parametrize(
    ("when", "minutes", "open_"),
    [
        (REPLY, -30, True),
        (REPLY, -90, False),
        (f'{{ all = [{{ weapon = ["mortar"] }}, {REPLY}] }}', -30, True),
        (f'{{ all = [{{ weapon = ["tank"] }}, {REPLY}] }}', -30, False),
        ('{ weapon = ["mortar"] }', -30, False),
        ("{ altitude_below_m = 150 }", -30, False),
    ],
)
def test_a_condition_on_other_incidents_that_the_evidence_meets_supports_an_exception(
    regions, when, minutes, open_
):
    text = BEGUN.replace(SHOWN, f"{SHOWN}when = {when}\n", 1)
    at = datetime(2027, 3, 2, 8, tzinfo=UTC)
    here = {"lon": 20.2, "lat": 10.05, "major90_m": 100.0, "minor90_m": 100.0, "weapon": "mortar"}
    rows = frame(
        incident(at=at, **here),
        incident("before", at=at + timedelta(minutes=minutes), **here | {"phenomenon": "burst"}),
    )
    shapes = read_shapes(beginning_files()["zones.geojson"].decode())
    own = read_agreement(text, name="t")
    found = assess(rows, own, COVERAGE.empty(), areas=regions, profiles=SEEN, shapes=shapes)
    row = found.assessments.filter(pl.col("clause_id") == "t/T-1", pl.col("incident_id") == "i")
    assert row["verdict"].to_list() == ["indeterminate" if open_ else "apparent_breach"]


def test_nothing_is_assessed_under_a_ceasefire_that_waits(judged):
    found = judged(incident(at=datetime(2026, 3, 1, tzinfo=UTC)), under="paris-2026")
    assert found.assessments.is_empty()
    assert found.cleared.is_empty()


def coverage(*rows):
    start = datetime(2020, 8, 20, tzinfo=UTC)
    whole = [
        {
            "area_id": area,
            "from_utc": start,
            "to_utc": start + timedelta(days=1),
            "source_id": source,
            "state": state,
            "lower_bound": False,
        }
        for area, source, state in rows
    ]
    return COVERAGE.conform(pl.DataFrame(whole))


def test_withdrawal_past_its_deadline_is_indeterminate_while_the_line_is_unknown(judged):
    found = judged(incident(), under="minsk-2015", coverage=coverage(("UA-14", "smm", "unknown"))).assessments
    owed = found.filter(pl.col("subject") == "obligation")
    assert owed.select("clause_id", "verdict", "why_not").rows() == [
        ("minsk-2015/M2-2", "indeterminate", ["line_unknown"])
    ]


@pytest.mark.parametrize(
    ("state", "verdict", "why_not"),
    [
        ("watched_with_none", "not_shown", ["nothing_seen"]),
        ("clouded", "not_covered", ["clouded"]),
        ("unknown", "not_covered", ["watch_unknown"]),
        ("denied", "not_covered", ["denied"]),
    ],
)
def test_an_area_nobody_watched_is_not_covered_and_silence_is_not_shown(agreement, state, verdict, why_not):
    found = assess_areas(coverage(("UA-14", "smm", state)), agreement("tcg-2020"), SEEN)
    own = found.filter(pl.col("clause_id") == "tcg-2020/AM-3")
    assert own.select("verdict", "why_not", "area_id", "reading").rows() == [
        (verdict, why_not, "UA-14", "both-oblasts")
    ]


def test_a_satellite_or_a_newsroom_covers_no_area_by_itself(agreement):
    heat = {"firms": SourceProfile(source_id="firms", means=Means.IMAGED, watches="passes")}
    found = assess_areas(coverage(("UA-14", "firms", "watched_with_none")), agreement("tcg-2020"), heat)
    assert set(found["verdict"]) == {"not_covered"}


def test_adding_cloud_never_adds_no_breach_shown(judged):
    clear = judged(
        incident(), incident("far", lon=30.0), coverage=coverage(("UA-14", "smm", "watched_with_none"))
    )
    cloudy = judged(incident(), incident("far", lon=30.0), coverage=coverage(("UA-14", "smm", "clouded")))
    assert cloudy.cleared["n"].sum() <= clear.cleared["n"].sum()
    assert "no_breach_shown" not in set(cloudy.assessments["verdict"])


SWAP = {
    "party:A": "party:B",
    "party:B": "party:A",
    "supporter_of:A": "supporter_of:B",
    "supporter_of:B": "supporter_of:A",
}


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a1", "a2", "b1", "b2", "t"]),
            st.sampled_from(sorted(FIRE)),
            st.integers(1, 3),
            st.sampled_from([1000.0, 60_000.0, None]),
            st.sampled_from(["heard", "told"]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_swapped_parties_mirror(judged, rows):
    sides = {"a1": "party:A", "a2": "supporter_of:A", "b1": "party:B", "b2": "supporter_of:B", "t": "third"}
    here = {n: SourceProfile(source_id=n, means=Means.HEARD, affiliation=s) for n, s in sides.items()}
    there = {
        n: SourceProfile(source_id=n, means=Means.HEARD, affiliation=SWAP.get(s, s)) for n, s in sides.items()
    }
    incidents = [
        incident(
            str(n),
            source_ids=[source],
            phenomenon=str(kind),
            n_origins=origins,
            major90_m=error,
            means=[means],
        )
        for n, (source, kind, origins, error, means) in enumerate(rows)
    ]
    plain = judged(*incidents, profiles=here).assessments
    swapped = judged(*incidents, profiles=there).assessments
    names = {"A": "B", "B": "A"}
    mirrored = [
        sorted(names[word[0]] + word[1:] for word in words) for words in plain["objections"].to_list()
    ]
    assert mirrored == swapped["objections"].to_list()
    assert plain.drop("objections").equals(swapped.drop("objections"))


def test_a_source_of_the_other_side_is_the_objection_of_the_party_concerned(judged):
    own = {"smm": SourceProfile(source_id="smm", means=Means.HEARD, affiliation="supporter_of:A")}
    found = judged(incident(), profiles=own).assessments.filter(pl.col("reading") == "both-oblasts")
    assert found["objections"].to_list() == [["A: not_seen_who", "B: source_affiliated"]]


def test_the_order_of_incidents_changes_nothing(judged):
    rows = [incident(str(n), lon=36.0 + n / 4) for n in range(12)]
    assert judged(*rows).assessments.equals(judged(*reversed(rows)).assessments)


def test_an_assessment_conforms_and_its_id_is_its_contents(judged):
    found = judged(incident()).assessments
    assert ASSESSMENTS.conform(found).equals(found)
    assert found["assessment_id"].n_unique() == found.height
    assert judged(incident()).assessments.equals(found)


def test_nothing_totals_by_party(judged):
    found = judged(incident())
    assert not any("party" in name for name in (*found.assessments.columns, *found.cleared.columns))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_an_id_is_made_from_the_bytes_of_rfc_8785(parts):
    assert content_id(*parts) == digest(canonical(parts))[:32]


def trace(found, row, agreement, regions, **more):
    return why(row, found.row(0, named=True), agreement, areas=regions, profiles=SEEN, **more)


def test_a_trace_gives_every_condition_with_its_value_and_a_reason(judged, agreement, regions):
    row = frame(incident()).row(0, named=True)
    found = judged(incident()).assessments.filter(pl.col("reading") == "both-oblasts")
    told = trace(found, row, agreement("tcg-2020"), regions)
    assert told.assessment_id == found["assessment_id"][0]
    assert [(step.condition, step.value) for step in told.steps] == [
        ("kind", Truth.YES),
        ("time", Truth.YES),
        ("effect", Truth.YES),
        ("place", Truth.YES),
        ("real", Truth.YES),
        ("exception tcg-2020/AM-7", Truth.NO),
        ("evidence", Truth.YES),
    ]
    assert told.steps[5].because == "not invoked, and no observation supports it"
    assert "Donetsk, Luhansk" in told.steps[3].because


def test_a_trace_names_the_record_that_invoked_an_exception(judged, agreement, regions):
    records = {"tcg-2020/AM-7": ("record-9",)}
    row = frame(incident()).row(0, named=True)
    found = judged(incident(), invoked=records).assessments.filter(pl.col("reading") == "both-oblasts")
    step = trace(found, row, agreement("tcg-2020"), regions, invoked=records).steps[5]
    assert step.value == Truth.UNKNOWN
    assert "record-9" in step.because
    assert "the text does not say whom" in step.because


def test_a_trace_under_another_agreement_is_refused(judged, agreement, regions):
    row = frame(incident()).row(0, named=True)
    with pytest.raises(AgreementError, match="give the agreement"):
        trace(judged(incident()).assessments, row, agreement("minsk-2015"), regions)


def test_an_obligation_has_a_trace_without_an_incident(judged, agreement, regions):
    found = judged(incident(), under="minsk-2015", coverage=coverage(("UA-14", "smm", "unknown"))).assessments
    owed = found.filter(pl.col("subject") == "obligation").row(0, named=True)
    told = why(None, owed, agreement("minsk-2015"), areas=regions, profiles=SEEN)
    assert [step.condition for step in told.steps] == ["time", "place", "watch"]
    assert told.steps[1].value == Truth.UNKNOWN


def test_every_phenomenon_that_is_fire_is_assessed_under_the_fire_clause(judged):
    found = judged(*(incident(kind.value, phenomenon=kind.value) for kind in sorted(FIRE)))
    assert len(verdicts(found)) == len(FIRE)
    assert Phenomenon.THERMAL not in FIRE


@pytest.mark.parametrize(("minute", "asked"), [(-1, False), (0, True), (60, True)])
def test_minsk_binds_from_midnight_in_kyiv_and_not_an_hour_earlier_as_in_moscow(judged, minute, asked):
    midnight = datetime(2015, 2, 14, 22, tzinfo=UTC)  # 00:00 on the 15th in Kyiv, 01:00 in Moscow
    found = judged(
        incident(at=midnight + timedelta(minutes=minute), lasts=timedelta(minutes=1)), under="minsk-2015"
    )
    assert found.assessments.filter(pl.col("incident_id") == "i").is_empty() is not asked
