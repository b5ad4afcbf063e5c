"""Ways to run ``dowse-dev`` on the small workspace of the tests of ``dowse``."""

import pytest

from cli.conftest import Finished, dowse, environment, home, workspace  # noqa: F401
from dowse_dev.cli.app import run


@pytest.fixture
def dowse_dev(environment, workspace, monkeypatch, capsys):  # noqa: F811
    """Run ``dowse-dev`` in this process, from the workspace."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(workspace)

    def call(*arguments: str) -> Finished:
        code = run(arguments)
        captured = capsys.readouterr()
        return Finished(code, captured.out, captured.err)

    return call
