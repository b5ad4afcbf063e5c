"""``dowse models``: which models there are, which is used, and getting another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

import click

from dowse.cli import completion
from dowse.cli.configuration import model_settings
from dowse.cli.lazy_group import LazyGroup
from dowse.cli.options import invocation, shared_options

if TYPE_CHECKING:
    from dowse.embedding.registry import KnownModel

_SPACES = click.Choice(["code", "prose"])


@click.group(
    "models",
    cls=LazyGroup,
    lazy={"test": "dowse.cli.model_trials:test", "compare": "dowse.cli.model_trials:compare"},
    moved={"bench": "dowse-dev bench-model"},
    short_help="List, try and choose embedding models.",
)
@shared_options
def command() -> None:
    """List, try and choose the models that find code and prose by meaning.

    NAME is a short name from the list, or a spec as settings have it: hash:DIMENSIONS, sentence-transformers: and a
    folder or a hub name, or openai:, ollama: or huggingface: and a name (docs/remote-models.md).
    """


@command.command("list")
@click.option("--space", type=_SPACES, help="Only models made for code, or for prose.")
@click.option("--here", is_flag=True, help="Only models that are on this machine.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@shared_options
def list_(space: str | None, here: bool, as_json: bool) -> int:
    """List the models that Dowse knows. Nothing outside this machine is asked.

    Others work, too: any model of sentence-transformers by its folder or hub name.
    """
    from dowse.cli import streams
    from dowse.embedding.downloads import is_here
    from dowse.embedding.registry import known_models

    shown = [(model, is_here(model)) for model in known_models() if not space or space in model.spaces]
    shown = [(model, present) for model, present in shown if present or not here]
    if as_json:
        streams.emit(json.dumps({"models": [{**_value(model), "here": present} for model, present in shown]}) + "\n")
    else:
        streams.emit(_table(shown))
    return 0 if shown else 1


@command.command("info")
@click.argument("name", shell_complete=completion.models)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@shared_options
@click.pass_context
def info(ctx: click.Context, name: str, as_json: bool) -> int:
    """Show what is known of a model, without opening it."""
    from dowse.cli import streams
    from dowse.embedding.downloads import is_here
    from dowse.embedding.registry import find

    known = find(name)
    if known is None:
        raise click.ClickException(
            f"'{name}' is not in the table of models (dowse models list). 'dowse models test {name}' opens it."
        )
    value = {**_value(known), "here": is_here(known), "usedFor": _used_for(ctx, known)}
    if as_json:
        streams.emit(json.dumps(value) + "\n")
        return 0
    rows = {
        "name": known.name,
        "spec": known.spec,
        "made for": " and ".join(known.spaces),
        "used for": " and ".join(value["usedFor"]) or "nothing",
        "on this machine": _presence(known, value["here"]),
        "dimensions": str(known.dimensions),
        "longest text": f"{known.max_tokens:,} tokens",
        "pooling": known.pooling,
        "before a query": known.query_prefix,
        **{f"{kind} query": prefix for kind, prefix in known.query_prefixes.items()},
        "before a text": known.document_prefix,
        "size": f"{known.megabytes:,} MB" if known.megabytes else "",
        "licence": known.licence,
        "note": _notes(known),
    }
    streams.emit("".join(f"{label:<22} {streams.escaped(text)}\n" for label, text in rows.items() if text))
    return 0


@command.command("download")
@click.argument("name", shell_complete=completion.models)
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@shared_options
@click.pass_context
def download(ctx: click.Context, name: str, yes: bool) -> int:
    """Download a model from the hub, after saying how large it is.

    This is your consent to this one download; models.allowDownload need not be on.
    """
    from dowse.cli import streams
    from dowse.cli.summary import size
    from dowse.embedding import downloads
    from dowse.embedding.registry import find, in_full

    provider, _, reference = in_full(name).partition(":")
    if provider != "sentence-transformers":
        raise click.ClickException(f"'{name}' is no sentence-transformers model: others are not downloaded.")
    settings = model_settings(invocation(ctx))
    plan = downloads.plan_download(reference, settings)
    known = find(name)
    streams.emit(f"{plan.name}: {plan.files} files, {size(plan.bytes)}\n")
    if known is not None and (note := _notes(known)):
        streams.report(f"note: {note}")
    if not yes:
        click.confirm("Download it?", abort=True, err=True)
    _show_progress(streams.is_animated())
    downloads.download(reference, settings)
    streams.emit(f"{plan.name} is on this machine\n")
    return 0


@command.command("use")
@click.argument("name", shell_complete=completion.models)
@click.option(
    "--space",
    type=_SPACES,
    multiple=True,
    help="For code, or for prose; else for what it was made for, or for code where that is not known.",
)
@click.option("--trust-remote-code", is_flag=True, help="Let the model's own Python code run, without being asked.")
@shared_options
@click.pass_context
def use(ctx: click.Context, name: str, space: tuple[str, ...], trust_remote_code: bool) -> int:
    """Choose the model of a space, in your own settings file.

    Indexes are built anew beside the old ones, which answer until then.
    """
    from dowse.cli import streams
    from dowse.cli.user_settings import write_setting
    from dowse.embedding.downloads import is_here
    from dowse.embedding.providers import PROVIDERS
    from dowse.embedding.registry import find, in_full
    from dowse.settings import user_file

    provider, _, rest = in_full(name).partition(":")
    known = find(name)
    if provider not in PROVIDERS or (provider == "sentence-transformers" and not rest):
        raise click.ClickException(f"There is no model '{name}'; 'dowse models list' shows those there are.")
    spaces = space or (known.spaces if known else ("code", "prose") if name == "builtin" else ("code",))
    trusted = model_settings(invocation(ctx)).trust_remote_code
    if known is not None and known.own_code and known.id not in trusted:
        if not trust_remote_code:
            click.confirm(
                f"{known.id} brings Python code of its own, which would run on this machine. Do you trust its authors?",
                abort=True,
                err=True,
            )
        write_setting(user_file(), "models", "trustRemoteCode", [*trusted, known.id])
    for one in spaces:
        write_setting(user_file(), "models", one, name)
        streams.emit(f"models.{one} = {name}  ({streams.escaped(str(user_file()))})\n")
    if known is not None and (note := _notes(known)):
        streams.report(f"note: {note}")
    if known is not None and known.provider == "sentence-transformers" and not is_here(known):
        streams.report(f"note: it is not on this machine yet: dowse models download {name}")
    return 0


def _used_for(ctx: click.Context, known: KnownModel) -> list[str]:
    from dowse.embedding.registry import SpaceName, find
    from dowse.settings import models_of

    settings = model_settings(invocation(ctx))
    return [space for space in get_args(SpaceName) if known in map(find, models_of(settings, space))]


def _value(known: KnownModel) -> dict[str, Any]:
    return {
        "name": known.name,
        "spec": known.spec,
        "spaces": known.spaces,
        "dimensions": known.dimensions,
        "maxTokens": known.max_tokens,
        "pooling": known.pooling,
        "queryPrefix": known.query_prefix,
        "queryPrefixes": dict(known.query_prefixes),
        "documentPrefix": known.document_prefix,
        "licence": known.licence,
        "nonCommercial": known.non_commercial,
        "megabytes": known.megabytes,
        "ownCode": known.own_code,
        "multilingual": known.multilingual,
        "note": known.note,
    }


def _table(shown: list[tuple[KnownModel, bool]]) -> str:
    header = ("NAME", "SPACES", "DIMS", "SIZE", "LICENCE", "HERE", "NOTE")
    rows = [
        (
            model.name,
            " ".join(model.spaces),
            str(model.dimensions),
            f"{model.megabytes} MB" if model.megabytes else "-",
            model.licence,
            _presence(model, present),
            _notes(model),
        )
        for model, present in shown
    ]
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    lines = ("  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in (header, *rows))
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _presence(known: KnownModel, present: bool) -> str:
    return {"openai": "service", "ollama": "server"}.get(known.provider, "yes" if present else "no")


def _notes(known: KnownModel) -> str:
    """Say what somebody should know before choosing the model."""
    parts = ["its licence forbids commercial use"] if known.non_commercial else []
    if known.own_code:
        parts.append("runs code of its own, with your consent")
    if known.provider == "openai":
        parts.append("texts and questions are sent to OpenAI")
    return "; ".join([*parts, *([known.note] if known.note else [])])


def _show_progress(is_animated: bool) -> None:
    try:
        from huggingface_hub.utils import disable_progress_bars, enable_progress_bars
    except ImportError:  # said by whoever downloads
        return
    (enable_progress_bars if is_animated else disable_progress_bars)()
