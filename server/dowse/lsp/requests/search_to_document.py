"""The command ``dowse.searchToDocument``: a search whose answer is shown as a file."""

import attrs

from dowse.lsp.declarations import Command
from dowse.lsp.markdown import escape_markdown
from dowse.lsp.protocol import ResultsDocument
from dowse.lsp.request_executor import Schedule
from dowse.lsp.requests.semantic_search import SemanticSearchParams, semantic_search
from dowse.lsp.results_document import hits_text, show_results, write_results
from dowse.lsp.session import RequestContext


def search_to_document(context: RequestContext, params: SemanticSearchParams) -> ResultsDocument:
    """Write the answer to a question into a file."""
    answer = semantic_search(context, attrs.evolve(params, partial_result_token=None))
    text = hits_text(f"“{escape_markdown(params.query)}”", answer.results, answer.index)
    return write_results(context.results_dir, text, len(answer.results))


SEARCH_TO_DOCUMENT = Command(
    "dowse.searchToDocument", search_to_document, Schedule.WORKER, typed_field="query", present=show_results
)
