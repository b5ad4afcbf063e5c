"""The vectors of one model in one space: graphs for the many, an exact segment for what they do not hold yet.

The catalogue holds every vector as float16; what is here is made from it and can be thrown away. A text's number is
the label everywhere, and a label never changes its vector, so a graph's file is right for as long as the database
that it was made from goes on: catching up means comparing labels with the texts in use, whatever happened between.

A text that falls out of use is marked in its graph and restored when it comes back (a branch switch and back inserts
nothing). hnswlib could use a marked place again, but each such insertion re-links the old neighbours and strands
others in time; instead a graph with too many marks is emptied into the exact segment and its vectors inserted anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dowse.index import graph as graphs
from dowse.index.exact import ExactSegment, best, cosines
from dowse.index.graph import Graph
from dowse.index.growing import ByNumber

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors

Numbers = NDArray[np.int64]
Fetch = Callable[[Numbers], tuple[Numbers, "Vectors"]]
"""Reads from the catalogue those of the texts' vectors that it has."""

GRAPH_FROM = 20_000
"""Vectors from which on graphs are made. Multiplying 20,000 × 256 takes 0.8 ms, 100,000 takes 8 ms."""

TAIL = 2_000
"""Vectors that may stay in the exact segment beside graphs (0.08 ms): edits seldom reach a graph's file."""

TAIL_WHILE_FILLING = 200_000
"""The same while a folder is read for the first time: multiplying all of 146,759 takes 15 ms, and building graphs, a
sixth of all the work, would hold up the reading (``dowse bench``)."""

NARROW = 3_000
"""Filters that leave fewer vectors are answered exactly: they are read at 3 µs each from the catalogue."""

_SPARSE = 1 / 3
"""Share of marked labels at which a graph is emptied."""
_MOVED_AT_ONCE = 1_024
_NOWHERE = -1


class VectorIndex:
    """May be used from any thread; ``settle`` and ``save`` by one at a time."""

    def __init__(self, dimensions: int, directory: Path, identity: str, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self.dimensions = dimensions
        self.directory = directory
        """Where the graphs' files are."""
        self._identity = identity
        self._lock = RLock()
        self._exact = ExactSegment(dimensions)
        self._graphs: dict[int, Graph] = {}
        self._loaded_stamps: dict[int, tuple[int, int] | None] = {}
        # Number of the graph that answers for a text; -2 - number where the label is marked there.
        self._graph_of = ByNumber(np.int16, _NOWHERE)
        self._emptied = 0
        """Counts moves out of graphs: a search that looked in the exact segment before one has missed what moved."""

    def has(self, texts: Numbers) -> NDArray[np.bool_]:
        """Return for each text whether its vector can be found."""
        with self._lock:
            return (self._graph_of.get(texts) >= 0) | self._exact.has(texts)

    def add(self, texts: Numbers, vectors: Vectors) -> None:
        """Make vectors findable at once; those that are already are left alone."""
        with self._lock:
            texts, first = np.unique(texts, return_index=True)
            new = ~self.has(texts)
            self._exact.add(texts[new], vectors[first][new])

    def release(self, texts: Numbers) -> None:
        """Leave texts out of answers from now on."""
        with self._lock:
            self._exact.remove(texts)
            for number, labels in self._by_graph(texts):
                self._graphs[number].delete(labels)
                self._graph_of.put(labels, -2 - number)

    def restore(self, texts: Numbers) -> Numbers:
        """Let released texts be found again; returns those whose vectors are not in memory."""
        with self._lock:
            places = self._graph_of.get(texts)
            for number, graph in self._graphs.items():
                labels = texts[places == -2 - number]
                graph.restore(labels)
                self._graph_of.put(labels, number)
            return texts[~self.has(texts)]

    def open(self, used: Numbers, generation: int) -> Numbers:
        """Load the graphs' files, or those that have been saved since; return the texts whose vectors they lack."""
        if graphs.available():
            for path in self._files():
                number, stamp = int(path.stem), graphs.note_stamp(path)
                if self._loaded_stamps.get(number) == stamp:
                    continue
                loaded = graphs.load(path, self._identity, generation, self.fingerprint)
                self._loaded_stamps[number] = stamp
                if loaded is not None:
                    self._adopt(number, loaded, used)
        return used[~self.has(used)]

    def nearest(self, query: Vectors, limit: int) -> tuple[Numbers, Vectors]:
        """Return the texts and cosines of the best ``limit``, best first."""
        while True:
            with self._lock:
                emptied = self._emptied
                found = [self._exact.nearest(query, limit)]
                searched = list(self._graphs.values())
            found += [graph.nearest(query, limit) for graph in searched]
            if emptied == self._emptied:
                return _merged(found, limit)

    def nearest_among(self, query: Vectors, limit: int, among: Numbers, fetch: Fetch) -> tuple[Numbers, Vectors]:
        """Return the best ``limit`` of the texts ``among`` (ascending, each once); as many as there are of them."""
        while True:
            emptied = self._emptied
            found = self._nearest_among(query, limit, among, fetch)
            if emptied == self._emptied:
                return found

    def _nearest_among(self, query: Vectors, limit: int, among: Numbers, fetch: Fetch) -> tuple[Numbers, Vectors]:
        with self._lock:
            here = self._exact.has(among)
            exact = best(among[here], cosines(self._exact.vectors(among[here]), query), limit)
            elsewhere = among[self._graph_of.get(among) >= 0]
            searched = list(self._graphs.values())
            total = sum(len(graph) - graph.deleted for graph in searched)
        wanted = min(limit, len(elsewhere))
        if not wanted:
            return _merged([exact], limit)
        if len(elsewhere) > NARROW:
            # By chance each graph returns as many of them as the filter lets through of everything.
            fetched = math.ceil(1.5 * limit * total / len(elsewhere)) + 10
            while fetched * 4 <= total:
                near = [graph.nearest(query, fetched) for graph in searched]
                # What a graph has not told is no better than the last that it told.
                floor = max((scores[-1] for texts, scores in near if len(texts) >= fetched), default=-1.0)
                found = _merged([exact, *(_only(each, elsewhere) for each in near)], limit)
                if len(found[0]) >= wanted and found[1][wanted - 1] >= floor:
                    return found
                fetched *= 2
        texts, vectors = fetch(elsewhere)
        return _merged([exact, best(texts, cosines(vectors, query), limit)], limit)

    def settle(self, fetch: Fetch, *, filling: bool = False) -> bool:
        """Move a few vectors towards the graphs; returns whether there is more to move. Less is, while ``filling``."""
        if not graphs.available():
            return False
        if self._empty_sparse(fetch):
            return True
        with self._lock:
            waiting = len(self._exact)
            indexed = sum(len(graph) - graph.deleted for graph in self._graphs.values())
            tail = TAIL_WHILE_FILLING if filling else TAIL
            if waiting <= tail or (not self._graphs and waiting + indexed < GRAPH_FROM):
                return False
            number, graph = self._unfilled()
            texts = self._exact.some(min(graphs.ADDED_AT_ONCE, graphs.CAPACITY - len(graph)))
            vectors = self._exact.vectors(texts)
        graph.add(texts, vectors)
        with self._lock:
            here = self._exact.has(texts)
            self._exact.remove(texts)
            self._graph_of.put(texts, number)
            graph.delete(texts[~here])  # released while they were inserted
            self._graph_of.put(texts[~here], -2 - number)
        return True

    def save(self, generation: int) -> bool:
        """Write the file of one graph that has changed; returns whether there are more."""
        with self._lock:
            changed = [number for number, graph in self._graphs.items() if graph.changed]
        if not changed:
            return False
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(changed[0])
        self._graphs[changed[0]].save(path, self._identity, generation, self.fingerprint)
        self._loaded_stamps[changed[0]] = graphs.note_stamp(path)
        return len(changed) > 1

    def has_full_unsaved(self) -> bool:
        """Whether a graph has changed for the last time."""
        with self._lock:
            return any(graph.full and graph.changed for graph in self._graphs.values())

    def _files(self) -> list[Path]:
        found = (path for path in self.directory.glob("*.hnsw") if path.stem.isdecimal())
        return sorted(found, key=lambda path: int(path.stem))

    def _path(self, number: int) -> Path:
        return self.directory / f"{number}.hnsw"

    def _adopt(self, number: int, graph: Graph, used: Numbers) -> None:
        """Take in a loaded graph, in place of an earlier state of it."""
        labels = np.sort(graph.labels())
        with self._lock:
            if number in self._graphs:
                self._forget_graph(number)
            places = self._graph_of.get(labels)
            wanted = np.isin(labels, used, assume_unique=True) & (places < 0)
            graph.restore(labels[wanted])
            graph.delete(labels[~wanted])
            self._graph_of.put(labels[wanted], number)
            marked = labels[~wanted & (places == _NOWHERE)]
            self._graph_of.put(marked, -2 - number)
            self._exact.remove(labels[wanted])
            self._graphs[number] = graph

    def _forget_graph(self, number: int) -> None:
        del self._graphs[number]
        for place in (number, -2 - number):
            self._graph_of.put(self._graph_of.where(place), _NOWHERE)

    def _by_graph(self, texts: Numbers) -> Iterator[tuple[int, Numbers]]:
        places = self._graph_of.get(texts)
        for number in self._graphs:
            labels = texts[places == number]
            if len(labels):
                yield number, labels

    def _unfilled(self) -> tuple[int, Graph]:
        for number, graph in self._graphs.items():
            if not graph.full:
                return number, graph
        number = max(self._graphs, default=-1) + 1
        self._graphs[number] = Graph(self.dimensions)
        return number, self._graphs[number]

    def _empty_sparse(self, fetch: Fetch) -> bool:
        """Move some vectors out of a graph that is mostly marks, and drop it when none is left."""
        with self._lock:
            sparse = (
                number
                for number, graph in self._graphs.items()
                if len(graph) > TAIL and graph.deleted > _SPARSE * len(graph)
            )
            number = next(sparse, None)
            if number is None:
                return False
            moved = self._graph_of.where(number)[:_MOVED_AT_ONCE]
        texts, vectors = fetch(moved)
        with self._lock:
            self._emptied += 1
            still = self._graph_of.get(moved) == number
            self._graphs[number].delete(moved)
            self._graph_of.put(moved, -2 - number)
            self._exact.add(texts[np.isin(texts, moved[still])], vectors[np.isin(texts, moved[still])])
            if not len(self._graph_of.where(number)):
                self._forget_graph(number)
                graphs.remove(self._path(number))
        return True


def _only(found: tuple[Numbers, Vectors], among: Numbers) -> tuple[Numbers, Vectors]:
    texts, scores = found
    places = np.minimum(np.searchsorted(among, texts), len(among) - 1)
    kept = among[places] == texts
    return texts[kept], scores[kept]


def _merged(found: list[tuple[Numbers, Vectors]], limit: int) -> tuple[Numbers, Vectors]:
    """Return the best of several answers, best first; a text that was being moved may be in two."""
    texts, first = np.unique(np.concatenate([each for each, _ in found]), return_index=True)
    scores = np.concatenate([each for _, each in found])[first]
    order = np.lexsort((texts, -scores))[:limit]
    return texts[order], np.clip(scores[order], -1, 1)
