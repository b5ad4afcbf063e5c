import pytest

from dowse.index.tuning import IndexTuning
from dowse.index.writer import IndexWriter
from index.samples import use_model


@pytest.fixture
def root(tmp_path):
    (tmp_path / "workspace").mkdir()
    return tmp_path / "workspace"


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


@pytest.fixture
def open_index(root, cache):
    """Opens the folder's index, and closes it when the test ends; takes fields of an ``IndexTuning``."""
    opened = []

    def open_index(**tuning):
        opened.append(IndexWriter.open(root, cache, IndexTuning(**tuning)))
        return opened[-1]

    yield open_index
    for index in opened:
        index.close()


@pytest.fixture
def index(open_index):
    """An index with a model, of a folder that has been read."""
    return ready(open_index())


@pytest.fixture
def reopened(open_index):
    """Opens the index with a tuning, as above, after closing it where it is open."""
    opened = []

    def reopened(**tuning):
        for index in opened:
            index.close()
        opened[:] = [ready(open_index(**tuning))]
        return opened[0]

    return reopened


def ready(index):
    use_model(index)
    index.mark_complete()
    return index
