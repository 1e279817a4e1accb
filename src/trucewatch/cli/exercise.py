"""`trucewatch exercise`: a simulated truce with known truth, and a mission's marks against it."""

from __future__ import annotations

from pathlib import Path

import click
from rich.console import Console

from trucewatch.cli.options import as_json, say
from trucewatch.mission.exercising import exercise, written
from trucewatch.model.marks import Marks
from trucewatch.report.machine import marked
from trucewatch.report.words import Language
from trucewatch.simulate.preset import PRESETS
from trucewatch.simulate.tricks import Trick


@click.command("exercise", short_help="Make a truce with known truth, and mark a mission against it.")
@click.option("--preset", type=click.Choice(list(PRESETS)), default="small", show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), default=1, show_default=True)
@click.option(
    "--trick",
    type=click.Choice([each.value for each in Trick]),
    default=None,
    help="What is done to a tenth of the reports.",
)
@click.option(
    "-o", "out", default=None, metavar="DIR", help="Write reports, truth, incidents and marks there."
)
@click.option(
    "--language", type=click.Choice([each.value for each in Language]), default="en", show_default=True
)
@as_json
def command(preset: str, seed: int, trick: str | None, out: str | None, language: str, json_: bool) -> None:
    """Simulate a truce, let a mission work on what was reported of it, and mark the result."""
    console = Console(stderr=True)

    def tell(step: str) -> None:
        if console.is_terminal:
            console.print(step)

    done = exercise(preset, seed=seed, trick=trick, step=tell)
    paths = [] if out is None else written(done, Path(out), language=Language(language))
    files = [str(path) for path in paths]
    say(json_, done.stamp, [*_told(done.marks), *files], {**marked(done.marks, done.stamp), "files": files})


def _told(marks: Marks) -> list[str]:
    """Return the marks in a few lines."""
    m = marks.matching
    placed = next((one for one in marks.located if one.name == "all"), None)
    untrue = sum(one.false_incidents or 0 for one in marks.missed if one.by == "ground")
    found = sum(one.found for one in marks.missed if one.by == "ground")
    covered = None if placed is None else placed.covered
    return [
        f"{m.reports:,} reports of {m.events_reported:,} events made {m.incidents:,} incidents",
        f"pairs F1 {_figure(m.f1)}, B-cubed {_figure(m.b_cubed_f)}, adjusted Rand {_figure(m.adjusted_rand)}",
        f"{found:,} events found, {m.events_reported - found:,} taken for part of another, {untrue:,} false",
        f"probabilities add up to {m.p_real_sum:,.0f} incidents; 90 % ellipses hold {_figure(covered)} of places",
    ]


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
