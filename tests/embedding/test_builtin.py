"""The built-in models as they come with Dowse."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from dowse.embedding.providers import open_model
from dowse.embedding.static import MODEL_FILE, MODELS
from dowse.settings import ModelSettings, models_of

CODE = {
    "wait": "def backoff(attempt, base):\n    sleep(base * 2 ** attempt)",
    "remove": "func (r *Repo) DropAccount(id int64) error {\n\treturn r.db.Exec(del, id)\n}",
    "hash": "fn digest(bytes: &[u8]) -> String { hex::encode(Sha256::digest(bytes)) }",
    "parse": "export function readConfig(path: string): Config {\n  return JSON.parse(readFileSync(path, 'utf8'));\n}",
    "sort": "void quicksort(int *array, int low, int high) { if (low < high) partition(array, low, high); }",
}
QUESTIONS = {
    "wait": "wait longer before trying again",
    "remove": "delete a user",
    "hash": "compute the checksum of some data",
    "parse": "load settings from a JSON file",
    "sort": "put numbers in order",
}
NOTES = {
    "deploy": "Push a tag. The pipeline builds the image and rolls it out to staging, then to production.",
    "errors": "When the server answers 503 the client waits and sends the request again, five times at most.",
    "style": "Names are written in snake case. Lines end before column 120.",
}


@pytest.mark.parametrize(("space", "megabytes"), [("code", 16), ("prose", 8)])
def test_the_models_are_as_small_as_promised_and_have_a_card(space: str, megabytes: int) -> None:
    assert (MODELS / space / MODEL_FILE).stat().st_size <= megabytes * 1_000_000
    assert "## What it was trained on" in (MODELS / space / "README.md").read_text("utf-8")


def test_they_are_what_the_settings_name_when_nothing_is_chosen() -> None:
    settings = ModelSettings()

    for space in ("code", "prose"):
        [spec] = models_of(settings, space)
        assert open_model(spec, settings).info.name == spec == f"builtin:{space}"


@pytest.mark.parametrize("wanted", QUESTIONS)
def test_code_is_found_by_what_it_does_in_words_that_it_does_not_use(wanted: str) -> None:
    model = open_model("builtin:code", ModelSettings())

    scores = model.embed_documents(list(CODE.values())) @ model.embed_query(QUESTIONS[wanted])

    assert list(CODE)[int(np.argmax(scores))] == wanted


@pytest.mark.parametrize(
    ("wanted", "question"),
    [
        ("deploy", "how do we release to production"),
        ("errors", "what happens if a call fails"),
        ("style", "naming conventions"),
    ],
)
def test_notes_are_found_by_their_matter(wanted: str, question: str) -> None:
    model = open_model("builtin:prose", ModelSettings())

    scores = model.embed_documents(list(NOTES.values())) @ model.embed_query(question)

    assert list(NOTES)[int(np.argmax(scores))] == wanted


@pytest.mark.parametrize("space", ["code", "prose"])
def test_sentence_transformers_gives_the_same_vectors(space: str) -> None:
    pytest.importorskip("sentence_transformers")
    from dowse.embedding.static_torch import sentence_transformer

    texts = [*CODE.values(), *NOTES.values()]
    ours = open_model(f"builtin:{space}", ModelSettings())
    theirs = sentence_transformer(MODELS / space)

    np.testing.assert_allclose(theirs.encode_document(texts), ours.embed_documents(texts), atol=1e-5)
    np.testing.assert_allclose(theirs.encode_query(["open a file"])[0], ours.embed_query("open a file"), atol=1e-5)


def test_they_run_without_torch() -> None:
    code = (
        "import sys; sys.modules['torch'] = None; from dowse.embedding.providers import open_model; "
        "from dowse.settings import ModelSettings; "
        "print(open_model('builtin:code', ModelSettings()).embed_query('x').shape)"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert ran.stdout.strip() == "(256,)"
