"""Answers as a Markdown file that the editor opens, for clients that discard what a command returns."""

import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import attrs
from lsprotocol import types

from dowse.lsp import protocol, uris
from dowse.lsp.features import duplicates, semantic_search, similar_code
from dowse.lsp.features.markdown import escaped, fenced
from dowse.lsp.jsonrpc import REQUEST_FAILED, Failure

if TYPE_CHECKING:
    from dowse.lsp.server import DowseServer

KEPT = 20
"""Results files that stay; older ones are removed."""


async def of_search(ls: "DowseServer", params: protocol.SemanticSearchParams) -> protocol.ResultsDocument:
    """Write and show the answer to a question."""
    answer = await semantic_search.search(ls, attrs.evolve(params, partial_result_token=None))
    return await _show(ls, f"“{escaped(params.query)}”", answer.results, answer.index)


async def of_similar(ls: "DowseServer", params: protocol.SimilarCodeParams) -> protocol.ResultsDocument:
    """Write and show what is similar to a place."""
    answer = await similar_code.similar(ls, attrs.evolve(params, partial_result_token=None))
    where = f"{_path(params.text_document.uri)}:{answer.source.range.start.line + 1}"
    return await _show(ls, f"Similar to {escaped(answer.source.name)} ({escaped(where)})", answer.results, answer.index)


async def of_duplicates(ls: "DowseServer", params: protocol.DuplicatesParams) -> protocol.ResultsDocument:
    """Write and show which functions do nearly the same."""
    answer = await duplicates.duplicates(ls, params)
    copies = [copy for cluster in answer.clusters for copy in cluster.copies]
    return await _show_text(ls, clusters_document(answer), len(copies))


async def _show(
    ls: "DowseServer", title: str, hits: Sequence[protocol.Hit], index: protocol.IndexSummary
) -> protocol.ResultsDocument:
    return await _show_text(ls, document(title, hits, index), len(hits))


async def _show_text(ls: "DowseServer", text: str, hits: int) -> protocol.ResultsDocument:

    def write(cancel: Event) -> str:
        return written(ls.results_dir, text)

    try:
        path = await ls.searches.run(write)
    except OSError as error:
        raise Failure(REQUEST_FAILED, f"the results cannot be written to {ls.results_dir}: {error.strerror}") from None
    uri = uris.uri_of(path)
    shown = None
    if ls.client.show_document:
        shown = await ls.asked(ls.window_show_document_async(types.ShowDocumentParams(uri, take_focus=True)))
    if shown is None or not shown.success:
        count = "1 result" if hits == 1 else f"{hits} results"
        ls.window_show_message(types.ShowMessageParams(types.MessageType.Info, f"Dowse: {count} in {path}"))
    return protocol.ResultsDocument(uri, hits)


def document(title: str, hits: Sequence[protocol.Hit], index: protocol.IndexSummary) -> str:
    """Return the file's text: each hit by name, by a place that editors can jump to, and by its first lines."""
    parts = _head(title, index)
    if not hits:
        parts.append("Nothing found.\n")
    for number, hit in enumerate(hits, 1):
        container = f" in {escaped(hit.container_name)}" if hit.container_name else ""
        parts.append(f"## {number}. {escaped(hit.name)}{container}\n")
        parts.append(f"{_place(types.Location(hit.location.uri, hit.selection_range))}\n")
        parts.append(fenced(hit.preview, hit.language_id))
        parts += [f"Note: {escaped(note.title)} ({_place(note.location)})\n" for note in hit.notes]
    return "\n".join(parts)


def clusters_document(answer: protocol.DuplicatesResult) -> str:
    """Return the file's text: each cluster with the places of its copies, and the first lines of the first."""
    parts = _head("Near-duplicates", answer.index)
    if not answer.clusters:
        parts.append("Nothing found.\n")
    for number, cluster in enumerate(answer.clusters, 1):
        first = cluster.copies[0]
        parts.append(f"## {number}. {escaped(first.name)}: {len(cluster.copies)} copies, {cluster.saved_lines} lines\n")
        for copy in cluster.copies:
            start = copy.selection_range.start
            place = f"{_path(copy.location.uri)}:{start.line + 1}:{start.character + 1}"
            parts.append(f"{place} {escaped(copy.name)}, {copy.score:.0%}\n")
        parts.append(fenced(first.preview, first.language_id))
    return "\n".join(parts)


def _head(title: str, index: protocol.IndexSummary) -> list[str]:
    parts = [f"# {title}\n"]
    if index.state == "indexing":
        parts.append(f"The index is not complete yet: {index.files_indexed:,} of {index.files_total:,} files.\n")
    return parts


def written(folder: Path, text: str) -> str:
    """Write a new file that only its owner can read, remove old ones, and return its path."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in sorted(folder.glob("*.md"), key=lambda file: file.name)[: -(KEPT - 1)]:
        old.unlink(missing_ok=True)
    prefix = time.strftime("%Y%m%d-%H%M%S-")  # what was asked stays out of the name, which others can see
    descriptor, path = tempfile.mkstemp(".md", prefix, folder)  # opened with mode 0600
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.write(text)
    return path


def _place(location: types.Location) -> str:
    start = location.range.start
    return f"{_path(location.uri)}:{start.line + 1}:{start.character + 1}"


def _path(uri: str) -> str:
    return uris.path_of(uri) or uri
