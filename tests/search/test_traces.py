"""Stack traces pasted as queries."""

import pytest

from dowse.search.query import SearchRequest
from dowse.search.question import understand
from dowse.search.traces import read_trace

PYTHON = """Traceback (most recent call last):
  File "/srv/app/main.py", line 3, in <module>
    run()
  File "/srv/app/net/retry.py", line 41, in fetch_with_backoff
    return self.fetch(url)
           ^^^^^^^^^^^^^^^
TimeoutError: the depot did not answer
"""
JAVASCRIPT = """TypeError: Cannot read properties of undefined (reading 'id')
    at renderRow (/srv/web/src/table.ts:88:14)
    at async Table.draw (/srv/web/src/table.ts:40:5)
    at node:internal/process/task_queues:95:5
"""
JAVA = """java.lang.IllegalStateException: no route
\tat waybill.routing.RoundPlanner.plan(RoundPlanner.java:61)
\tat waybill.Main.main(Main.java:9)
"""
GO = """panic: lease lost

goroutine 1 [running]:
waybill/internal/queue.(*Queue).Fail(0xc000012345, 0x1)
\t/src/worker/internal/queue/queue.go:95 +0x1d
main.main()
\t/src/worker/cmd/worker/main.go:20 +0x2a
"""
RUST = """thread 'main' panicked at src/main.rs:7:5:
label too long
stack backtrace:
   0: waybill::parse::next
             at ./src/parse.rs:68:9
   1: waybill::main
             at ./src/main.rs:7:5
"""
RUBY = """monthly.rb:27:in `to_csv': undefined method `sum' for nil (NoMethodError)
\tfrom monthly.rb:12:in `write'
"""


@pytest.mark.parametrize(
    ("text", "message", "function", "path"),
    [
        (PYTHON, "TimeoutError: the depot did not answer", "fetch_with_backoff", "srv/app/net/retry.py"),
        (JAVASCRIPT, "Cannot read properties of undefined", "renderRow", "srv/web/src/table.ts"),
        (JAVA, "no route", "waybill.routing.RoundPlanner.plan", "RoundPlanner.java"),
        (GO, "panic: lease lost", "queue.Queue.Fail", "src/worker/internal/queue/queue.go"),
        (RUST, "label too long", "waybill::parse::next", "./src/parse.rs"),
        (RUBY, "undefined method", "to_csv", "monthly.rb"),
    ],
)
def test_the_innermost_frame_comes_first_and_the_message_is_kept(text, message, function, path):
    trace = read_trace(text)
    assert message in trace.message
    assert trace.functions[0] == function
    assert trace.paths[0] == path


@pytest.mark.parametrize(
    "text",
    ["", "parse_header", "look at net/retry.py:41", "def f():\n    return 1\n\n\nclass A:\n    x = 1\n", "a\nb\nc"],
)
def test_other_text_is_no_trace(text):
    assert read_trace(text) is None


def test_a_pasted_trace_asks_for_its_functions_and_files_and_not_for_its_source_lines():
    asked = understand(SearchRequest(PYTHON))
    assert asked.names[0] == "fetch_with_backoff"
    assert "srv/app/net/retry.py" in asked.paths
    assert "traceback" not in asked.terms
    assert "timeout" in asked.terms
