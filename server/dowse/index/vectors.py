"""The vectors of one model in one space: graphs for the many, an exact part for what they do not hold yet.

The catalogue holds every vector as float16; what is here is made from it and can be thrown away. A text's number is
the label everywhere, and a label never changes its vector, so a graph's file is right for as long as the database
that it was made from goes on: catching up means comparing labels with the texts in use, whatever happened between.

Snapshots share the graphs, in which labels are only added while a snapshot may use them. A text that falls out of use
is left out by the snapshot's own columns at once. It is marked in its graph, which is what makes searches quick
again, when no snapshot needs it any more, and the mark is taken back when the text comes back (a branch switch and
back inserts nothing). hnswlib could use a marked place again, but each such insertion re-links the old neighbours and
strands others in time; instead a graph with too many marks is emptied into the exact part and dropped.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from dowse.index import graph as graphs
from dowse.index.append_only import ByNumber
from dowse.index.exact import ExactBuilder, ExactVectors, best, cosines
from dowse.index.graph import HnswGraph

if TYPE_CHECKING:
    from dowse.embedding.model import Vectors
    from dowse.index.tuning import IndexTuning

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Fetch = Callable[[Numbers], tuple[Numbers, "Vectors"]]
"""Reads from the catalogue those of the texts' vectors that it has."""

_SPARSE = 1 / 3
"""Share of marked labels at which a graph is emptied."""
_MOVED_AT_ONCE = 1_024
_NOWHERE = -1


@dataclass(frozen=True, slots=True, eq=False)
class VectorSnapshot:
    """What a snapshot sees of one model's vectors.

    Answers may name texts that are newer than the snapshot, or older: its columns know which texts it has.
    """

    fingerprint: str
    dimensions: int
    exact: ExactVectors
    graphs: tuple[HnswGraph, ...]
    known: ByNumber
    """1 for each text that has a vector; only ever set."""
    narrow_filter: int

    def has(self, texts: Numbers) -> Mask:
        """Return for each text whether its vector can be found."""
        return np.asarray(self.known.get(texts) != 0)

    def nearest(self, query: Vectors, limit: int) -> tuple[Numbers, Vectors]:
        """Return the texts and cosines of the best ``limit``, best first."""
        return _merged(
            [self.exact.nearest(query, limit), *(graph.nearest(query, limit) for graph in self.graphs)], limit
        )

    def nearest_among(self, query: Vectors, limit: int, among: Numbers, fetch: Fetch) -> tuple[Numbers, Vectors]:
        """Return the best ``limit`` of the texts ``among`` (ascending, each once); as many as there are of them."""
        found, here = self.exact.nearest_among(query, limit, among)
        elsewhere = np.setdiff1d(among[self.has(among)], here, assume_unique=True)
        wanted = min(limit, len(elsewhere))
        if not wanted:
            return _merged([found], limit)
        if len(elsewhere) > self.narrow_filter:
            total = sum(len(graph) - graph.deleted for graph in self.graphs)
            # By chance each graph returns as many of them as the filter lets through of everything.
            fetched = math.ceil(1.5 * limit * total / len(elsewhere)) + 10
            while fetched * 4 <= total:
                near = [graph.nearest(query, fetched) for graph in self.graphs]
                # What a graph has not told is no better than the last that it told.
                floor = max((scores[-1] for texts, scores in near if len(texts) >= fetched), default=-1.0)
                merged = _merged([found, *(_only(each, elsewhere) for each in near)], limit)
                if len(merged[0]) >= wanted and merged[1][wanted - 1] >= floor:
                    return merged
                fetched *= 2
        texts, vectors = fetch(elsewhere)
        return _merged([found, best(texts, cosines(vectors, query), limit)], limit)


class VectorBuilder:
    """Makes the next :class:`VectorSnapshot`. One thread uses it."""

    def __init__(self, dimensions: int, directory: Path, identity: str, fingerprint: str, tuning: IndexTuning) -> None:
        """``directory`` is where the graphs' files are."""
        self.fingerprint = fingerprint
        self.dimensions = dimensions
        self.directory = directory
        self._identity = identity
        self._tuning = tuning
        self._exact = ExactBuilder(dimensions)
        self._known = ByNumber(np.int8, 0)
        self._graphs: dict[int, HnswGraph] = {}
        self._loaded_stamps: dict[int, tuple[int, int] | None] = {}
        # Number of the graph that answers for a text; -2 - number where the text is not in use, or was moved.
        self._graph_of = ByNumber(np.int16, _NOWHERE)
        self._unmarked: list[tuple[int, Numbers]] = []
        """Texts that fell out of use and are not marked in their graphs yet, by the last snapshot that has them."""

    @property
    def use_graphs(self) -> bool:
        """Whether graphs are made."""
        return self._tuning.use_graphs and graphs.available()

    def build(self) -> VectorSnapshot:
        """Return the vectors as they are now."""
        return VectorSnapshot(
            self.fingerprint,
            self.dimensions,
            self._exact.build(),
            tuple(self._graphs.values()),
            self._known,
            self._tuning.narrow_filter,
        )

    def has(self, texts: Numbers) -> Mask:
        """Return for each text whether its vector is in memory, for a text in use."""
        return (self._graph_of.get(texts) >= 0) | self._exact.has(texts)

    def add(self, texts: Numbers, vectors: Vectors) -> None:
        """Make vectors findable at once; those that are already are left alone."""
        texts, first = np.unique(texts, return_index=True)
        new = ~self.has(texts)
        self._exact.add(texts[new], vectors[first][new])
        self._known.put(texts, 1)

    def release(self, texts: Numbers, serial: int) -> None:
        """Note that texts are in use no more; ``serial`` is the last snapshot that has them."""
        self._exact.remove(texts)
        places = self._graph_of.get(texts)
        for number in self._graphs:
            labels = texts[places == number]
            if len(labels):
                self._graph_of.put(labels, -2 - number)
                self._unmarked.append((serial, labels))

    def mark_released(self, oldest: int) -> None:
        """Mark in their graphs what no snapshot from ``oldest`` on needs."""
        ripe = [labels for serial, labels in self._unmarked if serial < oldest]
        self._unmarked = [entry for entry in self._unmarked if entry[0] >= oldest]
        for labels in ripe:
            places = self._graph_of.get(labels)
            for number, graph in self._graphs.items():
                graph.delete(labels[(places == -2 - number) & ~self._exact.has(labels)])

    def restore(self, texts: Numbers) -> Numbers:
        """Note that texts are in use again; returns those whose vectors are not in memory."""
        places = self._graph_of.get(texts)
        for number, graph in self._graphs.items():
            labels = texts[places == -2 - number]
            graph.restore(labels)
            self._graph_of.put(labels, number)
            self._known.put(labels, 1)  # a graph that was loaded when they were out of use has not said so
        return np.asarray(texts[~self.has(texts)])

    def open(self, used: Numbers, generation: int) -> Numbers:
        """Load the graphs' files, or those that have been saved since; return the texts whose vectors they lack."""
        if self.use_graphs:
            for path in self._files():
                number, stamp = int(path.stem), graphs.metadata_stamp(path)
                if self._loaded_stamps.get(number) == stamp:
                    continue
                loaded = graphs.load(path, self._identity, generation, self.fingerprint, self._tuning.graph_capacity)
                self._loaded_stamps[number] = stamp
                if loaded is not None:
                    self._adopt(number, loaded, used)
        return np.asarray(used[~self.has(used)])

    def settle(self, fetch: Fetch, *, scanning: bool) -> bool:
        """Move a few vectors towards the graphs; returns whether there is more to move. Less is, while ``scanning``."""
        if not self.use_graphs:
            return False
        if self._empty_sparse(fetch):
            return True
        waiting = len(self._exact)
        indexed = sum(len(graph) - graph.deleted for graph in self._graphs.values())
        tail = self._tuning.exact_tail_while_scanning if scanning else self._tuning.exact_tail
        if waiting <= tail or (not self._graphs and waiting + indexed < self._tuning.graph_from):
            return False
        number, graph = self._unfilled()
        texts = self._exact.first(min(graphs.ADDED_AT_ONCE, graph.capacity - len(graph)))
        graph.add(texts, self._exact.vectors(texts))
        self._exact.remove(texts)
        self._graph_of.put(texts, number)
        return True

    def save(self, generation: int) -> bool:
        """Write the file of one graph that has changed; returns whether there are more."""
        changed = [number for number, graph in self._graphs.items() if graph.changed]
        if not changed:
            return False
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._path(changed[0])
        self._graphs[changed[0]].save(path, self._identity, generation, self.fingerprint)
        self._loaded_stamps[changed[0]] = graphs.metadata_stamp(path)
        return len(changed) > 1

    def has_full_unsaved(self) -> bool:
        """Whether a graph has changed for the last time."""
        return any(graph.full and graph.changed for graph in self._graphs.values())

    def _files(self) -> list[Path]:
        found = (path for path in self.directory.glob("*.hnsw") if path.stem.isdecimal())
        return sorted(found, key=lambda path: int(path.stem))

    def _path(self, number: int) -> Path:
        return self.directory / f"{number}.hnsw"

    def _adopt(self, number: int, graph: HnswGraph, used: Numbers) -> None:
        """Take in a loaded graph, in place of an earlier state of it."""
        labels = np.sort(graph.labels())
        if number in self._graphs:
            self._forget_graph(number)
        places = self._graph_of.get(labels)
        wanted = np.isin(labels, used, assume_unique=True) & (places < 0)
        graph.restore(labels[wanted])
        graph.delete(labels[~wanted])
        self._graph_of.put(labels[wanted], number)
        self._graph_of.put(labels[~wanted & (places == _NOWHERE)], -2 - number)
        self._exact.remove(labels[wanted])
        self._known.put(labels[wanted], 1)
        self._graphs[number] = graph

    def _forget_graph(self, number: int) -> None:
        del self._graphs[number]
        for place in (number, -2 - number):
            self._graph_of.put(self._graph_of.where(place), _NOWHERE)

    def _unfilled(self) -> tuple[int, HnswGraph]:
        for number, graph in self._graphs.items():
            if not graph.full:
                return number, graph
        number = max(self._graphs, default=-1) + 1
        self._graphs[number] = HnswGraph(self.dimensions, self._tuning.graph_capacity)
        return number, self._graphs[number]

    def _empty_sparse(self, fetch: Fetch) -> bool:
        """Move some vectors out of a graph that is mostly marks, and drop it when none is left.

        They are not marked there: an older snapshot may need them, and a newer one counts a text once.
        """
        number = next(self._sparse(), None)
        if number is None:
            return False
        moved = self._graph_of.where(number)[:_MOVED_AT_ONCE]
        self._exact.add(*fetch(moved))
        self._graph_of.put(moved, -2 - number)
        if not len(self._graph_of.where(number)):
            self._forget_graph(number)
            graphs.remove(self._path(number))
        return True

    def _sparse(self) -> Iterator[int]:
        for number, graph in self._graphs.items():
            if len(graph) > self._tuning.exact_tail and graph.deleted > _SPARSE * len(graph):
                yield number


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
