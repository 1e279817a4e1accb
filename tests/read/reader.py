"""The shipped languages and names, loaded once for the tests of the reader."""

from datetime import date
from functools import cache
from importlib.resources import files

from trucewatch.model.proposal import Proposal, Reading
from trucewatch.read.lexicon import Lexicon, lexicon
from trucewatch.read.publishers import voice_of
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


def reading(
    text: str, *, language: str, published: str | None = None, publisher: str | None = None
) -> Reading:
    day = date.fromisoformat(published) if published else None
    words = {code: shipped_tongue(code).actors for code in ({language, "en"} if publisher else ())}
    names = shipped_lexicon()
    house = voice_of(publisher, words, names, language=language, published=day) if publisher else None
    return read(
        text.encode(),
        published=day,
        language=language,
        tongues={language: shipped_tongue(language)},
        lexicon=names,
        house=house,
    )


def short(
    text: str, language: str, published: str | None = "2026-03-12", publisher: str | None = None
) -> list[str]:
    """Return each proposal in one line: kind, actors, modality, "not", bounds, triggers."""
    told = reading(text, language=language, published=published, publisher=publisher)
    return [_short(proposal) for proposal in told.proposals]


def _short(proposal: Proposal) -> str:
    parts = [proposal.kind.value, "+".join(proposal.actors) or "-", proposal.modality.value]
    parts += ["not"] if proposal.negated else []
    if proposal.quantity is not None:
        bounds = (proposal.quantity.least, proposal.quantity.most)
        parts.append("-".join(".." if bound is None else str(bound) for bound in bounds))
    triggers = [c.trigger.value if c.trigger else "other" for c in proposal.conditions]
    return " ".join([*parts, *(f"if {trigger}" for trigger in triggers)])
