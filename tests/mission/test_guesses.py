"""Whoever has all that is left of a mission, and a dictionary with the erased words in it, can confirm none of them."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from trucewatch.mission.erasing import erase
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.intake import batches, ingest, rows_of
from trucewatch.mission.journal import Kind
from trucewatch.mission.proposing import Decision, propose, record, statement_in, tongues
from trucewatch.mission.statements import documents_of
from trucewatch.mission.walk import walk
from trucewatch.mission.words import apart
from trucewatch.model.canonical import canonical, content_id, with_ids
from trucewatch.model.review import Document, Verdict
from trucewatch.model.tables import OBSERVATIONS

HEAD = "row_id,datetime,lon,lat,place_name,event_type,headline,n_rows\n"
SAID = "Ivan Ivanenko of 3 Lesna street was hurt"
LINE = "1,2025-04-11 10:00:00,38.2,48.41,Town,artillery,{},1\n"
REST = "2,2025-04-12 10:00:00,38.2,48.42,Town,artillery,Nobody was hurt,1\n"
ARTICLE = (
    "Norway will send 50 observers to the buffer zone once the ceasefire is in force, Norway's foreign "
    "minister Kari Holm said. Mr {} was there.\n"
)
NAMES = ("Ivanov", "Petrenko", "Hansen")
GUESSES = (SAID, "Nobody was hurt", "a house was hit", *(ARTICLE.format(name) for name in NAMES))
ORIGIN = re.compile(rb"headline:[0-9a-f]{16}")


@pytest.fixture
def mission(tmp_path: Path) -> Folder:
    """A mission that has words of a source and a document, and a case's move on what they were of."""
    folder = init(tmp_path / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    (tmp_path / "n.csv").write_text(HEAD + LINE.format(SAID) + REST, "utf-8")
    list(ingest(folder, "viina", [tmp_path / "n.csv"], by="ann"))
    (tmp_path / "a.txt").write_text(ARTICLE.format(NAMES[0]), "utf-8")
    proposed = propose(str(tmp_path / "a.txt"), tongues(), published=date(2026, 1, 6), language="en")
    taken = Decision(number=1, verdict=Verdict.ACCEPTED, mends={})
    done = record(folder, proposed, [taken], publisher="The Daily", by="ann")
    assert any(one.recorded for one in done)
    return folder


def left(mission: Folder) -> bytes:
    """Everything that is left in the folder, Parquet read out."""
    parts = [path.read_bytes() for path in sorted(mission.path.rglob("*")) if path.is_file()]
    standing = batches(mission.journal.replay())
    rows = rows_of(mission.vault, standing, OBSERVATIONS)
    bare = [pl.read_parquet(mission.vault.get(b.rows)) for b in standing if b.rows not in b.erased]
    return b"\n".join([*parts, rows.write_ndjson().encode(), *(b.write_ndjson().encode() for b in bare)])


def salts(mission: Folder) -> set[bytes]:
    """Whatever may be a salt in what is left: of lines, of items, and every 32 bytes that are written as text."""
    raw = left(mission)
    items = {path.read_bytes()[:32] for path in (mission.path / "vault").rglob("*") if path.is_file()}
    written = {
        bytes.fromhex(met.decode()) for met in re.findall(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", raw)
    }
    return {b"", *items, *written, *(line.salt for line in mission.journal.replay())}


def signs(mission: Folder, guess: str) -> Iterator[bytes]:
    """Yield whatever would stand in the folder if the guess were right."""
    sent = HEAD + LINE.format(guess) + REST
    folded = " ".join(guess.casefold().split())
    plain = hashlib.sha256(folded.encode()).hexdigest()[:16]
    for salt in salts(mission):
        for raw in (guess.encode(), folded.encode(), sent.encode(), f"headline:{plain}".encode()):
            yield hashlib.sha256(salt + raw).hexdigest().encode()[:32]
    yield f"headline:{plain}".encode()
    yield from _ids(mission, guess, plain)
    yield from _names(mission, guess)


def _ids(mission: Folder, guess: str, plain: str) -> Iterator[bytes]:
    """Yield the ids that rows and their incidents would have if these were their words."""
    rows = rows_of(mission.vault, batches(mission.journal.replay()), OBSERVATIONS)
    for origin in (pl.lit(f"headline:{plain}"), pl.col("origin"), pl.lit(None, pl.String)):
        for name in with_ids(rows.with_columns(text=pl.lit(guess), origin=origin))["observation_id"]:
            yield name.encode()
            yield content_id("incident", name).encode()
            for salt in salts(mission):
                yield hashlib.sha256(salt + name.encode()).hexdigest()[:32].encode()
                said = b"trucewatch observation v1\n" + salt + name.encode()
                yield hashlib.sha256(said).hexdigest()[:32].encode()


def _names(mission: Folder, guess: str) -> Iterator[bytes]:
    """Yield what proposals and statements would be named if this were their document."""
    digest = hashlib.sha256(guess.encode()).hexdigest()
    for body in (r.body for r in mission.journal.replay() if r.kind is Kind.REVIEW):
        said = body["proposal"]
        assert isinstance(said, dict)
        place = (str(said["start"]), str(said["end"]), str(said["kind"]))
        for actors in {",".join(said["actor"]), ""}:
            name = content_id("proposal", digest, *place, actors, str(said["action"]))
            yield name.encode()
            yield f"R-{name[:10]}".encode()


def confirmed(mission: Folder) -> set[str]:
    """The guesses that an attacker confirms with the whole folder."""
    raw = left(mission)
    return {guess for guess in GUESSES if any(sign in raw for sign in signs(mission, guess))}


def everything_said(mission: Folder) -> list[str]:
    batch = next(iter(batches(mission.journal.replay())))
    assert batch.words is not None
    documents = documents_of(mission.journal.replay()).values()
    return [batch.evidence, batch.words, *(document.item for document in documents)]


def test_before_anything_is_erased_whoever_has_the_folder_confirms_what_was_said(mission: Folder) -> None:
    assert confirmed(mission) >= {SAID, "Nobody was hurt", ARTICLE.format(NAMES[0])}


def test_an_attacker_with_the_whole_folder_and_a_dictionary_confirms_nothing_that_was_erased(
    mission: Folder,
) -> None:
    walk(mission.path)
    erase(mission, everything_said(mission), by="ann", why="privacy")
    assert confirmed(mission) == set()


def test_the_attacker_would_see_ids_of_content_and_digests_without_a_salt(mission: Folder) -> None:
    rows = rows_of(mission.vault, batches(mission.journal.replay()), OBSERVATIONS)
    erase(mission, everything_said(mission), by="ann", why="privacy")
    plain = " ".join(SAID.casefold().split())
    origin = f"headline:{hashlib.sha256(plain.encode()).hexdigest()[:16]}"
    said = rows.filter(pl.col("text") == SAID).with_columns(origin=pl.lit(origin))
    article = ARTICLE.format(NAMES[0])
    for told, guess in (
        (with_ids(said)["observation_id"][0], SAID),
        (origin, SAID),
        (hashlib.sha256(article.encode()).hexdigest(), article),
    ):
        (mission.path / "old").write_text(f"{told}\n", "utf-8")
        assert confirmed(mission) == {guess}


def test_ids_of_rows_without_words_are_those_of_their_content_everywhere() -> None:
    rows = OBSERVATIONS.conform(
        pl.DataFrame({"source_id": ["s", "s"], "means": ["told"] * 2, "phenomenon": ["explosion"] * 2,
                      "from_utc": [0, 1], "to_utc": [1, 2], "sensitivity": ["public"] * 2,
                      "text": [None, "a word"], "observation_id": [""] * 2}).with_columns(
            pl.col("from_utc", "to_utc").cast(pl.Datetime("us", "UTC")))
    )  # fmt: skip
    named = with_ids(rows)
    bare, item = apart(named, bytes(32))
    assert item is not None
    assert bare["observation_id"][0] == named["observation_id"][0]
    assert bare["observation_id"][1] != named["observation_id"][1]


def test_a_document_is_named_in_records_as_the_vault_names_it(mission: Folder) -> None:
    (document,) = documents_of(mission.journal.replay()).values()
    assert document.document == document.item
    raw = mission.vault.get(document.item)
    told = json.dumps([canonical(dict(r.body)).decode() for r in mission.journal.replay()])
    assert hashlib.sha256(raw).hexdigest() not in told


def test_a_document_read_again_is_the_same_until_it_is_erased(mission: Folder, tmp_path: Path) -> None:
    proposed = propose(str(tmp_path / "a.txt"), tongues(), published=date(2026, 1, 6), language="en")
    again = Decision(number=1, verdict=Verdict.ACCEPTED, mends={})
    for erased in (False, True):
        if erased:
            erase(mission, everything_said(mission), by="ann", why="privacy")
        before = documents_of(mission.journal.replay())
        (done,) = record(mission, proposed, [again], publisher="The Daily", by="ann")
        assert done.recorded == erased
        assert len(documents_of(mission.journal.replay())) == len(before) + erased


def test_a_statement_s_name_is_made_of_its_document_s_name_on_record(mission: Folder, tmp_path: Path) -> None:
    proposed = propose(str(tmp_path / "a.txt"), tongues(), published=date(2026, 1, 6), language="en")
    names = {
        statement_in(
            proposed,
            proposed.reading.proposals[0],
            Document(document=name, item=name, file="a", language="en", publisher="p", published=date.min),
        ).statement.statement_id
        for name in ("0" * 64, "1" * 64)
    }
    assert len(names) == 2
