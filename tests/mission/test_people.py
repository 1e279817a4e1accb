"""People with keys: how they join, what they sign, and what nobody else can sign for them."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.errors import InputError, IntegrityError, RefusedError
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.note import signed_note
from trucewatch.mission.authors import author, joining
from trucewatch.mission.deeds import record_fact, record_move
from trucewatch.mission.enrolling import (
    add,
    add_oneself,
    invitation,
    revoke,
    roll_of,
    rotate,
    rotate_oneself,
)
from trucewatch.mission.folder import Folder, Plan, init
from trucewatch.mission.invitations import Part, answer, key_name, person_name, read_invitation
from trucewatch.mission.journal import Entry, Journal, Kind, Record
from trucewatch.mission.keyring import new_key
from trucewatch.mission.keys import log_key
from trucewatch.mission.known import known
from trucewatch.mission.people import KeyDeed
from trucewatch.mission.pledges import record_contest, record_withdrawal
from trucewatch.mission.signatures import Signatures, signatures
from trucewatch.mission.signing import Signed
from trucewatch.model.decision import Move, MoveKind, Role
from trucewatch.model.instants import moment
from trucewatch.model.statement import FactKind

PLAN = Plan(name="Line of contact", agreements=("minsk-2015",))


def key(name: str, seed: int) -> SignerKey:
    return SignerKey(name=name, kind=KeyKind.ED25519, seed=bytes([seed]) * 32)


ADA, BO, CY = key("ada", 1), key("bo", 2), key("cy", 3)


@pytest.fixture
def mission(tmp_path: Path) -> Folder:
    folder = init(tmp_path / "m", PLAN, by="ann")
    add_oneself(folder, "Ada", [Part.ADMINISTRATOR], key=ADA)
    return folder


def fact(folder: Folder, *, by: str = "", signer: SignerKey | None = None, on: str = "a letter") -> str:
    recorded = record_fact(
        folder,
        kind=FactKind.CEASEFIRE_IN_FORCE,
        holds=True,
        from_utc=moment("2026-01-06T18:00+02:00"),
        by=by,
        on=on,
        key=signer,
    )
    return recorded.recorded_by


def straight(folder: Folder, *entries: Entry) -> None:
    """Append to the log past every check, as whoever has its key can."""
    replace(folder.journal, admits=None).append(entries)


def faults(folder: Folder) -> list[str]:
    return [fault.why for fault in signatures(folder.journal.replay(), folder.journal.key)]


def last(folder: Folder) -> Record:
    return tuple(folder.journal.replay())[-1]


def joins(folder: Folder, name: str, their: SignerKey, signer: SignerKey, roles: Sequence[Part] = ()) -> None:
    add(folder, answer(invitation(folder, name, roles), their), by="", key=signer)


def test_the_first_person_adds_themselves_and_who_they_add_is_recorded(mission: Folder) -> None:
    joins(mission, "Bo Berg", BO, ADA, [Part.VERIFIER, Part.LIAISON_A])
    people = {p.name: p for p in roll_of(mission).persons.values()}
    assert people["Ada"].added_by == "Ada"
    assert (people["Bo Berg"].added_by, people["Bo Berg"].roles) == ("Ada", (Part.VERIFIER, Part.LIAISON_A))
    assert people["Bo Berg"].current == BO.verifier
    assert faults(mission) == []


def test_no_private_key_reaches_the_mission(mission: Folder) -> None:
    joins(mission, "Bo Berg", BO, ADA)
    log = log_key(mission.journal.key.name)
    for path in (p for p in mission.path.rglob("*") if p.is_file()):
        raw = path.read_bytes()
        for secret in (ADA, BO, log):
            assert secret.seed not in raw
            assert base64.b64encode(secret.seed)[:40] not in raw
            assert secret.private_text.encode() not in raw


def test_a_mission_made_with_a_key_is_signed_from_its_first_record(tmp_path: Path) -> None:
    folder = init(tmp_path / "m", PLAN, by="Ada", key=ADA)
    records = tuple(folder.journal.replay())
    assert [r.kind for r in records][:2] == [Kind.PERSON, Kind.MISSION]
    assert {r.author for r in records} == {"Ada"}
    assert all(r.signed for r in records)
    assert faults(folder) == []


def test_with_a_key_a_name_stands_alone_and_without_one_it_says_so(mission: Folder) -> None:
    assert fact(mission, signer=ADA) == "Ada"
    assert fact(mission, by="Cy") == "Cy (unsigned)"
    assert fact(mission, by="Ada", signer=ADA) == "Ada"
    assert faults(mission) == []


def test_whoever_contests_or_withdraws_signs_it(mission: Folder) -> None:
    fact(mission, by="Ada", signer=ADA)
    of = str(last(mission).body["fact_id"])
    record_contest(mission, of=of, contested_by="B", by="", on="a note", key=ADA)
    record_withdrawal(mission, of=of, by="", on="a slip", key=ADA)
    assert [(r.kind, r.author) for r in mission.journal.replay()][-2:] == [
        (Kind.CONTEST, "Ada"),
        (Kind.WITHDRAWAL, "Ada"),
    ]
    assert faults(mission) == []


def test_a_move_is_a_signed_record_and_a_person_is_the_same_with_a_key_and_without(mission: Folder) -> None:
    opening = Move(
        move_id="",
        case_id="case-1",
        kind=MoveKind.OPEN,
        by="",
        role=Role.PARTY,
        at=moment("2026-01-06T18:00Z"),
        words="shells fell",
        incident_id="i1",
        clause_id="c1",
        party="A",
    )
    made = record_move(mission, opening, by="", key=ADA)
    record = last(mission)
    assert (made.by, record.author, record.body["by"]) == ("Ada", "Ada", "Ada")
    assert record.signed is not None
    finding = replace(
        opening,
        kind=MoveKind.FIND,
        role=Role.VERIFIER,
        at=moment("2026-01-06T19:00Z"),
        words="so it is",
        party=None,
    )
    with pytest.raises(RefusedError, match="whoever opened the case may not verify it"):
        record_move(mission, finding, by="", key=ADA)
    joins(mission, "Bo", BO, ADA)
    assert record_move(mission, finding, by="", key=BO).by == "Bo"
    assert faults(mission) == []


def test_what_a_source_or_the_program_records_bears_their_name(mission: Folder) -> None:
    straight(mission, Entry(kind=Kind.BATCH, author="Ada", body={"source_id": "firms"}))
    straight(mission, Entry(kind=Kind.TORN, author="Ada", body={}))
    assert len(faults(mission)) == 2


def test_a_record_that_is_not_validly_signed_stops_every_reader(mission: Folder) -> None:
    straight(mission, Entry(kind=Kind.MOVE, author="Ada", body={}))
    with pytest.raises(IntegrityError, match="record 4 is not validly signed"):
        known(mission.path)


def test_the_key_decides_the_name(mission: Folder) -> None:
    with pytest.raises(RefusedError, match=r"Ada's, and --by names Cy"):
        fact(mission, by="Cy", signer=ADA)
    with pytest.raises(RefusedError, match="nobody in this mission has the key"):
        fact(mission, signer=BO)


@pytest.mark.parametrize("name", ["Ada", "ADA", " ada ", "Ａｄａ"])
def test_nobody_writes_unsigned_under_the_name_of_a_person_with_a_key(mission: Folder, name: str) -> None:
    with pytest.raises(RefusedError, match="Ada has a key"):
        fact(mission, by=name)
    entry = Entry(kind=Kind.FACT, author=f"{name} (unsigned)", body={})
    with pytest.raises(RefusedError, match="is not recorded"):
        mission.journal.append([entry])
    straight(mission, entry)
    assert faults(mission) == ["unsigned, under the name of Ada, who has had a key since record 3"]


def test_what_was_unsigned_before_stays_so_and_is_no_fault(tmp_path: Path) -> None:
    folder = init(tmp_path / "m", PLAN, by="Ada")
    fact(folder, by="Ada")
    add_oneself(folder, "Ada", (), key=ADA)
    assert faults(folder) == []
    assert {r.author for r in folder.journal.replay() if r.kind is Kind.FACT} == {"Ada (unsigned)"}


def test_a_name_that_reads_as_signed_and_is_not_is_a_fault(mission: Folder) -> None:
    for author_text in ("Bo", "Ada", "operator", "", " (unsigned)"):
        with pytest.raises(RefusedError):
            mission.journal.append([Entry(kind=Kind.MOVE, author=author_text, body={})])
        straight(mission, Entry(kind=Kind.MOVE, author=author_text, body={}))
    assert len(faults(mission)) == 5


def test_a_forged_author_is_a_fault(mission: Folder) -> None:
    joins(mission, "Bo", BO, ADA)
    bo = author(mission.journal, by="", key=BO)
    entry = bo.entry(Kind.FACT, {"recorded_by": "Bo"})
    forgeries = [
        replace(entry, author="Ada"),
        replace(entry, signed=replace(entry.signed, person=next(iter(roll_of(mission).persons)))),  # type: ignore[type-var]
        replace(bo, text="Ada").entry(Kind.FACT, {"recorded_by": "Ada"}),
        bo.entry(Kind.FACT, {"recorded_by": "Ada"}),
        bo.entry(Kind.MOVE, {"by": "Ada"}),
        replace(bo, key=CY).entry(Kind.FACT, {"recorded_by": "Bo"}),
        replace(bo, person="f" * 16).entry(Kind.FACT, {"recorded_by": "Bo"}),
    ]
    for forged in forgeries:
        with pytest.raises(RefusedError):
            mission.journal.append([forged])
    straight(mission, *forgeries)
    assert len(faults(mission)) == len(forgeries)


@pytest.mark.parametrize(
    "changed",
    [
        {"body": {"recorded_by": "Ada", "holds": False}},
        {"kind": Kind.STATUS},
        {"rests_on": ("0" * 64,)},
        {"schema": 0},
    ],
)
def test_a_signature_over_other_bytes_does_not_hold(mission: Folder, changed: dict[str, object]) -> None:
    entry = author(mission.journal, by="", key=ADA).entry(Kind.FACT, {"recorded_by": "Ada", "holds": True})
    straight(mission, replace(entry, **changed))  # type: ignore[arg-type]
    assert faults(mission) == [f"the signature is not Ada's of this record in {mission.journal.key.name}"]


def test_a_base64_that_is_not_canonical_does_not_hold(mission: Folder) -> None:
    entry = author(mission.journal, by="", key=ADA).entry(Kind.FACT, {"recorded_by": "Ada"})
    assert entry.signed is not None
    text = entry.signed.signature
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    twin = text[:-3] + alphabet[alphabet.index(text[-3]) + 1] + "=="
    assert base64.b64decode(twin) == base64.b64decode(text)
    for spelling in (twin, text + "\n", text.rstrip("="), " " + text):
        straight(mission, replace(entry, signed=replace(entry.signed, signature=spelling)))
    assert len(faults(mission)) == 4


def test_a_move_signed_in_one_mission_holds_in_no_other(mission: Folder, tmp_path: Path) -> None:
    other = init(tmp_path / "other", PLAN, by="ann")
    add_oneself(other, "Ada", [Part.ADMINISTRATOR], key=ADA)
    fact(mission, signer=ADA)
    signed = last(mission)
    person = next(iter(roll_of(other).persons))
    assert signed.signed is not None
    here = Entry(kind=signed.kind, author="Ada", body=signed.body, signed=signed.signed)
    there = replace(here, signed=replace(signed.signed, person=person))
    for entry in (here, there):
        with pytest.raises(RefusedError):
            other.journal.append([entry])
        straight(other, entry)
    assert len(faults(other)) == 2


def test_what_was_signed_once_is_recorded_once(mission: Folder) -> None:
    fact(mission, signer=ADA)
    signed = last(mission)
    again = Entry(kind=signed.kind, author=signed.author, body=signed.body, signed=signed.signed)
    with pytest.raises(RefusedError, match="it was signed once"):
        mission.journal.append([again])
    straight(mission, again)
    assert faults(mission) == ["its signature stands in an earlier record too: it was signed once"]


def test_a_signature_says_how_much_of_the_record_it_follows(mission: Folder) -> None:
    ahead = replace(author(mission.journal, by="", key=ADA), after=10_000)
    straight(mission, ahead.entry(Kind.FACT, {"recorded_by": "Ada"}))
    assert faults(mission)[0].startswith("signed after 10000 records, and there were")


def test_a_revoked_key_signs_nothing_more_and_what_it_signed_stands(mission: Folder) -> None:
    joins(mission, "Bo", BO, ADA)
    fact(mission, signer=BO)
    bo = author(mission.journal, by="", key=BO)
    person = revoke(mission, "bo", why="the laptop was taken", key=ADA)
    assert person.current is None
    assert faults(mission) == []
    with pytest.raises(RefusedError, match="no longer valid"):
        fact(mission, signer=BO, on="another letter")
    with pytest.raises(RefusedError, match="Bo has a key"):
        fact(mission, by="Bo", on="another letter")
    straight(mission, bo.entry(Kind.FACT, {"recorded_by": "Bo"}))
    assert len(faults(mission)) == 1
    assert f"which record {last(mission).seq - 1} ended" in faults(mission)[0]


def test_after_a_rotation_the_new_key_signs_and_old_signatures_still_hold(mission: Folder) -> None:
    fact(mission, signer=ADA)
    person = rotate_oneself(mission, CY, key=ADA)
    assert [held.key for held in person.keys] == [ADA.verifier, CY.verifier]
    assert person.keys[0].until_seq == person.keys[1].from_seq
    assert fact(mission, signer=CY, on="another letter") == "Ada"
    with pytest.raises(RefusedError, match="no longer valid"):
        fact(mission, signer=ADA, on="a third")
    assert faults(mission) == []


def test_a_lost_key_is_replaced_by_another_person(mission: Folder) -> None:
    joins(mission, "Bo", BO, ADA)
    revoke(mission, "Bo", why="lost", key=ADA)
    rotate(mission, answer(invitation(mission, "Bo"), CY), key=ADA)
    assert fact(mission, signer=CY) == "Bo"
    assert faults(mission) == []


def test_no_key_comes_back_and_none_is_shared(mission: Folder) -> None:
    joins(mission, "Bo", BO, ADA)
    rotate_oneself(mission, CY, key=BO)
    for name, old in (("Bo", BO), ("Bo", CY), ("Bo", ADA)):
        with pytest.raises(RefusedError, match="known already"):
            rotate(mission, answer(invitation(mission, name), old), key=ADA)
    with pytest.raises(RefusedError, match="known already"):
        joins(mission, "Dee", ADA, ADA)
    with pytest.raises(RefusedError, match="of the name BO already"):
        joins(mission, "BO", new_key("bo"), ADA)


def test_once_somebody_has_a_key_whoever_changes_keys_signs(mission: Folder) -> None:
    answered = answer(invitation(mission, "Bo"), BO)
    for signer in (None, BO):
        with pytest.raises(RefusedError):
            add(mission, answered, by="operator" if signer is None else "", key=signer)
    with pytest.raises(RefusedError, match="must be signed"):
        revoke(mission, "Ada", why="x", by="operator", key=None)
    with pytest.raises(RefusedError):
        rotate(mission, answer(invitation(mission, "Ada"), BO), by="operator", key=None)
    with pytest.raises(RefusedError, match="somebody here has a key"):
        add_oneself(mission, "Bo", (), key=BO)
    assert roll_of(mission).named("Bo") is None


def test_a_change_that_nobody_may_make_changes_nothing_even_in_the_log(mission: Folder) -> None:
    forged = author(mission.journal, by="", key=ADA).entry(Kind.KEY, {"deed": "revoke", "key": "x"})
    body = {
        "deed": "revoke",
        "person": next(iter(roll_of(mission).persons)),
        "key": ADA.verifier.text,
        "why": "x",
    }
    straight(mission, forged, Entry(kind=Kind.KEY, author="operator (unsigned)", body=body))
    assert roll_of(mission).named("Ada").current == ADA.verifier  # type: ignore[union-attr]
    assert len(faults(mission)) == 2


def test_nobody_s_name_can_be_taken_over_when_every_key_was_revoked(mission: Folder) -> None:
    revoke(mission, "Ada", why="stolen", key=ADA)
    with pytest.raises(RefusedError, match="signed for by somebody who has a key"):
        rotate(mission, answer(invitation(mission, "Ada"), BO), by="operator", key=None)
    add_oneself(mission, "Bo", (), key=BO)
    rotate(mission, answer(invitation(mission, "Ada"), CY), key=BO)
    assert fact(mission, signer=CY) == "Ada"
    assert faults(mission) == []


def test_the_first_may_be_added_unsigned_with_proof_that_the_key_is_theirs(tmp_path: Path) -> None:
    folder = init(tmp_path / "m", PLAN, by="ann")
    person = add(folder, answer(invitation(folder, "Ada"), ADA), by="ann")
    assert person.added_by == "ann (unsigned)"
    assert faults(folder) == []


def test_an_answer_is_to_an_invitation_of_this_mission_by_whoever_has_the_key(mission: Folder) -> None:
    asked = invitation(mission, "Bo", [Part.VERIFIER])
    good = answer(asked, BO)
    stranger = signed_note(asked.decode().split("\n\n")[0] + "\n", [key(mission.journal.key.name, 9)]).raw
    other = signed_note(good.decode().split("\n\n")[0] + "\n", [ADA]).raw
    for raw, fault in (
        (answer(stranger, BO), IntegrityError),
        (other, IntegrityError),
        (good.replace(b"answer v1", b"answer v2"), InputError),
        (asked, InputError),
        (b"", InputError),
    ):
        with pytest.raises(fault):
            add(mission, raw, by="", key=ADA)
    add(mission, good, by="", key=ADA)
    assert faults(mission) == []


@pytest.mark.parametrize(
    "text", ["", " ", "1", "x" * 81, "a\x00b", "a\u202eb", "operator", "Trucewatch", "Ada (unsigned)"]
)
def test_what_can_be_nobody_s_name_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        person_name(text)


def test_a_name_has_one_spelling_and_a_key_bears_it_without_spaces() -> None:
    assert person_name("  Åse   Ａ+B ") == "Åse A+B"
    assert key_name("Åse A+B") == "åse-a-b"


@pytest.mark.parametrize("line", [b"Bo\n", b"verifier\n", b"trucewatch invitation v1\n"])
def test_an_altered_invitation_is_refused(mission: Folder, line: bytes) -> None:
    asked = invitation(mission, "Bo", [Part.VERIFIER])
    for changed in (asked.replace(line, line[:-1] + b" x\n"), asked.replace(line, b"")):
        with pytest.raises((InputError, IntegrityError)):
            add(mission, answer(changed, BO), by="", key=ADA)


def test_an_invitation_reads_back_as_what_was_asked(mission: Folder) -> None:
    text = invitation(mission, "Bo  Berg", [Part.VERIFIER]).decode().split("\n\n")[0] + "\n"
    assert read_invitation(text).name == "Bo Berg"
    assert read_invitation(text).text == text


def test_what_decides_is_found_among_whatever_else_is_recorded(mission: Folder) -> None:
    noise = {"source_id": "s", "words": '"kind":"person","signed":{'}
    straight(mission, Entry(kind=Kind.BATCH, author="s", body=noise))
    fact(mission, signer=ADA, on='he said "kind":"key"')
    fact(mission, by="Cy", on="a third letter")
    with pytest.raises(RefusedError, match="Ada has a key"):
        fact(mission, by="ada", on="a fourth letter")
    assert [r.seq for r in mission.journal.replay()] == list(range(last(mission).seq + 1))
    assert faults(mission) == []


def test_a_journal_of_its_own_admits_whatever_it_is_given(mission: Folder) -> None:
    assert Journal(folder=mission.path / "record").admits is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8) | st.just("ed25519:AAAA"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "person",
    "name",
    "roles",
    "key",
    "answer",
    "deed",
    "source",
    "source_id",
    "evidence",
    "text",
    "by",
    "signature",
)


@given(
    kind=st.sampled_from(Kind),
    author_text=st.sampled_from(["Ada", "Cy (unsigned)", "trucewatch", ""]) | st.text(max_size=10),
    body=st.dictionaries(st.sampled_from(FIELDS), JSON | st.sampled_from([*KeyDeed]), max_size=6),
    signed=st.none()
    | st.builds(
        Signed,
        person=st.text(max_size=5),
        key=st.text(max_size=8),
        after=st.integers(-1, 9),
        signature=st.text(max_size=8) | st.just(base64.b64encode(bytes(64)).decode()),
    ),
)
def test_whatever_a_record_holds_the_checker_says_so_in_words(
    kind: Kind, author_text: str, body: dict[str, object], signed: Signed | None
) -> None:
    log = key("m.x", 7)
    held = Signatures(log=log.verifier)
    first = joining(log, ADA, name="Ada", nonce="0" * 32)
    for seq, entry in enumerate((first, Entry(kind=kind, author=author_text, body=body, signed=signed))):  # type: ignore[arg-type]
        record = Record(
            seq=seq,
            recorded_at=moment("2026-01-06T18:00Z"),
            kind=entry.kind,
            author=entry.author,
            written=entry.body,
            rests_on=(),
            schema=entry.schema,
            index=seq,
            salt=bytes(32),
            signed=entry.signed,
        )
        why = held.take(record)
        held.sent(record)
    assert held.roll[-1].named("Ada").current == ADA.verifier  # type: ignore[union-attr]
    if signed is not None or author_text == "Ada":
        assert why
