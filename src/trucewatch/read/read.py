"""Prose is read into proposed statements.

Rules:
- the document is only ever matched, never obeyed;
- every proposal quotes the document byte for byte; what is not understood is told apart, never guessed;
- without a day of publication nothing relative resolves, and no clock is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from trucewatch.errors import InputError
from trucewatch.model.canonical import digest
from trucewatch.model.proposal import NEWSROOM, Dated, Missed, Proposal, Reading
from trucewatch.model.statement import Modality, StatedCondition
from trucewatch.read.actors import mentions
from trucewatch.read.amounts import amounts
from trucewatch.read.dates import Found, dates
from trucewatch.read.lexicon import Lexicon
from trucewatch.read.narrative import Told, told
from trucewatch.read.scenes import Draft, quantity
from trucewatch.read.sentences import quotations, sentences
from trucewatch.read.stretches import stretches
from trucewatch.read.tongue import Tongue
from trucewatch.read.units import Named
from trucewatch.read.views import attributed, view
from trucewatch.read.voices import Discourse, Voice

BEHIND = frozenset({Modality.DOES, Modality.DID_NOT, Modality.SIGNED, Modality.MADE, Modality.TOOK_PART})


def read(
    text: bytes,
    *,
    published: date | None,
    language: str,
    tongues: Mapping[str, Tongue],
    lexicon: Lexicon,
    house: Voice | None = None,
) -> Reading:
    """Return what `text`, UTF-8 in `language`, is read to propose; raises InputError.

    `house` is its publisher, where that is a voice of an actor (`publishers.voice_of`); without it a newsroom tells.
    """
    if language not in tongues:
        raise InputError(f"no language {language!r}; the reader knows {', '.join(sorted(tongues))}")
    try:
        document = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 at byte {error.start}; convert the document first") from error
    tongue = tongues[language]
    named = _named(document, tongue, lexicon, published)
    plain = [view(sentence, named, tongue.grammar) for sentence in sentences(document, tongue.grammar)]
    views = attributed(plain, tongue.grammar)
    year = published.year if published else None
    spoken = stretches(views, quotations(document))
    found = told(views, spoken, tongue.grammar, year=year, discourse=Discourse(house=house))
    where = Offsets(document=document)
    return Reading(
        document=digest(text),
        language=language,
        proposals=tuple(_proposal(one, document, where) for one in found if isinstance(one.found, Draft)),
        not_understood=tuple(
            _missed(one, document, where) for one in found if not isinstance(one.found, Draft)
        ),
    )


def _named(document: str, tongue: Tongue, lexicon: Lexicon, published: date | None) -> Named:
    who = mentions(document, tongue.actors, lexicon, language=tongue.code, published=published)
    states = tuple(dict.fromkeys(code for mention in who for code in mention.codes))
    return Named(
        mentions=who,
        amounts=amounts(document, tongue.amounts, states=states),
        times=dates(document, tongue.dates, published=published),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Offsets:
    """From characters of a document to its UTF-8 bytes."""

    document: str

    def byte(self, character: int) -> int:
        """Return the byte at which `character` begins."""
        return len(self.document[:character].encode("utf-8"))


def _proposal(one: Told, document: str, where: Offsets) -> Proposal:
    found = one.found
    if not isinstance(found, Draft):
        raise TypeError("only a draft becomes a proposal")
    time = found.time
    return Proposal(
        kind=found.kind,
        actors=found.codes,
        said_by=found.said_by.name if found.said_by is not None and found.said_by.name else NEWSROOM,
        action=found.action,
        what=_object(one, document),
        modality=found.modality,
        negated=found.negated,
        quantity=quantity(found.amount),
        conditions=tuple(_placed(condition, document, where) for condition in found.conditions),
        place=found.place,
        domain=found.domain,
        when=_dated(time, found.modality),
        quote=document[one.start : one.end],
        start=where.byte(one.start),
        end=where.byte(one.end),
        unsure=found.unsure,
        group=found.group,
        correction=one.correction,
    )


def _object(one: Told, document: str) -> str:
    """Return what the act is done to; of a view without conditions, with the clauses that it takes."""
    if not isinstance(one.found, Draft):
        return ""
    begin, end = one.found.what
    full = one.found.modality in (Modality.HOLDS, Modality.OPEN) and not one.found.conditions
    return document[begin : max(end, one.end) if full else end].strip()


def _placed(condition: StatedCondition, document: str, where: Offsets) -> StatedCondition:
    """Return a condition in the document's own words, with their place in bytes."""
    if condition.start is None or condition.end is None:
        return condition
    words = document[condition.start : condition.end]
    start, end = where.byte(condition.start), where.byte(condition.end)
    return replace(condition, as_written=words, start=start, end=end)


def _dated(time: Found | None, modality: Modality) -> Dated | None:
    if time is None:
        return None
    return Dated(as_written=time.as_written, resolved=time.behind if modality in BEHIND else time.resolved)


def _missed(one: Told, document: str, where: Offsets) -> Missed:
    because = "" if isinstance(one.found, Draft) else one.found.because
    return Missed(
        start=where.byte(one.start),
        end=where.byte(one.end),
        quote=document[one.start : one.end],
        because=because,
    )
