"""The command ``dowse.similarToDocument``: similar code that is shown as a file."""

import attrs

from dowse.lsp.declarations import Command
from dowse.lsp.markdown import escape_markdown
from dowse.lsp.protocol import ResultsDocument
from dowse.lsp.request_executor import Schedule
from dowse.lsp.requests.similar_code import SimilarCodeParams, similar_code
from dowse.lsp.results_document import hits_text, path_of, show_results, write_results
from dowse.lsp.session import RequestContext


def similar_to_document(context: RequestContext, params: SimilarCodeParams) -> ResultsDocument:
    """Write what is similar to a place into a file."""
    answer = similar_code(context, attrs.evolve(params, partial_result_token=None))
    where = f"{path_of(params.text_document.uri)}:{answer.source.range.start.line + 1}"
    title = f"Similar to {escape_markdown(answer.source.name)} ({escape_markdown(where)})"
    return write_results(context.results_dir, hits_text(title, answer.results, answer.index), len(answer.results))


SIMILAR_TO_DOCUMENT = Command("dowse.similarToDocument", similar_to_document, Schedule.WORKER, present=show_results)
