"""Transformers as ONNX graphs, run by ONNX Runtime or OpenVINO: no torch, quicker to start, and int8 on the CPU."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from dowse.embedding.graph_files import Graph, Pooling, find_graph, pooling_of, quantised, read_json
from dowse.embedding.installation import extra_command
from dowse.embedding.model import ModelError, ModelInfo, QueryType
from dowse.embedding.prompts import prompts_of
from dowse.embedding.registry import KnownModel, find
from dowse.embedding.transformer_limits import longest_text, variant_of
from dowse.settings import ModelSettings
from dowse.system import SYSTEM

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Vectors = NDArray[np.float32]
Ids = NDArray[np.int64]
Backend = Literal["onnx", "openvino"]

_GPU_BATCH = 32
"""Texts at once. On a CPU each goes alone: with all-MiniLM-L6-v2 on one core that is 1.7 times as fast as 32 at once,
in 8 bits 2.4 times, and in 8 bits a text's vector would otherwise depend on those beside it."""


@dataclass(frozen=True, slots=True)
class Network:
    """A graph that is ready to run."""

    inputs: frozenset[str]
    run: Callable[[Mapping[str, Ids]], NDArray[Any]]
    """Returns states ``[texts, tokens, dimensions]``."""
    device: str


def open_graph(
    reference: str, settings: ModelSettings, backend: Backend, known: KnownModel | None = None
) -> GraphModel:
    """Open a model from ``FOLDER`` or ``HUB_NAME[@REVISION]``. Raises ModelError with what the user can do."""
    start = {"onnx": _start_onnx, "openvino": _start_openvino}[backend]
    try:
        import onnxruntime  # noqa: F401
        import tokenizers  # noqa: F401
    except ImportError as error:
        raise ModelError(f"models.backend {backend} needs {error.name}: {extra_command(backend)}") from error
    known = known or find(f"sentence-transformers:{reference}")
    graph = find_graph(reference, settings)
    path = quantised(graph) if settings.precision == "int8" else graph.path
    try:
        network = start(path, settings.device)
        return GraphModel(graph, network, known, _variant(graph, settings, backend))
    except ModelError:
        raise
    # Whatever the runtime meets in a file that is not what it should be.
    except Exception as error:
        reason = next(iter(str(error).splitlines()), "")[:300]
        raise ModelError(f"the model in {graph.folder} cannot be opened: {type(error).__name__}: {reason}") from error


class GraphModel:
    """A transformer as a graph. Used by one thread."""

    def __init__(self, graph: Graph, network: Network, known: KnownModel | None, variant: Sequence[str]) -> None:
        self._network: Network | None = network
        self.device = network.device
        unknown = network.inputs - {"input_ids", "attention_mask", "token_type_ids", "position_ids"}
        if unknown:
            raise ModelError(
                f"{graph.path} wants {sorted(unknown)[0]}, which Dowse does not have; use models.backend torch"
            )
        self._pooling: Pooling = pooling_of(graph.folder, known)
        max_tokens = _max_tokens(graph.folder, known)
        self._tokenizer = _tokenizer(graph.folder, max_tokens, known)
        own = read_json(graph.folder / "config_sentence_transformers.json")
        self._prompts = prompts_of(own.get("prompts") or {}, own.get("default_prompt_name"), known)
        self.info = ModelInfo(
            name=f"sentence-transformers:{graph.name}",
            revision=graph.revision,
            dimensions=int(self._batch(["dowse"]).shape[1]),  # asked of the graph, which shows that it works
            max_tokens=max_tokens,
            pooling=self._pooling,
            query_prefix=self._prompts.query,
            document_prefix=self._prompts.document,
            variant=variant_of(known, max_tokens, *variant),
        )

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 ``[len(texts), dimensions]`` of length 1."""
        return self._embed([self._prompts.document + text for text in texts])

    def embed_query(self, text: str, query_type: QueryType = "general") -> Vectors:
        """Return float32 ``[dimensions]`` of length 1; with the model's own prompt for ``query_type`` if it has one."""
        vector: Vectors = self._embed([self._prompts.for_query(query_type) + text])[0]
        return vector

    def close(self) -> None:
        """Give back the memory."""
        self._network = None
        gc.collect()

    def _embed(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), self.info.dimensions), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)
        step = 1 if self.device == "cpu" else _GPU_BATCH
        for start in range(0, len(order), step):
            rows = order[start : start + step]
            vectors[rows] = self._batch([texts[row] for row in rows])
        return vectors

    def _batch(self, texts: Sequence[str]) -> Vectors:
        assert self._network is not None
        # Half of a surrogate pair, which a broken file may yield, is no text to a tokenizer.
        encoded = self._tokenizer.encode_batch([text.encode("utf-8", "replace").decode() for text in texts])
        mask = np.array([one.attention_mask for one in encoded], np.int64)
        given = {
            "input_ids": np.array([one.ids for one in encoded], np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([one.type_ids for one in encoded], np.int64),
            "position_ids": np.maximum(mask.cumsum(axis=1) - 1, 0),
        }
        states = self._network.run({name: given[name] for name in self._network.inputs})
        return _unit(_pooled(np.asarray(states, np.float32), mask, self._pooling))


def _pooled(states: NDArray[np.float32], mask: Ids, pooling: Pooling) -> Vectors:
    """Return one vector ``[dimensions]`` for each text; padding stands to the right of a text."""
    if states.ndim == 2:
        return states  # the graph pools by itself
    pooled: Vectors
    if pooling == "cls":
        pooled = states[:, 0]
    elif pooling == "lasttoken":
        pooled = states[np.arange(len(states)), np.maximum(mask.sum(axis=1) - 1, 0)]
    elif pooling == "max":
        pooled = np.where(mask[..., None] > 0, states, np.float32(-np.inf)).max(axis=1)
    else:
        weights = mask / np.maximum(mask.sum(axis=1, keepdims=True), 1)
        pooled = np.asarray(np.einsum("btd,bt->bd", states, weights), np.float32)
    return pooled


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32, copy=False)
    return unit


def _tokenizer(folder: Path, max_tokens: int, known: KnownModel | None) -> Tokenizer:
    from tokenizers import Tokenizer

    file = folder / "tokenizer.json"
    more = dict(known.tokenizer) if known else {}
    special = more.pop("extra_special_tokens", [])
    if not file.is_file() or more:
        raise ModelError(
            f"the model in {folder} has a tokenizer that only transformers reads; set models.backend to torch"
        )
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.add_special_tokens(special)
    tokenizer.enable_truncation(max_tokens)
    named = read_json(folder / "tokenizer_config.json").get("pad_token")
    token = str(named.get("content") if isinstance(named, dict) else named or "[PAD]")
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id(token) or 0, pad_token=token)
    return tokenizer


def _max_tokens(folder: Path, known: KnownModel | None) -> int:
    # As sentence-transformers reads them: its own setting, else the tokenizer's.
    own = read_json(folder / "sentence_bert_config.json").get("max_seq_length")
    own = own or read_json(folder / "tokenizer_config.json").get("model_max_length")
    return longest_text(own, read_json(folder / "config.json"), known)


def _variant(graph: Graph, settings: ModelSettings, backend: Backend) -> list[str]:
    """Name what makes the vectors others than torch's: nothing, for the exact graph of the weights."""
    parts = [] if graph.made_here else ["graph of its own"]
    return [*parts, f"int8 {backend}"] if settings.precision == "int8" else parts


def _threads() -> int:
    """Leave a core to the editor and to queries."""
    return max(1, SYSTEM.processors() - 1)


def _start_onnx(path: Path, device: str) -> Network:
    import onnxruntime

    available = onnxruntime.get_available_providers()
    has_cuda = "CUDAExecutionProvider" in available
    if device == "mps" or (device == "cuda" and not has_cuda):
        raise ModelError(f"models.device is {device}, but ONNX Runtime finds none here; use auto or cpu")
    on_gpu = has_cuda and device != "cpu"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = _threads()
    options.log_severity_level = 3  # errors
    providers = ["CUDAExecutionProvider", "CPUExecutionProvider"] if on_gpu else ["CPUExecutionProvider"]
    session = onnxruntime.InferenceSession(str(path), options, providers=providers)
    outputs = [output.name for output in session.get_outputs()]
    wanted = next((name for name in ("last_hidden_state", "token_embeddings") if name in outputs), outputs[0])
    return Network(
        frozenset(one.name for one in session.get_inputs()),
        lambda given: session.run([wanted], dict(given))[0],
        "cuda" if session.get_providers()[0].startswith("CUDA") else "cpu",
    )


def _start_openvino(path: Path, device: str) -> Network:
    # When it is imported OpenVINO tells Google Analytics so; without this module of its own it does not (invariant 8).
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    try:
        import openvino
    except ImportError as error:
        raise ModelError(f"models.backend openvino needs {error.name}: {extra_command('openvino')}") from error
    if device not in ("auto", "cpu"):
        raise ModelError(f"models.device is {device}, but Dowse runs OpenVINO on the CPU alone; use auto or cpu")
    options = {"INFERENCE_NUM_THREADS": _threads(), "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
    compiled = openvino.Core().compile_model(str(path), "CPU", options)
    names = [name for output in compiled.outputs for name in output.get_names()]
    wanted = next((name for name in ("last_hidden_state", "token_embeddings") if name in names), names[0])
    return Network(
        frozenset(one.get_any_name() for one in compiled.inputs),
        lambda given: np.array(compiled(dict(given))[wanted]),
        "cpu",
    )
