"""Splink on a table of reports, for `bench/fuse.py`: run by the Python of an environment of its own.

Rules:
- distances are in km and hundreds of seconds; pairs within a cell of 5 km and 1,000 s, on either of two grids, are compared;
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

folder = Path(sys.argv[1])
start, busy = time.perf_counter(), time.process_time()
table = duckdb.sql(
    f"select *, cast(floor(x / 5) as int) as cx, cast(floor(y / 5) as int) as cy, cast(floor(t / 10) as int) as ct, "
    f"cast(floor(x / 5 + 0.5) as int) as dx, cast(floor(y / 5 + 0.5) as int) as dy, cast(floor(t / 10 + 0.5) as int) as dt, "
    f"case when truth >= 0 then truth end as label from '{folder / 'in.parquet'}'"
).arrow()
if hasattr(table, "read_all"):
    table = table.read_all()


def steps(name: str, expression: str, bounds: tuple[float, ...]) -> CustomComparison:
    levels = [{"sql_condition": f"{expression} is null", "label_for_charts": "null", "is_null_level": True}]
    levels += [{"sql_condition": f"{expression} < {b}", "label_for_charts": f"< {b}"} for b in bounds]
    return CustomComparison(
        output_column_name=name,
        comparison_levels=[*levels, {"sql_condition": "ELSE", "label_for_charts": "else"}],
    )


apart = "sqrt((x_l - x_r) * (x_l - x_r) + (y_l - y_r) * (y_l - y_r))"
settings = SettingsCreator(
    link_type="dedupe_only",
    comparisons=[
        steps("place", apart, (0.1, 0.3, 0.7, 1.5, 3.0, 5.0)),
        steps("time", "abs(t_l - t_r)", (0.05, 0.15, 0.5, 1.5, 5.0)),
        cl.ExactMatch("kind"),
    ],
    blocking_rules_to_generate_predictions=[block_on("cx", "cy", "ct"), block_on("dx", "dy", "dt")],
    retain_intermediate_calculation_columns=False,
)
linker = Linker(DuckDBAPI().register(table), settings)
linker.training.estimate_u_using_random_sampling(max_pairs=2e6)
linker.training.estimate_m_from_label_column("label")
linker.training.estimate_probability_two_random_records_match([block_on("label")], recall=0.9)
pairs = linker.inference.predict(threshold_match_probability=0.2)
found = {}
for threshold in (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99):
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold)
    own = clusters.as_duckdbpyrelation().select("unique_id, cluster_id").order("unique_id").fetchall()
    found["unique_id"] = [row[0] for row in own]
    found[str(threshold)] = [int(row[1]) for row in own]
pyarrow.parquet.write_table(pyarrow.table(found), folder / "out.parquet")
print(json.dumps({"seconds": time.perf_counter() - start, "busy": time.process_time() - busy}))
