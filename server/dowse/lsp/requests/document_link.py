"""``textDocument/documentLink``: the links of a note lead to where their code is now."""

from lsprotocol import types

from dowse.lsp.declarations import Request
from dowse.lsp.positions import range_of
from dowse.lsp.request_executor import Schedule
from dowse.lsp.session import RequestContext
from dowse.workspace.lines import split_lines

PATIENCE = 1.0
"""Seconds; a note with many links has many files read."""


def document_links(context: RequestContext, params: types.DocumentLinkParams) -> list[types.DocumentLink]:
    """Return a note's links to code, each with where it leads now."""
    document = context.documents.name_of(params.text_document.uri)
    text = context.engine.document_text(document)
    if text is None:
        return []
    lines = split_lines(text)
    return [
        types.DocumentLink(
            range_of(link.span, lines, 0, context.translator.unit),
            target=f"{context.translator.uri_of(link.document)}#L{link.line + 1}",
            tooltip=f"{link.label}, now {link.path}:{link.line + 1}",
        )
        for link in context.engine.note_links(document, context.cancel)
        if link.document is not None
    ]


DOCUMENT_LINK = Request(
    types.TEXT_DOCUMENT_DOCUMENT_LINK,
    document_links,
    Schedule.WORKER,
    deadline=PATIENCE,
    otherwise=lambda params: [],
)
