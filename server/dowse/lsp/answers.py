"""The engine's values in the protocol's words. Safe on any thread."""

from collections.abc import Sequence

from lsprotocol import types

from dowse.chunking.chunk import Kind
from dowse.lsp import protocol, uris
from dowse.lsp.clients import Client
from dowse.lsp.documents import Documents
from dowse.lsp.folders import Folders
from dowse.lsp.positions import range_of
from dowse.search.query import Completeness, Hit, NoteLink, NoteReference
from dowse.status import EngineStatus
from dowse.workspace.lines import split_lines

_SYMBOL_KINDS = {kind: types.SymbolKind[kind.value] for kind in Kind}


def symbol_kind(kind: Kind) -> types.SymbolKind:
    """Return the protocol's number for a kind."""
    return _SYMBOL_KINDS[kind]


class Answers:
    """Translates with the client's encoding and the client's own spelling of URIs."""

    def __init__(self, client: Client, folders: Folders, documents: Documents) -> None:
        self._client = client
        self._folders = folders
        self._documents = documents

    def uri_of(self, document: str) -> str:
        """Return the URI of an engine's document: as the client opened it, else as its folder is spelt."""
        opened = self._documents.uri_of(document)
        if opened is not None or not uris.is_path(document):
            return opened or document
        return self._folders.uri_of(document)

    def shown_path(self, hit: Hit) -> str:
        """Return where a hit stands, for people: a path in its folder, a cell by its notebook's name and number."""
        cell = self._documents.cell(hit.document)
        if cell is None:
            return hit.path
        notebook = self._documents.id_of(cell.notebook)
        owner = self._folders.owner(notebook)
        return f"{self._folders.relative(notebook, owner) if owner else notebook} cell {cell.number}"

    def hit(self, hit: Hit) -> protocol.Hit:
        """Return a hit as it is sent."""
        lines = split_lines(hit.text)
        first, unit = hit.span.start_line, self._client.encoding
        return protocol.Hit(
            location=types.Location(self.uri_of(hit.document), range_of(hit.span, lines, first, unit)),
            selection_range=range_of(hit.selection, lines, first, unit),
            name=hit.name,
            container_name=hit.container,
            kind=symbol_kind(hit.kind),
            language_id=hit.language,
            space=hit.space.value,
            score=hit.score,
            preview=hit.preview,
            reasons=[protocol.Reason(str(reason.signal), reason.share) for reason in hit.reasons],
            notes=tuple(self.reference(reference) for reference in hit.notes),
            links=tuple(self.link(link, range_of(link.span, lines, first, unit)) for link in hit.links),
        )

    def reference(self, reference: NoteReference) -> protocol.NoteReference:
        """Return a note that points at something."""
        first = reference.span.start_line
        place = range_of(reference.span, [reference.line_text], first, self._client.encoding)
        return protocol.NoteReference(types.Location(self.uri_of(reference.document), place), reference.title)

    def link(self, link: NoteLink, place: types.Range) -> protocol.NoteLink:
        """Return a link that stands at ``place`` in its note."""
        if link.document is None:
            return protocol.NoteLink(place, link.label)
        start = types.Position(link.line, 0)
        target = types.Location(self.uri_of(link.document), types.Range(start, start))
        return protocol.NoteLink(place, link.label, target)

    def index(self, index: Completeness) -> protocol.IndexSummary:
        """Return how complete an answer is."""
        return protocol.IndexSummary(index.state.value, index.files_indexed, index.files_total, index.generation)

    def skipped(self, files: Sequence[tuple[str, str]]) -> protocol.SkippedFiles:
        """Return files that are left out."""
        return protocol.SkippedFiles([protocol.SkippedFile(self.uri_of(path), reason) for path, reason in files])

    def status(self, status: EngineStatus) -> protocol.IndexStatus:
        """Return the state of the index."""
        return protocol.IndexStatus(
            state=status.state.value,
            folders=[
                protocol.FolderStatus(
                    uri=self._folders.uri_of(folder.folder),
                    writable=folder.writable,
                    files_total=folder.files_total,
                    files_indexed=folder.files_indexed,
                    chunks_total=folder.chunks_total,
                    chunks_embedded=folder.chunks_embedded,
                    skipped=folder.skipped,
                    watching=folder.watching,
                    generation=folder.generation,
                    disk_bytes=folder.disk_bytes,
                )
                for folder in status.folders
            ],
            queue=status.queue,
            models=[
                protocol.ModelStatus(
                    "code" if model.space == "code" else "prose",
                    model.name,
                    model.dimensions,
                    model.device,
                    model.health,
                    model.index,
                    model.role,
                    model.reason,
                )
                for model in status.models
            ],
            disk_bytes=sum(folder.disk_bytes for folder in status.folders),
            memory_bytes=status.memory_bytes,
            generation=status.generation,
            last_error=status.last_error,
            paused=status.paused is not None,
            pause_reason=None if status.paused is None else status.paused.value,
        )
