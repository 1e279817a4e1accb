#!/usr/bin/env python3
"""Verify a Trucewatch record, or one proof out of it, with nothing of Trucewatch: one file, to be read first.

    python verify.py DIR [--policy FILE] [--older FILE]... [--fresh HOURS]     a mission's folder, or a copy of record/ and vault/
    python verify.py PROOF [--policy FILE]                     what `trucewatch record prove` wrote

It needs Python 3.11 or later and the package `cryptography`, no network, and writes nothing. It ends with 0 when
all is as it was recorded, 1 when no quorum of the policy cosigned it, or the last
checkpoint that counts is not of within --fresh HOURS, 4 when anything is broken, 2 when it cannot
be used so. Each broken file is named. Without --policy nobody is authenticated: whoever made the files may have made
all of them.

What it checks, and the standard that each step is of:
 1. the checkpoints' signatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy);
 2. that entries and tiles lead to the signed root, and older checkpoints with them (RFC 9162 §2.1, C2SP tlog-tiles);
 3. that each line of the journal is its leaf, SHA-256(salt ‖ record), and none is missing (RFC 8785 for a record);
 4. the records' order, how persons and sources came by their keys, their signatures (RFC 8032), that every
    move in a case and each step of a release was legal, and that the id of what people recorded of facts, and of
    profiles, is that of what its line says;
 5. that access.log, where it is here, ends no sooner than the record says;
 6. that each file of the vault is what its name says, and is there unless a tombstone says who erased it and why;
    that what people said is what was taken out of their records, where it was not erased (of records that say the same
    of one item, the first is named);
    and that a batch of a source that signs is of bytes that it signed, or that a person released.
What it leaves to `trucewatch record verify`: the rows inside batches, for they are Parquet, and with them their ids;
what a case was opened on; whether facts, statements and what is said of them have all their fields, speak of
something that is on record, and come from whoever may say so; whether quotations stand in their documents, and
figures were learned as they say; how many leaves a checkpoint that left should have; and the configuration on disk.
"""

import base64
import hashlib
import json
import os
import re
import stat
import sys
import tomllib
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FULL, LARGEST, SALT_BYTES, UNSIGNED = 256, (1 << 63) - 1, 32, " (unsigned)"
LINE = re.compile(rb"(0|[1-9][0-9]{0,18}) ([0-9a-f]{64}) (\{[^\n]*\})\n")
RUN = re.compile(rb'\{"count":([1-9][0-9]{0,8}),"kind":"padding"\}')
TIME = re.compile(r"[0-9]{4}(-[0-9]{2}){2}T([0-9]{2}:){2}[0-9]{2}\.[0-9]{6}Z")
PLAIN = json.JSONEncoder(ensure_ascii=False).encode
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CUT = re.compile(r"\.[^/]+\.part")  # what a write that was cut off leaves
FIELDS = {
    "seq": int,
    "recorded_at": str,
    "kind": str,
    "author": str,
    "body": dict,
    "rests_on": list,
    "schema": int,
}
SIGNED = {"person": str, "key": str, "after": int, "signature": str}
BY_NO_ONE = (
    "batch",
    "quarantine",
    "torn",
    "reopening",
    "access_anchored",
)  # their author is a source, or the program
KINDS = {
    *BY_NO_ONE,
    "mission",
    "source",
    "agreement",
    "zones",
    "pack",
    "person",
    "key",
    "release",
    "tombstone",
}
KINDS |= {f"release_{step}" for step in ("proposed", "approved", "published", "retracted")}
KINDS |= {"fact", "counts_as", "contest", "withdrawal", "status", "notice", "move"}
KINDS |= {"override", "custodian", "mask", "unmask", "role"}
KINDS |= {"learned", "profiles"}
KINDS |= {"document", "statement", "review", "reopening", "mark", "mark_opened"}
IDS = {kind: f"{kind}_id" for kind in ("fact", "counts_as", "contest", "withdrawal", "status", "learned")}
IDS |= {"notice": "record", "profiles": "choice_id"}  # the member that is made of all the others
NOT_HERE = "[words not here]"
SAID = {"said_by", "place", "quote", "as_written", "english", "translation", "correction", "undated"}
WORDS = {kind: {"rests_on"} for kind in ("fact", "counts_as", "contest", "withdrawal", "status", "notice")}
WORDS |= {"document": {"file"}, "move": {"words", "place"}}  # which members of a record hold words
WORDS |= {"statement": SAID | {"what", "source", "note"}}
WORDS |= {"review": SAID | {"object", "group", "mends", "reason"}}
TILE = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
MOVES = """\
none open analyst|party|public|verifier opened
opened triage analyst|verifier triaged
opened|triaged|under_inquiry|reopened inquire analyst|verifier under_inquiry
opened|triaged|under_inquiry|reopened find verifier found
opened|triaged|under_inquiry|reopened join analyst|verifier joined
opened|triaged|under_inquiry|reopened retract analyst|party|public|verifier retracted
opened|triaged|under_inquiry|reopened close body closed
found|replied find verifier found
found|replied reply body|party replied
found|replied|deliberating close body closed
replied|appealed deliberate body deliberating
replied|deliberating|appealed determine body determined
appealed reply body|party appealed
deliberating vote|dissent body deliberating
determined|remedy_set|followed_up remedy body remedy_set
remedy_set reply party remedy_set
remedy_set|followed_up follow_up verifier followed_up
determined dissent body determined
remedy_set dissent body remedy_set
followed_up dissent body followed_up
determined|remedy_set|followed_up appeal party appealed
determined|remedy_set|followed_up retract body deliberating
determined|remedy_set|followed_up close body closed
determined|remedy_set|followed_up|appealed|closed reopen body|program|verifier reopened
joined|retracted reopen body|verifier reopened
reopened follow_up verifier reopened
opened assign analyst|verifier opened
triaged assign analyst|verifier triaged
under_inquiry assign analyst|verifier under_inquiry
found assign analyst|verifier found
replied assign analyst|verifier replied
deliberating assign analyst|verifier deliberating
determined assign analyst|verifier determined
remedy_set assign analyst|verifier remedy_set
followed_up assign analyst|verifier followed_up
appealed assign analyst|verifier appealed
reopened assign analyst|verifier reopened
"""
LEGAL = {  # (state of a case, move): who may make it, and the state that it leads to
    (state, move): (set(roles.split("|")), after)
    for states, moves, roles, after in (row.split() for row in MOVES.splitlines())
    for state in states.split("|")
    for move in moves.split("|")
}
ACTS_AS = {"analyst": ("analyst", None), "verifier": ("verifier", None), "commission": ("body", None)}
ACTS_AS |= {"liaison:A": ("party", "A"), "liaison:B": ("party", "B")}
FOR_PARTS = """\
fact|counts_as|contest|withdrawal|notice|status analyst|commission|guarantor|liaison:A|liaison:B|verifier
document|statement|review|learned|profiles|release analyst|verifier
tombstone releaser|verifier
mission|source|agreement|zones|pack administrator|analyst|releaser|verifier
release_proposed analyst|releaser|verifier
release_approved|release_published|release_retracted releaser
"""
OF_KIND = {  # from schema 3 on, and once somebody has a part in cases: whose records of a kind these are
    kind: set(parts.split("|"))
    for kinds, parts in (row.split() for row in FOR_PARTS.splitlines())
    for kind in kinds.split("|")
}
ASK_PART, GIVE_PART = {"administrator", "commission"}, {"commission", "releaser", "verifier"}
BY_ONE, ALONE = {"observer", "sensor"}, {"administrator", "liaison:A", "liaison:B"}
NOT_THE_OPENERS = {"triage", "join", "inquire", "find", "follow_up", "reopen"}


class LaterError(Exception):
    """A record that a later version wrote."""


class BrokenError(Exception):
    """Something is not what it was, or cannot be read as what it should be."""


def need(holds, why):
    if not holds:
        raise BrokenError(why)


def bare(value, named, said=False):
    """Return what a record has of a value: no text at or below a member that is named."""
    if isinstance(value, str):
        return NOT_HERE if said and value else value
    if isinstance(value, dict):
        return {name: bare(inner, named, said or name in named) for name, inner in value.items()}
    return [bare(inner, named, said) for inner in value] if isinstance(value, list) else value


def sha(raw):
    return hashlib.sha256(raw).digest()


def opened(path):
    """Return a plain file opened for reading; OSError for a pipe, a device or a folder, without waiting for it."""
    held = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb")
    if stat.S_ISREG(os.fstat(held.fileno()).st_mode):
        return held
    held.close()
    raise OSError("no plain file")


def bytes_at(path, most=1 << 24):
    try:
        with opened(path) as held:
            return held.read() if os.fstat(held.fileno()).st_size <= most else None
    except OSError:
        return None


def digest_at(path):
    try:
        with opened(path) as held:
            return hashlib.file_digest(held, "sha256").hexdigest()
    except OSError:
        return None


def files_in(folder):
    return sorted(p for p in folder.rglob("*") if p.is_symlink() or not p.is_dir())


def folded(name):
    """Return what two spellings of one name have in common."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


# ---- one spelling for each value; keys, notes and policies (C2SP) ----


def b64(text, length=None):
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise BrokenError(f"{text[:40]!r} is not base64") from None
    need(base64.b64encode(raw).decode() == text, f"{text[:40]!r} is not the one base64 of its bytes")
    need(length in (None, len(raw)), f"{text[:40]!r} is not {length} bytes")
    return raw


def decimal(text):
    need(re.fullmatch(r"0|[1-9][0-9]{0,18}", text) and int(text) <= LARGEST, f"{text[:40]!r} is no size")
    return int(text)


def read_key(text):
    """Return (name, key id, kind, public key) of a verifier key NAME+ID+BASE64."""
    name, key_id, half = (*text.split("+", 2), "", "")[:3]
    raw = b64(half, 33)
    found = sha(name.encode() + b"\n" + raw)[:4]
    need(name and found.hex() == key_id and raw[0] in (1, 4), f"{text[:60]!r} is no verifier key")
    return name, found, raw[0], raw[1:]


def source_key(source, text):
    """Return the verifier key of a source that is written ed25519:BASE64."""
    need(text.startswith("ed25519:"), f"{text[:20]!r} is no source's key")
    raw = b"\1" + b64(text.removeprefix("ed25519:"), 32)
    return source, sha(source.encode() + b"\n" + raw)[:4], 1, raw[1:]


def holds(public, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def open_note(raw, keys, *, strangers):
    """Return a note's text, and the keys that signed it; a line of another key is refused, or let pass."""
    try:
        text, gap, lines = raw.decode("utf-8").rpartition("\n\n")
    except UnicodeDecodeError:
        raise BrokenError("is not UTF-8") from None
    control = re.search(r"[\x00-\x09\x0b-\x1f]", text + lines)
    need(gap and lines.endswith("\n") and not control, "is no signed note")
    text, signed = text + "\n", []
    for line in lines[:-1].split("\n"):
        met = re.fullmatch(r"— ([^\s+]+) (\S+)", line)
        need(met, f"{line[:60]!r} is no signature line")
        signature = b64(met[2])
        key = next((key for key in keys if key[:2] == (met[1], signature[:4])), None)
        need(key or strangers, f"a line bears the key of {met[1]}, which is not known")
        if key:
            message, signature = text.encode(), signature[4:]
            if key[2] == 4:  # a cosignature, with the time it was made
                at, signature = int.from_bytes(signature[:8], "big"), signature[8:]
                message = f"cosignature/v1\ntime {at}\n{text}".encode()
            need(holds(key[3], signature, message), f"the signature of {met[1]} does not verify")
            signed.append(key)
    need(signed or not keys, "no known key signed it")
    return text, signed


def read_checkpoint(text):
    lines = text[:-1].split("\n")
    need(len(lines) >= 3 and all(lines), "is no checkpoint")
    return lines[0], decimal(lines[1]), b64(lines[2], 32)


class Policy:
    """A C2SP tlog-policy: logs, witnesses, groups and one quorum."""

    def __init__(self, raw):
        self.logs, self.witnesses, self.groups, self.quorum = [], {}, {}, None
        text = raw.decode("utf-8", "surrogateescape")
        need(
            text.endswith("\n") and not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text),
            "is no policy, or is cut off",
        )
        for line in text[:-1].split("\n"):
            words = re.split("[ \t]+", line.strip(" \t"))
            if words == [""] or words[0].startswith("#"):
                continue
            read = {"log": self.log, "witness": self.witness, "group": self.group, "quorum": self.named}.get(
                words[0]
            )
            need(read and len(words) > 1, f"cannot read {line[:60]!r}")
            read(*words[1:])
        need(self.quorum and self.logs, "a policy names a log and a quorum")

    def log(self, key, *url):
        found = read_key(key)
        need(found[2] == 1 and len(url) < 2, f"{key[:60]!r} is no log's key")
        need(found[3] not in [log[3] for log in self.logs], "a log is named twice")
        self.logs.append(found)

    def witness(self, name, key="", *url):
        found = read_key(key)
        need(found[2] == 4 and len(url) < 2, f"{key[:60]!r} is no cosigner's key")
        need(found[3] not in [one[3] for one in self.witnesses.values()], "a cosigner's key is named twice")
        self.new(name)
        self.witnesses[name] = found

    def group(self, name, many="", *members):
        taken = [member for _, others in self.groups.values() for member in others]
        known = all(one in self.witnesses or one in self.groups for one in members)
        need(
            known and len({*taken, *members}) == len(taken) + len(members),
            f"the members of {name!r} are not sound",
        )
        count = {"all": len(members), "any": 1}.get(many) or decimal(many)
        need(1 <= count <= len(members), f"{many!r} of {len(members)} is no number of members")
        self.new(name)
        self.groups[name] = (count, members)

    def named(self, name, *more):
        known = name == "none" or name in self.witnesses or name in self.groups
        need(known and not more and not self.quorum, "a policy has exactly one quorum, of a line above")
        self.quorum = name

    def new(self, name):
        need(
            name != "none" and name not in self.witnesses and name not in self.groups,
            f"the name {name!r} is taken",
        )
        need(len(self.witnesses) + len(self.groups) < 256, "a policy has at most 256 cosigners and groups")

    def met(self, keys, name=None):
        name = name or self.quorum
        if name == "none" or name in self.witnesses:
            return name == "none" or self.witnesses[name] in keys
        need(name in self.groups, f"the policy's {name!r} is nobody")
        many, members = self.groups[name]
        return sum(self.met(keys, member) for member in members) >= many


# ---- the tree (RFC 9162), and a record's bytes (RFC 8785) ----


def leaf_hash(entry):
    return sha(b"\0" + entry)


def root_of(row):
    """Return the root above hashes of leaves, or of perfect trees of one size and one shorter at the end."""
    row = list(row) or [sha(b"")]
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [sha(b"\1" + row[n] + row[n + 1]) for n in range(0, len(row) - 1, 2)] + odd
    return row[0]


def cut(row):
    return [row[n : n + FULL] for n in range(0, len(row), FULL)]


def tree_root(rows):
    return root_of([root_of(row) for row in rows])


class Roots:
    """The roots of a tree at every size, each perfect tree above its rows of 256 leaves hashed once."""

    def __init__(self, rows):
        self.rows, self.levels = rows, [[root_of(row) for row in rows if len(row) == FULL]]
        while len(row := self.levels[-1]) > 1:
            self.levels.append([sha(b"\1" + row[n] + row[n + 1]) for n in range(0, len(row) - 1, 2)])

    def at(self, size):
        whole, rest = divmod(size, FULL)
        peaks = [self.levels[n][(whole >> n) - 1] for n in range(whole.bit_length()) if whole >> n & 1][::-1]
        peaks += [root_of(self.rows[whole][:rest])] if rest or not size else []
        while len(peaks) > 1:
            peaks[-2:] = [sha(b"\1" + peaks[-2] + peaks[-1])]
        return peaks[0]


def tile_path(kind, number, width):
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03}")
    return f"tile/{kind}/{'/'.join(reversed(groups))}" + (f".p/{width}" if width < FULL else "")


def hashes_in(kind, raw):
    """Return the leaves' hashes in a bundle of entries, or the hashes in a tile; none when it is cut off."""
    if kind != "entries":
        return [raw[n : n + 32] for n in range(0, len(raw), 32)] if len(raw) % 32 == 0 else []
    found, at = [], 0
    while at < len(raw):
        end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
        found.append(leaf_hash(raw[at + 2 : end]))
        at = end
    return found if at == len(raw) else []


def inclusion_root(leaf, index, size, path):
    """Return the root that an inclusion proof leads to (RFC 9162 §2.1.3.2)."""
    need(index < size, "the leaf is beyond the tree")
    fn, sn, found = index, size - 1, leaf
    for step in path:
        need(sn, "the path is too long")
        if fn & 1 or fn == sn:
            found = sha(b"\1" + step + found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = sha(b"\1" + found + step)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0, "the path is too short")
    return found


def canonical(value):
    """Return the RFC 8785 JSON of what a record holds."""
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, float):
        return ecmascript(value)
    need(not isinstance(value, int) or abs(value) < 1 << 53, "a number is too large")
    return PLAIN(value)


def ecmascript(number):
    """Return a float as ECMAScript writes it: Python finds the same digits and sets them otherwise."""
    need(number - number == 0, "a number is not finite")
    mantissa, _, power = (
        f"{abs(number):e}".partition("e") if number == 0 else repr(abs(number)).partition("e")
    )
    whole, _, part = mantissa.partition(".")
    digits = (whole + part).lstrip("0").rstrip("0")
    point = len(whole) - (len(whole + part) - len((whole + part).lstrip("0"))) + int(power or 0)
    if not digits:
        return "0"
    if 0 < point <= 21:
        text = digits.ljust(point, "0")
        text = text[:point] + ("." + text[point:] if text[point:] else "")
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{point - 1:+d}"
    return "-" * (number < 0) + text


# ---- a record's folder ----


class Verifier:
    """What is found in one record: faults by file, notes, and how far the policy's quorum vouches for it."""

    def __init__(self, place, policy):
        self.record, self.policy = (place / "record" if (place / "record").is_dir() else place), policy
        self.faults, self.notes, self.quorum_size = [], [], None
        self.needed, self.gone, self.moves, self.persons, self.signatures = {}, {}, [], {}, set()
        self.count, self.latest, self.exercise, self.differs = 0, "", False, []
        self.left, self.padded, self.clock, self.after, self.begun = set(), None, [], {}, None
        self.sources, self.released, self.sent, self.public, self.enrolled_by = {}, set(), [], set(), []
        self.learned, self.words = (
            set(),
            {},
        )  # by item of the vault, kind and members that lost words: the first record
        self.anchors = []  # of access.log: (where, lines, digest of the last, record)
        self.handled, self.stepped = [], []  # hands in cases, and steps of releases, each by its record
        self.bearing, self.looked, self.cases = (
            {},
            {},
            {},
        )  # what may open a case again, by record; and by case
        self.replay = False
        self.marks = {}  # of trust, by id; once opened, with their grade
        self.schema, self.held, self.asked = (
            0,
            False,
            {},
        )  # parts that were asked for, by record: [person, part, by]
        self.given = []  # in emergencies: (person, part, from, until)
        self.custodians, self.masks, self.openings = {}, {}, {}  # of identities that are sealed
        self.policies, self.hands, self.releases = (
            {},
            {},
            {},
        )  # for releases; each is [digest, state, body, by]

    def broken(self, where, why):
        self.faults.append((where, str(why)))

    def run(self, older):
        keys = self.log_keys()
        if not keys or not self.head(keys):
            return
        rows = self.tree()
        roots = Roots(rows)
        self.published(roots)
        for name, raw in older:
            self.follows("record/checkpoint", open_note(raw, [self.key], strangers=True)[0], roots, name)
        before = len(self.faults)
        self.journal(rows)
        if len(self.faults) == before:
            self.legal()
            self.looks(self.record.parent / "access.log")
        self.others()
        self.vault(sure=len(self.faults) == before)

    def log_keys(self):
        raw, known = bytes_at(self.record / "log.vkey") or b"", self.policy.logs if self.policy else []
        try:
            key = read_key(raw.decode("ascii").removesuffix("\n"))
            need(raw.endswith(b"\n") and key in (known or [key]), "is not a log's key that is known")
            return known or [key]
        except (BrokenError, UnicodeDecodeError) as fault:
            self.broken("record/log.vkey", fault)
            return known

    def head(self, keys):
        try:
            text, signed = open_note(bytes_at(self.record / "checkpoint") or b"", keys, strangers=False)
            self.key, (self.origin, self.size, self.root) = signed[0], read_checkpoint(text)
            need(len(signed) == 1 and self.origin == self.key[0], "is not signed by its log alone")
            return True
        except BrokenError as fault:
            return self.broken("record/checkpoint", fault)

    def tree(self):
        """Return the leaves' hashes, 256 a row, as entries or lowest tiles have them; name what differs."""
        widths = [min(FULL, self.size - n) for n in range(0, self.size, FULL)]
        by = {"entries": [], "0": []}
        for kind, (number, width) in ((kind, one) for kind in by for one in enumerate(widths)):
            row = hashes_in(kind, bytes_at(self.record / tile_path(kind, number, width)) or b"")
            by[kind].append(row if len(row) == width else None)
        lost = next((n for n in range(len(widths)) if not by["entries"][n] and not by["0"][n]), None)
        pairs = ((by["entries"], by["0"]), (by["0"], by["entries"]))
        filled = [[a or b or [b""] * w for a, b, w in zip(*pair, widths, strict=True)] for pair in pairs]
        right = next((rows for rows in filled if tree_root(rows) == self.root), None)
        if right is None and lost is not None:
            for kind, n in ((kind, n) for kind in by for n in range(lost + 1) if not by[kind][n]):
                self.broken(f"record/{tile_path(kind, n, widths[n])}", "is missing, or is not what it was")
            return filled[1]
        if right is None:
            self.broken("record/tile", "its entries and tiles do not lead to the checkpoint's root")
            return filled[1]
        known = dict.fromkeys(())
        level, above = 0, [leaf for row in right for leaf in row]
        while above:
            known |= {(str(level), n): row for n, row in enumerate(cut(above))}
            above, level = [root_of(row) for row in cut(above) if len(row) == FULL], level + 1
        known |= {("entries", n): row for n, row in enumerate(right)}
        missing, under_way = {tile_path(*at, len(row)) for at, row in known.items()}, self.under_way()
        for path in (p for p in files_in(self.record / "tile") if not CUT.fullmatch(p.name)):
            name = path.relative_to(self.record).as_posix()
            missing -= {name}
            if name in under_way:
                continue
            met = TILE.fullmatch(name)
            number, width = (int(re.sub("[x/]", "", met[2])), int(met[3] or FULL)) if met else (0, 0)
            row = known.get((met[1], number), []) if met and tile_path(met[1], number, width) == name else []
            if len(row) < width or not row or hashes_in(met[1], bytes_at(path) or b"") != row[:width]:
                self.broken(
                    f"record/{name}", "is not what it was" if row else "belongs to no tree of this log"
                )
        for name in sorted(missing):
            self.broken(f"record/{name}", "is missing")
        return right

    def under_way(self):
        """Return the tiles that an append writes which was cut off, or is going on: no checkpoint names them yet."""
        met = re.fullmatch(rb"([0-9]{1,19}) ([0-9]{1,19})\n", bytes_at(self.record / "growing") or b"")
        before, after = (int(met[1]), int(met[2])) if met else (0, 0)
        found, level = set(), 0
        while self.size == before < after <= before + (1 << 20) and before >> 8 * level != after >> 8 * level:
            for n in range(before >> 8 * level + 8, -((after >> 8 * level) // -FULL)):
                kinds = ("entries", "0") if level == 0 else (str(level),)
                found |= {tile_path(kind, n, min(FULL, (after >> 8 * level) - n * FULL)) for kind in kinds}
            level += 1
        return found

    def follows(self, where, text, rows, name):
        """Return the size of a checkpoint that this record must follow from, and say so when it does not."""
        origin, size, root = read_checkpoint(text)
        need(origin == self.origin, f"is of another log, {origin}")
        if size > self.size:
            self.broken(where, f"{name} is at {size}, and this is at {self.size}: the record was set back")
        elif not self.faults and rows.at(size) != root:
            self.broken(where, f"{name} is at {size} with another root: two histories")
        return size

    def published(self, rows):
        witnesses = list(self.policy.witnesses.values()) if self.policy else []
        for path in sorted((self.record / "published").glob("*")):
            where = f"record/published/{path.name}"
            try:
                text, keys = open_note(
                    bytes_at(path) or b"", [self.key, *witnesses], strangers=not self.policy
                )
                need(self.key in keys, "the log did not sign it")
                size = self.follows(where, text, rows, "it")
                need(path.name in ("checkpoint", str(size)), f"is the checkpoint at {size}")
                self.left.add(size)
                if self.policy and self.policy.met(keys):
                    self.quorum_size = max(self.quorum_size or 0, size)
            except BrokenError as fault:
                self.broken(where, fault)

    def journal(self, rows):
        """Hold every line to its leaves, and find what is missing."""
        segments = sorted(
            p for p in (self.record / "journal").glob("*") if re.fullmatch(r"[0-9]{10}\.lines", p.name)
        )
        at, sure = 0, True  # the leaf that is due; whether it is known, which it is not after a broken line
        for path, following in zip(segments, [*segments[1:], None], strict=False):
            where, first, clean = f"record/journal/{path.name}", int(path.stem), True
            if first >= self.size:
                self.notes.append(f"{where}: is beyond the checkpoint")
                continue
            if sure and at < min(first, self.size):
                self.broken(f"record/journal/{at:010}.lines", "is missing")
            at, sure = max(at, first), True
            if (held := bytes_at(path, 1 << 30)) is None:
                self.broken(where, "cannot be read")
                sure = False
                continue
            lines = held.splitlines(keepends=True)
            for number, raw in enumerate(lines, 1):
                if sure and at >= self.size:
                    self.notes.append(f"{where}:{number}: what follows is beyond the checkpoint")
                    break
                try:
                    at, sure = self.line(raw, at, sure, rows, f"{where}:{number}"), True
                except BrokenError as fault:
                    self.broken(f"{where}:{number}", fault)
                    sure = clean = False
            if (
                clean
                and at < (min(int(following.stem), self.size) if following else self.size)
                and len(lines) < 4096
            ):
                self.broken(where, f"ends too soon: lines are missing from leaf {at} on")
                sure = False
        if sure and at < self.size:
            self.broken(f"record/journal/{at:010}.lines", "is missing")

    def line(self, raw, at, sure, rows, where):
        """Return the leaf after a line's, once it is what was recorded, and take in what it says."""
        met = LINE.fullmatch(raw)
        need(met, "is not INDEX SALT RECORD as it was written")
        index, salt, run = int(met[1]), bytes.fromhex(met[2].decode()), RUN.fullmatch(met[3])
        need(index == at or (not sure and index > at), f"leaf {at} is due here, and it says {index}")
        end = index + (int(run[1]) if run else 1)
        need(end <= self.size, "goes beyond the log")
        for n in range(index, end):
            entry = sha(sha(salt + n.to_bytes(8, "big")) + b"padding") if run else sha(salt + met[3])
            need(
                rows[n // FULL][n % FULL] in (b"", leaf_hash(entry)),
                f"is not what was recorded: leaf {n} is another's",
            )
        if run:
            self.padded = max((size for size in self.left if index < size <= end), default=self.padded)
            return end
        try:
            self.take(json.loads(met[3]), met[3], where, sure)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise BrokenError("is not a record as it was written") from None
        return end

    def take(self, record, raw, where, sure):
        need(canonical(record).encode() == raw, "is not RFC 8785")
        kind, schema = record["kind"], record["schema"]
        if (isinstance(kind, str) and kind not in KINDS) or (type(schema) is int and schema > 3):
            raise LaterError(
                f"{where}: a record of the kind {kind!r}, schema {schema}: a later version wrote it"
            )
        shapes = (
            (FIELDS, {k: v for k, v in record.items() if k != "signed"}),
            (SIGNED, record.get("signed", SIGNED)),
        )
        need(
            all(shape.keys() == held.keys() for shape, held in shapes)
            and all(type(record[name]) is shape for name, shape in FIELDS.items())
            and all(type(value) is SIGNED[name] for name, value in record.get("signed", {}).items())
            and all(type(name) is str for name in record["rests_on"]),
            "is not a record as it was written",
        )
        seq, body, author, when = (record[name] for name in ("seq", "body", "author", "recorded_at"))
        need(TIME.fullmatch(when), "its time is not spelled as records spell it")
        moment = datetime.fromisoformat(when)
        need(not sure or seq == self.count, f"record {self.count} is due here, and it is {seq}")
        need(when >= self.latest, "record time runs back here")
        self.count, self.latest, size, self.padded = seq + 1, when, self.padded, None
        if sure and not self.faults:
            left = self.tick(size) if size else None
            need(
                not left or moment >= left,
                f"is dated back: the checkpoint at {size} had left",
            )
            need(
                schema >= self.schema,
                f"is of schema {schema}, and one of schema {self.schema} stands before it",
            )
            self.schema = schema
            if kind in IDS:
                plain = canonical([kind, canonical({**body, IDS[kind]: ""})])
                need(
                    sha(plain.encode()).hex()[:32] == body[IDS[kind]],
                    f"its {IDS[kind]} is not that of its words",
                )
            self.signed(record, body, author)
            self.for_parts(record, moment)
            if kind.startswith("release_"):
                self.release(record, body, author, moment)
                name, made = folded(author.removesuffix(UNSIGNED)), self.releases[body["release_id"]][2]
                self.stepped.append((where, seq, kind, name, made))
        self.needed |= {name: seq for name in record["rests_on"] if name not in self.needed}
        if schema >= 3 and kind in WORDS and "apart" in body:
            need(body["apart"] in record["rests_on"], "its words are an item that it does not rest on")
            rest = {name: value for name, value in body.items() if name != "apart"}
            hollow = {n: v for n, v in rest.items() if NOT_HERE in canonical(bare({n: v}, WORDS[kind]))}
            self.words.setdefault((body["apart"], kind, canonical(hollow)), where)
        if kind == "tombstone":
            need(type(body["name"]) is str and type(body["why"]) is str, "is no tombstone")
            self.gone[body["name"]] = f"by {author} at {self.latest}: {body['why']}"
        elif kind in ("move", "reopening"):
            own = (kind == "reopening") == (body["role"] == "program")
            need(own, "what the program does is a reopening, and nothing else is")
            if body["kind"] in ("open", "find"):
                name = folded(author.removesuffix(UNSIGNED))
                self.hands.setdefault(body["case_id"], set()).add(name)
                self.handled.append((seq, body["case_id"], name, body.get("incident_id")))
            self.opened_again(seq, kind, body)
            if kind == "reopening" or self.faults or self.in_role(record, body, moment, where):
                self.moves.append((where, body))
        if kind in ("batch", "source", "profiles", "agreement"):
            self.bearing[seq] = (kind, body.get("name", ""))
        if kind == "mark" and not self.faults:
            if self.in_role(record, body, moment, where):
                self.marks[body["mark_id"]] = body
        elif kind == "mark_opened" and not self.faults:
            self.open_mark(body, author)
        elif kind in ("custodian", "mask", "unmask") and not self.faults:
            self.custody(record, body, moment)
        elif kind == "access_anchored":
            self.anchors.append((where, body["lines"], body["digest"], seq))
        elif kind == "batch" and body.get("signature"):
            keys = [key for key, valid, _ in self.sources.get(author, []) if valid]
            self.sent.append((where, author, body["evidence"], body["signature"], keys))
        elif kind == "mission":
            self.policies = tomllib.loads(body["text"]).get("release", {})
            self.mission(tomllib.loads(body["text"]), moment)

    def mission(self, table, when):
        """Take in the mission's configuration: whether it is an exercise, and from when its checkpoints' clock counts."""
        self.exercise, clock = table.get("exercise") is True, table.get("record", {})
        self.replay = table.get("replay") is True
        self.begun = self.begun or when
        every, step = timedelta(minutes=clock.get("every_minutes", 60)), clock.get("step", 256)
        if not self.clock:
            begun = EPOCH + (when - EPOCH) // every * every
            self.clock.append((begun, 0, every, step))
        elif self.clock[-1][2:] != (every, step):
            start, size, each, more = self.clock[-1]
            count = (when - start) // each + 1 if when >= start else 0
            self.clock.append((start + count * each, size + count * more, every, step))

    def tick(self, size):
        """Return when a checkpoint of this size leaves, None when none has so many leaves."""
        for start, first, every, step in reversed(self.clock):
            if size >= first and (size - first) % step == 0:
                return start + (size - first) // step * every
        return None

    def signed(self, record, body, author):
        """Hold a record to the key that its person has at this place; `persons` is id: [name, key or None, roles]."""
        kind, mark, keyed = (
            record["kind"],
            record.get("signed"),
            any(key for _, key, _ in self.persons.values()),
        )
        if kind == "person" and not keyed and mark:
            self.add(body)  # the first may add themselves
        if mark:
            name, key, _ = self.persons.get(mark["person"], (None, None, []))
            need(
                key and key[1].hex() == mark["key"], "signed with a key that is nobody's, or no longer valid"
            )
            said = {name: record[name] for name in ("kind", "author", "body", "rests_on", "schema")}
            said |= {"origin": self.origin, "person": mark["person"], "after": mark["after"]}
            message = b"trucewatch entry v1\n" + canonical(said).encode()
            after, earlier = mark["after"], self.after.get(mark["person"], 0)
            need(author == name and 0 <= after <= record["seq"], f"signed by {name}, and bears another name")
            need(
                holds(key[3], b64(mark["signature"], 64), message), f"the signature of {name} does not verify"
            )
            need(mark["signature"] not in self.signatures, "its signature stands in an earlier record")
            need(after >= earlier, f"{name} signed it before what stands already")
            self.signatures.add(mark["signature"])
            self.after[mark["person"]] = after
        elif kind in BY_NO_ONE:
            source = body.get("source_id", "trucewatch")
            need(author == source, f"its author is {author!r}, and not its source")
        else:
            plain, names = author.removesuffix(UNSIGNED), {folded(name) for name, *_ in self.persons.values()}
            need(author != plain and folded(plain) not in names, f"unsigned, under the name {author!r}")
            need(plain.strip(), "it bears no name")
            need(kind != "release", "a release that nobody signed")
            change = kind in ("tombstone", "person", "key")
            need(not (keyed and change), "an erasure, or a change of keys, is signed once somebody has a key")
        said = body.get("by" if kind in ("move", "reopening") else "recorded_by", author)
        need(said == author, "inside it says another author")
        may, roles = self.enrolled_by, self.persons[mark["person"]][2] if mark else []
        may = not keyed or (mark and (not may or set(may) & set(roles)))
        if kind == "person" and body["person"] not in self.persons:
            need(may, f"{author} may not add a person")
            self.add(body)
        elif kind == "person":
            need(mark and not keyed and mark["person"] == body["person"], "this person is here already")
        elif kind == "key":
            own = mark and mark["person"] == body.get("person")
            need(may or own, f"{author} may not change another's key")
            self.rekey(body, mark)
        elif kind == "source":
            before = {name: list(keys) for name, keys in self.sources.items()}
            self.declare(tomllib.loads(body["text"]))
            need(may or before == self.sources, "it changes a source's key, and nobody signed it who may")
        elif kind == "mission":
            before, self.enrolled_by = self.enrolled_by, tomllib.loads(body["text"]).get("enrolled_by", [])
            need(may or before == self.enrolled_by, "it changes who may enrol, and nobody signed it who may")
        elif kind == "override":
            self.override(body, mark, roles, datetime.fromisoformat(record["recorded_at"]))
        elif kind == "role":
            self.role(body, mark, record["seq"], datetime.fromisoformat(record["recorded_at"]))
        elif kind == "release":
            self.released.add((body["source_id"], body["evidence"]))
        elif kind == "learned":
            need(
                body["figures"] and body["through"] < record["seq"],
                "it was not learned from what is on record",
            )
            need(
                all(
                    0 <= one["learned"] <= 1 and one["meant"] != one["said"]
                    for one in body.get("confused", [])
                ),
                "a share of confused kinds that cannot be",
            )
            self.learned.add(body["learned_id"])
        elif kind == "profiles":
            need(
                body["use"] is None or body["use"] in self.learned, "it chooses profiles that nobody learned"
            )
            need(body["why"].strip(), "it chooses profiles for no reason")
        elif kind == "batch" and author in self.sources:
            released = (author, body["evidence"]) in self.released
            need(body.get("signature") or released, "a batch of a source that signs, without its signature")
        if kind in ("person", "key", "mission", "role") and self.enrolled_by:
            held = [roles for _, key, roles in self.persons.values() if key]
            need(
                not held or any(set(self.enrolled_by) & set(roles) for roles in held),
                "nobody is left who may enrol",
            )

    def parts(self, mark, when):
        """Return the parts of whoever signed, at a moment: their own, and those that they were lent."""
        own = self.persons[mark["person"]][2] if mark else []
        lent = [
            part
            for who, part, start, end in self.given
            if mark and who == mark["person"] and start <= when < end
        ]
        return {*own, *lent}

    def for_parts(self, record, when):
        """Hold a record to the parts that its kind is for."""
        self.held = self.held or any(ACTS_AS.keys() & set(roles) for _, _, roles in self.persons.values())
        asked = OF_KIND.get(record["kind"])
        if asked and self.held and record["schema"] >= 3:
            parts = self.parts(record.get("signed"), when)
            need(
                asked & parts,
                f"{record['author']} is {' and '.join(sorted(parts)) or 'nothing'} here: this is not theirs",
            )

    def role(self, body, mark, seq, when):
        """Take in a part that somebody asked for, gave as the second name, or withdrew."""
        need(mark and body["why"].strip(), "a part is changed by a person with a key, for a reason")
        name, key, roles = self.persons[body["person"]]
        held, part, asked = self.parts(mark, when), body["part"], body.get("asked")
        may_ask, may_give = held & (ASK_PART | set(self.enrolled_by)), held & GIVE_PART
        if body["deed"] == "withdraw":
            need(part in roles, f"{name} is not {part}")
            need(
                mark["person"] == body["person"] or may_ask or may_give, "a part is withdrawn by whoever may"
            )
            self.persons[body["person"]][2] = [one for one in roles if one != part]
            return
        need(body["deed"] == "grant" and part not in roles and key, "it gives nothing that can be given")
        need(mark["person"] != body["person"], "nobody gives a part to themselves")
        need(
            not roles or (part not in ALONE and not ALONE & set(roles)),
            f"nobody is {part} beside what {name} is",
        )
        if asked is None:
            need(may_ask, "who signed it may not ask for a part")
            if part not in BY_ONE:
                self.asked[seq] = (body["person"], part, mark["person"])
                return
        else:
            person, wanted, first = self.asked.pop(asked, (None, None, None))
            need((person, wanted) == (body["person"], part), "nobody asked for it, or it was given")
            need(may_give and first != mark["person"], "a second person, who may, gives a part")
        self.persons[body["person"]][2] = [*roles, part]

    def release(self, record, body, author, when):
        """Take in a step of a release: by whom it may be, and after which."""
        kind, mark, name = record["kind"], record.get("signed"), folded(author.removesuffix(UNSIGNED))
        need(mark or not any(key for _, key, _ in self.persons.values()), f"a {kind} that nobody signed")
        if any("releaser" in roles for _, _, roles in self.persons.values()):
            need(OF_KIND[kind] & self.parts(mark, when), f"{author} may not: {kind}")
        found = self.releases.get(body["release_id"])
        if kind == "release_proposed":
            need(found is None, "there is a release of this id")
            policy = self.policies.get(body["audience"])
            need(policy is not None and policy == body["policy"], "it is of no policy that is recorded")
            need(datetime.fromisoformat(body["at"]) <= when, "it is of a time to come")
            items = {body["withheld"]["item"], *(file["item"] for file in body["files"].values())}
            need(items == set(record["rests_on"]), "it rests on other files than it names")
            shown = hashlib.sha256(canonical(body).encode()).hexdigest()
            self.releases[body["release_id"]] = [shown, "proposed", body, name]
            return
        need(found and found[0] == body["proposal"], "there is no release of this content")
        need(found[1] != "retracted", "it is retracted already")
        if kind == "release_retracted":
            need(body.get("why", "").strip(), "a retraction says why")
        else:
            before = {"release_approved": "proposed", "release_published": "approved"}[kind]
            need(found[1] == before, f"a release that is {found[1]} takes no {kind}")
            policy = self.policies.get(found[2]["audience"])
            need(policy == found[2]["policy"], "the policy has changed since")
            need(kind != "release_approved" or name != found[3], "whoever proposed it does not approve it")
            hands = [case for case in found[2]["cases"] if name in self.hands.get(case, ())]
            need(not hands, "author, verifier and releaser are three people")
        found[1] = kind.partition("_")[2]

    def override(self, body, mark, roles, when):
        """Take in a part that somebody was given for a day at most."""
        need(mark and {"verifier", "releaser", "commission"} & set(roles), "an override is signed by who may")
        _, key, others = self.persons.get(body["person"], (None, None, []))
        need(key and body["person"] != mark["person"], "an override is for somebody else, who has a key")
        need(not {"administrator", "liaison:A", "liaison:B"} & set(others), "no override is for them")
        need(body["part"] in ("analyst", "verifier", "releaser"), "no override gives that part")
        need(body["why"].strip(), "an override gives its reason")
        begins, ends = (datetime.fromisoformat(body[name]) for name in ("from_utc", "until_utc"))
        need(timedelta(0) < ends - begins <= timedelta(days=1), "an override ends within 24 hours")
        need(timedelta(0) <= when - begins <= timedelta(days=1), "an override begins when it is recorded")
        self.given.append((body["person"], body["part"], begins, ends))

    def custody(self, record, body, when):
        """Take in a custodian, an identity that was sealed, or one of the two steps in which two open it."""
        kind, mark = record["kind"], record.get("signed")
        need(mark, "what is sealed is dealt with by a person with a key")
        who, seq = mark["person"], record["seq"]
        may = {"mask": {"analyst", "verifier"}}.get(kind, {"commission", "verifier"})
        need(may & self.parts(mark, when), "who signed it may not deal with what is sealed")
        if kind == "custodian":
            public = b64(body["public"], 32)
            need(body["person"] == who and public not in self.custodians.values(), "it is not their own key")
            self.custodians[who] = public
        elif kind == "mask":
            whom = set(body["custodians"])
            need(len(whom) > 1 and whom <= self.custodians.keys(), "it is not sealed for two custodians")
            need(len(record["rests_on"]) == 1, "it rests on its box, and on nothing else")
            self.masks[seq] = (body["source"], whom)
        elif body["stage"] == "begun":
            source, whom = self.masks.get(body["of"], (None, set()))
            need(source == body["source"] and {who, body["other"]} <= whom, "they are not its custodians")
            need(who != body["other"] and body["why"].strip(), "it takes two, and a reason")
            self.openings[seq] = (source, who, body["other"], when)
        else:
            need(body["stage"] == "opened", "there is no such step")
            source, first, second, since = self.openings.pop(body["of"], (None, None, None, when))
            need((source, first, second) == (body["source"], body["other"], who), "nobody handed it over")
            need(when - since <= timedelta(days=1), "it was begun more than a day ago")

    def in_role(self, record, move, when, where):
        """Say whether a move or a mark is made in a role that the record gives its author; name it when it is not."""
        rules = self.exercise or (self.held and not self.replay)
        if move.get("kind") == "determine" and not rules:
            return self.broken(
                where, "this determination is of no exercise, and no member of a body signed it"
            )
        if not self.held:
            return True
        mark, role = record.get("signed"), move["role"]
        person = self.persons.get(mark["person"]) if mark else None
        at = max(datetime.fromisoformat(move["at"]), when - timedelta(minutes=1))
        parts = self.parts(mark, at) if person else set()
        own = [ACTS_AS[part] for part in parts if part in ACTS_AS]
        acts = any(role == one and side in (None, move.get("party")) for one, side in own)
        if acts or (role == "public" and parts <= {"observer", "sensor"}):
            return True
        who = f"{record['author']} is {' and '.join(sorted(parts)) or 'nothing'} here"
        return self.broken(where, f"this {record['kind']} is not legal: {who}, and acts as {role}")

    def opened_again(self, seq, kind, move):
        """Hold what the program opens again to the records that it names."""
        case = move["case_id"]
        if move["kind"] == "join":
            self.bearing[seq] = ("move", "")
        if move["kind"] in ("determine", "close"):
            self.looked[case] = seq
        if move["kind"] == "open":
            self.cases[case] = (move.get("incident_id"), (move.get("clause_id") or "").partition("/")[0])
        if kind != "reopening":
            return
        observed = {"batch", "source", "profiles"}
        asked = {"merge": observed | {"move"}, "late_observation": {"batch"}, "new_version": {"agreement"}}
        incident, agreement = self.cases.get(case, (None, ""))
        for number in move.get("records", []):
            what, name = self.bearing.get(number, ("", ""))
            need(
                what in asked.get(move.get("cause"), ()) and self.looked.get(case, -1) < number < seq,
                f"this reopening rests on record {number}, which is none of what it says",
            )
            need(what != "agreement" or name == agreement, f"record {number} is of another agreement")
        met = move.get("incidents", [])
        need(
            move.get("cause") != "merge" or (len(met) > 1 and incident in (None, *met)),
            "a merge names the case's own incident and another",
        )

    def open_mark(self, body, author):
        """Hold a mark that its giver opens to what it was sealed with, and to its being one of two."""
        mark = self.marks.get(body["mark_id"], {})
        need(mark.get("sealed") and not mark["grade"], "there is no such mark that is still sealed")
        need(mark["recorded_by"] == author, "a mark is opened by whoever gave it")
        same = [
            one for one in self.marks.values() if all(one[n] == mark[n] for n in ("case_id", "item", "scale"))
        ]
        need(len(same) > 1, "a mark is opened when two are in")
        said = [mark[name] for name in ("case_id", "item", "scale", "role")] + [body["grade"]]
        found = sha(bytes.fromhex(body["salt"]) + canonical(said).encode()).hex()
        need(found == mark["sealed"], "this is not what the mark was sealed with")
        self.marks[body["mark_id"]] = {**mark, "grade": body["grade"]}

    def add(self, body):
        """Take in a person, whose key answered an invitation that the log signed."""
        name, roles, key = self.answer(body["answer"])
        found = sha(canonical(["person", self.origin, name, body["key"]]).encode()).hex()[:16]
        need(
            [name, roles, key] == [body["name"], body["roles"], body["key"]], "the answer says something else"
        )
        need(body["person"] == found, "its id is not this person's")
        need(folded(name) not in {folded(known) for known, *_ in self.persons.values()}, f"another {name}")
        self.persons[body["person"]] = [name, self.new(read_key(key)), roles]

    def answer(self, text):
        """Return the name, roles and key in an answered invitation, once its two signatures hold."""
        first, invitation, key = open_note(text.encode(), [], strangers=True)[0][:-1].split("\n")
        open_note(text.encode(), [read_key(key)], strangers=True)
        lines = open_note(b64(invitation), [self.key], strangers=True)[0][:-1].split("\n")
        need(first == "trucewatch answer v1" and read_key(key)[2] == 1, "is no answer to an invitation")
        need(
            len(lines) == 5 and lines[:2] == ["trucewatch invitation v1", self.origin],
            "is no invitation to here",
        )
        return lines[2], [] if lines[3] == "-" else lines[3].split(" "), key

    def rekey(self, body, mark):
        """Take in the end of a key, or a new one; `sources` is a source: [public key, valid, declared], …"""
        deed = body["deed"]
        if deed in ("rotate", "revoke"):
            person = self.persons[body["person"]]
            if deed == "rotate":
                name, _, key = self.answer(body["answer"])
                need(mark, "a new key is signed for by somebody who has one")
                need(
                    (folded(name), key) == (folded(person[0]), body["key"]), "the answer says something else"
                )
                person[1] = self.new(read_key(key))
            else:
                need(person[1] == read_key(body["key"]), "no such key is valid: it ends nothing")
                person[1] = None
            return
        held, key = self.sources.setdefault(body["source"], []), source_key(body["source"], body["key"])
        if deed == "make_source":
            held.append([self.new(key), True, False])
        else:
            valid = [one for one in held if one[0] == key and one[1]]
            need(deed == "revoke_source" and valid, "no such key is valid: it ends nothing")
            valid[0][1] = False

    def declare(self, profiles):
        """Take in the sources' keys that sources.toml declares, and the end of those that it no longer does."""
        for name in sorted({*profiles, *self.sources}):
            text, held = profiles.get(name, {}).get("key"), self.sources.get(name, [])
            key = source_key(name, text) if text else None
            held = [[one, valid and (not declared or one == key), declared] for one, valid, declared in held]
            if key and key not in [one[0] for one in held]:
                held.append([self.new(key), True, True])
            if held:
                self.sources[name] = held

    def new(self, key):
        need(key[3] not in self.public, "the key is, or was, known already")
        self.public.add(key[3])
        return key

    def legal(self):
        """Fold the moves of each case, and name those that were not legal."""
        seen, latest, ids = {}, {}, [body["move_id"] for _, body in self.moves]
        for where, move in self.moves:
            if move["at"] <= latest.get(move["case_id"], ""):
                self.broken(where, "this move is dated before one that its case had")
            latest[move["case_id"]] = move["at"]
        for where, move in sorted(self.moves, key=lambda one: (one[1]["at"], one[1]["move_id"])):
            state, made = seen.setdefault(move["case_id"], ["none", []])
            try:
                roles, after = LEGAL.get((state, move["kind"]), ((), None))
                need(
                    move["role"] in roles,
                    f"a case that is {state} takes no {move['kind']} by a {move['role']}",
                )
                need(ids.count(move["move_id"]) == 1, "another move bears the same id")
                self.apart(move, [m for m in made if m["by"].casefold() == move["by"].casefold()])
                self.ripe(move, made)
                seen[move["case_id"]] = [after, [*made, move]]
            except BrokenError as fault:
                self.broken(where, f"this move is not legal: {fault}")

    def apart(self, move, own):
        """Author, verifier and body are three people, and nobody speaks for both parties."""
        roles, kinds, role = {m["role"] for m in own}, {m["kind"] for m in own}, move["role"]
        need(role != "body" or not roles - {"body"}, "who had a part in the case may not decide in it")
        need(role == "body" or "body" not in roles, "who decides in the case may have no other part in it")
        need(
            move["kind"] not in NOT_THE_OPENERS or "open" not in kinds,
            "who opened the case may not verify it",
        )
        need(
            move["kind"] != "retract" or role == "body" or "open" in kinds,
            "whoever made an allegation retracts it",
        )
        need(role == "public" or "public" not in roles, "who alleged from outside may have no other part")
        need(
            {role, *roles} < {"party", "verifier"} or not {"party", "verifier"} <= {role, *roles},
            "verifier and party",
        )
        sides = {m["party"] for m in [*own, move] if m["role"] == "party"}
        need(role != "party" or len(sides) == 1, "who spoke for one party may not speak for the other")

    def ripe(self, move, made):
        """What a move must say, and what a determination waits for."""
        if move["role"] == "party" or move["kind"] == "reply":
            need(move.get("party") in ("A", "B"), "it must say which party")
        if move["kind"] == "open":
            when_where = [move.get(name) for name in ("from_utc", "to_utc", "place")]
            need(
                move.get("assessment_id") or move.get("incident_id") or all(when_where),
                "a case rests on something",
            )
        need((move["role"] == "program") == (move["by"] == "trucewatch"), "the program moves in its own name")
        if move["role"] == "program":
            told = move.get("cause") in ("merge", "late_observation", "new_version") and move.get("records")
            need(told, "the program names the cause, and the records that it rests on")
        if move["kind"] == "determine":
            need(all(move.get(n) for n in ("body", "outcome", "standard_of_proof")), "it lacks its grounds")
            found = [at for at, m in enumerate(made) if m["kind"] == "find"]
            heard = {m["party"] for m in made[found[-1] :] if m["kind"] == "reply"}
            need({"A", "B"} <= heard, "a party was not heard")
            blind = found and made[found[-1]].get("unseen_by")
            need(
                not blind or move["outcome"] in ("unable_to_rule", "text_does_not_decide"),
                "unseen evidence alone supports no determination",
            )

    def others(self):
        """Name what is none of a record's; tiles were looked at with the tree."""
        files, folders = (
            ("log.vkey", "checkpoint", "growing", "ahead"),
            ("tile", "journal", "published", "torn"),
        )
        strange = [p for p in self.record.iterdir() if p.name not in (folders if p.is_dir() else files)]
        journal = self.record / "journal"
        if journal.is_dir():
            strange += [p for p in journal.iterdir() if not re.fullmatch(r"[0-9]{10}\.lines", p.name)]
        for path in sorted(path for path in strange if not CUT.fullmatch(path.name)):
            self.broken(f"record/{path.relative_to(self.record).as_posix()}", "is no file of a record")
        for path in files_in(self.record / "torn"):
            if digest_at(path) != path.relative_to(self.record / "torn").parts[0]:
                self.broken(f"record/{path.relative_to(self.record).as_posix()}", "is not what a crash left")

    def looks(self, path):
        """Hold access.log, where it is here, to the records that anchor its end."""
        if not self.anchors or not path.exists():
            return
        try:
            lines, before = (bytes_at(path, 1 << 32) or b"").split(b"\n")[:-1], "0" * 64
            for n, line in enumerate(lines):
                fields = json.loads(line)
                need(
                    (fields["before"], fields["seq"]) == (before, n), f"line {n + 1} is not what was written"
                )
                before = lines[n] = sha(line).hex()
            for _, count, digest, seq in self.anchors:
                need(0 < count <= len(lines), f"its end was cut off: record {seq} anchored {count} lines")
                need(lines[count - 1] == digest, f"line {count} is not the one that record {seq} anchored")
        except (BrokenError, ValueError, KeyError, TypeError) as fault:
            self.broken("access.log", fault)

    def vault(self, *, sure):
        """Hold the vault to its names and to what records rest on."""
        folder, here = self.record.parent / "vault", set()
        if not folder.is_dir() and self.needed.keys() - self.gone.keys():
            return self.broken("vault", "is missing")
        for path in (p for p in files_in(folder) if not CUT.fullmatch(p.name)):
            where, name = (
                f"vault/{path.relative_to(folder).as_posix()}",
                "".join(path.relative_to(folder).parts),
            )
            here.add(name)
            if not re.fullmatch("vault/[0-9a-f]{2}/[0-9a-f]{62}", where):
                self.broken(where, "is no file of a record")
            elif digest_at(path) != name:
                self.broken(where, "its bytes are not those that were kept")
        for name, seq in sorted(self.needed.items()) if sure else ():
            if name not in here and name not in self.gone:
                self.broken(f"vault/{name[:2]}/{name[2:]}", f"is missing, and record {seq} rests on it")
        for where, *step in self.stepped if sure else ():
            self.cases_of(folder, where, *step)
        for where, *batch in self.sent if sure else ():
            self.batch(folder, where, *batch)
        for said, where in self.words.items() if sure else ():
            self.said(folder, where, *said)
        for name, told in sorted(self.gone.items()):
            where = f"vault/{name[:2]}/{name[2:]}"
            if name in here:
                self.differs.append((where, f"is here, and was to be erased {told}"))
            else:
                self.notes.append(f"{where}: was erased {told}")
        return None

    def said(self, folder, where, name, kind, hollow):
        """Hold words that are here to the members of a record that they were taken out of."""
        path = folder / name[:2] / name[2:]
        if digest_at(path) != name:
            return
        try:
            raw, rest = (bytes_at(path) or b"")[SALT_BYTES:], json.loads(hollow)
            words = json.loads(raw)
            taken = words and all(rest.get(member, value) != value for member, value in words.items())
            whole = taken and canonical(words).encode() == raw and {**rest, **words}
            need(whole and canonical(bare(whole, WORDS[kind])) == hollow, "its words are others")
        except (BrokenError, ValueError, AttributeError, TypeError, RecursionError):
            self.broken(where, "its words are not those that were taken out of it")

    def cases_of(self, folder, where, seq, kind, name, made):
        """Hold a step of a release to the cases that stand on what the release tells, where that is here."""
        item = made["withheld"]["item"]
        raw = bytes_at(folder / item[:2] / item[2:], 1 << 30)
        if raw is None or kind == "release_retracted":
            return
        rows = [json.loads(line.partition(b" ")[2]) for line in raw[SALT_BYTES:].splitlines()]
        told = {row["incident_id"] for row in rows if row.get("released_as")}
        of_it = {case for at, case, _, incident in self.handled if at < seq and incident in told}
        own = {case for at, case, who, _ in self.handled if at < seq and who == name}
        authors = {row["by"] for row in rows if row.get("table") == "ledger"}
        if kind == "release_proposed" and of_it - set(made["cases"]):
            self.broken(where, "this release leaves out a case of an incident in it")
        elif kind != "release_proposed" and (of_it & own or name in authors):
            self.broken(where, "author, verifier and releaser are three people")

    def batch(self, folder, where, source, evidence, signature, keys):
        """Hold the bytes of a batch to its source's signature, where both are here and sound."""
        files = [folder / name[:2] / name[2:] for name in (evidence, signature)]
        if [digest_at(path) for path in files] != [evidence, signature]:
            return
        try:
            with opened(files[0]) as held:
                held.seek(SALT_BYTES)
                said = f"trucewatch batch v1\n{source}\n{hashlib.file_digest(held, 'sha256').hexdigest()}\n"
            need(keys, f"{source} has no valid key")
            text, _ = open_note(bytes_at(files[1])[SALT_BYTES:], keys, strangers=True)
            need(text == said, "the signature is of other bytes, or of another source")
        except BrokenError as fault:
            self.broken(where, f"the batch is not validly signed: {fault}")


def stale(found, hours, now):
    """Return what is to be said when the last checkpoint that counts is not of within `hours` of now."""
    size = found.quorum_size if found.policy else max(found.left, default=None)
    left = found.begun if size is None else found.tick(size)
    if left is not None and abs(now - left) <= timedelta(hours=hours):
        return []
    what = (
        "no checkpoint that counts has left"
        if size is None
        else f"the last checkpoint that counts is of {left}"
    )
    return [("record/published", f"frozen? {what}; --fresh allows {hours:g} hours")]


def verify(place, policy, older, fresh=None):
    found = Verifier(place, policy)
    found.run(older)
    if fresh is not None:
        found.differs += stale(found, fresh, datetime.now(UTC))
    print("".join(f"broken: {where}: {why}\n" for where, why in found.faults), end="")
    print("".join(f"differs: {where}: {why}\n" for where, why in found.differs), end="")
    print("".join(f"note: {note}\n" for note in found.notes), end="")
    if found.faults:
        print("broken: it is not what was recorded")
        return 4
    print(
        f"{found.origin}: {found.size:,} leaves, {found.count:,} records, {len(found.needed):,} files of the vault"
    )
    if policy is None:
        print("self-consistent, not authenticated: no policy from outside was given")
    elif found.quorum_size is None:
        print("signed by the log's key, not authenticated: no checkpoint here has the policy's quorum")
    else:
        print(f"authenticated: the policy's quorum cosigned its first {found.quorum_size:,} leaves")
    return 1 if found.differs or (policy and found.quorum_size is None) else 0


def check(raw, policy):
    """Check one proof: a C2SP tlog-proof whose extra bytes are the record's salt and its bytes."""
    try:
        head, _, note = raw.partition(b"\n\n")
        first, extra, index, *path = (*head.decode("ascii").split("\n"), "", "")
        need(first == "c2sp.org/tlog-proof@v1" and index.startswith("index "), "is no proof of a record")
        keys = [*policy.logs, *policy.witnesses.values()] if policy else []
        text, signed = open_note(note, keys, strangers=not policy)
        (origin, size, root), at = read_checkpoint(text), decimal(index.removeprefix("index "))
        logs = [key for key in signed if policy and key in policy.logs and key[0] == origin]
        need(not policy or (logs and policy.met(signed)), "the policy's log and quorum did not sign it")
        salted = b64(extra.removeprefix("extra "))
        steps = [b64(line, 32) for line in path if line]
        need(
            inclusion_root(leaf_hash(sha(salted)), at, size, steps) == root,
            "its path does not lead to the root",
        )
        need(canonical(json.loads(salted[32:])).encode() == salted[32:], "its record is not RFC 8785")
    except (BrokenError, ValueError, RecursionError) as fault:
        print(f"broken: {fault}")
        return 4
    print(salted[32:].decode())
    print(
        f"leaf {at} of {origin} at {size}: {'authenticated' if policy else 'self-consistent, not authenticated'}"
    )
    return 0


def main(words):
    options, places = {"--policy": [], "--older": [], "--fresh": []}, []
    while words:
        word = words.pop(0)
        options.get(word, places).append(Path(words.pop(0) if word in options and words else word))
    if len(places) != 1 or not places[0].exists() or len(options["--policy"]) > 1:
        print(__doc__)
        return 2
    try:
        policy = Policy(options["--policy"][0].read_bytes()) if options["--policy"] else None
        older = [(str(path), path.read_bytes()) for path in options["--older"]]
        hours = [float(str(word)) for word in options["--fresh"]]
        need(all(0 <= one <= 1_000_000 for one in hours), "--fresh is a number of hours")
        if places[0].is_file():
            return check(places[0].read_bytes(), policy)
        return verify(places[0], policy, older, min(hours, default=None))
    except (BrokenError, LaterError, OSError, ValueError) as fault:
        print(f"cannot be used: {fault}")
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
