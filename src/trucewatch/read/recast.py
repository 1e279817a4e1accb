"""A sentence said the plain way: contractions spelled out, and short constructions as the clauses they stand for.

Rules:
- a word that stands for several ("emme", "ettei", "eikä") becomes those words;
- a participle under a verb of saying ("kertoi maan lähettävän") is read as the that-clause it shortens, with the
  genitive as its subject, or the sayer where its ending says so ("vastasi lähettävänsä");
- under a verb that is itself the undertaking ("lupasi lähettävänsä") it is that verb's infinitive;
- a name beside one that nobody knows ("Hamas and Israel") is no subject: half a list is not whose act it is;
- one who has, or on whom something rests ("Puolalla ei ole aikomusta", "Suomen on määrä"), is the subject;
- what is put in has no width, so every offset stays the document's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trucewatch.read.actors import Sort
from trucewatch.read.declension import Case
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.inflection import Tense
from trucewatch.read.matching import Matcher
from trucewatch.read.owners import of_another_body, whose
from trucewatch.read.phrases import Role
from trucewatch.read.placed import placed
from trucewatch.read.plain import plain
from trucewatch.read.ranks import ranked
from trucewatch.read.shortened import SHORTENED, Shortened, roles, uninflected
from trucewatch.read.standing import standing
from trucewatch.read.units import Kind, Unit

DENIABLE = frozenset(
    {Tense.CONNEGATIVE, Tense.PARTICIPLE, Tense.PASSIVE_PARTICIPLE, Tense.CONDITIONAL, Tense.PASSIVE}
)
BODIES = frozenset({"government", "ministry", "parliament"})
MODIFIERS = 5  # words that may stand between a coordinator and the name it joins
SOURCES = frozenset({Case.ELATIVE, Case.ABLATIVE})
MOVING = frozenset({Case.ILLATIVE, Case.ELATIVE, Case.ALLATIVE, Case.ABLATIVE})
NEAR = 5  # units within which what somebody has must be named


def recast(units: Sequence[Unit], grammar: Grammar) -> tuple[Unit, ...]:
    """Return `units` said the plain way."""
    spelled = placed([part for unit in units for part in _spelled_out(unit, grammar)], grammar)
    spelled = standing(spelled, grammar)
    spelled = whose(plain(spelled, grammar), grammar)
    beside = _beside_verb(_bearers(ranked(spelled, grammar), grammar), grammar)
    return Shortened(units=tuple(beside), grammar=grammar).clauses()


def _spelled_out(unit: Unit, grammar: Grammar) -> tuple[Unit, ...]:
    parts = grammar.contractions.get(unit.low, ()) if unit.kind is Kind.WORD else ()
    if not parts:
        return _asked(unit, grammar)
    first = [_thin(unit.start, part, grammar) for part in parts[:-1]]
    marks = grammar.marks.get((parts[-1],), frozenset())
    return (*first, replace(unit, text=parts[-1], marks=marks))


def _asked(unit: Unit, grammar: Grammar) -> tuple[Unit, ...]:
    """Return a verb that asks as "whether" and the verb: "lähettääkö"."""
    ending = next((end for end in grammar.asking_endings if unit.low.endswith(end)), None)
    if unit.kind is not Kind.WORD or unit.marks or ending is None:
        return (unit,)
    verb = unit.text[: -len(ending)]
    known = verb.lower() in grammar.forms or verb.lower() in grammar.by_word
    marks = grammar.marks.get((verb.lower(),), frozenset())
    if not known and Mark.NEGATION not in marks:
        return (unit,)
    whether = Unit(kind=Kind.WORD, text="", start=unit.start, end=unit.start, marks=frozenset({Mark.MUTE}))
    return (whether, replace(unit, text=verb, marks=marks))


def _beside_verb(units: Sequence[Unit], grammar: Grammar) -> list[Unit]:
    """Return `units` with each negation before the verb it denies: "ettei maa aio" is "että maa ei aio"."""
    if not any(form.tense is Tense.CONNEGATIVE for forms in grammar.forms.values() for form in forms):
        return list(units)
    found: list[Unit] = []
    waiting: Unit | None = None
    units = [_carried_on(units, at, grammar) for at in range(len(units))]
    for at, unit in enumerate(units):
        if waiting is not None and (unit.separates or Mark.NEGATION in unit.marks):
            return list(units)
        if waiting is not None and _deniable(unit, grammar):
            found.append(replace(waiting, start=unit.start, end=unit.start))
            waiting = None
        if Mark.NEGATION in unit.marks and _something_next(units, at, grammar):
            waiting = unit
            found.append(replace(unit, marks=frozenset({Mark.ADVERB}), text=""))
        else:
            found.append(unit)
    return found if waiting is None else list(units)


def _carried_on(units: Sequence[Unit], at: int, grammar: Grammar) -> Unit:
    """Return the unit at `at`, a negation that denies no verb of its own put aside: "eikä rahaa"."""
    unit = units[at]
    joined = at > 0 and Mark.COORDINATOR in units[at - 1].marks and units[at - 1].start == units[at - 1].end
    if Mark.NEGATION not in unit.marks or not joined:
        return unit
    for later in units[at + 1 :]:
        if later.separates or later.text in ".!?":
            break
        if _deniable(later, grammar):
            return unit
    return replace(unit, marks=frozenset({Mark.ADVERB}))


def _something_next(units: Sequence[Unit], at: int, grammar: Grammar) -> bool:
    """Return whether something other than its verb follows a negation: "ettei maa aio"."""
    while at + 1 < len(units) and units[at + 1].idle:
        at += 1
    following = units[at + 1] if at + 1 < len(units) else None
    if following is None or following.kind not in (Kind.ACTOR, Kind.WORD):
        return False
    return not _deniable(following, grammar) and Mark.COORDINATOR not in following.marks


def _deniable(unit: Unit, grammar: Grammar) -> bool:
    forms = grammar.forms.get(unit.low, ()) if unit.kind is Kind.WORD else ()
    return any(form.tense in DENIABLE for form in forms)


def _thin(at: int, word: str, grammar: Grammar) -> Unit:
    marks = grammar.marks.get((word,), frozenset())
    return Unit(kind=Kind.WORD, text=word, start=at, end=at, marks=marks)


def _bearers(units: Sequence[Unit], grammar: Grammar) -> list[Unit]:
    """Return `units` with the one who has or on whom something rests as a subject."""
    found = list(units)
    for at, unit in enumerate(units):
        if unit.kind is Kind.ACTOR and _beside_stranger(units, at, grammar):
            found[at] = replace(unit, mentions=tuple(replace(m, adverbial=True) for m in unit.mentions))
            continue
        if unit.kind is Kind.ACTOR:
            found[at] = unit = _with_joint(units, at, grammar)
        if _owns_office(units, at):
            found[at] = replace(unit, marks=frozenset({Mark.DETERMINER, Mark.ADVERB}))
        if _is_object(units, at, grammar):
            found[at] = replace(unit, marks=frozenset({Mark.ADVERB}))
        if of_another_body(units, at):
            found[at] = unit = replace(
                unit, mentions=tuple(replace(m, codes=units[at - 1].codes) for m in unit.mentions)
            )
        if _body_there(units, at):
            own = tuple(replace(m, codes=units[at - 1].codes) for m in unit.mentions)
            found[at] = replace(unit, mentions=own)
        place = _place_before(units, at) if unit.kind is Kind.ACTOR and unit.mentions[-1].leans else None
        if place is not None and not set(place.codes) & set(unit.mentions[-1].leans):
            leans = place.codes if place.start == place.end else ()
            found[at] = replace(unit, mentions=tuple(replace(m, leans=leans) for m in unit.mentions))
        if unit.kind is Kind.ACTOR and unit.mentions[-1].genitive and _purposes(units, at + 1, grammar):
            found[at] = uninflected(unit)
        if _sends_out(units, at, grammar):
            found[at] = uninflected(unit)
        if unit.kind is not Kind.ACTOR or not _verb_of_being(units, at + 1, grammar):
            continue
        last = unit.mentions[-1]
        near = [word.low for word in units[at + 1 : at + 1 + NEAR]]
        has = last.adverbial and not last.cases & MOVING and _among(near, "possessed", grammar)
        owes = last.genitive and _among(near, "necessity", grammar)
        if has or owes:
            found[at] = uninflected(unit)
    return found


def _sends_out(units: Sequence[Unit], at: int, grammar: Grammar) -> bool:
    """Return whether a place at the beginning is where something comes from: "Kroatiasta on luvassa kaksi"."""
    unit = units[at]
    if not unit.placed or not SOURCES & unit.mentions[-1].cases or not unit.codes:
        return False
    first = all(before.kind is Kind.POINT for before in units[:at])
    return first and _among([word.low for word in units[at + 1 : at + 4]], "sourced", grammar)


def _is_object(units: Sequence[Unit], at: int, grammar: Grammar) -> bool:
    """Return whether "it" is what is done to: "Armenia oli sen jo hyväksynyt", and no participle's subject."""
    if Mark.THING not in units[at].marks or not units[at].low.endswith("n"):
        return False
    for unit in units[at + 1 :]:
        if unit.separates:
            break
        if any(form.tense in SHORTENED for form in grammar.forms.get(unit.low, ())):
            return False
    for unit in reversed(units[:at]):
        if unit.separates or Mark.THAT in unit.marks:
            return False
        if unit.is_noun_phrase:
            return True
    return False


def _place_before(units: Sequence[Unit], at: int) -> Unit | None:
    """Return the place that the sentence begins with, or that was put in as a subject, before the unit at `at`."""
    named = [unit for unit in units[:at] if unit.kind is Kind.ACTOR and unit.codes]
    stood = next((unit for unit in reversed(named) if unit.start == unit.end), None)
    opens = (
        named[0]
        if named and all(unit.kind is Kind.POINT for unit in units[: units.index(named[0])])
        else None
    )
    inside = opens is not None and Case.INESSIVE in opens.mentions[-1].cases
    return stood or (opens if inside else None)


def _body_there(units: Sequence[Unit], at: int) -> bool:
    """Return whether a body stands right after the place whose it is: "Virossa hallitus päätti"."""
    if units[at].kind is not Kind.ACTOR or units[at].codes or units[at].mentions[-1].office not in BODIES:
        return False
    place = units[at - 1] if at else None
    opens = place is not None and place.kind is Kind.ACTOR and len(place.mentions) == 1
    first = all(unit.kind is Kind.POINT for unit in units[: max(at - 1, 0)])
    return opens and first and place is not None and Case.INESSIVE in place.mentions[-1].cases


def _purposes(units: Sequence[Unit], at: int, grammar: Grammar) -> bool:
    """Return whether what follows says whose purpose something is: "Viron tarkoituksena on"."""
    return at < len(units) and _among([units[at].low], "purpose", grammar)


def _joint(units: Sequence[Unit], at: int) -> int | None:
    """Return the word before the coordinator that joins the name at `at`, and what describes it, to a list."""
    back = at - 1
    while back >= max(at - MODIFIERS, 0) and _describes(units[back]):
        back -= 1
    if back < 1:
        return None
    opened = Mark.THAT in units[back].marks and any(Mark.BOTH in unit.marks for unit in units[:back])
    joins = Mark.COORDINATOR in units[back].marks and Mark.BUT not in units[back].marks
    return back - 1 if joins or opened else None


def _describes(unit: Unit) -> bool:
    return unit.kind is Kind.WORD and not unit.marks - {Mark.DETERMINER} and unit.text[:1].islower()


def _beside_stranger(units: Sequence[Unit], at: int, grammar: Grammar) -> bool:
    """Return whether a name shares its place with one that nobody knows: "Hamas and Israel"; it is then not read."""
    joint = _joint(units, at)
    other = units[joint] if joint is not None else None
    named = other is not None and other.kind is Kind.WORD and other.text[:1].isupper() and not other.marks
    if not named or other is None or joint is None:
        return False
    opens = any(Mark.BOTH in unit.marks for unit in units[max(joint - MODIFIERS, 0) : joint])
    return opens or other.low not in grammar.forms


def _with_joint(units: Sequence[Unit], at: int, grammar: Grammar) -> Unit:
    """Return the name at `at` with the one that it is joined to: "the government of X and its guarantor Y sign"."""
    unit, joint = units[at], _joint(units, at)
    if joint is None or joint == at - 2 or not (unit.is_noun_phrase and units[joint].is_noun_phrase):
        return unit
    words = Matcher(units=units, grammar=grammar)
    start = joint
    while start and not (units[start - 1].separates or Mark.THAT in units[start - 1].marks):
        start -= 1
    verbs = any(words.finite_at(between) for between in range(start, at))
    if verbs or not words.finite_at(_past_idle(units, at + 1)):
        return unit
    return replace(unit, mentions=(*units[joint].mentions, *unit.mentions))


def _past_idle(units: Sequence[Unit], at: int) -> int:
    while at < len(units) and (units[at].idle or Mark.NEGATION in units[at].marks):
        at += 1
    return at


def _owns_office(units: Sequence[Unit], at: int) -> bool:
    """Return whether a unit only says whose office follows: "maan" of "maan erityislähettiläs Carter Boyle"."""
    if not units[at].marks & {Mark.STATE, Mark.OFFICE, Mark.ALLIANCE} or not units[at].low.endswith("n"):
        return False
    following = units[at + 1] if at + 1 < len(units) else None
    people = following is not None and following.kind is Kind.ACTOR
    return people and following is not None and following.mentions[0].sort in (Sort.PERSON, Sort.OFFICE)


def _among(lows: Sequence[str], name: str, grammar: Grammar) -> bool:
    return any(element.takes(low) for element in grammar.words.get(name, ()) for low in lows)


def _verb_of_being(units: Sequence[Unit], at: int, grammar: Grammar) -> bool:
    while at < len(units) and (units[at].idle or Mark.NEGATION in units[at].marks):
        at += 1
    does = roles(units[at], grammar) if at < len(units) else frozenset()
    return bool(does & {Role.PERFECT, Role.BE, Role.MODAL})
