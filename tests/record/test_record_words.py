"""What people say is an item of the vault of its own: it reads back, it is checked, it goes, and nothing confirms a guess."""

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trucewatch.errors import IntegrityError
from trucewatch.mission.deeds import body_of, case_named, moves_of, record_fact, record_move
from trucewatch.mission.erasing import ID_OF, erase
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.known import known
from trucewatch.mission.personal import APART, NOT_HERE, WORDS, put_apart, put_back
from trucewatch.mission.pledges import record_contest, record_notice
from trucewatch.mission.proposing import Decision, propose, record, tongues
from trucewatch.mission.salts import random_salt
from trucewatch.mission.verify import verify
from trucewatch.mission.verify_remarks import Gravity
from trucewatch.model.canonical import Json, canonical, content_id
from trucewatch.model.condition import Stated
from trucewatch.model.decision import Move, MoveKind, Role
from trucewatch.model.notice import Notice
from trucewatch.model.review import Verdict
from trucewatch.model.statement import FactKind

AT = datetime(2026, 1, 6, 18, tzinfo=UTC)
SAID = "Ivan Ivanenko of 3 Lesna street told it"
GUESSES = (SAID, SAID.replace("Ivan ", "Petro "), "Kari Holm")
ARTICLE = (
    "Norway will send 50 observers to the buffer zone once the ceasefire is in force, Norway's foreign "
    "minister Kari Holm said.\n"
)
Edit = Callable[[Path, Callable[[bytes], bytes]], None]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mission in which people said something in every way there is; made once, for tests that copy it or only read."""
    place = tmp_path_factory.mktemp("words")
    folder = init(place / "m", Plan(name="m", agreements=("minsk-2015",)), by="ann")
    fact = record_fact(folder, kind=FactKind.CEASEFIRE_IN_FORCE, holds=True, from_utc=AT, by="ann", on=SAID)
    record_contest(folder, of=fact.fact_id, contested_by="A", by="bob", on=SAID)
    notice = Notice(
        stated=Stated.WARNED,
        record="",
        by="A",
        at=AT,
        from_utc=AT,
        to_utc=AT.replace(hour=20),
        rests_on=SAID,
    )
    record_notice(folder, notice, by="ann")
    opening = Move(
        move_id="", case_id="", kind=MoveKind.OPEN, by="ann (unsigned)", role=Role.PUBLIC, at=AT,
        words=SAID, place=SAID, from_utc=AT, to_utc=AT,
    )  # fmt: skip
    record_move(folder, replace(opening, case_id=case_named(opening)), by="ann")
    (place / "a.txt").write_text(ARTICLE, "utf-8")
    proposed = propose(str(place / "a.txt"), tongues(), published=date(2026, 1, 6), language="en")
    (done,) = record(
        folder,
        proposed,
        [Decision(number=1, verdict=Verdict.ACCEPTED, mends={})],
        publisher="The Daily",
        by="ann",
    )
    assert done.recorded
    return folder.path


@pytest.fixture
def mission(told: Path, tmp_path: Path) -> Folder:
    """A copy of it that may be broken."""
    return Folder(path=Path(shutil.copytree(told, tmp_path / "m")))


def worded(folder: Folder) -> list[Record]:
    return [record for record in folder.journal.replay() if record.words is not None]


def item(folder: Folder, record: Record) -> Path:
    return folder.vault.path(record.words or "")


def broken(folder: Path, alone: ModuleType) -> set[str]:
    """The files that both verifiers blame, which are the same."""
    ours = {
        r.where.rpartition(":")[0] or r.where for r in verify(folder).remarks if r.gravity is Gravity.BROKEN
    }
    found = alone.Verifier(folder, None)
    found.run([])
    theirs = {re.sub(r":\d+$", "", where) for where, _ in found.faults}
    assert ours == theirs
    return ours


def test_no_words_of_people_are_in_the_record_s_lines(told: Path) -> None:
    lines = b"".join(path.read_bytes() for path in (told / "record" / "journal").iterdir())
    assert [
        word for word in (b"Ivan", b"Lesna", b"Kari Holm", b"a.txt", b"50 observers") if word in lines
    ] == []
    kinds = [record.kind for record in worded(Folder(path=told))]
    assert kinds == [
        Kind.FACT,
        Kind.CONTEST,
        Kind.NOTICE,
        Kind.MOVE,
        Kind.DOCUMENT,
        Kind.STATEMENT,
        Kind.REVIEW,
    ]


def test_who_reads_the_record_reads_them_where_they_stood(told: Path, alone: ModuleType) -> None:
    read = known(told)
    assert [fact.rests_on for fact in read.facts] == [SAID]
    assert [(move.words, move.place) for move in read.moves] == [(SAID, SAID)]
    assert "Kari Holm" in (read.statements[-1].quote or "") + read.statements[-1].said_by
    assert broken(told, alone) == set()


def test_the_same_said_twice_is_once(mission: Folder) -> None:
    (move,) = moves_of(mission.journal.replay())
    before = len(tuple(mission.journal.replay()))
    assert record_move(mission, replace(move, move_id=""), by="ann") == move
    record_fact(mission, kind=FactKind.CEASEFIRE_IN_FORCE, holds=True, from_utc=AT, by="ann", on=SAID)
    assert len(tuple(mission.journal.replay())) == before


def test_words_that_are_erased_leave_what_they_were_said_of(mission: Folder, alone: ModuleType) -> None:
    names = [str(r.written[ID_OF[r.kind]]) for r in worded(mission) if r.kind in ID_OF]
    fresh = erase(mission, names, by="ann", why="privacy")
    assert len(fresh) == 6  # the review's go with the statement's
    read = known(mission.path)
    assert [fact.rests_on for fact in read.facts] == [NOT_HERE]
    assert [(move.words, move.case_id) for move in read.moves] == [
        (NOT_HERE, known(mission.path).moves[0].case_id)
    ]
    assert read.statements[-1].quote == NOT_HERE
    assert read.statements[-1].actors == ("NO",)
    assert broken(mission.path, alone) == set()
    told = [remark.what for remark in verify(mission.path).remarks]
    assert sum("was erased by ann (unsigned)" in what and "privacy" in what for what in told) == 6


def left(folder: Folder) -> bytes:
    return b"\n".join(p.read_bytes() for p in sorted(folder.path.rglob("*")) if p.is_file())


def signs(folder: Folder, guess: str) -> Iterator[str]:
    """Yield whatever would stand in the folder if somebody had said this."""
    raw = left(folder)
    written = {
        bytes.fromhex(met.decode()) for met in re.findall(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])", raw)
    }
    salts = {b"", *written, *(p.read_bytes()[:32] for p in (folder.path / "vault").rglob("*") if p.is_file())}
    for said_in in worded(folder):
        bare = {name: value for name, value in said_in.written.items() if name != APART}
        words: dict[str, Json] = {name: guess for name, value in bare.items() if value == NOT_HERE}
        whole, named = {**bare, **words}, ID_OF.get(said_in.kind, "")
        plain = {**whole, named: ""} if named else whole
        yield content_id(said_in.kind.value, canonical(plain).decode())
        for said in (
            guess.encode(),
            canonical(words),
            canonical(whole),
            canonical(plain),
            guess.casefold().encode(),
        ):
            yield from (hashlib.sha256(salt + said).hexdigest()[:32] for salt in salts)


def confirmed(folder: Folder) -> set[str]:
    raw = left(folder).decode("utf-8", "replace")
    return {guess for guess in GUESSES if guess in raw or any(sign in raw for sign in signs(folder, guess))}


def test_an_attacker_with_the_folder_and_a_dictionary_confirms_nothing_that_was_erased(
    mission: Folder,
) -> None:
    assert confirmed(mission) == {SAID, "Kari Holm"}
    documents = [str(r.body["item"]) for r in mission.journal.replay() if r.kind is Kind.DOCUMENT]
    erase(mission, [*documents, *(r.words or "" for r in worded(mission))], by="ann", why="privacy")
    assert confirmed(mission) == set()


def test_words_that_are_altered_or_gone_are_named_and_nothing_else(
    mission: Folder, alone: ModuleType, edited: Edit
) -> None:
    for one in worded(mission):
        path = item(mission, one)
        raw, name = path.read_bytes(), path.relative_to(mission.path).as_posix()
        edited(path, lambda raw: raw[:-3] + bytes([raw[-3] ^ 1]) + raw[-2:])
        assert broken(mission.path, alone) == {name}
        path.unlink()
        assert broken(mission.path, alone) == {name}
        path.write_bytes(raw)
    item(mission, worded(mission)[0]).unlink()
    with pytest.raises(IntegrityError, match="are gone"):
        known(mission.path)


@pytest.mark.parametrize(
    "words",
    [
        '{"rests_on":"another"}',
        '{"kind":"k","rests_on":"x"}',
        '{"rests_on":""}',
        '{"kind":"x"}',
        "[]",
        "{}",
        "{",
        '{"rests_on": "x"}',
    ],
)
def test_words_are_those_that_were_taken_out_of_their_record(words: str) -> None:
    body: dict[str, Json] = {"kind": "k", "rests_on": SAID, "other": ""}
    written, kept = put_apart(Kind.FACT, body, random_salt)
    assert kept is not None
    assert put_back(Kind.FACT, written, kept.raw) == body
    if words == '{"rests_on":"another"}':
        assert put_back(Kind.FACT, written, words.encode())["rests_on"] == "another"
    else:
        with pytest.raises(IntegrityError, match="taken out of it"):
            put_back(Kind.FACT, written, words.encode())


def test_a_record_that_names_words_which_are_not_its_own_is_named(mission: Folder, alone: ModuleType) -> None:
    first, other = worded(mission)[0], worded(mission)[-1]
    body: dict[str, Json] = {**first.written, APART: other.words, "fact_id": ""}
    body["fact_id"] = content_id("fact", canonical(body).decode())
    forged = Entry(kind=Kind.FACT, author=first.author, body=body, rests_on=(other.words or "",))
    replace(mission.journal, admits=None).append([forged])
    assert broken(mission.path, alone) == {"record/journal/0000000000.lines"}


def test_an_id_that_is_not_of_what_the_record_says_is_named(mission: Folder, alone: ModuleType) -> None:
    first = worded(mission)[0]
    body = {**first.written, "fact_id": "0" * 32}
    forged = Entry(kind=Kind.FACT, author=first.author, body=body, rests_on=first.rests_on)
    replace(mission.journal, admits=None).append([forged])
    assert broken(mission.path, alone) == {"record/journal/0000000000.lines"}


TEXTS = st.text(max_size=20)
BODIES = st.dictionaries(
    st.sampled_from(sorted({name for names in WORDS.values() for name in names} | {"id", "holds"})),
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | TEXTS,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["words", "n", "quote"]), inner)
        ),
        max_leaves=8,
    ),
    max_size=6,
)


@settings(max_examples=50)
@given(kind=st.sampled_from(sorted(WORDS)), body=BODIES)
def test_whatever_is_taken_apart_goes_back_and_what_is_written_has_none_of_it(
    kind: Kind, body: dict[str, Json]
) -> None:
    written, kept = put_apart(kind, body, random_salt)
    if kept is None:
        assert written == body
    else:
        assert put_back(kind, written, kept.raw) == body
        assert written[APART] == hashlib.sha256(kept.salt + kept.raw).hexdigest()
        assert all(
            written[name] in (NOT_HERE, "")
            for name in WORDS[kind] & body.keys()
            if isinstance(body[name], str)
        )


def test_what_the_program_reads_of_a_move_is_what_was_written(told: Path) -> None:
    (move,) = known(told).moves
    (record,) = [r for r in Folder(path=told).journal.replay() if r.kind is Kind.MOVE]
    assert canonical(body_of(move)) == canonical({k: v for k, v in record.body.items() if k != APART})
