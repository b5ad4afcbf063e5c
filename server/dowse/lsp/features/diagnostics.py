"""``textDocument/diagnostic``: a hint on each function that nearly repeats another; off unless the settings turn it on.

Pulled by the client, so that only what it shows is compared and an answer belongs to the text that it asks about. A
client is asked to pull anew when the index has changed, since the copy may stand in another file.
"""

from threading import Event
from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp.features.asking import ask
from dowse.lsp.positions import lines_of, range_of
from dowse.search.query import IndexState

if TYPE_CHECKING:
    from dowse.engine import Engine, EngineStatus
    from dowse.lsp.server import DowseServer
    from dowse.search.query import NearCopy

CODE = "near-duplicate"

OPTIONS = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="dowse")


def register(ls: "DowseServer") -> None:
    """Add the handler, and follow the index."""
    ls.feature(types.TEXT_DOCUMENT_DIAGNOSTIC)(diagnose)
    ls.on_status.append(_Refreshing(ls).take)


async def diagnose(
    ls: "DowseServer", params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport:
    """Answer for a document that is open."""
    uri = params.text_document.uri
    if not ls.settings.editor.near_duplicates or not ls.documents.is_open(uri):
        return types.RelatedFullDocumentDiagnosticReport([])
    document = ls.documents.id_of(uri)

    def question(engine: "Engine", cancel: Event) -> list[types.Diagnostic]:
        lines = lines_of(engine, document)
        return [_diagnostic(ls, copy, lines) for copy in engine.near_copies(document, cancel)]

    return types.RelatedFullDocumentDiagnosticReport(await ask(ls, question))


async def refresh(ls: "DowseServer") -> None:
    """Have the client ask anew."""
    if ls.client.refreshes_diagnostics:
        await ls.asked(ls.workspace_diagnostic_refresh_async(None))


def _diagnostic(ls: "DowseServer", copy: "NearCopy", lines: list[str]) -> types.Diagnostic:
    other = ls.answers.hit(copy.other)
    place = f"{ls.answers.shown_path(copy.other)}:{copy.other.selection.start_line + 1}"
    return types.Diagnostic(
        range_of(copy.selection, lines, 0, ls.client.encoding),
        f"{copy.name} is nearly the same as {copy.other.name} ({place}), {copy.other.score:.0%} alike.",
        severity=types.DiagnosticSeverity.Hint,
        code=CODE,
        source="dowse",
        related_information=[
            types.DiagnosticRelatedInformation(
                types.Location(other.location.uri, other.selection_range), f"{copy.other.name}, the copy"
            )
        ],
    )


class _Refreshing:
    """Notices that the index has changed and come to rest."""

    def __init__(self, ls: "DowseServer") -> None:
        self._ls = ls
        self._generation: int | None = None

    def take(self, status: "EngineStatus") -> None:
        if status.state is not IndexState.READY or status.generation == self._generation:
            return
        self._generation = status.generation
        if self._ls.settings.editor.near_duplicates:
            self._ls.protocol.spawn(refresh(self._ls), "refreshing diagnostics")
