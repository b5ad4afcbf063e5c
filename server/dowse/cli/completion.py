"""What a shell offers to complete where click cannot know it by itself."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem


def languages(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return ids of languages."""
    from dowse.chunking.language_table import LANGUAGES

    return sorted(language.id for language in LANGUAGES if language.id.startswith(incomplete))


def models(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """Return names of the models in the table."""
    from dowse.embedding.registry import known_models

    return [model.name for model in known_models() if model.name.startswith(incomplete)]


def places(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell complete the file of a ``FILE:LINE``."""
    return [CompletionItem(incomplete, type="file")]
