"""What Dowse adds to the language server protocol: its methods, their parameters and results.

``docs/protocol.md`` documents them and a test holds the two together. On the wire names are in camel case. A field
without a default is always present; one with a default is left out when it has that value.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import attrs
from lsprotocol import types
from msgspec import Meta

PROTOCOL_VERSION = 1
"""Raised by one when a client written for the version before would be misled."""

State = Literal["empty", "indexing", "ready", "degraded"]
Space = Literal["code", "prose"]
KindName = Literal[
    "File",
    "Module",
    "Namespace",
    "Class",
    "Method",
    "Property",
    "Field",
    "Constructor",
    "Enum",
    "Interface",
    "Function",
    "Variable",
    "Constant",
    "String",
    "Object",
    "Struct",
    "Event",
    "Operator",
    "TypeParameter",
]

Limit = Annotated[int, Meta(ge=1, le=200)]
Share = Annotated[float, Meta(ge=0, le=1)]
Token = int | str


@attrs.frozen
class SearchFilter:
    """Which pieces of the workspace may answer; what is absent does not restrict."""

    include: Sequence[str] = ()
    """Globs on the path relative to its folder, by the rules of ``.gitignore``."""
    exclude: Sequence[str] = ()
    languages: Sequence[str] = ()
    kinds: Sequence[KindName] = ()
    folders: Sequence[str] = ()
    """URIs of workspace folders."""


@attrs.frozen
class SemanticSearchParams:
    """A question in words."""

    query: str
    limit: Limit = 20
    space: Literal["auto", "code", "prose"] = "auto"
    query_type: Literal["general", "code_search", "error_analysis", "documentation"] = "general"
    mode: Literal["hybrid", "semantic", "lexical"] = "hybrid"
    filter: SearchFilter = attrs.field(factory=SearchFilter)
    min_score: Share = 0.0
    work_done_token: Token | None = None
    partial_result_token: Token | None = None


@attrs.frozen
class SimilarCodeParams:
    """A place in a document; exactly one of ``position`` and ``range``."""

    text_document: types.TextDocumentIdentifier
    position: types.Position | None = None
    range: types.Range | None = None
    limit: Limit = 20
    min_score: Share = 0.0
    scope: Literal["workspace", "folder", "file"] = "workspace"
    exclude_same_file: bool = False
    work_done_token: Token | None = None
    partial_result_token: Token | None = None

    def __attrs_post_init__(self) -> None:
        if (self.position is None) == (self.range is None):
            raise ValueError("give either position or range")


@attrs.frozen
class Reason:
    """A signal that placed a hit, and its share (0–1) in the score."""

    signal: str
    share: float


@attrs.frozen
class NoteReference:
    """A note that points at a hit."""

    location: types.Location
    """The link, in the note."""
    title: str
    """The heading that the link stands under."""


@attrs.frozen
class NoteLink:
    """A link of a note to code."""

    range: types.Range
    """Where it stands in the note."""
    label: str
    """The symbol that it names, or the path."""
    target: types.Location | None = None
    """Where that is now; absent when it can no longer be found."""


@attrs.frozen
class Hit:
    """One answer. The ranges are valid in the text that the editor has now."""

    location: types.Location
    selection_range: types.Range
    """The name, inside the location's range."""
    name: str
    kind: types.SymbolKind
    language_id: str
    space: Space
    score: float
    """0–1, comparable within one answer."""
    preview: str
    """The first lines, at most twelve."""
    reasons: Sequence[Reason]
    container_name: str | None = None
    notes: Sequence[NoteReference] = ()
    """At most five."""
    links: Sequence[NoteLink] = ()
    """Of a piece of a note; at most five."""


@attrs.frozen
class IndexSummary:
    """How complete the index was when an answer was given."""

    state: State
    files_indexed: int
    files_total: int
    generation: int


@attrs.frozen
class SemanticSearchResult:
    """Hits, best first; none where they were sent as partial results."""

    results: Sequence[Hit]
    index: IndexSummary
    took_ms: float


@attrs.frozen
class SimilarSource:
    """The piece that was compared."""

    range: types.Range
    name: str
    kind: types.SymbolKind


@attrs.frozen
class SimilarCodeResult:
    """What resembles ``source``, best first, without ``source`` itself."""

    source: SimilarSource
    results: Sequence[Hit]
    index: IndexSummary
    took_ms: float


@attrs.frozen
class DuplicatesParams:
    """What to look for near-duplicates in, and what counts as one."""

    limit: Annotated[int, Meta(ge=1, le=1000)] = 50
    min_lines: Annotated[int, Meta(ge=1, le=10000)] = 6
    """Lines of code of a function, without comments, documentation and blank lines."""
    min_similarity: Annotated[float, Meta(ge=0.5, le=1)] = 0.8
    filter: SearchFilter = attrs.field(factory=SearchFilter)
    work_done_token: Token | None = None


@attrs.frozen
class DuplicateCluster:
    """Functions that do nearly the same."""

    copies: Sequence[Hit]
    """The one that the others are most like, then these; the score is the similarity to it."""
    similarity: float
    """That of the least similar copy."""
    saved_lines: int
    """Lines of code that merging them would save, about."""


@attrs.frozen
class DuplicatesResult:
    """Clusters, those that would save most first."""

    clusters: Sequence[DuplicateCluster]
    found: int
    """How many clusters there are in all."""
    compared: int
    """Functions that were compared."""
    left_out: Mapping[str, int]
    """Functions that repeat others as boilerplate does, by what they are."""
    index: IndexSummary
    took_ms: float


@attrs.frozen
class FolderStatus:
    """Counts of one workspace folder."""

    uri: str
    writable: bool
    """Whether this server writes the folder's index; otherwise another one does and this one reads."""
    files_total: int
    files_indexed: int
    chunks_total: int
    chunks_embedded: int
    skipped: Mapping[str, int]
    """Files left out, by reason."""
    watching: str
    """``native``, ``polling`` or ``off``."""
    generation: int
    disk_bytes: int


@attrs.frozen
class ModelStatus:
    """A model of a space."""

    space: Space
    name: str
    dimensions: int
    device: str
    health: str
    """``ready``, ``loading``, ``failed`` or ``unused``."""
    index: str
    """``hnsw`` or ``exact``."""
    role: str
    """``serving``, ``building`` or ``waiting``."""
    reason: str | None = None
    """Why it has failed and what to do."""


@attrs.frozen
class IndexStatus:
    """The state of the whole index."""

    state: State
    folders: Sequence[FolderStatus]
    queue: int
    """Files and chunks that wait."""
    models: Sequence[ModelStatus]
    disk_bytes: int
    memory_bytes: int
    generation: int
    last_error: str | None = None
    paused: bool = False
    """Whether indexing rests."""
    pause_reason: Literal["user", "battery"] | None = None
    """Why: somebody asked for it, or the machine runs on its battery and ``indexing.pauseOnBattery`` is set."""


@attrs.frozen
class SkippedFile:
    """A file that no rule ignores and that is left out all the same."""

    uri: str
    reason: str
    """As in :attr:`FolderStatus.skipped`."""


@attrs.frozen
class SkippedFiles:
    """The first thousand, by reason and path; how many there are is in :class:`FolderStatus`."""

    files: Sequence[SkippedFile]


@attrs.frozen
class ServerStatus:
    """Health at a glance, as other servers send it, to clients that ask for it."""

    health: Literal["ok", "warning", "error"]
    quiescent: bool
    message: str | None = None


@attrs.frozen
class ResultsDocument:
    """A results file that was written and, where the client can, shown."""

    uri: str
    hits: int


@attrs.frozen
class WriteNoteParams:
    """A new note, about the line of ``position`` in a document or about nothing in particular."""

    text: str
    text_document: types.TextDocumentIdentifier | None = None
    position: types.Position | None = None

    def __attrs_post_init__(self) -> None:
        if (self.text_document is None) != (self.position is None):
            raise ValueError("give both textDocument and position, or neither")


@attrs.frozen
class WrittenNote:
    """A note that was written and, where the client can, shown."""

    uri: str
    repeats: Sequence[Hit]
    """Older notes that say nearly the same."""
    searched: bool = True
    """False where ignore rules keep the note out of the index."""


@attrs.frozen
class Method:
    """A message that the protocol does not define; a notification has no result."""

    name: str
    params: type | None
    result: type | None


SEMANTIC_SEARCH = Method("workspace/semanticSearch", SemanticSearchParams, SemanticSearchResult)
SIMILAR_CODE = Method("textDocument/similarCode", SimilarCodeParams, SimilarCodeResult)
DUPLICATES = Method("dowse/duplicates", DuplicatesParams, DuplicatesResult)
INDEX_STATUS = Method("dowse/indexStatus", None, IndexStatus)
DID_CHANGE_INDEX_STATUS = Method("dowse/didChangeIndexStatus", IndexStatus, None)
SKIPPED_FILES = Method("dowse/skippedFiles", None, SkippedFiles)
SERVER_STATUS = Method("experimental/serverStatus", ServerStatus, None)

METHODS = (
    SEMANTIC_SEARCH,
    SIMILAR_CODE,
    DUPLICATES,
    INDEX_STATUS,
    DID_CHANGE_INDEX_STATUS,
    SKIPPED_FILES,
    SERVER_STATUS,
)


@attrs.frozen
class Command:
    """A ``workspace/executeCommand``; ``argument`` is the type of its single argument, if it takes one."""

    name: str
    argument: type | None
    result: type | None


SEARCH = Command("dowse.search", SemanticSearchParams, SemanticSearchResult)
SIMILAR = Command("dowse.similar", SimilarCodeParams, SimilarCodeResult)
REBUILD_INDEX = Command("dowse.rebuildIndex", None, None)
PAUSE_INDEXING = Command("dowse.pauseIndexing", None, None)
RESUME_INDEXING = Command("dowse.resumeIndexing", None, None)
SHOW_INDEX_STATUS = Command("dowse.indexStatus", None, IndexStatus)
SEARCH_TO_DOCUMENT = Command("dowse.searchToDocument", SemanticSearchParams, ResultsDocument)
SIMILAR_TO_DOCUMENT = Command("dowse.similarToDocument", SimilarCodeParams, ResultsDocument)
WRITE_NOTE = Command("dowse.writeNote", WriteNoteParams, WrittenNote)
LIST_DUPLICATES = Command("dowse.duplicates", DuplicatesParams, DuplicatesResult)
DUPLICATES_TO_DOCUMENT = Command("dowse.duplicatesToDocument", DuplicatesParams, ResultsDocument)

COMMANDS = (
    SEARCH,
    SIMILAR,
    LIST_DUPLICATES,
    REBUILD_INDEX,
    PAUSE_INDEXING,
    RESUME_INDEXING,
    SHOW_INDEX_STATUS,
    SEARCH_TO_DOCUMENT,
    SIMILAR_TO_DOCUMENT,
    DUPLICATES_TO_DOCUMENT,
    WRITE_NOTE,
)
