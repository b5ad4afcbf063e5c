"""``dowse key``: keep the keys of remote models in the system's keyring."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import click

from dowse.cli.options import invocation, shared_options


@click.group("key", invoke_without_command=True, short_help="Keep keys of remote models in the system's keyring.")
@shared_options
@click.pass_context
def command(ctx: click.Context) -> None:
    """Keep keys of remote models in the system's keyring.

    ACCOUNT is openai, huggingface, or the host of another endpoint as its address has it: llm.example.com:8443.
    A key is sent to its own endpoint and to no other, and never shown. Variables go before the keyring:
    DOWSE_KEY_OPENAI, DOWSE_KEY_LLM_EXAMPLE_COM_8443, then OPENAI_API_KEY or HF_TOKEN for the services that these
    belong to.

    Exit codes: 0 done, 1 there was no such key, 2 an error.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


@command.command("set", short_help="Keep a key.")
@click.argument("account")
@shared_options
def set_key(account: str) -> int:
    """Ask for the key of ACCOUNT, or read it from standard input, and keep it."""
    from dowse.cli import streams
    from dowse.embedding.model import ModelError
    from dowse.embedding.remote.keys import Key, KeyringUnavailable, store_key

    name = _account(account)
    try:
        store_key(name, Key(_asked_for(name)))
    except (KeyringUnavailable, ModelError) as error:
        raise click.ClickException(str(error)) from None
    streams.report(f"the key of {name} is in the keyring")
    return 0


@command.command("remove", short_help="Forget a key.")
@click.argument("account")
@shared_options
def remove(account: str) -> int:
    """Remove the key of ACCOUNT from the keyring."""
    from dowse.cli import streams
    from dowse.embedding.remote.keys import KeyringUnavailable, remove_key

    name = _account(account)
    try:
        removed = remove_key(name)
    except KeyringUnavailable as error:
        raise click.ClickException(str(error)) from None
    streams.report(f"the key of {name} is removed" if removed else f"the keyring has no key of {name}")
    return 0 if removed else 1


@command.command("list", short_help="Say which keys there are.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@shared_options
@click.pass_context
def list_keys(ctx: click.Context, as_json: bool) -> int:
    """Say of each service, and of each endpoint that the user's settings name, where its key is; not the key."""
    from dowse.cli import streams
    from dowse.embedding.remote.keys import find_key

    places: dict[str, str | None] = {}
    for account in dict.fromkeys(("openai", "huggingface", *_named_accounts(invocation(ctx).assignments))):
        found = find_key(account)
        places[account] = found.source if found else None
    if as_json:
        streams.emit(json.dumps({"keys": places}, ensure_ascii=True) + "\n")
    else:
        widest = max(map(len, places))
        streams.emit("".join(f"{name:<{widest}}  {place or 'no key'}\n" for name, place in places.items()))
    return 0


def _asked_for(name: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    secret: str = click.prompt(f"Key of {name}", hide_input=True, err=True)
    return secret


def _account(name: str) -> str:
    """Return an account as keys are kept under it; a URL is taken for its host."""
    from dowse.embedding.remote.address import Address
    from dowse.embedding.remote.keys import account_of

    address = name if "://" in name else f"https://{name}"
    return account_of(Address("", address)) if Address("", address).host else name


def _named_accounts(assignments: tuple[str, ...]) -> Iterator[str]:
    """Yield the accounts of the endpoints that the user's settings name."""
    from dowse.cli import configuration
    from dowse.embedding.model import ModelError
    from dowse.embedding.providers import is_remote
    from dowse.embedding.remote.endpoints import address_of
    from dowse.embedding.remote.keys import account_of
    from dowse.settings import models_of, user_settings

    settings = configuration.assigned(user_settings()[0], assignments)
    for spec in (*models_of(settings.models, "code"), *models_of(settings.models, "prose")):
        if is_remote(spec):
            try:
                yield account_of(address_of(spec))
            except ModelError:
                continue  # the name is wrong, which 'dowse doctor' tells
