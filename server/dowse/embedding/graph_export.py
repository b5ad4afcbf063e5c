"""Making ONNX graphs: from a model's weights by torch, and with weights in 8 bits by ONNX Runtime.

This module imports torch, onnx and more when its functions are called, which happens once for each model.
"""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

from dowse.embedding.installation import extra_command
from dowse.embedding.model import ModelError
from dowse.embedding.model_files import ModelFiles

_OPSET = 17
"""Of 2022: every ONNX Runtime and OpenVINO in use reads it."""
_CLOSE = 1e-3
"""The largest difference of a token's vector, relative to the largest number, that counts as the same network."""


def export_graph(files: ModelFiles, path: Path) -> None:
    """Write the network of a model as ONNX: ``input_ids`` and ``attention_mask`` in, ``last_hidden_state`` out.

    What was written is run beside the original, padded and not, and refused where they differ. Raises ModelError.
    """
    try:
        import torch
        from transformers import AutoConfig, AutoModel, T5EncoderModel
        from transformers.utils import logging as transformers_logging
    except ImportError as error:
        raise ModelError(
            f"{files.name} comes without an ONNX graph, and to make one takes torch: {extra_command('transformers')}, "
            "or choose a model that has onnx/model.onnx"
        ) from error
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    folder = str(files.folder)
    config = AutoConfig.from_pretrained(folder, local_files_only=True)
    kind: Any = T5EncoderModel if config.model_type in {"t5", "mt5"} else AutoModel
    arguments = {"local_files_only": True, "use_safetensors": not files.pickled, "dtype": torch.float32}
    network = kind.from_pretrained(folder, **arguments).eval()
    if hasattr(network.config, "use_cache"):
        network.config.use_cache = False

    class States(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:  # noqa: ANN401
            return self.network(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    names = ["input_ids", "attention_mask", "last_hidden_state"]
    ids = torch.arange(5, 37).reshape(2, 16) % network.config.vocab_size
    mask = torch.ones_like(ids)
    mask[1, 10:] = 0
    states = States().eval()  # the exporter puts back the mode of what it is given
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            # The tracing exporter: the one on torch.export gives the same graphs, needs onnxscript, and takes twenty
            # times as long.
            torch.onnx.export(
                states,
                (ids, mask),
                str(path),
                dynamo=False,
                opset_version=_OPSET,
                input_names=names[:2],
                output_names=names[2:],
                dynamic_axes={name: {0: "texts", 1: "tokens"} for name in names},
            )
            for tokens in (7, 23):
                other = torch.arange(3, 3 + 3 * tokens).reshape(3, tokens) % network.config.vocab_size
                other_mask = torch.ones_like(other)
                other_mask[2, tokens // 2 :] = 0
                expected = states(other, other_mask)
                found = torch.from_numpy(_run(path, other.numpy(), other_mask.numpy()))
                difference = ((found - expected) * other_mask[..., None]).abs().max()
                if not difference <= _CLOSE * expected.abs().max():
                    raise ValueError(f"the graph differs from the model by {float(difference):.2g}")
    # Whatever the exporter or ONNX Runtime meet in an architecture that they cannot handle.
    except Exception as error:
        reason = next(iter(str(error).splitlines()), "")[:200]
        raise ModelError(
            f"{files.name} cannot be made into an ONNX graph ({type(error).__name__}: {reason}); set models.backend to "
            "torch"
        ) from error


def quantise_graph(graph: Path, path: Path) -> None:
    """Write ``graph`` with the weights of its matrix products in 8 bits; activations are quantised as they come."""
    try:
        from onnxruntime.quantization import QuantType, quantize_dynamic
    except ImportError as error:
        raise ModelError(f"models.precision int8 needs {error.name}: {extra_command('onnx')}") from error
    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)  # it recommends a preparation that gains nothing here, in the root logger
    try:
        # A scale for each channel: with one for each matrix MiniLM's vectors keep a cosine of 0.94 with those of the
        # exact model, so 0.99. The reduced range is for CPUs without VNNI, whose 8-bit sums overflow, and costs 0.001.
        quantize_dynamic(str(graph), str(path), weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    except Exception as error:
        reason = next(iter(str(error).splitlines()), "")[:200]
        raise ModelError(f"{graph} cannot be quantised: {type(error).__name__}: {reason}") from error
    finally:
        logger.setLevel(level)


def _run(path: Path, ids: Any, mask: Any) -> Any:  # noqa: ANN401
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {"input_ids": ids, "attention_mask": mask})[0]
