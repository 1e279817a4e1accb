"""Words of weapons, their classes and calibres."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trucewatch.model.weapon import PHRASES, WeaponClass, weapon_of

SAID = [
    ("BM-21 Grad", "mlrs", 122),
    ('BM-21 ("Grad", 122mm)', "mlrs", 122),
    ("MLRS (BM-21 Grad, 122 mm)", "mlrs", 122),
    ("122mm mortar", "mortar", 122),
    ("mortar (unknown calibre)", "mortar", None),
    ("82 and 120mm mortars", "mortar", None),
    ("120-mm mortar", "mortar", 120),
    ("artillery", None, None),
    ("artillery (152 mm)", "artillery", 152),
    ("artillery (unknown calibre)", "artillery", None),
    ("mortar or artillery (120mm)", None, 120),
    ("self-propelled howitzer (2S1 Gvozdika, 122mm)", "artillery", 122),
    ("2S1 Gvozdika", "artillery", 122),
    ("D-30", "artillery", 122),
    ("anti-tank guided missile", "anti_tank", None),
    ("MT-12 Rapira", "anti_tank", 100),
    ("anti-tank mine", "mine", None),
    ("T-72", "tank", 125),
    ("T72", "tank", 125),
    ("tank (T-64)", "tank", 125),
    ("AGS-17", "grenade_launcher", 30),
    ("Tochka-U", "tactical_missile", None),
    ("Uragan", "heavy_mlrs", 220),
    ("BM-30 Smerch", "heavy_mlrs", 300),
    ("BMP-2", "armoured_vehicle", 30),
    ("BTR-80", "armoured_vehicle", 14.5),
    ("ZU-23-2", "anti_aircraft", 23),
    ("12.7 mm heavy machine gun", "machine_gun", 12.7),
    ("small arms", "small_arms", None),
    ("FPV drone", "uav", None),
    ("airstrike", None, None),
    ("armor", None, None),
    ("undetermined weapon", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("words", "named", "calibre_mm"), SAID)
def test_words_of_a_weapon_are_of_one_class_or_of_none(words, named, calibre_mm):
    found = weapon_of(words)
    assert (found.weapon_class, found.calibre_mm) == (named, calibre_mm)


@given(st.sampled_from(sorted(PHRASES)))
def test_every_phrase_of_the_table_is_found_in_capitals_and_with_hyphens(phrase):
    found = weapon_of("-".join(phrase).upper())
    assert found == PHRASES[phrase] or phrase == ("artillery",)


def test_every_class_has_words():
    assert {weapon.weapon_class for weapon in PHRASES.values()} == set(WeaponClass)


@given(st.text())
def test_no_words_break_it_and_what_is_found_is_a_class_and_a_size(words):
    found = weapon_of(words)
    assert found.weapon_class is None or found.weapon_class in WeaponClass
    assert found.calibre_mm is None or found.calibre_mm > 0
