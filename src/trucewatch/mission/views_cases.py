"""The cases in the read model: listed, filtered and opened without folding every move again.

Rules:
- what the record has gained is folded into the cases that it touches: those of the new moves, those that name them, and
  those that share a move's id or an assessment with one; a new text of an agreement folds them all again;
- a case here is the case that the fold over the whole record gives, to the bit;
- it is of the last record: what was known before is asked of the record itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack
from datetime import datetime

import msgspec
import polars as pl

from trucewatch.decide.apart import person
from trucewatch.decide.decide import Rules, decide
from trucewatch.decide.quality import qualities
from trucewatch.mission.case_list import NEVER_OPENED, row_of
from trucewatch.mission.config import MISSION_FILE, read_mission
from trucewatch.mission.folder import Folder
from trucewatch.mission.following import Reach, follow, news, reached, up_to_date
from trucewatch.mission.journal import Kind, Record
from trucewatch.mission.rules import rules_in
from trucewatch.mission.steps import MOVING, OPENED_ON, move_of
from trucewatch.mission.views import micros, moment_of, opened, writing
from trucewatch.model.decision import Case, CaseRules, Move, MoveKind
from trucewatch.model.tables import ASSESSMENTS

FAMILY, SCHEMA = "cases", 3
LOOKED = "reopened"  # how far was looked at for cases to open again
BEARING = frozenset({Kind.BATCH, Kind.SOURCE, Kind.AGREEMENT, Kind.PROFILES, Kind.MISSION})
MOST_NAMED = 500  # in one question to the read model
TABLES = {
    "case_move": "case_id TEXT, seq INTEGER PRIMARY KEY, move_id TEXT, assessment_id TEXT, other_case TEXT, body BLOB",
    "case_assessed": "assessment_id TEXT PRIMARY KEY, incident_id TEXT, clause_id TEXT",
    "case_rule": "seq INTEGER PRIMARY KEY, name TEXT, since_us INTEGER, rules BLOB",
    "case_bearing": "seq INTEGER PRIMARY KEY",
    "case_mission": "one INTEGER PRIMARY KEY, exercise INTEGER, replay INTEGER",
    "case_row": (
        "opened_us INTEGER, case_id TEXT, state TEXT, side TEXT, verdict TEXT, outcome TEXT, owner TEXT,"
        " clause_id TEXT, incident_id TEXT, moved_us INTEGER, moves INTEGER, source TEXT, joined_to TEXT, person TEXT,"
        " day TEXT, quality TEXT, PRIMARY KEY (opened_us, case_id)"
    ),
    "case_folded": "case_id TEXT PRIMARY KEY, folded BLOB",
}
CLUSTERED = frozenset({"case_row"})
INDICES = (
    *(("case_move", column) for column in ("case_id", "move_id", "assessment_id", "other_case")),
    *(
        ("case_row", column)
        for column in ("case_id", "state", "side", "verdict", "outcome", "owner", "incident_id")
    ),
)


def cases_at_hand(folder: Folder) -> sqlite3.Connection:
    """Return the read model, its cases as the last record leaves them; the caller closes it."""
    connection = opened(folder)
    if up_to_date(folder, reached(connection, FAMILY), schema=SCHEMA):
        return connection
    with ExitStack() as unless_ready:
        unless_ready.callback(connection.close)
        with writing(connection):
            told = news(connection, folder, FAMILY, schema=SCHEMA)
            if told.anew:
                _begin(connection)
            _take(connection, told.records)
            follow(connection, FAMILY, told.reach)
        unless_ready.pop_all()
    return connection


def bearing_since_looked(connection: sqlite3.Connection) -> bool:
    """Say whether anything was recorded that may open a case again, since that was last looked at."""
    asked = "SELECT 1 FROM case_bearing WHERE seq >= ? LIMIT 1"
    return connection.execute(asked, (reached(connection, LOOKED).seq,)).fetchone() is not None


def note_looked(connection: sqlite3.Connection, reach: Reach) -> None:
    """Say how far was looked at for cases to open again."""
    with writing(connection):
        follow(connection, LOOKED, reach)


def marks(connection: sqlite3.Connection) -> tuple[bool, bool]:
    """Return whether the mission is an exercise, and whether a replay."""
    row = connection.execute("SELECT exercise, replay FROM case_mission").fetchone()
    return (False, False) if row is None else (bool(row[0]), bool(row[1]))


def _begin(connection: sqlite3.Connection) -> None:
    follow(connection, LOOKED, Reach())
    for table, columns in TABLES.items():
        connection.execute(f"DROP TABLE IF EXISTS {table}")
        ending = " WITHOUT ROWID" if table in CLUSTERED else ""
        connection.execute(f"CREATE TABLE {table}({columns}){ending}")
    for number, (table, columns) in enumerate(INDICES):
        connection.execute(f"CREATE INDEX {table}_{number} ON {table}({columns})")


def _take(connection: sqlite3.Connection, records: Iterable[Record]) -> None:
    """Take new records in, and fold the cases that they touch."""
    touched: set[str] = set()
    everything = False
    for record in records:
        move = move_of(record) if record.kind in MOVING else None
        if record.kind in BEARING or (move is not None and move.kind is MoveKind.JOIN):
            connection.execute("INSERT INTO case_bearing VALUES (?)", (record.seq,))
        if move is not None:
            touched |= _keep(connection, record, move)
        elif record.kind is Kind.AGREEMENT:
            everything |= _ruled(connection, record)
        elif record.kind is Kind.MISSION and record.body.get("name") == MISSION_FILE:
            table = read_mission(str(record.body.get("text")))
            row = (1, table.exercise, table.replay)
            connection.execute("INSERT OR REPLACE INTO case_mission VALUES (?, ?, ?)", row)
    if everything:
        touched = {case_id for (case_id,) in connection.execute("SELECT DISTINCT case_id FROM case_move")}
    if touched:
        _fold(connection, touched)


def _keep(connection: sqlite3.Connection, record: Record, move: Move) -> set[str]:
    """Keep a move, and return the cases that it may change."""
    row = (
        *(move.case_id, record.seq, move.move_id, move.assessment_id, move.other_case),
        msgspec.json.encode(move),
    )
    connection.execute("INSERT INTO case_move VALUES (?, ?, ?, ?, ?, ?)", row)
    touched = {move.case_id}
    if move.kind is MoveKind.OPEN and move.assessment_id is not None:
        of = (move.assessment_id, move.incident_id, move.clause_id)
        asked = "SELECT * FROM case_assessed WHERE assessment_id = ?"
        before = connection.execute(asked, (move.assessment_id,)).fetchone()
        connection.execute("INSERT OR REPLACE INTO case_assessed VALUES (?, ?, ?)", of)
        if before is not None and before != of:
            touched |= _cases(connection, "assessment_id", [move.assessment_id])
    return touched


def _ruled(connection: sqlite3.Connection, record: Record) -> bool:
    """Keep what a text of an agreement says of procedure; False when it cannot be read."""
    name, text = str(record.body.get("name")), str(record.body.get("text"))
    read = rules_in([(name, text, record.recorded_at)])
    for since, told in read.get(name, ()):
        row = (record.seq, name, micros(since), msgspec.json.encode(told))
        connection.execute("INSERT INTO case_rule VALUES (?, ?, ?, ?)", row)
    return name in read


def rules_at_hand(connection: sqlite3.Connection) -> Rules:
    """Return how cases are decided under each agreement, each text since it was recorded."""
    found: dict[str, list[tuple[datetime, CaseRules]]] = {}
    for name, since, told in connection.execute("SELECT name, since_us, rules FROM case_rule ORDER BY seq"):
        rules = msgspec.json.decode(told, type=CaseRules)
        found.setdefault(name, []).append((moment_of(since), rules))
    return found


def folded_with(connection: sqlite3.Connection, touched: set[str]) -> list[Case]:
    """Return the cases that are touched, and those that they touch, folded anew: with why each refused move is, in slots."""
    whole = _with_their_likes(connection, touched)
    moves = moves_in(connection, whole | _joined(connection, whole))
    folded = decide(assessed_in(connection, moves), moves, exercise=True, rules=rules_at_hand(connection))
    return [case for case in folded if case.case_id in whole]


def _fold(connection: sqlite3.Connection, touched: set[str]) -> None:
    """Fold the cases that are touched, and those that they touch, and keep what comes of it."""
    cases = folded_with(connection, touched)
    connection.executemany("DELETE FROM case_row WHERE case_id = ?", [(case.case_id,) for case in cases])
    connection.executemany(f"INSERT INTO case_row VALUES ({', '.join('?' * 16)})", map(_row, cases))
    rows = [(case.case_id, msgspec.json.encode(case, enc_hook=str)) for case in cases]
    connection.executemany("INSERT OR REPLACE INTO case_folded VALUES (?, ?)", rows)


def _with_their_likes(connection: sqlite3.Connection, touched: set[str]) -> set[str]:
    """Return the touched cases, those that share a move's id with one, and those that name one."""
    whole, new = set(touched), set(touched)
    while new:
        ids = _column(connection, "move_id", "case_id", new)
        found = _cases(connection, "move_id", ids) | _cases(connection, "other_case", new)
        new = found - whole
        whole |= new
    return whole


def _joined(connection: sqlite3.Connection, cases: Collection[str]) -> set[str]:
    """Return the cases that moves of `cases` name, for whether these were opened decides."""
    return {name for name in _column(connection, "other_case", "case_id", cases) if name}


def _cases(connection: sqlite3.Connection, column: str, values: Iterable[str]) -> set[str]:
    return _column(connection, "case_id", column, values)


def _column(connection: sqlite3.Connection, wanted: str, by: str, values: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for part in _parts(values):
        asked = f"SELECT DISTINCT {wanted} FROM case_move WHERE {by} IN ({', '.join('?' * len(part))})"
        found |= {value for (value,) in connection.execute(asked, part)}
    return found


def moves_in(connection: sqlite3.Connection, cases: Iterable[str]) -> list[Move]:
    """Return the moves of some cases, in the order of their records."""
    found: list[tuple[int, bytes]] = []
    for part in _parts(cases):
        asked = f"SELECT seq, body FROM case_move WHERE case_id IN ({', '.join('?' * len(part))})"
        found += connection.execute(asked, part).fetchall()
    read = msgspec.json.Decoder(Move)
    return [read.decode(body) for _, body in sorted(found)]


def assessed_in(connection: sqlite3.Connection, moves: Iterable[Move]) -> pl.DataFrame:
    """Return which incident and clause each assessment was of that these moves name."""
    named = {move.assessment_id for move in moves if move.assessment_id}
    rows: list[tuple[str, ...]] = []
    for part in _parts(named):
        asked = f"SELECT * FROM case_assessed WHERE assessment_id IN ({', '.join('?' * len(part))})"
        rows += connection.execute(asked, part).fetchall()
    schema = {name: ASSESSMENTS.schema[name] for name in OPENED_ON}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _parts(values: Iterable[str]) -> list[Sequence[str]]:
    ordered = sorted(values)
    return [ordered[at : at + MOST_NAMED] for at in range(0, len(ordered), MOST_NAMED)]


def _row(case: Case) -> tuple[object, ...]:
    row, first = row_of(case), case.moves[0] if case.moves else None
    words = (row.state, row.side, row.verdict, row.outcome)
    return (
        NEVER_OPENED if row.opened_at is None else micros(row.opened_at),
        row.case_id,
        *(None if word is None else word.value for word in words),
        *(row.owner, row.clause_id, row.incident_id),
        NEVER_OPENED if row.moved_at is None else micros(row.moved_at),
        *(row.moves, row.source, row.joined_to),
        person(first) if first else None,
        first.at.date().isoformat() if first else None,
        " ".join(qualities(first)) if first else "",
    )
