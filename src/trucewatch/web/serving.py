"""The server: one program, on this machine's own address unless somebody takes care of TLS.

Rules:
- another address than the loopback is refused without `--behind-tls`, which says that a proxy speaks TLS;
- whoever begins a request and does not end its head in time is cut off;
- nothing that was asked is written to a log: addresses tell who looked at what.
"""

from __future__ import annotations

import asyncio
import ipaddress
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from trucewatch.errors import InputError, RefusedError
from trucewatch.mission.folder import Folder
from trucewatch.web.app import LOOPBACK, Place, app
from trucewatch.web.door import Door

STOPPED_BY = (signal.SIGINT, signal.SIGTERM)
HEAD_S = 10.0  # seconds for the head of a request
CONNECTIONS = 512


class Timed(H11Protocol):
    """A connection that is closed when a request's head does not come in time.

    It is looked at twice in that time: a head that is not whole at two looks is not waited for.
    """

    head_s = HEAD_S

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to look at the connection."""
        super().connection_made(transport)
        self._unfinished = False
        self._next = self.loop.call_later(self.head_s / 2, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Look no more."""
        self._next.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        answered = self.cycle is not None and self.cycle.response_complete
        unfinished = self.cycle is None or (answered and bool(self.conn.trailing_data[0]))
        if unfinished and self._unfinished:
            self.transport.close()
            return
        self._unfinished = unfinished
        self._next = self.loop.call_later(self.head_s / 2, self._look)


def address(host: str, port: int, names: tuple[str, ...], *, behind_tls: bool) -> Place:
    """Return where it is served; RefusedError for an address that others reach without TLS."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError as fault:
        raise InputError(f"{host!r} is no address of this machine: give one such as 127.0.0.1") from fault
    if not loopback and not behind_tls:
        raise RefusedError(
            f"{host} is reached by others, and this server speaks no TLS: put a proxy that does before it, and say --behind-tls"
        )
    own = f"[{host}]" if ":" in host else host
    return Place(port=port, names=tuple(dict.fromkeys((*LOOPBACK, own, *names))), secure=behind_tls)


def listening(host: str, port: int) -> socket.socket:
    """Return the socket that is listened on; InputError when the port is taken.

    Whoever asks before the server runs waits. The socket says that it speaks TCP: asyncio sends what is written
    at once only where a socket does, and else a page waits 40 ms for its reader to acknowledge its head.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(CONNECTIONS)
    except OSError as fault:
        made.close()
        raise InputError(
            f"port {port} of {host} cannot be had ({fault.strerror}): choose another with --port"
        ) from fault
    return made


def serve(folder: Folder, place: Place, door: Door, made: socket.socket) -> None:
    """Serve a mission until it is stopped; to be told to stop is no fault."""
    config = uvicorn.Config(
        app(folder, place, door=door),
        http=Timed,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=3,
        h11_max_incomplete_event_size=32 * 1024,
    )
    with _told_to_stop():
        uvicorn.Server(config).run(sockets=[made])


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """Do nothing more when told to stop: the server ends by itself, and then gives on what it was told."""
    before = {each: signal.signal(each, lambda _number, _frame: None) for each in STOPPED_BY}
    try:
        yield
    finally:
        for each, own in before.items():
            signal.signal(each, own)
