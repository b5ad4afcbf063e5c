"""``$/progress`` for indexing, begun by the server: clients send no token for it."""

import asyncio
import uuid
from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.lsp.jsonrpc import Failure
from dowse.search.query import IndexState

if TYPE_CHECKING:
    from dowse.engine import EngineStatus
    from dowse.lsp.server import DowseServer

DELAY = 0.4
"""Seconds that indexing must last before it is worth showing."""

INTERVAL = 0.2


def register(ls: "DowseServer") -> None:
    """Follow the index's state."""
    ls.on_status.append(_Indexing(ls).take)


class _Indexing:
    """One progress display at a time, while the index is behind."""

    def __init__(self, ls: "DowseServer") -> None:
        self._ls = ls
        self._status: EngineStatus | None = None
        self._shown = False

    def take(self, status: "EngineStatus") -> None:
        self._status = status
        if self._busy and not self._shown and self._ls.client.progress:
            self._shown = True
            self._ls.protocol.spawn(self._show(), "indexing progress")

    @property
    def _busy(self) -> bool:
        status = self._status
        if status is None or status.paused is not None or self._ls.protocol.stopping:
            return False
        return status.state is IndexState.INDEXING

    async def _show(self) -> None:
        try:
            await asyncio.sleep(DELAY)
            if not self._busy:
                return
            token = f"dowse-{uuid.uuid4()}"  # Zed refuses numbers; a token used twice is an error
            try:
                # Nothing may be sent on a token before the client has agreed to it.
                await asyncio.shield(
                    self._ls.window_work_done_progress_create_async(types.WorkDoneProgressCreateParams(token))
                )
            except Failure:
                return
            if self._busy:
                await self._report(token)
        finally:
            self._shown = False

    async def _report(self, token: str) -> None:
        notify = self._ls.protocol.notify
        text, percentage = self._text()
        begin = types.WorkDoneProgressBegin("Dowse: indexing", message=text, percentage=percentage)
        notify(types.PROGRESS, types.ProgressParams(token, begin))
        try:
            while self._busy:
                await asyncio.sleep(INTERVAL)
                if (now := self._text()) != (text, percentage):
                    text, percentage = now
                    report = types.WorkDoneProgressReport(message=text, percentage=percentage)
                    notify(types.PROGRESS, types.ProgressParams(token, report))
        finally:
            notify(types.PROGRESS, types.ProgressParams(token, types.WorkDoneProgressEnd()))

    def _text(self) -> tuple[str, int]:
        folders = self._status.folders if self._status else ()
        done, total = sum(f.files_indexed for f in folders), sum(f.files_total for f in folders)
        return f"{done:,} of {total:,} files", min(100, done * 100 // total) if total else 0
