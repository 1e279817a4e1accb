"""What a pack may hold beside statements: each entry is read whole, or refused with what to mend."""

from importlib import resources
from pathlib import Path

import polars as pl
import pytest

from trucewatch.errors import InputError
from trucewatch.guarantee.pack import read_pack
from trucewatch.guarantee.papers import SHA_256
from trucewatch.model.canonical import digest
from trucewatch.model.gate import project
from trucewatch.model.instants import moment
from trucewatch.model.undertaking import Contribution, MandateLimit, Where
from trucewatch.model.vocabulary import Audience

SHIPPED = resources.files("trucewatch").joinpath("content/statements")
AT = moment("2027-03-05T12:00Z")
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
instrument = "I1"
clause = "1"
toward = "R1"
document = "D"

[[instrument]]
id = "I1"
title = "Letters"
kind = "treaty"
document = "D"
version = [{ version = "1", state = "final", dated = 2026-01-06, source = "x", clause = [{ id = "1", words = "w" }] }]

[[requirement]]
id = "R1"
what = "sensors"
contribution = "monitoring"
stated_by = "a commission"
document = "D"

[[support]]
id = "P1"
line = "sensors"
actor = "DE"
stage = "promised"
contribution = "money"
what = "sensors"
quantity = { least = 5, most = 5, unit = "EUR", as_written = "5" }
prices_of = 2026
said_by = "a spokesperson"
document = "D"
statement = "S1"

[[hub]]
id = "H1"
actor = "DE"
host = "PL"
what = "a hub"
step = [{ stage = "site", document = "D", statement = "S1" }]

[[place]]
of = "H1"
exact_place = "a mill"
exact_lon = 21.0
exact_lat = 52.0

[[clock]]
id = "C1"
title = "Steps"
body = "a commission"
actor = "DE"
confirmed = false
source = "x"
step = [{ id = "a", what = "an answer", within_hours = 24 }]
"""


def test_a_whole_pack_with_every_sort_of_entry_is_read() -> None:
    pack = read_pack(WHOLE, pack="mine")
    counts = [len(x) for x in (pack.statements, pack.instruments, pack.requirements, pack.support, pack.hubs)]
    assert counts == [1, 1, 1, 1, 1]
    assert len(pack.clocks) == pack.places.height == 1
    assert pack.hubs[0].place_on_file


@pytest.mark.parametrize(
    ("old", "new", "met"),
    [
        ('instrument = "I1"', 'instrument = "I2"', "statement S1: instrument names 'I2', no instrument here"),
        ('clause = "1"\ntoward', 'clause = "2"\ntoward', "clause '2' stands in no version"),
        ('toward = "R1"', 'toward = "R2"', "toward names 'R2', no requirement here"),
        ('statement = "S1"\n\n[[hub]]', 'statement = "S2"\n\n[[hub]]', "support P1: statement names 'S2'"),
        ('of = "H1"', 'of = "H2"', "a [[place]] is of 'H2'"),
        ('id = "R1"\nwhat', 'id = "H1"\nwhat', "a hub and a requirement are called H1"),
        ('kind = "treaty"', 'kind = "treatie"', "did you mean 'treaty'?"),
        ("prices_of = 2026\n", "", "prices_of = 2026"),
        ('unit = "EUR"', 'unit = "euros"', 'unit = "EUR"'),
        ('stage = "promised"', 'stage = "verified"', "who gives does not verify"),
        ('stage = "promised"', 'stage = "verified"\nverified_by = "DE"', "who gives does not verify"),
        ('stage = "promised"', 'verified_by = "FR"\nstage = "promised"', "verified_by is for stage"),
        ('step = [{ stage = "site", document = "D", statement = "S1" }]', "", "at least one stage"),
        ('host = "PL"', 'host = "Poland"', "actor 'Poland' is neither"),
        ("exact_lon = 21.0", "exact_lon = 210.0", "exact_lon must be degrees"),
        ("exact_lon = 21.0\n", "", "exact_lon and exact_lat go together"),
        ("confirmed = false\n", "", "confirmed = false"),
        (", within_hours = 24", "", "within_hours = 24"),
        ('step = [{ id = "a", what = "an answer", within_hours = 24 }]', "", "a clock has steps"),
        ('words = "w" }]', 'words = "w" }, { id = "1", words = "v" }]', "two clauses are called 1"),
        ('state = "final"', 'state = "signed"', "state = 'signed' is not known"),
    ],
)
def test_an_entry_that_is_wrong_is_refused_in_one_line(old: str, new: str, met: str) -> None:
    assert WHOLE.count(old) == 1
    with pytest.raises(InputError, match=r"mine/statements\.toml") as refused:
        read_pack(WHOLE.replace(old, new), pack="mine")
    assert met in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("more", "met"),
    [
        ('quote = "a b"\nstart = 3\nend = 7', "the span 3 to 7 is 4 bytes long, its quote 3"),
        ('quote = "å"\nstart = 3\nend = 4', "is 1 bytes long, its quote 2"),
        ("start = 3\nend = 4", "start, end and quote go together"),
        ('undated = "soon"\ndue = { as_written = "later" }', "keep one"),
        ('due = { as_written = "by March", on = 2026-03-31 }', 'reading = "..."'),
        ('beneficiary = "Ukraine"', "actor 'Ukraine' is neither"),
        ('contribution = "boots"', "contribution: 'boots' is not known"),
        ('limits = ["no_war"]', "limits: 'no_war' is not known"),
        ('condition = [{ as_written = "x", trigger = "war_over", on = 2026-03-01 }]', "waits for one thing"),
        ('condition = [{ as_written = "x", trigger = "war_over", whose = "DE" }]', "whose is for"),
        ('condition = [{ as_written = "x", status = "done" }]', "`awaits` names"),
        ('condition = [{ as_written = "x", agreement = "paris" }]', "names a trigger"),
        ('condition = [{ as_written = "x", awaits = "S9" }]', "awaits names 'S9', no statement here"),
        (
            'condition = [{ as_written = "x", awaits = "S1" }]',
            "conditions in a ring, which can never be told: mine/S1 waits for mine/S1",
        ),
    ],
)
def test_a_statements_new_words_are_refused_when_they_cannot_be(more: str, met: str) -> None:
    with pytest.raises(InputError, match=r"mine/statements\.toml") as refused:
        read_pack(WHOLE.replace('toward = "R1"', f'toward = "R1"\n{more}'), pack="mine")
    assert met in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_day_read_into_words_keeps_the_words_and_the_reading() -> None:
    more = 'due = { as_written = "by the end of March", on = 2026-03-31, reading = "of that year" }'
    (statement,) = read_pack(WHOLE.replace('toward = "R1"', f'toward = "R1"\n{more}'), pack="m").statements
    assert statement.due is not None
    assert (statement.due.as_written, str(statement.due.on)) == ("by the end of March", "2026-03-31")
    assert statement.undated is None


def test_a_place_leaves_through_the_gate_only_and_only_when_its_source_published_it() -> None:
    pack = read_pack(WHOLE, pack="mine")
    withheld = project(pack.places, Audience.INTERNAL, AT)
    assert withheld.select("exact_place", "exact_lon", "exact_lat").null_count().row(0) == (1, 1, 1)
    named = WHOLE.replace('of = "H1"', 'of = "H1"\nsensitivity = "public"')
    assert project(read_pack(named, pack="mine").places, Audience.INTERNAL, AT)["exact_place"][0] == "a mill"
    secret = pack.places.with_columns(sensitivity=pl.lit("secret"))
    assert project(secret, Audience.INTERNAL, AT).is_empty()


def test_no_noun_of_a_pack_holds_a_place() -> None:
    pack = read_pack(WHOLE, pack="mine")
    nouns = (pack.statements, pack.instruments, pack.support, pack.hubs, pack.requirements, pack.clocks)
    assert "mill" not in repr(nouns)
    assert "52.0" not in repr(nouns)


def test_every_quotation_of_the_articles_stands_at_its_span_byte_for_byte(shared: Path) -> None:
    pack = read_pack(SHIPPED.joinpath("coalition/statements.toml").read_text("utf-8"), pack="coalition")
    for statement in pack.statements:
        article = (shared / "data" / "seeds" / statement.source).read_bytes()
        assert statement.digest == digest(article)
        spans = [(statement.quote, statement.start, statement.end)]
        spans += [(c.quote, c.start, c.end) for c in statement.conditions]
        for quote, start, end in spans:
            assert quote is not None, statement.statement_id
            assert article[start:end] == quote.encode(), statement.statement_id


def test_a_condition_stands_in_the_same_paragraph_as_what_it_is_of(shared: Path) -> None:
    pack = read_pack(SHIPPED.joinpath("coalition/statements.toml").read_text("utf-8"), pack="coalition")
    for statement in pack.statements:
        article = (shared / "data" / "seeds" / statement.source).read_bytes()
        for condition in statement.conditions:
            places = (statement.start, condition.start)
            assert None not in places
            between = article[
                min(p for p in places if p is not None) : max(p for p in places if p is not None)
            ]
            assert between.count(b"\n\n") <= 1, (statement.statement_id, condition.as_written)


def test_the_rows_of_the_doctrine_have_their_words() -> None:
    pack = read_pack(SHIPPED.joinpath("coalition/statements.toml").read_text("utf-8"), pack="coalition")
    said = {s.statement_id: s for s in pack.statements}
    assert said["C012"].where is Where.NEIGHBOUR
    assert said["C008"].contributions == (Contribution.TROOPS,)
    assert said["E007"].limits == (MandateLimit.SEEKS_NO_WAR,)
    assert said["E015"].limits == (MandateLimit.NO_COMBAT,)
    assert {a for s in pack.statements if s.matter == "scepticism" for a in s.actors} == {"DE", "IT", "DK"}
    assert {s.said_by for s in pack.statements if s.matter == "will-for-peace"} == {
        "Keir Starmer",
        "Mette Frederiksen",
    }
    assert all(s.digest and SHA_256.fullmatch(s.digest) for s in pack.statements)


def test_what_the_coded_file_says_when_is_said_when() -> None:
    pack = read_pack(SHIPPED.joinpath("coalition/statements.toml").read_text("utf-8"), pack="coalition")
    said = {s.statement_id: [c.as_written for c in s.conditions] for s in pack.statements}
    assert said["C004"] == ["when the overall conditions are clarified"]
    assert said["C007"][0].startswith("when ")
