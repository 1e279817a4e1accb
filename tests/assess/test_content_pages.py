"""The pages of the agreements are made from their folders, and the briefs over real reports are answered from what is printed."""

from pathlib import Path

import agreements
import plain_english
import polars as pl
import pytest
import real_data

from trucewatch.model import condition
from trucewatch.model.vocabulary import FIRE, Phenomenon
from trucewatch.model.weapon import WeaponClass

DOCS = Path(__file__).resolve().parents[2] / "docs" / "agreements"


def test_the_pages_are_those_that_the_folders_make() -> None:
    made = agreements.pages()
    kept = {file.name: file.read_text("utf-8") for file in DOCS.glob("*.md") if file.name != real_data.PAGE}
    assert sorted(name for name in made.keys() | kept.keys() if made.get(name) != kept.get(name)) == [], (
        "run: python tools/agreements.py"
    )


def test_every_example_stands_on_its_agreements_page() -> None:
    made = agreements.pages()
    for folder in sorted(agreements.CONTENT.iterdir()):
        for name, one in agreements.examples(folder).items():
            assert str(one["title"]).replace("|", "\\|") in made[f"{folder.name}.md"], (folder.name, name)


def test_every_condition_is_said_in_plain_english() -> None:
    kinds = {
        kind
        for kind in vars(condition).values()
        if isinstance(kind, type) and kind.__module__ == condition.__name__
    }
    said = {*plain_english.LEAVES, condition.AllOf, condition.AnyOf, condition.NotSo}
    assert kinds - said == {condition.Side, condition.Stated}


def test_every_weapon_has_a_word() -> None:
    assert set(plain_english.WEAPONS) == {weapon.value for weapon in WeaponClass}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            condition.AllOf(
                of=(
                    condition.WeaponIs(classes=frozenset({WeaponClass.TANK})),
                    condition.FromLine(line="l", side=condition.Side.OWN, from_m=None, nearer_than_m=7500),
                )
            ),
            "its weapon is among tanks and it lies on a party's own side of its own line (`l`), less than 7.5 km from it",
        ),
        (
            condition.NotSo(of=condition.Calibre(from_mm=100, below_mm=None)),
            "it is not so that its calibre is 100 mm or more",
        ),
        (
            condition.ReplyTo(kinds=FIRE | {Phenomenon.UAV}, within_h=1, around_m=500),
            "in the one hour before it and within 500 m of it there were fire of any kind or drones",
        ),
        (
            condition.Hours(from_minute=1320, until_minute=360, clock="UTC", weekdays=(5, 6)),
            "it is between 22:00 and 06:00 (UTC) on Saturday or Sunday",
        ),
    ],
)
def test_a_condition_is_said_as_it_is_evaluated(asked: condition.Condition, said: str) -> None:
    assert plain_english.condition(asked) == said


@pytest.fixture(scope="module", params=real_data.SETS, ids=lambda files: files.name)
def over(request: pytest.FixtureRequest, shared: Path) -> tuple[real_data.Files, real_data.Walk]:
    """Published files and the walk over them."""
    return request.param, real_data.walked(request.param, shared / "data")


def test_every_assessment_over_real_reports_is_attacked_from_both_sides(
    over: tuple[real_data.Files, real_data.Walk],
) -> None:
    files, found = over
    mine = [kind for kind in real_data.kinds() if kind.files == files.name]
    rows = real_data.lines_of(found)
    attacked = pl.concat([real_data.of_kind(rows, kind) for kind in mine])["assessment_id"]
    assert sorted(attacked) == sorted(rows["assessment_id"]), "each is of one kind, and of one only"
    for kind in mine:
        assert real_data.of_kind(rows, kind).height, kind.name
        assert {party: len(lines) >= 6 for party, lines in kind.briefs.items()} == {"A": True, "B": True}


def test_an_answer_rests_on_what_the_program_prints(over: tuple[real_data.Files, real_data.Walk]) -> None:
    files, found = over
    text, rows = found.known.agreements[0], real_data.lines_of(found)
    says = " ".join(profile.says or "" for profile in found.known.profiles.values())
    everywhere = real_data.printed(rows, found, text)
    for kind in real_data.kinds():
        for line in (line for lines in kind.briefs.values() for line in lines if kind.files == files.name):
            assert line.cites in everywhere or line.cites in says, (kind.name, line.cites)


def test_the_page_over_real_reports_is_computed_anew(shared: Path) -> None:
    assert (DOCS / real_data.PAGE).read_text("utf-8") == real_data.page(shared / "data"), (
        "run: python tools/real_data.py"
    )


def test_no_line_over_real_reports_is_totalled_by_party(over: tuple[real_data.Files, real_data.Walk]) -> None:
    files, found = over
    columns = set(found.assessments.columns)
    assert "party" not in columns
    assert files.agreement == found.known.agreements[0].name
