"""``$/progress`` for indexing, begun by the server: clients send no token for it."""

import asyncio
import uuid

from lsprotocol import types

from dowse.lsp.declarations import StatusListener
from dowse.lsp.jsonrpc import Failure
from dowse.lsp.session import Session
from dowse.search.query import IndexState
from dowse.status import EngineStatus


class _ProgressDisplay:
    """One progress display at a time, while the index is behind."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._status: EngineStatus | None = None
        self._shown = False

    def on_status(self, status: EngineStatus) -> None:
        self._status = status
        if self._busy and not self._shown and self._session.client.progress:
            self._shown = True
            self._session.spawn(self._show(), "indexing progress")

    @property
    def _busy(self) -> bool:
        status = self._status
        if status is None or status.paused is not None or self._session.stopping:
            return False
        return status.state is IndexState.INDEXING

    async def _show(self) -> None:
        try:
            await asyncio.sleep(self._session.tuning.progress_delay)
            if not self._busy:
                return
            token = f"dowse-{uuid.uuid4()}"  # Zed refuses numbers; a token used twice is an error
            params = types.WorkDoneProgressCreateParams(token)
            try:
                # Nothing may be sent on a token before the client has agreed to it.
                await self._session.editor.window_work_done_progress_create_async(params)
            except Failure:
                return
            if self._busy:
                await self._report(token)
        finally:
            self._shown = False

    async def _report(self, token: str) -> None:
        send = self._session.send_progress
        text, percentage = self._text()
        send(token, types.WorkDoneProgressBegin("Dowse: indexing", message=text, percentage=percentage))
        try:
            while self._busy:
                await asyncio.sleep(self._session.tuning.progress_interval)
                if (now := self._text()) != (text, percentage):
                    text, percentage = now
                    send(token, types.WorkDoneProgressReport(message=text, percentage=percentage), replaces=True)
        finally:
            send(token, types.WorkDoneProgressEnd())

    def _text(self) -> tuple[str, int]:
        folders = self._status.folders if self._status else ()
        done, total = sum(f.files_indexed for f in folders), sum(f.files_total for f in folders)
        return f"{done:,} of {total:,} files", min(100, done * 100 // total) if total else 0


ON_STATUS = StatusListener(lambda session: _ProgressDisplay(session).on_status)
