"""The files of a model are checked before anything opens them, and told apart by their content."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dowse.embedding.model import ModelError
from dowse.embedding.model_files import check_model_folder, content_digest, find_model_files
from dowse.settings import ModelSettings
from embedding.weights import write_model_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_model_folder(tmp_path / "tiny")


def test_a_folder_is_found_under_its_name_with_a_digest_of_its_content(folder: Path) -> None:
    files = find_model_files(str(folder), ModelSettings())
    assert (files.folder, files.name, files.revision) == (folder.resolve(), "tiny", content_digest(folder))


def test_a_folder_may_be_written_from_home_or_from_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("USERPROFILE", str(folder.parent))
    monkeypatch.chdir(folder.parent)
    assert find_model_files("~/tiny", ModelSettings()).folder == folder.resolve()
    assert find_model_files("./tiny", ModelSettings()).folder == folder.resolve()


@pytest.mark.parametrize(
    "reference",
    ["", "tiny", "a/b/c", "a b/c", "org/", "/", "org/name@../../x", "org/na--me", "\0", f"a/{'y' * 5000}"],
)
def test_what_is_neither_folder_nor_hub_name_is_refused(
    reference: str, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.chdir(folder.parent)  # what lies here by the name of a model is not taken for it
    with pytest.raises(ModelError):
        find_model_files(reference, ModelSettings())


def test_a_copy_of_a_model_is_the_same_model(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    os.utime(copy / "model.safetensors", (0, 0))
    (copy / "README.md").write_text("a model card")
    assert content_digest(copy) == content_digest(folder)


@pytest.mark.parametrize(
    "changed", ["weights", "one number of one tensor's start", "configuration", "pooling", "prompts"]
)
def test_a_changed_model_is_another_model(folder: Path, changed: str) -> None:
    before = content_digest(folder)
    weights = folder / "model.safetensors"
    if changed == "weights":
        shutil.rmtree(folder)
        write_model_folder(folder, seed=2)
    elif changed == "one number of one tensor's start":
        content = bytearray(weights.read_bytes())
        content[-40_000] ^= 1  # the last of ten tensors of 40,000 bytes
        weights.write_bytes(content)
    elif changed == "configuration":
        (folder / "config.json").write_text('{"model_type": "roberta"}')
    elif changed == "pooling":
        (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}')
    else:
        (folder / "config_sentence_transformers.json").write_text('{"prompts": {"document": "passage: "}}')
    assert content_digest(folder) != before


Damage = Callable[[Path], object]


def write_modules(content: object) -> Damage:
    return lambda folder: (folder / "modules.json").write_text(json.dumps(content))


def write_weights_file(content: bytes) -> Damage:
    return lambda folder: (folder / "model.safetensors").write_bytes(content)


def cut_short(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])


def add_a_module_s_pickle(folder: Path) -> None:
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "pytorch_model.bin").write_bytes(b"\x80")


def lose_a_part(folder: Path) -> None:
    index = {"weight_map": {"layer.0": "model.safetensors", "layer.1": "model-00002-of-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))


def put_a_file_in_its_place(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder")


def remove_all_files(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (cut_short, r"damaged: it has [\d,]+ bytes where [\d,]+ are due; get the model again"),
        (write_weights_file(b""), "damaged"),
        (write_weights_file(b"\xff" * 1000), "damaged"),
        (write_weights_file((2).to_bytes(8, "little") + b"[]"), "damaged"),
        (write_weights_file((11).to_bytes(8, "little") + b'{"a": null}'), "damaged"),
        (lambda folder: (folder / "model.safetensors").unlink(), "no weights in safetensors format"),
        (lambda folder: (folder / "model.safetensors").rename(folder / "pytorch_model.bin"), "is a pickle"),
        (add_a_module_s_pickle, "is a pickle, which can run code"),
        (lose_a_part, "incomplete: model-00002-of-00002.safetensors is missing"),
        (lambda folder: (folder / "model.safetensors.index.json").write_text("[]"), "does not say where"),
        (
            write_modules([{"path": "", "type": "os.path"}]),
            "needs code of its own .*which Dowse does not run unasked.*add .* to models.trustRemoteCode",
        ),
        (write_modules([{"path": "../..", "type": "sentence_transformers.models.Transformer"}]), "outside the model"),
        (write_modules({"a": 1}), "not a list of modules"),
        (lambda folder: (folder / "modules.json").write_bytes(b"\xff\xfe"), "cannot be read"),
        (remove_all_files, "holds no sentence-transformers model"),
        (shutil.rmtree, "there is no folder"),
        (put_a_file_in_its_place, "there is no folder"),
    ],
)
def test_a_folder_unfit_to_be_opened_is_refused_with_the_reason(folder: Path, damage: Damage, message: str) -> None:
    check_model_folder(folder)
    damage(folder)
    with pytest.raises(ModelError, match=message):
        check_model_folder(folder)
