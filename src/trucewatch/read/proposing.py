"""What a clause proposes: its kind, its actor, how far it goes, how much and on what condition.

Rules:
- the first kind that fits, in the order of the contract (docs/reading.md);
- no actor that the text does not name; a clause whose subject is not known proposes nothing;
- an undertaking in another's words, or told by the newsroom, is a claim about its actor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from trucewatch.model.statement import Modality, StatementKind
from trucewatch.read.clauses import RELATIVES
from trucewatch.read.dates import Found
from trucewatch.read.deeds import own_deed, sent, speaks_alone
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.inflection import Tense
from trucewatch.read.meanings import DENIED, Meaning, meaning
from trucewatch.read.phrases import Role
from trucewatch.read.scenes import (
    Draft,
    Scene,
    Silence,
    after,
    first_amount,
    fits,
    has,
    make,
    object_denials,
    own_units,
    past_history,
    stated_amount,
    stated_conditions,
    stated_time,
    unsafe,
)
from trucewatch.read.stances import duty, foretold, judgement, open_item, position, said_to_be, view
from trucewatch.read.units import Kind, Unit
from trucewatch.read.voices import Voice

TO_SIGN = frozenset({Modality.READY_TO, Modality.HAS_PROMISED, Modality.CONSIDERING})
GIVING = frozenset({"send", "give", "provide", "finance", "deliver", "contribute", "arm", "host", "train"})
STAYS_OUT = frozenset({Modality.REFUSES, Modality.WILL_NOT, Modality.DOES_NOT_INTEND})


def draft(scene: Scene) -> Draft | Silence | None:
    """Return what the clause of `scene` proposes; None when it is no statement at all."""
    if unsafe(scene):
        return Silence(because="a word of doubt, or a negation that binds to nothing known")
    if any(link.entry.duty for link in scene.clause.chain.links):
        return duty(scene)
    role = scene.clause.chain.last.entry.role
    entry = scene.clause.chain.last.entry
    if not fits(scene, () if role is Role.ACT else entry.needs, entry.unless):
        return None  # an act has shown, where it was matched, that what it needs is there
    if _denied_deed(scene):
        return view(scene, negated=True)
    if role in (Role.ACT, Role.OPERATOR):
        return _undertaking(scene)
    if role in (Role.SIGN, Role.MEET):
        return _event(scene)
    makers = {Role.ASK: _demand, Role.HOLD: position, Role.JUDGE: judgement}
    makers |= {Role.OPEN: open_item, Role.DEFER: _deferral, Role.BE: said_to_be, Role.OTHER: foretold}
    if scene.grammar.passive_speaks:
        makers[Role.PERFECT] = said_to_be
    maker = makers.get(role)
    return maker(scene) if maker is not None else None


def _denied_deed(scene: Scene) -> bool:
    """Return whether what is rejected is to have done something: "avviser å ha brutt våpenhvilen"."""
    links = scene.clause.chain.links
    return any(
        one.entry.modality is Modality.REFUSES and other.entry.role is Role.PERFECT
        for one, other in pairwise(links)
    )


def _actor(scene: Scene) -> Voice | None:
    """Return who acts: the subject, or in a passive whom the clause names as the agent."""
    chain = scene.clause.chain
    if not chain.passive:
        return scene.subject
    agent = _agent(scene)
    if agent is not None:
        return agent
    forces = sent(scene)
    if forces is not None:
        return forces
    now = Tense.PASSIVE in (chain.links[0].tense, chain.last.tense)
    return scene.speaker if now and scene.grammar.passive_speaks and speaks_alone(scene) else None


def _undertaking(scene: Scene) -> Draft | Silence | None:
    chain = scene.clause.chain
    conditions = stated_conditions(scene)
    time = stated_time(scene)
    found = scene.governed or meaning(
        chain,
        denials=object_denials(scene),
        set_future=bool(conditions) or (_to_come(time) and not _today(scene)),
        going_on=any(Mark.NOW in unit.marks for unit in own_units(scene)) or _today(scene),
    )
    if found is None:
        return Silence(because="the verb group is not understood")
    if _decides_later(scene, found):
        found = replace(found, modality=Modality.DEFERS)
    if scene.governed is not None and any(link.denials for link in chain.links):
        return Silence(because="what is promised is denied")
    behind = found.done or (scene.background and found.modality is Modality.DOES)
    if behind and found.plain and past_history(scene):
        return None
    if _dropped(scene):
        return Silence(because="what is meant, or still meant, is not told")
    if found.soft and found.negated and has(own_units(scene), scene.grammar.words.get("lacking", ())):
        return judgement(scene)  # "without more helicopters we cannot watch the line"
    if _hosted(scene, found):
        return Silence(because="who lets them is not told, or what is taken part in")
    entry = chain.last.entry
    if entry.role is Role.OPERATOR and not entry.whole:
        return _nominal(scene, found)
    return _undertaken(scene, found)


def _decides_later(scene: Scene, found: Meaning) -> bool:
    """Return whether it is yet to be decided about an act: "päättää lähettämisestä vasta, kun"."""
    chain = scene.clause.chain
    decides = any(link.entry.denied is Modality.DEFERS for link in chain.links[:-1])
    open_still = found.modality is Modality.WILL and not found.done and chain.last.tense is Tense.GERUND
    return decides and open_still and bool(stated_conditions(scene) or stated_time(scene))


def _hosted(scene: Scene, found: Meaning) -> bool:
    """Return whether an act lacks what makes it one: forces that are let in, or "took part" and nothing more."""
    action, subject = scene.clause.chain.last.entry.action, scene.subject
    if action == "let":
        return subject is not None and subject.forces and not scene.clause.chain.passive
    bare = all(unit.idle or unit.kind in (Kind.POINT, Kind.HOLE) for unit in after(scene))
    return (
        action == "take part"
        and found.plain
        and found.done
        and bare
        and scene.clause.first == scene.clause.start
    )


def _dropped(scene: Scene) -> bool:
    """Return whether a verb leaves open what holds now: "had planned to", "guarantees that"."""
    chain, end = scene.clause.chain, scene.clause.end
    operator = next((link.entry for link in chain.links if link.entry.role is Role.OPERATOR), None)
    meant = operator is not None and operator.modality is Modality.WILL and not operator.spoken
    past = chain.links[0].tense is Tense.PAST and scene.told
    bare = chain.last.entry.role is Role.ACT and chain.end == end < len(scene.units)
    return (meant and past) or (bare and Mark.THAT in scene.units[end].marks)


def _today(scene: Scene) -> bool:
    """Return whether something is said to be so today: "er i dag utplassert"."""
    stative = Role.BE in {link.entry.role for link in scene.clause.chain.links[:1]}
    return stative and has(own_units(scene), scene.grammar.words.get("today", ()))


def _to_come(time: Found | None) -> bool:
    return time is not None and time.ahead


def _fronted(scene: Scene) -> Sequence[Unit]:
    """Return what stands before a phrase whose subject is nobody: "Å lede oppdraget er ikke aktuelt"."""
    clause = scene.clause
    if not clause.chain.links[0].entry.impersonal:
        return ()
    return [unit for unit in scene.units[clause.first : clause.chain.start] if unit.kind is Kind.WORD]


def _nominal(scene: Scene, found: Meaning) -> Draft | Silence | None:
    """Return what an operator with a noun proposes: "has promised at least 15", "rejects any deployment"."""
    inner = scene.units[scene.clause.chain.start + 1 : scene.clause.chain.end]
    later = [*_fronted(scene), *after(scene)]
    if found.modality is Modality.REFUSES and _verb_next(after(scene)):
        return Silence(because="what is refused is a verb that nobody listed")
    things = has([*inner, *later], scene.grammar.words.get("things", ())) or _acts(
        _fronted(scene), scene.grammar
    )
    asked = found.modality is Modality.CONSIDERING and any(Mark.MUTE in unit.marks for unit in later)
    things = things or (asked and _acts(later, scene.grammar))  # "pohtii, lähettääkö se laivan"
    foreign = any(
        unit.kind is Kind.ACTOR
        and not unit.mentions[-1].adverbial
        and scene.subject is not None
        and not set(unit.codes) & set(scene.subject.codes)
        for unit in later
    )
    if found.modality is Modality.REFUSES and has(later, scene.grammar.words.get("requests", ())):
        things, foreign = True, False  # "turned down a UN request to": what was asked of it
    decides = scene.clause.chain.last.entry.denied is Modality.DEFERS
    if decides and found.modality is Modality.WILL and not found.done:
        later_on = bool(stated_conditions(scene)) or stated_time(scene) is not None
        return _undertaken(scene, replace(found, modality=Modality.DEFERS)) if later_on else None
    if found.modality is Modality.REFUSES and all(unit.idle or unit.kind is Kind.POINT for unit in later):
        return view(scene, negated=True) if _fronts_noun(scene) else _undertaken(scene, found)
    if found.modality is Modality.REFUSES and (not things or foreign):
        return view(scene, negated=True)
    if things or first_amount(later, scene.grammar) is not None:
        return _undertaken(scene, found)
    return None


def _fronts_noun(scene: Scene) -> bool:
    """Return whether what is rejected stands before the subject: "en påstand Islamabad avviser"."""
    clause = scene.clause
    end = clause.subject if clause.subject is not None else clause.start
    return any(u.kind is Kind.WORD and not u.marks for u in scene.units[clause.start : end])


def _acts(units: Sequence[Unit], grammar: Grammar) -> bool:
    """Return whether a verb of an undertaking stands among `units`: "Å lede oppdraget er utelukket"."""
    lemmas = [form.lemma for unit in units for form in grammar.forms.get(unit.low, ())]
    return any(entry.role is Role.ACT for lemma in lemmas for entry in grammar.by_lemma.get(lemma, ()))


def _verb_next(later: Sequence[Unit]) -> bool:
    """Return whether what follows opens a verb: "refuses to budge"."""
    first = next((unit for unit in later if not unit.idle), None)
    return first is not None and Mark.LINK in first.marks and Mark.PREPOSITION in first.marks


def _undertaken(scene: Scene, found: Meaning) -> Draft | Silence | None:
    entry = scene.clause.chain.last.entry
    if entry.deed and not entry.needs and scene.subject is not None:
        return None  # "X begins", "kommer det fram"
    actor = _actor(scene) or _mission(scene, found) or own_deed(scene, found)
    if actor is None:
        return Silence(because="who acts is not known") if scene.clause.unread else None
    if not (actor.codes or actor.group):
        return Silence(because="the text does not tell whose it is")
    speaker = scene.speaker
    holder = speaker is not None and speaker.people and speaker.pronoun and not speaker.codes
    for_it = holder and scene.stands_for(actor)
    if speaker is not None and speaker.pronoun and not speaker.codes and not for_it:
        return Silence(because="who speaks is not known")
    if scene.told and found.modality is Modality.DID_NOT and scene.clause.intro in RELATIVES:
        return None
    own = for_it or (scene.speaker is not None and bool(set(scene.speaker.codes) & set(actor.codes)))
    told = scene.speaker is None and found.spoken and (found.modality in DENIED or not found.negated)
    voice = scene.speaker if scene.speaker is not None else (actor if told else None)
    if told and actor.group and not actor.codes:
        voice = None
    if speaker is not None and speaker.leaned and not own and not actor.alliance:
        return Silence(because="whose office speaks is only guessed")
    if found.modality is Modality.WILL_NOT and entry.action in GIVING and _until(scene):
        found = replace(found, modality=Modality.DEFERS, negated=False)
    kind = _kind(scene, found, own=own or told)
    amount = stated_amount(scene)
    return make(scene, kind, voice, actor.codes, found.modality, negated=found.negated, amount=amount)


def _until(scene: Scene) -> bool:
    """Return whether what is not given is given later: "will send nobody until the mandate is clear"."""
    words, conditions = scene.grammar.words.get("until", ()), stated_conditions(scene)
    return bool(conditions) and all(
        any(element.takes(one.as_written.split()[0].lower()) for element in words) for one in conditions
    )


def _mission(scene: Scene, found: Meaning) -> Voice | None:
    """Return the speaker where a limit is set to the mission or force spoken of."""
    if found.modality is not Modality.WILL_NOT or scene.speaker is None or not scene.speaker.codes:
        return None
    region = scene.units[scene.clause.first : scene.clause.chain.end]
    return scene.speaker if has(region, scene.grammar.words.get("mission", ())) else None


def _kind(scene: Scene, found: Meaning, *, own: bool) -> StatementKind:
    if not own:
        return StatementKind.CLAIM_ABOUT
    entry = scene.clause.chain.last.entry
    region = list(scene.units[scene.clause.first : scene.clause.chain.start])
    if scene.clause.chain.inside is not None:
        region.append(scene.units[scene.clause.chain.inside])
    spoken_of = not scene.clause.chain.passive and has(region, scene.grammar.words.get("mission", ()))
    if found.modality is Modality.WILL_NOT and (entry.limit or spoken_of):
        return StatementKind.POSITION
    if found.modality in DENIED or (found.negated and found.modality is Modality.DOES):
        return StatementKind.REFUSAL
    if found.modality in (Modality.DEFERS, Modality.TOO_EARLY):
        return StatementKind.POSITION
    return StatementKind.COMMITMENT


def _event(scene: Scene) -> Draft | Silence | None:
    """Return a signing or a meeting: it happened, it did not, or it was refused."""
    chain = scene.clause.chain
    found = meaning(chain, denials=object_denials(scene), set_future=False)
    if found is not None and chain.last.entry.gives and not (found.plain and found.modality is Modality.DOES):
        return _undertaken(scene, found)
    if (
        found is not None
        and chain.last.entry.role is Role.SIGN
        and found.modality in TO_SIGN
        and not found.plain
    ):
        return _undertaken(scene, found)
    agent = _agent(scene) if chain.passive else None
    actor = agent or (None if chain.passive else scene.subject)
    if found is None or actor is None or past_history(scene) or not (actor.codes or actor.group):
        return None
    kind = StatementKind.INSTRUMENT if chain.last.entry.role is Role.SIGN else StatementKind.MEETING
    happened = found.plain and (found.done or found.modality is Modality.DOES)
    if found.modality in STAYS_OUT and kind is StatementKind.INSTRUMENT:
        modality = found.modality
    elif happened and not found.negated:
        modality = chain.last.entry.modality or Modality.TOOK_PART
    elif happened:
        modality = Modality.DID_NOT
    elif found.modality is Modality.WILL_NOT and kind is StatementKind.MEETING:
        modality = Modality.WILL_NOT
    elif found.modality is Modality.WILL and kind is StatementKind.MEETING and _to_come(stated_time(scene)):
        modality = Modality.WILL
    else:
        return None
    negated = modality in DENIED
    return make(scene, kind, scene.speaker, actor.codes, modality, negated=negated)


def _agent(scene: Scene) -> Voice | None:
    from_agent = False
    for unit in after(scene):
        if from_agent and unit.kind is Kind.ACTOR:
            if any(mention.office and not mention.codes for mention in unit.mentions):
                return None  # "signed by minister X and the Union's commissioner": whose X is, is not told
            return Voice(name=unit.text, codes=unit.codes)
        from_agent = Mark.AGENT in unit.marks
    return None


def _demand(scene: Scene) -> Draft | Silence | None:
    chain = scene.clause.chain
    found = meaning(chain, denials=0, set_future=False)
    if found is None or found.negated or not found.plain or chain.passive or _wonders(scene):
        return None
    if scene.subject is None or not (scene.subject.codes or scene.subject.group):
        return Silence(because="who asks is not known") if scene.clause.unread else None
    voice = scene.speaker or scene.subject
    return make(
        scene,
        StatementKind.DEMAND,
        voice,
        scene.subject.codes,
        Modality.ASKS,
        negated=False,
        amount=first_amount(after(scene), scene.grammar),
    )


def _wonders(scene: Scene) -> bool:
    """Return whether what is asked is a question: "asked France whether it would"."""
    end = scene.clause.end
    marks = scene.units[end].marks if end < len(scene.units) else frozenset()
    return Mark.MUTE in marks and not marks & {Mark.PREPOSITION, Mark.WHEN, Mark.CONDITION, Mark.THAT}


def _deferral(scene: Scene) -> Draft | Silence | None:
    chain = scene.clause.chain
    denied = sum(link.denials for link in chain.links)
    conditions = stated_conditions(scene)
    if chain.last.entry.negative:
        later = after(scene)
        asks = any(Mark.MUTE in unit.marks for unit in later[:4])
        dated = stated_time(scene) is not None
        passive = chain.links[0].tense is Tense.PASSIVE and scene.grammar.passive_speaks
        set_for = dated and (passive or (asks and chain.links[0].tense is Tense.PRESENT))
        ahead = set_for or (chain.links[0].entry.modality is Modality.WILL and (dated or asks))
        if denied > 1 or not (denied or conditions or ahead):
            return None
    elif denied:
        return None
    speaks = chain.passive and scene.grammar.passive_speaks and speaks_alone(scene)
    actor = scene.speaker if speaks else scene.subject
    if actor is None or not actor.codes:
        return Silence(because="who puts off is not known") if scene.clause.unread else None
    own = scene.speaker is not None and bool(set(scene.speaker.codes) & set(actor.codes))
    told = scene.speaker is None and chain.last.entry.spoken
    kind = StatementKind.POSITION if own or told else StatementKind.CLAIM_ABOUT
    voice = scene.speaker or (actor if told else None)
    return make(scene, kind, voice, actor.codes, Modality.DEFERS, negated=False)
