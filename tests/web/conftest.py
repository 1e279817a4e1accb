"""Missions that are served: the demo's, which anybody at this machine may see, and one with people."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from litestar import Litestar
from served import AT, HOSTILE, PARTS, Live, Peopled, Visitor, accounts_for, alleged, key, listen

from trucewatch.mission.account_store import FILE, digest_of, micros, opened_accounts
from trucewatch.mission.clock import now
from trucewatch.mission.content import archive
from trucewatch.mission.drill import drill
from trucewatch.mission.enrolling import add, add_oneself, invitation
from trucewatch.mission.folder import Plan, init, opened
from trucewatch.mission.intake import ingest
from trucewatch.mission.invitations import Part, answer
from trucewatch.web.app import app
from trucewatch.web.asking import SESSION


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's missions: promises, an exercise with a case, and patrols' reports."""
    place = tmp_path_factory.mktemp("walk")
    packs = ("coalition", "paris-declaration")
    plan = Plan(
        name="Guarantees for Ukraine",
        agreements=("paris-2026", "minsk-2015"),
        packs=packs,
        replay=True,
        seed=b"g",
    )
    init(place / "guarantees", plan, by="demo", at=datetime(2026, 1, 6, 20, tzinfo=UTC))
    drill(place / "exercise", place / "files")
    began = datetime(2016, 9, 1, tzinfo=UTC)
    plan = Plan(name="Donbas, October 2016", agreements=("minsk-2015",), replay=True, seed=b"p")
    folder = init(place / "patrols-2016", plan, by="demo", at=began)
    reports = place / "files" / "reports.csv"
    reports.write_bytes(archive("osce-smm-2016-observations.csv"))
    list(ingest(folder, "smm", [reports], by="demo", at=datetime(2016, 11, 9, 8, tzinfo=UTC)))
    return place


@pytest.fixture(scope="session")
def exercise(walked: Path) -> Litestar:
    return app(opened(walked / "exercise"), clock=lambda: AT)


@pytest.fixture(scope="session")
def patrols(walked: Path) -> Litestar:
    return app(opened(walked / "patrols-2016"), clock=lambda: AT)


@pytest.fixture(scope="session")
def guarantees(walked: Path) -> Litestar:
    return app(opened(walked / "guarantees"), clock=lambda: AT)


@pytest.fixture(scope="session")
def peopled(tmp_path_factory: pytest.TempPathFactory) -> Peopled:
    """A mission in which each part is somebody's, each with an account, and one case that party A alleged."""
    place = tmp_path_factory.mktemp("peopled") / "m"
    plan = Plan(name=HOSTILE, agreements=("exercise-line",), packs=("exercise-ab",), exercise=True)
    folder = init(place, plan, by="Registrar")
    keys = {part: key(f"k{n}", n + 1) for n, part in enumerate(PARTS)}
    names = {part: f"{part.value} <b>bold</b>" for part in PARTS}
    add_oneself(folder, names[Part.ADMINISTRATOR], [Part.ADMINISTRATOR], key=keys[Part.ADMINISTRATOR])
    for part in PARTS:
        if part is not Part.ADMINISTRATOR:
            asked = invitation(folder, names[part], [part])
            add(folder, answer(asked, keys[part]), by="", key=keys[Part.ADMINISTRATOR])
    people = accounts_for(folder, names, keys)
    case = alleged(folder, keys[Part.LIAISON_A], HOSTILE, at=now()).case_id
    return Peopled(folder=folder, people=people, app=app(folder), case=case)


@pytest.fixture(scope="session")
def signed_in(peopled: Peopled) -> dict[Part, Visitor]:
    """Everybody, signed in."""
    found = {part: Visitor(peopled.app) for part in peopled.people}
    for part, asked in found.items():
        secret = f"session of {part.value}"
        with opened_accounts(peopled.folder.path / FILE) as store:
            until = micros(now() + timedelta(hours=12))
            row = [digest_of(secret), peopled.people[part].person, micros(now()), until]
            store.execute("INSERT INTO sessions VALUES(?, ?, ?, ?)", row)
        asked.http.cookies.set(SESSION, secret, domain="127.0.0.1")
    return found


@pytest.fixture(scope="session")
def live_exercise(walked: Path) -> Generator[Live, None, None]:
    yield from listen(lambda place: app(opened(walked / "exercise"), place, clock=lambda: AT))


@pytest.fixture(scope="session")
def live_guarantees(walked: Path) -> Generator[Live, None, None]:
    yield from listen(lambda place: app(opened(walked / "guarantees"), place, clock=lambda: AT))


@pytest.fixture(scope="session")
def live_patrols(walked: Path) -> Generator[Live, None, None]:
    yield from listen(lambda place: app(opened(walked / "patrols-2016"), place, clock=lambda: AT))


@pytest.fixture(scope="session")
def live_impatient(walked: Path) -> Generator[Live, None, None]:
    yield from listen(
        lambda place: app(opened(walked / "exercise"), place, clock=lambda: AT), head_s=1.0, body_s=1.0
    )


@pytest.fixture(scope="session")
def live_peopled(peopled: Peopled) -> Generator[Live, None, None]:
    yield from listen(lambda place: app(peopled.folder, place))
