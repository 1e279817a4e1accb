"""One million incidents behind a served page: windows at 50 requests a second, beside Datasette and pygeoapi.

Usage: python bench/web.py [--count N] [--seconds S] [--rate R] [--folder DIR] [--datasette PYTHON] [--pygeoapi PYTHON]

`--datasette` and `--pygeoapi` name the Python of an environment that each is installed in, outside the project;
without one that peer is left out, and the output says so. Each server is a process of its own, asked one after
the other for the same windows and times, drawn from one seed; requests leave on the clock, whether or not the last
one was answered (an open loop), and a time is from when a request was due to its last byte. Beside each stand what
the server itself took of a processor for a request, and the load of the machine: a busy one is slower, and is no fault.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import httpx
import web_table
from web_table import BOX, DAYS, moment

Ask = Mapping[str, object]  # window, from, to, kind
Address = Callable[[Ask], str]


def asks(count: int, seed: int = 5) -> list[Ask]:
    """Return windows as somebody looks: the whole, a region, a town; half with a time, a third with a kind."""
    draw = random.Random(seed)
    found: list[Ask] = []
    for _ in range(count):
        wide = draw.choice([8.0, 8.0, 3.0, 1.5, 1.5, 0.4, 0.2, 0.2, 0.1, 0.05])
        west, south = draw.uniform(BOX[0], max(BOX[0], BOX[2] - wide)), draw.uniform(46.5, 49.5)
        ask: dict[str, object] = {"window": (west, south - wide / 3, west + wide, south + wide / 3)}
        if draw.random() < 0.5:
            first = draw.uniform(0, DAYS - 1)
            ask["from"], ask["to"] = first, min(DAYS, first + draw.choice([1, 7, 30, 90]))
        if draw.random() < 0.33:
            ask["kind"] = draw.choice(web_table.KINDS)
        found.append(ask)
    return found


def ours(ask: Ask) -> str:
    """Return the address of the map's window."""
    return "/situation/window.json?" + urlencode(_ours(ask))


def _ours(ask: Ask) -> dict[str, str]:
    said = {"bbox": ",".join(f"{edge:.5f}" for edge in ask["window"])}  # type: ignore[attr-defined]
    if "from" in ask:
        said["from"], said["to"] = (moment(float(ask[n])).isoformat() for n in ("from", "to"))  # type: ignore[arg-type]
    if "kind" in ask:
        said["kind"] = str(ask["kind"])
    return said


def our_features(ask: Ask) -> str:
    """Return the address of released features, at most 1,000."""
    said = {"bbox": _ours(ask)["bbox"], "limit": "1000"}
    if "from" in ask:
        said["datetime"] = "/".join(
            moment(float(ask[n])).strftime("%Y-%m-%dT%H:%M:%SZ") for n in ("from", "to")
        )  # type: ignore[arg-type]
    return "/ogc/collections/incidents/items?" + urlencode(said)


def their_features(ask: Ask) -> str:
    """Return the address of pygeoapi's features, at most 1,000."""
    return our_features(ask).removeprefix("/ogc") + "&f=json"


def datasette_bins(ask: Ask) -> str:
    """Return Datasette's address of the same answer as ours: bins, made by SQL."""
    west, south, east, north = ask["window"]  # type: ignore[misc]
    cell = max(east - west, (north - south) * 1.4) / 64  # type: ignore[has-type]
    where = [f"lon between {west:.5f} and {east:.5f}", f"lat between {south:.5f} and {north:.5f}"]  # type: ignore[has-type]
    if "from" in ask:
        first, last = (int(moment(float(ask[n])).timestamp() * 1e6) for n in ("from", "to"))  # type: ignore[arg-type]
        where.append(f"from_us < {last} and to_us > {first}")
    if "kind" in ask:
        where.append(f"phenomenon = '{ask['kind']}'")
    sql = (
        f"select cast(lon/{cell:.6f} as int) x, cast(lat/{cell:.6f} as int) y, count(*) n"
        f" from incidents where {' and '.join(where)} group by 1, 2"
    )
    return "/peer.json?" + urlencode({"sql": sql, "_shape": "arrays"})


def free() -> int:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


@contextmanager
def server(
    command: list[str], port: int, ready: str, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until it was asked all."""
    made = subprocess.Popen(
        command, env={**os.environ, **(env or {})}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            try:
                if httpx.get(f"http://127.0.0.1:{port}{ready}", timeout=60).status_code < 500:
                    break
            except httpx.TransportError:
                time.sleep(0.2)
        yield made
    finally:
        made.terminate()
        try:
            made.wait(20)
        except subprocess.TimeoutExpired:
            made.kill()


def memory_mib(pid: int) -> float:
    """Return the most memory that a process and its children held at once."""
    whole = 0.0
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            said = dict(line.split(":", 1) for line in path.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(path.parent.name) == pid or said.get("PPid", "").strip() == str(pid):
            whole += float(said.get("VmHWM", "0").split()[0]) / 1024
    return whole


def processor_s(pid: int) -> float:
    """Return the seconds of processor time that a process and its children took so far."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            said = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(path.parent.name) == pid or int(said[1]) == pid:
            ticks += int(said[11]) + int(said[12])
    return ticks / os.sysconf("SC_CLK_TCK")


class Line:
    """One connection that is kept, and asked for one thing after the other: what asks takes little itself."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.both: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, address: str) -> tuple[int, int]:
        """Return the status of an answer and how many bytes its body has."""
        reader, writer = self.both = self.both or await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(f"GET {address} HTTP/1.1\r\nhost: 127.0.0.1:{self.port}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        if "transfer-encoding: chunked" in head:
            size = await _chunks(reader)
        else:
            size = int(head.partition("content-length:")[2].partition("\r\n")[0])
            await reader.readexactly(size)
        if "connection: close" in head or head.startswith("http/1.0"):
            writer.close()
            self.both = None
        return int(head.split()[1]), size


async def _chunks(reader: asyncio.StreamReader) -> int:
    whole = 0
    while size := int(await reader.readline(), 16):
        await reader.readexactly(size + 2)
        whole += size
    await reader.readline()
    return whole


async def load(port: int, addresses: list[str], rate: float) -> dict[str, float]:
    """Ask for `addresses` on the clock and return how long answers took."""
    took: list[float] = []
    sizes: list[int] = []
    idle: list[Line] = []
    failed = 0

    async def one(address: str, due: float) -> None:
        nonlocal failed
        line = idle.pop() if idle else Line(port)
        try:
            status, size = await asyncio.wait_for(line.get(address), 60)
            sizes.append(size)
            failed += status != 200
            idle.append(line)
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            failed += 1
        took.append(time.perf_counter() - due)

    start, waiting = time.perf_counter(), []
    for at, address in enumerate(addresses):
        due = start + at / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        waiting.append(asyncio.create_task(one(address, due)))
    await asyncio.gather(*waiting)
    took.sort()
    return {
        "requests": len(took),
        "failed": failed,
        **{f"p{n}_ms": round(took[min(len(took) - 1, len(took) * n // 100)] * 1000, 1) for n in (50, 95, 99)},
        "largest_answer_kb": round(max(sizes, default=0) / 1000, 1),
    }


def measured(name: str, pid: int, port: int, address: Address, rate: float, seconds: float) -> None:
    for warm in asks(20, seed=9):
        httpx.get(f"http://127.0.0.1:{port}{address(warm)}", timeout=60)
    began, loads = processor_s(pid), [os.getloadavg()[0]]
    found = asyncio.run(load(port, [address(ask) for ask in asks(int(rate * seconds))], rate))
    each = (processor_s(pid) - began) / found["requests"] * 1000
    loads.append(os.getloadavg()[0])
    told = {"what": name, "rate": rate, **found, "processor_ms_each": round(each, 1)}
    print(
        json.dumps({**told, "memory_mib": round(memory_mib(pid)), "load": [round(n, 1) for n in loads]}),
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--slow-rate", type=float, default=5)
    parser.add_argument("--folder")
    parser.add_argument("--datasette")
    parser.add_argument("--pygeoapi")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(said.folder or scratch)
        place.mkdir(parents=True, exist_ok=True)
        if not (place / "mission").exists():
            begun = time.perf_counter()
            web_table.mission(place / "mission", said.count)
            print(
                json.dumps(
                    {"what": "read model made twice", "seconds": round(time.perf_counter() - begun, 1)}
                ),
                flush=True,
            )
        port = free()
        code = "from trucewatch.cli.main import main; main()"
        own = [sys.executable, "-c", code, "serve", "--port", str(port), "--mission", str(place / "mission")]
        with server(own, port, "/situation/window.json") as made:
            measured("trucewatch: window", made.pid, port, ours, said.rate, said.seconds)
            measured("trucewatch: features", made.pid, port, our_features, said.slow_rate, said.seconds / 2)
        if said.datasette:
            if not (place / "peer.db").exists():
                web_table.for_datasette(place / "peer.db", web_table.incidents(said.count))
            port = free()
            command = [
                said.datasette,
                "-m",
                "datasette",
                "serve",
                str(place / "peer.db"),
                "--port",
                str(port),
            ]
            command += ["--setting", "sql_time_limit_ms", "30000", "--setting", "max_returned_rows", "6000"]
            with server(command, port, "/-/versions.json") as made:
                measured(
                    "datasette: bins by SQL", made.pid, port, datasette_bins, said.slow_rate, said.seconds / 2
                )
        else:
            print("datasette: left out, no --datasette")
        if said.pygeoapi:
            pygeoapi(place, said)
        else:
            print("pygeoapi: left out, no --pygeoapi")


def pygeoapi(place: Path, said: argparse.Namespace) -> None:
    if not (place / "peer.gpkg").exists():
        web_table.for_pygeoapi(place / "peer.gpkg", web_table.incidents(said.count))
    port = free()
    resource = {
        "type": "collection",
        "title": "incidents",
        "description": "incidents",
        "keywords": ["incidents"],
        "links": [
            {
                "type": "text/html",
                "rel": "canonical",
                "title": "x",
                "href": "http://127.0.0.1",
                "hreflang": "en",
            }
        ],
        "extents": {"spatial": {"bbox": list(BOX), "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
        "providers": [
            {
                "type": "feature",
                "name": "SQLiteGPKG",
                "data": str(place / "peer.gpkg"),
                "id_field": "fid",
                "table": "incidents",
                "time_field": "from_utc",
            }
        ],
    }
    config = {
        "server": {
            "bind": {"host": "127.0.0.1", "port": port},
            "url": f"http://127.0.0.1:{port}",
            "mimetype": "application/json; charset=UTF-8",
            "encoding": "utf-8",
            "language": "en-US",
            "limits": {"default_items": 1000, "max_items": 10000},
            "map": {"url": "http://127.0.0.1/none", "attribution": "none"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": "peer",
                "description": "peer",
                "keywords": ["peer"],
                "keywords_type": "theme",
                "terms_of_service": "none",
                "url": "http://127.0.0.1",
            },
            "license": {"name": "none", "url": "http://127.0.0.1"},
            "provider": {"name": "none", "url": "http://127.0.0.1"},
            "contact": {"name": "none"},
        },
        "resources": {"incidents": resource},
    }
    (place / "pygeoapi.yml").write_text(json.dumps(config))
    env = {"PYGEOAPI_CONFIG": str(place / "pygeoapi.yml"), "PYGEOAPI_OPENAPI": str(place / "openapi.yml")}
    command = [said.pygeoapi, "-c", "from pygeoapi import cli; cli()"]
    generate = [
        *command,
        "openapi",
        "generate",
        env["PYGEOAPI_CONFIG"],
        "--output-file",
        env["PYGEOAPI_OPENAPI"],
    ]
    subprocess.run(generate, env={**os.environ, **env}, check=True, stdout=subprocess.DEVNULL)
    with server([*command, "serve"], port, "/collections/incidents/items?limit=1&f=json", env) as made:
        measured("pygeoapi: features", made.pid, port, their_features, said.slow_rate, said.seconds / 2)


if __name__ == "__main__":
    main()
