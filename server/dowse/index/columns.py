"""What is kept in memory of every chunk of a space: enough to filter, and to get from a text to its chunks.

Columns are numpy arrays in the order of chunk ids, which only ever grow, so that a chunk is found by bisection.
About 30 bytes a chunk. Chunks that go are marked and their slots dropped when a quarter of them is dead.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import Kind
from dowse.index.growing import ByNumber, grown
from dowse.index.reading import ChunkRow
from dowse.index.records import ChunkFilter

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]


class _Kinds(dict[str, int]):
    """Kinds by what the catalogue calls them, with their codes; ``ValueError`` for what is none, as ``Kind`` has it."""

    def __missing__(self, name: str) -> int:
        return self[Kind(name)]


_KINDS = _Kinds({kind: code for code, kind in enumerate(Kind)})
_FILTERS_REMEMBERED = 8
_UNASKED, _ACCEPTED = -1, 1


@dataclass(frozen=True, slots=True)
class HeldChunks:
    """The chunks of one space by ascending id, as they are kept in a file."""

    arrays: Mapping[str, NDArray[Any]]
    """By name, those of :attr:`Columns.STORED`, all of one length."""
    language_names: tuple[str, ...]
    """By code."""


class Columns:
    """The chunks of one space. Not thread-safe: its space guards it."""

    STORED: Final = ("ids", "files", "texts", "kinds", "languages")
    """The columns from which all others follow."""

    def __init__(self, held: HeldChunks | None = None) -> None:
        """Begin with the chunks of ``held``, else empty."""
        self.version = 0
        """Grows when slots are renumbered."""
        self._size = 0
        self._dead = 0
        self._newest_id = 0
        self._ids: Numbers = np.empty(0, np.int64)
        self._files: NDArray[np.int32] = np.empty(0, np.int32)
        self._texts: NDArray[np.int32] = np.empty(0, np.int32)
        self._kinds: NDArray[np.uint8] = np.empty(0, np.uint8)
        self._languages: NDArray[np.uint16] = np.empty(0, np.uint16)
        self._alive: Mask = np.empty(0, np.bool_)
        self._language_codes: dict[str, int] = {}
        # Slots that share a text form a chain: from the text to its newest slot, from each to the one before.
        self._newest = ByNumber(np.int32, -1)
        self._before: NDArray[np.int32] = np.empty(0, np.int32)
        self._uses = ByNumber(np.int32, 0)
        # A file's chunks got their ids together and lie side by side.
        self._first_of_file = ByNumber(np.int32, -1)
        self._count_of_file = ByNumber(np.int32, 0)
        self._verdicts: OrderedDict[Callable[[str], bool], ByNumber] = OrderedDict()
        if held is not None and len(held.arrays["ids"]):
            self._take(held)

    def held(self) -> HeldChunks:
        """Return a copy of what there is."""
        alive = self._alive[: self._size]
        arrays = {name: getattr(self, f"_{name}")[: self._size][alive] for name in self.STORED}
        return HeldChunks(arrays, tuple(self._language_codes))

    def __len__(self) -> int:
        """Return the number of chunks."""
        return self._size - self._dead

    @property
    def newest(self) -> int:
        """The highest id that was ever added; 0 where there is none."""
        return self._newest_id

    def add(self, rows: list[ChunkRow]) -> Numbers:
        """Append chunks with ids above all others, by ascending id; return those texts that were not in use."""
        if not rows:
            return np.empty(0, np.int64)
        ids, files, texts, _, kinds, languages = zip(*rows, strict=True)
        start, end = self._size, self._size + len(rows)
        for name in ("_ids", "_files", "_texts", "_kinds", "_languages", "_alive", "_before"):
            setattr(self, name, grown(getattr(self, name), end))
        self._ids[start:end] = ids
        self._files[start:end] = files
        self._texts[start:end] = texts
        self._kinds[start:end] = [_KINDS[kind] for kind in kinds]
        codes = self._language_codes
        self._languages[start:end] = [codes.setdefault(language, len(codes)) for language in languages]
        self._alive[start:end] = True
        self._size = end
        self._newest_id = ids[-1]
        added = self._texts[start:end].astype(np.int64)
        fresh = _ascending(added[self._uses.get(added) == 0])
        self._uses.add(added, 1)
        self._chain(start, end)
        return fresh

    def drop_files(self, files: Iterable[int]) -> Numbers:
        """Forget the chunks of files; return those texts that are no longer in use."""
        dropped: list[Numbers] = []
        for file in files:
            first, count = self._first_of_file.one(file), self._count_of_file.one(file)
            if count == 0:
                continue
            self._alive[first : first + count] = False
            self._dead += count
            dropped.append(self._texts[first : first + count].astype(np.int64))
            self._count_of_file.put(np.array([file]), 0)
        if not dropped:
            return np.empty(0, np.int64)
        texts = np.concatenate(dropped)
        self._uses.add(texts, -1)
        unused = _ascending(texts[self._uses.get(texts) == 0])
        if self._dead > 1024 and self._dead * 4 > self._size:
            self._compact()
        return unused

    def texts(self) -> Numbers:
        """Return the texts of all chunks, each once, ascending."""
        return _ascending(self._texts[: self._size][self._alive[: self._size]])

    def uses(self, texts: Numbers) -> Mask:
        """Return for each text whether a chunk has it."""
        return np.asarray(self._uses.get(texts) > 0)

    def holding(self, files: Iterable[int]) -> list[int]:
        """Return those of the files that have chunks."""
        return [file for file in files if self._count_of_file.one(file)]

    def text_of(self, chunk: int) -> int | None:
        """Return the text of a chunk; None when there is no such chunk."""
        slot = int(np.searchsorted(self._ids[: self._size], chunk))
        if slot == self._size or self._ids[slot] != chunk or not self._alive[slot]:
            return None
        return int(self._texts[slot])

    def described(self, ids: Numbers) -> tuple[Numbers, list[str]]:
        """Return the texts and the languages of chunks that are there."""
        slots = np.searchsorted(self._ids[: self._size], ids)
        names = list(self._language_codes)
        return self._texts[slots].astype(np.int64), [names[code] for code in self._languages[slots].tolist()]

    def copies_before(self, ids: Numbers) -> Numbers:
        """Return for each of the chunks, which are there, how many of those before it have its text."""
        texts = self._texts[np.searchsorted(self._ids[: self._size], ids)]
        order = np.argsort(texts, kind="stable")
        before = np.empty(len(ids), np.int64)
        before[order] = np.arange(len(ids)) - np.searchsorted(texts[order], texts[order])
        return before

    def count_with(self, has: Callable[[Numbers], Mask]) -> int:
        """Return how many chunks have a text of which ``has`` says so."""
        return int(has(self._live_texts()).sum())

    def files_without(self, has: Callable[[Numbers], Mask]) -> list[int]:
        """Return the files with a chunk whose text fails ``has``."""
        files = self._files[: self._size][self._alive[: self._size]]
        return _listed(_ascending(files[~has(self._live_texts())]))

    def chunks_of_text(self, text: int, mask: Mask | None = None) -> list[int]:
        """Return the ids of the chunks with a text, newest first; only those that ``mask`` lets through."""
        found = []
        slot = self._newest.one(text)
        while slot >= 0:
            if self._alive[slot] and (mask is None or (slot < len(mask) and mask[slot])):
                found.append(int(self._ids[slot]))
            slot = int(self._before[slot])
        return found

    def files_of(self, chunks: Sequence[int]) -> list[int]:
        """Return the file of each of the chunks; of one that is gone, any file."""
        slots = np.searchsorted(self._ids[: self._size], np.array(chunks, np.int64))
        return _listed(self._files[np.minimum(slots, self._size - 1)]) if self._size else [0] * len(chunks)

    def unasked(self, accepts: Callable[[str], bool]) -> list[int]:
        """Return the files of which a path filter has not been asked; a file keeps its path for good."""
        files = _ascending(self._files[: self._size][self._alive[: self._size]])
        return _listed(files[self._verdicts_of(accepts).get(files) == _UNASKED])

    def note(self, accepts: Callable[[str], bool], verdicts: Mapping[int, bool]) -> None:
        """Remember what a path filter said of files."""
        files = np.fromiter(verdicts.keys(), np.int64, len(verdicts))
        self._verdicts_of(accepts).put(files, np.fromiter(verdicts.values(), np.int8, len(verdicts)))

    def allowed(self, allowed: ChunkFilter) -> Mask:
        """Return for each slot whether its chunk is there and passes; a file not asked about does not.

        Good until :attr:`version` changes; slots added later are not in it.
        """
        size = self._size
        mask = self._alive[:size].copy()
        if allowed.kinds:
            mask &= np.isin(self._kinds[:size], [_KINDS[kind] for kind in allowed.kinds])
        if allowed.languages:
            known = [self._language_codes[name] for name in allowed.languages if name in self._language_codes]
            mask &= np.isin(self._languages[:size], known)
        if allowed.accepts_path is not None:
            mask &= self._verdicts_of(allowed.accepts_path).get(self._files[:size].astype(np.int64)) == _ACCEPTED
        return mask

    def passing(self, ids: Numbers, mask: Mask | None) -> Mask:
        """Return for each chunk id whether the chunk is there and a mask of the present version lets it through."""
        if self._size == 0:
            return np.zeros(len(ids), np.bool_)
        slots = np.minimum(np.searchsorted(self._ids[: self._size], ids), self._size - 1)
        found = (self._ids[slots] == ids) & self._alive[slots]
        if mask is not None:
            found &= np.append(mask, False)[np.minimum(slots, len(mask))]
        return np.asarray(found)

    def files(self) -> set[int]:
        """Return the files that have chunks."""
        return set(_listed(_ascending(self._files[: self._size][self._alive[: self._size]])))

    def texts_in(self, mask: Mask) -> Numbers:
        """Return the texts of the chunks that a mask lets through, each once."""
        return _ascending(self._texts[: len(mask)][mask])

    def files_in(self, mask: Mask) -> list[int]:
        """Return the files of the chunks that a mask lets through."""
        return _listed(_ascending(self._files[: len(mask)][mask]))

    def _live_texts(self) -> Numbers:
        return self._texts[: self._size][self._alive[: self._size]].astype(np.int64)

    def _verdicts_of(self, accepts: Callable[[str], bool]) -> ByNumber:
        verdicts = self._verdicts.setdefault(accepts, ByNumber(np.int8, _UNASKED))
        self._verdicts.move_to_end(accepts)
        if len(self._verdicts) > _FILTERS_REMEMBERED:
            self._verdicts.popitem(last=False)
        return verdicts

    def _take(self, held: HeldChunks) -> None:
        for name in self.STORED:
            setattr(self, f"_{name}", held.arrays[name])
        self._language_codes = {name: code for code, name in enumerate(held.language_names)}
        self._size = len(self._ids)
        self._newest_id = int(self._ids[-1])
        self._alive = np.ones(self._size, np.bool_)
        self._before = np.empty(self._size, np.int32)
        self._uses.add(self._texts.astype(np.int64), 1)
        self._chain(0, self._size)

    def _chain(self, start: int, end: int) -> None:
        """Link the slots from ``start`` to their texts and files."""
        texts = self._texts[start:end].astype(np.int64)
        order = np.argsort(texts, kind="stable")
        ordered, slots = texts[order], (order + start).astype(np.int32)
        first = np.append(True, ordered[1:] != ordered[:-1])
        previous = np.append(np.int32(-1), slots[:-1])
        self._before[slots] = np.where(first, self._newest.get(ordered), previous)
        last = np.append(first[1:], True)
        self._newest.put(ordered[last], slots[last])
        files, firsts, counts = np.unique(self._files[start:end], return_index=True, return_counts=True)
        self._first_of_file.put(files.astype(np.int64), (firsts + start).astype(np.int32))
        self._count_of_file.put(files.astype(np.int64), counts.astype(np.int32))

    def _compact(self) -> None:
        """Drop dead slots and link the others anew."""
        keep = np.flatnonzero(self._alive[: self._size])
        for name in ("_ids", "_files", "_texts", "_kinds", "_languages", "_alive", "_before"):
            setattr(self, name, getattr(self, name)[keep])
        self._size, self._dead = len(keep), 0
        self.version += 1
        self._newest = ByNumber(np.int32, -1)
        self._first_of_file, self._count_of_file = ByNumber(np.int32, -1), ByNumber(np.int32, 0)
        if self._size:
            self._chain(0, self._size)


def _ascending(numbers: NDArray[np.int32] | Numbers) -> Numbers:
    """Return the numbers in order, each once; marking beats sorting tenfold where they are dense, as ours are."""
    if not len(numbers):
        return np.empty(0, np.int64)
    marked = np.zeros(int(numbers.max()) + 1, np.bool_)
    marked[numbers] = True
    return np.flatnonzero(marked)


def _listed(numbers: NDArray[np.integer]) -> list[int]:
    listed: list[int] = numbers.tolist()
    return listed
