"""The page of conditions: what each statement waits for and why, drawn and told.

Rules:
- a condition that several wait for stands once, the one that most wait for first;
- the drawing has a list beneath it that says the same, with the reason of each state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trucewatch.model.standing import ConditionState, Standing
from trucewatch.model.vocabulary import Truth
from trucewatch.report.drawn import Drawn
from trucewatch.report.drawn_graph import Gate, Waiter, graph_svg
from trucewatch.report.head import Head
from trucewatch.report.tellings import Teller
from trucewatch.report.words import Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """The page."""

    head: Head
    standings: tuple[Standing, ...]  # that state a condition


def waits(standings: Sequence[Standing], head: Head) -> Waits:
    """Return what waits for something, in the order of the ledger."""
    return Waits(head=head, standings=tuple(s for s in standings if s.conditions))


def waits_drawn(
    page: Waits, spoken: Words, organisations: Mapping[str, str], phrases: Mapping[str, str]
) -> Drawn:
    """Return the page for a shell to show."""
    teller = Teller(spoken=spoken, organisations=organisations, phrases=phrases)
    gates, keys = _gates(page.standings, spoken, teller)
    places = {gate.key: n for n, gate in enumerate(gates)}
    near = sorted(
        page.standings, key=lambda s: min((places.get(k, len(gates)) for k in _keys(s, keys)), default=0)
    )
    waiters = [_waiter(s, keys, spoken, teller) for s in near]
    title = spoken.gettext("What waits for what")
    rows = [(gate, [s for s in page.standings if gate.key in _keys(s, keys)]) for gate in gates]
    told: Mapping[str, object] = {
        "page": page,
        "mark": page.head.stamp,
        "drawn": graph_svg(gates, waiters, title),
        "rows": rows,
        "reason": {gate.key: _because(page.standings, keys, gate.key) for gate in gates},
    }
    return Drawn(template="waiting.html", told=told)


def _gates(
    standings: Sequence[Standing], spoken: Words, teller: Teller
) -> tuple[list[Gate], Mapping[tuple[str, Truth], str]]:
    found: dict[tuple[str, Truth], list[ConditionState]] = {}
    for standing in standings:
        for state in standing.conditions:
            if state.awaits is None:
                found.setdefault((_of(state), state.met), []).append(state)
    ranked = sorted(found, key=lambda key: (-len(found[key]), key))
    keys = {key: f"g{n}" for n, key in enumerate(ranked)}
    gates = [
        Gate(
            key=keys[key],
            label=_label(found[key][0], spoken, teller),
            state=_state(key[1], spoken),
            met=key[1],
        )
        for key in ranked
    ]
    return gates, keys


def _of(state: ConditionState) -> str:
    named = state.condition.trigger or state.condition.on
    return str(named) if named else state.condition.as_written


def _label(state: ConditionState, spoken: Words, teller: Teller) -> str:
    condition = state.condition
    if condition.trigger:
        return spoken.term(condition.trigger)
    return spoken.day(condition.on) if condition.on else teller.ours(condition.as_written).striptags()


def _state(met: Truth, spoken: Words) -> str:
    words = {Truth.YES: "met", Truth.NO: "not met", Truth.UNKNOWN: "unknown"}
    return spoken.gettext(words[met])


def _keys(standing: Standing, keys: Mapping[tuple[str, Truth], str]) -> list[str]:
    return [state.awaits or keys[_of(state), state.met] for state in standing.conditions]


def _waiter(
    standing: Standing, keys: Mapping[tuple[str, Truth], str], spoken: Words, teller: Teller
) -> Waiter:
    said = standing.statement
    name = f"{said.pack}/{said.statement_id}"
    whose = ", ".join(spoken.actor(code, teller.organisations) for code in said.actors)
    return Waiter(
        key=name,
        label=f"{whose} · {said.statement_id}",
        words=teller.ours(f"{said.action} {said.what}").striptags(),
        gates=tuple(dict.fromkeys(_keys(standing, keys))),
    )


def _because(
    standings: Sequence[Standing], keys: Mapping[tuple[str, Truth], str], key: str
) -> ConditionState | None:
    states = (state for s in standings for state in s.conditions if state.awaits is None)
    return next((state for state in states if keys[_of(state), state.met] == key), None)
