"""The present text of a document, by lines."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from dowse.workspace.lines import split_lines


class Text:
    """The present text of a document. May be used from any thread."""

    def __init__(self, text: str, language: str | None) -> None:
        """``language`` is as the editor named it, for an open document."""
        self.text = text
        self.language = language

    @cached_property
    def lines(self) -> list[str]:
        """The lines with their ends."""
        return split_lines(self.text)

    def between(self, start: int, end: int) -> str:
        """Return the lines from ``start`` to before ``end``; what is beyond the last is empty."""
        starts = self._starts
        if starts is None:
            return "".join(self.lines[start:end])
        last = len(starts) - 1
        return self.text[starts[min(start, last)] : starts[min(end, last)]]

    @cached_property
    def _starts(self) -> NDArray[np.intp] | None:
        """Where lines begin and the text ends; None where only :attr:`lines` knows.

        Most files are plain ASCII. To find their lines is cheaper than to cut all of them out, and an answer needs few
        lines of many files.
        """
        if not self.text.isascii() or "\r" in self.text:
            return None
        after = np.flatnonzero(np.frombuffer(self.text.encode("ascii"), np.uint8) == ord("\n")) + 1
        end = np.array([len(self.text)][: self.text[-1:] != "\n"], np.intp)
        return np.concatenate(([0], after, end))
