"""Short constructions as the clauses they stand for: "kertoi maan lähettävän", "Ranskan kerrotaan luvanneen".

Rules:
- a participle under a verb of saying is read as the that-clause it shortens, its genitive as the subject;
- what is only said of one named, with nobody named who says it, is told by the newsroom.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.inflection import Form, Tense
from trucewatch.read.phrases import Role
from trucewatch.read.units import SUBJECTS, Kind, Unit

SHORTENED = {
    Tense.REFERATIVE: Tense.PRESENT,
    Tense.REFERATIVE_OWN: Tense.PRESENT,
    Tense.REFERATIVE_PAST: Tense.PAST,
    Tense.REFERATIVE_PAST_OWN: Tense.PAST,
}
OWN = frozenset({Tense.REFERATIVE_OWN, Tense.REFERATIVE_PAST_OWN})


def roles(unit: Unit, grammar: Grammar) -> frozenset[Role]:
    """Return what the verb forms of a word may do."""
    forms = grammar.forms.get(unit.low, ()) if unit.kind is Kind.WORD else ()
    return frozenset(entry.role for form in forms for entry in grammar.by_lemma.get(form.lemma, ()))


def uninflected(unit: Unit) -> Unit:
    """Return the name `unit` as if it stood for itself, whatever its case."""
    last = replace(unit.mentions[-1], genitive=False, adverbial=False, cases=frozenset())
    return replace(unit, mentions=(*unit.mentions[:-1], last))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortened:
    """A sentence whose participles may stand for clauses."""

    units: tuple[Unit, ...]
    grammar: Grammar

    def clauses(self) -> tuple[Unit, ...]:
        """Return the units with each shortened clause spelled out."""
        found: list[Unit] = []
        above: int | None = None  # the verb of saying that participles stand under
        heard = False  # whether what follows is only said of the one named
        for at, unit in enumerate(self.units):
            form = self._participle(unit)
            if self._hearsay(at):
                heard, found[-1] = True, uninflected(found[-1])
                found.append(replace(unit, text="", marks=frozenset({Mark.ADVERB})))
                continue
            if heard and form is not None and form.tense not in OWN:
                heard = False
                found.append(replace(unit, text=self._as(form, SHORTENED[form.tense]) or unit.text))
                continue
            if unit.separates or Mark.THAT in unit.marks:
                above = None
            elif self._says(at):
                above = at
            if form is None or above is None or above == at:
                found.append(unit)
            else:
                self._spell(found, unit, form, above)
        return tuple(found)

    def _hearsay(self, at: int) -> bool:
        """Return whether a passive of saying parts a name from what is said of it: "Ranskan kerrotaan luvanneen"."""
        forms = self.grammar.forms.get(self.units[at].low, ()) if self.units[at].kind is Kind.WORD else ()
        lemmas = [form.lemma for form in forms if form.tense in (Tense.PASSIVE, Tense.PASSIVE_PAST)]
        says = any(e.role is Role.SAY for lemma in lemmas for e in self.grammar.by_lemma.get(lemma, ()))
        before = self.units[at - 1] if at else None
        if not says or before is None or before.kind is not Kind.ACTOR or not before.mentions[-1].genitive:
            return False
        for unit in self.units[at + 1 :]:
            form = self._participle(unit)
            if unit.separates or form is not None:
                return form is not None and form.tense not in OWN
        return False

    def _participle(self, unit: Unit) -> Form | None:
        forms = self.grammar.forms.get(unit.low, ()) if unit.kind is Kind.WORD else ()
        return next((form for form in forms if form.tense in SHORTENED), None)

    def _says(self, at: int) -> bool:
        forms = self.grammar.forms.get(self.units[at].low, ()) if self.units[at].kind is Kind.WORD else ()
        told = [form for form in forms if form.tense in (Tense.PRESENT, Tense.PAST, Tense.PARTICIPLE)]
        entries = [entry for form in told for entry in self.grammar.by_lemma.get(form.lemma, ())]
        return any(entry.role is Role.SAY or entry.spoken for entry in entries)

    def _spell(self, found: list[Unit], unit: Unit, form: Form, above: int) -> None:
        """Put the participle `unit` into `found` as a finite verb with its subject."""
        if form.tense in OWN and self._undertakes(above):
            found.append(replace(unit, text=self._as(form, Tense.INFINITIVE) or unit.text))
            return
        finite = self._as(form, SHORTENED[form.tense])
        place = self._owner(found) if form.tense not in OWN else None
        if finite is None or (form.tense not in OWN and place is None):
            found.append(unit)
            return
        if place is not None:
            found[place] = uninflected(found[place]) if found[place].kind is Kind.ACTOR else found[place]
            found.insert(place, self._that(found[place].start))
        else:
            found.append(self._that(unit.start))
            found.extend(self._sayer(above, unit.start))
        found.append(replace(unit, text=finite))

    def _that(self, at: int) -> Unit:
        return Unit(kind=Kind.WORD, text="", start=at, end=at, marks=frozenset({Mark.THAT}))

    def _as(self, form: Form, tense: Tense) -> str | None:
        wanted = Form(lemma=form.lemma, tense=tense)
        return next((word for word, forms in self.grammar.forms.items() if wanted in forms), None)

    def _undertakes(self, above: int) -> bool:
        forms = self.grammar.forms.get(self.units[above].low, ())
        entries = [entry for form in forms for entry in self.grammar.by_lemma.get(form.lemma, ())]
        roles = {entry.role for entry in entries}
        return Role.OPERATOR in roles and Role.SAY not in roles

    def _owner(self, found: Sequence[Unit]) -> int | None:
        """Return the genitive that a participle at the end of `found` has for its subject."""
        for back in range(len(found) - 1, -1, -1):
            unit = found[back]
            if unit.separates or self._roles_say(unit):
                return None
            if unit.kind is Kind.ACTOR:
                return back if unit.mentions[-1].genitive else None
            if unit.marks & SUBJECTS and (unit.low.endswith("n") or Mark.STATE in unit.marks):
                return back
        return None

    def _roles_say(self, unit: Unit) -> bool:
        return Role.SAY in roles(unit, self.grammar)

    def _sayer(self, above: int, at: int) -> list[Unit]:
        """Return the subject of the verb of saying, to stand again at the character `at`."""
        for back in range(above - 1, -1, -1):
            unit = self.units[back]
            if unit.separates:
                break
            if unit.is_noun_phrase or unit.marks & SUBJECTS:
                return [replace(unit, start=at, end=at)]
        for unit in self.units[above + 1 :]:
            if unit.start >= at:
                break
            if unit.is_noun_phrase or unit.marks & SUBJECTS:
                return [replace(unit, start=at, end=at)]
        return []
