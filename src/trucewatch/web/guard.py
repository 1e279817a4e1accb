"""The headers that every answer bears, whatever answered.

Rules:
- a page takes nothing from another host, runs no script and no style that stands in it, and stands in no frame;
- an answer is what it says it is; no address of ours goes to another site: to our own it does, for a browser that
  is to name none sends forms from nowhere.
"""

from __future__ import annotations

from litestar.datastructures import MutableScopeHeaders
from litestar.types import Message, Scope

POLICY = "; ".join(
    (
        "default-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
HEADERS = (
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "geolocation=(), camera=(), microphone=(), browsing-topics=()"),
    ("x-robots-tag", "noindex"),
)


async def guarded(message: Message, _scope: Scope) -> None:
    """Add the headers to an answer that is about to leave."""
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in HEADERS:
            headers[name] = value
