"""What may happen to the folder of the indexes: it fills up, cannot be written, rots, or is another version's."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from attacks.workspaces import HASH, caught_up, write_state
from dowse.engine import Engine
from dowse.index import database, schema
from dowse.index.location import directory_name
from dowse.search.query import SearchRequest

FULL = """
    import subprocess, sys, threading
    from pathlib import Path
    from attacks.workspaces import HASH, caught_up, write_state
    from waiting import until
    from dowse.engine import Engine
    from dowse.index.location import directory_name
    from dowse.search.query import SearchRequest
    from dowse.indexing.tuning import IndexingTuning

    scratch, kilobytes = Path(sys.argv[1]), sys.argv[2]
    root, cache = scratch / "root", scratch / "small"
    root.mkdir(), cache.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", cache], check=True)
    print("mounted", flush=True)
    write_state(root, 0)
    told = []
    engine = Engine(HASH, cache_dir=cache, on_message=lambda message: told.append(message.text),
                    tuning=IndexingTuning(retry_seconds=0.2))
    engine.start([root], watch=False)
    until(lambda: any("full" in text for text in told), "it never said that the disk is full")
    engine.open_document("untitled:1", "python", "def levitate_elephants(): pass")
    (hit,) = engine.search(SearchRequest("levitate elephants", limit=1)).hits
    assert hit.name == "levitate_elephants"
    subprocess.run(["mount", "-o", "remount,size=100m", cache], check=True)
    until(lambda: (s := engine.status()).folders and s.folders[0].files_indexed == len(list(root.rglob("*.*")))
          and s.folders[0].chunks_embedded == s.folders[0].chunks_total, f"it never went on: {told}")
    engine.stop(20)
    lived, _ = caught_up(root, cache)
    fresh, _ = caught_up(root, scratch / "fresh")
    assert lived == fresh, [key for key in fresh if lived[key] != fresh[key]]
    print(len(told), flush=True)
"""

READ_ONLY = """
    import subprocess, sys
    from pathlib import Path
    from attacks.workspaces import HASH, caught_up, write_state
    from dowse.engine import Engine
    from dowse.search.query import SearchRequest

    scratch = Path(sys.argv[1])
    root, cache = scratch / "root", scratch / "cache"
    root.mkdir(), cache.mkdir()
    write_state(root, 0)
    if sys.argv[2] == "filled":
        caught_up(root, cache)
    subprocess.run(["mount", "--bind", cache, cache], check=True)
    subprocess.run(["mount", "-o", "remount,ro,bind", cache], check=True)
    print("mounted", flush=True)
    told = []
    engine = Engine(HASH, cache_dir=cache, on_message=lambda message: told.append(message.text))
    engine.start([root], watch=False)
    assert engine.wait_until_ready(60)
    assert engine.search(SearchRequest("step value", limit=1)).hits[0].name.startswith("step_")
    engine.stop()
    assert [text for text in told if "temporary" in text and str(cache) in text], told
    print(len(told), flush=True)
"""


def in_a_namespace(script: str, *arguments: str) -> str:
    """Run a script that may mount; it prints ``mounted`` when that was allowed. Returns what it printed then."""
    ran = subprocess.run(
        ["unshare", "--map-root-user", "--mount", sys.executable, "-c", textwrap.dedent(script), *arguments],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    if not ran.stdout.startswith("mounted"):
        if "Error" in ran.stderr and "mount" not in ran.stderr:
            pytest.fail(ran.stderr)
        pytest.skip("mounting is not allowed here")
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.removeprefix("mounted\n")


needs_unshare = pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare and Linux")


@needs_unshare
@pytest.mark.parametrize("kilobytes", ["160", "330", "400"])
def test_a_full_disk_is_told_and_indexing_goes_on_when_there_is_room(tmp_path, kilobytes) -> None:
    assert int(in_a_namespace(FULL, str(tmp_path), kilobytes)) >= 1


@needs_unshare
@pytest.mark.parametrize("before", ["empty", "filled"])
def test_where_the_cache_cannot_be_written_an_index_is_made_for_the_session(tmp_path, before) -> None:
    assert in_a_namespace(READ_ONLY, str(tmp_path), before) == "1\n"


def test_a_newer_dowses_index_is_left_alone_and_open_documents_are_searched(tmp_path) -> None:
    root, cache = tmp_path / "root", tmp_path / "cache"
    root.mkdir()
    write_state(root, 0)
    caught_up(root, cache)
    path = cache / directory_name(root) / database.FILE_NAME
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    connection.close()
    before = path.read_bytes()
    told: list[str] = []
    engine = Engine(HASH, cache_dir=cache, on_message=lambda message: told.append(message.text))
    engine.start([root], watch=False)
    try:
        assert engine.wait_until_ready(60)
        engine.open_document("untitled:1", "python", "def levitate_elephants(): pass")
        assert [hit.name for hit in engine.search(SearchRequest("levitate elephants")).hits] == ["levitate_elephants"]
    finally:
        engine.stop()
    assert len(told) == 1
    assert "newer Dowse" in told[0]
    assert path.read_bytes() == before


def flip(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(3):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


DAMAGES = {
    "flipped": flip,
    "cut": lambda content, rng: content[: rng.randrange(len(content))],
    "replaced": lambda content, rng: rng.randbytes(len(content)),
}


def kind_of(path: Path) -> str:
    """What a file is for: its name without what tells it from its like."""
    return f"{path.parent.name.partition('-')[0]}/{path.name.rpartition('.')[2]}"


@pytest.mark.long
@pytest.mark.timeout(0)
@pytest.mark.parametrize("damage", DAMAGES)
def test_every_kind_of_file_may_rot(tmp_path, damage) -> None:
    """Left by a process that was killed, so that SQLite's log is there too; graphs are made as for many vectors."""
    rng = random.Random(damage)
    root, cache = tmp_path / "root", tmp_path / "cache"
    root.mkdir()
    write_state(root, 0)
    process = subprocess.Popen([sys.executable, "-c", textwrap.dedent(LEFT_BEHIND), cache, root])
    process.wait(60)
    fresh = caught_up(root, tmp_path / "fresh")[0]
    files: dict[str, Path] = {}
    for path in sorted((cache / directory_name(root)).rglob("*")):
        if path.is_file() and path.stat().st_size:
            files.setdefault(kind_of(path), path)
    assert any(name.endswith("db-wal") for name in files)
    for kind, path in files.items():
        rotten = tmp_path / "rotten"
        shutil.rmtree(rotten, ignore_errors=True)
        shutil.copytree(cache, rotten)
        damaged = rotten / path.relative_to(cache)
        damaged.write_bytes(DAMAGES[damage](damaged.read_bytes(), rng))
        held, told = caught_up(root, rotten)
        assert held == fresh, (kind, told, [key for key in fresh if held[key] != fresh[key]])
        assert len(told) <= 1, (kind, told)


LEFT_BEHIND = """
    import os, signal, sys
    from pathlib import Path
    from attacks.victim import COMPACTING
    from attacks.workspaces import HASH
    from dowse.engine import Engine
    from dowse.indexing.tuning import IndexingTuning
    engine = Engine(HASH, cache_dir=Path(sys.argv[1]), tuning=IndexingTuning(index=COMPACTING))
    engine.start([Path(sys.argv[2])], watch=False)
    assert engine.wait_until_ready(60)
    os.kill(os.getpid(), signal.SIGKILL)
"""
