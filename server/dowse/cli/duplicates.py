"""``dowse duplicates``: find functions that do nearly the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dowse.cli.options import filter_options, form_options, invocation

if TYPE_CHECKING:
    from dowse.cli.presentation import Format
    from dowse.search.query import Clusters, DuplicatesAnswer, Tests


@click.command("duplicates", short_help="Find functions that do nearly the same.")
@click.argument("path", type=click.Path(exists=True, path_type=Path), default=".")
@click.option(
    "-n", "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="At most this many clusters."
)
@click.option(
    "--min-lines",
    type=click.IntRange(1, 10_000),
    default=6,
    show_default=True,
    help="Leave out functions with fewer lines of code.",
)
@click.option(
    "--min-similarity",
    type=click.FloatRange(0.5, 1),
    default=0.8,
    show_default=True,
    help="How similar near-duplicates are; 1 is the same but for names, numbers and comments.",
)
@filter_options
@form_options("function")
@click.pass_context
def command(
    ctx: click.Context,
    path: Path,
    limit: int,
    min_lines: int,
    min_similarity: float,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    languages: tuple[str, ...],
    tests: Tests,
    form: Format,
    no_wait: bool,
) -> int:
    """Find functions in PATH (the current folder if not given) that do nearly the same.

    Copies that were renamed or whose statements were put in another order count, and the same in another language.
    The clusters that would save most lines if they were merged come first; those that lie in tests, examples and
    vendored code alone come last. Boilerplate (accessors, special methods, stubs, test fixtures, generated code) is
    left out.

    Of each cluster the first function is the one that the others are most like; "saves" are the lines that one
    function in place of all would save, about.

    Exit codes: 0 found, 1 nothing found, 2 an error.
    """
    from dowse.cli import target
    from dowse.cli.progress import wait_for_index, wait_for_opening, working
    from dowse.cli.session import conclude, opened
    from dowse.search.query import DuplicatesRequest

    place = target.resolve(path)
    request = DuplicatesRequest(limit, min_lines, min_similarity, place.filter(include, exclude, languages, tests))
    with opened(place.root, invocation(ctx)) as engine:
        (wait_for_opening if no_wait else wait_for_index)(engine)
        with working("Comparing functions") as progress:
            answer = engine.duplicates(request, progress=progress)
        _present(answer, form)
        return conclude(engine, answer.index, found=bool(answer.clusters.clusters))


def _present(answer: DuplicatesAnswer, form: Format) -> None:
    from dowse.cli import streams

    if form == "json":
        streams.emit(json.dumps(_value(answer), ensure_ascii=True) + "\n")
    elif form == "quickfix":
        streams.emit(_quickfix(answer.clusters))
    else:
        streams.emit(_text(answer.clusters))


def _value(answer: DuplicatesAnswer) -> dict[str, Any]:
    from dowse.cli.values import hit_value, index_value

    found = answer.clusters
    return {
        "clusters": [
            {
                "copies": [hit_value(copy) for copy in cluster.copies],
                "similarity": round(cluster.similarity, 6),
                "savedLines": cluster.saved_lines,
            }
            for cluster in found.clusters
        ],
        "found": found.found,
        "compared": found.compared,
        "leftOut": {why.value: count for why, count in found.left_out.items()},
        "savedLines": found.saved_lines,
        "index": index_value(answer.index),
        "tookMs": round(answer.took_ms, 3),
    }


def _quickfix(found: Clusters) -> str:
    from dowse.cli.hit_lines import quickfix_place, title

    return "".join(
        f"{quickfix_place(copy)}: {''.join(title(copy))} — cluster {number}, {len(cluster.copies)} copies, "
        f"{copy.score:.0%} alike, {cluster.saved_lines} lines\n"
        for number, cluster in enumerate(found.clusters, 1)
        for copy in cluster.copies
    )


_LONGEST_NAME = 40
"""Characters to which a column of names grows; a longer name pushes what stands behind it."""


def _text(found: Clusters) -> str:
    """Return a table with a row for each copy, and the total below it."""
    from dowse.cli.hit_lines import shown_place, title

    if not found.clusters:
        return _summary(found) + "\n"
    names = {id(copy): "".join(title(copy)) for cluster in found.clusters for copy in cluster.copies}
    width = max(len("function"), *(len(name) for name in names.values() if len(name) <= _LONGEST_NAME), 0)
    digits = max(len("saves"), len(str(found.saved_lines)))

    def row(number: object, alike: str, saves: object, name: str, place: str) -> str:
        return f"{number:>5}  {alike:>5}  {saves:>{digits}}  {name:<{width}}  {place}".rstrip()

    lines = [row("", "alike", "saves", "function", "where")]
    for number, cluster in enumerate(found.clusters, 1):
        for place, copy in enumerate(cluster.copies):
            head = (number, cluster.saved_lines) if not place else ("", "")
            lines.append(row(head[0], f"{copy.score:.0%}", head[1], names[id(copy)], shown_place(copy)))
    lines.append(f"total         {found.saved_lines:>{digits}}  {_summary(found)}")
    return "\n".join(lines) + "\n"


def _summary(found: Clusters) -> str:
    shown = f"{len(found.clusters):,} of {found.found:,}" if len(found.clusters) < found.found else f"{found.found:,}"
    clusters = "cluster" if found.found == 1 else "clusters"
    text = f"{shown} {clusters} of near-duplicates among {found.compared:,} functions."
    if found.left_out:
        reasons = ", ".join(f"{count:,} {why.value}" for why, count in sorted(found.left_out.items()))
        text += f" Left out as boilerplate: {reasons}."
    return text
