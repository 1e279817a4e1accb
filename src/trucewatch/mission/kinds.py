"""The kinds of a record.

Rules:
- a kind is never taken away: an old record says what it is of;
- a new one is known to the verifier that stands alone, too.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a record is of."""

    MISSION = "mission"  # the text of trucewatch.toml
    SOURCE = "source"  # the text of sources.toml
    AGREEMENT = "agreement"  # the text of an agreement
    ZONES = "zones"  # an agreement's zones
    PACK = "pack"  # the text of a statements pack
    BATCH = "batch"  # a file of a source: its evidence, its rows, its refusals
    FACT = "fact"
    COUNTS_AS = "counts_as"  # one kind of fact counts as another, by a person
    CONTEST = "contest"  # of a fact or of a counts-as
    WITHDRAWAL = "withdrawal"  # whoever recorded something takes it back
    STATUS = "status"  # in force, done, withdrawn or broken, by the actor or the body
    NOTICE = "notice"  # what somebody states of incidents: an order, a warning, an exercise, an exception relied on
    DOCUMENT = "document"  # prose that statements were read in: its bytes are in the vault
    STATEMENT = "statement"  # a statement that a person took from a document
    REVIEW = "review"  # a person accepted, mended or rejected what a reader proposed
    MOVE = "move"
    REOPENING = "reopening"  # the program opens a case again: what it rests on has changed
    MARK = "mark"  # how far somebody trusts an item of a case, given blind: sealed, where its giver has a key
    MARK_OPENED = "mark_opened"  # a sealed mark is opened by its giver, once two are in
    ACCESS_ANCHORED = "access_anchored"  # how many lines access.log has, and the digest of the last
    TORN = "torn"  # a cut-off append was moved aside
    TOMBSTONE = "tombstone"  # a file of the vault was erased: which, why, and by whom
    PERSON = "person"  # somebody with a key, and who added them
    KEY = "key"  # a key was rotated, revoked, or made for a source
    QUARANTINE = "quarantine"  # bytes of a source that signs, without its signature: kept, no rows taken
    CUSTODIAN = "custodian"  # a person's public key for halves of what is sealed, by themselves
    MASK = "mask"  # a source's identity was sealed: its box is in the vault, for any two custodians
    UNMASK = "unmask"  # one of two custodians opens their half of it, and why
    ROLE = "role"  # a part is asked for, given by a second name, or withdrawn
    OVERRIDE = "override"  # in an emergency somebody gives another a part, for a day at most
    RELEASE = "release"  # a person takes quarantined bytes into the record, signed
    LEARNED = "learned"  # a version of what the observations show of their sources
    PROFILES = "profiles"  # a person chooses which are used: a learned version, or the declared ones
    RELEASE_PROPOSED = "release_proposed"  # what would leave to an audience: its files, and what stays
    RELEASE_APPROVED = "release_approved"  # by another name
    RELEASE_PUBLISHED = "release_published"
    RELEASE_RETRACTED = "release_retracted"  # and why
