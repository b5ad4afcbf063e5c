"""Models of the hub on this machine: whether one is here, what a download takes, and the download itself."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatch

import msgspec

from dowse.embedding.installation import extra_command
from dowse.embedding.model import ModelError
from dowse.embedding.model_files import GRAPHS, PICKLES, SAFETENSORS, TEXT_FILES, find_graph_files, find_model_files
from dowse.embedding.registry import KnownModel, find
from dowse.settings import ModelSettings


@dataclass(frozen=True, slots=True)
class DownloadPlan:
    """What will be downloaded of a model that is not here."""

    name: str
    bytes: int
    files: int


def is_here(known: KnownModel) -> bool:
    """Whether the model's weights or graph are on this machine. Never looks anywhere else."""
    settings = ModelSettings(allow_download=False, trust_remote_code=(known.id,))
    if known.provider != "sentence-transformers":
        return known.provider == "builtin"
    try:
        if find_graph_files(known.id, settings) is None:
            find_model_files(known.id, settings)
    except (ModelError, ImportError):
        return False
    return True


def plan_download(reference: str, settings: ModelSettings) -> DownloadPlan:
    """Ask the hub how much a model ``HUB_NAME[@REVISION]`` is. Raises ModelError where it does not answer."""
    try:
        from huggingface_hub import HfApi
    except ImportError as error:
        raise ModelError(f"downloads need huggingface_hub: {extra_command('transformers')}") from error
    name, _, revision = reference.partition("@")
    try:
        info = HfApi().model_info(name, revision=revision or "main", files_metadata=True)
    # The hub's client raises its own errors, those of its HTTP library, and the system's.
    except Exception as error:
        reason = next(iter(str(error).splitlines()), "")
        raise ModelError(f"{name} cannot be downloaded: {type(error).__name__}: {reason}") from error
    sizes = {file.rfilename: file.size or 0 for file in info.siblings or ()}
    wanted = {file for file in sizes if "/" not in file or file[0].isdigit() if _fits(file, TEXT_FILES)}
    graphs = {file for file in sizes if file.removesuffix("_data") in GRAPHS}
    safe = {file for file in sizes if _fits(file, SAFETENSORS) and not file.startswith(("onnx/", "openvino/"))}
    pickles = {file for file in sizes if _fits(file, PICKLES)}
    wanted |= graphs if _runs_graphs(settings) and graphs else (safe or pickles)
    return DownloadPlan(name, sum(sizes[file] for file in wanted), len(wanted))


def download(reference: str, settings: ModelSettings) -> None:
    """Fetch what the backend in ``settings`` needs of a model. Raises ModelError with what the user can do."""
    allowed = msgspec.structs.replace(settings, allow_download=True)
    known = find(f"sentence-transformers:{reference}")
    if _runs_graphs(settings) and find_graph_files(reference, allowed) is not None:
        return
    if known is not None and known.own_code:  # fetching runs nothing; whoever opens it is asked
        allowed = msgspec.structs.replace(allowed, trust_remote_code=(*allowed.trust_remote_code, known.id))
    find_model_files(reference, allowed)


def _runs_graphs(settings: ModelSettings) -> bool:
    return settings.backend in ("onnx", "openvino") or settings.precision == "int8"


def _fits(file: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(file, pattern) for pattern in patterns)
