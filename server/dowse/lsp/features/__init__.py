"""What the server answers, one file for each feature; each has a ``register`` that adds its handlers."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dowse.lsp.server import DowseServer


def register(ls: "DowseServer") -> None:
    """Add all features."""
    from dowse.lsp.features import (
        code_action,
        code_lens,
        commands,
        configuration,
        diagnostics,
        duplicates,
        files,
        folders,
        hover,
        index_status,
        lifecycle,
        notebooks,
        notes,
        progress,
        semantic_search,
        server_status,
        similar_code,
        skipped_files,
        text_documents,
        workspace_symbol,
    )

    for feature in (
        lifecycle,
        configuration,
        folders,
        text_documents,
        notebooks,
        files,
        semantic_search,
        similar_code,
        duplicates,
        diagnostics,
        index_status,
        skipped_files,
        commands,
        workspace_symbol,
        code_action,
        hover,
        code_lens,
        notes,
        progress,
        server_status,
    ):
        feature.register(ls)
