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
from trucewatch.read.grammar import Mark
from trucewatch.read.meanings import Meaning
from trucewatch.read.phrases import Role
from trucewatch.read.scenes import Scene
from trucewatch.read.units import Unit
from trucewatch.read.voices import Voice

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
    negative: bool = False


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


def unowned(units: Sequence[Unit], clause: Clause) -> Governor | None:
    """Return that a clause under a noun states nothing: "rumours that X will send troops"."""
    loose = clause.intro is Mark.THAT and clause.start > 0
    return Governor(mute=True) if loose and Mark.MUTE not in units[clause.start - 1].marks else None
