import pytest

from dowse.index.folder import FolderIndex
from index.samples import use_model


@pytest.fixture
def root(tmp_path):
    (tmp_path / "workspace").mkdir()
    return tmp_path / "workspace"


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def index(root, cache):
    index = FolderIndex.open(root, cache)
    use_model(index)
    index.filled = True
    yield index
    index.close()
