"""The best partition that the true model allows, found by trying all, beside ours on the very same reports.

Rules:
- simulated: preset and seed are printed; the model is the generator's own: its true profiles;
- a component is what pairs with a weight above none hold together, after repeats and copies are collapsed; of those of
  at most `--most` reports every partition is tried, one report a post, and the one of most evidence is the oracle's;
- the share of reports in them is printed: below a fifth the comparison says little;
- ours, with true and with learned profiles, is marked on the same reports; the goal is 95 % of the oracle's F1.
"""

import argparse
import time

import numpy as np
import polars as pl
from seeds import seed_of

from trucewatch.fuse.clusters import gain_of, merge
from trucewatch.fuse.fuse import Joined, joined
from trucewatch.fuse.joining import components
from trucewatch.fuse.learning import learn
from trucewatch.fuse.pairs import NOTHING
from trucewatch.fuse.reports import Reports, reports_of
from trucewatch.simulate.matching import matched
from trucewatch.simulate.observed import Observed, observe, told_of
from trucewatch.simulate.preset import preset
from trucewatch.simulate.world import world


def together(reports: Reports, found: Joined, nodes: np.ndarray) -> float:
    """Return the nats for taking all `nodes` for one event; `NOTHING` where that cannot be."""
    if len(set(reports.platform[nodes].tolist())) < len(nodes):
        return NOTHING
    states, kinds = found.spots.numbers[nodes].copy(), found.codes.likely[found.codes.code[nodes]].copy()
    whole = 0.0
    for at in range(1, len(nodes)):
        gain = gain_of(states, kinds, 0, at, found.codes.prior)
        if gain <= NOTHING:
            return NOTHING
        whole += gain
        merge(states, kinds, 0, at, found.codes.prior)
    return whole


def best(reports: Reports, found: Joined, nodes: np.ndarray) -> list[list[int]]:
    """Return the partition of `nodes` of most evidence: over every subset, the best that holds its first."""
    many = len(nodes)
    worth = [0.0] * (1 << many)
    for which in range(1, 1 << many):
        some = [at for at in range(many) if which >> at & 1]
        worth[which] = together(reports, found, nodes[some])
    top, choice = [0.0] * (1 << many), [0] * (1 << many)
    for which in range(1, 1 << many):
        low, rest = which & -which, which & ~(which & -which)
        part, top[which] = rest, NOTHING
        while True:
            value = worth[part | low] + top[rest & ~part]
            if value > top[which]:
                top[which], choice[which] = value, part | low
            if part == 0:
                break
            part = (part - 1) & rest
    parts, left = [], (1 << many) - 1
    while left:
        parts.append([int(nodes[at]) for at in range(many) if choice[left] >> at & 1])
        left &= ~choice[left]
    return parts


def searched(reports: Reports, found: Joined, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the oracle's incident of each report, and which reports lie in components that were searched."""
    positive = found.edges.gains > 0
    every = len(found.incident)
    component = components(found.edges.left[positive], found.edges.right[positive], every)
    own = np.flatnonzero(found.witness == np.arange(every))
    order = own[np.argsort(component[own], kind="stable")]
    cuts = np.flatnonzero(np.diff(component[order])) + 1
    label, inside = np.arange(every), np.zeros(every, dtype=bool)
    for nodes in np.split(order, cuts):
        if 1 < len(nodes) <= most:
            inside[nodes] = True
            for part in best(reports, found, nodes):
                label[part] = part[0]
    return label[found.witness], inside[found.witness]


def marked(name: str, labels: np.ndarray, truth: np.ndarray) -> float:
    got = matched(labels, truth, p_real_sum=0.0)
    print(
        f"{name:<26} F1 {got.f1}, precision {got.precision}, recall {got.recall}, B-cubed {got.b_cubed_f}",
        flush=True,
    )
    return got.f1 or 0.0


def told(observed: Observed, learned: bool) -> tuple[Reports, pl.DataFrame, Joined]:
    profiles = learn(observed.observations, {}).profiles if learned else observed.true
    reports, frame = reports_of(observed.observations, profiles)
    return reports, frame, joined(reports, frame, profiles)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--preset", default="ten_thousand")
    asked.add_argument("--seed", type=seed_of, default=201)
    asked.add_argument("--most", type=int, default=8)
    given = asked.parse_args()
    observed = observe(world(preset(given.preset), seed=given.seed))
    reports, frame, found = told(observed, learned=False)
    start = time.process_time()
    oracle, inside = searched(reports, found, given.most)
    behind = dict(zip(observed.truth["observation_id"], told_of(observed.truth), strict=True))
    ids = frame["observation_id"].to_list()
    truth = np.array([behind[one] for one in ids])
    print(
        f"simulated, preset {given.preset}, seed {given.seed}: {inside.mean():.3f} of {len(truth):,} reports in components of"
        f" 2 to {given.most}, every partition tried in {time.process_time() - start:.0f} s"
    )
    top = marked("oracle, true profiles", oracle[inside], truth[inside])
    marked("ours, true profiles", found.incident[inside], truth[inside])
    _, other, learned = told(observed, learned=True)
    places = dict(zip(other["observation_id"].to_list(), learned.incident.tolist(), strict=True))
    mine = marked("ours, learned profiles", np.array([places[one] for one in ids])[inside], truth[inside])
    print(f"learned / oracle {mine / top:.3f}; goal .95")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
