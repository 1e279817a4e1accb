"""What whoever asks is told of rights, and of what cannot be done: the sentences, each a member of one closed list.

Rules:
- a sentence is English and is all that a terminal has of it; a page or a problem in another language puts the
  same slots into that language's sentence (`told`);
- what stands in a slot is a code, a name or a number, and never what somebody sent that others may not see.
"""

from __future__ import annotations

from enum import StrEnum


class Answered(StrEnum):
    """Everything that is answered so."""

    MAY = "{who} is {parts}, who may {doing}"
    EVERYBODY_MAY = "everybody may {doing}, of what was released"
    MAY_NOT = "{who} is {parts}; to {doing} is for these alone: {those}"
    ENDED = "what showed who this is ended at {until}: sign in again"
    TOKEN_FOR_OTHERS = "this token was not made to {doing}: it is for {those}"
    TOKEN_WITHOUT_AREA = "this token is for {areas} alone, and no area was named"
    TOKEN_OF_AREAS = "this token is for {areas} alone, and {area} is none of them"
    NOBODY = "whoever is not signed in"
    SOMEBODY = "this person"
    NO_PART = "nothing in this mission"
    NOTHING = "nothing"
    AND = "{first} and {last}"

    NOT_HERE = "Nothing that you may see has this address."
    NOT_THIS_HOST = "This server answers to its own name only."
    TOO_SLOW = "The body did not come in time."
    NOT_SO_ASKED = "This address is not asked in that way."
    NO_REQUEST = "This is no request of ours."
    OUR_FAULT = "Something went wrong here, and not with you."
    RECORD_CHANGED = "Run `trucewatch record verify`, which says where."
    NOT_CONFIGURED = "Its configuration is not right."
    NO_SUCH_TOKEN = "You have no such token."
    OTHER_LINES = "This Idempotency-Key was used for other lines: give these one of their own."

    EMPTY = "`{name}` is empty: leave it out"
    NOT_KNOWN = "this page knows no {name}{meant}"
    MEANT = " (did you mean {name}?)"
    TWICE = "{name} is given twice: give it once"
    TOO_LONG = "the value of {name} is longer than {most} signs, or no text"
    NO_LANGUAGE = "no page is in {name}; there are {those}"
    ONE_OF = "{name} is one of {those}"
    NO_DAY = "a day is written as 2026-01-06, of a year between 1900 and 2199"
    NO_MOMENT = "`{name}` is no moment with its offset: write it as in 2026-01-06T18:00:00Z"
    TURNED_ROUND = "`to` is before `from`: turn them round"
    NO_WINDOW = "`bbox` is west,south,east,north in degrees, as in 37,47.5,39,49"
    WINDOW_TURNED = "the south of `bbox` is north of its north: turn them round"
    NO_SHARE = "`{name}` is a probability from 0 to 1"
    NO_WORD = "`{name}` knows no such word; it knows {those}"
    TOO_MANY_WORDS = "a filter names at most {most} words"
    NO_LIMIT = "`limit` is a whole number from 1 to {most}"
    NO_CURSOR = "`cursor` is not one that a list gave: begin without it"
    TOO_MANY_ROWS = "{count} rows are asked for, and one file holds {most}: narrow the time or the window"
    BOTH_OPEN = "`datetime` is open at both ends: leave it out"
    DATETIME_TURNED = "the end of `datetime` is before its start: turn them round"
    NO_FORM = "this page has no such form"
    NO_FIGURE = "a figure is quoted as a number, such as 129"

    NO_SOURCE = "no source of this mission has this name: `trucewatch.toml` lies beside `sources.toml`"
    NO_LINE = "there is no line in the body"
    LONG_KEY = "`Idempotency-Key` is longer than {most} signs"
    LINES_BY_COOKIE = "a program sends lines with a token, and not with a session's cookie"
    LINES_FROM_ELSEWHERE = "these lines were sent from another site"
    LINES_OF_OTHER_TYPE = "lines of JSON are sent as {type}"
    FORM_FROM_ELSEWHERE = "this form was sent from another site"
    FORM_NOT_OPEN = "this form is not of a page that is open now: load the page again and send it again"
    FORM_OF_OTHER_TYPE = "a form is sent as {type}"
    FORM_NOT_OURS = "the form is not one that a page sends"
    FIELD_TWICE = "a field of the form is there twice, or is no text"
    LONG_BODY = "the body is longer than {most} bytes"

    FOR_WHOM = "for whom a page is shown follows from who signed in: leave `audience` out"
    TOKEN_IS_NONE = "this token is none, or no more"
    NO_ACCOUNTS = "this mission has no accounts: `trucewatch person account` makes one"
    SIGN_IN_FIRST = "this is for somebody who is signed in: sign in first"
    HOW_MANY_DAYS = "say for how many days the token is"
    SIGN_THE_MOVE = "a move is signed by its maker: sign in first, or use `trucewatch case` with your key"
    NO_LEDGER = "nothing of the ledger was released to the public yet: two people release it, each time as it stands then"
    LEDGER_RETRACTED = "what was released of the ledger to the public was retracted at {when}: {why}"
    NOTHING_RELEASED = "nothing was released to {audience} yet: `trucewatch release propose` proposes it"
    DAY_NOT_RELEASED = (
        "nothing of {day} was released to {audience} yet: `trucewatch release propose` proposes it"
    )
    DAY_RETRACTED = "what was released of {day} to {audience} was retracted at {when}: {why}"
    NO_MOVE_NOW = "this is no move that the case has now: load its page again"
