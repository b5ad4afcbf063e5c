"""What the tests of search share."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dowse.engine import Engine
from search.workspaces import workspaces


@pytest.fixture
def open_workspace(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """Return what writes files, opens them as a workspace and gives its engine: see ``search.workspaces``."""
    with workspaces(tmp_path) as open_:
        yield open_


@pytest.fixture(scope="module")
def open_shared_workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Engine]]:
    """The same, of one workspace for all tests of a file, which must not change it."""
    with workspaces(tmp_path_factory.mktemp("shared")) as open_:
        yield open_
