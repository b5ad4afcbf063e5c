"""What several messages that Dowse adds to the language server protocol share.

The parameters and the result of one message stand in its own file (``requests/``, ``notifications/``). The classes say
what goes over the wire: names are in camel case there, a field without a default is always present, one with a default
is left out when it has that value. ``docs/protocol.md`` documents all of them and a test holds the two together.
"""

from collections.abc import Sequence
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
    tests: Literal["in", "out", "only"] = "in"


@attrs.frozen
class Reason:
    """A signal that placed a hit, and its share (0–1) in the score."""

    signal: str
    share: float
    words: Sequence[str] = ()
    """Words of the question, as the name, the path or the line that answers says them."""


@attrs.frozen
class TextPart:
    """A part of a text; both ends count in the client's encoding."""

    start: int
    end: int
    """What stands here is no longer in it."""


@attrs.frozen
class AnswerLine:
    """The line of a hit that says most of what was asked."""

    range: types.Range
    """Its words in the document: neither the indentation nor the signs of a comment."""
    text: str
    """What stands there."""
    marks: Sequence[TextPart] = ()
    """Where ``text`` says words of the question."""


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
    answer: AnswerLine | None = None
    """Absent where no line says anything."""
    name_marks: Sequence[TextPart] = ()
    """Where ``name`` says words of the question."""
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
class ResultsDocument:
    """A results file that was written and, where the client can, shown."""

    uri: str
    hits: int
