"""Between the engine's values and the protocol's, where several messages share them. Safe on any thread."""

from collections.abc import Sequence

from lsprotocol import types

from dowse.chunking.chunk import Kind
from dowse.lsp import protocol, uris
from dowse.lsp.documents import OpenDocuments
from dowse.lsp.folders import WorkspaceFolders
from dowse.lsp.positions import range_of
from dowse.search.query import AnswerLine, Completeness, Filter, Hit, Marks, NoteLink, NoteReference
from dowse.workspace.lines import ColumnUnit, column_to_units, split_lines

_SYMBOL_KINDS = {kind: types.SymbolKind[kind.value] for kind in Kind}


def symbol_kind(kind: Kind) -> types.SymbolKind:
    """Return the protocol's number for a kind."""
    return _SYMBOL_KINDS[kind]


class Translator:
    """Translates with the client's encoding and the client's own spelling of URIs."""

    def __init__(self, unit: ColumnUnit, folders: WorkspaceFolders, documents: OpenDocuments) -> None:
        self.unit = unit
        self._folders = folders
        self._documents = documents

    def uri_of(self, document: str) -> str:
        """Return the URI of an engine's document: as the client opened it, else as its folder is spelt."""
        opened = self._documents.uri_of(document)
        if opened is not None or not uris.is_path(document):
            return opened or document
        return self._folders.uri_of(document)

    def folder_uri(self, path: str) -> str:
        """Return the URI of a workspace folder as the client spells it."""
        return self._folders.uri_of(path)

    def filter(self, wanted: protocol.SearchFilter) -> Filter:
        """Return the engine's filter; ``ValueError`` for a folder that is not open. Reads the disk."""
        folders = []
        for uri in wanted.folders:
            folder = self._folders.by_uri(uri)
            if folder is None:
                raise ValueError(f"{uri} is not a folder of this workspace")
            folders.append(folder.path)
        return Filter(
            include=tuple(wanted.include),
            exclude=tuple(wanted.exclude),
            languages=tuple(wanted.languages),
            kinds=tuple(Kind(kind) for kind in wanted.kinds),
            folders=tuple(folders),
            tests=wanted.tests,
        )

    def shown_path(self, hit: Hit) -> str:
        """Return where a hit stands, for people: a path in its folder, a cell by its notebook's name and number."""
        cell = self._documents.cell(hit.document)
        if cell is None:
            return hit.path
        notebook = self._documents.notebook_file(cell.notebook)
        owner = self._folders.owner(notebook)
        return f"{self._folders.relative(notebook, owner) if owner else notebook} cell {cell.number}"

    def hit(self, hit: Hit) -> protocol.Hit:
        """Return a hit as it is sent."""
        lines = split_lines(hit.text)
        first, unit = hit.span.start_line, self.unit
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
            reasons=[protocol.Reason(str(each.signal), each.share, each.words) for each in hit.reasons],
            answer=None if hit.answer is None else self._answer(hit.answer, lines, first),
            name_marks=self._parts(hit.name, hit.name_marks),
            notes=tuple(self.reference(reference) for reference in hit.notes),
            links=tuple(self.link(link, range_of(link.span, lines, first, unit)) for link in hit.links),
        )

    def _answer(self, answer: AnswerLine, lines: Sequence[str], first: int) -> protocol.AnswerLine:
        place = range_of(answer.span, lines, first, self.unit)
        return protocol.AnswerLine(place, answer.text, self._parts(answer.text, answer.marks))

    def _parts(self, text: str, marks: Marks) -> tuple[protocol.TextPart, ...]:
        return tuple(
            protocol.TextPart(column_to_units(text, start, self.unit), column_to_units(text, end, self.unit))
            for start, end in marks
        )

    def reference(self, reference: NoteReference) -> protocol.NoteReference:
        """Return a note that points at something."""
        first = reference.span.start_line
        place = range_of(reference.span, [reference.line_text], first, self.unit)
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
