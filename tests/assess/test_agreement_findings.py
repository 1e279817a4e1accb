"""What is found in an agreement that can be read, each with the line to look at."""

import pytest

from trucewatch.assess.findings import findings
from trucewatch.assess.markdown import read_agreement
from trucewatch.assess.translation import translation_findings
from trucewatch.assess.zones import read_shapes
from trucewatch.model.finding import Fault, Finding
from trucewatch.model.shapes import NO_SHAPES, Shapes

FRONT = """\
+++
title = "T"
version = "1"
status = "agreed"
starts = 2027-03-01T00:00:00+02:00
ends = 2027-06-01T00:00:00+03:00
d_day = 2027-03-01T00:00:00+02:00
clock = "Europe/Kyiv"
ends_words = "none"
[[parties]]
code = "A"
term = "a"
self_designation = "a"
[[parties]]
code = "B"
term = "b"
self_designation = "b"
[[readings]]
name = "wide"
words = "Anywhere."
area_ids = ["UA-14"]
[[readings]]
name = "far"
words = "Elsewhere."
area_ids = ["UA-09"]
+++
"""


def clause(code: str, act: str = "forbidden", more: str = "", **keys: str) -> str:
    said = {"phenomena": '["fire"]', "readings": '["wide"]'} | keys
    if act == "exception":
        said = {"excepts": '["X-1"]', "needs": '["it answers fire"]'} | keys
    lines = "\n".join(f"{key} = {value}" for key, value in said.items())
    return f'\n## {code} Title\n\nWords.\n\n```toml\nact = "{act}"\n{lines}\n{more}```\n'


def found(text: str, fault: Fault) -> list[Finding]:
    agreement = read_agreement(FRONT + text, name="t")
    return [one for one in findings(agreement, NO_SHAPES, ()) if one.fault is fault]


NEVER = [
    ('{ kind = ["uav"] }', "its kind"),
    ('{ not = { kind = ["fire"] } }', "its kind"),
    ('{ all = [{ weapon = ["tank"] }, { weapon = ["mortar"] }] }', "its weapon"),
    ('{ all = [{ party = "A" }, { party = "B" }] }', "the party concerned"),
    ("{ all = [{ calibre_from_mm = 100 }, { calibre_below_mm = 85 }] }", "its calibre"),
    ("{ all = [{ altitude_from_m = 100 }, { not = { altitude_from_m = 50 } }] }", "its height"),
    ("{ from_day = 200 }", "its day counted from D-day"),
    ('{ all = [{ hours = ["22:00", "06:00"] }, { hours = ["07:00", "09:00"] }] }', "the hour in Europe/Kyiv"),
    (
        '{ all = [{ hours = ["22:00", "06:00"], weekdays = ["sat"] }, { hours = ["00:00", "05:00"], weekdays = ["wed"] }] }',
        "the hour in Europe/Kyiv",
    ),
    (
        "{ all = [{ heading_from_deg = 0, heading_to_deg = 90 }, { heading_from_deg = 180, heading_to_deg = 270 }] }",
        "its direction",
    ),
    ("{ all = [{ count_at_least = 5 }, { not = { count_at_least = 3 } }] }", "how many"),
    ('{ all = [{ zone = "UA-14" }, { not = { zone = "UA-14" } }] }', 'whether { zone = "UA-14" } holds'),
    ("{ all = [{ ordered = true }, { not = { ordered = true } }] }", "whether { ordered = true } holds"),
    ('{ any = [{ kind = ["uav"] }, { all = [{ party = "A" }, { party = "B" }] }] }', "its kind"),
]
MAY = [
    '{ kind = ["shot", "uav"] }',
    '{ any = [{ kind = ["uav"] }, { party = "A" }] }',
    '{ not = { all = [{ party = "A" }, { party = "B" }] } }',
    '{ all = [{ not = { party = "A" } }, { not = { party = "B" } }] }',
    "{ all = [{ calibre_from_mm = 100 }, { calibre_below_mm = 101 }] }",
    "{ to_day = 0 }",
    '{ all = [{ hours = ["22:00", "06:00"] }, { hours = ["05:00", "09:00"], clock = "Europe/Moscow" }] }',
    "{ all = [{ heading_from_deg = 300, heading_to_deg = 90 }, { heading_from_deg = 10, heading_to_deg = 20 }] }",
]


@pytest.mark.parametrize(("when", "axis"), NEVER)
def test_a_clause_whose_conditions_exclude_one_another_can_never_fire(when: str, axis: str) -> None:
    (one,) = found(clause("X-1", when=when), Fault.NEVER)
    assert (one.file, one.line, one.grave) == ("agreement.md", 28, True)
    assert axis in one.words


@pytest.mark.parametrize("when", MAY)
def test_a_clause_whose_conditions_may_hold_together_is_not_found(when: str) -> None:
    assert not found(clause("X-1", when=when), Fault.NEVER)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            clause("X-1", "required", deadline="2027-07-01T00:00:00Z"),
            "its deadline comes when the agreement has ended",
        ),
        (clause("X-1", starts='"D+120"'), "it starts when it, or the agreement, has ended"),
        (
            clause("X-1", ends='"D+5"') + clause("X-2", "exception", starts='"D+6"'),
            "at no time at which a clause that it is from binds",
        ),
        (
            clause(
                "X-1",
                starts="2027-03-06T10:00:00+02:00",
                ends="2027-03-06T12:00:00+02:00",
                when='{ hours = ["22:00", "23:00"] }',
            ),
            "the hour in Europe/Kyiv",
        ),
        (clause("X-1", ends='"D+5"', when="{ from_day = 6 }"), "its day counted from D-day"),
    ],
)
def test_a_clause_that_its_own_time_keeps_from_firing_is_found(text: str, said: str) -> None:
    (one,) = found(text, Fault.NEVER)
    assert said in one.words


def test_two_clauses_that_forbid_the_same_are_found_with_the_kinds() -> None:
    (one,) = found(clause("X-1", phenomena='["shot", "uav"]') + clause("X-2"), Fault.OVERLAP)
    assert "t/X-2 forbids what t/X-1 (line 28) forbids too: shot;" in one.words
    assert (one.line, one.grave) == (38, False)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"phenomena": '["uav"]'}, {}),
        ({"readings": '["far"]'}, {}),
        ({"ends": '"D+5"'}, {"starts": '"D+6"'}),
        ({"when": '{ party = "A" }'}, {"when": '{ party = "B" }'}),
        ({"trajectories": '["incoming"]'}, {"trajectories": '["outgoing"]'}),
    ],
)
def test_two_clauses_that_no_incident_can_come_under_both_of_do_not_overlap(
    one: dict[str, str], other: dict[str, str]
) -> None:
    assert not found(clause("X-1", **one) + clause("X-2", **other), Fault.OVERLAP)


def test_stages_of_one_clause_do_not_overlap() -> None:
    stages = '[[stages]]\nname = "a"\ndeadline = "D+5"\n[[stages]]\nname = "b"\ndeadline = "D+9"\n'
    assert not found(clause("X-1", "required", more=stages), Fault.OVERLAP)


def test_a_gap_between_two_clauses_of_one_matter_is_found() -> None:
    (one,) = found(clause("X-1", ends='"D+5"') + clause("X-2", starts='"D+8"'), Fault.GAP)
    assert one.line == 39
    assert "starts at 2027-03-08T22:00:00+00:00" in one.words
    assert "ends at 2027-03-06T22:00:00+00:00" in one.words
    assert not found(clause("X-1", ends='"D+5"') + clause("X-2", starts='"D+6"'), Fault.GAP)
    assert not found(clause("X-1", ends='"D+5"') + clause("X-2", starts='"D+8"') + clause("X-3"), Fault.GAP)


def test_a_permission_of_what_nobody_forbids_permits_nothing() -> None:
    (one,) = found(clause("X-1") + clause("X-2", "permitted", phenomena='["uav"]'), Fault.IDLE)
    assert (one.line, one.grave) == (38, True)
    assert not found(clause("X-1") + clause("X-2", "permitted", phenomena='["shot"]'), Fault.IDLE)


def test_an_exception_from_an_exception_that_stands_alone_changes_nothing() -> None:
    again = clause("X-2", "exception", effect='"forbidden"')
    assert found(clause("X-1") + again, Fault.IDLE)
    assert not found(clause("X-1") + again + clause("X-3", "exception", priority="2"), Fault.IDLE)


def test_a_clause_with_fewer_than_three_examples_is_found_and_a_procedure_needs_one() -> None:
    text = clause("X-1") + '\n## X-2 Title\n\nWords.\n\n```toml\nact = "procedure"\n```\n'
    assert [one.words.split(";")[1] for one in found(text, Fault.EXAMPLES)] == [
        " write 3 more in examples/*.toml",
        " write 1 more in examples/*.toml",
    ]


def test_exceptions_that_never_hold_together_may_disagree() -> None:
    text = (
        clause("X-1")
        + clause("X-2", "exception", when='{ party = "A" }', must_be_shown_by='"A"')
        + clause("X-3", "exception", when='{ party = "B" }', must_be_shown_by='"B"')
    )
    assert len(read_agreement(FRONT + text, name="t").clauses) == 3


def test_a_zone_that_nobody_names_and_a_time_without_its_shape_are_found() -> None:
    front = FRONT.replace("[[readings]]", '[[zones]]\nname = "strip"\nwords = "The strip."\n[[readings]]', 1)
    agreement = read_agreement(front + clause("X-1"), name="t")
    corners = "[[[30, 48], [31, 48], [31, 49], [30, 48]]]"
    features = ",\n".join(
        f'{{"type": "Feature", "id": "strip", "properties": {{"{key}": "{moment}"}}, '
        f'"geometry": {{"type": "Polygon", "coordinates": {corners}}}}}'
        for key, moment in (("to", "2027-04-01T00:00:00Z"), ("from", "2027-05-01T00:00:00Z"))
    )
    shapes = read_shapes(f'{{"type": "FeatureCollection", "features": [\n{features}]}}')
    said = [one for one in findings(agreement, shapes, ()) if one.fault in (Fault.UNUSED, Fault.GAP)]
    assert [(one.file, one.line) for one in said] == [("agreement.md", 19), ("zones.geojson", 3)]
    assert "from 2027-04-01T00:00:00+00:00 to 2027-05-01T00:00:00+00:00" in said[1].words


def test_a_translation_that_lacks_a_clause_or_has_one_too_many_is_found_with_its_line() -> None:
    agreement = read_agreement(FRONT + clause("X-1") + clause("X-2"), name="t")
    text = "# T\n\n## X-1 Tittel\n\nOrd.\n\n## X-3 Tittel\n\n```toml\nact = 1\n```\n"
    said = list(translation_findings(agreement, text, file="agreement.nb.md"))
    assert [(one.line, one.words.split(";")[0]) for one in said] == [
        (1, "lacks clause X-2"),
        (7, "has clause X-3, which the agreement has not"),
        (10, "clause X-3 has a block"),
        (7, "clause X-3 has no words or no title"),
    ]
    assert all(one.grave and one.file == "agreement.nb.md" for one in said)


def test_a_whole_translation_of_an_agreement_in_stages_has_the_clause_once() -> None:
    stages = '[[stages]]\nname = "a"\ndeadline = "D+5"\n[[stages]]\nname = "b"\ndeadline = "D+9"\n'
    agreement = read_agreement(FRONT + clause("X-1", "required", more=stages), name="t")
    assert not list(translation_findings(agreement, "## X-1 Tittel\n\nOrd.\n", file="agreement.nb.md"))


def test_a_version_of_which_no_change_is_told_is_found() -> None:
    change = '[[changes]]\nversion = "0"\nwords = "First."\n'
    agreement = read_agreement(
        FRONT.replace("[[readings]]", change + "[[readings]]", 1) + clause("X-1"), name="t"
    )
    assert [one.fault for one in findings(agreement, NO_SHAPES, ()) if one.fault is Fault.VERSION] == [
        Fault.VERSION
    ]


ZONED = FRONT.replace(
    "[[readings]]",
    '[[zones]]\nname = "east"\nwords = "East."\n[[zones]]\nname = "west"\nwords = "West."\n'
    '[[readings]]\nname = "east"\nwords = "East."\narea_ids = ["east"]\n'
    '[[readings]]\nname = "west"\nwords = "West."\narea_ids = ["west"]\n[[readings]]',
    1,
)


def drawn(east: int) -> Shapes:
    """Two squares of one degree, the eastern one beginning at `east`."""
    features = ",".join(
        f'{{"id": "{name}", "geometry": {{"type": "Polygon", "coordinates": '
        f"[[[{lon}, 48], [{lon + 1}, 48], [{lon + 1}, 49], [{lon}, 49], [{lon}, 48]]]}}}}"
        for name, lon in (("west", 30), ("east", east))
    )
    return read_shapes(f'{{"type": "FeatureCollection", "features": [{features}]}}')


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (clause("X-1", readings='["east"]', when='{ zone = "west" }'), Fault.NEVER),
        (clause("X-1", when='{ all = [{ zone = "west" }, { zone = "east" }] }'), Fault.NEVER),
        (clause("X-1", readings='["east"]') + clause("X-2", "permitted", readings='["west"]'), Fault.IDLE),
    ],
)
def test_zones_that_share_no_ground_are_told_from_their_shapes(text: str, fault: Fault) -> None:
    agreement = read_agreement(ZONED + text, name="t")
    assert [one.grave for one in findings(agreement, drawn(32), ()) if one.fault is fault] == [True]
    assert not [one for one in findings(agreement, drawn(30), ()) if one.fault is fault]
    assert not [one for one in findings(agreement, NO_SHAPES, ()) if one.fault is fault]


def test_clauses_of_zones_that_share_ground_overlap() -> None:
    agreement = read_agreement(
        ZONED + clause("X-1", readings='["east"]') + clause("X-2", readings='["west"]'), name="t"
    )
    for east, n in ((30, 1), (32, 0)):
        assert len([one for one in findings(agreement, drawn(east), ()) if one.fault is Fault.OVERLAP]) == n


def test_a_shape_that_is_nobodys_claim_is_looked_at_and_not_refused() -> None:
    corners = "[[[30, 48], [31, 48], [31, 49], [30, 48]]]"
    feature = '{{"id": "{}", "properties": {}, "geometry": {{"type": "Polygon", "coordinates": {}}}}}'
    features = ",\n".join(
        [feature.format("a", '{"claimed_by": "A"}', corners), feature.format("b", "null", corners)]
    )
    shapes = read_shapes(f'{{"type": "FeatureCollection", "features": [\n{features}]}}')
    agreement = read_agreement(FRONT + clause("X-1"), name="t")
    (said,) = (one for one in findings(agreement, shapes, ()) if one.fault is Fault.CLAIM)
    assert (said.file, said.line, said.grave) == ("zones.geojson", 3, False)
    assert said.words.startswith("b does not say whose claim it is; write 'claimed_by'")


def test_an_agreement_of_one_party_is_looked_at() -> None:
    alone = FRONT.replace('[[parties]]\ncode = "B"\nterm = "b"\nself_designation = "b"\n', "")
    for front, many in ((FRONT, 0), (alone, 1)):
        agreement = read_agreement(front + clause("X-1"), name="t")
        said = [one for one in findings(agreement, NO_SHAPES, ()) if one.fault is Fault.PARTIES]
        assert [(one.line, one.grave) for one in said] == [(1, False)] * many
