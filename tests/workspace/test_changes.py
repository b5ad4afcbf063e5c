"""The queue of changed paths. Times are short, and what is tested is order and completeness, not time."""

from concurrent.futures import ThreadPoolExecutor

from dowse.workspace.changes import ChangeQueue


def test_changes_come_out_once_in_one_batch():
    queue = ChangeQueue(quiet=0.05)
    queue.put(["/a", "/b"])
    queue.put(["/b", "/c"])
    assert len(queue) == 3
    assert queue.get(5) == {"/a", "/b", "/c"}
    assert len(queue) == 0


def test_nothing_comes_out_before_it_is_quiet():
    queue = ChangeQueue(quiet=60)
    queue.put(["/a"])
    assert queue.get(0.01) is None
    assert len(queue) == 1


def test_a_stream_without_an_end_still_comes_out():
    queue = ChangeQueue(quiet=60, longest=0.05)
    queue.put(["/a"])
    assert queue.get(5) == {"/a"}


def test_an_empty_queue_gives_up_after_the_timeout():
    queue = ChangeQueue()
    queue.put([])
    assert queue.get(0.01) is None


def test_a_change_wakes_the_one_who_waits():
    queue = ChangeQueue(quiet=0.01)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(queue.get)
        queue.put(["/a"])
        assert waiting.result(5) == {"/a"}


def test_closing_lets_go_of_those_who_wait():
    queue = ChangeQueue()
    with ThreadPoolExecutor(2) as threads:
        waiting = [threads.submit(queue.get) for _ in range(2)]
        queue.close()
        assert [each.result(5) for each in waiting] == [None, None]
    queue.put(["/a"])
    assert queue.get() is None


def test_a_burst_becomes_the_directories_it_touched():
    queue = ChangeQueue(quiet=0.01, limit=100)
    queue.put(["/r/README"])
    queue.put(f"/r/src/pkg{n % 10}/deep/{n}.py" for n in range(200))
    assert queue.get(5) == {"/r/README", *(f"/r/src/pkg{n}/deep" for n in range(10))}


def test_a_burst_over_many_directories_becomes_their_common_one():
    queue = ChangeQueue(quiet=0.01, limit=100)
    queue.put(f"/r/src/{n}/{n}/a.py" for n in range(500))
    assert queue.get(5) == {"/r/src"}


def test_no_path_is_lost_between_threads():
    queue = ChangeQueue(quiet=0.05)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: queue.put([f"/{n}"]), range(2_000)))
    assert queue.get(5) == {f"/{n}" for n in range(2_000)}
