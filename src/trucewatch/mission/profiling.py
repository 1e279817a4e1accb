"""Source profiles as the text of a sources.toml: what `config.read_sources` reads back the same.

Rules:
- a field that is not declared is not written; sources stand in the order of their names;
- texts are TOML basic strings, as JSON spells them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from trucewatch.model.source import SourceProfile
from trucewatch.model.vocabulary import Phenomenon

_TEXTS = ("means", "format", "affiliation", "reliability", "origin", "watches", "licence", "says", "key")
_NUMBERS = (
    "position_sigma_m",
    "bearing_sigma_deg",
    "distance_factor",
    "time_sigma_s",
    "false_per_day",
    "false_share",
    "alone",
    "repeats",
)
_POSITIVE = ("position_sigma_m", "bearing_sigma_deg", "distance_factor", "time_sigma_s")


def sources_toml(profiles: Mapping[str, SourceProfile], *, title: str) -> str:
    """Return `profiles` as a sources.toml that begins with `title` as a comment."""
    parts = [f"# {title}", *("\n".join(_lines(profiles[name])) for name in sorted(profiles))]
    return "\n\n".join(parts) + "\n"


def _lines(profile: SourceProfile) -> Iterator[str]:
    yield f"[{json.dumps(profile.source_id)}]"
    for name in _TEXTS:
        value = getattr(profile, name)
        if value is not None:
            yield f"{name} = {json.dumps(str(value), ensure_ascii=False)}"
    if profile.zone is not None:
        yield f"zone = {json.dumps(profile.zone.key)}"
    for name in _NUMBERS:
        value = getattr(profile, name)
        if value is not None and not (name in _POSITIVE and value <= 0):
            yield f"{name} = {float(value)!r}"
    if profile.time_lag_median_s is not None:
        p95 = "" if profile.time_lag_p95_s is None else f", p95 = {float(profile.time_lag_p95_s)!r}"
        yield f"time_lag_s = {{ median = {float(profile.time_lag_median_s)!r}{p95} }}"
    if profile.detects:
        yield f"detects = {_kinds(profile.detects)}"
    if profile.range_m:
        yield f"range_m = {_kinds(profile.range_m)}"
    if profile.confuses:
        inner = ", ".join(f"{kind.value} = {_kinds(of)}" for kind, of in sorted(profile.confuses.items()))
        yield f"confuses = {{ {inner} }}"


def _kinds(values: Mapping[Phenomenon, float]) -> str:
    return "{ " + ", ".join(f"{kind.value} = {float(values[kind])!r}" for kind in sorted(values)) + " }"
