"""Understands a query: does it name something, quote a place or a trace, or ask in words?"""

import re
import unicodedata
from dataclasses import dataclass

from dowse.chunking.identifiers import words
from dowse.chunking.scripts import asked_for
from dowse.search.paraphrases import technical_words
from dowse.search.query import SearchRequest
from dowse.search.traces import read_trace

MAX_QUERY_LENGTH = 20_000
"""Longest query that is read; a longer one is a pasted file, whose beginning is enough."""

MAX_NAMES = 24
"""Most names that are looked up. A pasted page of code mentions more, and the first ones are enough."""

LONGEST_RUN = 256
"""Longest run without a space that is read. A longer one is data, over which patterns would take seconds."""

_IDENTIFIER = r"[^\W\d]\w*(?:(?:\.|::|#|->)[^\W\d]\w*)*[!?]?"
_NAME = re.compile(rf"[`'\"@&*$(]*(?P<name>{_IDENTIFIER}(?:\(\))?)[`'\"(\[{{:;,)]*")
"""A name as it is typed or copied: ``url_for(``, ``@app.route``, ``"Flask"``."""
_MODIFIERS = r"(?:(?:abstract|async|const|data|default|export|final|private|protected|pub|public|static|unsafe) )*"
_DEFINITIONS = (
    re.compile(rf"{_MODIFIERS}(?:def|defp|fn|func(?: \([^()\n]*\))?) (?P<name>{_IDENTIFIER})(?:[(:<\[ ].*)?"),
    # Words of English too, unless what follows is code.
    re.compile(
        rf"{_MODIFIERS}(?:class|enum|fun|function|interface|struct|trait) (?P<name>{_IDENTIFIER})(?:[(:<].*| ?{{.*)"
    ),
)
"""Lines on which something is defined: ``def url_for(``, ``class Flask(App):``, ``pub fn merge``."""
_RUN = re.compile(rf"\S{{{LONGEST_RUN + 1},}}")
_COMPOUND = re.compile(r"\w+_\w+|[a-z0-9]+[A-Z]\w*|[A-Z][a-z0-9]+[A-Z]\w*|\w+(?:\.|::|->)\w+|\w+\(\)")
_PATH = re.compile(r"(?:[\w.@-]+/)+[\w.@-]*|[\w-]+\.[A-Za-z]{1,5}\b(?!\()")
_SEPARATOR = re.compile(r"\.|::|#|->")

STOP_WORDS = frozenset(
    """
    a about all am an and any are as at be been but by can could did do does each else find for from get give has
    have having how i if in into is it its like me my of on or our please show so some than that the their them then
    there these they this those to us use used uses using was way we were what when where which who why will with
    would you your
    """.split()
)
"""Function words of questions. They are no terms, unless nothing else is left. The hashing model's stop words
(:mod:`dowse.embedding.vocabulary`) also name languages and keywords, which are terms here."""

PROSE_WORDS = frozenset(
    """
    adr changelog decided decision decisions doc docs document documentation documented explain explained guide howto
    markdown meeting note notes policy readme runbook tutorial wiki why
    """.split()
)
"""Words by which a query asks for notes or documentation."""

_HOW_TO = re.compile(
    r"^(?:how (?:to|do i|do you|do we|can i|can you|can we|should)|where (?:is it|can i)|install|upgrade|migrate"
    r"|get(?:ting)? started|use it|run it|begin)\b|\b(?:my own|step by step|tutorial|guide|quick ?start)\b",
    re.IGNORECASE,
)
"""What asks for instructions, which documents give."""

_HOW_IT_WORKS = re.compile(
    r"^(?:how (?:is|are|does|do|did|was|were|much|long)|what (?:happens|is done|does|keeps|makes)|when (?:is|are|does)"
    r"|who|in which|which (?:files?|function|class|part)|where)\b",
    re.IGNORECASE,
)
"""What asks for what the code does, however documents describe it."""


@dataclass(frozen=True, slots=True)
class Question:
    """A query, understood."""

    text: str
    """The query, with technical words for its everyday ones appended. For a stack trace: its message and the names of
    its innermost frames."""
    terms: tuple[str, ...]
    """Words for BM25, identifiers split and whole, without stop words; in order, each once."""
    names: tuple[str, ...]
    """Symbols the query may name, most specific first."""
    paths: tuple[str, ...]
    """Pieces of the query that look like a file or a folder."""
    is_name: bool
    """The whole query is one identifier, or the line that defines it."""
    wants_prose: bool
    asks_how_to: bool = False
    """It asks how one does something, rather than where or how the code does it."""
    asks_how_it_works: bool = False


def understand(request: SearchRequest) -> Question:
    """Read a request's query; a blank one gives a question without terms."""
    text = unicodedata.normalize("NFC", request.query[:MAX_QUERY_LENGTH].strip())  # letters whole, as source has them
    text = _RUN.sub(lambda run: run[0][:LONGEST_RUN], text)
    trace = read_trace(text)
    if trace is not None:
        text = "\n".join((trace.message, *trace.functions)).strip() or text
    if (written := _NAME.fullmatch(text)) is not None:
        text = written["name"]
    named = written or next(filter(None, (each.fullmatch(text) for each in _DEFINITIONS)), None)
    said = words(text)
    every_term = asked_for(said)
    terms = tuple(term for term in every_term if term not in STOP_WORDS) or every_term
    meant = () if named is not None or trace is not None else technical_words(said)
    mentioned = [named["name"]] if named is not None else [match.group() for match in _COMPOUND.finditer(text)]
    paths = [match.group().strip("/") for match in _PATH.finditer(text)]
    if trace is not None:
        mentioned = [*trace.functions, *mentioned]
        paths = list(trace.paths)
    return Question(
        text=" ".join((text, *meant)),
        terms=(*terms, *meant),
        names=tuple(dict.fromkeys(variant for name in mentioned for variant in _name_variants(name)))[:MAX_NAMES],
        paths=tuple(dict.fromkeys(paths)),
        is_name=named is not None,
        asks_how_to=_HOW_TO.search(text) is not None,
        asks_how_it_works=_HOW_TO.search(text) is None and _HOW_IT_WORKS.match(text) is not None,
        wants_prose=request.query_type == "documentation" or not PROSE_WORDS.isdisjoint(every_term),
    )


def _name_variants(name: str) -> list[str]:
    """Return a name as written, then its last part, then that without the ``?`` or ``!`` of a question or of Ruby."""
    parts = [part for part in _SEPARATOR.split(name.removesuffix("()")) if part]
    return [".".join(parts), parts[-1], parts[-1].rstrip("?!")] if parts else []
