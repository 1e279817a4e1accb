"""The shipped languages and names, loaded once for the tests of the reader."""

from datetime import date
from functools import cache
from importlib.resources import files

from trucewatch.model.proposal import Reading
from trucewatch.read.lexicon import Lexicon, lexicon
from trucewatch.read.read import read
from trucewatch.read.tongue import Tongue, tongue

CONTENT = files("trucewatch") / "content"


@cache
def shipped_tongue(code: str) -> Tongue:
    folder = CONTENT / "languages" / code
    return tongue(code, {item.name: item.read_bytes() for item in folder.iterdir()})


@cache
def shipped_lexicon() -> Lexicon:
    return lexicon({item.name: item.read_bytes() for item in (CONTENT / "actors").iterdir()})


def reading(text: str, *, language: str, published: str | None = None) -> Reading:
    return read(
        text.encode(),
        published=date.fromisoformat(published) if published else None,
        language=language,
        tongues={language: shipped_tongue(language)},
        lexicon=shipped_lexicon(),
    )
