import hashlib
import logging
import time

log = logging.getLogger(__name__)


def call_again(operation, attempts=5):
    """통신이 실패하면 대기 시간을 두 배로 늘리면서 다시 시도한다."""
    for attempt in range(attempts):
        try:
            return operation()
        except ConnectionError:
            time.sleep(2**attempt)
    raise TimeoutError(attempts)


def may_pass(key, counters, most):
    """같은 사용자의 요청 횟수를 제한한다."""
    counters[key] = counters.get(key, 0) + 1
    return counters[key] <= most
