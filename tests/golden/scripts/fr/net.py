import hashlib
import logging
import time

log = logging.getLogger(__name__)


def call_again(operation, attempts=5):
    """En cas d’échec réseau, réessaie en doublant la durée d’attente."""
    for attempt in range(attempts):
        try:
            return operation()
        except ConnectionError:
            time.sleep(2**attempt)
    raise TimeoutError(attempts)


def may_pass(key, counters, most):
    """Limite le nombre de requêtes d’un même abonné."""
    counters[key] = counters.get(key, 0) + 1
    return counters[key] <= most
