"""The parts of the benchmark: trees to measure, what a process uses, and how figures are shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from dowse.settings import Settings
from dowse_dev.benchmark.client import Server, ServerFailed
from dowse_dev.benchmark.limits import Limits, limits
from dowse_dev.benchmark.measures import Figures, Times
from dowse_dev.benchmark.meter import Meter
from dowse_dev.benchmark.peers import VectorFigures
from dowse_dev.benchmark.report import Result, growth, plot, text
from dowse_dev.benchmark.trees import Tree, copied, made_up, queries, switched

LIMITS = Limits(
    0.5, 10_000_000, {"read": 0.01, "hash": 0.1, "parse": 1.0, "chunk": 2.0, "count words": 0.4, "embed": 0.5}
)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def figures(chunks: int) -> Figures:
    made = Figures(Tree("made", Path("made"), chunks // 8, chunks * 300), chunks)
    made.cold_seconds, made.cold_cpu_seconds, made.cold_peak_mb = [chunks / 2000], [chunks / 1500], [200.0]
    made.first_hit_ms, made.initialize_ms, made.reopened_ms, made.shutdown_ms = [900.0], [500.0], [800.0], [50.0]
    made.warm = made.while_indexing = made.saved_ms = made.typed_ms = Times((4.0, 5.0, 6.0))
    made.disk_mb, made.idle_mb = chunks * 1.5e-3, 120.0
    return made


def result(chunks: int) -> Result:
    times = Times((1.0,))
    return Result(figures(chunks), (400.0,), (), None, VectorFigures(chunks, 1.0, 0.99, times, times), LIMITS)


def test_a_made_up_tree_is_the_same_each_time(tmp_path):
    one, other = made_up(40, tmp_path / "one"), made_up(40, tmp_path / "other")
    assert contents(one.folder) == contents(other.folder)
    assert one.files == 5


def test_a_copy_has_what_would_be_indexed_and_leaves_the_original_alone(tmp_path):
    original = tmp_path / "original"
    (original / "build").mkdir(parents=True)
    (original / ".gitignore").write_text("build/\n")
    (original / "kept.py").write_text("def kept(): ...\n")
    (original / "build" / "made.py").write_text("def made(): ...\n")
    before = contents(original)
    tree = copied(original, tmp_path / "work")
    for path, _, other in switched(tree, 10):
        path.write_bytes(other)
    assert "build/made.py" not in contents(tree.folder)
    assert b"on_the_other_branch" in contents(tree.folder)["kept.py"]
    assert contents(original) == before


def test_queries_are_different_and_half_of_them_are_sentences(tmp_path):
    tree = made_up(80, tmp_path)
    asked = queries(tree, Settings(), 40)
    assert len(set(asked)) == 40
    assert 15 <= sum(" " in query for query in asked) <= 25


def test_each_step_of_indexing_is_measured_by_itself(tmp_path):
    tree = made_up(80, tmp_path)
    found = limits(tree, Settings())
    assert found.bytes == tree.bytes
    assert found.share == 1
    assert all(seconds > 0 for seconds in found.seconds.values())


def test_what_a_part_takes_tells_what_the_whole_would():
    assert LIMITS.rate("parse") == 10
    assert LIMITS.whole("read", "hash", "parse") == pytest.approx(2.22)


def test_memory_and_time_of_children_count(tmp_path):
    held = "import sys; held = bytearray(80_000_000); sum(range(3_000_000)); print(flush=True); sys.stdin.read()"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {held!r}])"
    process = subprocess.Popen([sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    meter = Meter(process.pid)
    assert process.stdout is not None
    process.stdout.readline()
    usage = meter.usage()
    process.communicate()
    meter.stop()
    assert usage.peak_mb >= usage.memory_mb > 80
    assert usage.cpu_seconds > 0


def test_a_server_that_cannot_start_is_said_to_have_ended(tmp_path):
    with pytest.raises(ServerFailed, match="ended"):
        Server(tmp_path, tmp_path / "cache", ["no.such.setting"])


def test_percentiles_are_those_of_the_sample():
    assert str(Times(tuple(map(float, range(101))))) == "50.0 / 95.0 / 99.0"


def test_every_figure_has_a_line_with_its_ratio():
    shown = text(result(1000))
    assert "1,000 chunks" in shown
    assert "500 ms, 1.25 × the bare imports" in shown
    assert "2,000 chunks/s" in shown


def test_growth_is_shown_by_size():
    table, *rows = growth([result(5000), result(500)]).splitlines()
    assert "chunks" in table
    assert [row.split()[0] for row in rows] == ["500", "5,000"]
    drawn = ET.fromstring(plot([result(5000), result(500)]))
    assert len(drawn.findall("{http://www.w3.org/2000/svg}polyline")) == 5
