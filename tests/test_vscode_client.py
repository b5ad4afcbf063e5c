"""The VS Code extension shares its messages and settings with the server; ``--update-golden`` writes them anew."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[1] / "vscode-client" / "scripts" / "generate.py"


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_vscode_client", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_extension_has_the_server_s_messages_and_settings(generator: ModuleType, update_golden: bool) -> None:
    for path, content in generator.outputs().items():
        if update_golden:
            path.write_text(content, "utf-8")
        assert path.read_text("utf-8") == content, f"run .venv/bin/python {SCRIPT.relative_to(SCRIPT.parents[2])}"


def test_a_type_that_typescript_lacks_is_refused(generator: ModuleType) -> None:
    with pytest.raises(TypeError, match="no TypeScript type"):
        generator._type(Path)
