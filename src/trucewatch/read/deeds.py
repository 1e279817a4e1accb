"""Who acts where the subject is what is given, or those who are sent: "deliveries will begin", "no troops will be sent".

Rules:
- only in somebody's own words, and only where the clause names nobody else who could do it;
- only what is to come: who did what is done is for the text to say.
"""

from __future__ import annotations

from trucewatch.model.statement import Modality
from trucewatch.read.grammar import Mark
from trucewatch.read.meanings import Meaning
from trucewatch.read.scenes import Scene, after, has, own_units
from trucewatch.read.units import Kind
from trucewatch.read.voices import Voice, named

GIVEN = frozenset(
    {
        *("send", "provide", "give", "train", "finance", "increase", "reduce", "extend", "run", "keep"),
        *("continue", "suspend", "withdraw", "establish", "clear mines", "protect", "fly", "move"),
    }
)
TREATED = frozenset(
    {
        *("train", "arm", "support", "treat", "exchange prisoners", "release", "protect", "finance"),
        *("assist", "provide", "give", "lead", "monitor"),
    }
)  # what is done to soldiers by others
AHEAD = frozenset({Modality.WILL, Modality.WILL_NOT, Modality.MAY, Modality.COULD})


def sent(scene: Scene) -> Voice | None:
    """Return whose forces a passive tells of: "no Swedish soldiers will be sent", "det sendes ingen norske soldater"."""
    clause, subject = scene.clause, scene.subject
    if clause.chain.last.entry.action in TREATED:
        return None
    if subject is not None and subject.forces:
        return subject
    before = [unit for unit in scene.units[clause.start : clause.chain.start] if unit.kind is Kind.ACTOR]
    later = next((unit for unit in after(scene) if not (unit.idle or Mark.NO in unit.marks)), None)
    found = before[-1:] or ([later] if later is not None and later.kind is Kind.ACTOR else [])
    voices = [named(unit) for unit in found if not unit.mentions[-1].genitive]
    return next((voice for voice in voices if voice.forces and voice.codes), None)


def speaks_alone(scene: Scene) -> bool:
    """Return whether somebody's own words name nobody else who could do what they tell of."""
    speaker = scene.speaker
    if speaker is None or not speaker.codes or speaker.leaned or scene.clause.intro is Mark.RELATIVE:
        return False
    named = [unit for unit in own_units(scene) if unit.kind is Kind.ACTOR]
    return all(unit.mentions[-1].adverbial and not set(unit.codes) & set(speaker.codes) for unit in named)


def own_deed(scene: Scene, found: Meaning) -> Voice | None:
    """Return the speaker, where what is given or those who are sent is all the subject that the clause has."""
    clause, entry = scene.clause, scene.clause.chain.last.entry
    if scene.told and not clause.chain.passive:
        return None  # "the training begins in May": in a release it may be anybody's
    spent = entry.action == "finance" and found.modality is Modality.DOES and clause.chain.passive
    ahead = found.modality in AHEAD and (not found.done or scene.governed is not None)
    behind = found.modality is Modality.DOES and found.done and clause.chain.passive
    if not (ahead or spent or (behind and scene.grammar.bare_present)) or scene.subject is not None:
        return None
    lists = ("deeds", "forces") if entry.deed else ("deeds", "things", "forces")
    region = scene.units[clause.start : clause.chain.end]
    given = entry.deed or (clause.chain.passive and entry.action in GIVEN)
    told = given and any(has(region, scene.grammar.words.get(name, ())) for name in lists)
    if entry.deed and scene.speaker is not None and scene.speaker.alliance and not clause.chain.passive:
        told = told and scene.met <= set(
            scene.speaker.codes
        )  # the exchange that a UN envoy tells of is the parties'
    return scene.speaker if told and speaks_alone(scene) else None
