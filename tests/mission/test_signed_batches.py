"""Sources that sign: what is taken, refused, kept apart and released."""

import base64
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from trucewatch.errors import ConfigError, InputError, IntegrityError, RefusedError
from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.log.note import signed_note
from trucewatch.mission.batch_notes import batch_text, sign_batch
from trucewatch.mission.config import read_sources
from trucewatch.mission.enrolling import add_oneself, add_source_key, revoke_source_key, roll_of
from trucewatch.mission.erasing import erase
from trucewatch.mission.folder import Folder, Plan, init, settle
from trucewatch.mission.intake import Taken, batches, ingest, release, rows_of
from trucewatch.mission.journal import Entry, Kind
from trucewatch.mission.people import source_key_text
from trucewatch.mission.quarantine import quarantined
from trucewatch.mission.signatures import signatures
from trucewatch.model.canonical import digest
from trucewatch.model.formats import from_parquet, to_parquet
from trucewatch.model.tables import OBSERVATIONS

FIRES = b"latitude,longitude,acq_date\n48.4,38.2,2026-01-01\n48.5,38.2,2026-01-01\n"
MORE = b"latitude,longitude,acq_date\n48.6,38.2,2026-01-02\n"
SOURCE = "firms-dates"
FIRST = SignerKey(name=SOURCE, kind=KeyKind.ED25519, seed=b"1" * 32)
SECOND = SignerKey(name=SOURCE, kind=KeyKind.ED25519, seed=b"2" * 32)
ADA = SignerKey(name="ada", kind=KeyKind.ED25519, seed=b"a" * 32)


def declared(key: SignerKey | None) -> str:
    line = "" if key is None else f'key = "{source_key_text(key.verifier)}"\n'
    read = 'means = "imaged"\nformat = "firms"\nzone = "UTC"\n'
    return f"[{SOURCE}]\n{read}{line}\n[quiet]\n{read}"


@pytest.fixture
def mission(tmp_path: Path) -> Folder:
    plan = Plan(name="m", agreements=("minsk-2015",), sources=declared(FIRST))
    folder = init(tmp_path / "m", plan, by="ann")
    add_oneself(folder, "Ada", (), key=ADA)
    return folder


def sent(folder: Folder, raw: bytes, note: bytes | None, *, source: str = SOURCE) -> Taken:
    file = folder.path.parent / "f.csv"
    file.write_bytes(raw)
    beside = folder.path.parent / "f.csv.sig"
    beside.unlink(missing_ok=True)
    if note is not None:
        beside.write_bytes(note)
    (taken,) = ingest(folder, source, [file], by="operator")
    return taken


def faults(folder: Folder) -> list[str]:
    return [f.why for f in signatures(folder.journal.replay(), folder.journal.key, folder.vault)]


def rows(folder: Folder) -> int:
    return sum(batch.accepted for batch in batches(folder.journal.replay()))


def straight(folder: Folder, *entries: Entry) -> None:
    replace(folder.journal, admits=None).append(entries)


def test_a_signature_is_a_note_of_three_lines() -> None:
    assert batch_text("drone-3", b"x") == f"trucewatch batch v1\ndrone-3\n{digest(b'x')}\n"
    note = sign_batch(b"x", SignerKey(name="drone-3", kind=KeyKind.ED25519, seed=bytes(32))).decode()
    assert note.startswith(f"trucewatch batch v1\ndrone-3\n{digest(b'x')}\n\n— drone-3 ")


def test_a_file_that_its_source_signed_is_taken_and_its_signature_kept(mission: Folder) -> None:
    assert sent(mission, FIRES, sign_batch(FIRES, FIRST)).accepted == 2
    (batch,) = batches(mission.journal.replay())
    assert batch.signature is not None
    assert mission.vault.get(batch.signature) == sign_batch(FIRES, FIRST)
    assert faults(mission) == []


def test_a_file_that_came_without_is_kept_apart_and_no_row_of_it_enters(mission: Folder) -> None:
    taken = sent(mission, FIRES, None)
    assert (taken.apart, taken.recorded, taken.accepted) == (True, True, 0)
    (apart,) = quarantined(mission.journal.replay())
    assert mission.vault.get(apart.evidence) == FIRES
    assert rows(mission) == 0
    assert not sent(mission, FIRES, None).recorded
    assert len(quarantined(mission.journal.replay())) == 1
    assert faults(mission) == []


def test_what_was_kept_apart_is_taken_when_its_signature_comes(mission: Folder) -> None:
    sent(mission, FIRES, None)
    assert sent(mission, FIRES, sign_batch(FIRES, FIRST)).accepted == 2
    assert quarantined(mission.journal.replay()) == ()
    assert faults(mission) == []


STRANGER = SignerKey(name=SOURCE, kind=KeyKind.ED25519, seed=b"9" * 32)
OTHERS_NAME = replace(FIRST, name="quiet")


@pytest.mark.parametrize(
    "note",
    [
        sign_batch(MORE, FIRST),
        sign_batch(FIRES, STRANGER),
        sign_batch(FIRES, OTHERS_NAME),
        signed_note(batch_text("quiet", FIRES), [FIRST]).raw,
        signed_note(batch_text(SOURCE, FIRES).replace("v1", "v2"), [FIRST]).raw,
        signed_note(batch_text(SOURCE, FIRES).upper(), [FIRST]).raw,
        sign_batch(FIRES, FIRST) + b"x",
        sign_batch(FIRES, FIRST)[:-3],
        b"",
        b"\xff",
    ],
)
def test_a_wrong_signature_refuses_the_file_and_nothing_is_kept(mission: Folder, note: bytes) -> None:
    before = sorted(mission.vault.names())
    taken = sent(mission, FIRES, note)
    assert len(taken.refused) == 1
    assert (taken.recorded, taken.evidence) == (False, None)
    assert sorted(mission.vault.names()) == before


def test_a_base64_that_is_not_canonical_refuses_the_file(mission: Folder) -> None:
    note = sign_batch(FIRES, FIRST).decode()
    half = note.rsplit(" ", 1)[1].rstrip("\n")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    twin = half[:-2] + alphabet[alphabet.index(half[-2]) + 1] + "="
    assert base64.b64decode(twin) == base64.b64decode(half)
    taken = sent(mission, FIRES, note.replace(half, twin).encode())
    assert "not the one base64 spelling" in taken.refused[0].reason


def test_a_source_without_a_key_needs_no_signature(mission: Folder) -> None:
    assert sent(mission, FIRES, None, source="quiet").accepted == 2
    assert sent(mission, MORE, b"nonsense", source="quiet").accepted == 1
    assert faults(mission) == []


def test_a_person_releases_what_is_kept_apart_and_signs_for_it(mission: Folder) -> None:
    sent(mission, FIRES, None)
    (apart,) = quarantined(mission.journal.replay())
    for why, key in (("", ADA), ("the officer called", None), ("the officer called", FIRST)):
        with pytest.raises(RefusedError):
            release(mission, apart.evidence, why=why, key=key)
    taken = release(mission, apart.evidence[:8], why="the officer called", key=ADA)
    assert (taken.accepted, rows(mission)) == (2, 2)
    record = next(r for r in mission.journal.replay() if r.kind is Kind.RELEASE)
    assert (record.author, record.body["why"]) == ("Ada", "the officer called")
    assert quarantined(mission.journal.replay()) == ()
    assert sent(mission, FIRES, None).known == 2
    assert faults(mission) == []
    with pytest.raises(InputError, match="nothing that is kept apart"):
        release(mission, apart.evidence, why="again", key=ADA)


def test_a_batch_slipped_into_the_log_unsigned_is_a_fault(mission: Folder) -> None:
    sent(mission, FIRES, sign_batch(FIRES, FIRST))
    batch = next(r for r in mission.journal.replay() if r.kind is Kind.BATCH)
    bare = {k: v for k, v in batch.body.items() if k != "signature"}
    entry = Entry(kind=Kind.BATCH, author=SOURCE, body=bare, rests_on=batch.rests_on)
    unsigned_release = Entry(kind=Kind.RELEASE, author="Cy (unsigned)", body={**bare, "why": "x"})
    straight(mission, entry, unsigned_release, entry)
    assert faults(mission) == [
        "a batch of a source that signs, without its signature or a release",
        "a release that nobody signed",
        "a batch of a source that signs, without its signature or a release",
    ]


def test_a_signature_of_other_bytes_in_the_log_is_a_fault(mission: Folder) -> None:
    sent(mission, FIRES, sign_batch(FIRES, FIRST))
    batch = next(r for r in mission.journal.replay() if r.kind is Kind.BATCH)
    for note in (sign_batch(MORE, FIRST), sign_batch(FIRES, STRANGER)):
        body = {**batch.body, "signature": mission.vault.put(note)}
        straight(mission, Entry(kind=Kind.BATCH, author=SOURCE, body=body))
    assert len(faults(mission)) == 2


def test_with_the_bytes_goes_the_signature_that_would_confirm_a_guess_at_them(mission: Folder) -> None:
    sent(mission, FIRES, sign_batch(FIRES, FIRST))
    (batch,) = batches(mission.journal.replay())
    erase(mission, [batch.evidence], by="", why="a name stood in it", key=ADA)
    assert not mission.vault.holds(batch.signature or "")
    whole = b"".join(p.read_bytes() for p in mission.path.rglob("*") if p.is_file())
    assert digest(FIRES).encode() not in whole
    assert faults(mission) == []
    assert rows(mission) == 2


def test_rows_of_a_source_that_signs_do_not_come_in_with_another_s_batch(mission: Folder) -> None:
    sent(mission, FIRES, None, source="quiet")
    batch = next(r for r in mission.journal.replay() if r.kind is Kind.BATCH)
    ours = from_parquet(OBSERVATIONS, mission.vault.get(str(batch.body["rows"])))
    forged = mission.vault.put(to_parquet(OBSERVATIONS, ours.with_columns(source_id=pl.lit(SOURCE))))
    straight(mission, Entry(kind=Kind.BATCH, author="quiet", body={**batch.body, "rows": forged}))
    with pytest.raises(IntegrityError, match="rows of another source"):
        rows_of(mission.vault, batches(mission.journal.replay()), OBSERVATIONS)


def test_a_stolen_key_is_revoked_signs_nothing_more_and_what_it_signed_stands(mission: Folder) -> None:
    sent(mission, FIRES, sign_batch(FIRES, FIRST))
    text = source_key_text(FIRST.verifier)
    with pytest.raises(RefusedError, match="must be signed"):
        revoke_source_key(mission, SOURCE, text, why="stolen", by="operator", key=None)
    revoke_source_key(mission, SOURCE, text, why="stolen", by="", key=ADA)
    taken = sent(mission, MORE, sign_batch(MORE, FIRST))
    assert "no valid key" in taken.refused[0].reason
    assert sent(mission, MORE, None).apart
    assert faults(mission) == []
    add_source_key(mission, SOURCE, source_key_text(SECOND.verifier), by="", key=ADA)
    assert "no known key" in sent(mission, MORE, sign_batch(MORE, FIRST)).refused[0].reason
    assert sent(mission, MORE, sign_batch(MORE, SECOND)).accepted == 1
    assert faults(mission) == []
    with pytest.raises(RefusedError, match="known already"):
        add_source_key(mission, SOURCE, text, by="", key=ADA)


def test_a_batch_signed_with_a_revoked_key_in_the_log_is_a_fault(mission: Folder) -> None:
    sent(mission, FIRES, sign_batch(FIRES, FIRST))
    batch = next(r for r in mission.journal.replay() if r.kind is Kind.BATCH)
    revoke_source_key(mission, SOURCE, source_key_text(FIRST.verifier), why="stolen", by="", key=ADA)
    straight(mission, Entry(kind=Kind.BATCH, author=SOURCE, body=batch.body))
    assert faults(mission) == [f"{SOURCE} has no valid key: each was revoked"]


def test_whoever_changes_a_declared_key_signs_and_the_old_one_ends(mission: Folder) -> None:
    sent(mission, FIRES, sign_batch(FIRES, FIRST))
    (mission.path / "sources.toml").write_text(declared(SECOND))
    with pytest.raises(RefusedError, match="changes a source's key"):
        settle(mission, by="operator")
    settle(mission, by="", key=ADA)
    assert roll_of(mission).source_keys(SOURCE) == (SECOND.verifier,)
    assert sent(mission, MORE, sign_batch(MORE, FIRST)).refused
    assert sent(mission, MORE, sign_batch(MORE, SECOND)).accepted == 1
    assert faults(mission) == []


def test_a_source_that_ever_signed_goes_on_to(mission: Folder) -> None:
    (mission.path / "sources.toml").write_text(declared(None))
    settle(mission, by="", key=ADA)
    assert sent(mission, FIRES, None).apart


def test_one_key_is_not_that_of_two_sources(mission: Folder) -> None:
    with pytest.raises(RefusedError, match="known already"):
        add_source_key(mission, "quiet", source_key_text(FIRST.verifier), by="", key=ADA)


@pytest.mark.parametrize(
    "key",
    [
        "ed25519:AAAA",
        f"ed25519:{'A' * 42}B=",
        f"ed25519:{'A' * 44}",
        f"rsa:{'A' * 43}=",
        f"ed25519:{'A' * 42}-=",
        f"ed25519: {'A' * 43}=",
    ],
)
def test_a_declared_key_has_one_spelling(key: str) -> None:
    with pytest.raises(ConfigError):
        read_sources(f'[a]\nmeans = "told"\nkey = "{key}"\n')
