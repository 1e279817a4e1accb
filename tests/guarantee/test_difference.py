"""What changed between the two Paris meetings, actor by actor, as a correspondent would say it."""

import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import InputError
from trucewatch.guarantee.actors import STATES, read_organisations
from trucewatch.guarantee.aggregate import aggregates
from trucewatch.guarantee.difference import difference, tensions
from trucewatch.guarantee.pack import read_pack
from trucewatch.guarantee.sentences import (
    ACCORDING_TO,
    AND,
    AT_LEAST,
    AT_MOST,
    BOUNDS,
    CONDITION,
    DOMAINS,
    EXACTLY,
    FRAMES,
    FRAMES_OF_OTHERS,
    NO_BOUNDS,
    ONLY,
    OR,
    PLACE,
    PLACES,
    TEMPLATES,
    TEMPLATES_OF_ANOTHER,
    UNDATED,
    UNDATED_AGED,
    change_sentences,
    paragraph,
    sentence,
)
from trucewatch.mission.content import phrases
from trucewatch.model.saying import ChangeKind, Tongue, reading_order
from trucewatch.model.standing import Change
from trucewatch.model.statement import Modality, Statement, StatementKind
from trucewatch.report.sayings import TEMPLATES as MARKED
from trucewatch.report.sayings import tongue
from trucewatch.report.words import Language, words

PARIS_1, PARIS_2 = date(2025, 9, 4), date(2026, 1, 6)
SHIPPED = resources.files("trucewatch").joinpath("content/statements")
NAMES = {
    "DE": "Germany",
    "DK": "Denmark",
    "FR": "France",
    "GB": "United Kingdom",
    "IT": "Italy",
    "US": "United States",
    **read_organisations(SHIPPED.joinpath("organisations.toml").read_text("utf-8")),
}
COALITION = read_pack(
    SHIPPED.joinpath("coalition/statements.toml").read_text("utf-8"), pack="coalition"
).statements
PARIS = read_pack(
    SHIPPED.joinpath("paris-declaration/statements.toml").read_text("utf-8"), pack="paris-declaration"
).statements
BY_ID = {s.statement_id: s for s in COALITION}


def changes() -> dict[str, Change]:
    return {c.actor: c for c in difference(COALITION, earlier=PARIS_1, later=PARIS_2)}


def ids(statements: tuple[Statement, ...]) -> list[str]:
    return [s.statement_id for s in statements]


def said(actor: str) -> list[str]:
    return [c.text(NAMES) for c in change_sentences(changes()[actor], later=PARIS_2)]


def test_italy_refuses_on_both_dates() -> None:
    italy = changes()["IT"]
    assert [ids(pair) for pair in italy.repeated] == [["C006", "C013"]]
    assert (italy.appeared, italy.changed) == ((), ())
    assert ids(italy.silent) == ["E027"]
    assert said("IT")[0] == (
        "on 2025-09-04 and again on 2026-01-06, Italy does not intend to send soldiers to Ukraine"
    )


def test_germany_waited_for_clarified_conditions_and_then_could_monitor_from_a_neighbouring_country() -> None:
    germany = changes()["DE"]
    assert [ids(pair) for pair in germany.changed] == [["C004", "C012"]]
    assert said("DE")[0] == (
        "on 2025-09-04, Germany will not yet decide on further military commitments (only when the overall "
        "conditions are clarified); on 2026-01-06, Germany could take part in truce monitoring from a "
        "neighbouring country"
    )


def test_the_newsrooms_truce_is_another_trigger_and_no_part_of_the_spokespersons_change() -> None:
    assert {"C003", "C005", "E027"} == set(ids(changes()["DE"].silent))
    assert ids(changes()["DE"].appeared) == ["E016"]


def test_macron_and_stubb_each_spoke_for_the_us_and_neither_said_the_other_otherwise() -> None:
    united_states = changes()["US"]
    assert (united_states.changed, united_states.repeated) == ((), ())
    assert {"C011", "E021"} <= set(ids(united_states.appeared))
    assert {"C002", "E002"} <= set(ids(united_states.silent))


def test_the_us_promise_of_the_coming_days_is_124_days_old_and_another_speaks_for_it() -> None:
    (promised,) = [line for line in said("US") if "finalise" in line]
    assert promised == (
        "said by others, and not again since 2025-09-04: United States will finalise support for the "
        "security guarantees, “in the coming days” (124 days old on 2026-01-06), according to Emmanuel Macron"
    )


def test_france_may_send_several_thousand_and_britain_will_establish_hubs() -> None:
    assert (
        "new on 2026-01-06: France may send soldiers to Ukraine, several thousand (read as 2,000 to 9,999 "
        "soldiers), after a ceasefire agreement with Russia is signed"
    ) in said("FR")
    assert (
        "said by others, new on 2026-01-06: France will establish military hubs in Ukraine, after the "
        "ceasefire, according to Keir Starmer"
    ) in said("FR")
    assert (
        "new on 2026-01-06: United Kingdom will establish military hubs in Ukraine, after the ceasefire"
    ) in said("GB")


def test_an_actors_change_reads_as_one_paragraph() -> None:
    told = paragraph(changes()["DE"], later=PARIS_2).text(NAMES)
    assert told.startswith("On 2025-09-04, Germany will not yet decide on further military commitments")
    assert told.count("Not said again since 2025-09-04, and not withdrawn: Germany is ready to increase") == 1
    assert told.count("Said by others, new on 2026-01-06: Germany is ready to take part") == 1
    assert told.count("Said by others, and not again since 2025-09-04: Germany will not yet decide") == 1
    assert told.endswith("a deployment of forces is open to doubt, according to the newsroom.")
    assert told.count(". ") == 3


def test_an_actors_own_words_come_before_what_others_say_of_it() -> None:
    for change in changes().values():
        own = [told.latest.is_own for told in paragraph(change, later=PARIS_2).told]
        assert own == sorted(own, reverse=True)


def test_who_speaks_for_one_of_several_is_another_to_the_rest() -> None:
    assert "France has made a trilateral declaration, according to Volodymyr Zelenskyy" in said("FR")[
        -1
    ] + "".join(said("FR"))
    assert all("according to" not in line for line in said("UA") if "trilateral" in line)


def test_guarantors_stand_first_and_unnamed_groups_last() -> None:
    told = sorted(changes(), key=reading_order)
    assert told[:4] == ["US", "FR", "GB", "DE"]
    assert told[-1] == "XX-26"
    assert told.index("RU") < told.index("XC") < told.index("XN")


def test_denmark_is_silent_and_silence_is_not_withdrawal() -> None:
    assert ids(changes()["DK"].silent) == ["C007", "E010", "E027", "E029", "E032"]
    own = [line for line in said("DK") if "according to" not in line]
    assert len(own) == 4
    assert all(line.startswith("not said again since 2025-09-04, and not withdrawn: ") for line in own)


def test_zelenskyy_and_frederiksen_stand_in_tension_on_one_day() -> None:
    assert [ids(pair) for pair in tensions(COALITION, PARIS_1)] == [["C007", "E001"]]
    assert tensions(COALITION, PARIS_2) == ()


def test_attendance_is_not_compared() -> None:
    assert "NO" not in changes()
    told = [s for c in changes().values() for s in (*c.appeared, *c.silent)]
    assert StatementKind.MEETING not in {s.kind for s in told}


@pytest.mark.parametrize(("earlier", "later"), [(PARIS_2, PARIS_1), (PARIS_1, PARIS_1)])
def test_dates_in_the_wrong_order_are_refused(earlier: date, later: date) -> None:
    with pytest.raises(InputError, match="exchange them"):
        difference(COALITION, earlier=earlier, later=later)


def test_before_anything_was_said_everything_is_new() -> None:
    found = difference(COALITION, earlier=date(2025, 1, 1), later=PARIS_1)
    assert all(not (c.repeated or c.changed or c.silent) for c in found)
    assert any(c.appeared for c in found)


@given(st.permutations(COALITION))
def test_the_difference_does_not_depend_on_the_order_of_statements(mixed: list[Statement]) -> None:
    assert difference(mixed, earlier=PARIS_1, later=PARIS_2) == tuple(changes().values())


@given(st.sets(st.sampled_from(COALITION)))
def test_each_statement_of_an_actor_is_in_exactly_one_part_of_its_change(some: set[Statement]) -> None:
    for change in difference(tuple(some), earlier=PARIS_1, later=PARIS_2):
        parts = (
            {s for pair in change.repeated for s in pair},
            {s for pair in change.changed for s in pair},
            set(change.appeared),
            set(change.silent),
        )
        theirs = {s for s in some if change.actor in s.actors and s.kind is not StatementKind.MEETING}
        assert set().union(*parts) == theirs
        assert sum(map(len, parts)) == len(theirs)


@given(st.sets(st.sampled_from(COALITION)))
def test_only_one_voice_on_one_matter_is_compared(some: set[Statement]) -> None:
    for change in difference(tuple(some), earlier=PARIS_1, later=PARIS_2):
        for before, after in (*change.repeated, *change.changed):
            assert before.speaks_for == after.speaks_for is not None
            assert before.matter == after.matter
            assert (before.kind is StatementKind.CLAIM_ABOUT) is (after.kind is StatementKind.CLAIM_ABOUT)


def test_26_are_claimed_and_nobody_is_named_in_september() -> None:
    (september,) = aggregates(COALITION, on=PARIS_1)
    assert september.text == "26 claimed, 0 named, 0 with content"
    (january,) = aggregates(COALITION, on=PARIS_2)
    assert january.text == "26 claimed, 3 named, 2 with content"
    assert january.named == ("DE", "FR", "GB")
    assert january.named_by_others == ("DE",)
    assert january.with_content == ("FR", "GB")


def test_who_refuses_or_puts_off_is_not_named_as_contributing_whoever_says_so() -> None:
    told = replace(BY_ID["E016"], actors=("SE",), modality=Modality.REFUSES)
    (found,) = aggregates([*COALITION, told], on=PARIS_2)
    assert "SE" not in found.named
    (found,) = aggregates([*COALITION, replace(told, modality=Modality.MAY)], on=PARIS_2)
    assert "SE" in found.named_by_others


def test_the_unnamed_are_no_member_and_no_member_is_among_the_unnamed() -> None:
    for found in aggregates(COALITION, on=PARIS_2):
        assert set(found.with_content) <= set(found.named) <= STATES


def test_before_anybody_claimed_a_number_there_is_none() -> None:
    assert aggregates(COALITION, on=date(2025, 1, 1)) == ()


@pytest.mark.parametrize(
    ("statement_id", "text"),
    [
        ("C006", "Italy: refuses to send soldiers to Ukraine"),
        ("C013", "Italy: does not intend to send soldiers to Ukraine"),
        (
            "C011",
            "United States: is said to lead the ceasefire monitoring mechanism, according to Emmanuel Macron",
        ),
        ("C005", "Germany: is ready to increase financing and training of Ukrainian forces"),
        (
            "C001",
            (
                "26 unnamed states: have promised to contribute military forces in Ukraine, or in support "
                "(land, sea, air), the day the war is over, according to Emmanuel Macron"
            ),
        ),
        (
            "C007",
            (
                "Denmark: finds it too early to settle a framework for security guarantees (only when there is "
                "a prospect of peace)"
            ),
        ),
        ("E032", "Denmark: holds that a security guarantee can be used only when there is no longer war"),
        ("E006", "United States: asks European countries to stop buying Russian oil"),
        ("E015", "France: will not take part in combat with the forces it sends"),
    ],
)
def test_a_statement_is_one_neutral_sentence(statement_id: str, text: str) -> None:
    assert sentence(BY_ID[statement_id]).text(NAMES) == text


def test_every_modality_and_every_change_has_its_words() -> None:
    assert set(TEMPLATES) == set(Modality)
    assert set(FRAMES) == set(FRAMES_OF_OTHERS) == set(ChangeKind)


@pytest.mark.parametrize("statement", COALITION, ids=lambda s: s.statement_id)
def test_a_sentence_takes_no_side(statement: Statement) -> None:
    said = sentence(statement, on=PARIS_2).text(NAMES).casefold()
    banned = ("occupied", "liberated", "terrorist", "militant", "aggress", "violat")
    assert not any(word in said for word in banned)


def test_a_sentence_can_be_said_in_another_language() -> None:
    catalogue = {
        "does not intend to {deed}": "vil ikke {deed}",
        "send soldiers": "sende soldater",
        "to {place}": "til {place}",
        "Ukraine": "Ukraina",
        "on {before_on} and again on {after_on}, {actor} {after}": "{actor} {after}, {before_on} og {after_on}",
    }
    norwegian = Tongue(names={"IT": "Italia"}, translate=lambda message: catalogue.get(message, message))
    told = change_sentences(changes()["IT"], later=PARIS_2)[0]
    assert told.said(norwegian) == "Italia vil ikke sende soldater til Ukraina, 2025-09-04 og 2026-01-06"
    assert set(catalogue) <= set(told.messages)


def test_a_piece_is_said_as_one_where_the_language_has_it_so() -> None:
    finnish = {"to Ukraine": "Ukrainaan", "send soldiers": "lähettää sotilaita", "Ukraine": "Ukraina"}
    told = sentence(BY_ID["C013"]).said(
        Tongue(names={"IT": "Italia"}, translate=lambda message: finnish.get(message, message))
    )
    assert told == "Italia: does not intend to lähettää sotilaita Ukrainaan"


def test_the_catalogues_have_every_template() -> None:
    ours = {t for pair in (*TEMPLATES.values(), *TEMPLATES_OF_ANOTHER.values()) for t in pair}
    ours |= {
        *FRAMES.values(),
        *FRAMES_OF_OTHERS.values(),
        *PLACES.values(),
        PLACE,
        DOMAINS,
        NO_BOUNDS,
        BOUNDS,
        AT_LEAST,
        AT_MOST,
        EXACTLY,
    }
    assert ours | {CONDITION, AND, OR, ONLY, UNDATED, UNDATED_AGED, ACCORDING_TO} == set(MARKED)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            Language.ENGLISH,
            "On September 4, 2025 and again on January 6, 2026, Italy does not intend to send soldiers to Ukraine.",
        ),
        (
            Language.NORWEGIAN,
            (
                "Italia har ikke til hensikt å sende soldater til Ukraina, het det 4. september 2025 og igjen "
                "6. januar 2026."
            ),
        ),
        (
            Language.FINNISH,
            "4. syyskuuta 2025 ja uudelleen 6. tammikuuta 2026 Italia ei aio lähettää sotilaita Ukrainaan.",
        ),
    ],
)
def test_a_paragraph_is_said_in_the_readers_language(language: Language, told: str) -> None:
    own = phrases(["coalition"], language.value)
    spoken = tongue(words(language), ["IT"], phrases=own)
    assert paragraph(changes()["IT"], later=PARIS_2).said(spoken).startswith(told)


def pack_of(name: str) -> dict[str, object]:
    return tomllib.loads(SHIPPED.joinpath(f"{name}/statements.toml").read_text("utf-8"))


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (word for each in value.values() for word in strings(each))
    elif isinstance(value, list):
        yield from (word for each in value for word in strings(each))


@pytest.mark.parametrize("language", [Language.NORWEGIAN, Language.FINNISH])
def test_the_shipped_packs_own_words_are_all_said_in_each_language(language: Language) -> None:
    shipped = [*COALITION, *PARIS]
    own = phrases(["coalition", "paris-declaration"], language.value)
    wanted = {m for s in shipped for m in sentence(s).messages if any(c.isalpha() for c in m)} - set(MARKED)
    pieces = {p.whole for s in shipped for each in (None, *s.actors) for p in sentence(s, actor=each).parts}
    written = {w for name in ("coalition", "paris-declaration") for w in strings(pack_of(name))}
    assert wanted - set(own) == set()
    assert set(own) - wanted - pieces - written == set()
    assert all(own.values())


def test_figures_are_shown_by_the_language_and_not_translated() -> None:
    shown = Tongue(names={}, show=lambda figure: f"<{figure}>")
    assert "several thousand (read as <2000> to <9999> soldiers)" in sentence(BY_ID["C008"]).said(shown)
    aged = sentence(BY_ID["C002"], on=PARIS_2)
    assert "(<124> days old on <2026-01-06>)" in aged.said(shown)
    assert not any(message.isdigit() for message in aged.messages)
