"""Splink on a table of reports, for `bench/fuse.py`: run by the Python of an environment of its own.

python bench/fuse_splink.py FOLDER components|best-links

Rules:
- *components*: distances in km and hundreds of seconds, connected components;
- *best-links*: distances divided by both reports' true errors, single best links with one report a source in a
  cluster: what Splink does best here;
- pairs within a cell of 5 km and 1,000 s, on either of two grids, are compared, and with best links those in one of 15 km and a day;
- m and u are estimated by Splink itself: u by random pairs, m from the labels, which no user has;
- clusters at several thresholds are written; the caller takes the best by the truth.
"""

import json
import sys
import time
from pathlib import Path

import duckdb
import pyarrow
import pyarrow.parquet
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_library import CustomComparison

folder, best_links = Path(sys.argv[1]), sys.argv[2] == "best-links"
start, busy = time.perf_counter(), time.process_time()
APART = "sqrt((x_l - x_r) * (x_l - x_r) + (y_l - y_r) * (y_l - y_r))"
LATER = "abs(t_l - t_r)"
CELLS = {
    "c": (5, 10, 0.0),
    "d": (5, 10, 0.5),
    "e": (15, 864, 0.0),
}  # km, hundreds of seconds, shift of the grid
THRESHOLDS = (0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)


def peak_mib() -> float:
    """Return this program's own peak: `ru_maxrss` would be that of whoever started it, if more."""
    line = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:")
    )
    return int(line.split()[1]) / 1024


def cells() -> str:
    return ", ".join(
        f"cast(floor({axis} / {far if axis != 't' else late} + {shift}) as int) as {name}{axis}"
        for name, (far, late, shift) in CELLS.items()
        for axis in "xyt"
    )


def table(where: str = "true") -> pyarrow.Table:
    made = duckdb.sql(
        f"select *, {cells()}, case when truth <> -1 then truth end as label from '{folder / 'in.parquet'}' where {where}"
    ).arrow()
    return made.read_all() if hasattr(made, "read_all") else made


def levels(name: str, conditions: list[str]) -> CustomComparison:
    null = {
        "sql_condition": f"{conditions[0].split(' < ')[0]} is null",
        "label_for_charts": "null",
        "is_null_level": True,
    }
    some = [{"sql_condition": words, "label_for_charts": words[:40]} for words in conditions]
    rest = {"sql_condition": "ELSE", "label_for_charts": "else"}
    return CustomComparison(output_column_name=name, comparison_levels=[null, *some, rest])


def comparisons() -> list[CustomComparison]:
    if not best_links:
        return [
            levels("place", [f"{APART} < {far}" for far in (0.1, 0.3, 0.7, 1.5, 3.0, 5.0)]),
            levels("time", [f"{LATER} < {late}" for late in (0.05, 0.15, 0.5, 1.5, 5.0)]),
        ]
    far, late = (f"sqrt({e}_l * {e}_l + {e}_r * {e}_r)" for e in ("place_error", "time_error"))
    return [
        levels("place", _by_size(APART, far, (0.1, 0.3, 1.0, 3.0, 8.0, 1e9))),
        levels("time", _by_size(LATER, late, (0.1, 0.3, 1.0, 10.0, 100.0, 1e9))),
    ]


def _by_size(apart: str, error: str, sizes: tuple[float, ...]) -> list[str]:
    """Return conditions on a distance divided by the error of both, for each size of that error."""
    return [
        f"{apart} < {times} * {error} and {error} < {size}" for size in sizes for times in (1.0, 2.0, 3.3)
    ]


rules = [block_on(*(f"{name}{axis}" for axis in "xyt")) for name in (CELLS if best_links else "cd")]
settings = SettingsCreator(
    link_type="link_and_dedupe" if best_links else "dedupe_only",
    comparisons=[*comparisons(), cl.ExactMatch("kind")],
    blocking_rules_to_generate_predictions=rules,
    retain_intermediate_calculation_columns=False,
)
api = DuckDBAPI()
sources = [
    str(row[0])
    for row in duckdb.sql(f"select distinct source from '{folder / 'in.parquet'}' order by 1").fetchall()
]
if best_links:
    frames = [
        api.register(table(f"source = '{name}'"), dataset_display_name=f"s{at}")
        for at, name in enumerate(sources)
    ]
else:
    frames = [api.register(table())]
linker = Linker(frames if best_links else frames[0], settings)
linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
linker.training.estimate_m_from_label_column("label")
linker.training.estimate_probability_two_random_records_match([block_on("label")], recall=0.9)
pairs = linker.inference.predict(threshold_match_probability=THRESHOLDS[0])
found = {}
for threshold in THRESHOLDS:
    clusters = (
        linker.clustering.cluster_using_single_best_links(
            pairs, [f"s{at}" for at in range(len(sources))], threshold_match_probability=threshold
        )
        if best_links
        else linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold)
    )
    own = clusters.as_duckdbpyrelation().select("unique_id, cluster_id").order("unique_id").fetchall()
    found["unique_id"] = [row[0] for row in own]
    found[str(threshold)] = [str(row[1]) for row in own]
pyarrow.parquet.write_table(pyarrow.table(found), folder / "out.parquet")
took, busy = time.perf_counter() - start, time.process_time() - busy
print(json.dumps({"seconds": took, "busy": busy, "mib": peak_mib()}))
