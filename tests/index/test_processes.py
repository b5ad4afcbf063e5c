"""Two processes and one index: one writes, the others follow, and a kill at any moment leaves it whole."""

import random
import signal
import subprocess
import sys
import time

import pytest

from dowse.index.errors import IndexUnavailable
from index.samples import CODE, chunk, embed, file, matching, nearest, use_model
from index.writer import batch
from waiting import until


class Writer:
    """The process of ``index.writer``."""

    def __init__(self, root, cache, first=1):
        command = [sys.executable, "-m", "index.writer", str(root), str(cache), str(first)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def wait_for_batch(self):
        line = self.process.stdout.readline()
        assert line, "the writer has ended"
        return int(line)

    def kill(self):
        """Kill it, and return the last batch that it said was committed."""
        self.process.kill()
        rest, _ = self.process.communicate()
        assert self.process.returncode == -signal.SIGKILL
        return [int(line) for line in rest.split()]


@pytest.fixture
def writer(root, cache):
    writers = []

    def start(first=1):
        writers.append(Writer(root, cache, first))
        return writers[-1]

    yield start
    for each in writers:
        each.process.kill()
        each.process.wait()
        each.process.stdout.close()


def batch_of(index):
    """The batch that an index holds, after checking that it holds all of it and of no other."""
    numbers = {record.stamp.mtime_ns for record in index.snapshot.files().values()}
    assert len(numbers) == 1, f"files of several batches: {numbers}"
    (number,) = numbers
    assert len(index.snapshot.files()) == 10
    assert index.snapshot.counts().chunks == 40
    return number


@pytest.mark.parametrize("seed", range(4))
def test_a_kill_at_any_moment_loses_at_most_the_last_batch(writer, open_index, seed):
    process = writer()
    committed = process.wait_for_batch()
    delay = random.Random(seed).uniform(0, 0.15)
    time.sleep(delay)  # the moment of the kill is what this test varies
    committed = max([committed, *process.kill()])
    index = open_index()
    assert index.writable
    assert index.take_recovery() is None
    number = batch_of(index)
    assert number in (committed, committed + 1)
    stale = set(index.snapshot.stale_paths())
    embed(index, index.apply([each for each in batch(number) if each.path in stale]))
    embed(
        index, index.apply([each for each in batch(number) if each.path in index.snapshot.paths_without_vectors(100)])
    )
    names = {f"f{n}_{c}" for n in range(10) for c in range(4)}
    assert matching(index, f"batch{number}") == names
    assert set(nearest(index, f"f3_1\nbatch{number} word3 1")) == names
    assert nearest(index, f"f3_1\nbatch{number} word3 1")[0] == "f3_1"
    assert (index.snapshot.stale_paths(), index.snapshot.paths_without_vectors(10)) == ([], [])


def test_a_reader_follows_the_writer_and_takes_over_when_it_dies(writer, open_index):
    process = writer()
    process.wait_for_batch()
    reader = open_index()
    assert not reader.writable
    assert not reader.try_to_write()
    with pytest.raises(IndexUnavailable, match="Another process"):
        reader.apply(batch(1))
    seen = []
    for _ in range(5):
        process.wait_for_batch()
        until(reader.refresh)
        seen.append(batch_of(reader))
    assert seen == sorted(seen)
    assert seen[-1] > seen[0]
    committed = max([seen[-1], *process.kill()])
    until(reader.try_to_write)
    assert batch_of(reader) >= committed
    use_model(reader)
    embed(reader, reader.apply(batch(committed + 10)))
    assert len(matching(reader, f"batch{committed + 10}")) == 40
    assert reader.snapshot.stale_paths() == []


def test_a_writer_that_starts_while_another_writes_only_reads(root, cache, writer, open_index):
    index = open_index()
    process = writer()
    _, _ = process.process.communicate(timeout=30)
    assert process.process.returncode == 1
    assert index.writable


def test_a_reader_sees_files_words_vectors_models_and_removals(open_index):
    index, reader = open_index(), open_index()
    assert (index.writable, reader.writable) == (True, False)
    assert not reader.refresh()
    use_model(index)
    missing = index.apply([file("a.py", chunk("f", "alpha")), file("b.py", chunk("g", "beta"))])
    assert reader.refresh()
    assert (matching(reader, "alpha"), nearest(reader, "f\nalpha")) == ({"f"}, [])
    embed(index, missing)
    assert reader.refresh()
    assert nearest(reader, "f\nalpha") == ["f", "g"]
    index.clear()
    index.apply([file("b.py", chunk("g", "beta"))])
    assert reader.refresh()
    assert (nearest(reader, "f\nalpha"), matching(reader, "alpha")) == (["g"], set())
    assert reader.snapshot.generation == index.snapshot.generation
    assert not reader.refresh()


def test_a_reader_moves_to_the_database_that_took_the_place_of_a_damaged_one(open_index):
    index, reader = open_index(), open_index()
    use_model(index)
    index.apply([file("a.py", chunk("f", "alpha"))])
    reader.refresh()
    index._builder.database.damage = "a test says so"
    index.recover()
    use_model(index)
    embed(index, index.apply([file("b.py", chunk("g", "beta"))]))
    assert reader.refresh()
    assert list(reader.snapshot.files()) == ["b.py"]
    assert (matching(reader, "beta"), matching(reader, "alpha"), nearest(reader, "g\nbeta")) == ({"g"}, set(), ["g"])


def test_the_next_process_writes_when_this_one_closes(open_index):
    index, reader = open_index(), open_index()
    use_model(index)
    embed(index, index.apply([file("a.py", chunk("f", "alpha"))]))
    index.close()
    assert reader.try_to_write()
    assert reader.writable
    assert (matching(reader, "alpha"), nearest(reader, "f\nalpha"), reader.snapshot.stale_paths()) == ({"f"}, ["f"], [])
    assert len(reader.snapshot.spaces[CODE].named("f", 5)) == 1
