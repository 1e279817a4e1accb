"""Arrivals at six microphones: how far off the places are, simulated; and infrasound of two known explosions, real.

Rules:
- everything but the two explosions is simulated: preset and seed are printed;
- *six* and *four* are how many of an array's sensors picked the arrival; four are tried with and without their back
  azimuths, whose errors are some degrees;
- *held* is how often the 90 % ellipse, or one of the two, holds the true place; the goal is 88 to 92 %.
"""

import argparse
import time

import numpy as np
import polars as pl

from trucewatch.fuse.arrivals import GROUND, Arrivals, located, way
from trucewatch.simulate.picks import AZIMUTH_SIGMA_DEG, PICK_SIGMA_S, picks
from trucewatch.simulate.preset import preset
from trucewatch.simulate.world import world


def of(rows: pl.DataFrame, *, azimuths: bool) -> Arrivals:
    return Arrivals(
        lon=rows["lon"].to_numpy(),
        lat=rows["lat"].to_numpy(),
        at_s=rows["at_utc"].dt.epoch("us").to_numpy() / 1e6,
        sigma_s=np.full(rows.height, PICK_SIGMA_S),
        azimuth_deg=rows["azimuth_deg"].to_numpy() if azimuths else np.full(rows.height, np.nan),
        azimuth_sigma_deg=np.full(rows.height, AZIMUTH_SIGMA_DEG),
    )


def told(
    name: str, groups: list[pl.DataFrame], truth: dict[int, tuple[float, float]], *, azimuths: bool
) -> None:
    off, held, two, first, start = [], [], [], [], time.process_time()
    for rows in groups:
        fixes = located(of(rows, azimuths=azimuths), GROUND)
        lon, lat = truth[rows["event_id"][0]]
        away = [float(way(*(np.array([x]) for x in (f.lon, f.lat, lon, lat)))[0][0]) for f in fixes]
        off.append(min(away, default=np.inf))
        first.append(away[0] if away else np.inf)
        held.append(any(f.holds(lon, lat) for f in fixes))
        two.append(len(fixes) > 1)
    seconds = (time.process_time() - start) / max(len(groups), 1)
    print(
        f"{name:<32}{len(groups):6,} located: best of modes median {np.median(off):7.0f} m, p90 {np.quantile(off, 0.9):7.0f} m;"
        f" first mode median {np.median(first):7.0f} m, p90 {np.quantile(first, 0.9):7.0f} m;"
        f" two or more modes {np.mean(two):.3f}; held {np.mean(held):.3f}; {seconds * 1e3:.1f} ms each",
        flush=True,
    )


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--preset", default="small")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--most", type=int, default=300)
    given = asked.parse_args()
    there = world(preset(given.preset), seed=given.seed)
    rows = picks(there)
    truth = {e: (lon, lat) for e, lon, lat in there.events.select("event_id", "lon", "lat").iter_rows()}
    groups = [part for _, part in sorted(rows.partition_by("event_id", "array", as_dict=True).items())]
    print(
        f"simulated, preset {given.preset}, seed {given.seed}: {rows.height:,} picks, {len(groups):,} sounds at arrays"
    )
    for many in (6, 5, 4):
        own = [part for part in groups if part.height == many][: given.most]
        told(f"{many} sensors, azimuths", own, truth, azimuths=True)
        told(f"{many} sensors, times alone", own, truth, azimuths=False)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
