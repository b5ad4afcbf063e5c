"""Hits as the engine gives them, for tests of how they are shown."""

from pathlib import Path
from typing import Any

from dowse.chunking.chunk import Kind, SpaceName
from dowse.search.query import Hit, Reason, Signal
from dowse.workspace.text import Span


def hit(folder: Path, path: str = "pkg/net.py", **changes: Any) -> Hit:
    values: dict[str, Any] = {
        "document": str(folder / path),
        "folder": str(folder),
        "path": path,
        "span": Span(9, 0, 12, 15),
        "selection": Span(10, 8, 10, 13),
        "name": "retry",
        "container": "Client",
        "kind": Kind.METHOD,
        "language": "python",
        "space": SpaceName.CODE,
        "score": 0.75,
        "text": "    @cached\n    def retry(self):\n        # 𝛼 wait\n        return 1",
        "reasons": (Reason(Signal.SEMANTIC, 0.6), Reason(Signal.KEYWORDS, 0.4)),
    }
    return Hit(**{**values, **changes})
