"""Worked examples as they are written: what is read of them, and what is refused with its line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from trucewatch.assess.examples import Example, read_example
from trucewatch.assess.markdown import read_agreement
from trucewatch.errors import AgreementError
from trucewatch.mission.content import beginning_files
from trucewatch.mission.examples import examples_of
from trucewatch.model.condition import Stated
from trucewatch.model.shapes import NO_SHAPES

AGREEMENT = read_agreement(beginning_files()["agreement.md"].decode(), name="t")
TEXT = """\
title = "Fire that answers fire"
clause = "T-1"
reading = "strip"
verdict = "indeterminate"
why_not = ["exception_open"]

[incident]
phenomenon = "explosion"
from = 2027-03-02T10:00:00+02:00
to = 2027-03-02T10:05:00+02:00
lon = 20.2
lat = 10.05
error_m = 1000
means = ["heard", "recorded"]
origins = 2
weapon = "mortar"
calibre_mm = 120
heading_deg = 90
altitude_m = 30
count = 4

[[before]]
phenomenon = "burst"
from = 2027-03-02T09:50:00+02:00
to = 2027-03-02T09:51:00+02:00
lon = 20.3
lat = 10.05
error_m = 500
means = ["heard"]

[[notices]]
stated = "ordered"
by = "A"
at = 2027-03-02T09:55:00+02:00

[[notices]]
stated = "invoked"
exception = "T-2"
from = 2027-03-02T09:00:00+02:00
denies = false

[zone.strip]
corners = [[20.0, 10.0], [20.4, 10.0], [20.4, 10.1]]

[line.contact]
points = [[20.0, 10.0], [20.4, 10.1]]
left = "B"
"""


def read(text: str = TEXT) -> Example:
    return read_example(text, agreement=AGREEMENT, file="x.toml")


def test_an_incident_has_its_weapon_its_direction_and_how_many_went_off() -> None:
    row = read().incident.row(0, named=True)
    assert (row["weapon"], row["calibre_min_mm"], row["calibre_max_mm"]) == ("mortar", 120.0, 120.0)
    assert (row["heading_deg"], row["heading_halfwidth_deg"]) == (90.0, 0.0)
    assert (row["altitude_min_m"], row["count_min"], row["count_max"]) == (30.0, 4, 4)


def test_what_happened_before_and_what_is_stated_stand_beside_it() -> None:
    example = read()
    assert example.before["phenomenon"].to_list() == ["burst"]
    ordered, relied_on = example.notices
    assert (ordered.stated, ordered.by) == (Stated.ORDERED, "A")
    assert ordered.at == datetime(2027, 3, 2, 7, 55, tzinfo=UTC)
    assert (ordered.from_utc, ordered.to_utc) == tuple(example.incident.row(0)[1:3])
    assert (relied_on.clause_id, relied_on.from_utc.hour) == ("t/T-2", 7)
    assert example.invoked == ("t/T-2",)
    assert [(s.name, s.is_line, s.left) for s in example.drawn.shapes] == [
        ("contact", True, "B"),
        ("strip", False, None),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('clause = "T-1"', 'clause = "T-9"', 2, "no clause 'T-9'; did you mean 'T-"),
        ('reading = "strip"', 'reading = "srip"', 3, "has no reading 'srip'; did you mean 'strip'?"),
        ('"indeterminate"', '"undetermined"', 4, "did you mean 'indeterminate'?"),
        ('"explosion"', '"explosoin"', 8, "did you mean 'explosion'?"),
        ("to = 2027-03-02T10:05", "to = 2027-03-02T09:05", 10, "ends before it starts"),
        ("lon = 20.2", "lon = 200.2", 11, "lon is 200.2; it is 180 at most"),
        ("lat = 10.05", "lat = -91", 12, "lat is -91; it is -90 or more"),
        ('["heard", "recorded"]', '["herd"]', 14, "did you mean 'heard'?"),
        ('"mortar"', '"morter"', 16, "did you mean 'mortar'?"),
        ("count = 4", "count = 4.5", 20, "count is not a whole number"),
        ('phenomenon = "burst"\n', "", 22, "phenomenon is missing"),
        ('stated = "ordered"', 'stated = "order"', 32, "did you mean 'ordered'?"),
        ('exception = "T-2"', 'exception = "T-7"', 38, "no clause 'T-7'"),
        ("[[20.0, 10.0], [20.4, 10.0], [20.4, 10.1]]", "[[20.0, 10.0]]", 43, "has too few places"),
        ("[[20.0, 10.0], [20.4, 10.0], [20.4, 10.1]]", '["a"]', 43, "corners is not a list of [lon, lat]"),
        (
            "[[20.0, 10.0], [20.4, 10.0], [20.4, 10.1]]",
            "[[20.0, 10.0], [20.4, 10.1], [20.4, 10.0], [20.0, 10.1]]",
            43,
            "strip crosses itself",
        ),
        ('left = "B"', 'left = "C"', 47, "left has 'C'; it is one of A, B"),
        ("[incident]", "[incidents]", 7, "unknown key 'incidents'; did you mean 'incident'?"),
        ("[zone.strip]", "[[zone]]", 42, "zone is not a table"),
        ("[zone.strip]", "[zone.strop]", 42, "the agreement has no zone 'strop'; did you mean 'strip'?"),
        ("[line.contact]", "[line.river]", 45, "the agreement has no line 'river'; it has contact"),
        ("[line.contact]", "[line.strip]", 45, "'strip' is a zone of the agreement; write [zone.strip]"),
        ("lat = 10.05\n", "", 11, "lon stands without lat; write both, or neither"),
        ("lon = 20.3\n", "", 26, "lat stands without lon; write both, or neither"),
        ('["heard", "recorded"]', "[]", 14, "means is empty; name at least one, or leave it out"),
        ('title = "Fire', 'title = Fire"', 1, "not TOML"),
    ],
)
def test_what_is_wrong_in_an_example_is_refused_with_its_line(
    old: str, new: str, line: int, said: str
) -> None:
    assert old in TEXT
    with pytest.raises(AgreementError) as refused:
        read(TEXT.replace(old, new, 1))
    assert refused.value.where == f"x.toml:{line}"
    assert said in refused.value.message
    assert "\n" not in str(refused.value)


def test_an_example_that_fails_says_what_came_and_what_stands_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    wrong = TEXT.replace('"indeterminate"', '"apparent_breach"').replace('["exception_open"]', "[]")
    (tmp_path / "examples" / "x.toml").write_text(wrong, "utf-8")
    (tried,) = examples_of(tmp_path, AGREEMENT, NO_SHAPES)
    assert not tried.as_expected
    assert tried.told.startswith("FAILED: expected apparent_breach, came indeterminate (")
    assert "exception_open" in tried.told
