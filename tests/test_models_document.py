"""``docs/models.md``: its table is the registry's, its examples run; ``--update-golden`` writes the table anew."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dowse.embedding import api
from dowse.embedding.registry import known_models

DOCUMENT = Path(__file__).parent.parent / "docs" / "models.md"
TABLE = re.compile(r"^\| name \|.*?\n(?=\n)", re.MULTILINE | re.DOTALL)


def rows() -> Iterator[str]:
    yield "| name | full name | for | dimensions | tokens | pooling | size, MB | licence | |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for model in known_models():
        held = {"nc": model.non_commercial, "code": model.own_code, "ml": model.multilingual}
        marks = ", ".join(mark for mark, holds in held.items() if holds)
        cells = [
            f"`{model.name}`",
            f"`{model.spec}`",
            ", ".join(model.spaces),
            f"{model.dimensions:,}",
            f"{model.max_tokens:,}",
            model.pooling or "its own",
            f"{model.megabytes:,}" if model.megabytes else "",
            model.licence,
            marks,
        ]
        yield f"| {' | '.join(cells)} |"


def test_the_table_of_models_is_the_registry_s(update_golden: bool) -> None:
    table = "\n".join(rows()) + "\n"
    if update_golden:
        DOCUMENT.write_text(TABLE.sub(lambda _: table, DOCUMENT.read_text("utf-8")), "utf-8")
    assert TABLE.findall(DOCUMENT.read_text("utf-8")) == [table]


def test_the_examples_run_one_after_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dowse.settings.user_file", lambda: tmp_path / "config.toml")
    api._process.cache_clear()
    examples = re.findall(r"^```python\n(.*?)^```", DOCUMENT.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert examples
    names: dict[str, object] = {}
    for example in examples:
        exec(compile(example, str(DOCUMENT), "exec"), names)


def test_the_commands_shown_exist() -> None:
    from dowse.cli.models import command

    shown = set(re.findall(r"dowse models (\w+)", DOCUMENT.read_text("utf-8")))
    assert shown
    assert shown <= set(command.list_commands(None))  # type: ignore[arg-type]
