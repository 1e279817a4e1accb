"""Real reports under real clauses, up to the assessment and no further."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from trucewatch.assess.assess import assess
from trucewatch.fuse.fuse import fuse
from trucewatch.ingest import smm, viina
from trucewatch.model.canonical import with_ids
from trucewatch.model.source import SourceProfile
from trucewatch.model.tables import COVERAGE
from trucewatch.model.vocabulary import Means

KYIV = ZoneInfo("Europe/Kyiv")
SMM = SourceProfile(
    source_id="smm",
    means=Means.HEARD,
    affiliation="third",
    zone=KYIV,
    position_sigma_m=1500,
    watches="post hours",
    published=True,
)
VIINA = SourceProfile(source_id="viina", means=Means.TOLD, affiliation="public", zone=KYIV, published=True)


def fused(source, profile, raw):
    return fuse(with_ids(source.parse(raw, profile).accepted), {profile.source_id: profile}).incidents


def assessed(incidents, text, profile, regions):
    return assess(incidents, text, COVERAGE.empty(), areas=regions, profiles={profile.source_id: profile})


def test_the_monitors_october_under_minsk_is_two_readings_side_by_side(shared, agreement, regions):
    raw = (shared / "data" / "donbas-2016" / "osce_smm_observations.csv").read_bytes()
    found = assessed(fused(smm, SMM, raw), agreement("minsk-2015"), SMM, regions).assessments
    by = {reading: part for (reading,), part in found.group_by("reading")}
    assert set(by) == {"both-oblasts", "text-does-not-say-where"}
    assert by["both-oblasts"].height == by["text-does-not-say-where"].height
    assert set(by["text-does-not-say-where"]["verdict"]) == {"indeterminate"}
    assert by["text-does-not-say-where"]["why_not"].list.contains("text_silent").all()
    assert by["both-oblasts"]["p_breach"].drop_nulls().is_between(0, 1).all()


@pytest.mark.parametrize("folder", ["truces-2025", "dense-2023"])
def test_what_newsrooms_wrote_is_no_apparent_breach_of_the_easter_truce(folder, shared, agreement, regions):
    raw = (shared / "data" / folder / "viina.parquet").read_bytes()
    found = assessed(fused(viina, VIINA, raw), agreement("easter-2025"), VIINA, regions)
    assert found.assessments.filter(pl.col("verdict") == "apparent_breach").is_empty()
    assert found.assessments.is_empty() == (folder == "dense-2023")
    assert found.cleared["n"].sum() > 0


@pytest.mark.parametrize(
    ("name", "file", "source", "profile"),
    [
        ("minsk-2015", "donbas-2016/osce_smm_observations.csv", smm, SMM),
        ("easter-2025", "truces-2025/viina.parquet", viina, VIINA),
    ],
)
def test_exchanged_parties_and_affiliations_mirror_every_assessment_of_real_reports(
    name, file, source, profile, shared, agreement, regions
):
    incidents = fused(source, profile, (shared / "data" / file).read_bytes())
    text, beside = agreement(name), replace(profile, affiliation="party:A")
    parties = tuple(replace(one, code={"A": "B", "B": "A"}[one.code]) for one in text.parties)
    swapped = assessed(
        incidents, replace(text, parties=parties[::-1]), replace(beside, affiliation="party:B"), regions
    )
    plain = assessed(incidents, text, beside, regions)
    parts = pl.element().str.split_exact(": ", 1)
    code = parts.struct.field("field_0").replace({"A": "B", "B": "A"})
    mirrored = swapped.assessments.with_columns(
        pl.col("objections").list.eval(pl.format("{}: {}", code, parts.struct.field("field_1"))).list.sort()
    )
    assert plain.assessments.height > 0
    assert_frame_equal(plain.assessments, mirrored, check_exact=True)
