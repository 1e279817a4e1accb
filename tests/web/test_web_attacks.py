"""Attacks on a served mission, by name: forms of elsewhere, hostile words, sessions, paths, bodies, slow clients."""

from __future__ import annotations

import re
import socket
import time

import pytest
from litestar import Litestar
from served import HOSTILE, Live, Peopled, Visitor, form_token
from test_web_rights import SAMPLES

from trucewatch.mission.invitations import Part
from trucewatch.web.app import LOOPBACK
from trucewatch.web.asked import Method
from trucewatch.web.asking import SESSION, VISIT
from trucewatch.web.guard import HEADERS
from trucewatch.web.route import SMALL_BODY
from trucewatch.web.routes import ROUTES

POSTS = [route for route in ROUTES if route.method is Method.POST]


def where(name: str, peopled: Peopled) -> str:
    return SAMPLES[name].format(case=peopled.case)


@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.name)
def test_no_form_counts_without_its_token(
    route,
    peopled: Peopled,
    signed_in: dict[Part, Visitor],  # type: ignore[no-untyped-def]
) -> None:
    told = signed_in[Part.AUDITOR].post(where(route.name, peopled), {"name": "x"})
    assert told.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_no_form_counts_from_another_site(headers: dict[str, str], peopled: Peopled) -> None:
    asked = Visitor(peopled.app)
    told = asked.post("/sign-in", {"csrf": asked.token(), "name": "x"}, **headers)
    assert told.status_code == 403
    assert "another site" in told.text


def test_the_token_of_one_visitor_is_worth_nothing_to_another(
    peopled: Peopled, signed_in: dict[Part, Visitor]
) -> None:
    stolen = form_token(signed_in[Part.AUDITOR].get("/account").text)
    told = signed_in[Part.VERIFIER].post("/account/tokens", {"csrf": stolen, "label": "x", "days": "7"})
    assert told.status_code == 403


def test_no_words_of_others_become_markup(peopled: Peopled, signed_in: dict[Part, Visitor]) -> None:
    raw = re.compile(r"<script>alert|<img src=x|<b>bold", re.IGNORECASE)
    for part in (Part.VERIFIER, Part.LIAISON_A, Part.AUDITOR, Part.ADMINISTRATOR):
        for route in ROUTES:
            if route.method is not Method.GET or route.name not in SAMPLES:
                continue
            told = signed_in[part].get(where(route.name, peopled))
            if told.headers["content-type"].startswith("text/html"):
                assert not raw.search(told.text), (part, route.name)
    assert "&lt;script&gt;" in signed_in[Part.VERIFIER].get(f"/cases/{peopled.case}").text


@pytest.mark.parametrize("name", ["day", "number", "lang", "known_at", "next", "owner", "earlier", HOSTILE])
def test_no_value_of_a_query_becomes_markup(name: str, exercise: Litestar) -> None:
    asked = Visitor(exercise)
    for path in ("/record/quotes", "/guarantees", "/cases", "/sign-in", "/days/2027-03-02", f"/{HOSTILE}"):
        told = asked.http.get(path, params={name: HOSTILE})
        assert "<script>alert" not in told.text
        assert "<img src=x" not in told.text


def test_a_formula_in_a_table_is_no_formula(peopled: Peopled, signed_in: dict[Part, Visitor]) -> None:
    for path in ("/cases.csv", "/audit.csv"):
        for line in signed_in[Part.AUDITOR].get(path).text.splitlines():
            assert not any(cell.strip('"').startswith(("=", "+", "-", "@")) for cell in line.split(",")), line


def test_signing_in_makes_a_new_session_whatever_was_shown_before(peopled: Peopled) -> None:
    asked = Visitor(peopled.app)
    asked.http.cookies.set(SESSION, "chosen-by-somebody-else", domain="127.0.0.1")
    person = peopled.people[Part.GUARANTOR]
    told = asked.sign_in(person)
    assert told.status_code == 303
    given = told.headers["set-cookie"]
    session = re.search(rf"{SESSION}=([^;]+)", given)
    assert session
    assert session[1] != "chosen-by-somebody-else"
    assert "HttpOnly" in given
    assert "SameSite=strict" in given
    old = Visitor(peopled.app)
    old.http.cookies.set(SESSION, "chosen-by-somebody-else", domain="127.0.0.1")
    assert "Sign out" not in old.get("/account").text


def test_a_session_is_over_once_it_is_signed_out(peopled: Peopled) -> None:
    asked = Visitor(peopled.app)
    person = peopled.people[Part.ANALYST]
    assert asked.sign_in(person).status_code == 303
    session = asked.http.cookies.get(SESSION)
    assert asked.get("/cases").status_code == 200
    told = asked.post("/sign-out", {"csrf": form_token(asked.get("/account").text)})
    assert told.status_code == 303
    again = Visitor(peopled.app)
    again.http.cookies.set(SESSION, session or "", domain="127.0.0.1")
    assert again.get("/cases").status_code == 403


def test_a_wrong_answer_does_not_say_which(peopled: Peopled) -> None:
    told = set()
    for name in ("observer <b>bold</b>", "nobody at all"):
        asked = Visitor(peopled.app)
        page = asked.post(
            "/sign-in", {"name": name, "passphrase": "no", "code": "000000", "csrf": asked.token()}
        )
        told.add(re.sub(r"[0-9a-f]{64}", "", page.text))
    assert len(told) == 1


def test_nobody_ends_the_token_of_another(peopled: Peopled, signed_in: dict[Part, Visitor]) -> None:
    mine, other = signed_in[Part.COMMISSION], signed_in[Part.LIAISON_B]
    made = mine.post(
        "/account/tokens",
        {"csrf": form_token(mine.get("/account").text), "label": "mine", "days": "7", "scope-see_case": "on"},
    )
    secret = re.search(r"tw_[\w-]+", made.text)
    assert secret
    assert secret[0] not in mine.get("/account").text
    token_id = re.search(r'name="token" value="([0-9a-f]+)"', mine.get("/account").text)
    assert token_id
    stolen = {"csrf": form_token(other.get("/account").text), "token": token_id[1]}
    assert other.post("/account/tokens/end", stolen).status_code == 404
    asked = Visitor(peopled.app)
    bearer = {"authorization": f"Bearer {secret[0]}"}
    assert asked.get("/cases.json", **bearer).status_code == 200
    assert asked.get("/record.json", **bearer).status_code == 403
    assert asked.get("/cases.json", authorization="Bearer tw_none").status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../../etc/passwd",
        "/static/..%2f..%2f..%2fetc%2fpasswd",
        "/static/%2e%2e/%2e%2e/pyproject.toml",
        "/static/....//....//etc/passwd",
        "/static/map/..%2fshell.css",
        "/static//etc/passwd",
        "/static/__init__.py",
        "/agreements/..%2f..%2f..%2ftrucewatch.toml",
        "/agreements/../record/examples",
        "/sources/..%2fvault",
        "/incidents/..%2f..%2faccounts.sqlite",
        "/record/proofs/..%2fcheckpoint",
        "/record/entries/-1",
        "/record/entries/99999999999999999999",
        "/days/..%2f2027",
        "/days/0001-01-01",
        "/cases/%00",
        "/accounts.sqlite",
        "/trucewatch.toml",
    ],
)
def test_no_path_leads_out_of_what_is_served(path: str, exercise: Litestar) -> None:
    told = Visitor(exercise).get(path)
    assert told.status_code in (400, 404), (path, told.status_code)
    assert "root:" not in told.text
    assert "Traceback" not in told.text


def test_a_body_that_is_too_large_is_refused(peopled: Peopled) -> None:
    asked = Visitor(peopled.app)
    told = asked.post("/sign-in", {"csrf": asked.token(), "name": "x" * (SMALL_BODY + 1)})
    assert told.status_code == 413


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"\xff\xfe=1", "application/x-www-form-urlencoded"),
        (b"a=1&a=2", "application/x-www-form-urlencoded"),
        (b"&".join(b"a%d=1" % n for n in range(200)), "application/x-www-form-urlencoded"),
        (b"{}", "application/json"),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x"),
        (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>", "application/xml"),
        (b"name=%00", "application/x-www-form-urlencoded"),
        (b"", "text/plain"),
    ],
)
def test_a_body_that_is_no_form_is_refused(body: bytes, kind: str, peopled: Peopled) -> None:
    told = Visitor(peopled.app).http.post("/sign-in", content=body, headers={"content-type": kind})
    assert told.status_code == 400


def test_nobody_reads_this_server_by_another_name(exercise: Litestar) -> None:
    asked = Visitor(exercise)
    for host in ("evil.example", "127.0.0.1.evil.example:8600", "", "localhost.evil.example"):
        told = asked.get("/guarantees", host=host)
        assert told.status_code in (400, 421), host
        assert "INTERNAL" not in told.text
    for name in LOOPBACK:
        assert asked.get("/guarantees", host=f"{name}:8600").status_code == 200


def test_each_answer_bears_the_headers_that_keep_a_page_apart(peopled: Peopled) -> None:
    asked = Visitor(peopled.app)
    for path in ("/guarantees", "/nothing", "/cases", "/static/style.css", "/sign-in", "/cases.json"):
        told = asked.get(path)
        for name, value in HEADERS:
            assert told.headers[name] == value, (path, name)
    assert "unsafe" not in dict(HEADERS)["content-security-policy"]


def test_no_page_holds_a_script_or_a_style_of_its_own(exercise: Litestar, guarantees: Litestar) -> None:
    held = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE)
    for served in (exercise, guarantees):
        asked = Visitor(served)
        for path in (
            "/guarantees",
            "/guarantees/conditions",
            "/guarantees/changes",
            "/cases",
            "/record",
            "/account",
        ):
            assert not held.search(asked.get(path).text), path


def test_a_visit_is_no_session(peopled: Peopled) -> None:
    asked = Visitor(peopled.app)
    asked.get("/sign-in")
    assert asked.http.cookies.get(VISIT)
    assert asked.http.cookies.get(SESSION) is None


def test_a_fault_shows_no_trace(peopled: Peopled) -> None:
    told = Visitor(peopled.app).get("/guarantees?valid_at=9999-12-31T23:59:59%2B00:00")
    assert "Traceback" not in told.text
    assert 'File "' not in told.text


def shut(made: socket.socket) -> bool:
    """Whether the server ends a connection within three seconds."""
    made.settimeout(3.0)
    try:
        while made.recv(4096):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET /guarantees HTTP/1.1\r\nHost: 127", b"POST /sign-in HTTP/1.1\r\n"],
    ids=["nothing", "half a head", "a line"],
)
def test_whoever_does_not_end_a_head_in_time_is_cut_off(sent: bytes, live_impatient: Live) -> None:
    with socket.create_connection(("127.0.0.1", live_impatient.port)) as made:
        made.sendall(sent)
        assert shut(made)


def test_whoever_sends_a_body_too_slowly_is_cut_off(live_impatient: Live) -> None:
    head = (
        f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{live_impatient.port}\r\nContent-Length: 1000\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", live_impatient.port)) as made:
        made.sendall(head.encode() + b"name=")
        made.settimeout(3.0)
        assert b" 408 " in made.recv(4096).split(b"\r\n")[0]


def test_slow_clients_do_not_keep_others_waiting(live_impatient: Live) -> None:
    slow = [socket.create_connection(("127.0.0.1", live_impatient.port)) for _ in range(60)]
    for each in slow:
        each.sendall(b"GET / HTTP/1.1\r\n")
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", live_impatient.port)) as made:
        made.sendall(
            f"GET /static/icon.svg HTTP/1.1\r\nHost: 127.0.0.1:{live_impatient.port}\r\n\r\n".encode()
        )
        made.settimeout(2.0)
        assert made.recv(64).startswith(b"HTTP/1.1 200")
    assert time.monotonic() - began < 2
    for each in slow:
        each.close()
