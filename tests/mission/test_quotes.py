"""What is on record as quoted stands in the document that is kept, or verifying names the statement and it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from trucewatch.mission.folder import Folder, Plan, init, settle
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.proposing import Decision, propose, record, tongues
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_remarks import Gravity, Remark
from trucewatch.model.canonical import Json, digest
from trucewatch.model.review import Verdict

TEXT = (
    "Norway will send 50 observers to the buffer zone once the ceasefire is in force, Norway's foreign "
    "minister Kari Holm said. Søren and Ægir were there.\n"
)
MADE = datetime(2026, 1, 7, tzinfo=UTC)
PACK = """title = "own"
note = "a pack of a mission's own"

[[document]]
name = "the article"
stated_on = 2026-01-06
language = "en"
source = "a.txt"
sha256 = "{sha256}"

[[statement]]
id = "S1"
kind = "commitment"
actor = "NO"
speaks_for = "NO"
said_by = "Kari Holm"
action = "send"
what = "observers"
modality = "will"
document = "the article"
quote = "{quote}"
start = {start}
end = {end}
"""


@pytest.fixture
def mission(tmp_path: Path) -> Folder:
    """A mission with one statement that a person took from an article."""
    folder = init(tmp_path / "m", Plan(name="m", agreements=("minsk-2015",), replay=True), by="Ada", at=MADE)
    article = tmp_path / "a.txt"
    article.write_text(TEXT, "utf-8")
    proposed = propose(str(article), tongues(), published=date(2026, 1, 6), language="en")
    decision = Decision(number=1, verdict=Verdict.ACCEPTED, mends={}, reason=None)
    (done,) = record(folder, proposed, [decision], publisher="The Daily", by="Ada", at=MADE)
    assert done.recorded
    return folder


def taken(folder: Folder) -> dict[str, Json]:
    (found,) = [r.body for r in folder.journal.replay() if r.kind is Kind.STATEMENT]
    return dict(json.loads(json.dumps(found)))


def append(folder: Folder, body: Mapping[str, Json]) -> None:
    """Append past every check, as whoever has the log's key can."""
    entry = Entry(kind=Kind.STATEMENT, author="Ada (unsigned)", body=body)
    replace(folder.journal, admits=None).append([entry], at=MADE)


def said(folder: Folder) -> list[Remark]:
    return [remark for remark in verify(folder.path).remarks if "quotes" in remark.what]


def own_pack(folder: Folder, quote: str, start: int, end: int) -> None:
    place = folder.path / "statements" / "own"
    place.mkdir(parents=True)
    text = PACK.format(sha256=digest(TEXT.encode()), quote=quote, start=start, end=end)
    (place / "statements.toml").write_text(text, "utf-8")
    table = folder.path / "trucewatch.toml"
    named = table.read_text("utf-8").replace("statements = []", 'statements = ["own"]')
    assert '"own"' in named
    table.write_text(named, "utf-8")
    settle(folder, by="Ada", at=MADE)


def test_what_was_taken_from_a_document_stands_in_it(mission: Folder) -> None:
    assert said(mission) == []


@pytest.mark.parametrize(
    ("mend", "wrong"),
    [
        ({"quote": "Norway will send 90 observers"}, "does not stand at bytes"),
        ({"start": 3, "end": 9}, "does not stand at bytes 3 to 9"),
        ({"start": 90, "end": 9000}, "is said to stand at bytes 90 to 9000, and there are 152 bytes"),
    ],
)
def test_a_false_quotation_is_named_with_its_statement_and_document(
    mission: Folder, mend: Mapping[str, Json], wrong: str
) -> None:
    body = taken(mission)
    append(mission, {**body, **mend})
    (remark,) = said(mission)
    assert wrong in remark.what
    assert str(body["statement_id"]) in remark.what
    assert "“The Daily, 2026-01-06”" in remark.what
    assert str(body["digest"]) in remark.what
    assert remark.gravity is Gravity.BROKEN
    assert remark.where.startswith("record/journal")


def test_the_last_record_of_a_statement_is_the_one_that_is_held(mission: Folder) -> None:
    body = taken(mission)
    append(mission, {**body, "quote": "nobody wrote this"})
    append(mission, body)
    assert said(mission) == []


def test_a_span_is_counted_in_bytes(mission: Folder) -> None:
    body = taken(mission)
    start = TEXT.encode().index("Ægir".encode())
    append(mission, {**body, "quote": "Ægir", "start": start, "end": start + 5, "conditions": []})
    assert said(mission) == []


def test_a_packs_quotation_is_held_to_a_document_that_is_here(mission: Folder) -> None:
    own_pack(mission, "Norway will send", 0, 16)
    assert said(mission) == []


def test_a_packs_false_quotation_differs_and_breaks_nothing(mission: Folder) -> None:
    own_pack(mission, "Norway may  send", 0, 16)
    (remark,) = said(mission)
    assert remark.gravity is Gravity.DIFFERS
    assert "what own/S1 quotes does not stand at bytes 0 to 16 of its document" in remark.what


def test_a_document_that_is_not_here_is_no_ground_to_say_anything(mission: Folder) -> None:
    own_pack(mission, "Norway may  send", 0, 16)
    (document,) = [r for r in mission.journal.replay() if r.kind is Kind.DOCUMENT]
    mission.vault.erase(str(document.body["item"]))
    assert said(mission) == []


def test_the_shipped_articles_statements_stand_in_the_articles(shared: Path, tmp_path: Path) -> None:
    plan = Plan(name="m", agreements=("paris-2026",), packs=("coalition", "paris-declaration"), replay=True)
    folder = init(tmp_path / "m", plan, by="Ada", at=MADE)
    days = ((date(2025, 9, 4), "nb"), (date(2026, 1, 6), "fi"))
    files = sorted((shared / "data" / "seeds").glob("*.txt"))
    for path, (day, language) in zip(files, days, strict=True):
        proposed = propose(str(path), tongues(), published=day, language=language)
        no = Decision(number=1, verdict=Verdict.REJECTED, mends={}, reason="EXERCISE")
        record(folder, proposed, [no], publisher="press", by="Ada", at=MADE)
    assert len([r for r in folder.journal.replay() if r.kind is Kind.DOCUMENT]) == 2
    assert verify(folder.path).remarks == ()
