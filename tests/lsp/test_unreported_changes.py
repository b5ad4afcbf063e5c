"""What changes beside the workspace folder, of which neither a client nor a watcher of the folder tells."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dowse.indexing.tuning import IndexingTuning
from lsp.conftest import RealEngine, Session

WEIGH = "def weigh_parcel(parcel):\n    return parcel.weight\n"
HEAVE = "import os\n\n\ndef weigh_crate(crate):\n    return crate.weight\n"
QUERY = "weigh something"


@pytest.fixture
def make_engine(tmp_path: Path) -> Callable[..., Any]:
    return partial(RealEngine, cache_dir=tmp_path / "index", tuning=IndexingTuning(follow_seconds=0.05))


async def found(session: Session) -> set[str]:
    return {name for name in await session.client.names(QUERY) if name.startswith("weigh")}


async def finds(session: Session, *wanted: str) -> None:
    """Wait until a search finds exactly these functions."""
    async with asyncio.timeout(60):
        while await found(session) != set(wanted):
            pass  # it is still being indexed


def files_in(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        file = folder / name / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


async def test_a_project_file_counts_whoever_writes_it(session: Session, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    files_in(folder, kept=WEIGH, gen=HEAVE)
    await session.client.initialize(folder)
    await finds(session, "weigh_parcel", "weigh_crate")
    (folder / ".dowse.toml").write_text('[files]\nexclude = ["gen/"]\n', "utf-8")
    await finds(session, "weigh_parcel")
    (folder / ".dowse.toml").unlink()
    await finds(session, "weigh_parcel", "weigh_crate")


@pytest.mark.parametrize("rules", [".gitignore", ".dowseignore", ".git/info/exclude"])
async def test_rules_above_the_folder_count_when_they_change(session: Session, tmp_path: Path, rules: str) -> None:
    repository = tmp_path / "repository"
    folder = repository / "packages" / "shop"
    files_in(folder, kept=WEIGH, gen=HEAVE)
    (repository / ".git" / "info").mkdir(parents=True)
    (repository / ".git" / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
    await session.client.initialize(folder)
    await finds(session, "weigh_parcel", "weigh_crate")
    (repository / rules).write_text("gen/\n", "utf-8")
    await finds(session, "weigh_parcel")


@pytest.fixture
def current(tmp_path: Path) -> Path:
    """A link to one release of two."""
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    (tmp_path / "first" / "a.py").write_text(WEIGH, "utf-8")
    (tmp_path / "second" / "a.py").write_text(HEAVE, "utf-8")
    link = tmp_path / "current"
    link.symlink_to(tmp_path / "first")
    return link


def turn(link: Path, target: str) -> None:
    other = link.with_name("turned")
    other.symlink_to(link.with_name(target))
    other.replace(link)


async def test_a_folder_whose_link_is_turned_is_another_one(session: Session, current: Path) -> None:
    await session.client.initialize(current)
    await finds(session, "weigh_parcel")
    turn(current, "second")
    assert "weigh_parcel" not in await found(session)
    await finds(session, "weigh_crate")
    answer = await session.client.request("workspace/semanticSearch", {"query": QUERY})
    assert [hit["location"]["uri"] for hit in answer["results"]] == [(current / "a.py").as_uri()]
    turn(current, "first")
    await finds(session, "weigh_parcel")


async def test_a_document_stays_open_when_the_link_to_its_folder_is_turned(session: Session, current: Path) -> None:
    await session.client.initialize(current)
    await finds(session, "weigh_parcel")
    session.open((current / "a.py").as_uri(), "def weigh_unsaved_barrel(barrel):\n    return barrel.weight\n")
    await finds(session, "weigh_unsaved_barrel")
    turn(current, "second")
    await finds(session, "weigh_unsaved_barrel")
    assert await found(session) == {"weigh_unsaved_barrel"}


async def test_a_link_that_leads_nowhere_for_a_moment_changes_nothing(session: Session, current: Path) -> None:
    await session.client.initialize(current)
    await finds(session, "weigh_parcel")
    turn(current, "nowhere")
    assert await found(session) == {"weigh_parcel"}
