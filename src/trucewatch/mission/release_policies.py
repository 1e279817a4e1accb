"""The `[release.*]` tables of trucewatch.toml: what may leave to whom, how late and how coarse.

Rules:
- without its table an audience has nothing; what a table does not say is the stricter choice of `model.policy`;
- to the public a cell is no smaller than 1 km, one origin alone is never enough, and a small number never leaves;
- ids leave under names made from the salts of the record's first records, which only the mission has.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Annotated, Literal

from msgspec import Meta, Struct

from trucewatch.errors import ConfigError
from trucewatch.mission.journal import Record
from trucewatch.model.policy import LEAVING, NEVER, SLOW, Policy
from trucewatch.model.vocabulary import Audience, Phenomenon

NAMED_BY = 2  # records whose salts the names of ids are made from
Hours = Annotated[float, Meta(ge=0, le=87_600)]
TableName = Annotated[
    str,
    Meta(pattern="^(observations|incidents|counts|coverage|assessments|tallies|weather|control)$"),
]
LEAST_OF_THE_PUBLIC = {"k_origins": 2, "least_count": 3, "delay_hours": 1}


class PolicyTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """One `[release.AUDIENCE]`: what may leave to it."""

    delay_hours: Annotated[Hours, Meta(description="from the end of what happened")] = 72
    delays_hours: Annotated[
        Mapping[Phenomenon, Hours] | None,
        Meta(description="of single classes; the longer counts; absent: forces and weapons wait 14 days"),
    ] = None
    grid_m: Annotated[
        float,
        Meta(
            ge=1000,
            le=200_000,
            description="least side of a cell of the fixed grid: they are 1.2, 2.4, 4.9, 9.8, 19.5, 39, 78, 156 or 313 km",
        ),
    ] = 9_000
    time_step_minutes: Annotated[
        Literal[1, 5, 15, 30, 60, 180, 360, 720, 1440], Meta(description="times leave as whole steps")
    ] = 60
    k_origins: Annotated[
        int, Meta(ge=1, le=20, description="independent origins of an incident, at least")
    ] = 2
    least_count: Annotated[int, Meta(ge=1, le=1000, description="a smaller number does not leave")] = 3
    never: Annotated[
        tuple[Phenomenon, ...],
        Meta(description="classes that never leave; forces never do to the public, said here or not"),
    ] = tuple(sorted(NEVER))
    tables: Annotated[tuple[TableName, ...], Meta(description="the tables that leave")] = tuple(
        sorted(LEAVING)
    )


class ReleaseTable(
    Struct,
    forbid_unknown_fields=True,
    frozen=True,
    kw_only=True,
    rename={"party_a": "party:A", "party_b": "party:B"},
):
    """`[release]`: a policy for each audience outside; absent: nothing leaves to it."""

    public: PolicyTable | None = None
    body: PolicyTable | None = None
    guarantor: PolicyTable | None = None
    party_a: PolicyTable | None = None
    party_b: PolicyTable | None = None


def policies_of(table: ReleaseTable) -> Mapping[Audience, Policy]:
    """Return the policy of each audience that has one; ConfigError for one that is too loose for the public."""
    given = {
        Audience.PUBLIC: table.public,
        Audience.BODY: table.body,
        Audience.GUARANTOR: table.guarantor,
        Audience.PARTY_A: table.party_a,
        Audience.PARTY_B: table.party_b,
    }
    for name, least in LEAST_OF_THE_PUBLIC.items():
        if table.public is not None and getattr(table.public, name) < least:
            raise ConfigError(
                f"`{name}` of [release.public] is at least {least}: a smaller one gives places away"
            )
    return {audience: _policy(audience, said) for audience, said in given.items() if said is not None}


def naming(records: Iterable[Record]) -> bytes:
    """Return the secret that the ids of what leaves are named by: of the salts of the first records."""
    salts = b"".join(record.salt for record in islice(records, NAMED_BY))
    return hashlib.sha256(b"trucewatch released names\n" + salts).digest()


def with_naming(policies: Mapping[Audience, Policy], secret: bytes) -> Mapping[Audience, Policy]:
    """Return the policies, each with the mission's secret."""
    return {audience: replace(policy, naming=secret) for audience, policy in policies.items()}


def _policy(audience: Audience, said: PolicyTable) -> Policy:
    waits = said.delays_hours
    return Policy(
        audience=audience,
        delay=timedelta(hours=said.delay_hours),
        delays=SLOW if waits is None else {kind: timedelta(hours=hours) for kind, hours in waits.items()},
        grid_m=said.grid_m,
        time_step=timedelta(minutes=said.time_step_minutes),
        k_origins=said.k_origins,
        least_count=said.least_count,
        never=frozenset(said.never),
        tables=frozenset(said.tables),
    )
