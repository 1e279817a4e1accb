#!/usr/bin/env python3
"""Verify a Trucewatch record, or one proof out of it, with nothing of Trucewatch: one file, to be read first.

    python verify.py DIR [--policy FILE] [--older FILE]...     a mission's folder, or a copy of record/ and vault/
    python verify.py PROOF [--policy FILE]                     what `trucewatch record prove` wrote

It needs Python 3.11 or later and the package `cryptography`, no network, and writes nothing. It ends with 0 when
all is as it was recorded, with 1 when no quorum of the policy cosigned it, with 4 when anything is broken, with 2 when
it was asked something else. Every broken file is named. Without --policy nobody is authenticated: whoever made the
files may have made all of them.

What it checks, in this order, with the standard that each step is of:
 1. the checkpoints' signatures (C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-policy);
 2. that entries and tiles lead to the signed root, and that older checkpoints do (RFC 9162 §2.1, C2SP tlog-tiles);
 3. that each line of the journal is its leaf, SHA-256(salt ‖ record), and none is missing (RFC 8785 for a record);
 4. records' order, persons' signatures (RFC 8032), and the legality of every move in a case;
 5. that each file of the vault is what its name says, and is there unless a tombstone says who erased it and why.
What it does not check: the rows inside batches, and the configuration on disk. `trucewatch record verify` does.
"""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FULL = 256
LARGEST = (1 << 63) - 1
LINE = re.compile(rb"(0|[1-9][0-9]{0,18}) ([0-9a-f]{64}) (\{[^\n]*\})\n")
RUN = re.compile(rb'\{"count":([1-9][0-9]{0,8}),"kind":"padding"\}')


class BrokenError(Exception):
    """Something is not what it was, or cannot be read as what it should be."""


def need(holds, why):
    if not holds:
        raise BrokenError(why)


def sha(raw):
    return hashlib.sha256(raw).digest()


# ---- one spelling for each value, keys, notes and policies (C2SP) ----


def b64(text, length=None):
    """Return the bytes of canonical base64."""
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
    parts = text.split("+", 2)
    need(len(parts) == 3 and parts[0], f"{text[:60]!r} is no verifier key")
    raw = b64(parts[2], 33)
    key_id = sha(parts[0].encode() + b"\n" + raw)[:4]
    need(key_id.hex() == parts[1] and raw[0] in (1, 4), f"the key {parts[0]} has another id or kind")
    return parts[0], key_id, raw[0], raw[1:]


def open_note(raw, keys, *, strangers):
    """Return a note's text, and (key, time) of each signature; every line must verify.

    A line of a key that is not among `keys` refuses the note unless `strangers` are let pass.
    """
    try:
        text, gap, lines = raw.decode("utf-8").rpartition("\n\n")
    except UnicodeDecodeError:
        raise BrokenError("is not UTF-8") from None
    need(
        gap and lines.endswith("\n") and not re.search(r"[\x00-\x09\x0b-\x1f]", text + lines),
        "is no signed note",
    )
    text, signed = text + "\n", []
    for line in lines[:-1].split("\n"):
        met = re.fullmatch(r"— ([^\s+]+) (\S+)", line)
        need(met, f"{line[:60]!r} is no signature line")
        found = b64(met[2])
        key = next((key for key in keys if (key[0], key[1]) == (met[1], found[:4])), None)
        need(key or strangers, f"a line bears the key of {met[1]}, which is not known")
        if key is None:
            continue
        at, message, signature = None, text.encode(), found[4:]
        if key[2] == 4:
            at, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {at}\n{text}".encode()
        need(holds(key[3], signature, message), f"the signature of {met[1]} does not verify")
        signed.append((key, at))
    need(signed, "no known key signed it")
    return text, signed


def holds(public, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def read_checkpoint(text):
    """Return (origin, size, root) of a checkpoint's text."""
    lines = text[:-1].split("\n")
    need(len(lines) >= 3 and all(lines), "is no checkpoint")
    return lines[0], decimal(lines[1]), b64(lines[2], 32)


class Policy:
    """A C2SP tlog-policy: logs, witnesses, groups and one quorum."""

    def __init__(self, raw):
        self.logs, self.witnesses, self.groups, self.quorum = [], {}, {}, None
        for line in raw.decode("utf-8").splitlines():
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if words[0] == "log" and len(words) in (2, 3):
                self.logs.append(read_key(words[1]))
            elif words[0] == "witness" and len(words) in (3, 4):
                self.witnesses[words[1]] = read_key(words[2])
            elif words[0] == "group" and len(words) > 3:
                many = {"all": len(words) - 3, "any": 1}.get(words[2]) or int(words[2])
                self.groups[words[1]] = (many, words[3:])
            elif words[0] == "quorum" and len(words) == 2 and self.quorum is None:
                self.quorum = words[1]
            else:
                raise BrokenError(f"the policy has a line that is not understood: {line[:60]!r}")
        need(self.quorum and self.logs, "a policy names a log and a quorum")

    def met(self, keys, name=None):
        name = name or self.quorum
        if name == "none":
            return True
        if name in self.witnesses:
            return self.witnesses[name] in keys
        need(name in self.groups, f"the policy's {name!r} is nobody")
        many, members = self.groups[name]
        return sum(self.met(keys, member) for member in members) >= many


# ---- the tree (RFC 9162) and its tiles (C2SP tlog-tiles) ----


def leaf_hash(entry):
    return sha(b"\0" + entry)


def root_of(hashes):
    """Return the root above a row of leaves' hashes, or of perfect trees' of one size."""
    row = list(hashes) or [sha(b"")]
    if not hashes:
        return row[0]
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        row = [sha(b"\1" + row[n] + row[n + 1]) for n in range(0, len(row) - 1, 2)] + odd
    return row[0]


def tree_root(rows):
    """Return the root above rows of 256 leaves, the last of them perhaps shorter."""
    return root_of([root_of(row) for row in rows])


def tile_path(kind, number, width):
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03}")
    return f"tile/{kind}/{'/'.join(reversed(groups))}" + (f".p/{width}" if width < FULL else "")


def bundle_of(raw, width):
    """Return the entries in a bundle's bytes."""
    entries, at = [], 0
    while at < len(raw):
        end = at + 2 + int.from_bytes(raw[at : at + 2], "big")
        entries.append(raw[at + 2 : end])
        need(end <= len(raw), "is cut short")
        at = end
    need(len(entries) == width, f"does not hold {width} entries")
    return entries


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


# ---- a record's bytes (RFC 8785) ----


def canonical(value):
    """Return RFC 8785 JSON, for what records hold."""
    if value is None or isinstance(value, (bool, int, str)):
        need(not isinstance(value, int) or abs(value) < 1 << 53, "a number is too large")
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\x7f")
    if isinstance(value, float):
        return ecmascript(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"


def ecmascript(number):
    """Return a float as ECMAScript writes it."""
    need(number - number == 0, "a number is not finite")
    sign, digits, exponent = "-" if number < 0 else "", *_shortest(abs(number))
    count = len(digits)
    if digits == "0":
        return "0"
    if count <= exponent <= 21:
        return sign + digits + "0" * (exponent - count)
    if 0 < exponent <= 21:
        return f"{sign}{digits[:exponent]}.{digits[exponent:]}"
    if -6 < exponent <= 0:
        return f"{sign}0.{'0' * -exponent}{digits}"
    power = f"e{'+' if exponent > 0 else '-'}{abs(exponent - 1)}"
    return sign + digits[0] + (f".{digits[1:]}" if count > 1 else "") + power


def _shortest(number):
    digits, _, power = f"{number!r}".partition("e")
    whole, _, part = digits.partition(".")
    joined = (whole + part).lstrip("0") or "0"
    leading = len(whole + part) - len((whole + part).lstrip("0"))
    return joined.rstrip("0") or "0", len(whole) - leading + int(power or 0)


# ---- a record's folder ----


class Verifier:
    """What is found in one record: faults by file, notes, and how far a quorum vouches for it."""

    def __init__(self, place, policy):
        inside = place / "record"
        self.record, self.policy = (inside if inside.is_dir() else place), policy
        self.vault = self.record.parent / "vault"
        self.faults, self.notes, self.quorum_size = [], [], None
        self.texts, self.needed, self.gone, self.records, self.moves = {}, {}, {}, 0, []

    def broken(self, where, why):
        self.faults.append((str(where), str(why)))

    def bytes(self, path):
        try:
            return (self.record / path).read_bytes()
        except OSError:
            return None

    def run(self, older):
        keys = self.log_keys()
        head = self.head(keys) if keys else None
        if head is None:
            return
        self.origin, self.size, self.root, self.key = head
        rows = self.tree()
        self.published(rows)
        for name, raw in older:
            self.follows("record/checkpoint", open_note(raw, [self.key], strangers=True)[0], rows, name)
        clean = self.journal(rows)
        self.strangers()
        self.kept(sure=clean)

    def log_keys(self):
        try:
            raw = self.bytes("log.vkey")
            need(raw is not None, "is missing")
            key = read_key(raw.decode("ascii").removesuffix("\n"))
            need(raw.endswith(b"\n"), "is not one line")
            need(self.policy is None or key in self.policy.logs, "is not a log's key that the policy knows")
            return self.policy.logs if self.policy else [key]
        except (BrokenError, UnicodeDecodeError) as fault:
            self.broken("record/log.vkey", fault)
            return self.policy.logs if self.policy else []

    def head(self, keys):
        try:
            raw = self.bytes("checkpoint")
            need(raw is not None, "is missing")
            text, signed = open_note(raw, keys, strangers=False)
            need(len(signed) == 1, "it bears a line that is not the log's signature")
            origin, size, root = read_checkpoint(text)
            need(origin == signed[0][0][0], "it is of another log")
            return origin, size, root, signed[0][0]
        except BrokenError as fault:
            self.broken("record/checkpoint", fault)
            return None

    def tree(self):
        """Return the leaves' hashes, 256 a row, once entries or tiles lead to the root; None in a row that lacks."""
        rows = {"entries": [], "0": []}
        for number in range(-(-self.size // FULL)):
            width = min(FULL, self.size - number * FULL)
            for kind, read in (("entries", self.entries_row), ("0", self.tile_row)):
                path = tile_path(kind, number, width)
                try:
                    raw = self.bytes(path)
                    need(raw is not None, "is missing")
                    rows[kind].append(read(raw, width))
                except BrokenError as fault:
                    self.broken(f"record/{path}", fault)
                    rows[kind].append(None)
        one, other = (
            [a if a is not None else b for a, b in zip(rows[k], rows[m], strict=True)]
            for k, m in (("entries", "0"), ("0", "entries"))
        )
        right = next((r for r in (one, other) if None not in r and tree_root(r) == self.root), None)
        wrong = "0" if right is one else "entries"
        for number, (a, b) in enumerate(zip(rows["entries"], rows["0"], strict=True)):
            if a is not None and b is not None and a != b:
                width = min(FULL, self.size - number * FULL)
                where = [
                    tile_path(kind, number, width)
                    for kind in (["entries", "0"] if right is None else [wrong])
                ]
                self.broken(" or ".join(f"record/{path}" for path in where), "is not what it was")
        if right is None and not self.faults:
            self.broken("record/tile", "entries and tiles agree, and are not those of the checkpoint")
        self.upper(right or [])
        return right or one

    def entries_row(self, raw, width):
        return [leaf_hash(entry) for entry in bundle_of(raw, width)]

    def tile_row(self, raw, width):
        need(len(raw) == width * 32, f"does not hold {width} hashes")
        return [raw[n : n + 32] for n in range(0, len(raw), 32)]

    def upper(self, rows):
        """Hold the tiles above the lowest level, and the partial ones of older trees, to the leaves."""
        level, above, known = 1, [root_of(row) for row in rows if len(row) == FULL], {}
        known |= {("0", n): b"".join(row) for n, row in enumerate(rows)}
        while above:
            for start in range(0, len(above), FULL):
                held = above[start : start + FULL]
                known[str(level), start // FULL] = b"".join(held)
                path = tile_path(level, start // FULL, len(held))
                if self.bytes(path) != b"".join(held):
                    self.broken(
                        f"record/{path}", "is missing" if self.bytes(path) is None else "is not what it was"
                    )
            above = [root_of(above[n : n + FULL]) for n in range(0, len(above) // FULL * FULL, FULL)]
            level += 1
        self.known_tiles = known

    def follows(self, where, text, rows, name):
        origin, size, root = read_checkpoint(text)
        try:
            need(origin == self.origin, f"is of another log, {origin}")
            need(
                size <= self.size, f"{name} is at {size}, and this is at {self.size}: the record was set back"
            )
            leaves = [leaf for row in rows[: -(-size // FULL)] for leaf in (row or [])][:size]
            cut = [leaves[n : n + FULL] for n in range(0, size, FULL)]
            if not self.faults:
                need(tree_root(cut) == root, f"{name} is at {size} with another root: two histories")
        except BrokenError as fault:
            self.broken(where, fault)
        return size

    def published(self, rows):
        folder = self.record / "published"
        paths = sorted(folder.iterdir(), key=lambda p: p.name != "checkpoint") if folder.is_dir() else []
        for path in paths:
            where, witnesses = (
                f"record/published/{path.name}",
                list(self.policy.witnesses.values()) if self.policy else [],
            )
            try:
                text, signed = open_note(
                    path.read_bytes(), [self.key, *witnesses], strangers=self.policy is None
                )
                keys = [key for key, _ in signed]
                need(self.key in keys, "the log did not sign it")
                size = self.follows(where, text, rows, "it")
                need(path.name in ("checkpoint", str(size)), f"is the checkpoint at {size}")
                if self.policy and self.policy.met(keys):
                    self.quorum_size = max(self.quorum_size or 0, size)
            except BrokenError as fault:
                self.broken(where, fault)

    def journal(self, rows):
        """Hold every line to its leaf; return whether none is broken."""
        segments = sorted((self.record / "journal").glob("*.lines"))
        before, at, sure = len(self.faults), 0, True
        for n, path in enumerate(segments):
            where = f"record/journal/{path.name}"
            first = int(path.stem) if re.fullmatch(r"[0-9]{10}", path.stem) else -1
            if sure and at < first:
                self.broken(f"record/journal/{at:010}.lines", "is missing")
            at, sure, clean = max(at, first), True, True
            end = int(segments[n + 1].stem) if n + 1 < len(segments) else self.size
            lines = path.read_bytes().splitlines(keepends=True)
            for number, raw in enumerate(lines, 1):
                if sure and at >= self.size:
                    self.notes.append(f"{where}:{number}: what follows was never acknowledged")
                    break
                try:
                    at, sure = self.line(raw, at, sure, rows, f"{where}:{number}"), True
                except BrokenError as fault:
                    self.broken(f"{where}:{number}", fault)
                    sure = clean = False
            if clean and at < end and len(lines) < 4096:
                self.broken(where, f"ends too soon: lines are missing from leaf {at} on")
                sure = False
        if sure and at < self.size:
            self.broken(f"record/journal/{at:010}.lines", "is missing")
        return len(self.faults) == before

    def line(self, raw, at, sure, rows, where):
        """Return the leaf after a line's; BrokenError when it is not what was recorded."""
        met = LINE.fullmatch(raw)
        need(met, "is not INDEX SALT RECORD as it was written")
        index, salt, run = int(met[1]), bytes.fromhex(met[2].decode()), RUN.fullmatch(met[3])
        need(index == at or (not sure and index > at), f"leaf {at} is due here, and it says {index}")
        end = index + (int(run[1]) if run else 1)
        need(end <= self.size, "goes beyond the log")
        for leaf in range(index, end):
            entry = sha(sha(salt + leaf.to_bytes(8, "big")) + b"padding") if run else sha(salt + met[3])
            row = rows[leaf // FULL]
            need(
                row is None or row[leaf % FULL] == leaf_hash(entry),
                f"is not what was recorded: leaf {leaf} is another's",
            )
        if not run:
            self.take(met[3], where, index == at and sure)
        return end

    def take(self, raw, where, due):
        """Take in what a record says."""
        try:
            record = json.loads(raw)
            need(canonical(record).encode() == raw, "is not RFC 8785")
            seq, when, kind, body = (record[name] for name in ("seq", "recorded_at", "kind", "body"))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise BrokenError("is not a record as it was written") from None
        need(not due or seq == self.records, f"record {self.records} is due here, and it is {seq}")
        need(when >= getattr(self, "latest", ""), "record time runs back here")
        self.records, self.latest = seq + 1, when
        for name in record["rests_on"]:
            self.needed.setdefault(name, f"record {seq}")
        if kind == "tombstone":
            self.gone[body["name"]] = f"by {record['author']} at {when}: {body['why']}"
        elif kind == "move":
            self.moves.append((where, body))
        elif kind == "mission":
            self.exercise = re.search(r"^exercise *= *true", body["text"], re.MULTILINE) is not None

    def strangers(self):
        """Name files that are none of a record's, and partial tiles that are no beginning of today's."""
        needed = {"log.vkey", "checkpoint", "growing"}
        for path in sorted(p for p in self.record.rglob("*") if p.is_file()):
            name = path.relative_to(self.record).as_posix()
            top = name.split("/")[0]
            if path.name.startswith(".") and path.name.endswith(".part"):
                self.notes.append(f"record/{name}: was left by a write that was cut off")
            elif top == "torn":
                if hashlib.sha256(path.read_bytes()).hexdigest() != name.split("/")[1]:
                    self.broken(f"record/{name}", "is not what a crash left")
            elif top == "tile":
                self.tile(name, path.read_bytes())
            elif name not in needed and not re.fullmatch(r"journal/[0-9]{10}\.lines|published/[^/]+", name):
                self.broken(f"record/{name}", "is no file of a record")

    def tile(self, name, raw):
        met = re.fullmatch(
            r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", name
        )
        number, width = (int(re.sub(r"[x/]", "", met[2])), int(met[3] or FULL)) if met else (0, 0)
        level = "0" if met and met[1] == "entries" else met and met[1]
        today = self.known_tiles.get((level, number), b"")
        if not met or tile_path(met[1], number, width) != name or width * 32 > len(today):
            self.broken(f"record/{name}", "belongs to no tree of this log")
        elif width * 32 < len(today):
            try:
                held = b"".join(map(leaf_hash, bundle_of(raw, width))) if met[1] == "entries" else raw
                need(held == today[: width * 32], "is not the beginning of the tile of today")
            except BrokenError as fault:
                self.broken(f"record/{name}", fault)

    def kept(self, *, sure):
        """Hold the vault to its names and to what records rest on."""
        here = set()
        for path in sorted(p for p in self.vault.rglob("*") if p.is_file()):
            name = "".join(path.relative_to(self.vault).parts)
            where = f"vault/{path.relative_to(self.vault).as_posix()}"
            if path.name.startswith(".") and path.name.endswith(".part"):
                continue
            if not re.fullmatch(r"[0-9a-f]{64}", name) or len(path.parent.name) != 2:
                self.broken(where, "is no file of a record")
                continue
            here.add(name)
            with path.open("rb") as held:
                if hashlib.file_digest(held, "sha256").hexdigest() != name:
                    self.broken(where, "its bytes are not those that were kept")
        if not self.vault.is_dir() and self.needed.keys() - self.gone.keys():
            return self.broken("vault", "is missing")
        for name, by in sorted(self.needed.items()) if sure else ():
            if name not in here and name not in self.gone:
                self.broken(f"vault/{name[:2]}/{name[2:]}", f"is missing, and {by} rests on it")
        for name, told in sorted(self.gone.items()):
            self.notes.append(f"vault/{name[:2]}/{name[2:]}: was erased {told}")
        return None


def verify(place, policy, older):
    found = Verifier(place, policy)
    found.run(older)
    for where, why in found.faults:
        print(f"broken: {where}: {why}")
    for note in found.notes:
        print(f"note: {note}")
    if found.faults:
        print("broken: it is not what was recorded")
        return 4
    print(
        f"{found.origin}: {found.size} leaves, {found.records} records, {len(found.needed)} files of the vault"
    )
    if policy is None:
        print("self-consistent, not authenticated: no policy from outside was given")
        return 0
    if found.quorum_size is None:
        print("signed by the log's key, not authenticated: no checkpoint here has the policy's quorum")
        return 1
    print(f"authenticated: the policy's quorum cosigned its first {found.quorum_size} leaves")
    return 0


def check(raw, policy):
    """Check one proof: a C2SP tlog-proof whose extra bytes are the record's salt and its bytes."""
    try:
        head, _, note = raw.partition(b"\n\n")
        first, extra, index, *path = head.decode("ascii").split("\n")
        need(first == "c2sp.org/tlog-proof@v1" and index.startswith("index "), "is no proof")
        bytes_, at = b64(extra.removeprefix("extra ")), decimal(index.removeprefix("index "))
        keys = [*policy.logs, *policy.witnesses.values()] if policy else []
        text, signed = (
            open_note(note, keys, strangers=False)
            if policy
            else (note.decode().rpartition("\n\n")[0] + "\n", [])
        )
        origin, size, root = read_checkpoint(text)
        need(
            not policy or any(key in policy.logs and key[0] == origin for key, _ in signed),
            "no known log signed it",
        )
        need(not policy or policy.met([key for key, _ in signed]), "the policy's quorum did not cosign it")
        leaf = leaf_hash(sha(bytes_))
        need(
            inclusion_root(leaf, at, size, [b64(line, 32) for line in path]) == root,
            "the path does not lead to the root",
        )
        need(canonical(json.loads(bytes_[32:])).encode() == bytes_[32:], "its record is not RFC 8785")
    except (BrokenError, ValueError) as fault:
        print(f"broken: {fault}")
        return 4
    print(bytes_[32:].decode())
    print(
        f"leaf {at} of {origin} at {size}, {'authenticated' if policy else 'self-consistent, not authenticated'}"
    )
    return 0


def main(words):
    options = {"--policy": [], "--older": []}
    places = []
    while words:
        word = words.pop(0)
        options[word].append(Path(words.pop(0))) if word in options and words else places.append(Path(word))
    if len(places) != 1 or not places[0].exists() or len(options["--policy"]) > 1:
        print(__doc__)
        return 2
    try:
        policy = Policy(options["--policy"][0].read_bytes()) if options["--policy"] else None
        older = [(str(path), path.read_bytes()) for path in options["--older"]]
        if places[0].is_file():
            return check(places[0].read_bytes(), policy)
        return verify(places[0], policy, older)
    except (BrokenError, OSError, ValueError) as fault:
        print(f"cannot be used: {fault}")
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
