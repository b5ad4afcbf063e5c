"""``textDocument/diagnostic``: a hint on each function that nearly repeats another; off unless the settings turn it on.

Pulled by the client, so that only what it shows is compared and an answer belongs to the text that it asks about. A
client is asked to pull anew when the index has changed, since the copy may stand in another file.
"""

from lsprotocol import types

from dowse.lsp.declarations import Request, StatusListener
from dowse.lsp.positions import lines_of, range_of
from dowse.lsp.request_executor import Schedule
from dowse.lsp.session import RequestContext, Session
from dowse.lsp.translator import Translator
from dowse.search.query import IndexState, NearCopy
from dowse.status import EngineStatus

CODE = "near-duplicate"

OPTIONS = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=False, identifier="dowse")


def diagnose(
    context: RequestContext, params: types.DocumentDiagnosticParams
) -> types.RelatedFullDocumentDiagnosticReport:
    """Answer for a document that is open."""
    uri = params.text_document.uri
    if not context.documents.is_open(uri):
        return types.RelatedFullDocumentDiagnosticReport([])
    document = context.documents.name_of(uri)
    lines = lines_of(context.engine, document)
    copies = context.engine.near_copies(document, context.cancel)
    return types.RelatedFullDocumentDiagnosticReport([_diagnostic(context.translator, copy, lines) for copy in copies])


def _diagnostic(translator: Translator, copy: NearCopy, lines: list[str]) -> types.Diagnostic:
    other = translator.hit(copy.other)
    place = f"{translator.shown_path(copy.other)}:{copy.other.selection.start_line + 1}"
    return types.Diagnostic(
        range_of(copy.selection, lines, 0, translator.unit),
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


class _RefreshWhenReady:
    """Has the client ask anew when the index has changed and nothing is left to do."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._generation: int | None = None

    def on_status(self, status: EngineStatus) -> None:
        if status.state is not IndexState.READY or status.generation == self._generation:
            return
        self._generation = status.generation
        if self._session.settings.editor.near_duplicates:
            self._session.refresh_diagnostics()


DIAGNOSTIC = Request(
    types.TEXT_DOCUMENT_DIAGNOSTIC,
    diagnose,
    Schedule.LONG,
    is_enabled=lambda settings, client, params: settings.editor.near_duplicates,
    otherwise=lambda params: types.RelatedFullDocumentDiagnosticReport([]),
)
ON_STATUS = StatusListener(lambda session: _RefreshWhenReady(session).on_status)
