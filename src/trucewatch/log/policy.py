"""Policies: whose signatures make a checkpoint good.

Rules:
- a policy names logs, witnesses, groups of them with a threshold, and exactly one quorum (tlog-policy);
- a group knows only what stands above it, and each name is in at most one group;
- names are octets: two names are one only when their bytes are;
- a line that is not understood refuses the whole policy, and names the line; so does one that is cut off;
- a checkpoint is good when one of the logs signed it under its own name, and the quorum cosigned it; a
  policy that names no log needs a log from elsewhere, and is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from trucewatch.errors import InputError, IntegrityError
from trucewatch.log.checkpoint import Checkpoint, read_checkpoint
from trucewatch.log.keys import KeyKind, VerifierKey, verifier_key
from trucewatch.log.note import Signature, Signed, open_note

NO_QUORUM = "none"
MOST_NAMES = 256  # of witnesses and groups; tlog-policy asks for 32 of each (Implementation limits)
_OCTETS = re.compile(rb"[\x09\x0a\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Names of which `threshold` must have cosigned."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Who is known, and whose cosignatures are enough."""

    logs: tuple[VerifierKey, ...] = ()
    witnesses: Mapping[str, VerifierKey] = field(default_factory=lambda: MappingProxyType({}))
    groups: Mapping[str, Group] = field(default_factory=lambda: MappingProxyType({}))
    quorum: str = ""

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """Every key that it knows."""
        return (*self.logs, *self.witnesses.values())

    def met_by(self, cosigners: Collection[VerifierKey]) -> bool:
        """Return whether these cosigners are a quorum."""
        return self.quorum == NO_QUORUM or self._witnessed(self.quorum, cosigners)

    def _witnessed(self, name: str, cosigners: Collection[VerifierKey]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name] in cosigners
        group = self.groups[name]
        return sum(self._witnessed(member, cosigners) for member in group.members) >= group.threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Trusted:
    """A checkpoint that a policy takes for good, and why."""

    checkpoint: Checkpoint
    log: VerifierKey
    cosigned: tuple[Signed, ...]
    unknown: tuple[Signature, ...]


def trusted(raw: bytes, policy: Policy) -> Trusted:
    """Return the checkpoint in a note, once `policy` takes it for good; IntegrityError says what lacks."""
    if not policy.logs:
        raise InputError("the policy names no log: add a line: log VKEY")
    opened = open_note(raw, policy.keys)
    checkpoint = read_checkpoint(opened.text)
    named = [signed.key for signed in opened.signed if signed.key in policy.logs]
    logs = [key for key in named if key.name == checkpoint.origin]
    if not logs:
        raise IntegrityError(f"no known log signed this checkpoint under its origin {checkpoint.origin}")
    cosigned = tuple(signed for signed in opened.signed if signed.key in policy.witnesses.values())
    if not policy.met_by([signed.key for signed in cosigned]):
        names = ", ".join(sorted(signed.key.name for signed in cosigned)) or "nobody"
        raise IntegrityError(
            f"{checkpoint.origin} at {checkpoint.size}: no quorum {policy.quorum!r}, cosigned by {names}"
        )
    return Trusted(checkpoint=checkpoint, log=logs[0], cosigned=cosigned, unknown=opened.unknown)


def read_policy(raw: bytes) -> Policy:
    """Return the policy that a file is; InputError names the line that cannot be understood."""
    if not raw.endswith(b"\n"):
        raise InputError("a policy ends in a newline: this one is cut off")
    policy = Policy()
    for count, line in enumerate(raw[:-1].split(b"\n"), 1):
        try:
            policy = _with_line(policy, line)
        except InputError as fault:
            raise InputError(fault.message, where=f"line {count}") from fault
    if not policy.quorum:
        raise InputError("a policy has exactly one quorum: add a line: quorum NAME, or quorum none")
    return policy


def _with_line(policy: Policy, line: bytes) -> Policy:
    if _OCTETS.fullmatch(line) is None:
        raise InputError("a policy holds no control characters but tab and newline")
    words = [word.decode("utf-8", "surrogateescape") for word in re.split(rb"[ \t]+", line.strip(b" \t"))]
    if words == [""] or words[0].startswith("#"):
        return policy
    read = _LINES.get(words[0])
    if read is None:
        raise InputError(f"a line begins with log, witness, group or quorum, not {words[0]!r}")
    return read(policy, words[1:])


def _log(policy: Policy, words: list[str]) -> Policy:
    if len(words) not in (1, 2):
        raise InputError("write: log VKEY [URL]")
    key = _key(words[0], KeyKind.ED25519, policy.logs)
    return replace(policy, logs=(*policy.logs, key))


def _witness(policy: Policy, words: list[str]) -> Policy:
    if len(words) not in (2, 3):
        raise InputError("write: witness NAME VKEY [URL]")
    name = _new_name(policy, words[0])
    key = _key(words[1], KeyKind.COSIGNATURE, policy.witnesses.values())
    return replace(policy, witnesses=MappingProxyType({**policy.witnesses, name: key}))


def _group(policy: Policy, words: list[str]) -> Policy:
    if len(words) < 3:
        raise InputError("write: group NAME all|any|K NAME...")
    name, many, *members = words
    taken = {member for group in policy.groups.values() for member in group.members}
    for count, member in enumerate(members):
        if member not in policy.witnesses and member not in policy.groups:
            raise InputError(f"{member!r} is no witness or group of a line above")
        if member in taken or member in members[:count]:
            raise InputError(f"{member!r} is a member already, and may be one only once")
    threshold = {"all": len(members), "any": 1}.get(many) or _threshold(many, len(members))
    group = Group(threshold=threshold, members=tuple(members))
    return replace(policy, groups=MappingProxyType({**policy.groups, _new_name(policy, name): group}))


def _quorum(policy: Policy, words: list[str]) -> Policy:
    if len(words) != 1 or policy.quorum:
        raise InputError("a policy has exactly one quorum: quorum NAME")
    if words[0] != NO_QUORUM and words[0] not in policy.witnesses and words[0] not in policy.groups:
        raise InputError(f"{words[0]!r} is no witness or group of a line above")
    return replace(policy, quorum=words[0])


_LINES: Mapping[str, Callable[[Policy, list[str]], Policy]] = MappingProxyType(
    {"log": _log, "witness": _witness, "group": _group, "quorum": _quorum}
)


def _threshold(many: str, members: int) -> int:
    if re.fullmatch(r"[1-9][0-9]{0,3}", many) is None or int(many) > members:
        raise InputError(f"{many!r} of {members} members: write all, any, or a number from 1 to {members}")
    return int(many)


def _new_name(policy: Policy, name: str) -> str:
    if name == NO_QUORUM or name in policy.witnesses or name in policy.groups:
        raise InputError(f"the name {name!r} is taken")
    if len(policy.witnesses) + len(policy.groups) == MOST_NAMES:
        raise InputError(f"a policy has at most {MOST_NAMES} witnesses and groups")
    return name


def _key(text: str, kind: KeyKind, known: Collection[VerifierKey]) -> VerifierKey:
    key = verifier_key(text)
    if key.kind is not kind:
        raise InputError(f"the key {key.name} is of kind {key.kind}, and here one of kind {kind} is needed")
    if any(key.public == other.public for other in known):
        raise InputError(f"the key of {key.name} is in the policy already")
    return key
