"""What is answered of rights, and of what cannot be done, in a reader's language.

Rules:
- a sentence of `Answered` is said in the language that was asked for, and so is each action and part in it;
- names, codes and numbers stay as they are; what no sentence is known for stays English, and is marked as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from trucewatch.mission.access import Action
from trucewatch.mission.invitations import Part
from trucewatch.model.told import Several, Slot, Told, in_english
from trucewatch.report.terms import TERMS, mark
from trucewatch.report.words import Language, Words

PARTS: Mapping[str, str] = {
    Part.OBSERVER: mark("observer"),
    Part.SENSOR: mark("sensor"),
    Part.ANALYST: mark("analyst"),
    Part.VERIFIER: mark("verifier"),
    Part.RELEASER: mark("releaser"),
    Part.LIAISON_A: mark("liaison of party A"),
    Part.LIAISON_B: mark("liaison of party B"),
    Part.COMMISSION: mark("commission member"),
    Part.GUARANTOR: mark("guarantor"),
    Part.AUDITOR: mark("auditor"),
    Part.ADMINISTRATOR: mark("administrator"),
}
ACTIONS: Mapping[str, str] = {
    "see_released": mark("see what was released"),
    "see_guarantees": mark("see guarantees"),
    "see_report": mark("see reports"),
    "see_incidents": mark("see incidents"),
    "see_own": mark("see what one submitted oneself"),
    "see_odds": mark("see the machine's odds of which party"),
    "see_case": mark("see cases"),
    "see_clocks": mark("see clocks"),
    "see_source": mark("see sources"),
    "see_record": mark("see the record"),
    "see_persons": mark("see persons"),
    "see_audit": mark("see who saw what"),
    "search": mark("search"),
    "export": mark("export tables"),
    "submit": mark("submit observations"),
    "record_fact": mark("record facts"),
    "record_status": mark("record what became of a statement"),
    "read_document": mark("read documents"),
    "choose_profiles": mark("choose profiles of sources"),
    "let_in": mark("let in what was set apart"),
    "erase": mark("erase files"),
    "configure": mark("record the configuration"),
    "open_case": mark("open cases"),
    "triage": mark("triage cases"),
    "assign": mark("assign cases"),
    "join": mark("join cases"),
    "inquire": mark("inquire into cases"),
    "find": mark("make findings"),
    "reply": mark("reply in cases"),
    "deliberate": mark("deliberate"),
    "vote": mark("vote"),
    "dissent": mark("dissent"),
    "determine": mark("determine"),
    "remedy": mark("set remedies"),
    "follow_up": mark("follow up remedies"),
    "appeal": mark("appeal"),
    "retract": mark("retract moves"),
    "reopen": mark("reopen cases"),
    "close": mark("close cases"),
    "propose_release": mark("propose releases"),
    "approve_release": mark("approve releases"),
    "publish": mark("publish releases"),
    "retract_release": mark("retract releases"),
    "cosign": mark("cosign checkpoints"),
    "mask": mark("seal the identity of a source"),
    "unmask": mark("open the identity of a source"),
    "accounts": mark("keep accounts"),
    "ask_part": mark("ask for parts of others"),
    "confirm_part": mark("confirm parts of others"),
    "back_up": mark("back up"),
    "emergency": mark("give parts in emergencies"),
}


def said(message: Slot, spoken: Words) -> str:
    """Return what is answered in a language, as a line of text."""
    if isinstance(message, Told):
        slots = {name: said(slot, spoken) for name, slot in message.slots.items()}
        return spoken.gettext(message.template).format_map(slots)
    if isinstance(message, Several):
        return message.joined_by.join(said(each, spoken) for each in message.each)
    if isinstance(message, StrEnum):
        return _word(message, spoken)
    return in_english(message)


def _word(member: StrEnum, spoken: Words) -> str:
    words = PARTS if isinstance(member, Part) else ACTIONS
    if member.value in words and isinstance(member, Part | Action):
        return spoken.gettext(words[member])
    if type(member) in TERMS and spoken.language is not Language.ENGLISH:
        return spoken.term(member)
    return spoken.gettext(in_english(member))


def in_reach(message: str, spoken: Words) -> bool:
    """Return whether a message is said in a language, and is not left in English."""
    return isinstance(message, Told) or spoken.language is Language.ENGLISH
