"""Settings are merged in layers; whatever is wrong in one is said once and changes nothing."""

import os
import sys
from pathlib import Path

import pytest

from dowse.settings import PROJECT_FILE, PROJECT_FILE_LIMIT, FileSettings, Settings, layered, read_project_file

DEFAULTS = Settings()


def from_file(folder: Path, text: str) -> tuple[Settings, list[str]]:
    (folder / PROJECT_FILE).write_text(text, "utf-8")
    settings, problems = read_project_file(folder, DEFAULTS)
    return settings, [str(problem) for problem in problems]


@pytest.mark.parametrize(
    "layer",
    [{"files": {"maxSize": 5000}}, {"files.maxSize": 5000}, {"files": {"maxSize": 5000, "exclude": None}}],
    ids=["nested", "dotted", "null means not set"],
)
def test_names_may_be_nested_or_dotted(layer: dict[str, object]) -> None:
    settings, problems = layered(DEFAULTS, layer, "editor settings", trusted=True)
    assert settings == Settings(files=FileSettings(max_size=5000))
    assert problems == []


def test_a_later_layer_changes_only_what_it_names() -> None:
    first, _ = layered(DEFAULTS, {"files.maxSize": 5000, "editor.codeLens": True}, "one", trusted=True)
    second, _ = layered(first, {"files.maxSize": 6000}, "two", trusted=True)
    assert (second.files.max_size, second.editor.code_lens) == (6000, True)


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        ({"files.maxSize": 1}, "files.maxSize"),
        ({"files.maxSize": True}, "files.maxSize"),
        ({"files.exclude": "*.log"}, "files.exclude"),
        ({"editor": {"hover": "perhaps"}}, "editor.hover"),
        ({"files": {"max_size": 5000}}, "files.max_size"),
        ({"files": 3}, "files"),
        ({"files": {"maxSize": {"bytes": 5000}}}, "files.maxSize.bytes"),
        ({"": 3}, ""),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_a_bad_value_is_reported_with_its_place_and_the_one_below_stays(layer: dict[str, object], name: str) -> None:
    below, _ = layered(DEFAULTS, {"files.maxSize": 7000}, "below", trusted=True)
    settings, problems = layered(below, {**layer, "editor.codeLens": True}, "editor settings", trusted=True)
    assert [(problem.source, problem.name) for problem in problems] == [("editor settings", name)]
    assert settings.files == below.files
    assert settings.editor.code_lens  # the good value beside it counts


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (
            {"files.maxSize": 1},
            "editor settings: files.maxSize: 1 is not allowed (Expected `int` >= 1000); using 1000000",
        ),
        (
            {"editor.hover": "perhaps"},
            'editor settings: editor.hover: "perhaps" is not allowed (one of "auto", "on", "off"); using "auto"',
        ),
        (
            {"editor.codeLens": "true"},
            'editor settings: editor.codeLens: "true" is not allowed (Expected `bool`, got `str`); using false',
        ),
        ({"files.maxsize": 5000}, "editor settings: files.maxsize: there is no such setting"),
    ],
)
def test_a_message_says_what_is_wrong_what_is_allowed_and_what_counts_instead(
    layer: dict[str, object], message: str
) -> None:
    assert [str(problem) for problem in layered(DEFAULTS, layer, "editor settings", trusted=True)[1]] == [message]


@pytest.mark.parametrize("value", ["x" * 100_000, ["y"] * 100_000, 10**4000, float("nan")])
def test_a_message_shows_a_huge_value_in_short(value: object) -> None:
    _, (problem,) = layered(DEFAULTS, {"models.device": value}, "editor settings", trusted=True)
    assert len(str(problem)) < 250


@pytest.mark.parametrize("name", ["models.device", "models.code", "files.exclude", "notes.folder"])
def test_half_a_character_is_refused(name: str) -> None:
    value: object = ["\ud800"] if name == "files.exclude" else "\ud800"
    settings, (problem,) = layered(DEFAULTS, {name: value}, "editor settings", trusted=True)
    assert settings == DEFAULTS
    assert str(problem).startswith(f"editor settings: {name}: ")


def test_a_number_beyond_any_machine_is_refused_like_any_other(tmp_path: Path) -> None:
    settings, problems = from_file(tmp_path, f"files.maxSize = {10**4000}")
    assert settings == DEFAULTS
    assert len(problems) == 1


def test_a_layer_that_is_not_trusted_cannot_change_what_is_the_users_alone() -> None:
    layer = {"models": {"code": "x", "prose": "x", "device": "cpu", "allowDownload": True, "trustRemoteCode": ["x"]}}
    layer |= {"files.maxSize": 5000}
    settings, problems = layered(DEFAULTS, layer, PROJECT_FILE, trusted=False)
    assert settings.models == DEFAULTS.models
    assert settings.files.max_size == 5000
    assert len(problems) == 5


def test_a_folder_without_a_project_file_has_the_settings_it_is_given(tmp_path: Path) -> None:
    assert read_project_file(tmp_path, DEFAULTS) == (DEFAULTS, [])


@pytest.mark.parametrize(
    "text",
    [
        "files = [",
        "x = " + "[" * 20_000,
        "files.maxSize = " + "9" * 20_000,
        "#" * (PROJECT_FILE_LIMIT + 1),
    ],
    ids=["broken", "nested too deeply", "a number without end", "too large"],
)
def test_a_project_file_that_cannot_be_read_is_one_problem(tmp_path: Path, text: str) -> None:
    settings, problems = from_file(tmp_path, text)
    assert settings == DEFAULTS
    assert len(problems) == 1
    assert problems[0].startswith(f"{PROJECT_FILE}: cannot be read: ")


def test_a_name_nested_without_end_is_no_setting(tmp_path: Path) -> None:
    settings, problems = from_file(tmp_path, ".".join(["files"] * 10_000) + " = 1")
    assert settings == DEFAULTS
    assert len(problems) == 1


def test_bytes_that_are_no_text_are_one_problem(tmp_path: Path) -> None:
    (tmp_path / PROJECT_FILE).write_bytes(b"\xff\xfe\x00")
    assert len(read_project_file(tmp_path, DEFAULTS)[1]) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and pipes of Unix")
@pytest.mark.parametrize("kind", ["link", "pipe", "directory"])
def test_a_project_file_that_is_no_file_is_not_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / PROJECT_FILE
    if kind == "link":
        path.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    settings, problems = read_project_file(tmp_path, DEFAULTS)
    assert settings == DEFAULTS
    assert [str(problem) for problem in problems] == [f"{PROJECT_FILE}: cannot be read: it is not a regular file"]
