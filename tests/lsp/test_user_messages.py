"""A condition is shown once while it lasts, and again when it has ended and come back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from dowse.lsp.user_messages import UserMessages

LIFETIME = 600.0
FULL = "The disk is full."


@dataclass
class Editor:
    shown: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)

    def window_show_message(self, params: Any) -> None:
        self.shown.append(params.message)

    def window_log_message(self, params: Any) -> None:
        self.logged.append(params.message)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def editor() -> Editor:
    return Editor()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def messages(editor: Editor, clock: Clock) -> UserMessages:
    return UserMessages(editor, LIFETIME, clock)  # type: ignore[arg-type]


def test_a_condition_that_lasts_is_shown_once(messages: UserMessages, editor: Editor, clock: Clock) -> None:
    for _ in range(1000):
        messages.show("error", FULL)
        clock.now += 30
    assert editor.shown == [FULL]


def test_a_condition_that_comes_back_is_shown_again(messages: UserMessages, editor: Editor, clock: Clock) -> None:
    messages.show("error", FULL)
    clock.now += LIFETIME
    messages.show("error", FULL)
    assert editor.shown == [FULL, FULL]


def test_information_goes_to_the_log(messages: UserMessages, editor: Editor) -> None:
    messages.show("info", "Polling instead.")
    messages.show("info", "Polling instead.")
    assert (editor.shown, editor.logged) == ([], ["Polling instead."])


def test_what_is_remembered_is_bounded(messages: UserMessages, editor: Editor, clock: Clock) -> None:
    for number in range(3000):
        messages.show("warning", f"File {number} is odd.")
    assert len(messages._reported) <= 1000
    clock.now += LIFETIME
    messages.show("warning", FULL)
    assert list(messages._reported) == [FULL]
