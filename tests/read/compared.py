"""How two readings differ, proposal by proposal and field by field, when one document is a changed copy of the other.

Rules:
- the words themselves (`quote`, `start`, `end`) must be those of the first, moved and exchanged, byte for byte;
- a proposal that is in one reading only is a difference of its own, which no mutation may make.
"""

from collections.abc import Mapping, Sequence

from mutations import Edit, Mutation, Reach, moved

Json = Mapping[str, object]
WORDS = ("quote", "start", "end")


def unlike(
    mutation: Mutation, raw: bytes, edits: tuple[Edit, ...], before: Sequence[Json], after: Sequence[Json]
) -> list[str]:
    """Return each way in which `after` is not as the mutation says it must be; none when it is."""
    pairs, alone = _pairs(edits, before, after)
    told = list(alone)
    reached = {id(reach): 0 for reach in mutation.reaches}
    for old, new in pairs:
        meant = [reach for reach in mutation.reaches if _holds(old, reach, raw)]
        for reach in meant:
            reached[id(reach)] += 1
        told += _fields(old, new, meant)
    told += [f"no proposal holds {reach.at!r}" for reach in mutation.reaches if not reached[id(reach)]]
    return told


def _pairs(
    edits: tuple[Edit, ...], before: Sequence[Json], after: Sequence[Json]
) -> tuple[list[tuple[Json, Json]], list[str]]:
    left, pairs, alone = list(after), [], []
    for old in before:
        span = moved(_whole(old["start"]), _whole(old["end"]), edits)
        here = [new for new in left if (new["start"], new["end"]) == span]
        if here:
            new = min(here, key=lambda each: _distance(old, each))
            left.remove(new)
            pairs.append((old, new))
        else:
            alone.append(f"gone: {_named(old)}")
    return pairs, [*alone, *(f"new: {_named(new)}" for new in left)]


def _fields(old: Json, new: Json, meant: Sequence[Reach]) -> list[str]:
    must = {name: value for reach in meant for name, value in reach.must.items()}
    may = {name for reach in meant for name in reach.may}
    told = []
    for name in old.keys() - set(WORDS):
        same = old[name] == new[name]
        if name in must and (same or not _is(must[name], name, new[name])):
            told.append(f"{name} is {new[name]!r}, must be {must[name]!r}: {_named(new)}")
        if not same and name not in must and name not in may:
            told.append(f"{name} went from {old[name]!r} to {new[name]!r}: {_named(new)}")
    return told


def _is(meant: object, name: str, met: object) -> bool:
    if meant is ...:
        return True
    if name == "conditions" and isinstance(met, list):
        return [condition["trigger"] for condition in met] == meant
    if isinstance(meant, dict) and isinstance(met, dict):
        return all(met.get(key) == value for key, value in meant.items())
    if name == "actor" and isinstance(met, list) and isinstance(meant, list):
        return sorted(met) == sorted(meant)
    return met == meant


def _holds(proposal: Json, reach: Reach, raw: bytes) -> bool:
    place = raw.find(reach.at.encode())
    return _whole(proposal["start"]) < place + len(reach.at.encode()) and place < _whole(proposal["end"])


def _distance(old: Json, new: Json) -> int:
    return sum(old[name] != new[name] for name in old)


def _named(proposal: Json) -> str:
    return f"{proposal['kind']} {proposal['actor']} {proposal['modality']} {str(proposal['quote'])[:70]!r}"


def _whole(number: object) -> int:
    assert isinstance(number, int)
    return number
