"""Packs: what ships stands in the documents byte for byte, and what is wrong is named."""

import csv
import json
from importlib import resources
from pathlib import Path

import pytest

from trucewatch.errors import InputError
from trucewatch.guarantee.actors import STATES, is_actor, is_group, read_organisations
from trucewatch.guarantee.pack import read_pack
from trucewatch.guarantee.papers import QUOTE_WORDS_MAX
from trucewatch.model.statement import FactKind, Statement, StatementKind

SHIPPED = resources.files("trucewatch").joinpath("content/statements")
PACKS = ("coalition", "paris-declaration", "exercise-ab")
COUNTRIES = {
    "26 states, unnamed": "XX-26",
    "United States": "US",
    "Germany": "DE",
    "Italy": "IT",
    "Denmark": "DK",
    "France": "FR",
    "United Kingdom": "GB",
    "Ukraine": "UA",
}
KINDS = {"commitment (claimed)": "claim_about"}

WHOLE = """
[[document]]
name = "D"
stated_on = 2026-01-06
language = "en"
source = "https://example.org/d"

[[statement]]
id = "S1"
kind = "commitment"
actor = "DE"
speaks_for = "DE"
said_by = "a spokesperson"
modality = "will"
action = "send"
what = "sensors"
document = "D"
"""


def shipped(pack: str) -> tuple[Statement, ...]:
    return read_pack(SHIPPED.joinpath(pack, "statements.toml").read_text("utf-8"), pack=pack).statements


def by_id(pack: str) -> dict[str, Statement]:
    return {s.statement_id: s for s in shipped(pack)}


def quotes(statement: Statement) -> list[str]:
    of_conditions = [c.quote for c in statement.conditions]
    amount = statement.quantity and statement.quantity.as_written
    return [q for q in (statement.quote, amount, *of_conditions) if q]


def test_every_quotation_stands_in_its_article_byte_for_byte(shared: Path) -> None:
    for statement in shipped("coalition"):
        article = (shared / "data" / "seeds" / statement.source).read_bytes()
        assert quotes(statement)
        for quote in quotes(statement):
            assert quote.encode() in article, (statement.statement_id, quote)


def test_no_quotation_is_longer_than_a_few_words() -> None:
    for pack in PACKS:
        for statement in shipped(pack):
            assert all(len(q.split()) <= QUOTE_WORDS_MAX for q in quotes(statement))


def test_the_fourteen_coded_statements_are_there_as_coded(shared: Path) -> None:
    with (shared / "data/agreements/commitments_coded.csv").open(encoding="utf-8", newline="") as lines:
        coded = {row["id"]: row for row in csv.DictReader(lines)}
    ours = {key: s for key, s in by_id("coalition").items() if key.startswith("C")}
    assert ours.keys() == coded.keys()
    assert len(ours) == 14
    for key, row in coded.items():
        statement = ours[key]
        kind = row["kind"].split(" ")[0] if row["kind"] not in KINDS else KINDS[row["kind"]]
        assert statement.kind == kind, key
        assert list(statement.actors) == [COUNTRIES[name] for name in row["actor"].split("; ")], key
        assert statement.said_by == row["said_by"], key
        assert statement.stated_on.isoformat() == row["stated_on"], key
        assert statement.language == row["language"], key
        assert statement.source == row["source"], key
        assert bool(statement.conditions) == bool(row["condition_as_written"]), key
        assert bool(statement.quantity) == bool(row["quantity_as_written"]), key


def test_the_rest_of_what_a_reader_would_look_for_is_marked_apart() -> None:
    rest = [key for key in by_id("coalition") if not key.startswith("C")]
    assert rest == [f"E{number:03d}" for number in range(1, len(rest) + 1)]


def test_the_triggers_of_the_articles_are_never_merged() -> None:
    said = by_id("coalition")
    triggers = {key: [c.trigger for c in said[key].conditions] for key in said}
    assert triggers["C001"] == [FactKind.WAR_OVER]
    assert triggers["C003"] == [FactKind.TRUCE_CONCLUDED]
    assert triggers["C004"] == [FactKind.CONDITIONS_CLARIFIED]
    assert triggers["C008"] == [FactKind.CEASEFIRE_AGREEMENT_SIGNED]
    assert triggers["C009"] == [FactKind.CEASEFIRE_IN_FORCE]
    assert triggers["E004"] == [FactKind.PEACE_AGREEMENT_SIGNED]


def test_several_thousand_is_an_interval_and_a_refusal_has_no_quantity() -> None:
    said = by_id("coalition")
    several = said["C008"].quantity
    assert several is not None
    assert (several.least, several.most, several.unit, several.as_written) == (
        2000,
        9999,
        "soldiers",
        "useita tuhansia",
    )
    assert said["C006"].quantity is None
    assert said["C013"].quantity is None


def test_another_speaking_for_the_us_or_for_france_is_a_claim_about_them() -> None:
    said = by_id("coalition")
    for key, voice in {"C002": "FR", "C009b": "GB", "C011": "FR", "E002": "FR", "E021": "FI"}.items():
        assert said[key].kind is StatementKind.CLAIM_ABOUT
        assert said[key].speaks_for == voice
        assert voice not in said[key].actors


def test_the_three_stage_slip_is_kept_with_its_correction() -> None:
    (slip,) = [s for s in shipped("coalition") if s.quote and "kolmivaiheinen" in s.quote]
    assert slip.correction
    assert "trilateral" in slip.correction


def test_the_finnish_statements_say_that_their_date_was_given() -> None:
    finnish = [s for s in shipped("coalition") if s.language == "fi"]
    assert finnish
    assert all("no date of its own" in s.note for s in finnish)


def test_the_paris_declaration_has_its_five_components_each_after_a_ceasefire(shared: Path) -> None:
    agreements = json.loads((shared / "data/agreements/agreements.json").read_text("utf-8"))
    paris = agreements["paris_declaration_2026-01-06"]
    components = [s for s in shipped("paris-declaration") if s.kind is StatementKind.COMMITMENT]
    assert [s.component for s in components] == ["monitoring", "support", "force", "attack", "cooperation"]
    assert [s.statement_id for s in components] == [clause["id"] for clause in paris["clauses"]]
    for statement in components:
        assert statement.actors == ("XC",)
        assert statement.source == paris["source_urls"][0]
        assert statement.conditions[0].trigger is FactKind.CEASEFIRE_IN_FORCE
        assert (statement.conditions[0].quote or "") in paris["status"]
        assert "reported not to have signed" in statement.note


def test_the_exercise_pack_is_marked_in_every_statement_and_the_real_ones_are_not() -> None:
    assert all(s.exercise and "EXERCISE" in s.note for s in shipped("exercise-ab"))
    assert not any(s.exercise for pack in PACKS[:2] for s in shipped(pack))


def test_every_actor_of_a_shipped_pack_has_a_name() -> None:
    organisations = read_organisations(SHIPPED.joinpath("organisations.toml").read_text("utf-8"))
    codes = {code for pack in PACKS for s in shipped(pack) for code in s.actors}
    assert codes - STATES == set(organisations) & codes
    assert codes > {"XX-26", "XC", "DE"}


@pytest.mark.parametrize(
    ("code", "known"),
    [
        ("DE", True),
        ("UK", False),
        ("XX", True),
        ("XX-26", True),
        ("XX-0", False),
        ("Germany", False),
        ("G", False),
    ],
)
def test_an_actor_is_a_state_an_organisation_or_an_unnamed_group(code: str, known: bool) -> None:
    assert is_actor(code) is known


def test_a_fictional_guarantor_exists_in_exercises_only() -> None:
    assert is_actor("G", exercise=True)
    assert is_group("XX-26")
    assert not is_group("XC")


def test_a_whole_pack_is_read() -> None:
    (statement,) = read_pack(WHOLE, pack="mine").statements
    assert (statement.statement_id, statement.actors, statement.pack) == ("S1", ("DE",), "mine")
    assert statement.quantity is None
    assert statement.conditions == ()


@pytest.mark.parametrize(
    ("old", "new", "met"),
    [
        ('what = "sensors"', 'whta = "sensors"', "unknown key 'whta'; did you mean 'what'?"),
        ('modality = "will"', 'modality = "wil"', "modality = 'wil' is not known; did you mean 'will'?"),
        ('kind = "commitment"', 'kind = "comitment"', "did you mean 'commitment'?"),
        ('actor = "DE"', 'actor = "Germany"', "actor 'Germany' is neither"),
        ('actor = "DE"', "actor = []", "actor must be a text or a list of texts"),
        ('speaks_for = "DE"', 'speaks_for = "FR"', "speaks for FR, not for DE"),
        ('speaks_for = "DE"', "", "speaks for nobody"),
        ('kind = "commitment"', 'kind = "claim_about"', "no claim about another"),
        ('action = "send"', 'action = ""', "action must be a text that is not empty"),
        ('action = "send"', "", "action is missing"),
        ('document = "D"', 'document = "E"', "document = 'E' is not known"),
        (
            'document = "D"',
            'document = "D"\nquote = "one two three four five six seven eight nine"',
            "quote has over 8",
        ),
        ('document = "D"', 'document = "D"\ncomponent = "hubs"', "component = 'hubs' is not known"),
        (
            'document = "D"',
            'document = "D"\ndomains = ["lnd"]',
            "domains: 'lnd' is not known; did you mean 'land'?",
        ),
        ('document = "D"', 'document = "D"\ncondition = "later"', "condition must be tables"),
        (
            'document = "D"',
            'document = "D"\ncondition = [{ as_written = "then", trigger = "ceasefire" }]',
            "trigger = 'ceasefire' is not known",
        ),
        (
            'document = "D"',
            'document = "D"\ncondition = [{ as_written = "x", trigger = "war_over", by_body = "B" }]',
            "by_body is for",
        ),
        (
            'document = "D"',
            'document = "D"\nquantity = { least = 9, most = 2, unit = "x", as_written = "x" }',
            "least 9 is more than most 2",
        ),
        (
            'document = "D"',
            'document = "D"\nquantity = { least = -1, unit = "x", as_written = "x" }',
            "whole number",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_line_and_statement(old: str, new: str, met: str) -> None:
    with pytest.raises(InputError) as refused:
        read_pack(WHOLE.replace(old, new, 1), pack="mine")
    assert met in str(refused.value)
    assert "mine/statements.toml:8: statement S1" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("x = ", "not TOML"),
        ("", "no [[statement]]"),
        ("exercize = true", "did you mean 'exercise'?"),
        (WHOLE.replace("stated_on = 2026-01-06", 'stated_on = "6 January"'), "must be a date"),
        (WHOLE.replace("stated_on = 2026-01-06", ""), "must be a date"),
        (WHOLE + WHOLE[WHOLE.index("[[statement]]") :], "two statements are called S1"),
        (WHOLE + 'tension_with = ["S9"]', "tension_with names 'S9'"),
        (WHOLE.replace('id = "S1"', ""), "id is missing"),
    ],
)
def test_a_pack_that_is_no_pack_is_refused_in_one_line(text: str, met: str) -> None:
    with pytest.raises(InputError, match=r"statements\.toml") as refused:
        read_pack(text, pack="mine")
    assert met in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["x = ", 'DE = "Germany"', 'Coalition = "C"', "XC = 3", 'XC = ""'])
def test_a_table_of_organisations_names_organisations_only(text: str) -> None:
    with pytest.raises(InputError, match=r"organisations\.toml"):
        read_organisations(text)
