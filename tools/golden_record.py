"""The golden record of this version: an exercise with everything in it that a record can hold.

python tools/golden_record.py FOLDER [FACTS]

Rules:
- everything comes from seeds and given moments, so that the same version makes the same bytes;
- it has persons with keys and signed moves, a batch with words, two documents with a statement out of each, an item erased of
  either kind, padding, four published checkpoints of which two cosigners signed two, and records beyond the last;
- record-1 is of schema 1 and had no documents; record-2 of schema 2, its people's words in its lines; in record-3 they lie apart, and
  those of a fact, a reply and a statement were erased;
- what a version made stands in tests/golden/record-N/ and is verified for ever: a later version never makes it
  anew, and adds a golden record of its own when records change.
"""

import os
import shutil
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.mission.config import MISSION_FILE
from trucewatch.mission.content import exercise_sources
from trucewatch.mission.cosigning import Cosigner, cosign, shown_by
from trucewatch.mission.deeds import NOT_OPENING, case_named, record_fact, record_move
from trucewatch.mission.enrolling import add
from trucewatch.mission.erasing import erase
from trucewatch.mission.folder import Folder, Plan, init, mission_of, recorded, settle
from trucewatch.mission.intake import batches, ingest
from trucewatch.mission.invitations import Invitation, Part, answer, invite
from trucewatch.mission.policy import accept, policy_text
from trucewatch.mission.proposing import Decision, propose, record, tongues
from trucewatch.mission.publishing import publish
from trucewatch.mission.salts import Seeded
from trucewatch.mission.statements import documents_of
from trucewatch.model.decision import Move, MoveKind, Outcome, Role
from trucewatch.model.review import Verdict
from trucewatch.model.statement import FactKind
from trucewatch.simulate.simulate import simulate

MADE = datetime(2027, 2, 28, 12, tzinfo=UTC)
SEED, FACTS, ROWS, TICKS = 20270301, 40, 60, 4
SALTS = b"golden record 1"
PERSONS = ("Registrar R.", "Analyst N.", "Verifier K.", "Liaison of A", "Liaison of B", "Chair C.")
BODY = "Special Commission (exercise)"
ARTICLES = {
    f"{number}.txt": (
        f"Norway will send {many} observers to the buffer zone once the ceasefire is in force, Norway's foreign "
        "minister Kari Holm said. This is an exercise.\n"
    )
    for number, many in enumerate((50, 70))
}
STEPS = (
    (1, Role.ANALYST, MoveKind.OPEN, None, "Posts on both sides report it."),
    (2, Role.VERIFIER, MoveKind.FIND, None, "Visited; craters match the reports."),
    (3, Role.PARTY, MoveKind.REPLY, "A", "A asks that the craters be measured again."),
    (4, Role.PARTY, MoveKind.REPLY, "B", "B says that it was an accident in training."),
    (5, Role.BODY, MoveKind.DETERMINE, None, "Fire into the zone; no exception was invoked."),
)


def key_of(number: int, kind: KeyKind = KeyKind.ED25519) -> SignerKey:
    """Return the key of a person or a cosigner: known to everybody, for this is an exercise."""
    name = ("registrar", "analyst", "verifier", "a", "b", "chair")[number % 6]
    return SignerKey(name=f"{name}.example", kind=kind, seed=bytes([number + 1]) * 32)


COSIGNERS = {"A": key_of(9, KeyKind.COSIGNATURE), "B": key_of(10, KeyKind.COSIGNATURE)}


def make(path: Path, *, facts: int = FACTS) -> Folder:
    """Make the mission in `path`, which is new."""
    plan = Plan(
        name="Golden record 3",
        agreements=("exercise-line",),
        packs=("exercise-ab",),
        zone="UTC",
        area=(-0.5, -0.75, 1.5, 1.25),
        exercise=True,
        replay=True,
        sources=exercise_sources(),
        seed=SALTS,
    )
    registrar = key_of(0)
    folder = init(path, plan, by=PERSONS[0], key=registrar, at=MADE)
    _configured(folder)
    settle(folder, by="", key=registrar, at=MADE)
    _joined(folder)
    _took_in(folder)
    for number in range(facts):
        _fact(folder, number)
    _read(folder)
    _moved(folder)
    _published(folder)
    words = next(batch.words for batch in batches(folder.journal.replay()) if batch.words)
    document = next(iter(documents_of(folder.journal.replay()).values())).item
    said = [record.written for record in folder.journal.replay() if record.words is not None]
    fact = next(str(body["fact_id"]) for body in said if "fact_id" in body)
    reply = next(str(body["move_id"]) for body in said if body.get("party") == "B")
    statement = next(str(body["statement_id"]) for body in said if "statement_id" in body)
    later = MADE + timedelta(hours=TICKS)
    gone = [words, document, fact, reply, statement]
    erase(folder, gone, by="", why="A witness asked for it", key=key_of(2), at=later)
    _fact(folder, facts, hours=TICKS)
    return folder


def reopened(path: Path) -> Folder:
    """Return the mission in `path`, a copy of the golden one, so that it can be written to."""
    salt, log = Seeded(seed=SALTS), Folder(path=path).journal.key
    return Folder(
        path=path, salt=salt, signer=SignerKey(name=log.name, kind=KeyKind.ED25519, seed=salt(b"key"))
    )


def _configured(folder: Folder) -> None:
    path = folder.path / MISSION_FILE
    blocks = [
        f'\n[[cosigners]]\nname = "{name}"\nkey = "{key.verifier.text}"\n' for name, key in COSIGNERS.items()
    ]
    path.write_text(path.read_text("utf-8") + "".join(blocks), "utf-8")


def _joined(folder: Folder) -> None:
    parts = (Part.ANALYST, Part.VERIFIER, Part.LIAISON_A, Part.LIAISON_B, Part.COMMISSION)
    assert folder.signer
    for number, (name, part) in enumerate(zip(PERSONS[1:], parts, strict=True), 1):
        asked = Invitation(
            origin=folder.signer.name, name=name, roles=(part,), nonce=bytes([number] * 16).hex()
        )
        add(folder, answer(invite(asked, folder.signer), key_of(number)), by="", key=key_of(0), at=MADE)


def _took_in(folder: Folder) -> None:
    with tempfile.TemporaryDirectory() as made:
        reports = Path(made) / "patrol.csv"
        reports.write_text(simulate(seed=SEED).patrol_reports.head(ROWS).write_csv(), "utf-8")
        for taken in ingest(folder, "patrol", [reports], by="", at=MADE + timedelta(minutes=5)):
            assert taken.accepted, taken


def _read(folder: Folder) -> None:
    """Take a statement out of each of two documents."""
    with tempfile.TemporaryDirectory() as made:
        for name, article in ARTICLES.items():
            path = Path(made) / name
            path.write_text(article, "utf-8")
            proposed = propose(str(path), tongues(), published=MADE.date(), language="en")
            record(
                folder,
                replace(proposed, file=name),
                [Decision(number=1, verdict=Verdict.ACCEPTED, mends={})],
                publisher="The Daily (exercise)",
                by="",
                key=key_of(1),
                at=MADE + timedelta(minutes=15),
            )


def _fact(folder: Folder, number: int, *, hours: int = 0) -> None:
    record_fact(
        folder,
        kind=FactKind.CEASEFIRE_IN_FORCE,
        holds=True,
        from_utc=MADE + timedelta(days=1, minutes=number),
        by="",
        key=key_of(1),
        on=f"EXERCISE: note {number} of both parties",
        agreement="exercise-line",
        at=MADE + timedelta(minutes=10, hours=hours),
    )


def _moved(folder: Folder) -> None:
    case_id = ""
    for hour, (person, role, kind, party, words) in enumerate(STEPS):
        determined = kind is MoveKind.DETERMINE
        move = Move(
            move_id="",
            case_id=case_id,
            kind=kind,
            by=PERSONS[person],
            role=role,
            at=MADE + timedelta(minutes=20 + hour),
            words=f"EXERCISE: {words}",
            incident_id="incident-1" if kind is MoveKind.OPEN else None,
            party=party,
            body=BODY if role is Role.BODY else None,
            outcome=Outcome.BREACH_BY_B if determined else None,
            standard_of_proof="reasonable grounds" if determined else None,
        )
        case_id = case_id or case_named(move)
        named, at = replace(move, case_id=case_id), MADE + timedelta(minutes=20 + hour)
        record_move(folder, named, by="", key=key_of(person), at=at, assessments=NOT_OPENING)


def _published(folder: Folder) -> None:
    with tempfile.TemporaryDirectory() as states:
        for tick in range(1, TICKS + 1):
            at = MADE + timedelta(hours=tick)
            publish(folder, at=at)
            for name, key in COSIGNERS.items() if tick % 2 else ():
                own = Cosigner(state=Path(states) / name, signer=key)
                reply = cosign(own, shown_by(folder.path), at=at + timedelta(minutes=5))
                assert reply.cosigned, reply.answer.why
                accept(folder, reply.answer.body)


def main() -> None:
    path, facts = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else FACTS
    folder = make(path, facts=facts)
    mission = mission_of(recorded(folder.journal.replay()))
    (path / "policy").write_text(policy_text(mission, folder.journal.key), "utf-8")
    shutil.rmtree(path / ".lock", ignore_errors=True)
    (path / ".lock").unlink(missing_ok=True)
    os.sync()
    print(f"{path}: {folder.journal.head().size} leaves")


if __name__ == "__main__":
    main()
