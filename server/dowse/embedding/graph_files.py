"""The ONNX graph of a transformer: the one that comes with it, or one made from its weights and kept."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from dowse.embedding.model import ModelError
from dowse.embedding.model_files import content_digest, find_graph_files, find_model_files
from dowse.embedding.registry import KnownModel
from dowse.settings import ModelSettings

Pooling = Literal["mean", "cls", "lasttoken", "max"]

_LEGACY_POOLING: dict[str, Pooling] = {
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_lasttoken": "lasttoken",
}


@dataclass(frozen=True, slots=True)
class Graph:
    """A network as ONNX, and the files of its model."""

    path: Path
    folder: Path
    """The model's configuration and tokenizer."""
    name: str
    revision: str
    made_here: bool
    """Whether it was made from the model's weights, so that its vectors are theirs."""


def find_graph(reference: str, settings: ModelSettings) -> Graph:
    """Return the float graph of ``FOLDER`` or ``HUB_NAME[@REVISION]``.

    One that comes with the model (``onnx/model.onnx``) is taken as it is. Otherwise it is made from the weights, which
    takes torch and some seconds, once. Raises ModelError with what the user can do.
    """
    own = find_graph_files(reference, settings)
    if own is not None:
        path = graph_in(own.folder)
        assert path is not None
        revision = own.revision if own.revision == own.folder.name else _digest(content_digest(own.folder), path)
        return Graph(path, own.folder, own.name, revision, made_here=False)
    files = find_model_files(reference, settings)
    if files.own_code:
        raise ModelError(f"{files.name} needs code of its own, which ONNX does not hold; set models.backend to torch")
    key = hashlib.blake2b(f"{files.name}\0{files.revision}".encode(), digest_size=16).hexdigest()
    path = graph_cache() / key / "model.onnx"
    if not path.is_file():
        from dowse.embedding.graph_export import export_graph

        _made(path, lambda temporary: export_graph(files, temporary))
    return Graph(path, files.folder, files.name, files.revision, made_here=True)


def quantised(graph: Graph) -> Path:
    """Return the graph with weights in 8 bits, which is made from ``graph`` at first and kept."""
    key = hashlib.blake2b(f"{graph.name}\0{graph.revision}".encode(), digest_size=16).hexdigest()
    path = graph_cache() / key / "model-int8.onnx"
    if not path.is_file():
        from dowse.embedding.graph_export import quantise_graph

        _made(path, lambda temporary: quantise_graph(graph.path, temporary))
    return path


def graph_in(folder: Path) -> Path | None:
    """Return the graph that a model's folder holds."""
    return next((path for name in ("onnx/model.onnx", "model.onnx") if (path := folder / name).is_file()), None)


def graph_cache() -> Path:
    """Return the folder of the graphs that were made here."""
    import platformdirs

    return platformdirs.user_cache_path("dowse", appauthor=False) / "models"


def pooling_of(folder: Path, known: KnownModel | None) -> Pooling:
    """Return how the model's token vectors become one. Raises ModelError for modules that only torch runs."""
    modules = read_json(folder / "modules.json")
    if not modules:
        wanted = (known.pooling if known else "") or "mean"
        if wanted == "own":
            raise only_torch(folder, "pools by code of its own")
        return wanted
    modes: list[Pooling] = []
    for module in modules:
        kind = str(module.get("type")).rpartition(".")[2]
        if kind == "Pooling":
            modes += _modes(read_json(folder / str(module.get("path")) / "config.json"))
        elif kind not in {"Transformer", "Normalize"}:
            raise only_torch(folder, f"has a module {kind}")
    if len(modes) != 1:
        raise only_torch(folder, "pools in several ways")
    return modes[0]


def only_torch(folder: Path, what: str) -> ModelError:
    """Return the error of a model that ``what`` keeps from running as a graph."""
    return ModelError(f"the model in {folder} {what}, which ONNX does not hold; set models.backend to torch")


def read_json(file: Path) -> Any:  # noqa: ANN401
    """Return a configuration's content; an empty object where there is no such file. Raises ModelError for nonsense."""
    try:
        return json.loads(file.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ModelError(f"{file} cannot be read: {error}") from error


def _modes(config: Mapping[str, Any]) -> list[Pooling]:
    """Return the ways of pooling that a module names, in the form of sentence-transformers 5.4 or the older one."""
    mode = config.get("pooling_mode")
    if mode is None:
        return [name for key, name in _LEGACY_POOLING.items() if config.get(key)]
    named = [mode] if isinstance(mode, str) else mode
    return [name for name in _LEGACY_POOLING.values() if name in named]


def _digest(digest: str, graph: Path) -> str:
    with graph.open("rb") as file:
        content = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    return hashlib.blake2b(f"{digest}\0{content}".encode(), digest_size=16).hexdigest()


def _made(path: Path, make: Callable[[Path], None]) -> None:
    """Have ``make`` write a file that appears whole or not at all; a second process may make the same."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        temporary = Path(folder) / path.name
        make(temporary)
        for part in sorted(Path(folder).iterdir(), key=lambda part: part == temporary):
            part.chmod(0o600)
            part.replace(path.parent / part.name)
