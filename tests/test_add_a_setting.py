"""The page that says how a setting is added, tried with its own example."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent
from typing import Annotated

import msgspec
import pytest

from dowse import settings as declared
from dowse.settings import USER_ONLY, Restart, Settings, layered, restarts

PAGE = Path(__file__).parent.parent / "docs" / "contributing" / "add-a-setting.md"


@pytest.fixture
def extended() -> type[Settings]:
    """The settings with the page's field in ``files``."""
    (field,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    source = "class Files(FileSettings, frozen=True, kw_only=True):\n" + "".join(
        f"    {line}\n" for line in dedent(field).splitlines()
    )
    names = {
        "FileSettings": declared.FileSettings,
        "Annotated": Annotated,
        "msgspec": msgspec,
        "Restart": Restart,
        "USER_ONLY": USER_ONLY,
        "__name__": __name__,
    }
    exec(source, names)
    section: type[declared.FileSettings] = names["Files"]  # type: ignore[assignment]
    return msgspec.defstruct("Extended", [("files", section, section())], bases=(Settings,), frozen=True, kw_only=True)


def test_its_field_is_all_that_a_setting_needs(extended: type[Settings]) -> None:
    before = extended()
    after, problems = layered(before, {"files.followLinks": True}, "user", trusted=True)
    assert (after.files.follow_links, problems) == (True, [])  # type: ignore[attr-defined]
    assert restarts(before, after) == {Restart.SCAN}
    _, problems = layered(before, {"files.followLinks": True}, ".dowse.toml", trusted=False)
    assert "only the user's own settings" in problems[0].message
    _, problems = layered(before, {"files.followLinks": "perhaps"}, "user", trusted=True)
    assert "is not allowed" in problems[0].message


def test_a_change_restarts_what_its_setting_declares() -> None:
    before = Settings()
    for layer, expected in (
        ({"files.maxSize": 5_000}, {Restart.SCAN}),
        ({"models.code": "hash"}, {Restart.MODELS}),
        ({"notes.folder": "docs"}, {Restart.NOTES}),
        ({"editor.codeLens": True}, {Restart.EDITOR}),
        ({"indexing.pauseOnBattery": True}, {Restart.BATTERY}),
        ({"indexing.oneCoreWhileTyping": False}, set()),
    ):
        after, _ = layered(before, layer, "user", trusted=True)
        assert restarts(before, after) == expected
