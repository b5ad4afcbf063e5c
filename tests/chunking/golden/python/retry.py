"""Retries with exponential backoff."""

import random
import time
from dataclasses import dataclass
from typing import Callable, TypeVar

T = TypeVar("T")
DEFAULT_ATTEMPTS = 5
DEFAULT_DELAY = 0.2


@dataclass(frozen=True)
class Policy:
    """How often to try, and how long to wait."""

    attempts: int = DEFAULT_ATTEMPTS
    delay: float = DEFAULT_DELAY

    def waits(self):
        """Yield the pause before each further attempt, in seconds."""
        for attempt in range(self.attempts - 1):
            yield self.delay * 2**attempt * random.uniform(0.5, 1.5)

    jitter = True

    @property
    def patient(self) -> bool:
        return self.attempts > 10


class GaveUp(Exception):
    pass


# Wraps a call that may fail for a while.
# The last error is the cause of ``GaveUp``.
def retried(call: Callable[[], T], policy: Policy = Policy()) -> T:
    def once():
        return call()

    for wait in [*policy.waits(), None]:
        try:
            return once()
        except OSError as error:
            if wait is None:
                raise GaveUp from error
            time.sleep(wait)
    raise AssertionError


async def retried_soon(call, *, policy=None):
    return retried(call, policy or Policy())


identity = lambda value: value
double = lambda value: value * 2

if __name__ == "__main__":
    print(retried(lambda: 42))
    print(identity(1), double(2))
