"""Files that are reported to have changed, until they are read."""

from hypothesis import given
from hypothesis import strategies as st

from dowse.workspace.changes import LIMIT, LONGEST, QUIET, ReportedPaths, fold_paths

NOW = 100.0


def test_a_path_that_is_reported_again_is_one_path():
    reported = ReportedPaths()
    reported.add(["a.py", "b.py"], NOW, at_once=False)
    reported.add(["a.py"], NOW, at_once=False)
    assert reported.take() == (frozenset(["a.py", "b.py"]), frozenset())
    assert (reported.take(), reported.due) == ((frozenset(), frozenset()), None)


def test_they_are_due_when_it_is_quiet_and_at_the_latest_after_a_while():
    reported = ReportedPaths()
    assert reported.due is None
    reported.add(["a.py"], NOW, at_once=False)
    assert reported.due == NOW + QUIET
    reported.add(["b.py"], NOW + QUIET / 2, at_once=False)
    assert reported.due == NOW + QUIET / 2 + QUIET
    for tenth in range(1, 40):
        reported.add(["c.py"], NOW + tenth * QUIET / 2, at_once=False)
    assert reported.due <= NOW + LONGEST


def test_what_is_due_at_once_is_not_put_off_by_what_a_watcher_sees_of_it():
    reported = ReportedPaths()
    reported.add(["a.py"], NOW, at_once=True)
    reported.add(["a.py"], NOW, at_once=False)
    assert reported.due == NOW


def test_nothing_reported_is_nothing_due():
    reported = ReportedPaths()
    reported.add([], NOW, at_once=True)
    assert reported.due is None


def test_a_distrusted_path_stays_so_until_it_is_read():
    reported = ReportedPaths()
    reported.add(["a.py"], NOW, at_once=True, distrusted=True)
    reported.add(["a.py"], NOW, at_once=True)
    assert reported.take() == (frozenset(["a.py"]), frozenset(["a.py"]))


def test_a_burst_becomes_its_directories():
    reported = ReportedPaths()
    reported.add([f"part{number % 10}/deep/{number}.py" for number in range(LIMIT + 1)], NOW, at_once=False)
    assert reported.paths == {f"part{number}/deep" for number in range(10)}


def test_a_burst_of_files_at_the_top_becomes_the_whole_folder():
    reported = ReportedPaths()
    reported.add([f"{number}.py" for number in range(LIMIT + 1)], NOW, at_once=False)
    assert reported.paths == {""}


PATHS = st.lists(st.sampled_from("abc"), min_size=1, max_size=5).map("/".join)


@given(paths=st.sets(PATHS, min_size=1, max_size=60), limit=st.integers(1, 20))
def test_folding_loses_no_path(paths, limit):
    folded = fold_paths(set(paths), limit)
    assert len(folded) <= max(limit, 1)
    assert all(any(path == each or not each or path.startswith(f"{each}/") for each in folded) for path in paths)
