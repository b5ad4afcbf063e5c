"""The files of a transformer model: where they are, whether they are fit to be opened, and what tells them apart.

Nothing here runs or imports anything that comes with a model. A model that needs code of its own is refused unless the
user named exactly that model in ``models.trustRemoteCode``. Weights are safetensors; pickles are accepted only of such
a model and of those that the registry knows, and then torch reads them with ``weights_only``, which builds nothing but
tensors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b, file_digest
from pathlib import Path
from typing import IO, Any

from dowse.embedding.model import ModelError
from dowse.embedding.registry import find
from dowse.settings import ModelSettings

_HUB_NAME = re.compile(r"(?=.{3,96}$)\w+([.-]\w+)*/\w+([.-]\w+)*", re.ASCII)
_REVISION = re.compile(r"(?!.*\.\.)\w[\w./-]*", re.ASCII)
TEXT_FILES = ("*.json", "*.txt", "*.model", "*.jinja")
SAFETENSORS = ("*.safetensors",)
PICKLES = ("pytorch_model*.bin",)
_CODE = ("*.py",)
GRAPHS = ("onnx/model.onnx", "model.onnx")
_NOT_NEEDED = ["onnx/*", "openvino/*", "*.md", "README*"]
_CONFIGURATION = {".json", ".txt", ".model", ".jinja", ".py"}
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
    own_code: bool = False
    """Whether the user lets its own code run."""
    pickled: bool = False
    """Whether its weights are pickles."""


def find_model_files(reference: str, settings: ModelSettings) -> ModelFiles:
    """Return the files of ``FOLDER`` or ``HUB_NAME[@REVISION]``, downloading them if need be and allowed.

    A folder is written as one (absolute, or beginning with ``~``, ``./`` or ``../``), so that what happens to lie in
    the working directory is never taken for a model of the hub. What was downloaded once is used as it is: a branch
    that moves on the hub does not change the vectors of an index.
    """
    path = Path(reference).expanduser()
    if path.is_absolute() or reference.startswith(("./", "../", ".\\", "..\\")):
        folder = path.resolve()
        trusted = {Path(name).expanduser() for name in settings.trust_remote_code}
        own_code = folder in trusted or path in trusted
        check_model_folder(folder, own_code=own_code, pickles=own_code)
        return ModelFiles(folder, folder.name, content_digest(folder), own_code, not _weights(folder))
    name, at, revision = reference.partition("@")
    if not _HUB_NAME.fullmatch(name) or (at and not _REVISION.fullmatch(revision)):
        raise ModelError(
            f"sentence-transformers:{reference[:100]} names no model: give a folder (absolute, or beginning with ~, ./ "
            "or ../) or a hub name like sentence-transformers/all-MiniLM-L6-v2"
        )
    known = find(f"sentence-transformers:{name}")
    own_code = name in settings.trust_remote_code
    if known is not None and known.own_code and not own_code:
        raise ModelError(consent_needed(name, "its architecture"))  # said before gigabytes are downloaded
    hub = _Hub(name, revision or None, own_code, pickles=own_code or known is not None)
    folder = hub.snapshot(allow_download=settings.allow_download)
    return ModelFiles(folder, name, folder.name, own_code, not _weights(folder))


def find_graph_files(reference: str, settings: ModelSettings) -> ModelFiles | None:
    """Return the files of a model that brings an ONNX graph, downloading them if need be and allowed; else None.

    Nothing of its own code is needed to run a graph. Raises ModelError where the hub cannot be reached.
    """
    path = Path(reference).expanduser()
    if path.is_absolute() or reference.startswith(("./", "../", ".\\", "..\\")):
        folder = path.resolve()
        return ModelFiles(folder, folder.name, "") if any((folder / name).is_file() for name in GRAPHS) else None
    name, at, revision = reference.partition("@")
    if not _HUB_NAME.fullmatch(name) or (at and not _REVISION.fullmatch(revision)):
        return None
    folder_or_none = _Hub(name, revision or None, own_code=False, pickles=False).graph(settings.allow_download)
    return ModelFiles(folder_or_none, name, folder_or_none.name) if folder_or_none else None


def consent_needed(model: str, what: str) -> str:
    """Say that a model, given by hub name or folder, needs code of its own, and how to consent to it."""
    return (
        f"the model {model} needs code of its own ({what}), which Dowse does not run unasked: if you trust its "
        f'authors, add "{model}" to models.trustRemoteCode in your own settings'
    )


def given_name(folder: Path) -> str:
    """Return what a user calls the model in ``folder``: its hub name in the hub's cache, else the folder."""
    cached = re.fullmatch("models--(.+?)--(.+)", folder.parent.parent.name)
    return f"{cached[1]}/{cached[2]}" if cached and folder.parent.name == "snapshots" else str(folder)


def check_model_folder(folder: Path, *, own_code: bool = False, pickles: bool = False) -> None:
    """Raise ModelError with the reason unless the folder holds a model that can be opened.

    Code of its own and weights in pickles are reasons, too, unless they are allowed.
    """
    if not folder.is_dir():
        raise ModelError(f"there is no folder {folder}")
    if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
        raise ModelError(f"{folder} holds no sentence-transformers model: neither modules.json nor config.json")
    _check_modules(folder, own_code)
    weights = _weights(folder)
    for pickle in _pickles(folder):
        if not pickles and not any(file.parent == pickle.parent for file in weights):
            raise ModelError(
                f"{pickle} is a pickle, which can run code when it is read; convert it to safetensors, or choose a "
                "revision of the model that has safetensors"
            )
    if not weights and not (pickles and _pickles(folder)):
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
    sizes, and copying it changes the times. Pickles, which have no such header, count whole.
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
    for file in _pickles(folder):
        with file.open("rb") as stream:
            digest.update(file_digest(stream, partial(blake2b, digest_size=16)).digest())
    return digest.hexdigest()


def _check_modules(folder: Path, own_code: bool) -> None:
    modules_file = folder / "modules.json"
    if not modules_file.is_file():
        return
    modules = _json(modules_file)
    if not isinstance(modules, list) or not all(isinstance(module, dict) for module in modules):
        raise ModelError(f"{modules_file} is not a list of modules")
    for module in modules:
        kind = str(module.get("type"))
        if not own_code and not kind.startswith("sentence_transformers."):
            raise ModelError(consent_needed(given_name(folder), kind))
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


def _pickles(folder: Path) -> list[Path]:
    return sorted(folder.rglob("pytorch_model*.bin"))


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


@dataclass(frozen=True, slots=True)
class _Hub:
    """A model of the hub, and what of it may be used."""

    name: str
    revision: str | None
    own_code: bool
    pickles: bool

    def snapshot(self, *, allow_download: bool) -> Path:
        """Return the folder of the model's commit in the hub's own cache on this machine."""
        from huggingface_hub.errors import LocalEntryNotFoundError

        try:
            return self._checked(local_files_only=True)
        except LocalEntryNotFoundError:
            if not allow_download:
                raise ModelError(
                    f"{self.name} is not on this machine and may not be downloaded: set models.allowDownload to true "
                    "in your own settings, or give the folder of a copy"
                ) from None
        except ModelError:
            # An interrupted download leaves part of the files; the same call completes it.
            if not allow_download:
                raise
        try:
            return self._checked(local_files_only=False)
        except ModelError:
            raise
        # The hub's client raises its own errors, those of its HTTP library, and the system's.
        except Exception as error:
            reason = next(iter(str(error).splitlines()), "")
            raise ModelError(f"{self.name} cannot be downloaded: {type(error).__name__}: {reason}") from error

    def graph(self, allow_download: bool) -> Path | None:
        """Return the folder with the model's own graph; None where it has none, or none here and no download."""
        from huggingface_hub.errors import LocalEntryNotFoundError

        patterns = [*TEXT_FILES, *GRAPHS, *(f"{name}_data" for name in GRAPHS)]
        for local_files_only in (True, False) if allow_download else (True,):
            try:
                folder = self._fetched(self.name, patterns, local_files_only, ignored=[])
            except LocalEntryNotFoundError:
                continue
            except Exception as error:
                reason = next(iter(str(error).splitlines()), "")
                raise ModelError(f"{self.name} cannot be downloaded: {type(error).__name__}: {reason}") from error
            if any((folder / name).is_file() for name in GRAPHS):
                return folder
            if _weights(folder) or _pickles(folder):
                return None  # what was downloaded once is used as it is
        return None

    def _checked(self, *, local_files_only: bool) -> Path:
        patterns = [*TEXT_FILES, *SAFETENSORS, *(_CODE if self.own_code else ())]
        folder = self._fetched(self.name, patterns, local_files_only)
        if self.pickles and not _weights(folder):
            self._fetched(self.name, [*patterns, *PICKLES], local_files_only)
        check_model_folder(folder, own_code=self.own_code, pickles=self.pickles)
        for repository, module in sorted(_code_modules(folder)) if self.own_code else ():
            code = folder
            if repository and repository != self.name:
                code = self._fetched(repository, list(_CODE), local_files_only)
            if not (code / f"{module}.py").is_file():
                raise ModelError(f"the model {self.name} is incomplete: its code {module}.py is missing; get it again")
        return folder

    def _fetched(
        self, name: str, patterns: list[str], local_files_only: bool, ignored: Sequence[str] = _NOT_NEEDED
    ) -> Path:
        from huggingface_hub import snapshot_download

        revision = self.revision if name == self.name else None
        return Path(
            snapshot_download(
                name,
                revision=revision,
                allow_patterns=patterns,
                ignore_patterns=list(ignored),
                local_files_only=local_files_only,
            )
        )


def _code_modules(folder: Path) -> set[tuple[str, str]]:
    """Return repository (empty for the model's own) and module of all code that a model's configurations name.

    ``auto_map`` maps to ``module.Class``, in the model itself, or to ``repository--module.Class``, in another.
    """
    found = set()
    for file in (folder / "config.json", folder / "tokenizer_config.json"):
        content = _json(file) if file.is_file() else None
        classes = content.get("auto_map") if isinstance(content, dict) else None
        for value in classes.values() if isinstance(classes, dict) else ():
            for one in filter(None, value if isinstance(value, list) else [value]):
                repository, dashes, name = str(one).rpartition("--")
                if not dashes or _HUB_NAME.fullmatch(repository):
                    found.add((repository, name.partition(".")[0]))
    return found
