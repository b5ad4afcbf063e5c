"""The unit of search: one function, one method, one class header, one section of prose."""

from dataclasses import dataclass
from enum import StrEnum

CHUNKING_VERSION = "c80bda947e6c2e92"
"""A hash of the table of languages, their queries and the chunks of all samples: where it differs, the same text may
give other chunks than before, and files indexed by an older Dowse are read again. A test writes it here, since reading
all queries would cost each start some milliseconds."""


class SpaceName(StrEnum):
    """The two embedding spaces; each has its own model and its own indexes."""

    CODE = "code"
    PROSE = "prose"


class Kind(StrEnum):
    """What a chunk is, by the names of LSP's ``SymbolKind``."""

    FILE = "File"
    MODULE = "Module"
    NAMESPACE = "Namespace"
    CLASS = "Class"
    METHOD = "Method"
    PROPERTY = "Property"
    FIELD = "Field"
    CONSTRUCTOR = "Constructor"
    ENUM = "Enum"
    INTERFACE = "Interface"
    FUNCTION = "Function"
    VARIABLE = "Variable"
    CONSTANT = "Constant"
    STRING = "String"
    OBJECT = "Object"
    STRUCT = "Struct"
    EVENT = "Event"
    OPERATOR = "Operator"
    TYPE_PARAMETER = "TypeParameter"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A meaningful piece of one file: whole lines ``start_line`` (inclusive) to ``end_line`` (exclusive), from 0.

    The chunks of a code file follow one another without overlap and leave out blank lines at most.
    """

    space: SpaceName
    language: str
    """The language's id, as LSP names it (``python``, ``typescriptreact``, ``markdown`` …)."""
    kind: Kind
    name: str
    """The symbol, the heading, or the file's stem for a run of top-level code; never empty."""
    container: str | None
    """Enclosing names, outermost first, joined by ``.`` (code) or `` > `` (headings)."""
    start_line: int
    end_line: int
    name_line: int
    """Line of ``name``; the first line of the chunk where the name stands nowhere in it."""
    name_column: int
    """Column of ``name`` on that line, in code points."""
    name_length: int
    """Length of ``name`` in code points as it stands there; 0 where it stands nowhere in the chunk."""
    signature: str
    """The declaration on one line, without the body; empty for prose and runs of top-level code."""
    doc: str
    """Docstring or leading comment, markers removed; empty where there is none."""
    text: str
    """The text of the chunk's lines (of the cell's source, in a notebook)."""
    embedded_text: str
    """What the model sees: a context line (language, path words, container, name), then the code."""
    part: int = 0
    """Position among the pieces of one long definition; 0 for the first or only one."""
    sketch: bytes = b""
    """How it is built (see :mod:`dowse.chunking.structure`); empty for prose and where there is too little code."""
