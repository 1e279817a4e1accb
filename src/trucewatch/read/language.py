"""Which language a document is in.

Rules:
- it is told apart from its neighbours too, so that Swedish is not read as Norwegian;
- its three-letter models alone decide: they take a tenth of the memory of all, and tell articles as well;
- where two are as likely, or the script is strange, nothing is said and the person is asked.
"""

from __future__ import annotations

from collections.abc import Collection

from lingua import IsoCode639_1, LanguageDetectorBuilder

# Written and mistaken for those that ship.
NEIGHBOURS = ("be", "bg", "da", "es", "et", "hu", "is", "it", "nl", "nn", "pl", "pt", "sv")
ENOUGH_CHARACTERS = 4000
LEAST_DISTANCE = 0.05  # between the two likeliest, on lingua's own scale of 0 to 1


def language_of(text: str, known: Collection[str]) -> str | None:
    """Return the ISO 639-1 code of the language of `text`, which may be none of `known`; None when it is not clear."""
    codes = [IsoCode639_1.from_str(code) for code in sorted({*known, *NEIGHBOURS})]
    builder = LanguageDetectorBuilder.from_iso_codes_639_1(*codes)
    found = (
        builder.with_minimum_relative_distance(LEAST_DISTANCE)
        .with_low_accuracy_mode()
        .build()
        .detect_language_of(text[:ENOUGH_CHARACTERS])
    )
    return None if found is None else found.iso_code_639_1.name.lower()
