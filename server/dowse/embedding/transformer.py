"""Models of the sentence-transformers library. Importing this module imports torch: it happens on a worker thread."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from functools import cache, partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dowse.embedding.installation import extra_command, install_command
from dowse.embedding.model import ModelError, ModelInfo, QueryType
from dowse.embedding.model_files import ModelFiles, consent_needed, find_model_files, given_name
from dowse.embedding.prompts import prompts_of
from dowse.embedding.registry import KnownModel, find
from dowse.embedding.transformer_limits import longest_text, variant_of
from dowse.settings import ModelSettings

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Vectors = NDArray[np.float32]

_LARGEST_BATCH = 64
_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")
"""What torch says on CUDA and MPS, on the CPU, and on the CPU under Windows; only CUDA's error has a type."""


def open_sentence_transformer(
    reference: str, settings: ModelSettings, known: KnownModel | None = None, dtype: str | None = None
) -> SentenceTransformerModel:
    """Open a model from ``FOLDER`` or ``HUB_NAME[@REVISION]``; what the registry knows of it goes first.

    ``dtype`` is a name of torch's, where it shall not be the usual one. Raises ModelError with what the user can do.
    """
    torch, library = _import_libraries()
    _leave_a_core_free(torch)
    chosen = _choose_device(torch, settings.device)
    files = find_model_files(reference, settings)
    known = known or find(f"sentence-transformers:{reference}")
    try:
        model = library.SentenceTransformer(
            str(files.folder),
            device=chosen,
            local_files_only=True,
            trust_remote_code=files.own_code,
            model_kwargs={"use_safetensors": not files.pickled} | (dict(known.model) if known else {}),
            processor_kwargs=dict(known.tokenizer) if known else {},
        )
        if dtype is not None:
            model.to(dtype=getattr(torch, dtype))
        elif chosen == "cpu":
            model.float()  # half precision is slower than single on most CPUs
        _complete(model, files, known)
        return SentenceTransformerModel(model, files, torch, known)
    except ModelError:
        raise
    # Whatever the library meets in files that are not what they should be, and whatever code of the model's own does.
    except Exception as error:
        if "trust_remote_code" in str(error) and not files.own_code:
            raise ModelError(consent_needed(given_name(files.folder), "its architecture")) from error
        reason = next(iter(str(error).splitlines()), "")[:300]
        raise ModelError(f"the model in {files.folder} cannot be opened: {type(error).__name__}: {reason}") from error


class SentenceTransformerModel:
    """A transformer on a CPU or GPU. Used by one thread."""

    def __init__(
        self, model: SentenceTransformer, files: ModelFiles, torch: ModuleType, known: KnownModel | None
    ) -> None:
        self._model = model
        self._torch = torch
        self.largest_batch = _LARGEST_BATCH
        """Texts at once; halved, for good, whenever so many do not fit into memory."""
        self.device = str(model.device)
        self._prompts = prompts_of(model.prompts, model.default_prompt_name, known)
        # Asked of the model itself, since not every module says its dimensions; this also shows that it works.
        probe = model.encode_document(["dowse"], prompt=self._prompts.document, show_progress_bar=False)
        self.info = ModelInfo(
            name=f"sentence-transformers:{files.name}",
            revision=files.revision,
            dimensions=int(probe.shape[1]),
            max_tokens=int(model.max_seq_length),
            pooling=_pooling(model),
            query_prefix=self._prompts.query,
            document_prefix=self._prompts.document,
            variant=variant_of(known, int(model.max_seq_length)),
        )

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return float32 ``[len(texts), dimensions]`` of length 1. Raises ModelError when one text is too much."""
        return self._embed(texts, self._model.encode_document, self._prompts.document)

    def embed_query(self, text: str, query_type: QueryType = "general") -> Vectors:
        """Return float32 ``[dimensions]`` of length 1; with the model's own prompt for ``query_type`` if it has one."""
        vector: Vectors = self._embed([text], self._model.encode_query, self._prompts.for_query(query_type))[0]
        return vector

    def close(self) -> None:
        """Give back the memory, the GPU's too."""
        del self._model
        self._give_memory_back()

    def _embed(self, texts: Sequence[str], encode: Callable[..., NDArray[Any]], prompt: str) -> Vectors:
        vectors = np.empty((len(texts), self.info.dimensions), np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]), reverse=True)
        done = 0
        while done < len(order):
            rows = order[done : done + self.largest_batch]
            found = self._encode([texts[row] for row in rows], encode, prompt)
            if found is not None:
                vectors[rows] = found
                done += len(rows)
            elif len(rows) > 1:
                self.largest_batch = len(rows) // 2  # for good: the next texts of this length would fail again
            else:
                raise ModelError(
                    f"{self.info.name} ran out of memory on {self.device} with a single text; set models.device to "
                    "cpu or choose a smaller model"
                )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.where(lengths > 0, lengths, 1)
        return vectors

    def _encode(self, texts: list[str], encode: Callable[..., NDArray[Any]], prompt: str) -> NDArray[Any] | None:
        """Return the vectors of one batch; None when it does not fit into memory."""
        # Half of a surrogate pair, which a broken file may yield, is no text to a tokenizer.
        texts = [text.encode("utf-8", "replace").decode() for text in texts]
        try:
            return encode(texts, prompt=prompt, batch_size=len(texts), show_progress_bar=False, convert_to_numpy=True)
        except (RuntimeError, MemoryError) as error:
            if not _is_out_of_memory(error, self._torch):
                raise
        # Only here, where the error is gone, are the tensors that its traceback held.
        self._give_memory_back()
        return None

    def _give_memory_back(self) -> None:
        gc.collect()
        if self.device.startswith("cuda"):
            self._torch.cuda.empty_cache()
        elif self.device.startswith("mps"):
            self._torch.mps.empty_cache()


def _import_libraries() -> tuple[ModuleType, ModuleType]:
    """Return torch and sentence_transformers, which write nothing to the terminal from here on."""
    try:
        import sentence_transformers
        import torch
        import transformers
        from huggingface_hub.utils import disable_progress_bars
    except ModuleNotFoundError as error:
        raise ModelError(
            f"transformer models need packages that are not installed ({error.name}): {extra_command('transformers')}"
        ) from error
    except (ImportError, OSError, RuntimeError) as error:
        reason = next(iter(str(error).splitlines()), "")
        raise ModelError(
            f"the packages for transformer models do not load ({reason}): "
            + install_command("--force-reinstall", "sentence-transformers", "torch")
        ) from error
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    disable_progress_bars()
    return torch, sentence_transformers


@cache  # once for the process
def _leave_a_core_free(torch: ModuleType) -> None:
    """Leave a core to the editor and to queries. A thread that has to share one also holds up all others.

    Measured with all-MiniLM-L6-v2 on two busy cores: one thread embeds twice as fast as two.
    """
    torch.set_num_threads(max(1, torch.get_num_threads() - 1))


def _choose_device(torch: ModuleType, wanted: str) -> str:
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return next(name for name, there in available.items() if there)
    if not available[wanted]:
        raise ModelError(f"models.device is {wanted}, but torch {torch.__version__} finds none here; use auto or cpu")
    return wanted


def _is_out_of_memory(error: BaseException, torch: ModuleType) -> bool:
    if isinstance(error, MemoryError | torch.cuda.OutOfMemoryError):
        return True
    message = str(error).lower()
    return any(words in message for words in _OUT_OF_MEMORY)


def _complete(model: SentenceTransformer, files: ModelFiles, known: KnownModel | None) -> None:
    """Set what a checkpoint's own files leave open or get wrong: its pooling and its longest text."""
    transformer = model[0]
    config = getattr(getattr(transformer, "auto_model", None), "config", None)
    is_plain = not (files.folder / "modules.json").is_file()
    if is_plain and config is not None and known is not None and known.pooling:
        if known.pooling == "own":
            transformer.forward = partial(_embed_by_itself, transformer.auto_model)
            del model[1:]
        else:
            model[1] = type(model[1])(config.hidden_size, pooling_mode=known.pooling)
    if config is not None:
        model.max_seq_length = longest_text(model.max_seq_length, config.to_dict(), known)


def _embed_by_itself(network: Callable[..., Any], features: dict[str, Any], **_: object) -> dict[str, Any]:
    """Run a network whose own code pools and returns one vector for each text."""
    output = network(input_ids=features["input_ids"], attention_mask=features["attention_mask"])
    return {**features, "sentence_embedding": output[0] if isinstance(output, tuple) else output}


def _pooling(model: SentenceTransformer) -> str:
    """Name the pooling, for display: the revision already tells models apart by it."""
    for module in model:
        mode = getattr(module, "pooling_mode", None)
        if mode is not None:
            return mode if isinstance(mode, str) else "+".join(mode)
    return "model's own"
