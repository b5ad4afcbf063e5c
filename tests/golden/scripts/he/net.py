import hashlib
import logging
import time

log = logging.getLogger(__name__)


def call_again(operation, attempts=5):
    """כאשר החיבור נכשל, מנסה שוב ומכפיל את זמן ההמתנה."""
    for attempt in range(attempts):
        try:
            return operation()
        except ConnectionError:
            time.sleep(2**attempt)
    raise TimeoutError(attempts)


def may_pass(key, counters, most):
    """מגביל את מספר הבקשות של אותו משתמש."""
    counters[key] = counters.get(key, 0) + 1
    return counters[key] <= most
