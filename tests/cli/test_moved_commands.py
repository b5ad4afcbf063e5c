"""What was a command of ``dowse`` once says what it is now."""

import pytest


@pytest.mark.parametrize(
    ("arguments", "now"),
    [
        (["train", "ranking", "BENCH", "--trees", "TREES"], "dowse-dev train"),
        (["bench", "--made-up", "1000"], "dowse-dev bench"),
        (["bench", "--help"], "dowse-dev bench"),
        (["models", "bench", "hash"], "dowse-dev bench-model"),
    ],
)
def test_a_command_that_moved_says_where_to_and_fails(dowse, arguments, now):
    done = dowse(*arguments)
    assert done.code == 2
    assert f"is '{now}' now" in done.err
    assert done.err.count("\n") == 1


def test_help_does_not_list_what_moved(dowse):
    assert "train" not in dowse("--help").out
