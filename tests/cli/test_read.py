"""Reading prose from the shell: what is printed, what a person's word records, and what is refused in one line."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scripted import Script, scripted

from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.journal import Kind
from trucewatch.mission.known import known
from trucewatch.mission.statements import documents_of, reviews_of, statements_of
from trucewatch.model.review import Verdict
from trucewatch.model.statement import Modality, StatementKind

Door = Callable[..., subprocess.CompletedProcess[str]]
TEXT = (
    "Norway will send 50 observers to the buffer zone once the ceasefire is in force, Norway's foreign "
    "minister Kari Holm said. Sweden will not send troops, Swedish prime minister Per Ek said.\n"
    "Denmark will train 300 soldiers by the end of next month, Danish prime minister Ida Lund said.\n"
)
AS = ("--published", "2026-01-06", "--publisher", "The Daily", "--by", "ann")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a mission and an article."""
    init(tmp_path / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    return tmp_path


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    """A scripted endpoint, configured."""
    with scripted() as script:
        monkeypatch.setenv("TRUCEWATCH_READER_ENDPOINT", script.address)
        monkeypatch.setenv("TRUCEWATCH_READER_MODEL", "m")
        yield script


def records(place: Path) -> tuple[object, ...]:
    return tuple(Folder(path=place / "m").journal.replay())


def test_json_is_the_contract(run_here: Door, place: Path) -> None:
    told = run_here("read", "a.txt", "--published", "2026-01-06", "--json", cwd=place)
    assert (told.returncode, told.stderr) == (0, "")
    whole = json.loads(told.stdout)
    assert len(whole["document"]) == 64
    first = whole["proposals"][0]
    fields = "kind actor said_by action object modality negated quantity conditions place domain date quote start end unsure"
    assert set(fields.split()) <= first.keys()
    raw = TEXT.encode()
    for each in whole["proposals"]:
        assert raw[each["start"] : each["end"]].decode() == each["quote"]
    assert [(each["actor"], each["kind"]) for each in whole["proposals"]] == [
        (["NO"], "commitment"),
        (["SE"], "refusal"),
        (["DK"], "commitment"),
    ]


def test_a_person_reads_the_words_the_sentence_and_what_is_unsure(run_here: Door, place: Path) -> None:
    told = run_here("read", "a.txt", "--published", "2026-01-06", cwd=place)
    assert told.returncode == 0
    assert "“Norway will send 50 observers to the buffer zone" in told.stdout
    assert "commitment: Norway: will send" in told.stdout
    assert "ceasefire_in_force" in told.stdout
    assert "said by Per Ek" in told.stdout


def test_a_ministry_that_publishes_speaks_where_nobody_else_does(run_here: Door, place: Path) -> None:
    words = "Norway will send 50 observers to the ceasefire line. Russia must respect the ceasefire.\n"
    (place / "r.txt").write_text(words, "utf-8")
    ministry = "Norwegian Ministry of Defence"
    told = run_here("read", "r.txt", *AS[:2], "--publisher", ministry, cwd=place)
    assert f"{ministry} speaks for NO" in told.stdout
    assert told.stdout.count(f"said by {ministry}") == 2
    assert "r.txt: 2 proposals in en" in told.stdout
    assert "to be mended" not in told.stdout
    paper = run_here("read", "r.txt", *AS, cwd=place)
    assert "claim_about" in paper.stdout
    assert "speaks for" not in paper.stdout


def test_one_proposal_is_told_as_one(run_here: Door, place: Path) -> None:
    (place / "r.txt").write_text("Norway will send 50 observers to the ceasefire line.\n", "utf-8")
    assert "r.txt: 1 proposal in en" in run_here("read", "r.txt", *AS, cwd=place).stdout


def test_reading_records_nothing(run_here: Door, place: Path) -> None:
    before = records(place)
    run_here("read", "a.txt", *AS, "--mission", "m", cwd=place)
    run_here("read", "a.txt", *AS, "--mission", "m", "--json", cwd=place)
    assert records(place) == before


def test_without_a_publication_date_relative_dates_stay_unresolved_and_it_says_so(
    run_here: Door, place: Path
) -> None:
    with_date = json.loads(run_here("read", "a.txt", "--published", "2026-01-06", "--json", cwd=place).stdout)
    without = json.loads(run_here("read", "a.txt", "--json", cwd=place).stdout)
    assert with_date["proposals"][2]["date"]["resolved"] == "2026-02-28"
    assert without["proposals"][2]["date"]["resolved"] is None
    assert "no publication date was given" in run_here("read", "a.txt", cwd=place).stdout


def test_standard_input_is_a_document(place: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "trucewatch.cli.main", "read", "-", "--json"],
        input=TEXT.encode(),
        cwd=place,
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": ""},
    )
    assert told.returncode in (0, 2)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty"),
        (b" \n\t ", "is empty"),
        ("Norge sender soldater. Måned.".encode("latin-1"), "is not UTF-8"),
        (b"a" * ((1 << 20) + 1), "is longer than 1 MiB"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(run_here: Door, place: Path, raw: bytes, says: str) -> None:
    (place / "b.txt").write_bytes(raw)
    told = run_here("read", "b.txt", cwd=place)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.count("\n") == 1
    assert f"b.txt: {says}" in told.stderr


def test_a_language_that_nobody_knows_is_one_clear_line(run_here: Door, place: Path) -> None:
    (place / "b.txt").write_text("日本は監視団に五十人を派遣すると外務大臣が述べた。" * 5, "utf-8")
    for arguments in (("b.txt",), ("a.txt", "--language", "xx")):
        told = run_here("read", *arguments, cwd=place)
        assert (told.returncode, told.stdout, told.stderr.count("\n")) == (2, "", 1)


def test_an_accepted_proposal_is_a_statement_beside_the_packs(run_here: Door, place: Path) -> None:
    told = run_here("read", "a.txt", *AS, "--mission", "m", "--accept", "1,2", "--json", cwd=place)
    assert (told.returncode, told.stderr) == (0, "")
    first, second = known(place / "m").statements
    assert (first.kind, first.actors, first.speaks_for) == (StatementKind.COMMITMENT, ("NO",), "NO")
    assert (second.kind, second.modality, second.actors) == (
        StatementKind.REFUSAL,
        Modality.WILL_NOT,
        ("SE",),
    )
    assert (first.stated_on.isoformat(), first.document, first.language) == (
        "2026-01-06",
        "The Daily, 2026-01-06",
        "en",
    )
    assert first.digest is not None
    assert TEXT.encode()[first.start : first.end].decode() == first.quote
    listed = run_here("guarantee", "--mission", "m", "--valid-at", "2026-01-07T00:00Z", cwd=place).stdout
    assert first.statement_id in listed


def test_the_documents_bytes_are_in_the_vault_and_the_span_resolves(run_here: Door, place: Path) -> None:
    run_here("read", "a.txt", *AS, "--mission", "m", "--accept", "2", cwd=place)
    folder = Folder(path=place / "m")
    (document,) = documents_of(folder.journal.replay()).values()
    assert folder.vault.get(document.item) == TEXT.encode()
    (statement,) = known(place / "m").statements
    told = run_here("read", "--show", statement.statement_id, "--mission", "m", cwd=place)
    assert "⟦Sweden will not send troops⟧" in told.stdout
    assert "Denmark will train" in told.stdout
    assert run_here("read", "--show", "R-none", "--mission", "m", cwd=place).returncode == 2


def test_the_same_proposal_accepted_twice_is_once(run_here: Door, place: Path) -> None:
    run_here("read", "a.txt", *AS, "--mission", "m", "--accept", "1", cwd=place)
    before = records(place)
    told = run_here("read", "a.txt", *AS, "--mission", "m", "--accept", "1", cwd=place)
    assert "on record already" in told.stdout
    assert records(place) == before
    assert len(known(place / "m").statements) == 1


def test_a_mended_proposal_keeps_what_was_proposed_and_the_mend(run_here: Door, place: Path) -> None:
    mend = (
        "--mend",
        "1",
        "modality=may",
        "--mend",
        "1",
        "matter=monitoring",
        "--mend",
        "1",
        "quantity=..60 observers",
    )
    assert run_here("read", "a.txt", *AS, "--mission", "m", *mend, cwd=place).returncode == 0
    (statement,) = known(place / "m").statements
    assert (statement.modality, statement.matter) == (Modality.MAY, "monitoring")
    assert statement.quantity is not None
    assert (statement.quantity.least, statement.quantity.most) == (None, 60)
    (review,) = reviews_of(Folder(path=place / "m").journal.replay()).values()
    assert review.verdict is Verdict.MENDED
    assert review.proposal["modality"] == "will"
    assert review.mends == {"modality": "may", "matter": "monitoring", "quantity": "..60 observers"}
    run_here("read", "a.txt", *AS, "--mission", "m", "--accept", "1", cwd=place)
    (still,) = known(place / "m").statements
    assert still.modality is Modality.MAY


def test_a_later_mend_takes_the_earlier_ones_place(run_here: Door, place: Path) -> None:
    for value in ("may", "could"):
        run_here("read", "a.txt", *AS, "--mission", "m", "--mend", "1", f"modality={value}", cwd=place)
    (statement,) = known(place / "m").statements
    assert statement.modality is Modality.COULD


def test_a_rejected_proposal_is_kept_as_such_with_the_reason(run_here: Door, place: Path) -> None:
    reject = ("--reject", "2", "--because", "a slip of the tongue")
    assert run_here("read", "a.txt", *AS, "--mission", "m", *reject, cwd=place).returncode == 0
    assert known(place / "m").statements == ()
    (review,) = reviews_of(Folder(path=place / "m").journal.replay()).values()
    assert (review.verdict, review.reason) == (Verdict.REJECTED, "a slip of the tongue")
    run_here("read", "a.txt", *AS, "--mission", "m", "--accept", "2", cwd=place)
    assert len(known(place / "m").statements) == 1
    run_here("read", "a.txt", *AS, "--mission", "m", *reject, cwd=place)
    assert known(place / "m").statements == ()


def test_what_was_known_earlier_is_without_what_came_later(run_here: Door, place: Path) -> None:
    before = known(place / "m").known_at
    run_here("read", "a.txt", *AS, "--mission", "m", "--accept", "all", cwd=place)
    assert known(place / "m", known_at=before).statements == ()
    assert len(known(place / "m").statements) == 3


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--accept", "4"), "there is no proposal 4"),
        (("--accept", "x"), "is no number"),
        (("--accept", "0"), "is no number"),
        (("--reject", "1"), "--because"),
        (("--accept", "1", "--reject", "1", "--because", "w"), "both accepted and rejected"),
        (("--mend", "1", "modality"), "is not FIELD=VALUE"),
        (("--mend", "1", "modality=shall"), "is none of"),
        (("--mend", "1", "colour=red"), "there is no field"),
        (("--mend", "1", "actor=Norway"), "no actor's code"),
        (("--mend", "1", "quantity=many"), "is not LEAST..MOST UNIT"),
        (("--mend", "1", "quantity=9..2 men"), "is not LEAST..MOST UNIT"),
        (("--mend", "1", "date=tomorrow"), "is not a day"),
        (("--mend", "1", "condition2=war_over"), "has 1 condition"),
        (("--mend", "1", "condition1=soon"), "is none of"),
        (("--mend", "1", "object="), "give a value"),
    ],
)
def test_a_decision_that_cannot_be_is_one_line_and_records_nothing(
    run_here: Door, place: Path, arguments: tuple[str, ...], says: str
) -> None:
    before = records(place)
    told = run_here("read", "a.txt", *AS, "--mission", "m", *arguments, cwd=place)
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (2, "", 1)
    assert says in told.stderr
    assert records(place) == before


def test_a_decision_needs_a_name_a_publisher_and_a_day(run_here: Door, place: Path) -> None:
    for left_out in range(0, len(AS), 2):
        given = AS[:left_out] + AS[left_out + 2 :]
        told = run_here("read", "a.txt", *given, "--mission", "m", "--accept", "1", cwd=place)
        assert (told.returncode, told.stderr.count("\n")) == (2, 1), AS[left_out]
    assert known(place / "m").statements == ()


def test_for_whom_somebody_speaks_is_asked_and_never_guessed(run_here: Door, place: Path) -> None:
    (place / "b.txt").write_text("Norway will send 50 observers, Kari Holm said.\n", "utf-8")
    listed = json.loads(run_here("read", "b.txt", "--json", cwd=place).stdout)["proposals"]
    assert all(each["kind"] != "commitment" for each in listed)
    told = run_here("read", "b.txt", *AS, "--mission", "m", "--accept", "all", cwd=place)
    assert told.returncode == (1 if listed else 0)
    assert known(place / "m").statements == ()
    if listed:
        assert "speaks_for" in told.stdout


def test_two_files_are_read_but_not_decided_at_once(run_here: Door, place: Path) -> None:
    (place / "b.txt").write_text(TEXT, "utf-8")
    both = json.loads(run_here("read", "a.txt", "b.txt", "--json", cwd=place).stdout)["documents"]
    assert both[0]["proposals"] == both[1]["proposals"]
    told = run_here("read", "a.txt", "b.txt", *AS, "--mission", "m", "--accept", "1", cwd=place)
    assert (told.returncode, told.stderr.count("\n")) == (2, 1)


def test_the_endpoint_is_never_asked_unless_it_is_named(run_here: Door, place: Path, far: Script) -> None:
    run_here("read", "a.txt", cwd=place)
    assert far.asked == []


def test_the_endpoints_lies_are_counted_and_its_truth_is_kept(
    run_here: Door, place: Path, far: Script
) -> None:
    (truth, *_) = json.loads(run_here("read", "a.txt", "--json", cwd=place).stdout)["proposals"]
    plain = {
        k: v
        for k, v in truth.items()
        if k not in ("action", "object", "unsure", "correction", "group", "place", "domain")
    }
    far.says(plain, {**plain, "actor": ["RU"]}, {**plain, "quote": "Russia will send"})
    told = run_here("read", "a.txt", "--engine", "endpoint", "--json", cwd=place)
    assert told.returncode == 1
    whole = json.loads(told.stdout)
    assert [each["actor"] for each in whole["proposals"]] == [["NO"]]
    assert len(whole["not_kept"]) == 2
    assert "was sent to http://127.0.0.1" in told.stderr
    assert "1 kept, 2 not kept" in run_here("read", "a.txt", "--engine", "endpoint", cwd=place).stdout


def test_what_the_endpoint_proposed_is_on_record_as_such(run_here: Door, place: Path, far: Script) -> None:
    (truth, *_) = json.loads(run_here("read", "a.txt", "--json", cwd=place).stdout)["proposals"]
    far.says(
        {
            k: v
            for k, v in truth.items()
            if k not in ("action", "object", "unsure", "correction", "group", "place", "domain")
        }
    )
    told = run_here(
        "read", "a.txt", *AS, "--engine", "endpoint", "--mission", "m", "--accept", "1", cwd=place
    )
    assert told.returncode == 0
    (review,) = reviews_of(Folder(path=place / "m").journal.replay()).values()
    assert review.engine.value == "endpoint"


def test_an_endpoint_that_is_not_configured_is_one_line(run_here: Door, place: Path) -> None:
    told = run_here("read", "a.txt", "--engine", "endpoint", cwd=place)
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (2, "", 1)
    assert "TRUCEWATCH_READER_ENDPOINT" in told.stderr


def test_every_record_of_a_reading_rests_on_the_document(run_here: Door, place: Path) -> None:
    run_here("read", "a.txt", *AS, "--mission", "m", "--accept", "all", cwd=place)
    made = [
        r
        for r in Folder(path=place / "m").journal.replay()
        if r.kind in (Kind.DOCUMENT, Kind.STATEMENT, Kind.REVIEW)
    ]
    assert [r.kind for r in made].count(Kind.DOCUMENT) == 1
    (item,) = {r.body["item"] for r in made if r.kind is Kind.DOCUMENT}
    assert all(r.rests_on == (item, r.words) for r in made)
    assert len(statements_of(made)) == 3
