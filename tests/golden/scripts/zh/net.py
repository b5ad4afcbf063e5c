import hashlib
import logging
import time

log = logging.getLogger(__name__)


def call_again(operation, attempts=5):
    """网络请求失败时重试，每次等待时间加倍。"""
    for attempt in range(attempts):
        try:
            return operation()
        except ConnectionError:
            time.sleep(2**attempt)
    raise TimeoutError(attempts)


def may_pass(key, counters, most):
    """限制同一个用户的请求次数。"""
    counters[key] = counters.get(key, 0) + 1
    return counters[key] <= most
