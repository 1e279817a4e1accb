"""What stands beside a trace: the weight of each affiliation, what a party may not see, what would change the verdict."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
import shapely

from trucewatch.assess.asked import asked_of
from trucewatch.assess.assess import assess
from trucewatch.assess.grounds import World
from trucewatch.assess.markdown import read_agreement
from trucewatch.assess.sides import sides_of
from trucewatch.assess.turning import turns
from trucewatch.assess.weighing import unseen, weights
from trucewatch.model.agreement import Agreement
from trucewatch.model.areas import areas_from
from trucewatch.model.explained import Turn, Unseen, Weight
from trucewatch.model.shapes import Shape, Shapes
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import ATTRIBUTIONS, COVERAGE, INCIDENTS, OBSERVATIONS
from trucewatch.model.vocabulary import Means, Verdict

NOON = datetime(2027, 3, 2, 12, tzinfo=UTC)
TEXT = """+++
title = "A zone"
version = "1"
status = "exercise"
starts = 2027-03-01T00:00:00Z
ends_words = "It ends with the exercise."
exercise = true

[[parties]]
code = "A"
term = "A"
self_designation = "A"

[[parties]]
code = "B"
term = "B"
self_designation = "B"

[[readings]]
name = "zone"
words = "The zone."
area_ids = ["zone"]
+++

## EX-1 No fire

Nobody fires.

```toml
act = "forbidden"
phenomena = ["fire"]
readings = ["zone"]
```

## EX-2 Return fire

Fire may be returned.

```toml
act = "exception"
phenomena = ["position_change"]
excepts = ["EX-1"]
needs = ["it answers an attempt to cross"]
```
"""
ZONE = areas_from(("zone",), (shapely.box(0, 0, 1, 1),))
INSIDE = {"lon": 0.5, "lat": 0.5, "major90_m": 500.0}
EDGE = {"lon": 1.0, "lat": 0.5, "major90_m": 500.0}
PROFILES = {
    name: SourceProfile(source_id=name, means=Means.HEARD, affiliation=affiliation)
    for name, affiliation in (("joint-1", "joint"), ("a-radar", "party:A"), ("press", None))
}
APPARENT, OPEN, NONE = Verdict.APPARENT_BREACH, Verdict.INDETERMINATE, Verdict.NO_BREACH_SHOWN


@pytest.fixture(scope="module")
def agreement() -> Agreement:
    return read_agreement(TEXT, name="zone-exercise")


def incident(**given: object) -> pl.DataFrame:
    plain = {
        "incident_id": "i1",
        "from_utc": NOON,
        "to_utc": NOON + timedelta(minutes=1),
        "phenomenon": "explosion",
        "p_phenomenon": 1.0,
        "p_real": 1.0,
        "n_origins": 2,
        "means": ["heard"],
        "source_ids": ["joint-1"],
        **INSIDE,
    }
    return INCIDENTS.conform(pl.DataFrame([{**plain, **given}], schema_overrides=dict(INCIDENTS.schema)))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, ()),
        (EDGE, (Turn(condition="place", if_so=APPARENT, if_not=NONE),)),
        ({"p_real": 0.3}, (Turn(condition="real", if_so=APPARENT, if_not=NONE),)),
        (
            {**EDGE, "p_phenomenon": 0.4},
            (
                Turn(condition="kind", if_so=OPEN, if_not=NONE),
                Turn(condition="place", if_so=OPEN, if_not=NONE),
            ),
        ),
        ({"means": ["told"]}, (Turn(condition="evidence", if_so=APPARENT, if_not=OPEN),)),
        (
            {**EDGE, "means": ["told"]},
            (
                Turn(condition="place", if_so=OPEN, if_not=NONE),
                Turn(condition="evidence", if_so=OPEN, if_not=OPEN),
            ),
        ),
        ({"lon": 3.0}, ()),
    ],
)
def test_each_open_thing_is_turned_one_at_a_time(
    agreement: Agreement, given: dict[str, object], found: tuple[Turn, ...]
) -> None:
    world = World(agreement=agreement, areas=ZONE, shapes=Shapes())
    clause = agreement.clause("zone-exercise/EX-1")
    assert (
        turns(asked_of(incident(**given), world), clause, clause.readings[0], "i1", profiles=PROFILES)
        == found
    )


def test_an_open_exception_is_turned_by_its_being_shown_or_not(agreement: Agreement) -> None:
    world = World(agreement=agreement, areas=ZONE, shapes=Shapes())
    clause, invoked = agreement.clause("zone-exercise/EX-1"), {"zone-exercise/EX-2": ("record 7",)}
    found = turns(
        asked_of(incident(), world), clause, clause.readings[0], "i1", profiles=PROFILES, invoked=invoked
    )
    assert found == (Turn(condition="exception", if_so=NONE, if_not=APPARENT),)


def test_a_turned_place_gives_the_verdict_that_the_program_then_gives(agreement: Agreement) -> None:
    verdicts = []
    for given in (EDGE, INSIDE):
        made = assess(incident(**given), agreement, COVERAGE.empty(), areas=ZONE, profiles=PROFILES)
        verdicts.append(Verdict(made.assessments["verdict"][0]))
    assert verdicts == [OPEN, APPARENT]


def members(*rows: tuple[str, str | None, str]) -> pl.DataFrame:
    made = [
        {
            "observation_id": f"{at:032x}",
            "source_id": source,
            "origin": origin,
            "sensitivity": sensitivity,
            "means": "heard",
            "phenomenon": "explosion",
            "from_utc": NOON,
            "to_utc": NOON,
        }
        for at, (source, origin, sensitivity) in enumerate(rows)
    ]
    return OBSERVATIONS.conform(pl.DataFrame(made, schema_overrides=dict(OBSERVATIONS.schema)))


def test_an_origin_weighs_one_however_many_reports_copy_it() -> None:
    rows = members(("joint-1", None, "public"), ("press", "wire", "public"), ("press", "wire", "public"))
    assert weights(rows, PROFILES) == (
        Weight(affiliation="joint", share=0.5),
        Weight(affiliation=None, share=0.5),
    )


def test_sources_of_two_affiliations_share_one_origin_evenly() -> None:
    rows = members(("joint-1", "wire", "public"), ("a-radar", "wire", "public"))
    assert weights(rows, PROFILES) == (
        Weight(affiliation="joint", share=0.5),
        Weight(affiliation="party:A", share=0.5),
    )


def test_what_is_not_public_a_party_may_not_see_but_for_its_own() -> None:
    rows = members(
        ("joint-1", None, "restricted"), ("a-radar", None, "restricted"), ("press", None, "public")
    )
    assert unseen(rows, PROFILES, ("A", "B")) == (
        Unseen(party="A", share=0.3333),
        Unseen(party="B", share=0.6667),
    )
    none = OBSERVATIONS.empty()
    assert weights(none, PROFILES) == unseen(none, PROFILES, ("A", "B")) == ()


LINE = shapely.LineString([(0, 0), (2, 0)])  # drawn eastward: its left is north


@pytest.mark.parametrize(("left", "north", "south"), [("A", "a", "b"), ("B", "b", "a")])
def test_a_partys_ground_is_on_its_side_of_the_line(left: str, north: str, south: str) -> None:
    text = TEXT.replace("[[readings]]", '[[lines]]\nname = "contact"\nwords = "The line."\n\n[[readings]]', 1)
    shapes = Shapes(shapes=(Shape(name="contact", geometry=LINE, left=left, to_utc=NOON),))
    (sides,) = sides_of(read_agreement(text, name="zone-exercise"), shapes)
    assert (sides.from_utc, sides.to_utc) == (None, NOON)
    assert shapely.contains_xy(getattr(sides, north), 1.0, 0.5)
    assert shapely.contains_xy(getattr(sides, south), 1.0, -0.5)
    assert not shapely.contains_xy(getattr(sides, south), 1.0, 0.5)


def test_without_lines_nobodys_ground_is_known(agreement: Agreement) -> None:
    assert sides_of(agreement, Shapes()) == ()


@pytest.mark.parametrize(
    ("lead", "given", "found"),
    [
        (None, {}, ["A: not_seen_who", "B: not_seen_who"]),
        ("A", {}, ["A: not_seen_who", "B: understated"]),
        ("B", {}, ["A: understated", "B: not_seen_who"]),
        ("A", {"n_origins": 1}, ["A: single_origin", "B: few_watched"]),
        ("A", {"means": ["told"]}, ["A: claim_only", "B: held_to_reported"]),
        ("B", EDGE, ["A: place_unsure", "B: place_unsure"]),
    ],
)
def test_each_party_has_the_strongest_objection_of_its_part(
    agreement: Agreement, lead: str | None, given: dict[str, object], found: list[str]
) -> None:
    odds = {"A": 0.9 if lead == "A" else 0.0, "B": 0.9 if lead == "B" else 0.0}
    row = {"incident_id": "i1", "p_a": odds["A"], "p_b": odds["B"], "p_unattributed": 0.1 if lead else 1.0}
    attributions = ATTRIBUTIONS.conform(pl.DataFrame([row]))
    made = assess(
        incident(**given),
        agreement,
        COVERAGE.empty(),
        areas=ZONE,
        profiles=PROFILES,
        attributions=attributions,
    )
    assert made.assessments["objections"].to_list() == [found]
