"""A process may be killed at any moment: what it committed stays, is right, and is not embedded again."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache as once
from pathlib import Path

import pytest

from attacks import victim
from attacks.workspaces import HASH, STATES, caught_up, write_state
from dowse.embedding.hash_model import HashingModel
from dowse.index import database, schema
from dowse.index.location import directory_name
from dowse.index.records import text_digest

MOMENTS = ("indexing", "committing", "compacting", "switching models", "migrating")


def killed(moment: str, cache: Path, root: Path, rng: random.Random) -> None:
    """Run the victim and kill it somewhere in its life: mostly at work, now and then while it starts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "attacks.victim", moment, str(cache), str(root)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    if rng.random() < 0.9:
        assert process.stdout.readline() == "at work\n", process.wait()
    time.sleep(rng.uniform(0, 0.9))  # the moment of the kill is what varies
    process.kill()
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL


def committed(root: Path, cache: Path, scratch: Path) -> set[tuple[str, bytes]]:
    """Return (model, text) of every vector in the catalogue, read from a copy so that nothing of it is touched."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    directory = cache / directory_name(root)
    for file in directory.glob(f"{database.FILE_NAME}*") if directory.is_dir() else ():
        shutil.copy(file, scratch)
    connection = sqlite3.connect(scratch / database.FILE_NAME)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'vectors'").fetchone() is None:
            return set()
        return set(
            connection.execute(
                "SELECT models.fingerprint, texts.digest FROM vectors "
                "JOIN models ON models.id = vectors.model JOIN texts ON texts.id = vectors.text"
            )
        )
    finally:
        connection.close()


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes]]:
    """(model, text) of everything that this process embeds."""
    seen: list[tuple[str, bytes]] = []
    original = HashingModel.embed_documents

    def recording(self, texts):
        seen.extend((self.info.fingerprint, text_digest(text)) for text in texts)
        return original(self, texts)

    monkeypatch.setattr(HashingModel, "embed_documents", recording)
    return seen


@pytest.fixture
def later_dowse(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    defaults = schema.migrate.__defaults__
    victim.migrate_further()
    yield
    schema.migrate.__defaults__ = defaults


def attack(moment: str, kills: int, tmp_path: Path, embedded: list[tuple[str, bytes]], seed: int) -> None:
    rng = random.Random(f"{moment} {seed}")
    root, cache = tmp_path / "root", tmp_path / "cache"
    root.mkdir()

    @once
    def fresh(state: int) -> dict:
        write_state(root, state)
        return caught_up(root, tmp_path / f"fresh {state}")[0]

    write_state(root, 0)
    for turn in range(kills):
        if moment == "migrating" or (moment == "indexing" and turn % 3 == 0):
            shutil.rmtree(cache, ignore_errors=True)
        if moment == "migrating":  # what a Dowse of today leaves for a later one
            today = tmp_path / "today"
            if not today.exists():
                with pytest.MonkeyPatch.context() as old:
                    old.setattr(schema.migrate, "__defaults__", (schema.MIGRATIONS,))
                    caught_up(root, today)
            shutil.copytree(today, cache)
        killed(moment, cache, root, rng)
        before = committed(root, cache, tmp_path / "scratch")
        state = rng.randrange(STATES)
        write_state(root, state)
        embedded.clear()
        held, told = caught_up(root, cache, HASH)
        again = before & set(embedded)
        assert not again, f"kill {turn}: {len(again)} texts were embedded again"
        assert len(embedded) == len(set(embedded)), f"kill {turn}: texts were embedded twice"
        assert told == [] or moment == "switching models", f"kill {turn}: {told}"
        wanted = fresh(state)
        assert held == wanted, f"kill {turn}: " + ", ".join(str(key) for key in wanted if held.get(key) != wanted[key])


@pytest.mark.long
@pytest.mark.timeout(0)
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_kill_at_any_moment_loses_nothing_that_was_committed(
    moment, tmp_path, embedded, request, later_dowse_if_migrating
):
    attack(moment, request.config.getoption("--kills") // len(MOMENTS), tmp_path, embedded, seed=os.getpid())


@pytest.fixture
def later_dowse_if_migrating(moment: str, request: pytest.FixtureRequest) -> None:
    if moment == "migrating":
        request.getfixturevalue("later_dowse")
