"""The pages of people: signing in and out, what somebody may see and why, their tokens, and who saw what.

Rules:
- an answer that is not right is told as one that is not right, and never which;
- a token's secret is on the page that made it, once, and nowhere after;
- who saw what is for auditors; that they looked is written down as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from trucewatch.errors import InputError, RefusedError
from trucewatch.mission.access import EVERYBODY, OF_TOKENS, TABLE, Action, may
from trucewatch.mission.seen import Look, looks
from trucewatch.mission.tokens import Made, Token, add_token, end_token, tokens_of
from trucewatch.model.answered import Answered
from trucewatch.model.told import Several, Told
from trucewatch.report.drawn import Drawn
from trucewatch.report.machine import as_text, marked, table
from trucewatch.web.asked import Answer, Ask, Moved, Page, Problem
from trucewatch.web.people import People
from trucewatch.web.said import said

LOOKS = 500
DAYS_OF_TOKEN = (7, 30, 90, 365)
HEADER = ("stamp", "at", "name", "through", "action", "item", "allowed", "why")


def sign_in_page(ask: Ask) -> Answer:
    """Return the form to sign in."""
    return _sign_in(ask, "")


def _sign_in(ask: Ask, wrong: str) -> Answer:
    told: Mapping[str, object] = {"wrong": wrong, "next": _own_path(ask.query.get("next", ""))}
    return Page(
        title=ask.spoken.gettext("Sign in"),
        drawn=lambda _: Drawn(template="sign_in.html", told=told),
        json=lambda: as_text({"accounts": not ask.local}),
    )


def sign_in(ask: Ask) -> Answer:
    """Sign somebody in, and go to where they wanted."""
    people = _people(ask)
    name, passphrase, code = (ask.form.get(field, "") for field in ("name", "passphrase", "code"))
    try:
        session = people.accounts.sign_in(name, passphrase, code, ask.now, place=ask.place)
    except RefusedError as fault:
        return _sign_in(ask, fault.message)
    return Moved(where=_own_path(ask.form.get("next", "")), session=session.token)


def _own_path(path: str) -> str:
    """Return a path of this site; the front page when it is none."""
    plain = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if plain and "\\" not in path else "/guarantees"


def sign_out(ask: Ask) -> Answer:
    """End the session."""
    if ask.session is not None:
        _people(ask).accounts.sign_out(ask.session)
    return Moved(where="/sign-in", session="")


def _people(ask: Ask) -> People:
    if ask.people is None or ask.local:
        raise RefusedError(Told(Answered.NO_ACCOUNTS))
    return ask.people


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """Whether somebody may do something, and why."""

    action: str
    words: str
    allowed: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What whoever asks may do."""

    name: str
    parts: tuple[str, ...]
    through: str
    audience: str
    until: datetime | None
    rights: tuple[Right, ...]


def account_page(ask: Ask) -> Answer:
    """Return who asks, what they may see and why, and their tokens."""
    return _account(ask, None)


def _account(ask: Ask, made: Made | None) -> Answer:
    rights = _rights(ask)
    tokens = _tokens(ask)
    told: Mapping[str, object] = {
        "rights": rights,
        "tokens": tokens,
        "made": made,
        "scopes": sorted(OF_TOKENS),
        "days": DAYS_OF_TOKEN,
        "zone": ask.record.clock.zone,
        "in_words": lambda each: said(Several(each=tuple(each)), ask.spoken),
    }
    return Page(
        title=ask.spoken.gettext("What you may see, and why"),
        drawn=lambda _: Drawn(template="account.html", told=told),
        json=lambda: as_text(marked(rights, ask.stamp)),
    )


def _rights(ask: Ask) -> Rights:
    rulings = [(action, may(ask.viewer, action, at=ask.now)) for action in TABLE]
    return Rights(
        name=ask.viewer.name,
        parts=tuple(sorted(ask.viewer.parts)),
        through="" if ask.local else ask.viewer.through.value,
        audience=ask.audience.value,
        until=ask.viewer.until,
        rights=tuple(
            Right(
                action=action.value,
                words=said(action, ask.spoken),
                allowed=ruling.allowed,
                why=said(ruling.why, ask.spoken),
            )
            for action, ruling in rulings
        ),
    )


def _tokens(ask: Ask) -> tuple[Token, ...]:
    if ask.local or ask.people is None or ask.viewer.person is None or ask.session is None:
        return ()
    return tokens_of(ask.people.accounts, ask.viewer.person)


def make_token(ask: Ask) -> Answer:
    """Make a token, and show its secret once."""
    people, person = _people(ask), _signed_in(ask)
    scopes = {
        Action(name[6:]) for name in ask.form if name.startswith("scope-") and name[6:] in set(OF_TOKENS)
    }
    days = ask.form.get("days", "")
    if days not in {str(each) for each in DAYS_OF_TOKEN}:
        raise InputError(Told(Answered.HOW_MANY_DAYS))
    areas = ask.form.get("areas", "").split() or None
    made = add_token(
        people.accounts,
        person,
        label=ask.form.get("label", "").strip()[:80] or "token",
        scopes=scopes,
        areas=areas,
        until=ask.now + timedelta(days=int(days)),
        at=ask.now,
    )
    return _account(ask, made)


def drop_token(ask: Ask) -> Answer:
    """End one of one's own tokens."""
    people, person = _people(ask), _signed_in(ask)
    wanted = ask.form.get("token", "")
    if wanted not in {token.token_id for token in tokens_of(people.accounts, person)}:
        return Problem(status=404, title="Not here", detail=Told(Answered.NO_SUCH_TOKEN))
    end_token(people.accounts, wanted, at=ask.now)
    return Moved(where="/account")


def _signed_in(ask: Ask) -> str:
    if ask.session is None or ask.viewer.person is None:
        raise RefusedError(Told(Answered.SIGN_IN_FIRST))
    return ask.viewer.person


def audit_page(ask: Ask) -> Answer:
    """Return who saw what, the last first."""
    found = _last(ask)
    told: Mapping[str, object] = {"looks": found, "public": sorted(EVERYBODY)}
    return Page(
        title=ask.spoken.gettext("Who saw what"),
        drawn=lambda _: Drawn(template="audit.html", told=told),
        json=lambda: as_text({"stamp": ask.stamp, "looks": [marked(look, ask.stamp) for look in found]}),
        csv=lambda: table(HEADER, (_texts(look, ask.stamp) for look in found)),
    )


def _last(ask: Ask) -> tuple[Look, ...]:
    every = list(looks(ask.holding.folder.path))
    return tuple(islice(reversed(every), LOOKS))


def _texts(look: Look, stamp: str) -> tuple[str, ...]:
    allowed = "yes" if look.allowed else "no"
    return (stamp, look.at, look.name, look.through, look.action, look.item, allowed, look.why)
