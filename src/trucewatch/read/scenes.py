"""What a clause states beside its verb: how much, when, where, on what condition, and what denies it.

Rules:
- only what stands in the clause itself, conditions apart;
- a number that counts no part of the act is no quantity of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from trucewatch.model.statement import FactKind, Modality, Quantity, StatedCondition, StatementKind
from trucewatch.read.actors import Sort
from trucewatch.read.amounts import COUNTED, Amount
from trucewatch.read.clauses import Clause
from trucewatch.read.conditions import trigger_of
from trucewatch.read.dates import Found
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.inflection import Tense
from trucewatch.read.meanings import Meaning
from trucewatch.read.objects import as_written, thing, whole
from trucewatch.read.phrases import Element, Role
from trucewatch.read.units import QUOTES, Kind, Unit
from trucewatch.read.views import is_phrase
from trucewatch.read.voices import Voice


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A clause with its sentence, its subject, who speaks, and what governs it."""

    units: Sequence[Unit]
    clause: Clause
    subject: Voice | None
    speaker: Voice | None  # None: the newsroom
    governed: Meaning | None  # the operator whose that-clause this is
    grammar: Grammar
    year: int | None  # of publication
    background: bool = False  # the sentence before tells of a year long gone
    met: frozenset[str] = frozenset()  # every state that the sentences before name

    @property
    def told(self) -> bool:
        """Whether nobody is named whose words it is: it is the newsroom's, or the publisher's."""
        return self.speaker is None or self.speaker.publisher

    def stands_for(self, actor: Voice) -> bool:
        """Return whether `actor` is the one state that the sentence names, so that an office without a state is its."""
        named = [unit for unit in self.units if unit.kind is Kind.ACTOR and unit.codes]
        codes = {code for unit in named for code in unit.codes if not unit.mentions[-1].adverbial}
        words = self.speaker.name.split() if self.speaker is not None else []
        if sum(word[:1].isupper() for word in words) < 2 and not self.met <= set(actor.codes):
            return False  # an office alone may be of another state, spoken of before
        state = not (actor.many or actor.group or actor.pronoun or actor.alliance)
        return state and len(actor.codes) == 1 and codes == set(actor.codes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a clause proposes, before it is put into the document's bytes."""

    kind: StatementKind
    codes: tuple[str, ...]
    said_by: Voice | None
    action: str
    modality: Modality
    negated: bool
    amount: Amount | None
    conditions: tuple[StatedCondition, ...]
    time: Found | None
    place: str | None
    domain: str | None
    what: tuple[int, int]  # characters
    unsure: tuple[str, ...]
    group: str | None = None  # an unnamed group that acts, as the text has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Why a clause that looks like a statement proposes nothing."""

    because: str


def after(scene: Scene) -> Sequence[Unit]:
    """Return the units of the clause after its verb group, conditions left out."""
    clause = scene.clause
    return [scene.units[at] for at in range(clause.chain.end, clause.end) if not _conditional(clause, at)]


def _conditional(clause: Clause, at: int) -> bool:
    return any(start <= at < end for start, end in clause.conditions)


def own_units(scene: Scene) -> Sequence[Unit]:
    """Return the units of the clause with what leads it, conditions left out."""
    clause = scene.clause
    return [scene.units[at] for at in range(clause.first, clause.end) if not _conditional(clause, at)]


def has(units: Sequence[Unit], words: Sequence[Element]) -> bool:
    """Return whether one of `words` stands among `units`."""
    lows = [low for unit in units for low in (unit.low, *unit.low.split())]
    return any(element.takes(low) for low in lows for element in words)


def fits(scene: Scene, needs: Sequence[Element], unless: Sequence[Element]) -> bool:
    """Return whether the words that a phrase needs stand in the clause, and none that it bars."""
    own = own_units(scene)
    said = scene.units[: scene.clause.end]
    return (not needs or has(said, needs)) and not has(own, unless)


def object_denials(scene: Scene) -> int:
    """Return the negations in what the verb does something to: "sends no troops", "neither men nor money"."""
    found = 0
    for unit in after(scene):
        if unit.marks & {Mark.NO}:
            found += 1
        elif not unit.idle and unit.text not in QUOTES:
            break
    return found


def unsafe(scene: Scene) -> bool:
    """Return whether a negation of the clause binds to nothing known, or a word of doubt stands in it."""
    clause, found = scene.clause, object_denials(scene)
    inside = range(clause.chain.start, clause.chain.end)
    loose = [
        at
        for at in range(clause.first, clause.end)
        if at not in inside
        and not _conditional(clause, at)
        and scene.units[at].marks & {Mark.NEGATION, Mark.NO}
        and Mark.ADVERB not in scene.units[at].marks
        and not (found and at >= clause.chain.end and Mark.OR in scene.units[at].marks)  # "neither X nor Y"
        and not _set_against(scene, at)
    ]
    if not clause.chain.borrowed and _goes_on_denied(scene):
        return True
    unbound = {Mark.DOUBT, Mark.CONDITION}
    return len(loose) > found or any(unit.marks & unbound for unit in own_units(scene))


def _set_against(scene: Scene, at: int) -> bool:
    """Return whether a negation behind the verb only sets something against what is done: "engineers, not soldiers"."""
    before, clause = scene.units[at - 1], scene.clause
    marks, words = scene.units[at].marks, scene.grammar.words.get("contrasting", ())
    parted = before.text == "," or Mark.BUT in before.marks or Mark.COORDINATOR in before.marks
    listed = any(element.takes(scene.units[at].low) for element in words)
    return at > clause.chain.end and parted and listed and Mark.NO not in marks


def _goes_on_denied(scene: Scene) -> bool:
    """Return whether "or" joins the clause to one that is denied: "has neither sent nor plans to send"."""
    clause = scene.clause
    opening = scene.units[clause.start : clause.chain.start]
    denied = any(unit.marks & {Mark.NEGATION, Mark.NO} for unit in scene.units[: clause.start])
    return clause.joined and denied and any(Mark.OR in unit.marks for unit in opening)


def stated_conditions(scene: Scene) -> tuple[StatedCondition, ...]:
    """Return the conditions of the clause with the triggers they name; their places are characters still."""
    clause = scene.clause
    spans = [list(scene.units[start:end]) for start, end in clause.conditions]
    spans += [[scene.units[at]] for at in range(clause.first, clause.end) if is_phrase(scene.units[at])]
    found = []
    apart = [
        part for span in sorted(spans, key=lambda span: span[0].start) for part in _joint(span, scene.grammar)
    ]
    for words, trigger in apart:
        start, end = as_written(words)
        text = " ".join(unit.text for unit in words)
        found.append(StatedCondition(as_written=text, trigger=trigger, start=start, end=end))
    return tuple(found)


def _joint(words: list[Unit], grammar: Grammar) -> list[tuple[list[Unit], FactKind | None]]:
    """Return the conditions that a coordinator joins, where each names a trigger of its own."""
    for at, unit in enumerate(words[1:-1], start=1):
        if Mark.COORDINATOR not in unit.marks or unit.marks & {Mark.WHEN, Mark.CONDITION}:
            continue
        one, rest = trigger_of(words[:at], grammar), words[at + 1 :]
        alone = trigger_of(rest, grammar)
        other = trigger_of([words[0], *rest], grammar)
        if alone is None and rest[0].is_noun_phrase:
            alone = other
        if one is not None and other is not None and alone is not None and one is not alone:
            return [(words[:at], one), *((own, kind or other) for own, kind in _joint(rest, grammar))]
    return [(words, trigger_of(words, grammar))]


def stated_amount(scene: Scene) -> Amount | None:
    """Return how much the act is of: the first amount after the verb that counts what is given."""
    clause = scene.clause
    later = after(scene)
    own = clause.subject is not None and clause.subject >= clause.start
    if clause.intro is Mark.RELATIVE and own:
        return next(
            (u.amount for u in scene.units[max(clause.start - 2, 0) : clause.start] if u.amount), None
        )
    last = clause.chain.end - 1
    own_verb = [
        replace(unit, marks=unit.marks - {Mark.UNCOUNTED})
        if at == last or scene.units[at - 1].low in scene.grammar.forms
        else unit
        for at, unit in enumerate(scene.units[clause.chain.start : clause.chain.end], clause.chain.start)
    ]  # "pay for 40 howitzers", "hand over 40 boats to"
    found = first_amount([*own_verb, *later], scene.grammar)
    return found or first_amount(scene.units[clause.start : clause.chain.start], scene.grammar)


def first_amount(units: Sequence[Unit], grammar: Grammar) -> Amount | None:
    """Return the first amount among `units` that counts what is given."""
    for at, unit in enumerate(units):
        if unit.amount is None or unit.amount.of not in COUNTED:
            continue
        before = units[at - 1].marks if at else frozenset()
        counted = unit.amount.unit.lower()
        money = len(unit.amount.unit) == 3 and unit.amount.unit.isupper()
        if (
            (Mark.UNCOUNTED in before and not money)
            or _describes(units, at, grammar)
            or any(e.takes(counted) for e in grammar.words.get("uncounted", ()))
        ):
            continue
        return unit.amount
    return None


def _describes(units: Sequence[Unit], at: int, grammar: Grammar) -> bool:
    """Return whether an amount only describes what is given: "a hospital with 40 beds"."""
    if at < 3 or not {Mark.PREPOSITION, Mark.PHRASE} <= units[at - 1].marks:
        return False
    one = grammar.words.get("one", ())
    return any(
        Mark.DETERMINER in u.marks and any(e.takes(u.low) for e in one) for u in units[at - 3 : at - 2]
    )


def quantity(amount: Amount | None) -> Quantity | None:
    """Return an amount as the ledger's quantity."""
    if amount is None:
        return None
    return Quantity(least=amount.least, most=amount.most, unit=amount.unit, as_written=amount.as_written)


def stated_time(scene: Scene) -> Found | None:
    """Return when the act is; the day on which it was decided or promised is another."""
    chain = scene.clause.chain
    told = len(chain.links) > 1 and chain.links[0].tense is Tense.PAST
    spoken = scene.units[chain.start : chain.end] if told else ()
    times = (unit.time for unit in own_units(scene) if unit.time is not None and unit not in spoken)
    decided = chain.last.entry.role is Role.OPERATOR and chain.last.tense is Tense.PAST
    if not decided:
        return next(times, None)
    settled = (replace(time, resolved=time.behind) if _last_week(time) else time for time in times)
    return next((time for time in settled if time.resolved == time.behind), None)


def _last_week(time: Found) -> bool:
    """Return whether a time is a day of the week: behind a verb of deciding, the one that has been."""
    if time.resolved is None or time.behind is None or len(time.resolved) != len("2026-01-06"):
        return False
    return (date.fromisoformat(time.resolved) - date.fromisoformat(time.behind)).days == 7


def stated_place(scene: Scene) -> str | None:
    """Return where the act is to be, as written."""
    later = after(scene)
    where = scene.grammar.words.get("where", ())
    for before, unit in pairwise(later):
        named = unit.kind is Kind.ACTOR and len(unit.codes) == 1 and unit.mentions[-1].sort is Sort.STATE
        if named and Mark.PREPOSITION in before.marks and any(each.takes(before.low) for each in where):
            return unit.text
    return next((u.text for u in later if u.kind is Kind.ACTOR and u.mentions[-1].adverbial), None)


def stated_domain(scene: Scene) -> str | None:
    """Return land, sea or air, where the clause says so."""
    later = after(scene)
    found = [name for name in ("land", "sea", "air") if has(later, scene.grammar.words.get(name, ()))]
    return ", ".join(found) or None


def make(
    scene: Scene,
    kind: StatementKind,
    voice: Voice | None,
    codes: tuple[str, ...],
    modality: Modality,
    *,
    negated: bool,
    amount: Amount | None = None,
) -> Draft:
    """Return what the clause proposes, with all that it states beside."""
    full = modality in (Modality.HOLDS, Modality.OPEN)
    unsure = [] if codes or kind is StatementKind.OPEN_ITEM else ["actor"]
    conditions = stated_conditions(scene)
    if modality is Modality.HOLDS:  # "without X the truce is worthless" says what is held, not when
        conditions = tuple(one for one in conditions if one.trigger is not FactKind.BACKER_BACKS)
    if any(condition.trigger is None for condition in conditions):
        unsure.append("conditions")
    return Draft(
        kind=kind,
        codes=codes,
        said_by=voice,
        action=scene.clause.chain.last.entry.action,
        modality=modality,
        negated=negated,
        amount=amount,
        conditions=conditions,
        time=stated_time(scene),
        place=stated_place(scene),
        domain=stated_domain(scene),
        what=whole(scene.units, scene.clause) if full else thing(scene.units, scene.clause),
        unsure=tuple(unsure),
        group=scene.subject.name if not codes and scene.subject and scene.subject.group else None,
    )


def past_history(scene: Scene) -> bool:
    """Return whether the clause tells of a year long gone, or goes on telling of one; "since 2024" does not."""
    since = scene.grammar.words.get("since", ())
    own = [unit for unit in own_units(scene) if not has([unit], since)]
    return (scene.background and all(unit.time is None for unit in own)) or long_gone(own, scene.year)


def long_gone(units: Sequence[Unit], year: int | None) -> bool:
    """Return whether a year before the last one stands among `units`."""
    for unit in units:
        for word in () if unit.amount is not None else unit.text.split():
            if word.isdigit() and len(word) == 4 and 1000 < int(word) < (year or 9999) - 1:
                return True
    return False
