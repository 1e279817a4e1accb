"""A language model's endpoint on loopback that answers what its script says, lies included."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Script:
    """What the endpoint says, and what it was asked."""

    content: str = '{"proposals": []}'
    status: int = 200
    body: bytes | None = None  # instead of a chat completion around `content`
    endless: bool = False
    drips: bool = False  # a byte now and then, for ever
    silent_s: float = 0.0
    redirect: str | None = None
    asked: list[dict[str, object]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    address: str = ""

    def says(self, *proposals: object) -> None:
        """Answer with these proposals."""
        self.content = json.dumps({"proposals": list(proposals)}, ensure_ascii=False)


class _Answers(BaseHTTPRequestHandler):
    script: Script

    def do_POST(self) -> None:
        script = self.script
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        script.asked.append(json.loads(raw))
        script.headers.append({k.lower(): v for k, v in self.headers.items()})
        script.paths.append(self.path)
        time.sleep(script.silent_s)
        self.send_response(307 if script.redirect else script.status)
        if script.redirect:
            self.send_header("Location", script.redirect)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        with contextlib.suppress(OSError):
            self._write(script)

    def _write(self, script: Script) -> None:
        while script.endless:
            self.wfile.write(b" " * 65536)
        while script.drips:
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.02)
        whole = {"choices": [{"message": {"role": "assistant", "content": script.content}}]}
        self.wfile.write(json.dumps(whole).encode() if script.body is None else script.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def scripted() -> Iterator[Script]:
    """Run the endpoint while the block runs."""
    script = Script()
    answers = type("Answers", (_Answers,), {"script": script})
    with ThreadingHTTPServer(("127.0.0.1", 0), answers) as server:
        server.daemon_threads = True
        script.address = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield script
        finally:
            script.endless = script.drips = False
            server.shutdown()
            thread.join()
