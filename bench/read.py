"""Reading prose: a 1,000-word article in each language, cold and warm, with peak memory, beside what a script would do.

Rules:
- the articles are the marked passages that anybody may see, one after the other, up to 1,000 words;
- cold is a new interpreter that imports the reader, finds the language out and reads the article once; warm
  is the fifth reading with the language files loaded;
- the peer is the least that a script does to find who, when and how much: sentencex for sentences,
  `dateparser.search` for dates and a regular expression for names and numbers, in the same run. It knows no
  actors, modality, negation or conditions: it is a floor for time, and no rival in what it finds. A
  dependency parser would be the rival; none that we may lock reads Finnish and Norwegian at this size.
"""

import importlib
import importlib.util
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from trucewatch.mission.proposing import tongues
from trucewatch.read.read import read

ROOT = Path(__file__).resolve().parent.parent
PASSAGES = ROOT / "tests" / "read" / "passages"
CODES = ("en", "nb", "fi")
GOAL_S, WORDS, TURNS = 3.0, 1_000, 5
NAMES = re.compile(r"\b[^\W\d_a-zåäöæø]\w+(?: [^\W\d_a-zåäöæø]\w+)*|\d[\d.,  ]*")
PUBLISHED = date(2026, 3, 12)
COLD = (
    "import sys, time; start = time.perf_counter();"
    "from trucewatch.mission.proposing import propose, tongues; known = tongues();"
    "found = propose(sys.argv[1], known, published=None, language=None);"
    "print(len(found.reading.proposals), time.perf_counter() - start)"
)


def peak_mib() -> float:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)


def made(code: str) -> str:
    lines = (PASSAGES / f"{code}-shown.jsonl").read_text("utf-8").splitlines()
    words: list[str] = []
    while len(words) < WORDS:
        for line in lines:
            words += [*json.loads(line)["text"].split(" "), "\n\n"]
    return " ".join(words[:WORDS]).replace(" \n\n ", "\n\n")


def cold(text: str, folder: Path) -> str:
    path = folder / "article.txt"
    path.write_text(text, "utf-8")
    run = subprocess.run([sys.executable, "-c", COLD, str(path)], capture_output=True, text=True, check=True)
    return run.stdout.split()[1]


def peer(code: str, text: str) -> float | None:
    if not all(map(importlib.util.find_spec, ("sentencex", "dateparser"))):
        return None
    segment = importlib.import_module("sentencex").segment
    search = importlib.import_module("dateparser.search").search_dates
    start = time.perf_counter()
    for sentence in segment(code.replace("nb", "no"), text):
        search(sentence, languages=[code])
        NAMES.findall(sentence)
    return time.perf_counter() - start


def main(folder: Path) -> None:
    start = time.perf_counter()
    known = tongues()
    spoken = {code: known.of(code) for code in CODES}
    loaded = time.perf_counter() - start
    print(f"language files of {', '.join(spoken)} and all names loaded in {loaded:.2f} s")
    for code in CODES:
        text = made(code)
        for _ in range(TURNS):
            start, begun = time.perf_counter(), time.process_time()
            reading = read(
                text.encode(),
                published=PUBLISHED,
                language=code,
                tongues=spoken,
                lexicon=known.lexicon,
            )
            warm, busy = time.perf_counter() - start, time.process_time() - begun
        other = peer(code, text)
        print(
            f"{code}: {len(text.split()):,} words, {len(reading.proposals)} proposals: warm {warm:.2f} s"
            f" (goal {GOAL_S:g}; {busy:.2f} s of processor), a new interpreter {float(cold(text, folder)):.2f} s;"
            f" peer {'not installed' if other is None else f'{other:.2f} s'}",
            flush=True,
        )
    print(f"peak memory {peak_mib():.0f} MiB")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        main(Path(place))
