"""Asking before a home folder is indexed: it is opened by mistake more often than on purpose."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from lsprotocol import types

from dowse.lsp.session import Session
from dowse.workspace.wide import holds_home

YES = "Index it"
NO = "Not now"


def admitted_folders(session: Session, folders: Sequence[Path]) -> list[Path]:
    """Return the folders to index at once; about the others the user is asked, and they follow on a yes.

    Reads the disk: not for the event loop.
    """
    if session.settings.files.allow_home:
        return list(folders)
    wide: list[Path] = session.disk.call(lambda: [each for each in folders if holds_home(each)], lambda: list(folders))
    for folder in wide:
        session.spawn_from_thread(partial(_ask, folder=folder), "asking about a folder")
    return [folder for folder in folders if folder not in wide]


async def _ask(session: Session, folder: Path) -> None:
    question = (
        f"{folder} holds your home folder or a whole file system. Index everything in it? Until then only open "
        "documents are searched. The setting files.allowHome answers for good."
    )
    actions = [types.MessageActionItem(YES), types.MessageActionItem(NO)]
    params = types.ShowMessageRequestParams(types.MessageType.Warning, question, actions)
    answer = await session.request_client(session.editor.window_show_message_request_async(params))
    if answer is not None and answer.title == YES and folder in session.folders.paths and not session.stopping:
        session.post(lambda engine: engine.change_folders([folder], []))
