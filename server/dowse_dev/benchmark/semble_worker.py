"""Runs semble in an interpreter that has it, for :mod:`dowse_dev.benchmark.peers`; imports nothing of Dowse."""

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from model2vec import StaticModel  # type: ignore[import-not-found]
from semble import SembleIndex  # type: ignore[import-not-found]
from semble.types import ContentType  # type: ignore[import-not-found]
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers


def model_folder(arrays: Path, folder: str) -> str:
    """Save vectors of whole words in the form that semble reads. Pieces of words and pairs have none there."""
    with np.load(arrays) as data:
        tokens, vectors = data["tokens"].tolist(), data["vectors"]
    words = {token: number for number, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.WordLevel({**words, "[UNK]": len(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"[a-z]+|[0-9]+"), "removed", invert=True)
    vectors = np.concatenate((vectors, np.zeros((1, vectors.shape[1]), np.float32)))
    StaticModel(vectors, tokenizer).save_pretrained(folder)
    return folder


def main(tree: str, arrays: str) -> None:
    """Index ``tree``, say so, then take a list of queries and say how long each took."""
    with tempfile.TemporaryDirectory() as folder:
        index = SembleIndex.from_path(
            tree,
            (ContentType.CODE, ContentType.DOCS, ContentType.CONFIG),
            model_path=model_folder(Path(arrays), folder),
        )
    _say({"chunks": index.stats.total_chunks})
    times = []
    for query in json.loads(sys.stdin.readline()):
        started = time.perf_counter()
        index.search(query, top_k=20)
        times.append((time.perf_counter() - started) * 1000)
    _say({"times": times})


def _say(value: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
