"""What the ledger says of itself in words: an English text that knows what it was put together from.

Rules:
- the text is English and is all that JSON, CSV and a terminal have of it; a page in another language puts
  the same slots into that language's template;
- a template is a member of a closed list, `Template`, `Answered` or `Refused`, so that no language can lack one unnoticed;
- a slot says what it holds: an actor's code, a pack's own words, a member of a closed list, a time; what is
  plain text there is a name or somebody's words, and is never translated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from trucewatch.model.answered import Answered
from trucewatch.model.refused import Refused


class Template(StrEnum):
    """Everything that the ledger says of itself: why a condition is as it is, what it waits for, what falls."""

    TOGETHER = "{parts}"
    A_CEASEFIRE = "a recorded ceasefire"
    A_CEASEFIRE_SIGNATURE = "a recorded signature of a ceasefire agreement"
    A_TRUCE = "a recorded truce"
    A_PEACE_SIGNATURE = "a recorded signature of a peace agreement"
    AN_END_OF_WAR = "a record that the war is over"
    A_CLARIFICATION = "a record that the overall conditions are clarified"
    A_PROSPECT = "a record that there is a prospect of peace"
    AN_APPROVAL = "a recorded approval by parliament"
    A_BACKING = "a record that the backer backs it"
    A_BREACH = "a determination of a breach"
    AN_ATTACK = "a determination of an armed attack"
    OF_WHOM = "{what} ({whose})"
    BY_BODY = "{what} by the {body}"
    AS_KNOWN = "{what} ({known})"
    A_DAY = "{day}, 00:00 UTC"
    A_STATUS = "statement {other}: {status}"
    ITS_CONDITIONS = "statement {other}: its conditions"
    A_READING = "somebody's reading of “{condition}”"

    DAY_BEGUN = "{day} has begun in UTC"
    DAY_NOT_BEGUN = "{day} has not begun in UTC"
    NO_BODY_NAMED = "it does not say whose determination counts"
    NO_TRIGGER_NAMED = "no trigger is named in it"
    NO_RECORD = "no record says so"
    CONTESTED = "contested by {names}"
    DISAGREE = "the records disagree: {told}"
    SAYS_YES = "{name}: yes"
    SAYS_NO = "{name}: no"
    RECORDED_SO = "recorded as so from {since} by {names}"
    RECORDED_NOT_SO = "recorded as not so from {since} by {names}"
    READ_AS_TRIGGER = "{name}'s reading that “{kind}” counts as “{trigger}”"
    READ_AS_WORDS = "{name}'s reading that “{kind}” counts as “{condition}”"
    READING_ON = "{reading}, on “{rests_on}”"
    READING_CONTESTED = "{reading} is contested by {names} and adds nothing"
    DETERMINED = "determined by the {body}: {cases}"
    NO_BREACH_SO_FAR = "the {body} determined no breach in any case so far"
    NO_BREACH = "the {body} determined no breach: {outcomes}"
    NOTHING_DETERMINED = "the {body} has determined nothing"
    NOTHING_BUT_OTHERS = "the {body} has determined nothing; a determination of the {others} does not count"

    OTHER_NOT_SAID = "{other} was not said yet, or stands in no pack of this mission"
    OTHER_RECORDED = "{other} is recorded as {status}"
    OTHER_NOT_RECORDED = "no record says that {other} is {status}"
    OTHER_WITHOUT_CONDITIONS = "{other} states no condition, and no record says what became of it"
    OTHER_MET = "the conditions of {other} are met"
    OTHER_NOT_MET = "the conditions of {other} are not met"
    OTHER_UNKNOWN = "the conditions of {other} are unknown"
    WHICH_WAITS = "{so}: it waits for {waits}"

    UNCONFIRMED = "reported, unconfirmed: {told}"
    NOT_STARTED = "no determination of a breach by the {body} starts it"
    STARTED_WITHOUT_TIME = "started by {cases}, which does not say when the breach began"
    COUNTED_FROM = "counted from {since}, the first breach as determined in {cases}"

    BESIDE_A_LIMIT = (
        "{limited} states the limit “{limit}”; {other} gives {given} in case of a new attack"
        " and does not repeat the limit"
    )
    OUTSIDE_A_LIMIT = "{limited} states the limit “{limit}”; {other} is outside of it by its own words"

    WITHDRAWS = "{actor} withdraws {statement}"
    NO_LONGER = "then the conditions of {statement} can no longer be met"
    WANTS_BACKING = "{statement} wants the backing of {actor}"
    WANTS_APPROVAL = "{statement} wants the approval of the parliament of {actor}"
    WANTS_SIGNATURE = "{statement} wants the signature of {actor}"
    WAITS_FOR = "{statement} waits for {other}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorCode:
    """An actor, by code; a page has its name."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackWords:
    """A pack's own words in English; a page has them in its language where the pack ships them."""

    english: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """More than one of a kind, and what stands between them."""

    each: tuple[Slot, ...]
    joined_by: str = ", "


class Told(str):
    """An English text, with the template and the slots that another language says it from."""

    __slots__ = ("slots", "template")
    template: Template | Answered | Refused
    slots: Mapping[str, Slot]

    def __new__(
        cls, template: Template | Answered | Refused, slots: Mapping[str, Slot] | None = None
    ) -> Told:
        """Return the text of `template` with `slots` in English."""
        given = slots or {}
        told = super().__new__(cls, template.format_map({name: in_english(s) for name, s in given.items()}))
        told.template, told.slots = template, given
        return told


Slot = str | StrEnum | date | datetime | ActorCode | PackWords | Several | Told


def together(parts: Sequence[Told]) -> Told:
    """Return texts as one, each after the other."""
    if len(parts) == 1:
        return parts[0]
    return Told(Template.TOGETHER, {"parts": Several(each=tuple(parts), joined_by="; ")})


def in_english(slot: Slot) -> str:
    """Return what a slot holds as English text has it."""
    if isinstance(slot, StrEnum):
        return slot.value.replace("_", " ")
    if isinstance(slot, str):
        return slot
    if isinstance(slot, datetime):
        return slot.isoformat(timespec="minutes")
    if isinstance(slot, date):
        return slot.isoformat()
    if isinstance(slot, ActorCode):
        return slot.code
    if isinstance(slot, PackWords):
        return slot.english
    return slot.joined_by.join(map(in_english, slot.each))
