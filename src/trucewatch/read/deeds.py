"""Who acts where the subject is what is given, or those who are sent: "deliveries will begin", "no troops will be sent".

Rules:
- only in somebody's own words, and only where the clause names nobody else who could do it;
- only what is to come: who did what is done is for the text to say.
"""

from __future__ import annotations

from trucewatch.model.statement import Modality
from trucewatch.read.grammar import Mark
from trucewatch.read.meanings import Meaning
from trucewatch.read.scenes import Scene, has, own_units
from trucewatch.read.units import Kind
from trucewatch.read.voices import Voice

GIVEN = frozenset({"send", "provide", "give", "train", "finance", "increase", "extend", "run"})
AHEAD = frozenset({Modality.WILL, Modality.WILL_NOT, Modality.MAY, Modality.COULD})


def speaks_alone(scene: Scene) -> bool:
    """Return whether somebody's own words name nobody else who could do what they tell of."""
    speaker = scene.speaker
    if speaker is None or not speaker.codes or scene.clause.intro is Mark.RELATIVE:
        return False
    named = [unit for unit in own_units(scene) if unit.kind is Kind.ACTOR]
    return all(unit.mentions[-1].adverbial and not set(unit.codes) & set(speaker.codes) for unit in named)


def own_deed(scene: Scene, found: Meaning) -> Voice | None:
    """Return the speaker, where what is given or those who are sent is all the subject that the clause has."""
    clause, entry = scene.clause, scene.clause.chain.last.entry
    if found.done or found.modality not in AHEAD or scene.subject is not None:
        return None
    lists = ("deeds", "forces") if entry.deed else ("deeds", "things", "forces")
    region = scene.units[clause.start : clause.chain.end]
    given = entry.deed or (clause.chain.passive and entry.action in GIVEN)
    told = given and any(has(region, scene.grammar.words.get(name, ())) for name in lists)
    return scene.speaker if told and speaks_alone(scene) else None
