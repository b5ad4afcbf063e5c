"""The smallest client that can time a language server: blocking, one request at a time, next to nothing on top."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Queue
from typing import IO, Any

from dowse_dev.benchmark.meter import Meter, Usage


class ServerFailed(Exception):
    """The server under measurement ended or answered with an error."""


class Server:
    """A running ``dowse server`` over standard input and output, with what it uses."""

    def __init__(self, folder: Path, cache_dir: Path, settings: Sequence[str] = ()) -> None:
        """Start it on ``folder`` and wait until ``initialize`` is answered; ``settings`` are ``NAME=VALUE``."""
        options = [option for each in settings for option in ("--set", each)]
        self.started = time.perf_counter()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dowse", "server", "--cache-dir", str(cache_dir), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input = self._process.stdin
        self._responses: Queue[dict[str, Any] | None] = Queue()
        self._ids = 0
        self._writing = threading.Lock()
        threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True).start()
        self._meter = Meter(self._process.pid)
        self.request(
            "initialize",
            {
                "processId": None,
                "capabilities": {"general": {"positionEncodings": ["utf-16"]}},
                "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
            },
        )
        self.initialized_ms = self.elapsed_ms()
        self.notify("initialized", {})

    def elapsed_ms(self) -> float:
        """Return the time since the process was started."""
        return (time.perf_counter() - self.started) * 1000

    def request(self, method: str, params: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401 - any JSON
        """Send a request and return its result. Raises :class:`ServerFailed`."""
        self._ids += 1
        self._send({"jsonrpc": "2.0", "id": self._ids, "method": method, "params": params})
        response = self._responses.get()
        if response is None:
            raise ServerFailed(f"the server ended instead of answering {method}")
        if "error" in response:
            raise ServerFailed(f"{method}: {response['error']['message']}")
        return response["result"]

    def notify(self, method: str, params: Mapping[str, Any]) -> None:
        """Send a notification."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def search(self, query: str, **params: object) -> list[dict[str, Any]]:
        """Return the hits of ``workspace/semanticSearch``."""
        found = self.request("workspace/semanticSearch", {"query": query, **params})
        hits: list[dict[str, Any]] = found["results"]
        return hits

    def timed(self, query: str) -> float:
        """Return the milliseconds from sending a search to having read its answer."""
        started = time.perf_counter()
        self.search(query)
        return (time.perf_counter() - started) * 1000

    def status(self) -> dict[str, Any]:
        """Return the answer of ``dowse/indexStatus``."""
        status: dict[str, Any] = self.request("dowse/indexStatus")
        return status

    def is_ready(self) -> bool:
        """Whether nothing is left to do."""
        status = self.status()
        return bool(status["state"] == "ready" and status["queue"] == 0)

    def usage(self) -> Usage:
        """Return what the process and its children have used so far."""
        return self._meter.usage()

    def stop(self) -> float:
        """Shut it down and return the milliseconds until the process is gone."""
        started = time.perf_counter()
        self.request("shutdown")
        self.notify("exit", {})
        self._process.wait()
        took = (time.perf_counter() - started) * 1000
        self._meter.stop()
        return took

    def kill(self) -> None:
        """End it at once; nothing happens where it has ended."""
        self._process.kill()
        self._process.wait()
        self._meter.stop()

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps(message).encode()
        with self._writing:
            try:
                self._input.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
                self._input.flush()
            except OSError as error:
                raise ServerFailed(f"the server ended ({error})") from error

    def _read(self, output: IO[bytes]) -> None:
        while (message := _next_message(output)) is not None:
            if "method" not in message:
                self._responses.put(message)
            elif "id" in message:  # registrations and the like, which a client may take note of and forget
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": None})
        self._responses.put(None)


def _next_message(output: IO[bytes]) -> dict[str, Any] | None:
    length = 0
    while (line := output.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = output.read(length)
    if not length or len(body) < length:
        return None
    message: dict[str, Any] = json.loads(body)
    return message
