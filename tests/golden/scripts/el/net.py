import hashlib
import logging
import time

log = logging.getLogger(__name__)


def call_again(operation, attempts=5):
    """Αν αποτύχει η σύνδεση, δοκιμάζει ξανά διπλασιάζοντας την αναμονή."""
    for attempt in range(attempts):
        try:
            return operation()
        except ConnectionError:
            time.sleep(2**attempt)
    raise TimeoutError(attempts)


def may_pass(key, counters, most):
    """Περιορίζει τα αιτήματα του ίδιου χρήστη."""
    counters[key] = counters.get(key, 0) + 1
    return counters[key] <= most
