"""``dowse server``: the language server."""

from __future__ import annotations

import ipaddress

import click

from dowse.cli.options import invocation, shared_options


def _address(value: str) -> tuple[str, int]:
    """Read ``HOST:PORT`` on the loopback interface: whoever can connect can read the workspace."""
    host, _, port = value.rpartition(":")
    host = host.strip("[]") or "127.0.0.1"
    if not port.isascii() or not port.isdecimal() or int(port) > 65535:
        raise click.BadParameter(f"'{value}' is no HOST:PORT.")
    if not _is_loopback(host):
        raise click.BadParameter(f"'{host}' is not on this machine; only loopback addresses are served.")
    return host, int(port)


@click.command(
    "server",
    short_help="Run the language server.",
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
@click.option("--stdio", is_flag=True, expose_value=False, help="Speak over standard input and output (the default).")
@click.option("--tcp", type=_address, metavar="HOST:PORT", help="Wait for one client on this loopback address.")
@click.option("--websocket", type=_address, metavar="HOST:PORT", help="The same over WebSocket.")
@shared_options
@click.pass_context
def command(ctx: click.Context, tcp: tuple[str, int] | None, websocket: tuple[str, int] | None) -> int:
    """Serve an editor by the language server protocol.

    Editors start this; options that they add and Dowse does not know are ignored.
    """
    import logging

    from dowse.cli import configuration, streams
    from dowse.settings import read_user_file

    if tcp and websocket:
        raise click.UsageError("--tcp and --websocket exclude each other.")
    if ctx.args:
        logging.getLogger(__name__).info("ignored: %s", " ".join(ctx.args))
    given = invocation(ctx)
    layer, problems = read_user_file()
    for problem in problems:
        streams.report(f"warning: {problem}")
    assignments = configuration.parse_assignments(given.assignments)

    from dowse.lsp import serve

    return serve(
        tcp=tcp,
        websocket=websocket,
        cache_dir=given.cache_dir,
        settings={**layer, **assignments},
    )


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
