"""Stores of vectors: immutable, of one model, safe to load, private on disk, whole at any moment."""

import json
import pickle
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from dowse import EmbeddingStore, ModelError, find_similar

MODEL = "a" * 32


def store_of(**items: list[float]) -> EmbeddingStore:
    return EmbeddingStore.empty(MODEL, 2).add({name: np.array(vector) for name, vector in items.items()})


def test_adding_and_removing_give_new_stores() -> None:
    empty = EmbeddingStore.empty(MODEL, 2)
    one = empty.add({"a": np.array([3.0, 4.0])})
    two = one.add({"b": np.array([0.0, 2.0]), "a": np.array([1.0, 0.0])})
    assert (len(empty), len(one), len(two), len(two.remove("a", "nobody"))) == (0, 1, 2, 1)
    assert np.allclose(one.get("a"), [0.6, 0.8])  # of length 1
    assert np.allclose(two.get("a"), [1, 0])  # replaced
    assert one.get("b") is None
    with pytest.raises(ValueError, match="read-only"):
        one.vectors[0, 0] = 9


def test_the_most_similar_come_first() -> None:
    store = store_of(east=[1, 0], northeast=[1, 1], north=[0, 1], west=[-1, 0])
    found = find_similar(np.array([2.0, 0.1]), store, top_k=3)
    assert [item.id for item in found] == ["east", "northeast", "north"]
    assert found[0].score == pytest.approx(1, abs=0.01)
    assert [item.id for item in find_similar(np.array([1.0, 0.0]), store, threshold=0.5)] == ["east", "northeast"]
    assert find_similar(np.array([1.0, 0.0]), store, top_k=0) == []
    assert find_similar(np.array([1.0, 0.0]), EmbeddingStore.empty(MODEL, 2)) == []


@pytest.mark.parametrize("vector", [[1.0, 0.0, 0.0], [[1.0, 0.0]], [float("nan"), 0.0]])
def test_a_vector_that_does_not_fit_is_refused(vector) -> None:
    store = store_of(a=[1, 0])
    with pytest.raises(ValueError, match=r"fit|no number"):
        find_similar(np.array(vector), store)
    with pytest.raises(ValueError, match=r"fit|no number"):
        store.add({"b": np.array(vector)})


def test_a_saved_store_is_the_same_and_the_user_s_alone(tmp_path: Path) -> None:
    store = store_of(a=[1, 0], b=[0, 1])
    store.save(tmp_path / "store")
    store.add({"ü/c\n": np.array([1.0, 1.0])}).save(tmp_path / "store")
    loaded = EmbeddingStore.load(tmp_path / "store", model=MODEL)
    assert loaded.ids == ("a", "b", "ü/c\n")
    assert np.array_equal(loaded.vectors[:2], store.vectors)
    assert len(list((tmp_path / "store").glob("*.npy"))) == 1
    if sys.platform != "win32":
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "store").iterdir()}
        assert modes == {0o600}
        assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o700


def test_vectors_of_different_models_never_meet(tmp_path: Path) -> None:
    store = store_of(a=[1, 0])
    store.save(tmp_path)
    with pytest.raises(ModelError, match="another model"):
        EmbeddingStore.load(tmp_path, model="b" * 32)
    with pytest.raises(ModelError, match="another model"):
        store.add({"b": np.array([0.0, 1.0])}, model="b" * 32)


def test_a_pickle_in_the_vectors_place_is_not_read(tmp_path: Path) -> None:
    store_of(a=[1, 0]).save(tmp_path)
    (file,) = tmp_path.glob("*.npy")
    file.unlink()
    import hashlib

    harmful = pickle.dumps(print)
    name = f"vectors-{hashlib.blake2b(harmful, digest_size=16).hexdigest()}.npy"
    (tmp_path / name).write_bytes(harmful)
    listed = json.loads((tmp_path / "store.json").read_text())
    (tmp_path / "store.json").write_text(json.dumps({**listed, "vectors": name}))
    with pytest.raises(ValueError, match="is damaged"):
        EmbeddingStore.load(tmp_path)


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{}", '{"model": "a", "vectors": "../x.npy", "ids": []}', '{"model": 1, "vectors": "x", "ids": 3}'],
)
def test_a_damaged_store_says_so(tmp_path: Path, content: str) -> None:
    (tmp_path / "store.json").write_text(content)
    (tmp_path / "x").write_bytes(b"")
    with pytest.raises(ValueError, match=r"is damaged: .*; make it anew"):
        EmbeddingStore.load(tmp_path)


def test_changed_vectors_are_noticed(tmp_path: Path) -> None:
    store_of(a=[1, 0]).save(tmp_path)
    (file,) = tmp_path.glob("*.npy")
    file.write_bytes(file.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ValueError, match="not those that were saved"):
        EmbeddingStore.load(tmp_path)


def test_a_store_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        EmbeddingStore.load(tmp_path / "nothing")


def test_whoever_loads_while_others_save_has_one_of_the_stores(tmp_path: Path) -> None:
    stores = [store_of(**{f"item{i}": [1, i] for i in range(n)}) for n in range(1, 6)]
    stores[0].save(tmp_path)

    def save(store: EmbeddingStore) -> None:
        for _ in range(10):
            store.save(tmp_path)

    with ThreadPoolExecutor(len(stores)) as pool:
        saving = [pool.submit(save, store) for store in stores]
        while not all(one.done() for one in saving):
            try:
                loaded = EmbeddingStore.load(tmp_path)
            except FileNotFoundError:
                continue  # replaced twice between the reading of its two files
            assert loaded.ids in {store.ids for store in stores}
        for one in saving:
            one.result()
    assert EmbeddingStore.load(tmp_path).ids in {store.ids for store in stores}
