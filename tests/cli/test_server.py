"""``dowse server``: how it is started. What it then says is tested under ``tests/lsp`` and ``tests/e2e``."""

import json

import pytest

from dowse import lsp


@pytest.fixture
def served(monkeypatch):
    """What the language server was started with."""
    calls = []

    def serve(**arguments):
        calls.append(arguments)
        return 0

    monkeypatch.setattr(lsp, "serve", serve)
    return calls


@pytest.mark.parametrize(
    "flags", [(), ("--stdio",), ("--stdio", "--clientProcessId=42"), ("--node-ipc", "--socket=6009", "extra", "-x")]
)
def test_editors_may_add_flags_of_their_own(dowse, served, flags):
    assert dowse("server", *flags).code == 0
    assert served == [{"tcp": None, "websocket": None, "cache_dir": None, "settings": {}}]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:2087", ("127.0.0.1", 2087)),
        ("localhost:0", ("localhost", 0)),
        ("[::1]:99", ("::1", 99)),
        (":2087", ("127.0.0.1", 2087)),
    ],
)
def test_it_serves_on_a_loopback_address(dowse, served, text, address):
    assert dowse("server", "--tcp", text).code == 0
    assert dowse("server", "--websocket", text).code == 0
    assert (served[0]["tcp"], served[1]["websocket"]) == (address, address)


@pytest.mark.parametrize(
    "address",
    ["0.0.0.0:2087", "example.org:80", "192.168.1.2:1", "localhost", "localhost:x", "localhost:70000", "[::]:1"],
)
def test_it_refuses_every_other_address(dowse, served, address):
    assert dowse("server", "--tcp", address).code == 2
    assert dowse("server", "--websocket", address).code == 2
    assert served == []


def test_two_transports_exclude_each_other(dowse, served):
    assert dowse("server", "--tcp", "localhost:1", "--websocket", "localhost:2").code == 2
    assert served == []


def test_the_users_settings_and_those_of_the_command_line_reach_it(dowse, served, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "dowse").mkdir()
    (tmp_path / "dowse" / "config.toml").write_text('[models]\ncode = "hash:64"\n')
    assert dowse("--cache-dir", str(tmp_path), "server", "--set", "files.maxSize=2000").code == 0
    assert served[0]["settings"] == {"models": {"code": "hash:64"}, "files.maxSize": 2000}
    assert served[0]["cache_dir"] == tmp_path


def test_it_speaks_over_standard_streams_and_ends_with_them(process):
    body = json.dumps({
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"processId": None, "rootUri": None, "capabilities": {}},
    }).encode()  # fmt: skip
    done = process("server", "--stdio", stdin=b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    assert done.out.startswith("Content-Length: ")
    assert '"serverInfo"' in done.out
