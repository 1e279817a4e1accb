"""Who visits a served mission, and how one listens: what the tests of the web share."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import httpx
import uvicorn
from litestar import Litestar
from litestar.testing import TestClient

from trucewatch.log.keys import KeyKind, SignerKey
from trucewatch.mission.account_store import account_named, keep_account, opened_accounts
from trucewatch.mission.accounts import accounts_of
from trucewatch.mission.clock import now
from trucewatch.mission.deeds import record_move
from trucewatch.mission.folder import Folder
from trucewatch.mission.invitations import Part
from trucewatch.mission.one_time import code_at, step_of
from trucewatch.model.decision import Move, MoveKind, Role
from trucewatch.web.app import Place
from trucewatch.web.serving import Timed, listening

AT = datetime(2027, 3, 7, 9, tzinfo=UTC)
WORDS = "blue lorry, thin ice"
HOST = "http://127.0.0.1:8600"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def key(name: str, seed: int) -> SignerKey:
    return SignerKey(name=name, kind=KeyKind.ED25519, seed=bytes([seed]) * 32)


@dataclass(frozen=True, kw_only=True)
class Person:
    person: str  # the id that the record has
    name: str
    part: Part
    key: SignerKey
    secret: bytes


@dataclass(frozen=True, kw_only=True)
class Peopled:
    folder: Folder
    people: dict[Part, Person]
    app: Litestar
    case: str


def client(served: Litestar) -> TestClient[Litestar]:
    return TestClient(served, base_url=HOST, raise_server_exceptions=False)


def form_token(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found, "the page has no form"
    return found[1]


def alleged(folder: Folder, by: SignerKey, words: str, *, at: datetime) -> Move:
    move = Move(
        move_id="",
        case_id="case-of-the-test",
        kind=MoveKind.OPEN,
        by="",
        role=Role.PARTY,
        party="A",
        at=at,
        words=words,
        clause_id="exercise-line/EX-1",
        from_utc=at,
        to_utc=at,
        place=words,
    )
    return record_move(folder, move, by="", key=by)


PARTS = tuple(Part)


# Passphrases are slow to hash on purpose: these parts sign in for themselves, the others have a session given.
THEMSELVES = (Part.GUARANTOR, Part.ANALYST, Part.VERIFIER, Part.AUDITOR, Part.RELEASER)


def accounts_for(folder: Folder, names: dict[Part, str], keys: dict[Part, SignerKey]) -> dict[Part, Person]:
    accounts = accounts_of(folder)
    made = {part: accounts.add(keys[part], WORDS, at=now()) for part in THEMSELVES}
    with opened_accounts(accounts.path) as store:
        like = account_named(store, names[THEMSELVES[0]])
        assert like
    found = {}
    for part in PARTS:
        held = accounts.roll().holder(keys[part].verifier)
        assert held
        if part not in made:
            with opened_accounts(accounts.path) as store:
                own = replace(like, person=held.person_id, name=held.name, key=keys[part].verifier.text)
                keep_account(store, own, now())
        secret = made[part].secret if part in made else like.secret
        found[part] = Person(person=held.person_id, name=held.name, part=part, key=keys[part], secret=secret)
    return found


class Visitor:
    """Somebody with a browser: cookies are kept, and forms bear their token."""

    def __init__(self, served: Litestar) -> None:
        self.http = client(served)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.http.get(path, headers=headers, follow_redirects=False)

    def token(self, page: str = "/sign-in") -> str:
        return form_token(self.get(page).text)

    def post(self, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        return self.http.post(path, data=fields, headers=headers, follow_redirects=False)

    def sign_in(self, person: Person, at: datetime | None = None) -> httpx.Response:
        code = code_at(person.secret, step_of(at or now()))
        fields = {"name": person.name, "passphrase": WORDS, "code": code, "csrf": self.token()}
        return self.post("/sign-in", fields)


@dataclass(frozen=True, kw_only=True)
class Live:
    """A server that listens."""

    address: str
    port: int


def listen(
    made: Callable[[Place], Litestar], *, head_s: float = 10.0, body_s: float = 10.0
) -> Iterator[Live]:
    bound = listening("127.0.0.1", 0)
    port = int(bound.getsockname()[1])

    class Quick(Timed):
        pass

    Quick.head_s = head_s
    config = uvicorn.Config(
        made(Place(port=port, body_s=body_s)),
        http=Quick,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield Live(address=f"http://127.0.0.1:{port}", port=port)
    server.should_exit = True
    thread.join(timeout=10)
    bound.close()
