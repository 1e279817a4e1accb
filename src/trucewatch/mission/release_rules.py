"""Releases as a fold over signed records: who may propose, approve, publish and retract one, and when.

Rules:
- a release is proposed, approved by another person, published, and retracted at any time with the reason;
- whoever opened or verified a case of an incident in it, or recorded what it tells of the ledger, neither approves nor
  publishes it: author, verifier and releaser are three people;
- once anybody has a key each step is signed; once anybody is a releaser, releasers alone approve, publish and
  retract, and those who read cases for the mission propose;
- it is of the policy that was recorded when it was proposed, and of no other; a changed policy needs a new one;
- which step leads where, and whose it is not, is one table (`LEGAL_STEPS`), printed beside that of moves and walked by a test;
- a step that is not legal changes nothing, and the reason is kept.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

import msgspec

from trucewatch.log.keys import VerifierKey
from trucewatch.mission.access import OF_KIND, TABLE
from trucewatch.mission.invitations import Part, folded
from trucewatch.mission.journal import Entry, Kind, Record
from trucewatch.mission.people import Roll
from trucewatch.mission.rightful import HELD_SINCE, why_not_in_role
from trucewatch.mission.roll import CHANGES, UNSIGNED, step
from trucewatch.model.canonical import Json, canonical, digest
from trucewatch.model.ledger import LEDGER
from trucewatch.model.refused import Refused
from trucewatch.model.told import Several, Told
from trucewatch.model.vocabulary import Audience

STEPS = frozenset(
    {Kind.RELEASE_PROPOSED, Kind.RELEASE_APPROVED, Kind.RELEASE_PUBLISHED, Kind.RELEASE_RETRACTED}
)
HANDS = frozenset({"open", "find"})  # the moves of a case's author and of its verifier


class Before(StrEnum):
    """What somebody did before, for which a step of a release is not theirs."""

    PROPOSED = "proposed it"
    HAD_A_HAND = "opened or verified a case of an incident in it, or recorded what it tells of the ledger"


class ReleaseState(StrEnum):
    """Where a release stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    PUBLISHED = "published"
    RETRACTED = "retracted"


LEGAL_STEPS: Mapping[tuple[ReleaseState | None, Kind], tuple[ReleaseState, frozenset[Before]]] = (
    MappingProxyType(
        {
            (None, Kind.RELEASE_PROPOSED): (ReleaseState.PROPOSED, frozenset()),
            (ReleaseState.PROPOSED, Kind.RELEASE_APPROVED): (ReleaseState.APPROVED, frozenset(Before)),
            (ReleaseState.APPROVED, Kind.RELEASE_PUBLISHED): (
                ReleaseState.PUBLISHED,
                frozenset({Before.HAD_A_HAND}),
            ),
            **{
                (state, Kind.RELEASE_RETRACTED): (ReleaseState.RETRACTED, frozenset())
                for state in (ReleaseState.PROPOSED, ReleaseState.APPROVED, ReleaseState.PUBLISHED)
            },
        }
    )
)
"""(where a release stands, step): where it leads, and whose it is not; which parts may at all is `access.TABLE`'s to say."""


class ReleasedFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of a release: its bytes' SHA-256, and their name in the vault."""

    sha256: str
    item: str
    rows: int | None = None


class Withheld(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The commitment to every row that a release was made from, as the mission has it."""

    root: str
    size: int
    item: str


class Proposal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a RELEASE_PROPOSED record holds."""

    release_id: str
    audience: Audience
    from_utc: datetime
    to_utc: datetime
    at: datetime
    policy: dict[str, object]
    files: dict[str, ReleasedFile]
    withheld: Withheld
    cases: tuple[str, ...]
    recorded_by: str


class Taken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the record of a later step holds: which release, by the digest of its proposal, and why."""

    release_id: str
    proposal: str
    recorded_by: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release: what was proposed, and who did what with it."""

    proposal: Proposal
    digest: str  # of the proposal's body
    seq: int  # of its record
    state: ReleaseState
    proposed_by: str
    approved_by: str = ""
    published_by: str = ""
    published_at: datetime | None = None
    retracted_by: str = ""
    retracted_at: datetime | None = None
    why: str = ""  # of the retraction

    @property
    def of_ledger(self) -> bool:
        """Whether it is of the ledger, and of no day."""
        return f"{LEDGER.name}.csv" in self.proposal.files

    @property
    def open(self) -> bool:
        """Whether it is to be seen by its audience."""
        return self.state is ReleaseState.PUBLISHED


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """All releases at a place in the record, and what their steps are judged by."""

    made: Mapping[str, Release] = field(default_factory=dict)
    policies: Mapping[str, object] = field(default_factory=dict)  # the recorded `[release]`
    hands: Mapping[str, frozenset[str]] = field(default_factory=dict)  # authors and verifiers by case


Step = tuple[Releases, str | None]


def releases_of(records: Iterable[Record], log: VerifierKey) -> Releases:
    """Return the releases that `records` make up; steps that are not legal count for nothing."""
    roll, found = Roll(), Releases()
    for record in records:
        if record.kind in CHANGES:
            roll, _ = step(roll, record, seq=record.seq, log=log)
        found, _ = release_step(found, record, roll, seq=record.seq, at=record.recorded_at)
    return found


def release_step(found: Releases, entry: Entry | Record, roll: Roll, *, seq: int, at: datetime) -> Step:
    """Return the releases after `entry`, and why it is not legal, if so."""
    if entry.kind is Kind.MISSION:
        theirs = why_not_in_role(roll, entry, at) is None
        return (replace(found, policies=_policies(entry.body)) if theirs else found), None
    if entry.kind is Kind.MOVE:
        return _handled(found, entry), None
    if entry.kind not in STEPS:
        return found, None
    try:
        if why := _not_theirs(entry, roll, at):
            return found, why
        if entry.kind is Kind.RELEASE_PROPOSED:
            return _proposed(found, entry, seq, at)
        return _taken(found, entry, at)
    except msgspec.ValidationError as fault:
        return found, f"it is not a {words_of(entry.kind)} as records have it: {fault}"


def words_of(kind: Kind) -> str:
    """Return a kind of record in words."""
    return kind.value.replace("_", " ")


def _policies(body: Mapping[str, Json]) -> Mapping[str, object]:
    try:
        said = tomllib.loads(str(body.get("text"))).get("release", {})
    except tomllib.TOMLDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def _handled(found: Releases, entry: Entry | Record) -> Releases:
    if entry.body.get("kind") not in HANDS:
        return found
    case = str(entry.body.get("case_id"))
    names = found.hands.get(case, frozenset()) | {_name(entry)}
    return replace(found, hands={**found.hands, case: names})


def _name(entry: Entry | Record) -> str:
    return folded(entry.author.removesuffix(UNSIGNED))


def _not_theirs(entry: Entry | Record, roll: Roll, at: datetime) -> str | None:
    """Return why this step is not for whoever takes it, whatever release it is of."""
    if roll.keyed and entry.signed is None:
        return Told(Refused.EACH_SIGNED)
    if entry.schema >= HELD_SINCE:
        return why_not_in_role(roll, entry, at)
    if not any(Part.RELEASER in person.roles for person in roll.persons.values()):
        return None
    asked = TABLE[OF_KIND[entry.kind]]
    parts = frozenset() if entry.signed is None else roll.parts(entry.signed.person, at)
    if parts & asked:
        return None
    known = Several(each=tuple(sorted(parts)), joined_by=" and ") if parts else "nothing"
    slots = {
        "who": entry.author,
        "parts": known,
        "those": Several(each=tuple(sorted(asked)), joined_by=" or "),
    }
    return Told(Refused.FOR_A_PERSON, slots)


def _proposed(found: Releases, entry: Entry | Record, seq: int, at: datetime) -> Step:
    said = msgspec.convert(entry.body, Proposal)
    if said.release_id in found.made:
        return found, Told(Refused.RELEASE_TWICE, {"release": said.release_id})
    if said.audience is Audience.INTERNAL or said.policy != found.policies.get(said.audience.value):
        return found, Told(Refused.OTHER_POLICY, {"audience": repr(said.audience.value)})
    if said.at > at or said.to_utc <= said.from_utc:
        return found, Told(Refused.OF_NO_TIME)
    items = {said.withheld.item, *(file.item for file in said.files.values())}
    if items != set(entry.rests_on):
        return found, Told(Refused.OTHER_FILES)
    made = Release(
        proposal=said,
        digest=digest(canonical(entry.body)),
        seq=seq,
        state=ReleaseState.PROPOSED,
        proposed_by=entry.author,
    )
    return replace(found, made={**found.made, said.release_id: made}), None


def _taken(found: Releases, entry: Entry | Record, at: datetime) -> Step:
    said = msgspec.convert(entry.body, Taken)
    made = found.made.get(said.release_id)
    if made is None or made.digest != said.proposal:
        return found, Told(Refused.NO_SUCH_RELEASE, {"release": said.release_id})
    if why := _why_not(found, made, entry, said):
        return found, why
    after = {
        Kind.RELEASE_APPROVED: replace(made, state=ReleaseState.APPROVED, approved_by=entry.author),
        Kind.RELEASE_PUBLISHED: replace(
            made, state=ReleaseState.PUBLISHED, published_by=entry.author, published_at=at
        ),
        Kind.RELEASE_RETRACTED: replace(
            made, state=ReleaseState.RETRACTED, retracted_by=entry.author, retracted_at=at, why=said.why
        ),
    }[entry.kind]
    return replace(found, made={**found.made, said.release_id: after}), None


def _why_not(found: Releases, made: Release, entry: Entry | Record, said: Taken) -> str | None:
    """Return why this step of a release is not legal, None when it is."""
    if (made.state, entry.kind) not in LEGAL_STEPS:
        step = ReleaseState(entry.kind.value.rpartition("_")[2])
        if step is made.state:
            return Told(Refused.ALREADY, {"step": step})
        return Told(Refused.NOT_SO_STEPPED, {"state": made.state, "step": step})
    if entry.kind is Kind.RELEASE_RETRACTED:
        return None if said.why.strip() else Told(Refused.RETRACTION_WHY)
    if made.proposal.policy != found.policies.get(made.proposal.audience.value):
        return Told(Refused.POLICY_CHANGED)
    not_whose, proposer = LEGAL_STEPS[made.state, entry.kind][1], made.proposed_by.removesuffix(UNSIGNED)
    if Before.PROPOSED in not_whose and _name(entry) == folded(proposer):
        return Told(Refused.TWO_NAMES)
    cases = [case for case in made.proposal.cases if _name(entry) in found.hands.get(case, frozenset())]
    if cases and Before.HAD_A_HAND in not_whose:
        return Told(Refused.HAD_A_HAND, {"who": entry.author, "case": cases[0]})
    return None
