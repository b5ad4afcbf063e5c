"""What is in memory of every chunk of a space: enough to filter, and to get from a text to its chunks.

:class:`Columns` is a value: the chunks as of one commit, as arrays in the order of chunk ids. :class:`ColumnsBuilder`
makes the next one after each commit. New chunks are appended to arrays that all values share, each of which sees only
its own beginning of them; deleted chunks stay where they are and are missing from the next value's ``alive`` mask, of
which each value has a copy. When a quarter of the slots is dead the builder begins new arrays, and the old ones go
with the last value that uses them. About 30 bytes a chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dowse.chunking.chunk import Kind
from dowse.index.append_only import AppendOnly, ByNumber, among, ascending
from dowse.index.queries import ChunkRow
from dowse.index.records import ChunkFilter

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]


class _Kinds(dict[str, int]):
    """Kinds by what the catalogue calls them, with their codes; ``ValueError`` for what is none, as ``Kind`` has it."""

    def __missing__(self, name: str) -> int:
        return self[Kind(name)]


_KINDS = _Kinds({kind: code for code, kind in enumerate(Kind)})
_FILTERS_REMEMBERED = 8
_FEWEST_DEAD, _DEAD_SHARE = 1024, 1 / 4
"""Dead slots from which on, and share of all slots at which, arrays are made anew."""


@dataclass(frozen=True, slots=True)
class StoredColumns:
    """The chunks of one space by ascending id, as they are kept in a file; the arrays have one length."""

    ids: NDArray[Any]
    files: NDArray[Any]
    texts: NDArray[Any]
    kinds: NDArray[Any]
    languages: NDArray[Any]
    """Codes: places in ``language_names``."""
    language_names: tuple[str, ...]


class _TextChains:
    """The slots of each text: from the text to its newest slot, and from each slot to the one before.

    Shared by all columns of a builder. A chain may begin with slots that are newer than the reader's columns.
    """

    def __init__(self) -> None:
        self._newest = ByNumber(np.int32, -1)
        self._before = AppendOnly(np.int32)

    def append(self, texts: Numbers) -> None:
        """Link new slots with these texts."""
        start = len(self._before)
        order = np.argsort(texts, kind="stable")
        ordered, slots = texts[order], (order + start).astype(np.int32)
        first = np.append(True, ordered[1:] != ordered[:-1])
        last = np.append(first[1:], True)
        before = np.empty(len(texts), np.int32)
        before[order] = np.where(first, self._newest.get(ordered), np.append(np.int32(-1), slots[:-1]))
        self._before.append(before)
        # Last, so that whoever follows a chain from here finds all of it.
        self._newest.put(ordered[last], slots[last])

    def slots(self, text: int, size: int) -> Iterator[int]:
        """Yield the slots of a text below ``size``, newest first."""
        slot = self._newest.one(text)
        before = self._before.view()
        while slot >= 0:
            if slot < size:
                yield slot
            slot = int(before[slot])


class _PathVerdicts:
    """What path filters said of files; a file version keeps its path for good, so each is asked about once."""

    def __init__(self) -> None:
        self._known: dict[Callable[[str], bool], Mask] = {}

    def of(self, accepts: Callable[[str], bool], files: Numbers, paths: Mapping[int, str]) -> Mask:
        """Return the verdict for each of ``files``, which is a beginning of, or begins with, what it was before."""
        known = self._known.get(accepts, np.empty(0, np.bool_))
        if len(known) < len(files):
            new = [
                bool(accepts(path)) if (path := paths.get(file)) is not None else False
                for file in files[len(known) :].tolist()
            ]
            known = np.append(known, np.array(new, np.bool_))
            others = [(each, verdicts) for each, verdicts in self._known.items() if each is not accepts]
            self._known = dict([*others[1 - _FILTERS_REMEMBERED :], (accepts, known)])
        return known[: len(files)]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The chunks of one space as of one commit; never changes. Slots are places in its arrays."""

    ids: Numbers
    files: NDArray[np.int32]
    texts: NDArray[np.int32]
    kinds: NDArray[np.uint8]
    languages: NDArray[np.uint16]
    alive: Mask
    """Which slots hold chunks of this commit; the others are tombstones, or chunks that came and went before."""
    count: int
    """How many do."""
    language_codes: Mapping[str, int]
    file_versions: Numbers
    """The files that have slots, dead ones too, in the order of their slots, which lie side by side."""
    first_slots: Numbers
    """For each of them the first of its slots."""
    _chains: _TextChains
    _verdicts: _PathVerdicts

    def __len__(self) -> int:
        """Return the number of chunks."""
        return self.count

    def stored(self) -> StoredColumns:
        """Return the living chunks, as they are kept in a file."""
        kept = self.alive
        names = tuple(self.language_codes)
        return StoredColumns(
            self.ids[kept], self.files[kept], self.texts[kept], self.kinds[kept], self.languages[kept], names
        )

    def contain(self, ids: Numbers, mask: Mask | None = None) -> Mask:
        """Return for each id whether there is such a chunk, and ``mask`` (by slot) lets it through."""
        if not len(self.ids):
            return np.zeros(len(ids), np.bool_)
        slots = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.asarray((self.ids[slots] == ids) & (self.alive if mask is None else mask)[slots])

    def allowed(self, allowed: ChunkFilter, paths: Mapping[int, str]) -> Mask:
        """Return for each slot whether its chunk is there and passes; ``paths`` says what the files are called."""
        mask = self.alive.copy()
        if allowed.kinds:
            mask &= np.isin(self.kinds, [_KINDS[kind] for kind in allowed.kinds])
        if allowed.languages:
            codes = [self.language_codes[name] for name in allowed.languages if name in self.language_codes]
            mask &= np.isin(self.languages, codes)
        if allowed.accepts_path is not None and len(mask):
            verdicts = self._verdicts.of(allowed.accepts_path, self.file_versions, paths)
            mask &= np.repeat(verdicts, np.diff(self.first_slots, append=len(mask)))
        return mask

    def texts_in_use(self, mask: Mask | None = None) -> Numbers:
        """Return the texts of the chunks that ``mask`` lets through, each once, ascending."""
        return ascending(self.texts[self.alive if mask is None else mask])

    def files_in_use(self, mask: Mask | None = None) -> Numbers:
        """Return the files of the chunks that ``mask`` lets through, each once, ascending."""
        return ascending(self.files[self.alive if mask is None else mask])

    def files_without(self, has: Callable[[Numbers], Mask]) -> Numbers:
        """Return the files with a chunk whose text fails ``has``."""
        return ascending(self.files[self.alive][~has(self.living_texts())])

    def living_texts(self) -> Numbers:
        """Return the text of each chunk."""
        return np.asarray(self.texts[self.alive].astype(np.int64))

    def text_of(self, chunk: int) -> int | None:
        """Return the text of a chunk; None when there is no such chunk."""
        slot = int(np.searchsorted(self.ids, chunk))
        if slot == len(self.ids) or self.ids[slot] != chunk or not self.alive[slot]:
            return None
        return int(self.texts[slot])

    def texts_of(self, ids: Numbers) -> Numbers:
        """Return the texts of chunks that are there."""
        return np.asarray(self.texts[np.searchsorted(self.ids, ids)].astype(np.int64))

    def languages_of(self, ids: Numbers) -> list[str]:
        """Return the languages of chunks that are there."""
        names = list(self.language_codes)
        return [names[code] for code in self.languages[np.searchsorted(self.ids, ids)].tolist()]

    def copies_before(self, ids: Numbers) -> Numbers:
        """Return for each of the chunks, which are there, how many of those before it have its text."""
        texts = self.texts[np.searchsorted(self.ids, ids)]
        order = np.argsort(texts, kind="stable")
        before = np.empty(len(ids), np.int64)
        before[order] = np.arange(len(ids)) - np.searchsorted(texts[order], texts[order])
        return before

    def chunks_of_text(self, text: int, mask: Mask | None = None) -> list[int]:
        """Return the ids of the chunks with a text that ``mask`` lets through, ascending."""
        through = self.alive if mask is None else mask
        found = [int(self.ids[slot]) for slot in self._chains.slots(text, len(self.ids)) if through[slot]]
        found.reverse()
        return found

    def files_of(self, chunks: Sequence[int]) -> list[int]:
        """Return the file of each of the chunks; of one that is gone, any file."""
        if not len(self.ids):
            return [0] * len(chunks)
        slots = np.minimum(np.searchsorted(self.ids, np.array(chunks, np.int64)), len(self.ids) - 1)
        files: list[int] = self.files[slots].tolist()
        return files


class ColumnsBuilder:
    """Makes the columns of each commit from those of the last. One thread uses it."""

    def __init__(self, stored: StoredColumns | None = None) -> None:
        """Begin with the chunks of ``stored``, else with none."""
        self.uses = ByNumber(np.int32, 0)
        """How many chunks have each text."""
        self.compactions = 0
        """How often the arrays were begun anew without the dead."""
        self._language_codes: dict[str, int] = {}
        self._begin()
        if stored is not None and len(stored.ids):
            self._language_codes = {name: code for code, name in enumerate(stored.language_names)}
            self.uses.add(stored.texts.astype(np.int64), 1)
            self._extend(stored.ids, stored.files, stored.texts, stored.kinds, stored.languages)

    def __len__(self) -> int:
        """Return the number of chunks."""
        return len(self._ids) - self._dead

    def build(self) -> Columns:
        """Return the chunks as they are now."""
        alive = self._alive.view().copy()
        return Columns(
            ids=self._ids.view(),
            files=self._files.view(),
            texts=self._texts.view(),
            kinds=self._kinds.view(),
            languages=self._languages.view(),
            alive=alive,
            count=len(alive) - self._dead,
            language_codes=self._language_codes.copy(),
            file_versions=self._file_versions.view(),
            first_slots=self._first_slots.view(),
            _chains=self._chains,
            _verdicts=self._verdicts,
        )

    def remove(self, files: Iterable[int]) -> Numbers:
        """Drop the chunks of files; return the text of each."""
        places = self._living_places(files)
        if not len(places):
            return np.empty(0, np.int64)
        alive, ends = self._alive.view(), np.append(self._first_slots.view(), len(self._ids))
        slots = np.concatenate([np.arange(ends[place], ends[place + 1]) for place in places])
        texts: Numbers = self._texts.view()[slots].astype(np.int64)
        alive[slots] = False  # which is the builder's own: columns have copies
        self._dead += len(slots)
        self.uses.add(texts, -1)
        if self._dead > _FEWEST_DEAD and self._dead > _DEAD_SHARE * len(alive):
            self._compact()
        return texts

    def append(self, rows: Sequence[ChunkRow]) -> Numbers:
        """Add chunks with ids above all others, by ascending id; return the text of each."""
        if not rows:
            return np.empty(0, np.int64)
        ids, files, texts, _, kinds, languages = zip(*rows, strict=True)
        codes = self._language_codes
        added = np.array(texts, np.int64)
        self.uses.add(added, 1)
        self._extend(
            np.array(ids, np.int64),
            np.array(files, np.int32),
            added.astype(np.int32),
            np.array([_KINDS[kind] for kind in kinds], np.uint8),
            np.array([codes.setdefault(language, len(codes)) for language in languages], np.uint16),
        )
        return added

    def holding(self, files: Iterable[int]) -> list[int]:
        """Return those of the files that have chunks."""
        holding: list[int] = self._file_versions.view()[self._living_places(files)].tolist()
        return holding

    def _living_places(self, files: Iterable[int]) -> Numbers:
        """Return where files that have living chunks stand among the file versions."""
        places = np.flatnonzero(among(self._file_versions.view(), np.fromiter(files, np.int64)))
        return np.asarray(places[self._alive.view()[self._first_slots.view()[places]]])

    def _begin(self) -> None:
        self._ids = AppendOnly(np.int64)
        self._files = AppendOnly(np.int32)
        self._texts = AppendOnly(np.int32)
        self._kinds = AppendOnly(np.uint8)
        self._languages = AppendOnly(np.uint16)
        self._alive = AppendOnly(np.bool_)
        self._file_versions = AppendOnly(np.int64)
        self._first_slots = AppendOnly(np.int64)
        self._chains = _TextChains()
        self._verdicts = _PathVerdicts()
        self._dead = 0

    def _extend(
        self,
        ids: NDArray[Any],
        files: NDArray[Any],
        texts: NDArray[Any],
        kinds: NDArray[Any],
        languages: NDArray[Any],
    ) -> None:
        start = len(self._ids)
        self._ids.append(ids)
        self._files.append(files)
        self._texts.append(texts)
        self._kinds.append(kinds)
        self._languages.append(languages)
        self._alive.append(np.ones(len(ids), np.bool_))
        self._chains.append(texts.astype(np.int64))
        firsts = np.flatnonzero(np.append(True, files[1:] != files[:-1]))
        self._file_versions.append(files[firsts])
        self._first_slots.append(firsts + start)

    def _compact(self) -> None:
        """Begin new arrays with what is alive; the old ones go with the last columns that use them."""
        stored = self.build().stored()
        self.compactions += 1
        self._begin()
        if len(stored.ids):
            self._extend(stored.ids, stored.files, stored.texts, stored.kinds, stored.languages)
