"""Notices of a case's procedure in the languages of that procedure.

Rules:
- the languages are those that the agreement names, those that the mission keeps first; where it names none, the mission's;
- a language that the program does not speak is left out; English stands in where none is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trucewatch.assess.markdown import read_agreement
from trucewatch.mission.docket_view import DocketView, Due, Owed, Silent
from trucewatch.mission.folder import Texts, mission_of
from trucewatch.mission.journal import Kind
from trucewatch.model.decision import Case, Move
from trucewatch.report.procedure import opened_again, remedy_due, reply_due, silent, waits_again
from trucewatch.report.words import Language, Words, words

Said = Mapping[str, str]  # a notice by language


def procedure_languages(asked: Iterable[str], kept: Iterable[str]) -> tuple[str, ...]:
    """Return the languages of a procedure: those that an agreement asks for, those that a mission keeps first; else the mission's."""
    asked, kept = tuple(asked), tuple(kept)
    return tuple(dict.fromkeys((*(word for word in kept if word in asked), *asked))) or kept


def speakers(texts: Texts, clause_id: str | None) -> tuple[Words, ...]:
    """Return who speaks the languages of the procedure of a case under a clause, by the recorded texts."""
    name = (clause_id or "").partition("/")[0]
    text = texts.get((Kind.AGREEMENT, name))
    asked = () if text is None else read_agreement(text, name=name).languages
    known = {each.value: each for each in Language}
    wanted = procedure_languages(asked, mission_of(texts).languages)
    return tuple(words(known[code]) for code in wanted if code in known) or (words(Language.ENGLISH),)


def said_of_reopening(texts: Texts, clause_id: str | None, move: Move) -> Said:
    """Return why a case was opened again, in each language of its procedure."""
    return {one.language.value: opened_again(one, move) for one in speakers(texts, clause_id)}


def said_of_desk(texts: Texts, cases: Iterable[Case], view: DocketView) -> tuple[tuple[str, Said], ...]:
    """Return what is due, who was silent and what was opened again, case by case, in each language of its procedure."""
    clauses = {case.case_id: case.clause_id for case in cases}
    told: list[tuple[str, Said]] = []
    owed: tuple[Due | Silent, ...] = (*view.due, *view.silent)
    for one in owed:
        spoken = speakers(texts, clauses.get(one.case_id))
        told.append((one.case_id, {each.language.value: _said(each, one) for each in spoken}))
    for case_id in view.reopened:
        spoken = speakers(texts, clauses.get(case_id))
        told.append((case_id, {each.language.value: waits_again(each) for each in spoken}))
    return tuple(told)


def _said(spoken: Words, one: Due | Silent) -> str:
    if isinstance(one, Silent):
        when = f"{one.since:%Y-%m-%d %H:%M}Z"
        return silent(spoken, party=one.party, since=when, follows=one.follows)
    when = f"{one.due_utc:%Y-%m-%d %H:%M}Z"
    if one.what is Owed.REPLY:
        party = one.by_whom.removeprefix("party ")
        return reply_due(spoken, party=party, until=when, days=one.days or 0)
    return remedy_due(spoken, owner=one.by_whom, until=when, words=one.words, late=one.late)
