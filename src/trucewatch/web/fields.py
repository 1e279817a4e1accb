"""What comes in the body of a request: at most so long, in at most so much time, as a form's fields.

Rules:
- a body is read in pieces, and no more of it than its route allows;
- whoever sends slower than the whole time for a body is cut off;
- a form has each name once; anything else is refused.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import parse_qsl

from trucewatch.errors import InputError
from trucewatch.model.answered import Answered
from trucewatch.model.told import Told

BODY_S = 10.0  # seconds for a whole body
MOST_FIELDS = 100
FORM = "application/x-www-form-urlencoded"


async def read_body(pieces: AsyncIterator[bytes], *, most: int, within_s: float = BODY_S) -> bytes:
    """Return a whole body; TimeoutError when it is too slow, InputError when it is too long."""
    found = bytearray()
    async with asyncio.timeout(within_s):
        async for piece in pieces:
            found += piece
            if len(found) > most:
                raise InputError(Told(Answered.LONG_BODY, {"most": str(most)}))
    return bytes(found)


def read_form(raw: bytes, media_type: str) -> dict[str, str]:
    """Return a form's fields; raises InputError when it is none."""
    if media_type.partition(";")[0].strip().lower() != FORM:
        raise InputError(Told(Answered.FORM_OF_OTHER_TYPE, {"type": FORM}))
    try:
        pairs = parse_qsl(
            raw.decode(),
            keep_blank_values=True,
            strict_parsing=bool(raw),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as fault:
        raise InputError(Told(Answered.FORM_NOT_OURS)) from fault
    if len({name for name, _ in pairs}) != len(pairs) or any("\x00" in value for _, value in pairs):
        raise InputError(Told(Answered.FIELD_TWICE))
    return dict(pairs)
