import hashlib
import logging
import time

log = logging.getLogger(__name__)


def call_again(operation, attempts=5):
    """При ошибке связи повторяет вызов, удваивая время ожидания."""
    for attempt in range(attempts):
        try:
            return operation()
        except ConnectionError:
            time.sleep(2**attempt)
    raise TimeoutError(attempts)


def may_pass(key, counters, most):
    """Ограничивает число запросов одного пользователя."""
    counters[key] = counters.get(key, 0) + 1
    return counters[key] <= most
