"""The files of a transformer model: where they are, whether they are fit to be opened, and what tells them apart.

Nothing here runs or imports anything that comes with a model: weights are read as safetensors, never as pickle, and
a model that needs code of its own is refused.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

from dowse.embedding.model import ModelError

_HUB_NAME = re.compile(r"(?=.{3,96}$)\w+([.-]\w+)*/\w+([.-]\w+)*", re.ASCII)
_REVISION = re.compile(r"(?!.*\.\.)\w[\w./-]*", re.ASCII)
_NEEDED = ["*.json", "*.txt", "*.model", "*.jinja", "*.safetensors"]
_NOT_NEEDED = ["onnx/*", "openvino/*", "*.md", "README*"]
_CONFIGURATION = {".json", ".txt", ".model", ".jinja"}
_BLOCK = 4096
_LARGEST_HEADER = 100_000_000
"""Bytes; the safetensors format's own limit."""


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model on this machine."""

    folder: Path
    name: str
    """The hub name, or the folder's name."""
    revision: str
    """The hub's commit, or a digest of the folder's content."""


def find_model_files(reference: str, *, allow_download: bool) -> ModelFiles:
    """Return the files of ``FOLDER`` or ``HUB_NAME[@REVISION]``, downloading them if need be and allowed.

    A folder is written as one (absolute, or beginning with ``~``, ``./`` or ``../``), so that what happens to lie in
    the working directory is never taken for a model of the hub. What was downloaded once is used as it is: a branch
    that moves on the hub does not change the vectors of an index.
    """
    path = Path(reference).expanduser()
    if path.is_absolute() or reference.startswith(("./", "../", ".\\", "..\\")):
        folder = path.resolve()
        check_model_folder(folder)
        return ModelFiles(folder, folder.name, content_digest(folder))
    name, at, revision = reference.partition("@")
    if not _HUB_NAME.fullmatch(name) or (at and not _REVISION.fullmatch(revision)):
        raise ModelError(
            f"sentence-transformers:{reference[:100]} names no model: give a folder (absolute, or beginning with ~, ./ "
            "or ../) or a hub name like sentence-transformers/all-MiniLM-L6-v2"
        )
    folder = _hub_snapshot(name, revision or None, allow_download=allow_download)
    return ModelFiles(folder, name, folder.name)


def check_model_folder(folder: Path) -> None:
    """Raise ModelError with the reason unless the folder holds a model that can be opened without running its code."""
    if not folder.is_dir():
        raise ModelError(f"there is no folder {folder}")
    if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
        raise ModelError(f"{folder} holds no sentence-transformers model: neither modules.json nor config.json")
    _check_modules(folder)
    weights = _weights(folder)
    for pickle in sorted(folder.rglob("pytorch_model*.bin")):
        if not any(file.parent == pickle.parent for file in weights):
            raise ModelError(
                f"{pickle} is a pickle, which can run code when it is read; convert it to safetensors, or choose a "
                "revision of the model that has safetensors"
            )
    if not weights:
        raise ModelError(f"{folder} holds no weights in safetensors format")
    for file in weights:
        with file.open("rb") as stream:
            _tensors(file, stream)
    for index in sorted(folder.rglob("*.safetensors.index.json")):
        for shard in _shards(index):
            if not (index.parent / shard).is_file():
                raise ModelError(f"the model in {folder} is incomplete: {shard} is missing; get it again")


def content_digest(folder: Path) -> str:
    """Return 32 hexadecimal digits that change when the model in ``folder`` does.

    All of the configuration and vocabulary counts. Of the weights, which are gigabytes, the safetensors header (names,
    types, shapes) and a block from the start, the middle and the end of every tensor do: training moves nearly every
    number of each tensor it touches. Sizes and times of files would not do, for a model trained on has the same
    sizes, and copying it changes the times.
    """
    digest = blake2b(digest_size=16)
    for file in sorted(path for path in folder.rglob("*") if path.suffix in _CONFIGURATION and path.is_file()):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    for file in _weights(folder):
        digest.update(f"{file.relative_to(folder).as_posix()}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as stream:
            header, spans = _tensors(file, stream)
            digest.update(header)
            for start, end in spans:
                for offset in {start, (start + end) // 2, max(start, end - _BLOCK)}:
                    stream.seek(offset)
                    digest.update(stream.read(min(_BLOCK, end - offset)))
    return digest.hexdigest()


def _check_modules(folder: Path) -> None:
    modules_file = folder / "modules.json"
    if not modules_file.is_file():
        return
    modules = _json(modules_file)
    if not isinstance(modules, list) or not all(isinstance(module, dict) for module in modules):
        raise ModelError(f"{modules_file} is not a list of modules")
    for module in modules:
        kind = str(module.get("type"))
        if not kind.startswith("sentence_transformers."):
            raise ModelError(f"the model in {folder} needs code of its own ({kind}), which Dowse does not run")
        if not (folder / str(module.get("path", ""))).resolve().is_relative_to(folder.resolve()):
            raise ModelError(f"{modules_file} names a module outside the model's folder")


def _shards(index: Path) -> list[str]:
    """Return the names of the files that weights too large for one file are spread over."""
    content = _json(index)
    shards = content.get("weight_map") if isinstance(content, dict) else None
    if not isinstance(shards, dict):
        raise ModelError(f"{index} does not say where the weights are; get the model again")
    return sorted(set(map(str, shards.values())))


def _weights(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.safetensors"))


def _json(file: Path) -> object:
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise ModelError(f"{file} cannot be read: {error}") from error


def _tensors(file: Path, stream: IO[bytes]) -> tuple[bytes, list[tuple[int, int]]]:
    """Return the header of a safetensors file and where its tensors lie in it, or raise ModelError if it is damaged.

    https://huggingface.co/docs/safetensors: 8 bytes of header length, the header as JSON, the tensors without gaps.
    """
    size = file.stat().st_size
    try:
        length = int.from_bytes(stream.read(8), "little")
        if not 2 <= length <= min(_LARGEST_HEADER, size - 8):
            raise ValueError("its header is no header")
        header = stream.read(length)
        tensors = json.loads(header)
        tensors.pop("__metadata__", None)
        spans = sorted((8 + length + start, 8 + length + end) for start, end in _offsets(tensors))
        due = max((end for _, end in spans), default=8 + length)
        if due != size:
            raise ValueError(f"it has {size:,} bytes where {due:,} are due")
    except (ValueError, TypeError, KeyError, AttributeError, OSError) as error:
        raise ModelError(f"the weights in {file} are damaged: {error}; get the model again") from error
    return header, spans


def _offsets(tensors: dict[str, dict[str, Any]]) -> list[tuple[int, int]]:
    return [(int(start), int(end)) for start, end in (tensor["data_offsets"] for tensor in tensors.values())]


def _hub_snapshot(name: str, revision: str | None, *, allow_download: bool) -> Path:
    """Return the folder of a hub model's commit in the hub's own cache on this machine."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    snapshot = partial(snapshot_download, name, revision=revision, allow_patterns=_NEEDED, ignore_patterns=_NOT_NEEDED)
    try:
        folder = Path(snapshot(local_files_only=True))
        check_model_folder(folder)
        return folder
    except LocalEntryNotFoundError:
        if not allow_download:
            raise ModelError(
                f"{name} is not on this machine and may not be downloaded: set models.allowDownload to true in your "
                "own settings, or give the folder of a copy"
            ) from None
    except ModelError:
        # An interrupted download leaves part of the files; the same call completes it.
        if not allow_download:
            raise
    try:
        folder = Path(snapshot())
    # The hub's client raises its own errors, those of its HTTP library, and the system's.
    except Exception as error:
        reason = next(iter(str(error).splitlines()), "")
        raise ModelError(f"{name} cannot be downloaded: {type(error).__name__}: {reason}") from error
    check_model_folder(folder)
    return folder
