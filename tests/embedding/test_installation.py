"""What is missing is installed by its own name, wherever this Dowse was installed from."""

import shlex
import sys
from importlib.metadata import metadata

import pytest

from dowse.embedding import installation
from dowse.embedding.installation import DISTRIBUTION, extra_command, install_command

EXTRAS = metadata(DISTRIBUTION).get_all("Provides-Extra") or []


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_is_installed_by_the_names_of_its_packages(extra: str) -> None:
    packages = shlex.split(extra_command(extra).partition(" install ")[2])
    assert packages
    assert not any(package.startswith("dowse") for package in packages)


def test_an_extra_that_holds_another_one_brings_both() -> None:
    packages = shlex.split(extra_command("openvino"))
    assert any(package.startswith("openvino") for package in packages)
    assert any(package.startswith("onnxruntime") for package in packages)


def test_packages_go_where_this_dowse_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shlex.split(install_command("one", "two>=2"))[:1] == [sys.executable]
    monkeypatch.setattr(installation, "find_spec", lambda name: None)
    assert shlex.split(install_command("one")) == ["uv", "pip", "install", "--python", sys.executable, "one"]
