"""What stands above a clause: whose words it is, how far that goes, or that it states nothing.

Rules:
- a verb that binds lays its own meaning on the clause under it;
- what one says of another's act is not one's own act.
- what one contends of another ("claims that X shelters rebels") is a view, and no claim of an undertaking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trucewatch.model.statement import Modality
from trucewatch.read.clauses import Clause
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.meanings import Meaning
from trucewatch.read.phrases import Role
from trucewatch.read.scenes import Scene
from trucewatch.read.units import Unit
from trucewatch.read.voices import Voice

FAR = frozenset({Role.MODAL, Role.OPERATOR})
BINDING = frozenset({Modality.REFUSES, Modality.MAY, Modality.HAS_PROMISED, Modality.CONSIDERING})


def binds(found: Meaning) -> bool:
    """Return whether a verb lays its own meaning on the clause under it: "promised that", "decided that"."""
    return found.modality in BINDING or (found.spoken and found.modality is Modality.WILL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Governor:
    """What stands above a clause: whose words it is, how far that goes, or that it states nothing."""

    voice: Voice | None = None
    meaning: Meaning | None = None
    mute: bool = False
    view: bool = False
    stressed: bool = False
    negative: bool = False
    told: bool = False  # nobody is named as saying so: "France weighs whether it should send a ship"


def of_another(governor: Governor | None, subject: Voice | None) -> bool:
    """Return whether a clause under an operator tells of somebody else's act: "rules out that they will"."""
    if governor is None or governor.meaning is None or governor.voice is None or subject is None:
        return False
    return not set(governor.voice.codes) & set(subject.codes)


def contended(governor: Governor | None, scene: Scene) -> bool:
    """Return whether a clause only says what its speaker contends of another: "claims that X shelters rebels"."""
    if governor is None or not governor.view or governor.voice is None or scene.subject is None:
        return False
    if set(governor.voice.codes) & set(scene.subject.codes):
        return False
    links = scene.clause.chain.links
    return all(link.entry.role not in (Role.OPERATOR, Role.MODAL) for link in links)


def weighs(governor: Governor) -> bool:
    """Return whether a verb weighs what the question under it asks: "harkitsee, voisiko se lähettää"."""
    return governor.meaning is not None and governor.meaning.modality is Modality.CONSIDERING


def weighty(
    under: Sequence[tuple[Clause, Voice | None]], own: Governor, units: Sequence[Unit], grammar: Grammar
) -> bool:
    """Return whether what is stressed is a view of the truce, and nothing that its speaker undertakes."""
    topic = grammar.words.get("topic", ())
    about = any(element.takes(low) for unit in units for low in unit.low.split() for element in topic)
    codes = set(own.voice.codes) if own.voice is not None else set()
    for clause, subject in under:
        goes = any(link.entry.modality and link.entry.role in FAR for link in clause.chain.links)
        if goes and (subject is None or set(subject.codes) & codes):
            return False
    return about and bool(under)


def unowned(units: Sequence[Unit], clause: Clause) -> Governor | None:
    """Return that a clause under a noun states nothing: "rumours that X will send troops"."""
    loose = clause.intro is Mark.THAT and clause.start > 0
    return Governor(mute=True) if loose and Mark.MUTE not in units[clause.start - 1].marks else None
