"""Statements that people took from documents, as records: documents, statements and reviews.

Rules:
- a body is what the noun's fields are; it reads back as the same noun;
- a statement's last record stands, and none does whose proposal was rejected after it;
- a span resolves while the document's bytes are in the vault, and says so when they are not.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TypeVar, cast

import msgspec

from trucewatch.errors import InputError, IntegrityError
from trucewatch.mission.folder import Folder
from trucewatch.mission.journal import Kind, Record
from trucewatch.mission.vault import Vault
from trucewatch.model.canonical import Json, digest
from trucewatch.model.review import Around, Document, Review, Verdict
from trucewatch.model.statement import Statement

AROUND_CHARACTERS = 200
Noun = TypeVar("Noun", Document, Review, Statement)


def documents_of(records: Iterable[Record]) -> Mapping[str, Document]:
    """Return the documents on record by what statements name them by; the last record of each stands."""
    found = (_noun(record, Document) for record in records if record.kind is Kind.DOCUMENT)
    return {document.document: document for document in found}


def document_of(vault: Vault, records: Iterable[Record], raw: bytes) -> Document | None:
    """Return the document on record whose bytes these are; one that was erased is not known again."""
    documents = documents_of(records)
    found = vault.found(raw, [document.item for document in documents.values()])
    return next((document for document in documents.values() if document.item == found), None)


def document_named(vault: Vault, records: Iterable[Record], name: str) -> Document | None:
    """Return the document that a statement names, as records do or, in a pack, by the SHA-256 of its bytes."""
    documents = documents_of(records)
    if name in documents:
        return documents[name]
    here = (document for document in documents.values() if vault.holds(document.item))
    return next((document for document in here if digest(vault.get(document.item)) == name), None)


def reviews_of(records: Iterable[Record]) -> Mapping[str, Review]:
    """Return the review that stands of each proposal, by the proposal's id."""
    found = (_noun(record, Review) for record in records if record.kind is Kind.REVIEW)
    return {review.proposal_id: review for review in found}


def statements_of(records: Iterable[Record]) -> tuple[Statement, ...]:
    """Return the statements that stand, in the order in which they first came."""
    standing: dict[str, Statement] = {}
    taken: dict[str, str] = {}  # the statement of each proposal
    for record in records:
        if record.kind is Kind.STATEMENT:
            statement = _noun(record, Statement)
            standing[statement.statement_id] = statement
        elif record.kind is Kind.REVIEW:
            review = _noun(record, Review)
            if review.verdict is Verdict.REJECTED:
                standing.pop(taken.get(review.proposal_id, ""), None)
            elif review.statement_id is not None:
                taken[review.proposal_id] = review.statement_id
    return tuple(standing.values())


def body_of(noun: Document | Review | Statement) -> Mapping[str, Json]:
    """Return the noun as a record holds it."""
    return cast(Mapping[str, Json], json.loads(msgspec.json.encode(noun)))


def words_around(folder: Folder, statement: Statement) -> Around:
    """Return the statement's words where they stand in their document; InputError when it is not to hand."""
    document = document_named(folder.vault, folder.journal.replay(), statement.digest or "")
    if document is None or statement.start is None or statement.end is None:
        raise InputError(
            f"the document of {statement.statement_id} is not in the vault: `trucewatch read` takes it in"
        )
    raw = folder.vault.get(document.item)
    before, words, after = raw[: statement.start], raw[statement.start : statement.end], raw[statement.end :]
    return Around(
        statement=statement,
        before=before.decode("utf-8")[-AROUND_CHARACTERS:],
        words=words.decode("utf-8"),
        after=after.decode("utf-8")[:AROUND_CHARACTERS],
    )


def _noun(record: Record, noun: type[Noun]) -> Noun:
    try:
        return msgspec.convert(record.body, noun)
    except msgspec.ValidationError as fault:
        raise IntegrityError(f"record {record.seq} is not a {record.kind.value}: {fault}") from fault
