"""Stated probabilities against what was so, by tenth and by which sources there were; the sum of them against events.

Rules:
- simulated: preset and seeds are printed; profiles are learned from nothing, or the true ones with `--true`;
- *so* is that the incident is the one which tells most of a real event: `p_real` is that something happened of which no
  other incident tells, and its sum is how many events there were; *real* is that any report in it was of something;
- a mix is which sources there are at all; the goals: every tenth within .03, the sum within 3 %, 88 to 92 % of true
  places in the 90 % ellipse and of true numbers in the 90 % range;
- `--svg FILE` draws stated against observed, a line for each mix.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from seeds import seed_of

from trucewatch.fuse.fuse import fuse
from trucewatch.fuse.learning import learn
from trucewatch.simulate.marking import reports, stands_for
from trucewatch.simulate.observed import Observed, observe
from trucewatch.simulate.placing import located
from trucewatch.simulate.preset import preset
from trucewatch.simulate.world import world

MIXES: dict[str, tuple[str, ...]] = {
    "all": (),
    "sensors": ("acoustic", "seismic", "camera", "drone", "thermal", "optical"),
    "patrols, cameras": ("patrol", "camera", "drone"),
    "patrols, told": ("patrol", "claims-A", "claims-B", "news-harbour", "news-coast", "coded", "public"),
}
COLOURS = ("#1b6ca8", "#c2571a", "#3f7f3f", "#7b4ea3")


def stood(observed: Observed, mix: Sequence[str], *, true: bool) -> tuple[pl.DataFrame, int]:
    rows = observed.observations
    kept = rows["source_id"].is_in(mix) if mix else pl.Series([True]).new_from_index(0, rows.height)
    some = Observed(
        world=observed.world,
        observations=rows.filter(kept),
        truth=observed.truth.filter(kept),
        hours=observed.hours,
        true=observed.true,
        declared=observed.declared,
    )
    profiles = some.true if true else learn(some.observations, {}).profiles
    fused = fuse(some.observations, profiles)
    told = reports(some, fused.incidents)
    events = told["event_id"].drop_nulls().n_unique()
    return stands_for(told, fused.incidents, some), events


def table(name: str, parts: list[tuple[pl.DataFrame, int]]) -> list[tuple[float, float]]:
    errors = [float(part["p_real"].sum()) / max(events, 1) - 1 for part, events in parts]
    whole = pl.concat([part for part, _ in parts], how="vertical_relaxed")
    sums = ", ".join(f"{error:+.3f}" for error in errors)
    place = located(whole)[0]
    print(
        f"\n{name}: {whole.height:,} incidents; sum of p_real / events - 1: {sums}; all together "
        f"{float(whole['p_real'].sum()) / sum(events for _, events in parts) - 1:+.3f}"
    )
    print(f"  ellipses hold {place.covered}, 90 % ranges of numbers {place.counted}")
    print("  tenth  incidents  stated   so      off     real")
    drawn = []
    tenth = (whole["p_real"].to_numpy() * 10).astype(int).clip(0, 9)
    for at in range(10):
        part = whole.filter(pl.Series(tenth == at))
        if part.is_empty():
            continue
        stated, so = float(part["p_real"].mean()), float(part["own"].mean())
        real = float(part["event_id"].is_not_null().mean())
        print(
            f"  .{at}-   {part.height:>10,}   {stated:.3f}   {so:.3f}   {stated - so:+.3f}   {real:.3f}",
            flush=True,
        )
        if part.height >= 50:
            drawn.append((stated, so))
    return drawn


def svg(lines: dict[str, list[tuple[float, float]]], title: str) -> str:
    def at(x: float, y: float) -> str:
        return f"{50 + 400 * x:.1f},{450 - 400 * y:.1f}"

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 500" font-family="sans-serif" font-size="13">',
        '<rect width="640" height="500" fill="white"/>',
        f'<text x="50" y="25">{title}</text>',
        f'<polygon points="{at(0, 0.03)} {at(0.97, 1)} {at(1, 1)} {at(1, 0.97)} {at(0.03, 0)} {at(0, 0)}" fill="#e4e4e4"/>',
        f'<polyline points="{at(0, 1)} {at(0, 0)} {at(1, 0)}" fill="none" stroke="#444"/>',
    ]
    for tick in np.linspace(0, 1, 6):
        parts.append(f'<text x="{45 + 400 * tick:.0f}" y="468">{tick:.1f}</text>')
        parts.append(f'<text x="22" y="{454 - 400 * tick:.0f}">{tick:.1f}</text>')
    for turn, (name, points) in enumerate(lines.items()):
        colour = COLOURS[turn % len(COLOURS)]
        path = " ".join(at(*point) for point in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{at(*p).split(",")[0]}" cy="{at(*p).split(",")[1]}" r="3" fill="{colour}"/>'
            for p in points
        ]
        parts.append(f'<text x="470" y="{80 + 20 * turn}" fill="{colour}">{name}</text>')
    parts += [
        '<text x="200" y="490">stated</text>',
        '<text x="470" y="55">observed, by mix of sources</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--preset", default="ten_thousand")
    asked.add_argument("--seeds", type=seed_of, nargs="+", default=[101, 102, 103])
    asked.add_argument("--mixes", nargs="+", default=list(MIXES))
    asked.add_argument("--true", action="store_true", help="with the true profiles")
    asked.add_argument("--svg", type=Path)
    given = asked.parse_args()
    made = [observe(world(preset(given.preset), seed=seed)) for seed in given.seeds]
    how = "true" if given.true else "learned"
    title = f"simulated, preset {given.preset}, seeds {', '.join(map(str, given.seeds))}, {how} profiles"
    print(title)
    lines = {
        name: table(name, [stood(one, MIXES[name], true=given.true) for one in made]) for name in given.mixes
    }
    if given.svg is not None:
        given.svg.write_text(svg(lines, title))
    return 0


if __name__ == "__main__":
    sys.exit(main())
