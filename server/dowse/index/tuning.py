"""The numbers that decide when the index does its background work, as one value that a test can replace."""

from __future__ import annotations

from dataclasses import dataclass

_DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class IndexTuning:
    """Each default was set by a measurement, or says why it is what it is."""

    graph_from: int = 20_000
    """Vectors from which on graphs are made. Multiplying 20,000 × 256 takes 0.8 ms, 100,000 takes 8 ms."""

    exact_tail: int = 2_000
    """Vectors that may stay outside the graphs (0.08 ms): edits seldom reach a graph's file."""

    exact_tail_while_scanning: int = 200_000
    """The same while a folder is read for the first time: multiplying all of 146,759 takes 15 ms, and building graphs,
    a sixth of all the work, would hold up the reading (``dowse-dev bench``)."""

    narrow_filter: int = 3_000
    """Filters that leave fewer vectors are answered exactly: they are read at 3 µs each from the catalogue."""

    graph_capacity: int = 65_536
    """Vectors in one graph. Saving a full one of 256 dimensions holds Python's lock for 70 ms."""

    use_graphs: bool = True
    """Whether graphs are made where hnswlib is installed."""

    save_columns_after: int = 50
    """Generations after which the file of columns is written anew; reading 50 from the database takes milliseconds."""

    tombstone_seconds: float = 120.0
    """How long deleted chunks stay readable for other processes. The longest request, a report of duplicates, takes a
    minute."""

    sweep_every: float = _DAY
    """Seconds between two searches for vectors that no file uses."""

    unused_vectors_seconds: float = 30 * _DAY
    """How long such vectors are kept, so that a branch that comes back embeds nothing."""

    slice_seconds: float = 0.1
    """What one call of :meth:`~dowse.index.writer.IndexWriter.maintain` takes, about."""
