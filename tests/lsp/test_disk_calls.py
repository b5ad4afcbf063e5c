"""Calls to a disk that hangs cost a bounded wait and a bounded number of threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dowse.lsp.disk_calls import DiskCalls
from waiting import until


@pytest.fixture
def released() -> Iterator[threading.Event]:
    released = threading.Event()
    yield released
    released.set()


def disk_threads() -> int:
    return sum(thread.name == "dowse-disk" for thread in threading.enumerate())


def test_a_name_is_the_real_path(tmp_path: Path) -> None:
    disk = DiskCalls(patience=10, limit=1)
    (tmp_path / "link").symlink_to(tmp_path)
    assert disk.real_path_of((tmp_path / "link").as_uri() + "/a.py") == str(tmp_path / "a.py")
    assert disk.real_path_of("untitled:1") is None
    assert disk.real_paths([str(tmp_path / "link"), "/a/../b"]) == [str(tmp_path), "/b"]


def test_what_a_call_raises_reaches_who_asked() -> None:
    with pytest.raises(ZeroDivisionError):
        DiskCalls(patience=10, limit=1).call(lambda: 1 // 0, lambda: 0)


def test_a_call_that_hangs_is_answered_otherwise_and_few_may_hang(released: threading.Event) -> None:
    disk = DiskCalls(patience=0.01, limit=2)
    before = disk_threads()
    answers = [disk.call(lambda: released.wait(60), lambda: "otherwise") for _ in range(20)]
    assert answers == ["otherwise"] * 20
    assert disk_threads() - before == 2


def test_when_the_disk_answers_again_it_is_asked_again(released: threading.Event) -> None:
    disk = DiskCalls(patience=0.01, limit=1)
    disk.call(lambda: released.wait(60), lambda: False)
    assert disk.call(lambda: "asked", lambda: "not asked") == "not asked"
    released.set()
    until(lambda: disk.call(lambda: "asked", lambda: "not asked") == "asked")
