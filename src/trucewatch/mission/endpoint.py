"""The one place where a language model is called: an OpenAI-compatible endpoint that the user configured.

Rules:
- it is off until a verb is told `--engine endpoint`, and nothing else calls it;
- the document goes to the one configured address and nowhere else: no redirect is followed, no proxy of the
  environment is used, and plain http goes to this machine only;
- the key is read from the environment variable that the configuration names, and is printed nowhere;
- an answer has a greatest length and a time by which it must be whole, whatever the far side does;
- what comes back is a text and no more than that: `read/asked.py` checks every word of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from trucewatch.errors import ConfigError, InputError
from trucewatch.mission.clock import Now, now
from trucewatch.mission.config import MISSION_FILE, ReaderTable, read_mission
from trucewatch.mission.files import read_text
from trucewatch.read.asked import Message

PREFIX = "TRUCEWATCH_READER_"
LONGEST_BYTES = 1 << 20
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
HOW = "set `endpoint` and `model` under [reader] in trucewatch.toml, or TRUCEWATCH_READER_ENDPOINT and _MODEL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An OpenAI-compatible endpoint."""

    address: str  # up to and without /chat/completions
    model: str
    timeout_s: float
    key: str | None = field(default=None, repr=False)


def configured(folder: Path, environment: Mapping[str, str]) -> Endpoint:
    """Return the endpoint of the mission in `folder`, what `environment` says first; ConfigError when none is."""
    place = folder / MISSION_FILE
    table = read_mission(read_text(place)).reader if place.exists() else ReaderTable()
    address = environment.get(f"{PREFIX}ENDPOINT") or table.endpoint
    model = environment.get(f"{PREFIX}MODEL") or table.model
    if not address or not model:
        raise ConfigError(f"no endpoint is configured: {HOW}")
    variable = environment.get(f"{PREFIX}KEY_VARIABLE") or table.key_variable
    if variable and not environment.get(variable):
        raise ConfigError(f"the environment has no {variable}, which is to hold the endpoint's key: set it")
    return Endpoint(
        address=_address(address),
        model=model,
        timeout_s=_seconds(environment.get(f"{PREFIX}TIMEOUT_S"), table.timeout_s),
        key=environment[variable] if variable else None,
    )


def ask(endpoint: Endpoint, messages: Sequence[Message], *, clock: Now = now) -> str:
    """Return what the endpoint answers; InputError, in one line, when it gives no answer in time."""
    told = {
        "model": endpoint.model,
        "temperature": 0,
        "stream": False,
        "messages": [{"role": m.role, "content": m.content} for m in messages],
    }
    headers = {"Accept-Encoding": "identity"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    where = endpoint.address
    try:
        with (
            httpx.Client(timeout=endpoint.timeout_s, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", f"{where}/chat/completions", json=told, headers=headers) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise InputError(f"the endpoint answers {answer.status_code}: look at its log", where=where)
            raw = _whole(answer.iter_raw(), endpoint, clock)
    except httpx.TimeoutException as fault:
        raise InputError(
            f"no answer within {endpoint.timeout_s:g} s: raise timeout_s", where=where
        ) from fault
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        raise InputError(f"the endpoint cannot be asked: {type(fault).__name__}", where=where) from fault
    return _content(raw, where)


def _whole(pieces: Iterator[bytes], endpoint: Endpoint, clock: Now) -> bytes:
    """Return the answer's bytes; InputError when they do not end."""
    latest, held = clock() + timedelta(seconds=endpoint.timeout_s), bytearray()
    for piece in pieces:
        held += piece
        if len(held) > LONGEST_BYTES:
            raise InputError(f"the answer is longer than {LONGEST_BYTES >> 20} MiB", where=endpoint.address)
        if clock() > latest:
            raise InputError(
                f"the answer is not whole after {endpoint.timeout_s:g} s: raise timeout_s",
                where=endpoint.address,
            )
    return bytes(held)


def _content(raw: bytes, where: str) -> str:
    try:
        content = json.loads(raw)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, TypeError, IndexError, RecursionError) as fault:
        raise InputError(
            "the answer is not a chat completion: is it an OpenAI-compatible endpoint?", where=where
        ) from fault
    if not isinstance(content, str):
        raise InputError("the answer holds no text", where=where)
    return content


def _address(address: str) -> str:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError as fault:
        raise ConfigError(f"the endpoint {address!r} is no address: {fault}") from fault
    plain = parts.scheme == "http" and host in LOOPBACK
    if host is None or not (plain or parts.scheme == "https") or parts.username or parts.query:
        raise ConfigError(
            f"the endpoint {address!r} must be https://HOST/..., or http:// on this machine, without name or query"
        )
    return address.rstrip("/").removesuffix("/chat/completions")


def _seconds(text: str | None, otherwise: float) -> float:
    try:
        seconds = otherwise if not text else float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= 3600:
        raise ConfigError(f"{PREFIX}TIMEOUT_S must be seconds, above 0 and at most 3600")
    return seconds
