"""Fire across the line: battles of engagements, engagements of events, and the fire that answers.

Rules:
- battles fall near hot spots or anywhere; the engagements of one are near each other in place and time;
- one side begins, with one class of weapon; the other may answer, and each answer names the event before it;
- both sides follow one rule: nothing here depends on which of them is called A;
- which side begins is even.
"""

from __future__ import annotations

import numpy as np

from trucewatch.model.geodesy import Floats
from trucewatch.simulate.draws import choices, stream
from trucewatch.simulate.front import Front
from trucewatch.simulate.happened import Happened
from trucewatch.simulate.preset import Preset
from trucewatch.simulate.shots import SHARES, Fought, shots, with_launches
from trucewatch.simulate.tempo import hours, moments

BATTLE_M, BATTLE_S = 2_500.0, 5_400.0
FOUGHT_S = 2_400.0  # how long an engagement lasts, median
ANSWER_S = 420.0  # from the first fire to the first answer, in the mean


def fire(preset: Preset, on: Front, *, seed: int) -> Happened:
    """Return the fire of both sides, with keys from 0."""
    generator = stream(seed, "engagements")
    fought = _fought(preset, on, generator, hours(preset, seed=seed))
    fired = shots(preset, on, fought, generator)
    return with_launches(preset, fired, generator)


def _fought(preset: Preset, on: Front, generator: np.random.Generator, by_hour: Floats) -> Fought:
    share = 1 / (1 + preset.p_launch * 0.7)
    wanted = preset.events * share * (1 - preset.p_accident - preset.p_third - preset.p_exercise)
    many = max(4, round(wanted * (1 - preset.p_weapon_shown) / preset.events_per_engagement))
    battles = max(2, round(many / preset.engagements_per_battle))
    of_battle = generator.integers(0, battles, many)
    east = _along(preset, on, generator, battles)[of_battle] + generator.normal(0.0, BATTLE_M, many)
    at = moments(preset, generator, by_hour, battles)[of_battle] + generator.normal(0.0, BATTLE_S, many)
    length = preset.length_km * 1_000
    at = np.clip(at, 0.0, preset.end_s - 1.0)
    answered = generator.random(many) < preset.p_reply
    return Fought(
        at_s=at,
        lasts_s=FOUGHT_S * np.exp(generator.normal(0.0, 0.7, many)),
        east_m=np.abs(length - np.abs(length - east)),
        begins=generator.integers(0, 2, many),
        arm=choices(generator, SHARES, many),
        events=generator.geometric(1 / preset.events_per_engagement, many),
        answered_s=np.where(answered, at + generator.exponential(ANSWER_S, many) + 20.0, np.nan),
    )


def _along(preset: Preset, on: Front, generator: np.random.Generator, many: int) -> Floats:
    spots = on.hot_spots
    at = choices(generator, spots["weight"].to_numpy(), many)
    hot = spots["east_m"].to_numpy()[at] + spots["spread_m"].to_numpy()[at] * generator.normal(0.0, 1.0, many)
    anywhere = generator.uniform(0.0, preset.length_km * 1_000, many)
    return np.where(generator.random(many) < preset.p_hot, hot, anywhere)
