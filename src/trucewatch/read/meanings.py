"""How far an actor goes: the modality of a verb group, and whether it is denied.

Rules:
- each negation is counted at the verb it denies; two at one verb are not understood;
- an operator under a negation becomes what its language's file says, or stays itself and is denied;
- what the file leaves alone is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from trucewatch.model.statement import Modality
from trucewatch.read.chains import Chain
from trucewatch.read.inflection import Tense
from trucewatch.read.matching import Link
from trucewatch.read.phrases import Entry, Role

MOVED = frozenset({"go", "enter"})  # acts told of as done with "be": "er rykket inn"
PAID = frozenset({"finance", "contribute"})  # denied without an end, these are refused
DENIED = frozenset({Modality.REFUSES, Modality.DOES_NOT_INTEND, Modality.WILL_NOT, Modality.DID_NOT})
SOFT = frozenset({Modality.MAY, Modality.COULD, Modality.REFUSES})  # of modal verbs: may, could, cannot
DONE = frozenset({Tense.PAST, Tense.PARTICIPLE, Tense.PASSIVE_PAST, Tense.PASSIVE_PARTICIPLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a verb group says of its actor."""

    modality: Modality
    negated: bool
    spoken: bool  # the saying is the doing
    plain: bool  # told as a fact: no modal verb, no operator
    done: bool  # in the past or perfect
    future: bool  # a modal verb of what is to come
    soft: bool = False  # a modal verb of what can be


def meaning(chain: Chain, *, denials: int, set_future: bool, going_on: bool = False) -> Meaning | None:
    """Return what `chain` says, with `denials` more from its object; None when it is not understood.

    `set_future` says that the clause names a time to come or a condition: a plain present is then a will,
    unless a word says that it is `going_on`.
    """
    outer = 0
    operator: Entry | None = None
    modal: Entry | None = None
    modality: Modality | None = None
    negated = False
    for link in chain.links:
        outer += link.denials
        if link.entry.mute or (link.entry.role is Role.MODAL and link.entry.modality is None):
            return None
        if link.entry.role is Role.MODAL:
            modal = modal or link.entry
        if link.entry.role is Role.OPERATOR:
            if operator is not None or outer > 1:
                return None
            operator, modality, negated = link.entry, *_operated(link.entry, modal, denied=outer == 1)
            outer = 0
    outer += denials
    if outer > 1 or (outer and operator is not None and modality in DENIED | {Modality.DEFERS}):
        return None
    if operator is None:
        modality, negated = _plain(chain, modal, denied=outer == 1, future=set_future, now=going_on)
    elif outer:
        negated = True
    if modality is None:
        return None
    return Meaning(
        modality=modality,
        negated=negated or modality in DENIED,
        spoken=operator is not None and operator.spoken,
        plain=operator is None and modal is None,
        done=_done(chain.links),
        future=modal is not None and modal.modality is Modality.WILL,
        soft=operator is None and modal is not None and modal.modality in SOFT,
    )


def _operated(entry: Entry, modal: Entry | None, *, denied: bool) -> tuple[Modality | None, bool]:
    """Return an operator's modality: "could be ready to" is no more than could; a denied one turns, or is denied."""
    soft = modal.modality if modal is not None and modal.modality in SOFT else None
    if soft is Modality.REFUSES or (soft is not None and denied):
        return (entry.denied if entry.modality is Modality.REFUSES else None), False
    if soft is not None and entry.modality in (Modality.READY_TO, Modality.WILL, Modality.HAS_PROMISED):
        return soft, False
    if soft is not None and entry.modality in DENIED | {Modality.DEFERS}:
        return None, False
    if not denied:
        return entry.modality, False
    return (entry.denied, False) if entry.denied is not None else (entry.modality, True)


def _done(links: tuple[Link, ...]) -> bool:
    if links[-1].entry.action in MOVED and links[-1].tense is Tense.PARTICIPLE:
        return True  # "er rykket inn": they have moved in
    if any(link.entry.role is Role.PERFECT for link in links):
        return links[-1].tense is not Tense.ONGOING
    return links[0].tense in DONE and links[0].entry.role is not Role.MODAL


def _plain(
    chain: Chain, modal: Entry | None, *, denied: bool, future: bool, now: bool
) -> tuple[Modality | None, bool]:
    """Return the modality of a group without an operator."""
    if modal is not None:
        if not denied:
            return modal.modality, False
        return (modal.denied, True) if modal.denied is not None else (None, False)
    if chain.links[0].tense is Tense.CONDITIONAL and chain.links[0].entry.role is Role.PERFECT:
        return None, False  # "olisi lähettänyt": hearsay, or what did not happen
    if _done(chain.links):
        return (Modality.DID_NOT, True) if denied else (Modality.DOES, False)
    if chain.links[0].tense is Tense.CONDITIONAL:
        return (Modality.WILL_NOT, True) if denied else (Modality.COULD, False)
    going = chain.last.tense in (Tense.GERUND, Tense.ONGOING)
    if denied:
        if chain.last.tense is Tense.GERUND and not future:
            return Modality.DOES, True  # "is not training"
        entry = chain.last.entry
        lasts = entry.lasting and chain.last.tense is not Tense.ONGOING and not future
        lasts = lasts and (now or entry.action not in PAID)
        return (Modality.DOES, True) if lasts else (Modality.WILL_NOT, True)
    lasts = now or going or chain.last.entry.lasting
    return (Modality.DOES, False) if lasts and not future else (Modality.WILL, False)
