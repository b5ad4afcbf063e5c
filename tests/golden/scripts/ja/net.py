import hashlib
import logging
import time

log = logging.getLogger(__name__)


# 通信に失敗したら、待ち時間を倍にしながら再試行する。
def call_again(operation, attempts=5):
    for attempt in range(attempts):
        try:
            return operation()
        except ConnectionError:
            time.sleep(2**attempt)
    raise TimeoutError(attempts)


# 同じ利用者からの要求の回数を制限する。
def may_pass(key, counters, most):
    counters[key] = counters.get(key, 0) + 1
    return counters[key] <= most
