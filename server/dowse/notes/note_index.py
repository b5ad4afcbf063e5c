"""Which notes point at some code, and what a note points at, for the hits of an answer."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING

from dowse.chunking.languages import language_of
from dowse.index.errors import IndexUnavailable
from dowse.index.names import lookups
from dowse.index.records import text_digest
from dowse.notes.links import Anchor, Link, links_in
from dowse.notes.resolver import Resolver
from dowse.search.query import Hit, NoteLink, NoteReference, Span
from dowse.workspace.paths import absolute_path

if TYPE_CHECKING:
    from pathlib import Path

    from dowse.index.snapshot import IndexSnapshot
    from dowse.search.view import SearchView

SHOWN = 5
"""Most notes of a hit in code, and most links of a hit in a note."""

_CANDIDATES = 100
"""Links to a file, or to a name, that are followed for one hit."""

_NOTES_KEPT = 20_000
"""Notes whose links are remembered; when there are more, all are forgotten and read anew."""


@dataclass(frozen=True, slots=True)
class _Pointer:
    """A link, and the note that it stands in."""

    document: str
    path: str
    link: Link


@dataclass(frozen=True, slots=True)
class _FolderNotes:
    """The notes of one folder, for one answer."""

    links: _LinkTable
    resolver: Resolver


@dataclass(frozen=True, slots=True)
class _Target:
    """What notes may point at."""

    document: str
    path: str
    name: str
    span: Span

    def holds(self, line: int) -> bool:
        """Whether ``line`` is one of its lines."""
        return self.span.start_line <= line <= self.span.end_line


@dataclass(frozen=True, slots=True)
class _LinkTable:
    """The links of a folder's notes, by what they name."""

    version: object
    by_path: Mapping[str, Sequence[_Pointer]]
    by_name: Mapping[str, Sequence[_Pointer]]


class NoteIndex:
    """Knows the links of all notes and reads them anew as notes change. Thread-safe."""

    def __init__(self, folder: str) -> None:
        """``folder`` is where notes are kept, relative to each workspace folder (``Settings.notes``)."""
        self._folder = folder.rstrip("/")
        self._lock = Lock()
        self._link_tables: dict[Path, _LinkTable] = {}
        self._read: dict[str, tuple[bytes, tuple[Link, ...]]] = {}
        """Of each note the digest of what its links were read from, and the links."""

    def is_note(self, path: str) -> bool:
        """Whether the file at ``path``, relative to its workspace folder, is a note."""
        return path.startswith(f"{self._folder}/") and language_of(path, "") == "markdown"

    def with_notes(self, view: SearchView, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """Return hits with the notes that point at them, and hits that are notes with what they point at."""
        try:
            known = {str(folder.root): self._of_folder(view, folder) for folder in view.folders}
            return tuple(self._with_notes(view, known[hit.folder], hit) if hit.folder in known else hit for hit in hits)
        except IndexUnavailable:  # a folder that is being closed, or mended: its hits stand all the same
            return tuple(hits)

    def read(self, view: SearchView) -> None:
        """Read the links of all notes, so that no search has to."""
        with contextlib.suppress(IndexUnavailable):
            for folder in view.folders:
                self._links_of_folder(view, folder)

    def on_line(self, view: SearchView, document: str, line: int) -> tuple[Span, tuple[NoteReference, ...]] | None:
        """Return the notes that point into the definition whose name stands on ``line``, and where the name stands.

        None where there are none.
        """
        folder, path = view.owner(document)
        if folder is None or not (known := self._of_folder(view, folder)).links.by_path:
            return None
        present = view.verifier.text(document)
        if present is None:
            return None
        chunks = view.verifier.chunks(document, path, present)
        chunk = next((each for each in chunks if each.name_line == line and each.name_length and not each.part), None)
        if chunk is None:
            return None
        span = Span(chunk.start_line, 0, chunk.end_line - 1, 0)
        target = _Target(document, path, chunk.name, span)
        notes = self._about(view, known, target, whole_file=False)
        return (Span(line, chunk.name_column, line, chunk.name_column + chunk.name_length), notes) if notes else None

    def links(self, view: SearchView, document: str) -> tuple[NoteLink, ...]:
        """Return the links of a note, with where they lead now; none of a document that is no note."""
        folder, path = view.owner(document)
        if folder is None or not self.is_note(path):
            return ()
        resolver = Resolver(view, folder)
        return tuple(_followed(resolver, link) for link in self._links_now(view, document, path))

    def _of_folder(self, view: SearchView, folder: IndexSnapshot) -> _FolderNotes:
        return _FolderNotes(self._links_of_folder(view, folder), Resolver(view, folder))

    def _with_notes(self, view: SearchView, known: _FolderNotes, hit: Hit) -> Hit:
        target = _Target(hit.document, hit.path, hit.name, hit.span)
        notes = self._about(view, known, target, whole_file=True)
        links: tuple[NoteLink, ...] = ()
        if self.is_note(hit.path):
            here = (
                link for link in self._links_now(view, hit.document, hit.path) if target.holds(link.span.start_line)
            )
            links = tuple(_followed(known.resolver, link) for link in islice(here, SHOWN))
        return replace(hit, notes=notes, links=links) if notes or links else hit

    def _about(
        self, view: SearchView, known: _FolderNotes, target: _Target, *, whole_file: bool
    ) -> tuple[NoteReference, ...]:
        """Return the notes that point at some code, then, with ``whole_file``, those that point at its file."""
        candidates = [*known.links.by_path.get(target.path, ()), *known.links.by_name.get(target.name, ())]
        exact: dict[_Pointer, NoteReference] = {}
        loose: dict[_Pointer, NoteReference] = {}
        for pointer in candidates[:_CANDIDATES]:
            if len(exact) == SHOWN:
                break
            if pointer.document == target.document or pointer in exact:
                continue
            place = known.resolver.resolve(pointer.link.anchor)
            if place is None or place.document != target.document:
                continue
            fits = whole_file if place.whole_file else target.holds(place.line)
            if fits and (now := self._now(view, pointer)) is not None:
                (loose if place.whole_file else exact)[pointer] = NoteReference(
                    pointer.document, pointer.path, now.span, now.line_text, now.title
                )
        return tuple(islice((*exact.values(), *loose.values()), SHOWN))

    def _now(self, view: SearchView, pointer: _Pointer) -> Link | None:
        """Return the link as it stands in the note's present text; None where it no longer does (invariant 6)."""
        links = self._links_now(view, pointer.document, pointer.path)
        if pointer.link in links:
            return pointer.link
        return next((link for link in links if link.anchor == pointer.link.anchor), None)

    def _links_now(self, view: SearchView, document: str, path: str) -> tuple[Link, ...]:
        present = view.verifier.text(document)
        return () if present is None else self._read_links(document, path, present.text)

    def _read_links(self, document: str, path: str, text: str) -> tuple[Link, ...]:
        """Return the links of a note's text, which is parsed once for each version of it."""
        digest = text_digest(text)
        known = self._read.get(document)
        if known is None or known[0] != digest:
            if len(self._read) >= _NOTES_KEPT:
                self._read.clear()
            known = self._read[document] = (digest, links_in(path, text))
        return known[1]

    def _links_of_folder(self, view: SearchView, folder: IndexSnapshot) -> _LinkTable:
        """Return the links of a folder's notes, unsaved ones included; nothing is read while nothing changes."""
        root = str(folder.root)
        opened = {
            path: document
            for document, (owner, path) in view.overlay.documents().items()
            if owner == root and self.is_note(path)
        }
        texts = {path: present.text for path in opened if (present := view.verifier.text(opened[path])) is not None}
        version = (folder.generation, texts)
        with self._lock:
            known = self._link_tables.get(folder.root)
            if known is not None and known.version == version:
                return known
            found = _by_name(version, self._all(view, folder, texts))
            self._link_tables = {
                each.root: self._link_tables[each.root] for each in view.folders if each.root in self._link_tables
            }
            self._link_tables[folder.root] = found
            return found

    def _all(self, view: SearchView, folder: IndexSnapshot, opened: Mapping[str, str]) -> Iterator[_Pointer]:
        stored = {path: digest for path, digest in folder.digests_below(self._folder).items() if self.is_note(path)}
        for path in sorted({*stored, *opened}):
            document = absolute_path(str(folder.root), path)
            if path in opened:
                links = self._read_links(document, path, opened[path])
            else:
                links = self._stored_links(view, document, path, stored[path])
            yield from (_Pointer(document, path, link) for link in links)

    def _stored_links(self, view: SearchView, document: str, path: str, digest: bytes) -> tuple[Link, ...]:
        known = self._read.get(document)
        # The index's digest is of the file's bytes: that of the text, for a note in UTF-8.
        return known[1] if known is not None and known[0] == digest else self._links_now(view, document, path)


def _followed(resolver: Resolver, link: Link) -> NoteLink:
    place = resolver.resolve(link.anchor)
    if place is None:
        return NoteLink(link.span, link.anchor.label, None, link.anchor.path, link.anchor.line or 0)
    return NoteLink(link.span, link.anchor.label, place.document, place.path, place.line)


def _by_name(version: object, pointers: Iterator[_Pointer]) -> _LinkTable:
    by_path: dict[str, list[_Pointer]] = defaultdict(list)
    by_name: dict[str, list[_Pointer]] = defaultdict(list)
    for pointer in pointers:
        by_path[pointer.link.anchor.path].append(pointer)
        for name in _names(pointer.link.anchor):
            by_name[name].append(pointer)
    return _LinkTable(version, by_path, by_name)


def _names(anchor: Anchor) -> set[str]:
    """Return the names under which a definition may bear the anchor's symbol: as written, and its last part."""
    return {name for name, _ in lookups(anchor.symbol)} if anchor.symbol else set()
