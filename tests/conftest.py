"""What every test may use."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from attacks import guard


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files anew from what the code gives")
    parser.addoption("--files", type=int, default=20_000, help="how many empty files the long attacks make")
    parser.addoption("--rounds", type=int, default=1, help="how often the long attacks on the protocol are repeated")
    parser.addoption("--minutes", type=float, default=0.5, help="how long the long attacks edit a workspace")
    parser.addoption("--kills", type=int, default=30, help="how many processes the long attacks kill")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written instead of compared."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session", autouse=True)
def no_other_machine_is_reached() -> Iterator[None]:
    """Stop whatever in this run wants to leave the machine, in this process and in all it starts, and fail for it."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        noted = Path(folder) / "connections"
        noted.touch()
        patch.setenv(guard.NOTED, str(noted))
        patch.setenv(
            "PYTHONPATH", os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH"))))
        )
        guard.watch()
        yield
        attempts = noted.read_text("utf-8")
    assert attempts == ""
