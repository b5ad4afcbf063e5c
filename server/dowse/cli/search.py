"""``dowse search``: find code by what it does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dowse.chunking.chunk import Kind
from dowse.cli.options import answer_options, filter_options, invocation

if TYPE_CHECKING:
    from dowse.cli.presentation import Format
    from dowse.cli.target import Target
    from dowse.search.query import Filter, Mode, SpaceChoice, Tests


@click.command("search", short_help="Find code by what it does.")
@click.argument("query")
@click.argument("path", type=click.Path(exists=True, path_type=Path), default=".")
@click.option(
    "--space",
    type=click.Choice(["auto", "code", "prose"]),
    default="auto",
    show_default=True,
    help="Search code, or notes and documentation; with auto, the query decides.",
)
@click.option(
    "--mode",
    type=click.Choice(["hybrid", "semantic", "lexical"]),
    default="hybrid",
    show_default=True,
    help="Compare meanings, words, or both.",
)
@filter_options
@click.option(
    "--kind",
    "kinds",
    type=click.Choice([kind.value for kind in Kind], case_sensitive=False),
    multiple=True,
    metavar="KIND",
    help="Only symbols of this kind, as in function. Repeatable.",
)
@click.option("--changed", is_flag=True, help="Only files that git calls changed, added or untracked.")
@click.option("--explain", "explained", is_flag=True, help="Say of each hit why it is there.")
@answer_options
@click.pass_context
def command(
    ctx: click.Context,
    query: str,
    path: Path,
    space: SpaceChoice,
    mode: Mode,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    languages: tuple[str, ...],
    tests: Tests,
    kinds: tuple[str, ...],
    changed: bool,
    explained: bool,
    limit: int,
    min_score: float,
    form: Format,
    no_wait: bool,
) -> int:
    """Find what QUERY describes in PATH, a folder or a file (the current folder if not given).

    The first search of a workspace indexes it; later ones only read what has changed. The workspace is the git
    work tree around PATH, or else the nearest folder above with a .dowse.toml, or else PATH itself, so that searching
    a part of a repository makes no second index.

    Exit codes: 0 found, 1 nothing found, 2 an error.
    """
    from dowse.cli import streams, target
    from dowse.cli.presentation import present
    from dowse.cli.progress import wait_for_index, wait_for_opening
    from dowse.cli.session import conclude, opened
    from dowse.search.query import SearchRequest

    query = streams.typed(query)
    if not query.strip():
        raise click.UsageError("The query is empty.")
    place = target.resolve(path)
    wanted = place.filter(include, exclude, languages, tests, [Kind(name) for name in kinds])
    if changed:
        narrowed = _only_changed(place, wanted)
        if narrowed is None:
            streams.report("no file that is searched here has changed")
            return 1
        wanted = narrowed
    request = SearchRequest(query, limit, space, mode=mode, filter=wanted, min_score=min_score)
    with opened(place.root, invocation(ctx)) as engine:
        (wait_for_opening if no_wait else wait_for_index)(engine)
        answer = engine.search(request)
        present(answer.hits, answer.index, answer.took_ms, form, explained=explained)
        return conclude(engine, answer.index, found=bool(answer.hits))


def _only_changed(place: Target, wanted: Filter) -> Filter | None:
    """Return the filter of what git calls changed of what is wanted; None where that is nothing."""
    from dowse.workspace.git import changed_files

    files = changed_files(place.root)
    if files is None:
        raise click.UsageError("--changed asks git, which does not know this folder.")
    return place.narrow(wanted, files)
