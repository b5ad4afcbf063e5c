"""What every test may use."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files anew from what the code gives")
    parser.addoption("--files", type=int, default=20_000, help="how many empty files the long attacks make")
    parser.addoption("--rounds", type=int, default=4, help="how often the long attacks on the protocol are repeated")
    parser.addoption("--minutes", type=float, default=0.5, help="how long the long attacks edit a workspace")
    parser.addoption("--kills", type=int, default=40, help="how many processes the long attacks kill")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written instead of compared."""
    return bool(request.config.getoption("--update-golden"))
