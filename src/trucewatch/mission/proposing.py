"""Prose into proposals, and proposals that a person accepts, mends or rejects into records.

Rules:
- reading records nothing; only `record` does, under a person's name, and only what that person named;
- a statement needs the day its document was published: it is given, never taken from the clock;
- the same proposal accepted twice is once; what is recorded keeps what was proposed, and by which engine;
- the document's bytes go to the vault, so that every span can be looked up; records name it as the vault does, so that once it
  is erased no name confirms a guess at it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from trucewatch.errors import InputError
from trucewatch.guarantee.statements import check_voice
from trucewatch.log.keys import SignerKey
from trucewatch.mission.authors import Author, author
from trucewatch.mission.content import actor_files, language_files, organisations
from trucewatch.mission.endpoint import Endpoint, ask
from trucewatch.mission.files import read_whole
from trucewatch.mission.folder import Folder, mission_of, recorded, settle, writing_moment
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.statements import body_of, document_of, reviews_of, statements_of
from trucewatch.mission.vault import name_of
from trucewatch.model.canonical import content_id
from trucewatch.model.proposal import Proposal, Reading, proposal_json
from trucewatch.model.review import Document, Engine, Review, Verdict
from trucewatch.model.statement import Statement
from trucewatch.read.actor_words import actor_words
from trucewatch.read.actors import Sort
from trucewatch.read.asked import Ground, Unkept, checked, ground, question
from trucewatch.read.gives import Gives, given, read_gives
from trucewatch.read.grammar import Grammar, Mark
from trucewatch.read.language import language_of
from trucewatch.read.lexicon import Lexicon, lexicon
from trucewatch.read.mends import mended
from trucewatch.read.publishers import voice_of
from trucewatch.read.read import read
from trucewatch.read.stated import Asked, Stated, stated
from trucewatch.read.tongue import Tongue, tongue
from trucewatch.read.voices import Voice
from trucewatch.report.words import Language, words

LONGEST_BYTES = 1 << 20
ENGLISH = "en"
NEEDS = frozenset({"grammar.toml", "amounts.toml", "dates.toml", "actors.toml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongues:
    """What the reader knows: the files of its languages by code, and the names of actors."""

    files: Mapping[str, Mapping[str, bytes]]
    lexicon: Lexicon

    def gives(self, code: str) -> Gives:
        """Return the words for what is given in one language; none when it has no such file."""
        raw = self.files[code].get("gives.toml", b"")
        return read_gives(tomllib.loads(raw.decode("utf-8")), f"languages/{code}/gives.toml")

    def of(self, code: str) -> Tongue:
        """Return one language, read from its files."""
        return tongue(code, self.files[code])

    def house(self, publisher: str | None, language: str, published: date | None) -> Voice | None:
        """Return the voice of an actor that a publisher is, by the names of the document's language or English."""
        if not publisher:
            return None
        codes = sorted({language, ENGLISH} & self.files.keys())
        raw = {code: tomllib.loads(self.files[code]["actors.toml"].decode("utf-8")) for code in codes}
        own = {code: actor_words(table, f"languages/{code}/actors.toml") for code, table in raw.items()}
        return voice_of(publisher, own, self.lexicon, language=language, published=published)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A document with what was proposed in it."""

    file: str
    raw: bytes
    reading: Reading
    ground: Ground
    engine: Engine
    published: date | None
    gives: Gives
    unkept: tuple[Unkept, ...] = ()
    house: Voice | None = None  # its publisher, where that is a voice of an actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decides about one proposal."""

    number: int  # from 1, as printed
    verdict: Verdict
    mends: Mapping[str, str]
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of one decision."""

    number: int
    verdict: Verdict
    recorded: bool  # False: it was on record already, or something is asked first
    statement: Statement | None = None
    asked: tuple[Asked, ...] = ()
    open: tuple[str, ...] = ()


def tongues() -> Tongues:
    """Return the shipped languages that have all their files, each to be read when it is needed."""
    files = {code: own for code, own in sorted(language_files().items()) if own.keys() >= NEEDS}
    return Tongues(files=files, lexicon=lexicon(actor_files()))


def propose(
    file: str,
    known: Tongues,
    *,
    published: date | None,
    language: str | None,
    endpoint: Endpoint | None = None,
    publisher: str | None = None,
) -> Proposed:
    """Return what is proposed in a file, "-" being standard input; the `endpoint` is asked when it is given."""
    raw = read_whole(file, longest_bytes=LONGEST_BYTES)
    text = _text(raw, file)
    spoken = known.of(_language(text, known, file, language))
    house = known.house(publisher, spoken.code, published)
    reading = read(
        raw,
        published=published,
        language=spoken.code,
        tongues={spoken.code: spoken},
        lexicon=known.lexicon,
        house=house,
    )
    found = ground(text, spoken, known.lexicon, published=published)
    by_rules = Proposed(
        file=file,
        raw=raw,
        reading=reading,
        ground=found,
        engine=Engine.RULES,
        published=published,
        gives=known.gives(spoken.code),
        house=house,
    )
    if endpoint is None:
        return by_rules
    kept = checked(ask(endpoint, question(text, language=reading.language, published=published)), found)
    return replace(
        by_rules,
        reading=replace(reading, proposals=kept.proposals, not_understood=()),
        engine=Engine.ENDPOINT,
        house=None,
        unkept=kept.unkept,
    )


def statement_in(
    proposed: Proposed, proposal: Proposal, document: Document, *, exercise: bool = False
) -> Stated:
    """Return the statement that a proposal would be."""
    named, house = proposed.ground.named.mentions, proposed.house
    own = {mention.name: mention.codes for mention in named if mention.codes}
    start, end = (len(proposed.raw[:place].decode("utf-8")) for place in (proposal.start, proposal.end))
    countries = {
        mention.codes[0]
        for mention in named
        if start <= mention.start
        and mention.end <= end
        and mention.sort is Sort.STATE
        and len(mention.codes) == 1
        if proposed.ground.text[mention.start : mention.end].casefold() in (proposal.place or "").casefold()
    }
    spoken = words(Language.ENGLISH)
    country = spoken.actor(countries.pop(), organisations()) if len(countries) == 1 else None
    grammar = proposed.ground.tongue.grammar
    thing = proposal.what if country is None else _without(proposal.what, proposal.place, grammar)
    return stated(
        replace(proposal, what=thing),
        document,
        statement_id=f"R-{proposal_id(document.document, proposal)[:10]}",
        voices={**({house.name: house.codes} if house else {}), **own},
        gives=given(proposal, proposed.gives),
        country=country,
        exercise=exercise,
    )


def _without(what: str, place: str | None, grammar: Grammar) -> str:
    """Return the object without the place at its end, which is a field of its own: "soldater til Ukraina"."""
    if not place or not what.endswith(place):
        return what
    rest = what.removesuffix(place).rstrip()
    before, _, last = rest.rpartition(" ")
    governed = Mark.PREPOSITION in grammar.marks.get((last.lower(),), frozenset())
    return (before if governed else rest) or what


def proposal_id(document: str, proposal: Proposal) -> str:
    """Return what a proposal is known by: its document, its words, its actors and their act."""
    place = (str(proposal.start), str(proposal.end), proposal.kind.value)
    return content_id("proposal", document, *place, ",".join(proposal.actors), proposal.action)


def record(
    folder: Folder,
    proposed: Proposed,
    decisions: Sequence[Decision],
    *,
    publisher: str,
    by: str,
    key: SignerKey | None = None,
    at: datetime | None = None,
) -> tuple[Done, ...]:
    """Record each decision of the person `by`, or who has the `key`, and return what became of it; what asks for more is not recorded."""
    if proposed.published is None:
        raise InputError(
            "a statement has the day on which its document was published: give --published DATE",
            where=proposed.file,
        )
    mission = mission_of(recorded(folder.journal.replay()))
    settle(folder, by=by, key=key, at=writing_moment(mission.replay, at))
    records = tuple(folder.journal.replay())
    salt = folder.salt(proposed.raw)
    before = document_of(folder.vault, records, proposed.raw)
    item = before.item if before else name_of(salt, proposed.raw)
    document = Document(
        document=before.document if before else item,
        item=item,
        file=proposed.file,
        language=proposed.reading.language,
        publisher=publisher,
        published=proposed.published,
    )
    judged = [
        _judged(proposed, decision, document, records, exercise=mission.exercise) for decision in decisions
    ]
    fresh = [(done, review) for done, review in judged if review is not None]
    if fresh:
        who = author(folder.journal, by=by, key=key)
        if before is None:
            folder.vault.put(proposed.raw, salt=salt)
        folder.journal.append(_entries(before, document, fresh, who), at=at)
    return tuple(done for done, _ in judged)


def _judged(
    proposed: Proposed, decision: Decision, document: Document, records: Sequence[Record], *, exercise: bool
) -> tuple[Done, Review | None]:
    """Return what becomes of a decision, and the review to record, None when there is none."""
    proposal = _numbered(proposed, decision.number)
    found = statement_in(proposed, proposal, document, exercise=exercise)
    rejected = decision.verdict is Verdict.REJECTED
    statement = None if rejected else mended(found.statement, decision.mends)
    asked = () if rejected else tuple(a for a in found.asked if a.field not in decision.mends)
    if statement is not None and not asked:
        check_voice(statement, f"{proposed.file}: proposal {decision.number}")
    review = Review(
        proposal_id=proposal_id(document.document, proposal),
        document=document.document,
        verdict=decision.verdict,
        engine=proposed.engine,
        proposal=_plain(proposal),
        mends=decision.mends,
        reason=decision.reason,
        statement_id=statement.statement_id if statement else None,
    )
    before = reviews_of(records).get(review.proposal_id)
    stands = {s.statement_id: s for s in statements_of(records)}.get(found.statement.statement_id)
    again = before is not None and (before.verdict is Verdict.REJECTED) == rejected
    same = again and (not decision.mends or stands == statement)
    done = Done(
        number=decision.number,
        verdict=decision.verdict,
        recorded=not (same or asked),
        statement=statement,
        asked=asked,
        open=() if rejected else tuple(name for name in found.open if name not in decision.mends),
    )
    return done, review if done.recorded else None


def _entries(
    before: Document | None, document: Document, fresh: Sequence[tuple[Done, Review]], who: Author
) -> list[Entry]:
    item = document.item
    entries = [] if before == document else [who.entry(Kind.DOCUMENT, body_of(document), rests_on=(item,))]
    for done, review in fresh:
        if done.statement is not None:
            entries.append(who.entry(Kind.STATEMENT, body_of(done.statement), rests_on=(item,)))
        entries.append(who.entry(Kind.REVIEW, body_of(review), rests_on=(item,)))
    return entries


def _numbered(proposed: Proposed, number: int) -> Proposal:
    proposals = proposed.reading.proposals
    if not 1 <= number <= len(proposals):
        raise InputError(
            f"there is no proposal {number}: they are 1 to {len(proposals)}", where=proposed.file
        )
    return proposals[number - 1]


def _plain(proposal: Proposal) -> Mapping[str, object]:
    told = proposal_json(proposal)
    return dict(told) if isinstance(told, Mapping) else {}


def _language(text: str, known: Tongues, file: str, given: str | None) -> str:
    found = given or language_of(text, known.files)
    if found is None or found not in known.files:
        said = "its language is not clear" if found is None else f"no files of the language {found!r} ship"
        codes = ", ".join(known.files)
        raise InputError(f"{said}; the reader knows {codes}: give --language if it is one", where=file)
    return found


def _text(raw: bytes, file: str) -> str:
    """Return the document's text; InputError in one line when there is none to read."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise InputError(f"is not UTF-8 from byte {fault.start} on: save it as UTF-8", where=file) from fault
    if not text.strip():
        raise InputError("is empty: there is nothing to read", where=file)
    return text
