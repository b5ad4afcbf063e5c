"""Asking before a home folder is indexed: it is opened by mistake more often than on purpose."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from dowse.workspace.wide import holds_home

if TYPE_CHECKING:
    from dowse.lsp.server import DowseServer

YES = "Index it"
NO = "Not now"


def admitted(ls: "DowseServer", folders: Sequence[Path]) -> list[Path]:
    """Return the folders to index at once; about the others the user is asked, and they follow on a yes."""
    if ls.settings.files.allow_home:
        return list(folders)
    doubtful = [folder for folder in folders if holds_home(folder)]
    for folder in doubtful:
        ls.protocol.spawn(_ask(ls, folder), "asking about a folder")
    return [folder for folder in folders if folder not in doubtful]


async def _ask(ls: "DowseServer", folder: Path) -> None:
    question = (
        f"{folder} holds your home folder or a whole file system. Index everything in it? Until then only open "
        "documents are searched. The setting files.allowHome answers for good."
    )
    actions = [types.MessageActionItem(YES), types.MessageActionItem(NO)]
    params = types.ShowMessageRequestParams(types.MessageType.Warning, question, actions)
    answer = await ls.asked(ls.window_show_message_request_async(params))
    if answer is not None and answer.title == YES and folder in ls.folders.paths and not ls.protocol.stopping:
        ls.host.tell(lambda engine: engine.change_folders([folder], []))
