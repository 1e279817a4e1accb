"""What a language model answers is kept only where the document bears it out, word by word."""

import json
from datetime import date

import pytest

from trucewatch.mission.proposing import tongues
from trucewatch.read.asked import Checked, Ground, checked, ground

TEXT = (
    "Norway will send 50 observers to the buffer zone by 31 March 2026 once the ceasefire is in force, "
    "Norway's foreign minister Kari Holm said. Sweden will not send troops, Swedish prime minister Per Ek said. "
    "Norway will send 50 observers. Norway will send 50 observers."
)
QUOTE = "Norway will send 50 observers to the buffer zone by 31 March 2026 once the ceasefire is in force"
TRUE = {
    "kind": "commitment",
    "actor": ["NO"],
    "said_by": "Kari Holm",
    "action": "send",
    "object": "observers",
    "modality": "will",
    "negated": False,
    "quantity": {"min": 50, "max": 50, "unit": "observers", "as_written": "50"},
    "conditions": [{"as_written": "once the ceasefire is in force", "trigger": "ceasefire_in_force"}],
    "place": "to the buffer zone",
    "domain": None,
    "date": {"as_written": "by 31 March 2026", "resolved": "2026-03-31"},
    "quote": QUOTE,
}
REFUSAL = {
    "kind": "refusal",
    "actor": ["SE"],
    "said_by": "Per Ek",
    "action": "send",
    "object": "troops",
    "modality": "will_not",
    "negated": True,
    "quote": "Sweden will not send troops",
}


@pytest.fixture(scope="module")
def known() -> Ground:
    """What the first engine's modules find in the text."""
    known = tongues()
    return ground(TEXT, known.of("en"), known.lexicon, published=date(2026, 1, 6))


def of(known: Ground, *rows: object) -> Checked:
    return checked(json.dumps({"proposals": rows}), known)


def test_what_the_words_bear_out_is_kept_with_its_bytes(known: Ground) -> None:
    found = of(known, TRUE, REFUSAL)
    assert found.unkept == ()
    first, second = found.proposals
    assert first.quote == QUOTE == TEXT.encode()[first.start : first.end].decode()
    assert (first.actors, first.said_by, first.negated) == (("NO",), "Kari Holm", False)
    assert first.quantity is not None
    assert (first.quantity.least, first.quantity.most) == (50, 50)
    assert first.when is not None
    assert first.when.resolved == "2026-03-31"
    assert second.negated


def test_what_no_words_bear_out_is_said_to_be_unsure(known: Ground) -> None:
    (found,) = of(known, TRUE).proposals
    assert found.unsure == ("modality",)
    (bare,) = of(known, {**TRUE, "quantity": None, "conditions": []}).proposals
    assert bare.unsure == ("modality", "quantity", "conditions")


LIES = [
    ({"actor": ["RU"]}, "the actor is not named in the quoted words"),
    ({"actor": ["NO", "RU"]}, "the actor is not named in the quoted words"),
    ({"actor": ["Norway"]}, "the actor is not named in the quoted words"),
    (
        {"quantity": {"min": 5000, "max": 5000, "unit": "observers", "as_written": "50"}},
        "the number is not in",
    ),
    ({"quantity": {"min": 50, "max": None, "unit": "observers", "as_written": "50"}}, "the number is not in"),
    ({"quantity": {"min": -1, "max": 50, "unit": "", "as_written": ""}}, "min is no whole number"),
    ({"quantity": {"min": 5e1, "max": 50, "unit": "", "as_written": ""}}, "min is no whole number"),
    ({"negated": True}, "the quoted words deny nothing"),
    ({"negated": True, "modality": "refuses", "kind": "refusal"}, "the quoted words deny nothing"),
    ({"modality": "will_not"}, "the quoted words deny nothing"),
    ({"negated": None}, "negated is neither true nor false"),
    ({"quote": "Norway will send 5000 observers"}, "do not stand in the document"),
    ({"quote": QUOTE.replace("will", "w\u200bill")}, "characters that nobody sees"),
    ({"quote": QUOTE.upper()}, "do not stand in the document"),
    ({"quote": ""}, "quotes no words"),
    ({"quote": "Norway will send 50 observers."}, "more than once"),
    ({"start": 1, "end": 97}, "do not stand at the offsets"),
    ({"start": 0, "end": 10_000}, "do not stand at the offsets"),
    ({"start": 0}, "do not stand at the offsets"),
    ({"start": -5, "end": 3}, "start is no whole number"),
    (
        {"date": {"as_written": "by 31 March 2026", "resolved": "2026-04-30"}},
        "the date is not what its words say",
    ),
    ({"date": {"as_written": "tomorrow", "resolved": None}}, "the date is not in the quoted words"),
    ({"conditions": [{"as_written": "if Russia agrees", "trigger": None}]}, "the condition is not in"),
    (
        {"conditions": [{"as_written": "once the ceasefire is in force", "trigger": "war_over"}]},
        "do not name that trigger",
    ),
    ({"said_by": "Vladimir Putin"}, "the speaker is not named in the document"),
    ({"said_by": "buffer"}, "the speaker is not named in the document"),
    ({"said_by": "newsroom"}, "another's words about an actor are a claim about it"),
    ({"said_by": "Per Ek"}, "another's words about an actor are a claim about it"),
    ({"kind": "claim_about"}, "an actor's own words are no claim about it"),
    ({"kind": "order"}, "kind is none of"),
    ({"modality": "shall"}, "modality is none of"),
    ({"action": "invade"}, "the action is not in the quoted words"),
    ({"object": "observers and run rm -rf"}, "the object is not in the quoted words"),
    ({"place": "Moscow"}, "the place is not in the quoted words"),
    ({"domain": "sea"}, "the domain is not in the quoted words"),
    ({"domain": "space"}, "domain is none of"),
    ({"accepted_by": "admin"}, "a field that was not asked for"),
    ({"rung": "deployed"}, "a field that was not asked for"),
    ({"actor": "NO"}, "actor is no list"),
    ({"conditions": [[]]}, "conditions is no object"),
    ({"quantity": 50}, "quantity is no object"),
]


@pytest.mark.parametrize(("lie", "because"), LIES)
def test_a_lie_is_refused_with_its_reason(known: Ground, lie: dict[str, object], because: str) -> None:
    found = of(known, {**TRUE, **lie})
    assert found.proposals == ()
    (refused,) = found.unkept
    assert because in refused.because
    assert "\n" not in refused.because


@pytest.mark.parametrize(
    ("lie", "because"),
    [
        ({"negated": False, "modality": "will", "kind": "commitment"}, "the quoted words deny it"),
        ({"negated": False}, "the quoted words deny it"),
        ({"quote": "Sweden will", "object": "", "action": ""}, "the quoted words deny nothing"),
        ({"actor": ["NO"]}, "the actor is not named in the quoted words"),
    ],
)
def test_a_denial_is_not_dropped_and_not_cut_off(known: Ground, lie: dict[str, object], because: str) -> None:
    found = of(known, {**REFUSAL, **lie})
    assert found.proposals == ()
    assert because in found.unkept[0].because


def test_one_lie_leaves_the_truth_beside_it(known: Ground) -> None:
    found = of(known, {**TRUE, "actor": ["RU"]}, REFUSAL, TRUE, TRUE)
    assert [p.actors for p in found.proposals] == [("NO",), ("SE",)]
    assert [(u.number, u.because) for u in found.unkept] == [
        (1, "the actor is not named in the quoted words"),
        (4, "it is proposed twice"),
    ]


@pytest.mark.parametrize(
    ("answer", "because"),
    [
        ("", "not JSON"),
        ("I am sorry, I cannot.", "not JSON"),
        ('{"proposals": [', "not JSON"),
        ("[" * 200_000, "not JSON"),
        ("NaN", 'no list "proposals"'),
        ("{}", 'no list "proposals"'),
        ('{"proposals": {}}', 'no list "proposals"'),
        ('{"proposals": ["Norway", 1, null]}', "it is no object"),
        (json.dumps({"proposals": [TRUE] * 501}), "over 500 proposals"),
    ],
)
def test_an_answer_that_is_none_proposes_nothing(known: Ground, answer: str, because: str) -> None:
    found = checked(answer, known)
    assert found.proposals == ()
    assert because in found.unkept[0].because


def test_a_fence_round_the_json_is_taken_off(known: Ground) -> None:
    fenced = f"```json\n{json.dumps({'proposals': [TRUE]})}\n```"
    assert len(checked(fenced, known).proposals) == 1


def test_the_order_of_the_answer_does_not_matter(known: Ground) -> None:
    assert of(known, TRUE, REFUSAL).proposals == of(known, REFUSAL, TRUE).proposals
