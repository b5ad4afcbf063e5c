"""A server with the tests' small engine, that can be told to misbehave: ``python entry.py RESULTS [WHAT ...]``."""

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from dowse.lsp.server import run
from dowse.lsp.tuning import Tuning
from e2e.engines import LineEngine


def main() -> int:
    results, *what = sys.argv[1:]

    def make(*args: Any, **kwargs: Any) -> LineEngine:
        if "slow-start" in what:
            time.sleep(60)
        engine = LineEngine(*args, **kwargs)
        if "print" in what:
            print("this would break the stream")  # noqa: T201 - what a library may do
            sys.__stdout__.write("and so would this\n")
        if "deaf" in what:
            engine.deaf = True
            engine.released.clear()
        if "never-stop" in what:
            engine.stop = lambda timeout=1.5: time.sleep(60)  # type: ignore[method-assign]
        return engine

    tuning = Tuning(parent_interval=0.1)  # so that a test need not wait long for what does not happen
    if "small-limits" in what:
        tuning = replace(tuning, unsent_bytes=1_000_000)
    addresses = {name: ("127.0.0.1", 0) for name in ("tcp", "websocket") if name in what}
    return run(
        make,  # type: ignore[arg-type]
        tcp=addresses.get("tcp"),
        websocket=addresses.get("websocket"),
        results_dir=Path(results),
        settings={},
        tuning=tuning,
    )


if __name__ == "__main__":
    sys.exit(main())
