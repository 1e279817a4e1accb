"""What somebody holds, judges or leaves open: the views that a clause states.

Rules:
- a view is its holder's, whoever tells of it; what somebody says of a thing is the speaker's view;
- a view of nothing that the language's file lists as a topic is no statement;
- an open point belongs to whose stance it is, else to whoever says so.
"""

from __future__ import annotations

from trucewatch.model.statement import Modality, StatementKind
from trucewatch.read.clauses import RELATIVES
from trucewatch.read.grammar import Mark
from trucewatch.read.inflection import Tense
from trucewatch.read.meanings import meaning
from trucewatch.read.phrases import Role
from trucewatch.read.scenes import Draft, Scene, Silence, after, has, make, object_denials
from trucewatch.read.units import Kind

POINTERS = frozenset({Mark.THAT, Mark.THING})


def position(scene: Scene) -> Draft | Silence | None:
    """Return the view in a verb of holding: "opposes the mission", "will never accept"."""
    chain = scene.clause.chain
    found = meaning(chain, denials=0, set_future=False)
    if found is None or chain.passive or not (found.plain or chain.last.entry.limit):
        return None
    if chain.last.entry.limit and not found.negated:
        return None
    return view(scene, negated=chain.last.entry.negative != found.negated)


def view(scene: Scene, *, negated: bool) -> Draft | Silence | None:
    """Return the view of the subject, where the sentence is about the truce."""
    if scene.subject is None or not scene.subject.codes:
        return None
    topic = scene.grammar.words.get("topic", ())
    if not has(scene.units, topic):
        return None
    voice = scene.speaker or scene.subject
    return make(scene, StatementKind.POSITION, voice, scene.subject.codes, Modality.HOLDS, negated=negated)


def judgement(scene: Scene) -> Draft | Silence | None:
    """Return the view in what somebody says of things: "X has no veto", "they endanger the continent"."""
    denied = sum(link.denials for link in scene.clause.chain.links) + object_denials(scene)
    if scene.speaker is None or not scene.speaker.codes or denied > 1:
        return None
    kind, codes = StatementKind.POSITION, scene.speaker.codes
    return make(scene, kind, scene.speaker, codes, Modality.HOLDS, negated=denied == 1)


def duty(scene: Scene) -> Draft | Silence | None:
    """Return the view in what somebody says must be: "Europe must carry its own share", "a mandate is needed"."""
    clause, topic = scene.clause, scene.grammar.words.get("topic", ())
    main = clause.intro in (None, Mark.THAT)
    return judgement(scene) if main and has(scene.units, topic) else None


def foretold(scene: Scene) -> Draft | Silence | None:
    """Return the view in what somebody says would follow: "without air defence a ceasefire would not last"."""
    chain, words = scene.clause.chain, scene.grammar.words
    would = chain.links[0].tense is Tense.CONDITIONAL or chain.links[0].entry.modality is Modality.WILL
    nobody = scene.subject is None and not scene.clause.unread and scene.clause.intro in (None, Mark.THAT)
    lacking = has(scene.units, words.get("lacking", ())) and has(scene.units, words.get("topic", ()))
    return judgement(scene) if would and nobody and lacking else None


def said_to_be(scene: Scene) -> Draft | Silence | None:
    """Return the view in what somebody says a thing is: "the ceasefire is an illusion", "the truce is dead"."""
    clause = scene.clause
    if len(clause.chain.links) > 2 or clause.intro in RELATIVES or clause.chain.links[0].denials > 1:
        return None
    topic = scene.grammar.words.get("topic", ())
    about = [unit for unit in scene.units[clause.start : clause.chain.end] if unit.kind is Kind.WORD]
    told_of = scene.units[clause.start : clause.chain.start]
    this = bool(told_of) and all(unit.idle or unit.marks & POINTERS for unit in told_of)
    first = next((unit for unit in after(scene) if not unit.idle), None)
    judged = scene.grammar.words.get("judged", ())
    if first is None or not judged or not (has(about, topic) or this):
        return None
    says = Mark.DETERMINER in first.marks or Mark.NO in first.marks or has([first], judged)
    return judgement(scene) if says else None


def open_item(scene: Scene) -> Draft | Silence | None:
    """Return what is said to be open: "who leads is unclear", "X and Y have not agreed on who"."""
    chain = scene.clause.chain
    denied = sum(link.denials for link in chain.links) + object_denials(scene)
    if denied != int(chain.last.entry.negative) or chain.links[0].entry.role is Role.MODAL:
        return None
    asked = any(Mark.MUTE in unit.marks for unit in scene.units)
    listed = (*scene.grammar.words.get("topic", ()), *scene.grammar.words.get("unsettled", ()))
    if not (asked or has(scene.units, listed)):
        return None
    codes = _whose_stance(scene) or (scene.speaker.codes if scene.speaker is not None else ())
    if chain.last.entry.spoken and scene.subject is not None:
        codes = scene.subject.codes
    return make(scene, StatementKind.OPEN_ITEM, scene.speaker, codes, Modality.OPEN, negated=False)


def _whose_stance(scene: Scene) -> tuple[str, ...]:
    """Return whose stance is said to be open: "Latvian kanta on auki"."""
    own = scene.units[scene.clause.first : scene.clause.chain.end]
    for at, unit in enumerate(own[:-1]):
        owns = unit.kind is Kind.ACTOR and unit.mentions[-1].genitive
        if owns and has([own[at + 1]], scene.grammar.words.get("stance", ())):
            return unit.codes
    return ()


def viewed(scene: Scene, *, negated: bool) -> Draft | None:
    """Return the view that the speaker of `scene` states in it, where it is about the truce."""
    if not scene.subject or not scene.subject.codes or _paid(scene):
        return None
    return make(
        scene, StatementKind.POSITION, scene.speaker, scene.subject.codes, Modality.HOLDS, negated=negated
    )


def _paid(scene: Scene) -> bool:
    """Return whether a clause tells of an act with so much money, which "claimed that" makes no view."""
    own = scene.units[scene.clause.start : scene.clause.end]
    money = any(unit.amount is not None and unit.amount.unit.isupper() for unit in own)
    return money and scene.clause.chain.last.entry.role is Role.ACT
