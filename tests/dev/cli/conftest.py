"""Ways to run ``dowse-dev`` on the small workspace of the tests of ``dowse``."""

import pytest

from cli.conftest import caller, dowse, environment, home, workspace  # noqa: F401
from dowse_dev.cli.app import run


@pytest.fixture
def dowse_dev(environment, workspace, monkeypatch, capsys):  # noqa: F811
    """Run ``dowse-dev`` in this process, from the workspace."""
    return caller(run, environment, workspace, monkeypatch, capsys)
