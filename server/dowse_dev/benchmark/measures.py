"""One measurement after another on one tree, in fresh processes, through the protocol that editors speak."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np

from dowse_dev.benchmark.client import Server
from dowse_dev.benchmark.trees import Tree, switched

WARM_UP = 20
"""Queries asked before those that count."""
SAVES = 10
SWITCHED = 2_000
"""Files that another branch changes, at most."""

KEYS = 200
"""Keys pressed while the tree is indexed, at most."""

_KEY = 0.1
"""Seconds between two keys."""
_PAUSE = 0.05
"""Seconds between two looks at the state."""
_SETTLED = 3.0
"""Seconds of quiet before idle memory is read: threads end and memory is given back by then."""
_QUIET = 0.02
"""Processors that a server in which nothing happens may take."""


@dataclass(frozen=True, slots=True)
class Times:
    """A sample of milliseconds."""

    values: tuple[float, ...]

    def percentile(self, percent: float) -> float:
        """Return the value below which ``percent`` of the sample lies."""
        return float(np.percentile(self.values, percent))

    def __str__(self) -> str:
        return " / ".join(f"{self.percentile(percent):.1f}" for percent in (50, 95, 99))


@dataclass(slots=True)
class Figures:
    """What was measured of Dowse on one tree; milliseconds, megabytes and seconds."""

    tree: Tree
    chunks: int = 0
    cold_seconds: list[float] = field(default_factory=list)
    """From the start of the process until nothing was left to do, once for each round."""
    cold_cpu_seconds: list[float] = field(default_factory=list)
    cold_peak_mb: list[float] = field(default_factory=list)
    settled_cpu_seconds: float = 0.0
    """Of what is done once all can be found: graphs are made, files of the cache are merged."""
    settled_mb: float = 0.0
    """What indexing leaves behind in memory."""
    first_hit_ms: list[float] = field(default_factory=list)
    initialize_ms: list[float] = field(default_factory=list)
    while_indexing: Times = field(default_factory=lambda: Times(()))
    typing_processors: float = 0.0
    """Processors in use, on average, by an index that is made while somebody types."""
    disk_mb: float = 0.0
    reopened_ms: list[float] = field(default_factory=list)
    """From the start of the process until a query finds something in the index that was there."""
    reopened_cpu_seconds: float = 0.0
    warm: Times = field(default_factory=lambda: Times(()))
    saved_ms: Times = field(default_factory=lambda: Times(()))
    typed_ms: Times = field(default_factory=lambda: Times(()))
    branch_files: int = 0
    branch_seconds: float = 0.0
    branch_cpu_seconds: float = 0.0
    back_seconds: float = 0.0
    back_cpu_seconds: float = 0.0
    idle_mb: float = 0.0
    shutdown_ms: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Chunks indexed a second, median of the rounds."""
        return self.chunks / median(self.cold_seconds)


class Bench:
    """Measures Dowse on one tree; the cache of the last cold round serves what comes after."""

    def __init__(self, tree: Tree, work: Path, queries: Sequence[str], settings: Sequence[str]) -> None:
        self.figures = Figures(tree)
        self._folder = tree.folder
        self._cache = work / "cache"
        self._queries = queries
        self._settings = settings

    def cold(self, *, settle: bool = False) -> None:
        """Index the tree with an empty cache; nothing is asked after the first hit. Then let the server ``settle``."""
        figures = self.figures
        with self._empty() as server:
            figures.initialize_ms.append(server.initialized_ms)
            while not server.search(self._queries[0]) and not server.is_ready():
                time.sleep(_PAUSE)
            figures.first_hit_ms.append(server.elapsed_ms())
            _until(server.is_ready)
            figures.cold_seconds.append(server.elapsed_ms() / 1000)
            usage = server.usage()
            figures.cold_cpu_seconds.append(usage.cpu_seconds)
            figures.cold_peak_mb.append(usage.peak_mb)
            status = server.status()
            figures.chunks = status["folders"][0]["chunksTotal"]
            if settle:
                _until_quiet(server)
                settled = server.usage()
                figures.settled_cpu_seconds = settled.cpu_seconds - usage.cpu_seconds
                figures.settled_mb = settled.memory_mb
                figures.disk_mb = sum(path.stat().st_size for path in self._cache.rglob("*")) / 1e6

    def busy(self) -> None:
        """Index the tree once more and ask all the while."""
        with self._empty() as server:
            asked = []
            for query in _cycle(self._queries):
                if server.is_ready():
                    break
                asked.append(server.timed(query))
                time.sleep(_PAUSE)
            self.figures.while_indexing = Times(tuple(asked))

    def typing(self) -> None:
        """Index the tree once more while somebody types."""
        with self._empty() as server:
            uri = (self._folder / "typed_in_the_benchmark.py").as_uri()
            document = {"uri": uri, "languageId": "python", "version": 1, "text": ""}
            server.notify("textDocument/didOpen", {"textDocument": document})
            before, started = server.usage().cpu_seconds, time.perf_counter()
            for number in range(KEYS):
                changes = [{"text": f"def typed({'x' * number}):\n    return value\n"}]
                identifier = {"uri": uri, "version": number + 2}
                server.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": changes})
                time.sleep(_KEY)
                if server.is_ready():
                    break
            used = server.usage().cpu_seconds - before
            self.figures.typing_processors = used / (time.perf_counter() - started)

    def reopened(self) -> None:
        """Open the tree of the last cold round again."""
        with self._server() as server:
            while not server.search(self._queries[0]):
                time.sleep(_PAUSE)
            self.figures.reopened_ms.append(server.elapsed_ms())
            _until(server.is_ready)
            self.figures.reopened_cpu_seconds = server.usage().cpu_seconds

    def in_use(self) -> None:
        """Ask, save, type, switch branches, and leave alone."""
        figures = self.figures
        with self._server() as server:
            _until(server.is_ready)
            for query in self._queries[:WARM_UP]:
                server.search(query)
            figures.warm = Times(tuple(server.timed(query) for query in self._queries[WARM_UP:]))
            _until_quiet(server)
            figures.idle_mb = server.usage().memory_mb
            figures.saved_ms = Times(tuple(self._save(server, number) for number in range(SAVES)))
            figures.typed_ms = Times(tuple(self._type(server, number) for number in range(SAVES)))
            self._switch(server)

    def _save(self, server: Server, number: int) -> float:
        """Return the milliseconds from a save until the new function is found."""
        name = f"saved_by_the_benchmark_{number}"
        file = self._folder / f"{name}.py"
        file.write_text(f"def {name}(value):\n    return value + {number}\n", "utf-8")
        took = _found(server, name)
        file.unlink()
        _until(lambda: not _names(server, name))
        _until(server.is_ready)
        return took

    def _type(self, server: Server, number: int) -> float:
        """Return the milliseconds from an unsaved edit until it is found."""
        name = f"typed_in_the_benchmark_{number}"
        uri = (self._folder / f"{name}.py").as_uri()
        document = {"uri": uri, "languageId": "python", "version": 1, "text": "\n" * 200}
        server.notify("textDocument/didOpen", {"textDocument": document})
        text = f"def {name}(value):\n    return value + {number}\n"
        server.notify(
            "textDocument/didChange",
            {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": text}]},
        )
        took = _found(server, name)
        server.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        return took

    def _switch(self, server: Server) -> None:
        """Change many files at once, as a checkout does, and change them back."""
        figures = self.figures
        files = list(switched(figures.tree, SWITCHED))
        figures.branch_files = len(files)
        for there in (True, False):
            before, started = server.usage().cpu_seconds, time.perf_counter()
            for path, here, other in files:
                path.write_bytes(other if there else here)
            _until(lambda there=there: bool(_names(server, "on_the_other_branch")) is there)  # type: ignore[misc]
            _until(server.is_ready)
            took, cpu = time.perf_counter() - started, server.usage().cpu_seconds - before
            if there:
                figures.branch_seconds, figures.branch_cpu_seconds = took, cpu
            else:
                figures.back_seconds, figures.back_cpu_seconds = took, cpu

    @contextmanager
    def _empty(self) -> Iterator[Server]:
        shutil.rmtree(self._cache, ignore_errors=True)
        with self._server() as server:
            yield server

    @contextmanager
    def _server(self) -> Iterator[Server]:
        server = Server(self._folder, self._cache, self._settings)
        try:
            yield server
            self.figures.shutdown_ms.append(server.stop())
        finally:
            server.kill()


def _found(server: Server, name: str) -> float:
    started = time.perf_counter()
    while not _names(server, name):
        pass
    return (time.perf_counter() - started) * 1000


def _names(server: Server, name: str) -> bool:
    return any(hit["name"] == name for hit in server.search(name, limit=5))


def _until(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(_PAUSE)


def _until_quiet(server: Server) -> None:
    """Wait until it takes next to no processor time."""
    before = server.usage().cpu_seconds
    while True:
        time.sleep(_SETTLED)
        now = server.usage().cpu_seconds
        if now - before < _QUIET * _SETTLED:
            return
        before = now


def _cycle(queries: Sequence[str]) -> Iterator[str]:
    while True:
        yield from queries
