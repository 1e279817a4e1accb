"""The stretches of a document that are somebody's very words, and where their speaker is named.

Rules:
- a stretch is a quotation, or runs from the dash that opens speech to the attribution that closes it;
- in a record a name and a colon open one that lasts as long as the paragraph: "The minister: We will. No troops go.";
- its speaker is named in the same sentence; else it is the speaker of the stretch before it in the paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trucewatch.read.sentences import Quoted
from trucewatch.read.views import Aside, View
from trucewatch.read.voices import PEOPLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Somebody's very words, by character."""

    number: int
    start: int
    end: int
    aside: Aside | None  # that names the speaker
    follows: bool  # the stretch before it may have the same speaker


def stretches(views: Sequence[View], quoted: Sequence[Quoted]) -> tuple[Stretch, ...]:
    """Return the stretches of a document in their order."""
    spans = [(mark.start, mark.end) for mark in quoted]
    spans += [span for span in _dashed(views) if not any(s <= span[0] < e for s, e in spans)]
    recorded = {
        span: aside
        for span, aside in _recorded(views)
        if not any(span[0] < e and s < span[1] for s, e in spans)
    }
    spans += recorded
    found: list[Stretch] = []
    for start, end in sorted(spans):
        paragraph = next((v.sentence.paragraph for v in views if v.sentence.end > start), -1)
        found.append(
            Stretch(
                number=len(found),
                start=start,
                end=end,
                aside=recorded.get((start, end)) or _aside(views, start, end),
                follows=bool(found) and _paragraph(views, found[-1].start) in (paragraph, paragraph - 1),
            )
        )
    return tuple(found)


def _recorded(views: Sequence[View]) -> list[tuple[tuple[int, int], Aside]]:
    """Return what a record has somebody say in the sentences behind the one that a name and a colon open."""
    found: list[tuple[tuple[int, int], Aside]] = []
    for number, view in enumerate(views):
        own = view.asides[0] if len(view.asides) == 1 else None
        opens = number == 0 or views[number - 1].sentence.paragraph != view.sentence.paragraph
        if own is None or not opens or not _labels(view, own):
            continue
        rest = [later for later in views[number + 1 :] if later.sentence.paragraph == view.sentence.paragraph]
        if rest and not any(later.asides for later in rest) and _of_one(own, rest):
            found.append(((rest[0].sentence.start, rest[-1].sentence.end), own))
    return found


def _of_one(aside: Aside, rest: Sequence[View]) -> bool:
    """Return whether an office whose state is only guessed speaks of no other state."""
    who = aside.who[0].mentions[-1]
    return bool(who.codes) or {
        code for one in rest for unit in one.whole if unit.is_noun_phrase for code in unit.codes
    } <= set(who.leans)


def _labels(view: View, aside: Aside) -> bool:
    """Return whether an attribution is the name of a person, or an office, and a colon at the opening."""
    last = next((unit for unit in view.whole if unit.end == aside.end), None)
    people = all(unit.mentions and unit.mentions[-1].sort in PEOPLE for unit in aside.who)
    return aside.start <= view.sentence.start + 1 and last is not None and last.text == ":" and people


def _paragraph(views: Sequence[View], at: int) -> int:
    return next((view.sentence.paragraph for view in views if view.sentence.end > at), -1)


def _dashed(views: Sequence[View]) -> list[tuple[int, int]]:
    """Return from each dash that opens speech to the attribution, the next such dash or the paragraph's end."""
    found: list[tuple[int, int]] = []
    for number, view in enumerate(views):
        if not view.sentence.dash:
            continue
        end = view.sentence.end
        for later in views[number:]:
            if later.sentence.paragraph != view.sentence.paragraph or (
                later is not view and later.sentence.dash
            ):
                break
            end = later.sentence.end
            if later.asides:
                end = later.asides[0].start
                break
        found.append((view.sentence.start, end))
    return found


def _aside(views: Sequence[View], start: int, end: int) -> Aside | None:
    """Return the attribution of the stretch: in a sentence it touches, the one nearest to its end."""
    near = [
        aside
        for view in views
        if view.sentence.start <= end + 1 and view.sentence.end >= start
        for aside in view.asides
        if aside.start >= start - 1 or view.sentence.start < start
    ]
    after = [aside for aside in near if aside.start >= end - 1]
    return min(after, key=lambda aside: aside.start) if after else (near[-1] if near else None)
