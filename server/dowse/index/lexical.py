"""BM25 over the words of a space's chunks, by tantivy.

A cache of the catalogue that cannot be made from it alone, since the catalogue keeps no text: files whose words are
not in it are *stale* until they are read and applied again. A stamp beside the index says up to which generation of
which database it is complete, and which files it lacks; it is written after tantivy's commit, so that a kill between
the two makes files stale that are not, never the reverse. Replacing a file's documents twice does no harm.
"""

from __future__ import annotations

import contextlib
import json
import logging
import mmap
import shutil
import time
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import tantivy

from dowse.chunking.chunk import CHUNKING_VERSION
from dowse.chunking.fields import FIELDS, JoinedWords
from dowse.index.bm25 import BOOSTS
from dowse.index.graph import write_private

log = logging.getLogger(__name__)

T = TypeVar("T")

_ALL_FIELDS = tuple(BOOSTS)
_TEXT_FIELDS = tuple(name for name in BOOSTS if name != "path")

_FORMAT = f"2.{CHUNKING_VERSION}"
"""Changes when the fields, what ``words`` gives, or the chunks do, so that an older index is made again: all its files
are then stale, and to read them again makes their chunks anew as well."""

_WRITER_BYTES = 15_000_000
"""The least that tantivy takes; a batch of 64 files needs a fraction of it."""

_SHORTEST_BEGINNING, _SHORTEST_SLIP = 3, 4
"""Letters of an unknown word that is taken for the beginning of a name, and of one in which a letter may be wrong."""

_COUNTS_KEPT = 1 << 14
"""Words whose counts of documents are remembered until the index changes: a query asks for two hundred."""

_STAMP_SECONDS = 1.0
"""While files are stale the stamp lists them and is written no more often than this."""


@dataclass(frozen=True, slots=True)
class LexicalStamp:
    """Up to which point the index is complete."""

    format: str
    identity: str
    generation: int
    stale: list[int] = field(default_factory=list)


Found = tuple[int, float]
"""A chunk and its score."""

_TIES = 8
"""Hits that are asked for beyond the limit, to see whether others score as the last one does."""

_MOST_HOLDING = 4_096
"""Chunks of which it is told what they hold."""

FEW_FILES = 1_000
"""Filters that leave fewer files are put to tantivy as part of the question."""


@dataclass(frozen=True, slots=True)
class LexicalDocument:
    """The words of a chunk."""

    chunk: int
    file: int
    fields: JoinedWords


class WordSearcher:
    """BM25 over one commit of the word index; any thread may use it while the next commits are written."""

    def __init__(self, searcher: Any, on_damage: Callable[[], None]) -> None:  # noqa: ANN401 - tantivy's searcher
        """``on_damage`` is called when the files turn out not to be as tantivy wrote them; answers are empty then."""
        self.searcher = searcher
        self._on_damage = on_damage
        self._counts: dict[tuple[str, tuple[str, ...]], tuple[int, ...]] = {}

    def search(
        self,
        terms: Mapping[str, float],
        limit: int,
        keep: Callable[[list[Found]], list[Found]],
        files: Sequence[int] | None,
    ) -> list[Found]:
        """Return the best ``limit`` chunks of ``files`` (None: of all) that ``keep`` keeps, in the order it gives."""
        if not terms or limit <= 0:
            return []
        return self._guarded(lambda: _search(self, terms, limit, keep, files), [])

    def holding(self, words: Sequence[Sequence[str]], files: Sequence[int]) -> dict[int, int]:
        """Return which of ``words``, each given in all its forms, the chunks of some files hold.

        Bit ``n`` of a chunk's number stands for ``words[n]``, of which there are at most :data:`MOST_WORDS`. A chunk
        that holds none is left out, and so are, where the files have very many chunks, those that hold only the first
        words. Paths do not count.
        """
        return self._guarded(lambda: _holding(self, words, files), {}) if words and files else {}

    def frequencies(self, terms: Iterable[str]) -> dict[tuple[str, str], int]:
        """Return how many documents hold each term in each field; deleted ones count until they are merged away."""
        return self._guarded(
            lambda: {
                (name, term): count
                for term in map(_clean, terms)
                for name, count in zip(_ALL_FIELDS, self.counts(term), strict=True)
            },
            {},
        )

    def holders(self, terms: Iterable[str], fields: tuple[str, ...] = _ALL_FIELDS) -> dict[str, int]:
        """Return how many documents hold each term in that of the fields where most do."""
        return self._guarded(lambda: {term: max(self.counts(term, fields)) for term in terms}, {})

    def counts(self, term: str, fields: tuple[str, ...] = _ALL_FIELDS) -> tuple[int, ...]:
        """Return how many documents hold a term in each field; deleted ones count until they are merged away."""
        key = (term, fields)
        counts = self._counts.get(key)
        if counts is None:
            cleaned = _clean(term)
            counts = tuple([self.searcher.doc_freq(name, cleaned) for name in fields])
            if len(self._counts) < _COUNTS_KEPT:
                self._counts[key] = counts
        return counts

    def _guarded(self, search: Callable[[], T], default: T) -> T:
        """Search; a file that changed under tantivy shows as an error or as a panic, which is no ``Exception``."""
        try:
            return search()
        except BaseException as error:
            if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
                raise
            self._on_damage()
            return default


class LexicalIndex:
    """One tantivy index. One thread at a time uses it; questions go to :attr:`searcher`, on any thread.

    tantivy's binding lets only one thread touch the index itself while it changes.
    """

    def __init__(self, directory: Path, identity: str, generation: int, *, verify: bool) -> None:
        """Open what is there; ``generation`` is the database's, and an index from beyond it is of a lost past.

        The process that writes should ``verify``; under one that reads, files come and go.
        """
        self._directory = directory
        self._stamp_path = directory.with_suffix(".json")
        self._identity = identity
        self._index: Any = None
        self._writer: Any = None
        self._written = 0.0
        self.searcher: WordSearcher | None = None
        """Of the last commit that was taken in."""
        self.stamp = LexicalStamp(_FORMAT, identity, 0)
        """Generation 0: nothing is known to be in it."""
        self.damaged = False
        """Whether something failed that :meth:`reset` would mend; a searcher sets it on any thread."""
        self._followed = stamp = self._read_stamp()
        if (
            stamp is not None
            and (stamp.format, stamp.identity) == (_FORMAT, identity)
            and stamp.generation <= generation
        ):
            self._open(stamp, verify=verify)

    def reset(self) -> None:
        """Begin an empty index: everything becomes stale."""
        self._index = self._writer = self.searcher = None
        self._stamp_path.unlink(missing_ok=True)
        shutil.rmtree(self._directory, ignore_errors=True)
        self.damaged = False
        self.stamp = LexicalStamp(_FORMAT, self._identity, 0)

    def replace(
        self, files: Iterable[int], documents: Sequence[LexicalDocument], generation: int, stale: set[int]
    ) -> None:
        """Drop the documents of ``files`` and add others, as of ``generation``; ``stale`` files are still lacking."""
        files = list(files)
        if self._index is None and not documents:
            self._write_stamp(generation, stale)
            return
        writer = self._open_writer()
        for file in files:
            writer.delete_documents_by_term("file", file)
        for each in documents:
            writer.add_document(_document(each))
        if files or documents:
            writer.commit()
            self._take_in()
        self._write_stamp(generation, stale)

    def follow(self) -> bool:
        """In a process that only reads, take in what the writer has committed; returns whether there was anything."""
        stamp = self._read_stamp()
        if stamp == self._followed and not self.damaged:
            return False
        self._followed = stamp
        if stamp is None or stamp.identity != self._identity:
            self._index = self.searcher = None
        elif self._index is None:
            self._open(stamp, verify=False)
        else:
            try:
                self._take_in()
            except Exception:  # the writer has begun another in its place
                self._open(stamp, verify=False)
        if stamp is not None:
            self.stamp = stamp
        self.damaged = False  # which is the writer's to mend
        return True

    def flush(self) -> None:
        """Write the stamp as it should be."""
        write_private(self._stamp_path, json.dumps(asdict(self.stamp)))

    def close(self) -> None:
        """Let go of the files. Merges under way are abandoned, which tantivy allows."""
        self._writer = self._index = self.searcher = None

    def _take_in(self) -> None:
        self._index.reload()
        self.searcher = WordSearcher(self._index.searcher(), self._note_damage)

    def _note_damage(self) -> None:
        log.warning("the word index %s cannot be read and will be made again", self._directory.name)
        self.damaged = True

    def _open(self, stamp: LexicalStamp, *, verify: bool) -> None:
        self._index = self.searcher = None
        if not self._directory.is_dir():
            self.stamp = stamp  # complete without a document: the space is empty
            return
        if verify and not _intact(self._directory):
            log.warning("the word index %s is damaged and will be made again", self._directory.name)
            self.damaged = True
            return
        with contextlib.suppress(Exception):
            self._index = tantivy.Index.open(str(self._directory))
            self._index.config_reader("manual")
            self._take_in()
            self.stamp = stamp
            return
        self.damaged = True

    def _open_writer(self) -> Any:  # noqa: ANN401 - tantivy's writer
        if self._index is None:
            self._directory.mkdir(mode=0o700, exist_ok=True)
            self._index = tantivy.Index(_schema(), path=str(self._directory))
            self._index.config_reader("manual")
        if self._writer is None:
            self._writer = self._index.writer(_WRITER_BYTES, 1)
        return self._writer

    def _read_stamp(self) -> LexicalStamp | None:
        try:
            return LexicalStamp(**json.loads(self._stamp_path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def _write_stamp(self, generation: int, stale: set[int]) -> None:
        self.stamp = LexicalStamp(_FORMAT, self._identity, generation, sorted(stale))
        now = time.monotonic()
        if not stale or now - self._written >= _STAMP_SECONDS:
            self._written = now
            self.flush()


@cache
def _schema() -> Any:  # noqa: ANN401 - tantivy's schema
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("chunk", fast=True)
    builder.add_unsigned_field("file", indexed=True)
    for name in BOOSTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _document(each: LexicalDocument) -> Any:  # noqa: ANN401 - tantivy's document
    document = tantivy.Document()
    document.add_unsigned("chunk", each.chunk)
    document.add_unsigned("file", each.file)
    for name, words in zip(FIELDS, each.fields, strict=True):
        if words:
            document.add_text(name, _clean(words))
    return document


def _clean(text: str) -> str:
    """Return ``text`` without lone surrogates, which tantivy's UTF-8 cannot hold."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _search(
    searcher: WordSearcher,
    terms: Mapping[str, float],
    limit: int,
    keep: Callable[[list[Found]], list[Found]],
    files: Sequence[int] | None,
) -> list[Found]:
    query = _query(searcher, terms, files)
    if query is None:
        return []
    asked = limit + _TIES
    while True:
        hits = searcher.searcher.search(query, asked, count=False).hits
        chunks = searcher.searcher.fast_field_values("chunk", [address for _, address in hits])
        kept = keep([(chunk, score) for (score, _), chunk in zip(hits, chunks, strict=True)])[:limit]
        # Among those that score as the last one does, tantivy gives any.
        if len(hits) < asked or (len(kept) == limit and kept[-1][1] > hits[-1][0]):
            return kept
        asked *= 4


def _holding(searcher: WordSearcher, words: Sequence[Sequence[str]], files: Sequence[int]) -> dict[int, int]:
    """Let each word that a chunk holds add a power of two to its score."""
    schema, query = _schema(), tantivy.Query
    wanted = []
    for number, forms in enumerate(words):
        held = [
            (tantivy.Occur.Should, query.term_query(schema, name, form, index_option="freq"))
            for form in map(_clean, forms)
            for name, count in zip(_TEXT_FIELDS, searcher.counts(form, _TEXT_FIELDS), strict=True)
            if count
        ]
        if held:
            one = query.const_score_query(query.boolean_query(held), float(1 << number))
            wanted.append((tantivy.Occur.Should, one))
    if not wanted:
        return {}
    within = query.const_score_query(query.term_set_query(schema, "file", list(files)), 0.0)
    asked = query.boolean_query([(tantivy.Occur.Must, query.boolean_query(wanted)), (tantivy.Occur.Must, within)])
    hits = searcher.searcher.search(asked, _MOST_HOLDING, count=False).hits
    chunks = searcher.searcher.fast_field_values("chunk", [address for _, address in hits])
    return {chunk: int(score) for chunk, (score, _) in zip(chunks, hits, strict=True)}


def _query(searcher: WordSearcher, terms: Mapping[str, float], files: Sequence[int] | None) -> Any:  # noqa: ANN401 - tantivy's query
    schema, query = _schema(), tantivy.Query
    wanted = []
    for term, weight in ((_clean(term), weight) for term, weight in terms.items()):
        held = [name for name, count in zip(_ALL_FIELDS, searcher.counts(term), strict=True) if count]
        wanted += [
            (
                tantivy.Occur.Should,
                query.boost_query(query.term_query(schema, name, term, index_option="freq"), BOOSTS[name] * weight),
            )
            for name in held
        ]
        if not held and weight >= 1:
            wanted += [(tantivy.Occur.Should, alike) for alike in _alike(term)]
    if not wanted:
        return None
    matching = query.boolean_query(wanted)
    if files is None:
        return matching
    within = query.const_score_query(query.term_set_query(schema, "file", list(files)), 0.0)
    return query.boolean_query([(tantivy.Occur.Must, matching), (tantivy.Occur.Must, within)])


def _alike(term: str) -> list[Any]:
    """Return queries for names that begin with a word which nothing holds, or differ from it in one letter."""
    if len(term) < _SHORTEST_BEGINNING:
        return []
    slips = 0 if len(term) < _SHORTEST_SLIP else 1
    asked = tantivy.Query.fuzzy_term_query(_schema(), "name", term, distance=slips, prefix=True)
    return [tantivy.Query.boost_query(asked, BOOSTS["name"])]


def _intact(directory: Path) -> bool:
    """Whether tantivy's files are as it wrote them: each ends in a note of its checksum, which opening does not read.

    A file is its body, a JSON footer, the footer's length and a magic number, both 32 bits, little-endian. Files that
    ``meta.json`` does not name are what a kill left of a commit or a merge.
    """
    try:
        meta = json.loads((directory / "meta.json").read_text("utf-8"))
        for segment in meta["segments"]:
            stem = segment["segment_id"].replace("-", "")
            paths = [directory / f"{stem}.{suffix}" for suffix in ("idx", "term", "store", "fast", "fieldnorm")]
            if segment["deletes"]:
                paths.append(directory / f"{stem}.{segment['deletes']['opstamp']}.del")
            if not all(map(_file_intact, paths)):
                return False
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return True


def _file_intact(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        length = int.from_bytes(content[-8:-4], "little")
        footer = json.loads(content[-8 - length : -8])
        with memoryview(content) as view, view[: -8 - length] as body:
            return bool(zlib.crc32(body) == footer["crc"])
