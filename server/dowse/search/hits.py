"""Shows what was found: hits with the present text, handed on as they are final."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dowse.search.answer_line import AnswerLines
from dowse.search.hit_verifier import Located
from dowse.search.query import AnswerLine, Hit, PartialResults, Reason, Signal
from dowse.search.term_matcher import TermMatcher

if TYPE_CHECKING:
    from dowse.search.ranking import RankedChunk

PARTIAL_RESULTS = 5
"""Hits sent at a time to a caller that takes partial results."""

_UNASKED = AnswerLines()
"""Where code is compared with code, no words are asked for."""


def show(
    verified: Iterable[tuple[RankedChunk, Located]],
    partial: PartialResults | None = None,
    asked: TermMatcher | None = None,
) -> tuple[Hit, ...]:
    """Return the hits, in order, each with the line that says most of what was ``asked``.

    ``partial`` receives them five at a time, as soon as they are verified.
    """
    lines = AnswerLines(asked)
    hits: list[Hit] = []
    sent = 0
    for entry, located in verified:
        hits.append(as_hit(entry, located, lines))
        if partial is not None and len(hits) - sent == PARTIAL_RESULTS:
            partial(tuple(hits[sent:]))
            sent = len(hits)
    if partial is not None and len(hits) > sent:
        partial(tuple(hits[sent:]))
    return tuple(hits)


def as_hit(entry: RankedChunk, located: Located, lines: AnswerLines = _UNASKED) -> Hit:
    """Return a ranked chunk as a hit at its present place."""
    ref, chunk = entry.ref, entry.ref.chunk
    title = f"{chunk.container or ''} {chunk.name}"
    answer = lines.choose(located.text, located.span, located.selection, title, chunk.space)
    return Hit(
        document=ref.document,
        folder=ref.folder,
        path=ref.path,
        span=located.span,
        selection=located.selection,
        name=chunk.name,
        container=chunk.container,
        kind=chunk.kind,
        language=chunk.language,
        space=chunk.space,
        score=min(1.0, entry.score),
        text=located.text,
        reasons=tuple(Reason(each.signal, each.share, _words(each, entry, answer, lines)) for each in entry.reasons),
        answer=answer,
        name_marks=lines.mark(chunk.name),
    )


def _words(reason: Reason, entry: RankedChunk, answer: AnswerLine | None, lines: AnswerLines) -> tuple[str, ...]:
    """Return the words by which a signal can be understood."""
    if reason.signal == Signal.NAME:
        return lines.words(entry.ref.chunk.name)
    if reason.signal == Signal.PATH:
        return lines.words(entry.ref.path)
    if reason.signal == Signal.KEYWORDS and answer is not None:
        return tuple(dict.fromkeys(answer.text[start:end].lower() for start, end in answer.marks))
    return ()
