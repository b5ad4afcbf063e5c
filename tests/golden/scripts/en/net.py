import hashlib
import logging
import time

log = logging.getLogger(__name__)


def call_again(operation, attempts=5):
    """Try a failed call again with exponential backoff."""
    for attempt in range(attempts):
        try:
            return operation()
        except ConnectionError:
            time.sleep(2**attempt)
    raise TimeoutError(attempts)


def may_pass(key, counters, most):
    """Limit how many requests a user may make."""
    counters[key] = counters.get(key, 0) + 1
    return counters[key] <= most
