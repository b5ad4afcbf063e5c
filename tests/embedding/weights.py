"""Model folders made by hand: enough for what looks at files, without any library that runs them."""

import json
from pathlib import Path


def write_weights(file: Path, tensors: dict[str, bytes]) -> None:
    """Write float32 vectors in safetensors format."""
    header: dict[str, object] = {}
    data = b""
    for name, content in tensors.items():
        offsets = [len(data), len(data) + len(content)]
        header[name] = {"dtype": "F32", "shape": [len(content) // 4], "data_offsets": offsets}
        data += content
    encoded = json.dumps(header).encode()
    file.write_bytes(len(encoded).to_bytes(8, "little") + encoded + data)


def write_model_folder(folder: Path, seed: int = 1) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"model_type": "bert"}')
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_mean_tokens": true}')
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    content = {f"layer.{i}": bytes([(i + seed) % 256]) * 40_000 for i in range(10)}
    write_weights(folder / "model.safetensors", content)
    return folder
