"""The command ``dowse.duplicatesToDocument``: near-duplicates that are shown as a file."""

from dowse.lsp.declarations import Command
from dowse.lsp.markdown import escape_markdown, fence_code
from dowse.lsp.protocol import ResultsDocument
from dowse.lsp.request_executor import Schedule
from dowse.lsp.requests.duplicates import TITLE, DuplicatesParams, DuplicatesResult, duplicates, only_the_newest
from dowse.lsp.results_document import head, path_of, show_results, write_results
from dowse.lsp.session import RequestContext


def duplicates_to_document(context: RequestContext, params: DuplicatesParams) -> ResultsDocument:
    """Write which functions do nearly the same into a file."""
    answer = duplicates(context, params)
    copies = sum(len(cluster.copies) for cluster in answer.clusters)
    return write_results(context.results_dir, _text(answer), copies)


def _text(answer: DuplicatesResult) -> str:
    """Return the file's text: each cluster with the places of its copies, and the first lines of the first."""
    parts = head("Near-duplicates", answer.index)
    if not answer.clusters:
        parts.append("Nothing found.\n")
    for number, cluster in enumerate(answer.clusters, 1):
        first = cluster.copies[0]
        parts.append(
            f"## {number}. {escape_markdown(first.name)}: {len(cluster.copies)} copies, {cluster.saved_lines} lines\n"
        )
        for copy in cluster.copies:
            start = copy.selection_range.start
            place = f"{path_of(copy.location.uri)}:{start.line + 1}:{start.character + 1}"
            parts.append(f"{place} {escape_markdown(copy.name)}, {copy.score:.0%}\n")
        parts.append(fence_code(first.preview, first.language_id))
    return "\n".join(parts)


DUPLICATES_TO_DOCUMENT = Command(
    "dowse.duplicatesToDocument",
    duplicates_to_document,
    Schedule.LONG,
    supersede_key=only_the_newest,
    title=TITLE,
    present=show_results,
)
